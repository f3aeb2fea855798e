"""One person as victim: the profile, and the episodes in which a young person was missing."""

from victims.models.missing import MissingEpisode, ReturnInterview
from victims.models.profiles import VictimProfile

__all__ = ["MissingEpisode", "ReturnInterview", "VictimProfile"]
