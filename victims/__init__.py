"""One person as a victim."""
