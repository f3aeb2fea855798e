"""For an agency's lead: who works here, the keys of its own systems, and what lets it receive."""
