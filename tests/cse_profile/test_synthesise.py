"""synthesise: an invented world, from the command line."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone


def synthesise(out, **options):
    said = StringIO()
    values = {"submissions": 50, "seed": 1, "world": "easy", "out": out, **options}
    call_command("synthesise", stdout=said, stderr=said, **values)
    return said.getvalue()


def test_it_writes_the_world_and_apart_from_it_the_truth(tmp_path):
    said = synthesise(tmp_path / "new" / "world")

    names = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*"))
    assert names == [
        "new/world/agencies.csv",
        "new/world/submissions.jsonl",
        "new/world/truth/persons.csv",
    ]
    assert said.startswith("50 submissions with ")


def test_it_tells_of_no_day_to_come(tmp_path):
    with pytest.raises(CommandError, match="lies in the future"):
        synthesise(tmp_path, last_day=timezone.localdate() + timedelta(days=1))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CommandError, match="file"):
        synthesise(tmp_path / "file")


def test_fewer_than_no_submissions_are_refused(tmp_path):
    with pytest.raises(CommandError, match="no fewer than 0"):
        synthesise(tmp_path, submissions=-1)
