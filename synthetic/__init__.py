"""Invented worlds: what partners would send, with the truth apart. No Django, nobody real."""

from synthetic.worlds import LAST_DAY, Told, Truth, World, make, write

__all__ = ["LAST_DAY", "Told", "Truth", "World", "make", "write"]
