"""A file from a partner, from the page to the receipts; stopped, cancelled, repeated."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cse_profile import uploading
from intelligence import intake
from intelligence.models import KnownHeading, Report, Submission, Upload, UploadRow
from intelligence.uploads import importing
from partners.models import AuditEvent
from tests.conftest import as_web
from tests.worlds import asking

pytestmark = pytest.mark.django_db

FILE = (
    "Log no;Date;Pupil name;Nickname of suspect;Mobile;What happened\r\n"
    "S-1;02/03/2026;Una Vale;Dex;07700 900123;Picked up after school\r\n"
    "S-2;soon;;;07700 900123;Seen again\r\n"
    "S-3;03/03/2026;;Dex;;Waiting outside\r\n"
).encode("cp1252")
COLUMNS = ["reference", "information_date", "child_name", "suspect_nicknames", "phone", "narrative"]


@pytest.fixture
def teacher(cast, sign_in):
    """The teacher's browser."""
    return sign_in(cast.teacher)


def post(client, raw, name="log.csv"):
    """Upload a file on the page."""
    return client.post(reverse("uploads"), {"file": SimpleUploadedFile(name, raw)})


def matched(client, upload, columns=COLUMNS, **more):
    """Say what the columns are."""
    said = {f"column_{at}": field for at, field in enumerate(columns)}
    data = {"step": "match", "how_known": "first_hand", **said, **more}
    return client.post(reverse("upload", args=[upload.pk]), data)


def carry():
    """What the worker's process does, with the rights of the web login."""
    waiting = importing.waiting()
    with as_web():
        uploading.carry(waiting, until=lambda: False)


@pytest.fixture
def checked(teacher):
    """The file, matched and checked."""
    post(teacher, FILE)
    upload = Upload.objects.get()
    matched(teacher, upload)
    carry()
    return upload


def outcomes(upload):
    """How each row came out."""
    return list(upload.rows.order_by("number").values_list("outcome", flat=True))


def step_page(client, upload):
    """The page of a file."""
    return client.get(reverse("upload", args=[upload.pk])).content.decode()


def step(client, upload, name):
    """Press a button of the page."""
    return client.post(reverse("upload", args=[upload.pk]), {"step": name})


def test_a_file_is_opened_and_every_heading_shown_with_a_guess(teacher):
    answer = post(teacher, FILE)

    upload = Upload.objects.get()
    assert answer.headers["Location"] == reverse("upload", args=[upload.pk])
    assert upload.columns == COLUMNS
    page = teacher.get(answer.headers["Location"]).content.decode()
    assert all(heading in page for heading in upload.headings)
    assert "Picked up after school" in page


def test_a_file_that_cannot_be_read_is_refused_on_the_page(teacher):
    answer = post(teacher, b"\x89PNG....", "photo.csv")

    assert answer.status_code == 400
    assert "We do not take pictures" in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_request_that_is_too_large_is_refused_on_the_page(teacher):
    answer = post(teacher, b"a," * 3_500_000)
    assert answer.status_code == 400
    assert "at most 5 MB" in answer.content.decode()


def test_what_is_wrong_is_shown_cell_by_cell_and_nothing_is_sent(teacher, checked):
    page = teacher.get(reverse("upload", args=[checked.pk])).content.decode()

    assert outcomes(checked) == ["ready", "fix", "ready"]
    assert "Nothing is sent yet" in page
    assert "“soon” is not a day" in page
    assert not Submission.objects.exists()


def test_what_is_wrong_comes_as_a_file_that_no_spreadsheet_runs(teacher):
    post(teacher, b"Date,Details\n@soon,x\n=1+1,\n")
    upload = Upload.objects.get()
    matched(teacher, upload, ["information_date", "narrative"])
    carry()

    answer = teacher.get(reverse("upload-errors", args=[upload.pk]))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert lines[0] == ["Row", "Heading", "What it says", "What to do"]
    assert [line[:3] for line in lines[1:]] == [["2", "Date", "'@soon"], ["3", "Date", "'=1+1"]]


def test_the_rows_that_are_ready_are_sent_as_their_sender(teacher, cast, checked):
    step(teacher, checked, "begin")
    carry()

    checked.refresh_from_db()
    assert checked.state == "done"
    assert outcomes(checked) == ["sent", "fix", "sent"]
    sent = Submission.objects.order_by("reference")
    assert [(row.reference, row.channel, row.submitted_by) for row in sent] == [
        ("S-1", "file", cast.teacher),
        ("S-3", "file", cast.teacher),
    ]
    assert sent[0].original.payload["persons"][1]["nicknames"] == ["Dex"]
    assert Report.objects.count() == 2


def test_what_was_sent_is_kept_nowhere_else(teacher, checked):
    step(teacher, checked, "begin")
    carry()

    sent = checked.rows.filter(outcome="sent")
    assert [row.cells for row in sent] == [[], []]


def test_a_mended_file_sends_only_what_is_new(teacher, checked):
    step(teacher, checked, "begin")
    carry()
    post(teacher, FILE.replace(b"soon", b"04/03/2026"))
    again = Upload.objects.latest("uploaded_at")
    matched(teacher, again)
    carry()
    assert outcomes(again) == ["repeat", "ready", "repeat"]

    step(teacher, again, "begin")
    carry()
    assert Submission.objects.count() == 3


def test_a_reference_used_for_something_else_needs_a_fix(teacher, checked, cast):
    step(teacher, checked, "begin")
    carry()
    post(teacher, FILE.replace(b"Picked up", b"Dropped off"))
    again = Upload.objects.latest("uploaded_at")
    matched(teacher, again)
    carry()

    row = again.rows.order_by("number").first()
    assert row.outcome == "fix"
    assert row.wrong == [[0, intake.ConflictError.sentence]]


def test_two_rows_with_one_reference_are_sent_once(teacher):
    post(teacher, b"Ref,Details\nA,one\nA,one\nA,two\n")
    upload = Upload.objects.get()
    matched(teacher, upload, ["reference", "narrative"], information_date="2026-03-02")
    carry()
    step(teacher, upload, "begin")
    carry()

    assert outcomes(upload) == ["sent", "repeat", "fix"]
    assert Submission.objects.count() == 1


def test_an_upload_may_be_stopped_anywhere_and_gone_on_with(teacher, cast, monkeypatch):
    monkeypatch.setattr(importing, "TOGETHER", 1)
    post(teacher, FILE)
    upload = Upload.objects.get()
    matched(teacher, upload)
    turns = iter([False, True])
    with as_web():
        uploading.carry(importing.waiting(), until=lambda: next(turns))
    upload.refresh_from_db()
    assert (upload.state, upload.done) == ("checking", 1)

    carry()
    upload.refresh_from_db()
    assert (upload.state, upload.done) == ("checked", 3)


def test_a_crash_in_the_middle_sends_no_row_twice_and_loses_none(teacher, checked, monkeypatch):
    step(teacher, checked, "begin")
    true_advance = importing._advance

    def crash(*args, **named):
        raise MemoryError

    monkeypatch.setattr(importing, "_advance", crash)
    carry()
    assert not Submission.objects.exists()

    monkeypatch.setattr(importing, "_advance", true_advance)
    carry()
    assert Submission.objects.count() == 2


def test_cancelling_keeps_nothing_of_the_file(teacher, checked):
    step(teacher, checked, "cancel")

    checked.refresh_from_db()
    assert checked.state == "cancelled"
    assert all(row.cells == [] for row in checked.rows.all())
    assert importing.waiting() == []


def test_what_is_over_is_not_begun_again(teacher, checked):
    step(teacher, checked, "cancel")
    step(teacher, checked, "begin")

    checked.refresh_from_db()
    assert checked.state == "cancelled"


def test_a_heading_is_remembered_for_the_agency(teacher, cast, sign_in):
    post(teacher, b"Zed,Details\n2026-03-02,x\n")
    matched(teacher, Upload.objects.get(), ["information_date", "narrative"])

    post(sign_in(cast.colleague), b"Details,ZED\nx,2026-03-02\n")
    assert Upload.objects.latest("uploaded_at").columns == ["narrative", "information_date"]
    post(sign_in(cast.nurse), b"Details,ZED\nx,y\n")
    assert Upload.objects.latest("uploaded_at").columns == ["narrative", ""]
    assert KnownHeading.objects.filter(agency=cast.clinic).count() == 0


def test_two_columns_may_not_be_one_thing(teacher):
    post(teacher, b"a,b\n2026-03-02,x\n")
    answer = matched(teacher, Upload.objects.get(), ["reference", "reference"])

    assert answer.status_code == 400
    assert "chosen for another column too" in answer.content.decode()


def test_columns_that_say_nothing_are_refused(teacher):
    post(teacher, b"a,b\n2026-03-02,x\n")
    answer = matched(teacher, Upload.objects.get(), ["reference", ""])
    assert "at least one column that says something" in answer.content.decode()


def test_the_columns_may_be_matched_anew_until_rows_are_sent(teacher, checked):
    assert (
        "column_0" in teacher.get(reverse("upload", args=[checked.pk]) + "?match").content.decode()
    )
    matched(
        teacher, checked, ["reference", "", "", "", "", "narrative"], information_date="2026-03-02"
    )
    carry()
    assert outcomes(checked) == ["ready", "ready", "ready"]


def test_somebody_who_left_sends_nothing_more(teacher, cast, checked):
    step(teacher, checked, "begin")
    cast.teacher.is_active = False
    cast.teacher.save()
    carry()
    assert not Submission.objects.exists()


def test_nobody_carries_anothers_file(teacher, cast, checked):
    step(teacher, checked, "begin")
    with asking(cast.colleague):
        assert not importing.carry(checked.pk, by=cast.colleague)
    assert not Submission.objects.exists()


def test_old_rows_are_forgotten(checked):
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(days=15))
    uploading.forget_old()
    assert not UploadRow.objects.exists()


def test_each_step_is_in_the_record_of_use(teacher, checked):
    step(teacher, checked, "begin")
    carry()

    verbs = (
        AuditEvent.objects.filter(object_type="upload")
        .order_by("at")
        .values_list("verb", flat=True)
    )
    assert [verb for verb in verbs if verb != "view upload"] == [
        "upload file",
        "check file",
        "file checked",
        "send file",
        "file sent",
    ]


def test_an_empty_table_has_headings_that_are_understood(teacher):
    answer = teacher.get(reverse("upload-template"))
    assert post(teacher, answer.content.rstrip() + b"\r\nx\r\n").status_code == 302
    assert all(Upload.objects.get().columns)


@pytest.fixture
def sent(teacher, checked):
    """The file, sent."""
    step(teacher, checked, "begin")
    carry()
    checked.refresh_from_db()
    return checked


def test_a_file_is_taken_back_within_a_day_and_sent_again_mended(teacher, sent):
    assert "Withdraw all 2" in teacher.get(reverse("upload", args=[sent.pk])).content.decode()
    step(teacher, sent, "undo")

    sent.refresh_from_db()
    assert sent.state == "undone"
    assert {report.is_withdrawn for report in Report.objects.all()} == {True}
    assert "You took this file back" in (
        teacher.get(reverse("upload", args=[sent.pk])).content.decode()
    )
    post(teacher, FILE.replace(b"Waiting outside", b"Waiting by the gate"))
    again = Upload.objects.exclude(pk=sent.pk).get()
    matched(teacher, again)
    carry()
    assert outcomes(again) == ["ready", "fix", "ready"]
    step(teacher, again, "begin")
    carry()
    assert outcomes(again) == ["sent", "fix", "sent"]
    references = Submission.objects.values_list("reference", flat=True)
    assert sorted(references) == ["S-1", "S-1 (2)", "S-3", "S-3 (2)"]
    post(teacher, FILE)
    third = Upload.objects.order_by("uploaded_at").last()
    matched(teacher, third)
    carry()
    assert outcomes(third) == ["repeat", "fix", "fix"], "one as it stands, one that says otherwise"


def test_after_a_day_a_file_is_taken_back_no_more(cast, teacher, sent):
    Upload.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    assert "Withdraw all" not in teacher.get(reverse("upload", args=[sent.pk])).content.decode()
    step(teacher, sent, "undo")

    sent.refresh_from_db()
    assert sent.state == "done"
    assert not any(report.is_withdrawn for report in Report.objects.all())


def test_a_file_of_which_nothing_was_sent_cannot_be_taken_back(cast, teacher, checked):
    with asking(cast.teacher):
        importing.cancel(checked, by=cast.teacher)
        checked.refresh_from_db()
        with pytest.raises(importing.NotNowError):
            importing.undo(checked, by=cast.teacher)


def test_a_file_that_fails_is_stopped_and_does_not_hold_up_others(teacher, checked, monkeypatch):
    step(teacher, checked, "begin")
    post(teacher, b"Ref,Details\nB,other\n")
    other = Upload.objects.latest("uploaded_at")
    matched(teacher, other, ["reference", "narrative"], information_date="2026-03-02")

    def broken(row, *others):
        raise KeyError("Una Vale")

    monkeypatch.setattr(importing, "_send", broken)
    for _ in range(importing.MOST_FAILURES):
        carry()

    checked.refresh_from_db()
    other.refresh_from_db()
    assert (checked.state, other.state) == ("stopped", "checked")
    assert "KeyError at " in checked.error
    assert "Una" not in checked.error
    assert "we stopped" in teacher.get(reverse("upload", args=[checked.pk])).content.decode()


def test_the_name_of_an_old_file_is_forgotten_with_its_rows(checked):
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(days=15))
    uploading.forget_old()

    checked.refresh_from_db()
    assert (checked.file_name, checked.headings) == ("A file that is no longer kept", [])


def test_a_heading_that_says_nothing_to_us_is_not_remembered(teacher):
    post(teacher, b"Concerns about Una V,Details\nx,y\n")
    matched(teacher, Upload.objects.get(), ["", "narrative"], information_date="2026-03-02")
    assert list(KnownHeading.objects.values_list("heading", flat=True)) == ["details"]


def test_a_file_that_tells_of_a_child_at_risk_now_says_whom_to_call_before_it_is_sent(teacher):
    urgent = (
        b"Log no;Date;At risk now;What happened\r\n"
        b"S-1;02/03/2026;yes;Went off in a car\r\n"
        b"S-2;02/03/2026;no;Waiting outside\r\n"
        b"S-3;soon;yes;Seen again\r\n"
    )
    post(teacher, urgent)
    upload = Upload.objects.get()
    said = ["reference", "information_date", "child_at_risk_now", "narrative"]
    for _ in range(2):  # said again, it is not counted twice
        matched(teacher, upload, said)
        carry()
    page = teacher.get(reverse("upload", args=[upload.pk])).content.decode()

    assert "1 row says that a child is at risk now." in page
    assert "call 999" in page
    assert f"call {upload.agency.whom_to_call} now" in page
    step(teacher, upload, "begin")
    carry()
    assert "a child is at risk now" in step_page(teacher, upload)
    step(teacher, upload, "undo")
    assert "a child is at risk now" not in step_page(teacher, upload)


def test_a_file_without_a_child_at_risk_now_raises_no_alarm_on_the_page(teacher, checked):
    assert "a child is at risk now" not in step_page(teacher, checked)
