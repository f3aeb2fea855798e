"""The story the system exists for, over HTTP and with the rights of each login."""

from intelligence.models import Membership
from tests.factories import joined, submission, suspect, with_car, with_phone


def test_partial_details_of_three_agencies_become_one_person(cast, submit, process):
    submit(
        submission(**joined({"persons": [suspect(nicknames=["Taz"])]}, with_phone())),
        by=cast.nurse,
    )
    submit(
        submission(
            **joined(
                {"persons": [suspect(given_names="Tariq", family_name="Invented")]},
                with_car("QX00 ABC"),
                with_phone("+44 7700 900482"),
            )
        ),
        by=cast.officer,
    )
    submit(
        submission(
            **joined(
                {"persons": [suspect(nicknames=["Tazz"])]},
                with_phone("07700900482"),
                with_car("QX00 A?C"),
            )
        ),
        by=cast.teacher,
    )
    tally = process()

    assert tally.processed == 3
    assert tally.failed == 0
    clusters = set(Membership.objects.filter(area=cast.dogger).values_list("cluster", flat=True))
    assert len(clusters) == 1
