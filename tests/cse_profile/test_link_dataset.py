"""link_dataset: a file of persons in, `id,cluster` out, no label read."""

import csv
import json
from datetime import date
from io import StringIO

import duckdb
import pytest
from django.core.management import CommandError, call_command

from cse_profile import datasets

#: Persons of FEBRL's kind: the same one twice with slips, and some who are nobody else.
FEBRL = """\
rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id
a, marisol, thornquist, 7, swarte place, mill, forties, 2119, zx, 19800409, 1804974
b, marisol, thornquest, 7, swarte place, mil, forties, 2119, zx, 19800409, 1804974
"""  # noqa: E501
ALONE = "n{n}, {given}, {family}, {n}, {family} road, , town{n}, {n}99, zx, {born}, 55{n}0{n}\n"
GIVEN = ("orla", "petros", "quentin", "rhoda", "sven", "tamsin", "ulric", "verity", "wanda")
FAMILY = ("kestrelby", "lowmarsh", "fenwater", "gadwallow", "ashgull", "brinepool", "saltcote")


def persons(count=60):
    """FEBRL rows: the two that are one, then people who share nothing."""
    rows = [FEBRL]
    for n in range(count):
        born = f"19{50 + n % 50}{1 + n % 12:02d}{1 + n % 28:02d}"
        given, family = GIVEN[n % len(GIVEN)], FAMILY[n // len(GIVEN) % len(FAMILY)]
        rows.append(ALONE.format(n=n, given=given, family=family, born=born))
    return "".join(rows)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "persons.csv"
    path.write_text(persons())
    return path


def link(source, target, form="febrl", **options):
    said = StringIO()
    call_command("link_dataset", str(source), str(target), format=form, stdout=said, **options)
    return said.getvalue()


def written(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert not rows or list(rows[0]) == ["id", "cluster"]
    return {row["id"]: row["cluster"] for row in rows}


def mapped(tmp_path, **fields):
    path = tmp_path / "map.json"
    path.write_text(json.dumps(fields))
    return path


def read_one(tmp_path, text, **fields):
    """The record of the only row of a CSV file."""
    path = tmp_path / "one.csv"
    path.write_text(text)
    (record,) = datasets.read(path, datasets.read_map(mapped(tmp_path, **fields))).records
    return record


def test_two_rows_of_one_person_share_a_cluster_and_others_do_not(source, tmp_path):
    said = link(source, tmp_path / "out.csv")

    found = written(tmp_path / "out.csv")
    assert len(found) == 62
    assert found["a"] == found["b"]
    assert list(found.values()).count(found["a"]) == 2
    assert said.startswith(f"62 rows, {len(set(found.values()))} persons in ")


def test_splink_in_duckdb_links_the_file_alike(source, tmp_path):
    link(source, tmp_path / "one.csv")
    link(source, tmp_path / "other.csv", executor="duckdb")

    assert written(tmp_path / "one.csv") == written(tmp_path / "other.csv")


def test_rows_come_out_in_the_order_in_which_they_came_in(source, tmp_path):
    link(source, tmp_path / "out.csv")

    assert list(written(tmp_path / "out.csv"))[:3] == ["a", "b", "n0"]


def test_neither_the_names_of_rows_nor_their_order_say_who_is_who(source, tmp_path):
    link(source, tmp_path / "one.csv")
    header, *rows = source.read_text().splitlines()
    renamed = {row.split(",")[0]: f"x{place}" for place, row in enumerate(rows)}
    others = [f"{renamed[row.split(',')[0]]},{row.split(',', 1)[1]}" for row in rows]
    source.write_text("\n".join([header, *others[::-1]]))
    link(source, tmp_path / "other.csv")

    def groups(found, name):
        by_cluster: dict[str, set[str]] = {}
        for row, cluster in found.items():
            by_cluster.setdefault(cluster, set()).add(name(row))
        return {frozenset(group) for group in by_cluster.values()}

    assert groups(written(tmp_path / "one.csv"), renamed.get) == groups(
        written(tmp_path / "other.csv"), str
    )


def test_a_label_in_the_file_changes_nothing(tmp_path):
    rows = [
        f"{n},{GIVEN[n % 9]},{FAMILY[n // 9 % 7]},19{60 + n % 30}-0{1 + n % 9}-11,,"
        for n in range(40)
    ]
    for name, label in (("plain", lambda n: ""), ("labelled", lambda n: f"{n // 2}")):
        text = "unique_id,first_name,surname,dob,city,email,cluster\n"
        text += "\n".join(f"{row},{label(n)}" for n, row in enumerate(rows))
        (tmp_path / f"{name}.csv").write_text(text)
        link(tmp_path / f"{name}.csv", tmp_path / f"{name}.out", form="fake1000")

    assert written(tmp_path / "plain.out") == written(tmp_path / "labelled.out")


def test_a_parquet_file_reads_like_csv(source, tmp_path):
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT '1' AS unique_id, 'mary' AS first_name, 'winterbourne' AS surname, "
            "DATE '1788-02-03' AS dob, NULL AS gender, 'ZX1 2AB' AS postcode_fake) "
            f"TO '{tmp_path / 'p.parquet'}' (FORMAT parquet)"
        )

    dataset = datasets.read(tmp_path / "p.parquet", datasets.HISTORICAL50K)

    (record,) = dataset.records
    assert dataset.names == ["1"]
    assert (record.given_names, record.family_name) == (("mary",), "winterbourne")
    assert record.born_from == record.born_to == date(1788, 2, 3)
    assert record.postcodes == ("ZX1 2AB",)
    assert record.gender == ""


def test_a_map_names_the_columns(tmp_path):
    record = read_one(
        tmp_path,
        "\ufeffno,first,second,last,called,street,town,zip,tel,mobile,sex,ssn,case\n"
        "1,Ann,Mary,Marsh,Annie,7 Swarte Street,Forties,ZX1 2AB,07700 900123,12345678,F,A 1,A 1\n",
        id="no",
        given_names=["first", "second"],
        family_name="last",
        nicknames="called",
        address=["street", "town"],
        postcode="zip",
        phone=["tel", "mobile"],
        gender="sex",
        identifier=["ssn", "case"],
    )

    assert record.given_names == ("ann", "mary")
    assert record.family_name == "marsh"
    assert record.nicknames == ("annie",)
    assert record.addresses == ("7 swarte st forties",)
    assert record.postcodes == ("ZX1 2AB",)
    assert record.phones == ("+447700900123", "12345678")
    assert record.gender == "female"
    assert record.identifiers == ("case:a1", "ssn:a1")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1971-06-24", date(1971, 6, 24), date(1971, 6, 24)),
        ("19710624", date(1971, 6, 24), date(1971, 6, 24)),
        ("24/6/1971", date(1971, 6, 24), date(1971, 6, 24)),
        ("1971-06-24 00:00:00", date(1971, 6, 24), date(1971, 6, 24)),
        ("1971-06", date(1971, 6, 1), date(1971, 6, 30)),
        ("1971", date(1971, 1, 1), date(1971, 12, 31)),
        ("19710231", date(1971, 2, 1), date(1971, 2, 28)),
        ("19711324", date(1971, 1, 1), date(1971, 12, 31)),
        ("0000-01-01", None, None),
        ("next spring", None, None),
        ("", None, None),
    ],
)
def test_a_birthday_is_read_as_far_as_it_says_something(text, first, last, tmp_path):
    record = read_one(tmp_path, f"id,born\n1,{text}\n", id="id", date_of_birth="born")

    assert (record.born_from, record.born_to) == (first, last)


@pytest.mark.parametrize(
    ("row", "first", "last"),
    [
        ("1949,7,22", date(1949, 7, 22), date(1949, 7, 22)),
        ("1949.0,7.0,", date(1949, 7, 1), date(1949, 7, 31)),
        ("1949,,", date(1949, 1, 1), date(1949, 12, 31)),
        (",7,22", None, None),
        ("inf,nan,x", None, None),
    ],
)
def test_a_birthday_may_come_in_parts(row, first, last, tmp_path):
    record = read_one(
        tmp_path,
        f"id,by,bm,bd\n1,{row}\n",
        id="id",
        birth_year="by",
        birth_month="bm",
        birth_day="bd",
    )

    assert (record.born_from, record.born_to) == (first, last)


def test_values_that_mean_nothing_are_left_out(tmp_path):
    record = read_one(
        tmp_path,
        f"id,name,tel,zip\n1,{'x' * 10_000},👻👻,unknown\n",
        id="id",
        given_names="name",
        phone="tel",
        postcode="zip",
    )

    assert (record.given_names, record.phones, record.postcodes) == ((), (), ())


def test_a_file_without_rows_is_an_answer_without_rows(tmp_path):
    (tmp_path / "in.csv").write_text(FEBRL.splitlines()[0] + "\n")

    assert link(tmp_path / "in.csv", tmp_path / "out.csv").startswith("0 rows, 0 persons")
    assert (tmp_path / "out.csv").read_text() == "id,cluster\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file is empty"),
        ("given_name,surname\nann,marsh\n", "there is no column “id”"),
        ("rec_id,shoe_size\n1,39\n", "none of the columns of its format"),
        ("rec_id,surname\n1,marsh\n1,lane\n", "two rows have the id “1”"),
        ("rec_id,surname\n ,marsh\n", "row 1 has no id"),
        ("rec_id,surname\n1,marsh,too,many\n", "row 1 has more values than there are columns"),
        ("rec_id,surname,surname\n1,marsh,lane\n", "two columns are called “surname”"),
        ('rec_id,surname\n1,"mar"sh\n', "this is not CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(text, sentence, tmp_path):
    (tmp_path / "in.csv").write_text(text)

    with pytest.raises(CommandError, match=sentence):
        link(tmp_path / "in.csv", tmp_path / "out.csv")
    assert not list(tmp_path.glob("out*"))


def test_bytes_that_are_not_text_or_not_parquet_are_refused(tmp_path):
    for name, sentence in (("in.csv", "not text in UTF-8"), ("in.parquet", "not a Parquet file")):
        (tmp_path / name).write_bytes(b"id,\xff\xfe\x00")
        with pytest.raises(CommandError, match=sentence):
            link(tmp_path / name, tmp_path / "out.csv")


@pytest.mark.parametrize("name", ["none.csv", "none.parquet"])
def test_a_file_that_is_not_there_is_named(name, tmp_path):
    with pytest.raises(CommandError, match=rf"{name}: No such file or directory\."):
        link(tmp_path / name, tmp_path / "out.csv")


def test_an_answer_that_cannot_be_written_leaves_nothing_behind(source, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        link(source, tmp_path / "none" / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["persons.csv"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "this is not JSON"),
        ("[]", "a map is an object"),
        ('{"surname": "last"}', "there is no field “surname”: there are id, given_names"),
        ('{"id": 3}', "“id” is a column or a list of columns"),
        ('{"family_name": "surname"}', "the map names no column for “id”"),
        ('{"id": "rec_id", "phone": "tel"}', "there is no column “tel”, which the map names"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_in_a_sentence(text, sentence, source, tmp_path):
    (tmp_path / "map.json").write_text(text)

    with pytest.raises(CommandError, match=sentence):
        link(source, tmp_path / "out.csv", form="csv", map=tmp_path / "map.json")


def test_the_format_csv_needs_a_map_and_the_others_have_their_own(source, tmp_path):
    with pytest.raises(CommandError, match="needs a map"):
        link(source, tmp_path / "out.csv", form="csv")
    with pytest.raises(CommandError, match="a map of its own"):
        link(source, tmp_path / "out.csv", map=mapped(tmp_path, id="rec_id"))
    with pytest.raises(CommandError, match=r"none\.json: No such file"):
        link(source, tmp_path / "out.csv", form="csv", map=tmp_path / "none.json")
