"""Submissions, reports, mentions and objects: what was said, and who is who."""
