"""What the forms of the trade keep beside reports, for the scene of the doors."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

from django.db import transaction

from intelligence import community
from intelligence.models import CommunityMessage
from partners import roster
from tests.conftest import as_web
from tests.worlds import asking
from tests.worlds_of_forms import MESSAGE
from victims import missing

#: A young person of the school who was missing for a night.
EPISODE = {
    "given_names": "Una",
    "missing_since": datetime(2026, 3, 2, 21, tzinfo=UTC),
    "returned_at": datetime(2026, 3, 3, 6, tzinfo=UTC),
}


def kept_records(cast: SimpleNamespace) -> dict[str, uuid.UUID]:
    """The school records that somebody was missing, and a neighbour writes a message."""
    with asking(cast.teacher):
        episode = missing.record(by=cast.teacher, said=EPISODE)
    roster.open_community(cast.dogger, by=None)
    with transaction.atomic(), as_web():
        said = MESSAGE | {"text": "A silver car waits there.", "place": "", "day": ""}
        community.tell(said, area=cast.dogger, opened=community.open_form())
    return {"school's episode": episode.pk, "message": CommunityMessage.objects.get().pk}
