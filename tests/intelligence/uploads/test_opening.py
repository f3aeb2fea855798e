"""Files that kill parsers are refused with a sentence; files that partners really send are read."""

import io
import os
import socket
import struct
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from intelligence.uploads import opening, reader

ROWS = [["Date", "Details"], ["02/03/2026", "Seen near the arcade"]]


def workbook(*rows, title="Sheet") -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rebuilt(raw: bytes, change=None, **added) -> bytes:
    """An archive with parts changed (`change` is given name and content) and added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(name, content) if change else content)
        for name, content in added.items():
            base, _, kind = name.replace("__", "/").rpartition("_")
            new.writestr(f"{base}.{kind}", content)
    return out.getvalue()


def in_sheet(text: bytes, *, before=b"<sheetData>"):
    """A workbook whose sheet has `text` put in."""

    def change(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        return content.replace(before, before + text)

    return rebuilt(workbook(*ROWS), change)


def entity(text: bytes):
    """A workbook whose sheet defines an entity."""

    def change(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        start = content.find(b"<worksheet")
        return content[:start] + text + content[start:]

    return rebuilt(workbook(*ROWS), change)


def far_corner() -> bytes:
    """Two cells, at either end of the largest sheet there is: 549 GB as an array."""
    book = Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 2
    return saved(book)


def formula() -> bytes:
    book = Workbook()
    book.active["A1"] = '=HYPERLINK("http://127.0.0.1/","x")'
    return saved(book)


def zeros(size: int) -> bytes:
    """A sheet that unpacks to `size` bytes."""
    return rebuilt(workbook(*ROWS), xl__worksheets__sheet2_xml=b" " * size)


def lying() -> bytes:
    """An archive whose directory says that a part is tiny."""
    raw = bytearray(zeros(30 * 1024 * 1024))
    at = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<I", raw, at + 24, 10)
    return bytes(raw)


def symlink() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo("xl/workbook.xml")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return out.getvalue()


def encrypted() -> bytes:
    raw = bytearray(workbook(*ROWS))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        raw[at + place] |= 1
    return bytes(raw)


def many() -> bytes:
    return rebuilt(workbook(*ROWS), **{f"xl__m{n}_xml": b"<x/>" for n in range(300)})


def damaged() -> bytes:
    raw = bytearray(workbook(*ROWS))
    raw[len(raw) // 3] ^= 0xFF
    raw[len(raw) // 2] ^= 0xFF
    return bytes(raw)


LAUGHS = (
    b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def renamed(raw: bytes, name: str) -> bytes:
    """A workbook whose sheet is a part of another name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            content = old.read(part).replace(b"worksheets/sheet1.xml", name.encode())
            new.writestr(part.replace("worksheets/sheet1.xml", name), content)
    return out.getvalue()


HOSTILE = {
    "a formula in a sheet of another name": lambda: renamed(formula(), "other.xml"),
    "a sheet that is no XML by its name": lambda: renamed(workbook(*ROWS), "other.dat"),
    "a workbook that unpacks to gigabytes": lambda: zeros(70 * 1024 * 1024),
    "an archive that says it is smaller than it is": lying,
    "a cell in the far corner": far_corner,
    "entities within entities": lambda: entity(LAUGHS),
    "an entity that reads a file": lambda: entity(
        b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "an entity in lower case": lambda: entity(b"<!doctype w>"),
    "a sheet in another alphabet of bytes": lambda: rebuilt(
        workbook(*ROWS),
        lambda name, raw: raw.decode().encode("utf-16") if "sheet1" in name else raw,
    ),
    "a formula": formula,
    "a formula with a prefix": lambda: in_sheet(
        b'<row r="9"><c r="A9"><x:f xmlns:x="u">1+1</x:f></c></row>'
    ),
    "macros": lambda: rebuilt(workbook(*ROWS), xl__vbaProject_bin=b"x"),
    "links to other files": lambda: rebuilt(workbook(*ROWS), xl__externalLinks__e1_xml=b"<x/>"),
    "a file inside": lambda: rebuilt(workbook(*ROWS), xl__embeddings__o_bin=b"x"),
    "a picture inside": lambda: rebuilt(workbook(*ROWS), xl__media__i_png=b"x"),
    "an archive inside": lambda: rebuilt(workbook(*ROWS), xl__more_zip=b"PK"),
    "a path that climbs out": lambda: rebuilt(workbook(*ROWS), **{"..__..__x_xml": b"<x/>"}),
    "a link": symlink,
    "a password": encrypted,
    "too many members": many,
    "an old Excel file with a new name": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    "damaged": damaged,
    "cut off": lambda: workbook(*ROWS)[:900],
    "another archive": lambda: zip_of(readme=b"hello"),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "a PDF": lambda: b"%PDF-1.7\n" + b"\0" * 64,
    "a web page": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "nothing": lambda: b"",
    "blanks": lambda: b" \n \n",
    "a million rows": lambda: b"a\n" * 1_000_000,
    "a thousand columns": lambda: b"," * 1000 + b"x\n",
    "no sheet with anything": lambda: workbook(),
    "too large": lambda: b"a" * (opening.MOST_BYTES + 1),
}


def zip_of(**members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_plain_sentence(name):
    before = os.getpid(), len(os.listdir("/proc/self/fd"))
    with pytest.raises(opening.UnreadableError) as refused:
        opening.open_table(HOSTILE[name]())

    said = str(refused.value)
    assert said.endswith(".")
    assert "Traceback" not in said
    assert "Error" not in said.replace("(", "")
    assert before == (os.getpid(), len(os.listdir("/proc/self/fd")))


def test_nothing_is_fetched_for_an_entity():
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        ear.listen()
        ear.settimeout(0.2)
        address = f"http://127.0.0.1:{ear.getsockname()[1]}/x"
        with pytest.raises(opening.UnreadableError):
            opening.open_table(entity(f'<!DOCTYPE w SYSTEM "{address}">'.encode()))
        with pytest.raises(TimeoutError):
            ear.accept()


_SHOW_LIMITS = """
import resource
from intelligence.uploads import reader
reader.limit()
kinds = resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE
print(*[resource.getrlimit(kind)[0] for kind in kinds])
"""


def test_the_reader_gives_up_memory_time_and_files():
    """What it could still do if a parser were taken over: a child shows its own limits."""
    import subprocess
    import sys

    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            _SHOW_LIMITS,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown.split() == [str(512 * 1024 * 1024), "20", "0"]


@pytest.mark.parametrize(
    ("raw", "cells"),
    [
        pytest.param("Name;Notes\nÉowyn;“quoted”\n".encode("cp1252"), "Éowyn", id="windows"),
        pytest.param("Name,Notes\nÉowyn,x\n".encode("utf-8-sig"), "Éowyn", id="byte order mark"),
        pytest.param("Name\tNotes\nÉowyn\tx\n".encode("utf-16"), "Éowyn", id="utf-16 with tabs"),
        pytest.param(b"Name|Notes\nOwen|x\n", "Owen", id="bars"),
        pytest.param(b'Name,Notes\r\n"Owen","a\nb, c"\r\n', "Owen", id="lines within a cell"),
        pytest.param(workbook(["Name", "Notes"], ["Owen", "x"]), "Owen", id="workbook"),
    ],
)
def test_a_table_is_read_however_it_was_written(raw, cells):
    table = opening.open_table(raw)

    assert [number for number, _ in table.rows] == [1, 2]
    assert table.rows[0][1] == ["Name", "Notes"]
    assert table.rows[1][1][0] == cells


def test_cells_of_a_workbook_come_as_people_see_them():
    when, at = date(2026, 3, 2), datetime(2026, 3, 2, 21, 30)  # noqa: DTZ001 - as a sheet has it
    table = opening.open_table(workbook(["a"] * 6, [14.0, 1.5, when, at, True, None, "x"]))
    assert table.rows[1][1] == ["14", "1.5", "2026-03-02", "2026-03-02 21:30:00", "yes", "", "x"]


def test_empty_rows_are_passed_over_and_numbers_stay_those_of_the_sheet():
    table = opening.open_table(b"Name,Notes\n,\n\nOwen,x\n")
    assert [number for number, _ in table.rows] == [1, 4]


def test_hidden_sheets_are_not_read():
    book = Workbook()
    book.active.append(["secret"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Log").append(["Name"])
    table = opening.open_table(saved(book))
    assert (table.sheet, table.rows) == ("Log", [(1, ["Name"])])


def test_a_cell_that_is_far_too_long_is_cut_to_one_more_than_may_be_kept():
    table = opening.open_table(b"Notes,x\n" + b"a" * 1_000_000 + b",y\n")
    assert len(table.rows[1][1][0]) == reader.MOST_CHARACTERS


def test_what_no_record_can_keep_comes_as_a_wrong_sign():
    table = opening.open_table(b"Notes,x\na\x00b,y\n")
    assert table.rows[1][1][0] == "a\ufffdb"
