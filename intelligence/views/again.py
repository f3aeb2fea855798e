"""Forms without a draft: what was typed when a session ended is shown again, and not yet used."""

from django.http import QueryDict

from partners.returning import Writing

_AGAIN = "again"


class Again(Writing):
    """A page whose form comes back filled in after signing in anew."""

    def look_first(self, answers: QueryDict) -> None:
        """Mark the answers: they are looked at before anything is done with them."""
        answers[_AGAIN] = "1"

    @property
    def came_back(self) -> bool:
        """Is this what was typed before, to be shown and not used?"""
        return _AGAIN in self.request.POST
