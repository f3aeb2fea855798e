"""The Welsh catalogue: what is to be translated, and the compiled file that Django reads.

Without gettext on the machine: the words are found by reading our own sources. `make catalogue`
adds to `locale/cy` what is new, untranslated; `compile_all` writes the `.mo`, which is in no
commit, whenever the `.po` is newer.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "locale" / "cy" / "LC_MESSAGES" / "django.po"
#: Sources that pages in Welsh take their words from: Python, and templates.
PYTHON = (
    "partners/models.py",
    "partners/navigation.py",
    "intelligence/chips.py",
    "intelligence/alarms.py",
    "intelligence/questions.py",
    "intelligence/quick.py",
    "intelligence/views/answering.py",
    "intelligence/views/gate.py",
    "intelligence/views/quick.py",
    "intelligence/views/sending.py",
)
TEMPLATES = (
    "base.html",
    "partners/danger.html",
    "intelligence/gate.html",
    "intelligence/quick.html",
    "intelligence/chip.html",
    "intelligence/remarks.html",
    "intelligence/question.html",
    "intelligence/submission.html",
    "intelligence/submissions.html",
    "intelligence/withdraw.html",
    "ui/answer.html",
    "ui/asked.html",
    "ui/error_summary.html",
    "ui/field.html",
    "ui/next.html",
    "ui/section.html",
    "ui/stage.html",
)
_MARKED = frozenset({"_", "gettext", "gettext_lazy"})
#: What `templatize` makes of the tags of a template.
_IN_TEMPLATE = re.compile(r"""\bgettext\(\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
#: A sentence that the reading of free text gives as its reason.
_REASON = re.compile(r"[A-Z].* .*\.")


def messages() -> set[str]:
    """Everything that pages in Welsh may say, in English."""
    found = {word for path in PYTHON for word in _of_python(ROOT / path)}
    found |= {word for path in TEMPLATES for word in _of_template(ROOT / "templates" / path)}
    return found | set(_of_reading()) | set(_of_code())


def _of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            said = node.args[0]
            if node.func.id in _MARKED and isinstance(said, ast.Constant):
                yield str(said.value)


def _of_template(path: Path) -> Iterator[str]:
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for match in _IN_TEMPLATE.finditer(source):
        yield str(ast.literal_eval(match[1])).replace("%%", "%")


def _of_reading() -> Iterator[str]:
    """The reasons of the reading, which is pure and knows no Django."""
    for path in sorted((ROOT / "intelligence" / "reading").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        owners = [
            n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
        ]
        told = {ast.get_docstring(owner, clean=False) for owner in owners}
        for node in ast.walk(tree):
            said = node.value if isinstance(node, ast.Constant) else None
            if isinstance(said, str) and _REASON.fullmatch(said) and said not in told:
                yield said


def _of_code() -> Iterator[str]:
    """What is put together from codes, or shown from a list of the models."""
    from intelligence import chips, wording
    from intelligence.models import Submission, Withdrawal
    from intelligence.models.answers import Phrase

    yield from wording.every_word()
    yield from map(str, Submission.Channel.labels)
    yield from map(str, Phrase.labels)
    yield from map(str, set(Withdrawal.Reason.labels) - {Withdrawal.Reason.CORRECTED.label})
    yield from chips.PROBLEMS


def compile_all() -> None:
    """Write the compiled catalogue where there is none, or an older one."""
    compiled = SOURCE.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= SOURCE.stat().st_mtime:
        return
    new = compiled.with_suffix(f".{os.getpid()}")
    polib.pofile(str(SOURCE)).save_as_mofile(str(new))
    new.replace(compiled)  # whole, or not at all: others may be reading


def update() -> int:
    """Add what is new to the catalogue, take out what is gone; the number without a translation."""
    held = polib.pofile(str(SOURCE), wrapwidth=0)
    wanted = messages()
    kept = [entry for entry in held if entry.msgid in wanted]
    new = wanted - {entry.msgid for entry in kept}
    entries = sorted([*kept, *(polib.POEntry(msgid=word) for word in new)], key=lambda e: e.msgid)
    held[:] = entries
    held.save()
    return len(held.untranslated_entries()) + len(held.fuzzy_entries())


def main() -> None:
    """`make catalogue`."""
    import django

    django.setup()
    missing = update()
    compile_all()
    sys.stdout.write(f"{missing} without a translation: {SOURCE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_profile.settings")
    main()
