"""The fixed commands: what they print, what they write, and what bad input is told."""

import csv
import hashlib
import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cse_profile import bulk, demo
from intelligence import alarms
from intelligence.models import Alarm, Audience, Decision, Membership, QueueItem, Submission
from partners import audit, roster
from partners.models import Agency, ApiToken, Area, AuditEvent, User
from synthetic import story
from tests.conftest import as_web
from tests.factories import child, submission, suspect, with_phone
from tests.worlds import asking

HEAD = "code,name,kind,force_area\n"


def run(name, *arguments, **options):
    """What a command printed."""
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def agencies(db, tmp_path):
    """Two agencies of one force, loaded from a file."""
    path = tmp_path / "agencies.csv"
    path.write_text(
        HEAD + "pit-police,Pit Police,police,pit\npit-school,Pit School,education,pit\n"
    )
    run("load_agencies", path)
    return path


def take(path):
    """Import a file with the rights of the web login."""
    with as_web():
        return bulk.import_file(path, after=lambda *_: None)


def lines(path, *rows):
    """A JSON Lines file of `rows`; text goes in as it is."""
    texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


# load_agencies


def test_a_list_adds_agencies_and_the_areas_they_name(agencies):
    assert set(Agency.objects.values_list("code", flat=True)) == {"pit-police", "pit-school"}
    assert Area.objects.get().code == "pit"


def test_the_same_list_again_changes_nothing(agencies):
    printed = run("load_agencies", agencies)
    assert "added 0, updated 0, unchanged 2; new force areas 0" in printed
    assert User.objects.filter(is_machine=True).count() == 2


def test_a_new_name_updates_an_agency(agencies):
    agencies.write_text(HEAD + "pit-school,Pit Academy,education,pit\n")
    assert "added 0, updated 1" in run("load_agencies", agencies)
    assert Agency.objects.get(code="pit-school").name == "Pit Academy"


def test_a_bad_list_is_told_every_error_and_changes_nothing(db, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(HEAD + "a,A,police,x\n,B,police,x\nc,C,wizards,x\na,A,police,\n")
    with pytest.raises(CommandError) as told:
        run("load_agencies", path)
    said = str(told.value)
    for expected in ("line 3: “code”", "line 4: “wizards”", "line 5: “force_area”", "on line 2"):
        assert expected in said
    assert not Agency.objects.exists()


@pytest.mark.parametrize("content", [b"name\nx\n", b"\xff\xfe\x00", b""])
def test_what_is_no_list_of_agencies_is_refused_in_a_sentence(db, tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=re.escape(str(path))):
        run("load_agencies", path)


def test_a_missing_file_is_a_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run("load_agencies", tmp_path / "none.csv")


def test_a_police_force_that_joins_later_sees_the_reports_of_its_area(agencies, tmp_path):
    take(lines(tmp_path / "s.jsonl", submission(agency="pit-school")))
    later = tmp_path / "later.csv"
    later.write_text(HEAD + "pit-transport-police,Pit Transport Police,police,pit\n")
    assert "opened 1 earlier report" in run("load_agencies", later)
    assert Audience.objects.filter(agency__code="pit-transport-police", desk="force").count() == 1


# create_token


def test_a_token_is_printed_alone_and_only_its_hash_is_kept(agencies):
    token = run("create_token", "pit-school").strip()
    kept = ApiToken.objects.get()
    assert bytes(kept.digest) == hashlib.sha256(token.encode()).digest()
    assert kept.user == roster.machine(Agency.objects.get(code="pit-school"))


def test_a_token_is_issued_for_what_is_asked_and_ends_by_its_id(agencies):
    run("create_token", "pit-school", "--scope", "read", "--days", "7")
    kept = ApiToken.objects.get()
    assert kept.scopes == ["read"]
    assert kept.expires_at - kept.created_at == timedelta(days=7)
    assert f"{kept.pk} pit-school read until" in run("end_token")

    assert "has ended" in run("end_token", kept.pk)
    kept.refresh_from_db()
    assert kept.revoked_at
    assert run("end_token") == ""
    with pytest.raises(CommandError, match="ended already"):
        run("end_token", kept.pk)
    verbs = AuditEvent.objects.filter(object_type="token").order_by("seq")
    assert [row.verb for row in verbs] == ["issue token", "end token"]


def test_nobody_can_sign_in_as_a_machine_user(agencies, client):
    machine = User.objects.get(username="machine:pit-school")
    assert not machine.has_usable_password()
    assert not client.login(username=machine.username, password="")


def test_an_unknown_agency_gets_no_token(db):
    with pytest.raises(CommandError, match="no agency “nobody”"):
        run("create_token", "nobody")


# import_submissions


def test_lines_are_taken_as_the_machine_user_of_their_agency(agencies, tmp_path):
    done = take(lines(tmp_path / "s.jsonl", submission(agency="pit-school")))
    assert str(done) == "accepted 1, duplicate 0, conflict 0, refused 0"
    sent = Submission.objects.get()
    assert sent.submitted_by.username == "machine:pit-school"
    assert sent.channel == "file"
    assert QueueItem.objects.filter(submission=sent).count() == 1


def test_what_is_not_taken_is_told_with_its_line_and_every_error(agencies, tmp_path):
    first = submission(agency="pit-school", reference="A")
    path = lines(
        tmp_path / "s.jsonl",
        first,
        "{not json",
        {"agency": "pit-school", "reference": "B", "persons": [{"ref": "p1", "colour": "x"}]},
        first,
        {**first, "narrative": "Something else."},
        submission(agency="nobody"),
        submission(),
        "[]",
    )
    done = take(path)
    assert str(done) == "accepted 1, duplicate 1, conflict 1, refused 5"
    told = [json.loads(row) for row in (tmp_path / "s.refused.jsonl").read_text().splitlines()]
    assert [row["line"] for row in told] == [2, 3, 5, 6, 7, 8]
    pointers = {error["pointer"] for error in told[1]["errors"]}
    assert {"/provenance", "/persons/0/role", "/persons/0/colour"} <= pointers
    assert told[2]["errors"][0]["code"] == "conflict"
    assert told[3]["errors"][0]["pointer"] == "/agency"
    assert Submission.objects.count() == 1


def test_an_import_may_be_run_again(agencies, tmp_path):
    path = lines(tmp_path / "s.jsonl", *(submission(agency="pit-school") for _ in range(3)))
    take(path)
    assert str(take(path)) == "accepted 0, duplicate 3, conflict 0, refused 0"


def test_an_import_that_is_stopped_keeps_what_was_committed(agencies, tmp_path, monkeypatch):
    monkeypatch.setattr(bulk, "TOGETHER", 2)
    path = lines(tmp_path / "s.jsonl", *(submission(agency="pit-school") for _ in range(5)))

    def stop(*_):
        raise KeyboardInterrupt

    with as_web(), pytest.raises(KeyboardInterrupt):
        bulk.import_file(path, after=stop)
    assert Submission.objects.count() == 2
    assert str(take(path)) == "accepted 3, duplicate 2, conflict 0, refused 0"


def test_a_good_file_leaves_no_list_of_refusals_of_an_earlier_one(agencies, tmp_path):
    path = lines(tmp_path / "s.jsonl", "nonsense")
    take(path)
    assert bulk.refused_path(path).exists()
    take(lines(path, submission(agency="pit-school")))
    assert not bulk.refused_path(path).exists()


def test_a_line_too_long_is_refused_and_the_next_is_taken(agencies, tmp_path):
    long = json.dumps(submission(agency="pit-school", narrative="x" * 6_000_000))
    done = take(lines(tmp_path / "s.jsonl", long, submission(agency="pit-school")))
    assert (done.accepted, done.refused) == (1, 1)


def test_a_byte_order_mark_and_empty_lines_do_no_harm(agencies, tmp_path):
    row = "\ufeff" + json.dumps(submission(agency="pit-school"))
    done = take(lines(tmp_path / "s.jsonl", row, "", ""))
    assert str(done) == "accepted 1, duplicate 0, conflict 0, refused 0"


# process and export_links


def test_processing_prints_counts_and_the_seconds_of_each_stage(cast, submit):
    submit(submission(persons=[suspect()]), by=cast.teacher)
    printed = run("process", until_empty=True)
    assert "processed 1, failed 0, mentions 1" in printed
    assert re.search(r"recluster\s+\d+\.\d\d s", printed)


def test_every_mention_is_exported_processed_or_not(cast, submit, process, tmp_path):
    for by in (cast.teacher, cast.nurse):
        submit(
            submission(
                persons=[suspect(given_names="Tariq", family_name="Invented")], **with_phone()
            ),
            by=by,
        )
    process()
    submit(submission(persons=[child(), suspect()]), by=cast.teacher)
    path = tmp_path / "links.csv"
    run("export_links", path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["agency", "reference", "person_ref", "profile"]
    assert len(rows) == 4
    clusters = {
        str(c) for c in Membership.objects.filter(area=None).values_list("cluster", flat=True)
    }
    assert len({row["profile"] for row in rows} & clusters) == 1
    assert len({row["profile"] for row in rows}) == 3
    assert audit_verbs() >= {"export links"}


def test_an_export_that_cannot_be_written_is_a_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run("export_links", tmp_path / "none" / "links.csv")


def audit_verbs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb FROM partners_auditevent")
        return {verb for (verb,) in cursor.fetchall()}


# verify_audit


@pytest.mark.audit  # a row is final for the whole server: the tests of seals run alone
@pytest.mark.django_db(transaction=True)
def test_verifying_names_the_first_bad_row(tmp_path, settings):
    settings.VAR = tmp_path
    for verb in ("one", "two", "three"):
        audit.record(by=None, operation="configuration", verb=verb, object_type="test")
    assert "sealed" in run("seal_audit")
    assert "as they were sealed" in run("verify_audit")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_auditevent SET verb = 'x' WHERE verb = 'two' RETURNING seq")
        seq = cursor.fetchone()[0]
    with pytest.raises(CommandError, match=f"row {seq}: a row was changed"):
        run("verify_audit")


# demo_world


def test_the_demonstration_is_loaded_once_and_kept(db, tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    monkeypatch.setenv("CSE_PROFILE_DEMO_SUBMISSIONS", "40")
    run("demo_world")
    file = tmp_path / "accounts.txt"
    rows = [line.split("\t") for line in file.read_text().splitlines()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [row[0] for row in rows] == [name for name, *_ in demo.ACCOUNTS]
    for name, password, role, agency in rows:
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert (user.role, user.agency.code) == (role, agency)
    assert Submission.objects.count() == 40
    assert not QueueItem.objects.filter(done_at=None).exists()
    before = file.read_text(), Decision.objects.count()
    run("demo_world")
    assert (file.read_text(), Decision.objects.count()) == before
    assert Submission.objects.count() == 40


def test_the_demonstration_s_hub_has_alarms_to_answer_and_they_are_raised_once(
    db, tmp_path, settings, monkeypatch
):
    settings.VAR = tmp_path
    monkeypatch.setenv("CSE_PROFILE_DEMO_SUBMISSIONS", "100")
    run("demo_world")
    run("demo_world")
    hub = User.objects.get(username="mash")

    alarms = Alarm.objects.visible_to(hub).waiting()
    assert {alarm.sender.username for alarm in alarms} == {"nurse", "other_submitter"}
    assert len(alarms) == len(story.tonight(timezone.localdate()))


def test_a_database_in_use_is_not_taken_for_the_demonstration(cast, submit, tmp_path, settings):
    settings.VAR = tmp_path
    for number, user in enumerate(User.objects.all()):
        User.objects.filter(pk=user.pk).update(username=f"somebody-{number}")
    cast.teacher.refresh_from_db()
    submit(submission(), by=cast.teacher)
    with pytest.raises(CommandError, match="not the demonstration's"):
        run("demo_world")
    assert not Path(tmp_path / "accounts.txt").exists()


# name_hub, name_contact


@pytest.fixture
def handed(cast, submit):
    """Two reports of the old hub: one names a child, and one alarms; and who is to be the hub."""
    urgent = {"urgency": {"child_at_risk_now": "yes", "why": "Out tonight."}}
    sent = [submit(submission(persons=[child()]), by=cast.teacher).submission]
    sent.append(submit(submission(**urgent), by=cast.nurse).submission)
    return sent


def test_a_hub_is_named_and_takes_over_reports_and_waiting_alarms(cast, handed):
    before, new = cast.hub.agency, cast.clinic
    told = run("name_hub", cast.dogger.code, new.code)

    assert "2 reports are open to it" in told
    held = Audience.objects.filter(desk="mash")
    assert set(held.values_list("agency", "submission")) == {(new.pk, pk) for pk in handed}
    assert list(Alarm.objects.values_list("hub", flat=True)) == [new.pk]
    assert run("name_hub", cast.dogger.code, new.code) == told
    run("name_hub", cast.dogger.code, before.code)
    assert set(held.values_list("agency", flat=True)) == {before.pk}


def test_an_alarm_that_was_passed_on_stays_with_the_hub_that_answered_it(cast, handed):
    alarm = Alarm.objects.get()
    with asking(cast.hub):
        alarms.pass_on(alarm, to="the night team", by=cast.hub)
    run("name_hub", cast.dogger.code, cast.clinic.code)

    assert Alarm.objects.get().hub == cast.hub.agency


def test_a_hub_of_another_area_and_an_unknown_one_are_refused(cast):
    for code in (cast.neighbour.agency.code, "nobody"):
        with pytest.raises(CommandError):
            run("name_hub", cast.dogger.code, code)
    cast.dogger.refresh_from_db()
    assert cast.dogger.hub == cast.hub.agency


def test_the_hub_reads_on_an_alarm_how_to_reach_the_sender_and_their_agency(cast, handed, sign_in):
    page = reverse("alarm", args=[Alarm.objects.get().pk])
    assert "We hold no number of theirs" in sign_in(cast.hub).get(page).content.decode()
    User.objects.filter(pk=cast.nurse.pk).update(telephone="01632 960512")
    run("name_contact", cast.clinic.code, "the named nurse on 01632 960513")

    shown = sign_in(cast.hub).get(page).content.decode()
    assert "01632 960512" in shown
    assert "the named nurse on 01632 960513" in shown
    assert "We hold no number" not in shown


def test_a_contact_of_nobody_or_of_no_words_is_refused(cast):
    for arguments in (("nobody", "a line"), (cast.clinic.code, " ")):
        with pytest.raises(CommandError):
            run("name_contact", *arguments)


def test_an_import_says_whom_to_call_where_a_child_may_be_at_risk_now(agencies, tmp_path):
    urgent = submission(
        agency="pit-school", reference="U-1", urgency={"child_at_risk_now": "yes", "why": "Now."}
    )
    calm = submission(agency="pit-school", reference="U-2")
    told = StringIO()
    with as_web():
        call_command(
            "import_submissions",
            lines(tmp_path / "s.jsonl", urgent, calm),
            stdout=StringIO(),
            stderr=told,
        )

    assert "1 of these say that a child may be at risk now." in told.getvalue()
    assert "call 999" in told.getvalue()
