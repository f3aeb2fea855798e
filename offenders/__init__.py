"""One person as a suspected offender."""
