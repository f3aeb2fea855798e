"""The log: what it tells, that it cannot be written around, and that tampering shows."""

import json
import random
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from intelligence import evaluation, review
from intelligence.models import Mention, Report
from partners import audit
from partners.models import AuditEvent
from tests.conftest import as_web
from tests.factories import joined, submission, suspect, with_phone
from tests.worlds import asking

#: Section 62 of the Data Protection Act 2018. Nothing is erased yet, so the sixth has no rows.
OPERATIONS = ["collection", "alteration", "consultation", "disclosure", "combination"]


def rows(**of) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(**of).order_by("seq"))


def test_the_log_knows_the_six_operations_of_section_62():
    assert set(AuditEvent.Operation.values) >= {*OPERATIONS, "erasure"}


def test_each_operation_leaves_a_row_that_says_who_and_what(cast, submit, process, sign_in):
    person = joined({"persons": [suspect(given_names="Tariq")]}, with_phone())
    first = submit(submission(**person), by=cast.nurse)
    submit(submission(**person), by=cast.teacher)
    process()
    report = Report.objects.get(submission=first.submission)
    with asking(cast.supervisor):
        core = review.proposals(cast.supervisor)[0].core
        review.decide(core, judgement="same", by=cast.supervisor, reason="Same phone.")
        evaluation.sanitise(report, by=cast.supervisor, text="A person was seen.")
        report.refresh_from_db()
        evaluation.open_to(report, to=cast.investigator, by=cast.supervisor, reason="Her case.")
    sign_in(cast.supervisor).get("/parked/")

    told = {operation: rows(operation=operation) for operation in OPERATIONS}
    assert [operation for operation, found in told.items() if not found] == []
    collected = told["collection"][0]
    assert (collected.actor, collected.actor_name) == (cast.nurse.pk, "nurse")
    assert (collected.agency, collected.role) == (cast.clinic.pk, "submitter")
    assert collected.object_ids == [first.submission]
    assert told["disclosure"][0].detail == {"recipients": [str(cast.investigator.pk)]}
    mentions = set(Mention.objects.values_list("pk", flat=True))
    by_worker, by_person = told["combination"]
    assert (by_worker.actor, set(by_worker.object_ids)) == (None, mentions)
    assert (by_person.actor, by_person.reason) == (cast.supervisor.pk, "Same phone.")


def test_nothing_that_was_sent_stands_in_the_log(cast, submit, process):
    words = "Zebrafinch"
    submit(
        submission(narrative=words, persons=[suspect(given_names=words, nicknames=[words])]),
        by=cast.teacher,
    )
    process()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM partners_auditevent a WHERE a::text ILIKE '%zebraf%'")
        assert cursor.fetchone()[0] == 0


def test_a_row_lives_and_dies_with_the_work_it_tells_of(cast):
    with transaction.atomic():
        audit.record(by=cast.teacher, operation="collection", verb="v", object_type="o")
        transaction.set_rollback(True)

    assert rows(verb="v") == []


def test_without_the_log_nothing_is_taken(cast, submit):
    with connection.cursor() as cursor:
        cursor.execute(
            "REVOKE INSERT (operation, actor, actor_name, agency, role, verb, object_type, "
            "object_ids, reason, detail) ON partners_auditevent FROM cse_profile_web"
        )
    with pytest.raises(audit.NotRecordedError):
        submit(submission(), by=cast.teacher)

    assert not Report.objects.exists()


def test_only_the_auditor_reads_the_log(cast):
    with asking(cast.analyst):
        audit.record(by=cast.analyst, operation="consultation", verb="v", object_type="o")
        assert rows() == []
    with asking(cast.auditor):
        assert [row.verb for row in rows()] == ["v"]
    with as_web():
        assert rows() == []


# The seals.


@pytest.fixture
def sealed(transactional_db, tmp_path):
    """Thirty rows of the log, sealed in three seals; and where."""
    change("DELETE FROM partners_auditevent")  # what is emptied between tests leaves them out
    change("DELETE FROM partners_sealingbegun")
    directory = tmp_path / "audit"
    for number in range(30):
        audit.record(
            by=None,
            operation="combination",
            verb=f"v{number}",
            object_type="o",
            object_ids=[uuid.uuid4()],
            detail={"number": number},
        )
        if number % 10 == 9:
            audit.seal(directory)
    return directory


def change(statement: str, *values: object) -> None:
    """What only somebody with the owner's rights can do."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def told(directory: Path, *statements: str) -> tuple[bool, int | None, str]:
    """The verdict after some statements, which are then undone."""
    with transaction.atomic():
        for statement in statements:
            change(statement)
        verdict = audit.verify(directory)
        transaction.set_rollback(True)
    return verdict.good, verdict.seq, verdict.problem


CHANGES = [
    "operation = 'erasure'",
    "at = at + interval '1 second'",
    "actor = gen_random_uuid()",
    "actor_name = 'somebody'",
    "agency = gen_random_uuid()",
    "role = 'analyst'",
    "verb = verb || ' '",
    "object_type = 'mention'",
    "object_ids = '{}'",
    "object_ids = array_append(object_ids, gen_random_uuid())",
    "reason = 'r'",
    "detail = '{}'",
    "id = gen_random_uuid()",
]


# A row is final once no older transaction runs on the whole server, and the quick suite runs two
# at once: the tests of seals belong to `make audit`, which runs alone.
@pytest.mark.audit
def test_any_change_to_a_sealed_row_is_found_and_the_row_named(sealed):
    seqs = [row.seq for row in rows()]
    assert audit.verify(sealed) == audit.Verdict(good=True, rows=30, seals=3)
    for place, what in enumerate(CHANGES):
        seq = seqs[place * 2]
        changed = f"UPDATE partners_auditevent SET {what} WHERE seq = {seq}"
        assert told(sealed, changed) == (False, seq, "a row was changed"), what
    assert audit.verify(sealed).good


@pytest.mark.audit
def test_a_row_that_is_gone_slipped_in_or_moved_is_found_and_named(sealed):
    seqs = [row.seq for row in rows()]
    gone = f"DELETE FROM partners_auditevent WHERE seq = {seqs[13]}"
    added = f"""INSERT INTO partners_auditevent (seq, xid, operation, actor_name, role, verb,
        object_type) OVERRIDING SYSTEM VALUE SELECT 99999, xid, 'erasure', 'system', '', 'v', 'o'
        FROM partners_auditevent WHERE seq = {seqs[4]}"""
    moved = f"""UPDATE partners_auditevent a SET verb = b.verb, id = b.id FROM partners_auditevent b
        WHERE (a.seq, b.seq) IN (({seqs[3]}, {seqs[17]}), ({seqs[17]}, {seqs[3]}))"""
    unkeyed = "ALTER TABLE partners_auditevent DROP CONSTRAINT partners_auditevent_pkey"
    uncounted = "DROP INDEX auditevent_seq"
    twice = added.replace("99999", str(seqs[4]))

    assert told(sealed, gone) == (False, seqs[13], "a row is missing")
    assert told(sealed, added) == (False, 99999, "a row was added")
    assert told(sealed, unkeyed, moved) == (False, seqs[3], "a row was changed")
    assert told(sealed, uncounted, twice) == (False, seqs[4], "a row was added")


@pytest.mark.audit
def test_the_first_bad_row_is_named_where_there_are_several(sealed):
    victims = sorted(row.seq for row in random.Random(3).sample(rows(), 5))
    chosen = ", ".join(map(str, victims))
    changed = f"UPDATE partners_auditevent SET verb = 'x' WHERE seq IN ({chosen})"

    assert told(sealed, changed)[1] == victims[0]


def _rewritten(lines: list[Any]) -> list[Any]:
    lines[1]["rows"][0][1] = "00" * 32
    return lines


#: What could be done to the file of seals, by somebody without the key.
SPOILT = {
    "the first cut off": lambda lines: lines[1:],
    "one cut out": lambda lines: [lines[0], lines[2]],
    "reordered": lambda lines: [lines[0], lines[2], lines[1]],
    "one twice": lambda lines: [lines[0], lines[0], *lines[1:]],
    "one rewritten": _rewritten,
}


@pytest.mark.audit
def test_a_file_of_seals_that_was_changed_is_found(sealed):
    path = sealed / "seals.jsonl"
    whole = path.read_text()
    for what, how in SPOILT.items():
        lines = how([json.loads(line) for line in whole.splitlines()])
        path.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))
        assert not audit.verify(sealed).good, what


@pytest.mark.audit
def test_seals_or_a_key_that_are_gone_are_missed_and_nothing_is_made_in_their_place(sealed):
    path, key = sealed / "seals.jsonl", sealed / "key.pem"
    held = key.read_bytes()
    key.unlink()
    assert audit.verify(sealed).problem == "the key of the seals is gone"
    assert not key.exists()
    path.unlink()
    assert audit.verify(sealed).problem == "the file of the seals is gone"
    key.write_bytes(held)
    assert audit.verify(sealed).problem == "the file of the seals is gone"


@pytest.mark.audit
def test_seals_made_anew_with_another_key_are_found(sealed, tmp_path):
    forged = tmp_path / "forged"
    audit.seal(forged)
    change(
        "DELETE FROM partners_sealingbegun WHERE key <> %s",
        audit.fingerprint(audit._key(sealed)),
    )

    assert audit.verify(forged).problem == "sealing did not begin with this key"


@pytest.mark.audit
def test_a_database_that_was_never_sealed_says_so_and_is_not_called_bad(
    transactional_db, settings, tmp_path, capsys
):
    change("DELETE FROM partners_sealingbegun")
    settings.VAR = tmp_path
    call_command("verify_audit")

    assert "sealing has not begun on this database" in capsys.readouterr().out


@pytest.mark.audit
def test_a_look_at_a_log_without_rows_is_no_loss(transactional_db, tmp_path):
    change("DELETE FROM partners_sealingbegun")
    assert audit.seal(tmp_path) == 0

    assert audit.verify(tmp_path) == audit.Verdict(good=True, rows=0, seals=0)


@pytest.mark.audit
def test_a_log_that_nobody_has_sealed_for_long_is_not_called_good(transactional_db, tmp_path):
    change("DELETE FROM partners_sealingbegun")
    audit.record(by=None, operation="combination", verb="v", object_type="o")
    assert audit.verify(tmp_path).good

    change("UPDATE partners_auditevent SET at = at - interval '61 minutes'")
    verdict = audit.verify(tmp_path)
    assert not verdict.good
    assert "sealing has never begun" in verdict.problem


@pytest.mark.audit
def test_seals_signed_with_another_key_are_found(sealed, tmp_path):
    audit.record(by=None, operation="combination", verb="v", object_type="o")
    audit.seal(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "key.pem", sealed / "key.pem")

    assert not audit.verify(sealed).good


@pytest.mark.audit
def test_a_row_whose_transaction_still_runs_is_sealed_once_it_has_ended(sealed):
    """Numbers are given before commit: a lower one may appear after a higher one was sealed."""
    assert audit.seal(sealed) == 0
    with transaction.atomic():
        audit.record(by=None, operation="combination", verb="open", object_type="o")
        assert audit.seal(sealed) == 0
    assert audit.seal(sealed) == 1
    assert audit.verify(sealed) == audit.Verdict(good=True, rows=31, seals=4)


@pytest.mark.audit
def test_the_signing_key_is_readable_by_its_owner_only(tmp_path, transactional_db):
    audit.record(by=None, operation="combination", verb="v", object_type="o")
    audit.seal(tmp_path)
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0


def test_a_tree_tells_a_leaf_from_a_branch_and_one_order_from_another():
    one, two, three = (audit.leaf_hash([n]) for n in range(3))

    assert audit.merkle_root([one, two]) != audit.merkle_root([two, one])
    assert audit.merkle_root([one, two]) != audit.leaf_hash([(one + two).hex()])
    assert audit.merkle_root([one, two, three]) != audit.merkle_root([one, two])
    assert audit.leaf_hash(["ab", "c"]) != audit.leaf_hash(["a", "bc"])
    assert audit.leaf_hash([None]) != audit.leaf_hash([""])


@pytest.mark.audit
def test_the_command_names_the_bad_row_and_fails(sealed, settings, capsys):
    settings.VAR = sealed.parent
    call_command("verify_audit")
    assert "30 rows in 3 seals" in capsys.readouterr().out
    victim = rows()[5].seq
    change("UPDATE partners_auditevent SET verb = 'x' WHERE seq = %s", victim)

    with pytest.raises(CommandError, match=f"row {victim}: a row was changed"):
        call_command("verify_audit")


@pytest.mark.audit
def test_a_thousand_changes_are_all_found_and_a_hundred_clean_looks_find_none(sealed):
    dice = random.Random(11)
    seqs = [row.seq for row in rows()]
    missed = []
    for _ in range(1000):
        seq, what = dice.choice(seqs), dice.choice([*CHANGES, ""])
        work = (
            f"UPDATE partners_auditevent SET {what}" if what else "DELETE FROM partners_auditevent"
        )
        if told(sealed, f"{work} WHERE seq = {seq}")[:2] != (False, seq):
            missed.append((seq, what))

    assert missed == []
    assert all(audit.verify(sealed).good for _ in range(100))
