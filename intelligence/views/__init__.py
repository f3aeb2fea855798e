"""The pages of this floor: for those who send, and for the desk that reviews."""
