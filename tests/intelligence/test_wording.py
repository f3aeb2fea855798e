"""What was sent, as people read it."""

from intelligence import wording
from tests.factories import child, submission


def test_days_are_written_out_and_what_is_no_day_stays_as_it_was_sent():
    payload = submission(
        information_date="2026-03-02",
        persons=[child(date_of_birth="2012-11-30", note="2026-03-01")],
        events=[{"ref": "e1", "kind": "meeting", "when": {"from": "2026-02", "to": "2026-03-01"}}],
    )
    said = {(part.title, label): v for part in wording.tell(payload) for label, v in part.rows}

    assert said["About this report", "When"] == "2 March 2026"
    assert said["Event 1", "When"] == "From: 2026-02, To: 1 March 2026"
    assert said["Person 1", "Date of birth"] == "30 November 2012"
    assert said["Person 1", "Note"] == "2026-03-01"
