"""Splink 5 as somebody who knows it well would set it up, for `benchmarks.linking`.

For mentions: the same normal forms as our own engine sees, names with term frequencies, rare phones
and plates apart from common ones, twelve blocking rules with exploded arrays. For the public files:
the comparisons of Splink's own worked examples. Trained without labels; its own threshold is a
match weight of 4, chosen beforehand, and the best one is looked for with the truth by the scorer.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from cse_profile import datasets
from linking.types import Record

Edges = list[tuple[str, str, float]]

#: What DuckDB may use, whatever the machine has.
MEMORY, THREADS = "3GB", 2
#: Edges below this weight are of no use to any clustering.
LEAST = -5.0
_SAMPLED = 2_000_000
_RARE = 5


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that stays within its bounds and fetches nothing from elsewhere."""
    safe: dict[str, Any] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(config=safe)


def edges(name: str, path: Path, ids: Sequence[str], records: Sequence[Record]) -> Edges:
    """The pairs that Splink finds, with their match weight."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = connect()
    if name in PERSONS:
        table, setup = _persons(connection, name, path), PERSONS[name]
    else:
        table, setup = mentions(connection, ids, records), MENTIONS
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=setup["comparisons"],
        blocking_rules_to_generate_predictions=setup["rules"],
        retain_matching_columns=False,
    )
    linker = Linker(api.register(table), settings)
    train(linker, setup)
    found = linker.inference.predict(threshold_match_weight=LEAST)
    rows = connection.execute(
        f"SELECT unique_id_l, unique_id_r, match_weight FROM {found.physical_name}"
    ).fetchall()
    return [(str(one), str(other), float(weight)) for one, other, weight in rows]


def train(linker: Linker, setup: Mapping[str, Any]) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(setup["sure"], recall=setup["recall"])
    training.estimate_u_using_random_sampling(max_pairs=_SAMPLED, seed=1)
    for rule in setup["em"]:
        training.estimate_parameters_using_expectation_maximisation(rule)


# mentions of a world

_ELSE = {"sql_condition": "ELSE", "label_for_charts": "different"}
MENTIONS: Mapping[str, Any] = {
    "comparisons": [
        cl.NameComparison("given").configure(term_frequency_adjustments=True),
        cl.NameComparison("family").configure(term_frequency_adjustments=True),
        cl.CustomComparison(
            output_column_name="nicknames",
            comparison_levels=[
                {
                    "sql_condition": "nicknames_l IS NULL OR nicknames_r IS NULL",
                    "label_for_charts": "missing",
                    "is_null_level": True,
                },
                {
                    "sql_condition": "list_has_any(nicknames_l, nicknames_r)",
                    "label_for_charts": "shared",
                },
                {
                    "sql_condition": "jaro_winkler_similarity(nicknames_l[1], nicknames_r[1])"
                    " >= 0.9",
                    "label_for_charts": "similar",
                },
                _ELSE,
            ],
        ),
        cl.CustomComparison(
            output_column_name="born",
            comparison_levels=[
                {
                    "sql_condition": "born_from_l IS NULL OR born_from_r IS NULL",
                    "label_for_charts": "missing",
                    "is_null_level": True,
                },
                {"sql_condition": "dob_l = dob_r", "label_for_charts": "same day"},
                {
                    "sql_condition": "damerau_levenshtein(dob_l, dob_r) <= 1",
                    "label_for_charts": "one slip",
                },
                {
                    "sql_condition": "(dob_l IS NULL OR dob_r IS NULL) AND born_from_l <= born_to_r"
                    " AND born_from_r <= born_to_l AND greatest(born_to_l - born_from_l,"
                    " born_to_r - born_from_r) <= 1100",
                    "label_for_charts": "ages fit closely",
                },
                {
                    "sql_condition": "(dob_l IS NULL OR dob_r IS NULL) AND born_from_l <= born_to_r"
                    " AND born_from_r <= born_to_l",
                    "label_for_charts": "ages fit",
                },
                {
                    "sql_condition": "greatest(born_from_l - born_to_r, born_from_r - born_to_l)"
                    " <= 366",
                    "label_for_charts": "within a year",
                },
                _ELSE,
            ],
        ),
        cl.ExactMatch("gender"),
        *(
            cl.CustomComparison(
                output_column_name=kind,
                comparison_levels=[
                    {
                        "sql_condition": f"{kind}_l IS NULL OR {kind}_r IS NULL",
                        "label_for_charts": "missing",
                        "is_null_level": True,
                    },
                    {
                        "sql_condition": f"list_has_any(rare_{kind}_l, rare_{kind}_r)",
                        "label_for_charts": "a rare one shared",
                    },
                    {
                        "sql_condition": f"list_has_any({kind}_l, {kind}_r)",
                        "label_for_charts": "a common one shared",
                    },
                    {
                        "sql_condition": f"levenshtein({kind}_l[1], {kind}_r[1]) <= 2",
                        "label_for_charts": "a slip or two",
                    },
                    _ELSE,
                ],
            )
            for kind in ("phones", "plates")
        ),
        cl.ArrayIntersectAtSizes("handles", [1]),
        cl.ArrayIntersectAtSizes("identifiers", [1]),
        cl.ArrayIntersectAtSizes("companions", [1]),
        cl.CustomComparison(
            output_column_name="addresses",
            comparison_levels=[
                {
                    "sql_condition": "homes_l IS NULL OR homes_r IS NULL",
                    "label_for_charts": "missing",
                    "is_null_level": True,
                },
                {
                    "sql_condition": "list_has_any(addresses_l, addresses_r)",
                    "label_for_charts": "same address",
                },
                {"sql_condition": "list_has_any(homes_l, homes_r)", "label_for_charts": "near"},
                _ELSE,
            ],
        ),
        cl.ArrayIntersectAtSizes("places", [1]),
        cl.ExactMatch("area"),
    ],
    "rules": [
        block_on("given", "family"),
        block_on("substr(given, 1, 1)", "family", "born_year"),
        block_on("substr(family, 1, 4)", "dob"),
        block_on("given", "dob"),
        block_on("given", "substr(family, 1, 3)", "area"),
        block_on("family", "substr(given, 1, 2)", "area"),
        block_on("phones", arrays_to_explode=["phones"]),
        block_on("plates", arrays_to_explode=["plates"]),
        block_on("handles", arrays_to_explode=["handles"]),
        block_on("identifiers", arrays_to_explode=["identifiers"]),
        block_on("addresses", arrays_to_explode=["addresses"]),
        block_on("nicknames", "area", "gender", arrays_to_explode=["nicknames"]),
    ],
    "sure": [block_on("given", "family", "dob"), block_on("phone"), block_on("plate")],
    "recall": 0.5,
    "em": [block_on("given", "family"), block_on("dob"), block_on("phone")],
}

_COLUMNS = {
    "unique_id": "VARCHAR",
    "submission": "VARCHAR",
    "given": "VARCHAR",
    "family": "VARCHAR",
    "dob": "VARCHAR",
    "born_from": "INTEGER",
    "born_to": "INTEGER",
    "born_year": "INTEGER",
    "gender": "VARCHAR",
    "area": "VARCHAR",
    "phone": "VARCHAR",
    "plate": "VARCHAR",
    **dict.fromkeys(
        (
            "nicknames",
            "phones",
            "rare_phones",
            "plates",
            "rare_plates",
            "handles",
            "identifiers",
            "companions",
            "addresses",
            "homes",
            "places",
        ),
        "VARCHAR[]",
    ),
}


def mentions(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], records: Sequence[Record]
) -> duckdb.DuckDBPyRelation:
    users = {
        kind: Counter(value for record in records for value in getattr(record, kind))
        for kind in ("phones", "plates")
    }
    rows = [_row(name, record, users) for name, record in zip(ids, records, strict=True)]
    types = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "VARCHAR[]": pa.list_(pa.string())}
    schema = pa.schema([(name, types[kind]) for name, kind in _COLUMNS.items()])
    connection.register("mention_rows", pa.Table.from_pylist(rows, schema=schema))
    connection.execute("CREATE TABLE mention AS SELECT * FROM mention_rows")
    return connection.table("mention")


def _row(name: str, record: Record, users: Mapping[str, Counter[str]]) -> dict[str, Any]:
    exact = record.born_from is not None and record.born_from == record.born_to
    whole = {kind: _whole(getattr(record, kind)) for kind in ("phones", "plates")}
    row: dict[str, Any] = {
        "unique_id": name,
        "submission": str(record.submission),
        "given": record.given_names[0] if record.given_names else None,
        "family": record.family_name or None,
        "dob": record.born_from.isoformat() if exact and record.born_from else None,
        "born_from": record.born_from.toordinal() if record.born_from else None,
        "born_to": record.born_to.toordinal() if record.born_to else None,
        "born_year": record.born_from.year if record.born_from else None,
        "gender": record.gender or None,
        "area": record.area or None,
        "phone": whole["phones"][0] if whole["phones"] else None,
        "plate": whole["plates"][0] if whole["plates"] else None,
        "homes": list(record.postcodes) or None,
    }
    for kind in ("phones", "plates"):
        row[kind] = list(getattr(record, kind)) or None
        row[f"rare_{kind}"] = [v for v in whole[kind] if users[kind][v] <= _RARE] or None
    for kind in ("nicknames", "handles", "identifiers", "companions", "addresses", "places"):
        row[kind] = list(getattr(record, kind)) or None
    return row


def _whole(values: Sequence[str]) -> list[str]:
    return [value for value in values if not {"?", "*"} & set(value)]


# the public files

PERSONS: Mapping[str, Mapping[str, Any]] = {
    "FEBRL 3": {
        "comparisons": [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
        ],
        "rules": [
            block_on("soc_sec_id"),
            block_on("given_name", "surname"),
            block_on("date_of_birth", "given_name"),
            block_on("date_of_birth", "surname"),
            block_on("date_of_birth", "postcode"),
            block_on("surname", "postcode"),
            block_on("given_name", "postcode"),
            block_on("street_number", "address_1"),
        ],
        "sure": [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
        ],
        "recall": 0.9,
        "em": [block_on("date_of_birth"), block_on("postcode"), block_on("surname")],
    },
    "fake_1000": {
        "comparisons": [
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        # A thousand rows: wide rules cost nothing.
        "rules": [
            block_on("first_name"),
            block_on("surname"),
            block_on("dob"),
            block_on("email"),
            block_on("substr(dob, 1, 4)", "city"),
        ],
        "sure": [block_on("first_name", "surname", "dob"), block_on("email")],
        "recall": 0.7,
        "em": [block_on("first_name", "surname"), block_on("dob"), block_on("email")],
    },
    "historical_50k": {
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        "rules": [
            block_on("substr(first_name, 1, 3)", "substr(surname, 1, 4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake, 1, 3)", "dob"),
            block_on("substr(postcode_fake, 1, 3)", "first_name"),
            block_on("substr(postcode_fake, 1, 3)", "surname"),
        ],
        "sure": [
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name, 1, 2)", "surname", "substr(postcode_fake, 1, 2)"),
            block_on("dob", "postcode_fake"),
        ],
        "recall": 0.6,
        "em": [block_on("first_name", "surname"), block_on("dob")],
    },
}


def _persons(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path
) -> duckdb.DuckDBPyRelation:
    """The blinded file as Splink reads it: every column as text, what is empty as NULL."""
    header, rows = datasets.table(path)
    columns: dict[str, list[str | None]] = {column: [] for column in header}
    for row in rows:
        for column in header:
            columns[column].append(row.get(column, "").strip() or None)
    table = pa.table(columns).rename_columns(["unique_id", *header[1:]])
    connection.register("person_rows", table)
    connection.execute("CREATE TABLE person AS SELECT * FROM person_rows")
    return connection.table("person")
