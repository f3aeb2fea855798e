"""The fixed commands. Each is a thin face: it reads its arguments, calls one thing, and prints."""
