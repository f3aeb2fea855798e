"""A correction begins with what was sent, names it, and leaves it as it is."""

from intelligence.models import Draft, Original, Submission
from tests.intelligence.filling import Report
from tests.intelligence.test_sheet import EVERYTHING


def test_sent_unchanged_a_correction_says_the_same_and_names_what_it_corrects(
    cast, sign_in, submit
):
    earlier = submit(EVERYTHING, by=cast.teacher).submission
    client = sign_in(cast.teacher)
    begun = client.post(f"/submissions/{earlier}/correct/")
    assert (
        "corrects your report <strong>S-1</strong>"
        in client.get(begun["Location"], {"step": "seen"}).content.decode()
    )

    answer = client.post(f"{begun['Location']}?step=send", {"go": "send"})
    assert answer.status_code == 302, answer.content.decode()
    later = Submission.objects.get(corrects=earlier)
    said = later.original.payload
    apart = {"reference", "corrects", "reporter"}
    assert {k: v for k, v in said.items() if k not in apart} == {
        k: v for k, v in EVERYTHING.items() if k not in apart
    }
    assert Original.objects.get(pk=earlier).payload["reference"] == "S-1"


def test_nothing_is_begun_by_looking_and_a_correction_is_a_draft_until_it_is_sent(
    cast, sign_in, submit
):
    earlier = submit(EVERYTHING, by=cast.teacher).submission
    client = sign_in(cast.teacher)
    assert "stays on record" in client.get(f"/submissions/{earlier}/correct/").content.decode()
    assert not Draft.objects.exists()
    client.post(f"/submissions/{earlier}/correct/")
    assert Draft.objects.count() == 1
    assert Submission.objects.count() == 1


def test_the_page_of_what_was_sent_leads_to_its_correction(cast, sign_in):
    teacher = sign_in(cast.teacher)
    Report(teacher, narrative="Seen.").send()
    row = Submission.objects.get()
    page = teacher.get(f"/submissions/{row.pk}/").content.decode()
    assert f'href="/submissions/{row.pk}/correct/"' in page
