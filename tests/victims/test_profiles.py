"""Young people keep a profile of their own, whatever is proposed about them."""

import re

import pytest
from django.urls import reverse

from intelligence.models import Mention
from tests.factories import child, joined, submission, suspect, with_phone


def test_a_child_who_is_proposed_to_a_suspects_profile_is_still_listed(
    cast, sign_in, submit, process
):
    first = joined({"persons": [suspect(nicknames=["Biscuit"])]}, with_phone())
    submit(submission(**first), by=cast.nurse)
    young = joined({"persons": [child(given_names="Una", age_from=14, age_to=14)]})
    submit(submission(**joined(young, with_phone(person="c1"))), by=cast.teacher)
    process()
    una = Mention.objects.get(role="child_at_risk")

    page = sign_in(cast.analyst).get(reverse("young-people")).content.decode()
    listed = set(re.findall(r'href="/young-people/([0-9a-f-]{36})/"', page))
    assert listed == {str(una.pk)}
    assert "Age 14" in page


@pytest.mark.parametrize("person", ["analyst", "hub"])
def test_the_age_is_that_of_reports_of_this_young_person(cast, sign_in, submit, process, person):
    for age, number in ((14, "07700 900337"), (30, "07700 900337")):
        made = child(age_from=age, age_to=age) if age == 14 else suspect("c1", nicknames=["Red"])
        parts = joined({"persons": [made]}, with_phone(number, person="c1"))
        submit(submission(**parts), by=cast.teacher)
    process()
    una = Mention.objects.get(role="child_at_risk")

    page = sign_in(getattr(cast, person)).get(reverse("young-person", args=[una.pk]))
    assert "age 14" in page.content.decode()
