"""The program that opens a file: a process of its own, with little memory, time and no network.

Bytes on standard input, JSON lines on standard output: `{"sheet": ...}`, then `[number, cells]`
for each row that says something; or `{"problem": ...}`, one sentence for whoever sent it. Run by
`opening.py`; imports nothing of ours, so that nothing of ours can be reached from here.

What is refused, and why, follows what spreadsheet parsers have been killed with: archives that
unpack to gigabytes, cells at the far corner of the sheet, XML entities, macros, links to outside.
"""

import csv
import ctypes
import io
import json
import re
import resource
import stat
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

MOST_ROWS = 20_000
MOST_COLUMNS = 100
#: Characters of one cell that are read on; one more than any answer may have.
MOST_CHARACTERS = 20_001
MOST_MEMBERS = 200
#: Bytes that a workbook may unpack to, and how many times its own size that may be.
MOST_UNPACKED = 60 * 1024 * 1024
MOST_RATIO = 100
_SMALL = 1024 * 1024

#: Bytes of memory and seconds of processor that reading may take.
_MEMORY = 512 * 1024 * 1024
_SECONDS = 20

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


class RefusedError(Exception):
    """A file that is not read; the message is one sentence for whoever sent it."""


def limit() -> None:
    """Give up memory, time, files and the network for the rest of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A network of its own has no way out. Where the kernel does not let us, nothing here opens a
    # connection anyway: entities and links to outside are refused before they are parsed.
    ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NETWORK)


def main() -> None:
    """Read standard input; write rows, or the sentence that says why not."""
    limit()
    raw = sys.stdin.buffer.read()
    try:
        for line in read(raw):
            _say(line)
    except RefusedError as refused:
        _say({"problem": str(refused)})
    except MemoryError:
        _say({"problem": "The file needs too much memory to open. Split it."})
    except Exception as error:  # noqa: BLE001 - to whoever sent it, any failure is the file's
        kind = type(error).__name__
        _say({"problem": f"The file is damaged and cannot be read ({kind})."})


def _say(line: object) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


def read(raw: bytes) -> Iterator[Any]:
    """What the bytes hold, by what they are and not by what they are called."""
    if not raw.strip():
        raise RefusedError("The file is empty.")
    for start, sentence in _NOT_READ:
        if raw.startswith(start):
            raise RefusedError(sentence)
    yield from (_workbook(raw) if raw.startswith(b"PK") else _text(raw))


_SAVE_AS = "Save it as CSV or as an Excel workbook (.xlsx) and send that."
_NOT_READ = (
    (
        b"\xd0\xcf\x11\xe0",
        f"This is an old or a password-protected Excel file. {_SAVE_AS}",
    ),
    (b"%PDF", f"This is a PDF, not a table. {_SAVE_AS}"),
    (b"{\\rtf", f"This is a text document, not a table. {_SAVE_AS}"),
    (b"\x89PNG", "This is a picture. We do not take pictures: say who holds it."),
    (b"\xff\xd8\xff", "This is a picture. We do not take pictures: say who holds it."),
    (b"GIF8", "This is a picture. We do not take pictures: say who holds it."),
    (b"<?xml", f"This is XML, not a table. {_SAVE_AS}"),
    (b"<html", f"This is a web page, not a table. {_SAVE_AS}"),
    (b"<!DOCTYPE", f"This is a web page, not a table. {_SAVE_AS}"),
)


# Text


def _text(raw: bytes) -> Iterator[Any]:
    text, encoding = _decoded(raw)
    delimiter = _delimiter(text)
    yield {"sheet": "", "encoding": encoding, "delimiter": delimiter}
    csv.field_size_limit(len(text) + 1)
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        yield from _rows(enumerate(table, start=1))
    except csv.Error as error:
        raise RefusedError(f"The file is not a table that can be read: {error}.") from None


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text, and how it was written: with a mark, in UTF-8, or as Windows does (cp1252)."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return raw.decode(name), name
            except UnicodeDecodeError:
                break
    for name in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            continue
    raise RefusedError(f"The letters of this file cannot be read. {_SAVE_AS}")


def _delimiter(text: str) -> str:
    """What divides the cells: the character that gives the first lines most cells alike."""
    sample = text[:65_536].splitlines()[:50]
    best, found = 0.0, ","
    for candidate in (",", ";", "\t", "|"):
        widths = [len(row) for row in csv.reader(sample, delimiter=candidate) if any(row)]
        if not widths or max(widths) < 2:
            continue
        usual = max(set(widths), key=widths.count)
        worth = usual * widths.count(usual) / len(widths) if usual > 1 else 0.5
        if worth > best:
            best, found = worth, candidate
    return found


# Workbooks


def _workbook(raw: bytes) -> Iterator[Any]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        _check_members(archive, len(raw))
        _check_parts(archive)
    # NotImplementedError is what zipfile raises for a way of packing that it does not know.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        raise RefusedError(f"The file is damaged: {str(error) or 'it ends too early'}.") from None
    yield from _sheet(raw)


def _check_members(archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise RefusedError("This archive holds too many files to be a workbook of ours.")
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        raise RefusedError("This archive holds a file twice; it was not written by Excel.")
    for member in members:
        _check_member(member)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > MOST_RATIO * size):
        raise RefusedError("This workbook unpacks to far more than it seems. Save it as CSV.")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise RefusedError(f"This is an archive, and no Excel workbook. {_SAVE_AS}")


_FORBIDDEN = (
    ("vbaproject", "This workbook has macros. Save it without (.xlsx), or as CSV."),
    ("externallinks/", "This workbook has links to other files. Save it as CSV."),
    ("embeddings/", "This workbook has other files inside. Save it as CSV."),
    ("activex", "This workbook has controls inside. Save it as CSV."),
    ("connections.xml", "This workbook fetches data from elsewhere. Save it as CSV."),
    ("media/", "This workbook has pictures. We do not take pictures: save it as CSV."),
)


#: How the parts end that a parser reads, and the few others that Excel writes.
_XML = (".xml", ".rels", ".vml")
_UNREAD = ("xl/printersettings/", "docprops/thumbnail.")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename.lower()
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        raise RefusedError("This archive points outside itself; it was not written by Excel.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise RefusedError("This archive holds a link; it was not written by Excel.")
    if member.flag_bits & 1:
        raise RefusedError("This workbook is protected by a password. Save it without.")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusedError("This archive is packed in an unusual way; save it as CSV.")
    _check_name(name)


def _check_name(name: str) -> None:
    """Refuse what a workbook of values does not need, whatever is in it."""
    for part, sentence in _FORBIDDEN:
        if part in name:
            raise RefusedError(sentence)
    if not name.endswith((*_XML, "/")) and not name.startswith(_UNREAD):
        raise RefusedError("This workbook has a part that we do not know. Save it as CSV.")


#: Read in pieces; each begins with the end of the one before, so that nothing hides at the seam.
_PIECE, _SEAM = 1024 * 1024, 256
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHEET = re.compile(rb"<(?:[\w.-]+:)?worksheet[\s>]")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?:\s[^>]*)?/?>")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,4})?(\d{1,12})["']""")


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Every XML part before a parser sees it. Reads no more of each than it said it holds."""
    for member in archive.infolist():
        if not member.filename.lower().endswith(_XML):
            continue
        with archive.open(member) as part:
            before, is_sheet = b"", False
            while piece := part.read(_PIECE):
                seen = before + piece
                # By what it is: a workbook may call its sheets as it likes.
                is_sheet = is_sheet or bool(_SHEET.search(seen))
                _check_xml(seen, is_sheet=is_sheet)
                before = seen[-_SEAM:]


def _check_xml(seen: bytes, *, is_sheet: bool) -> None:
    if b"\x00" in seen:
        raise RefusedError("This workbook is written in an unusual way; save it as CSV.")
    if _ENTITY.search(seen):
        raise RefusedError(
            "This workbook defines shortcuts of its own (XML entities). Save as CSV."
        )
    if not is_sheet:
        return
    if _FORMULA.search(seen):
        raise RefusedError(
            "This workbook has formulas. Save it as CSV, or copy and paste the values only."
        )
    for column, row in _CELL.findall(seen):
        if int(row) > MOST_ROWS + 1 or (column and _number(column) > MOST_COLUMNS):
            raise RefusedError(
                f"There is something at {(column or b'row ').decode()}{int(row)}. A sheet may have "
                f"{MOST_ROWS:,} rows and {MOST_COLUMNS} columns: split it, or clear the rest."
            )


def _number(column: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number


def _sheet(raw: bytes) -> Iterator[Any]:
    # Not needed for values, and asks for more memory than there is.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = list(_rows(enumerate(sheet.iter_rows(values_only=True), start=1)))
        if rows:
            yield {"sheet": sheet.title, "encoding": "", "delimiter": ""}
            yield from rows
            return
    raise RefusedError("No sheet of this workbook has anything in it.")


def _rows(numbered: Iterable[tuple[int, Iterable[object]]]) -> Iterator[list[Any]]:
    """The rows that say something, each with its number as the sender sees it."""
    for number, values in numbered:
        if number > MOST_ROWS + 1:
            raise RefusedError(f"A file may have at most {MOST_ROWS:,} rows. Split it.")
        cells = [_cell(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise RefusedError(
                f"Row {number} has {len(cells)} columns; at most {MOST_COLUMNS} can be read."
            )
        if cells:
            yield [number, cells]


#: What no record can keep: NUL, and half of a surrogate pair. Shown as what it is: a wrong sign.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _cell(value: object) -> str:
    """A value as its text: whole numbers without `.0`, dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return _UNSTORABLE.sub("\ufffd", str(value)[:MOST_CHARACTERS].strip())


if __name__ == "__main__":
    main()
