"""The measure that linkers are held to: its figures are right, and no linker sees a label."""

import csv
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import linking, linking_data, linking_rules, linking_scores
from benchmarks.linking_data import Label
from linking import model

PAIRINGS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("abcd")), min_size=1, max_size=12)


def put(*rows):
    """Clusters and labels from (cluster, person, agency, name told, heritage) of each row."""
    clusters = {f"r{place}": row[0] for place, row in enumerate(rows)}
    labels = {f"r{place}": Label(*row[1:]) for place, row in enumerate(rows)}
    return clusters, labels


@given(PAIRINGS)
def test_pairwise_counts_every_pair_of_rows(rows):
    clusters, labels = put(*rows)
    pairs = list(combinations(clusters, 2))
    together = {pair for pair in pairs if clusters[pair[0]] == clusters[pair[1]]}
    one_person = {pair for pair in pairs if labels[pair[0]] == labels[pair[1]]}

    found = linking_scores.pairwise(clusters, labels)

    right = len(together & one_person)
    assert found.precision == (right / len(together) if together else 1.0)
    assert found.recall == (right / len(one_person) if one_person else 1.0)


@given(PAIRINGS)
def test_b_cubed_is_the_mean_over_rows(rows):
    clusters, labels = put(*rows)
    precision = recall = 0.0
    for row in clusters:
        cluster = {other for other in clusters if clusters[other] == clusters[row]}
        person = {other for other in clusters if labels[other] == labels[row]}
        precision += len(cluster & person) / len(cluster)
        recall += len(cluster & person) / len(person)

    found = linking_scores.b_cubed(clusters, labels)

    assert found.precision == pytest.approx(precision / len(rows))
    assert found.recall == pytest.approx(recall / len(rows))


def test_f1_is_the_harmonic_mean():
    assert linking_scores.Measure(0.5, 1.0).f1 == pytest.approx(2 / 3)
    assert linking_scores.Measure(0.0, 0.0).f1 == 0.0


def test_those_never_named_alike_are_told_of_by_several_agencies_without_one_name_in_common():
    rows = [
        (1, "joined", "school", "ann marsh"),
        (1, "joined", "clinic", ""),
        (2, "apart", "school", "tom lane"),
        (3, "apart", "clinic", "thomas lane"),
        (4, "named alike", "school", "kay fenn"),
        (4, "named alike", "clinic", "kay fenn"),
        (5, "one agency", "school", "jo pool"),
        (5, "one agency", "school", ""),
        (6, "joined within an agency only", "school", ""),
        (6, "joined within an agency only", "school", ""),
        (7, "joined within an agency only", "clinic", "al cote"),
    ]

    share, people = linking_scores.never_named_alike(*put(*rows))
    assert share == pytest.approx(1 / 3)
    assert people == 3


def test_a_heritage_answers_for_the_pairs_in_which_its_names_stand(monkeypatch):
    monkeypatch.setattr(linking_scores, "_ENOUGH", 1)
    rows = [
        (1, "a", "", "", "north"),
        (1, "a", "", "", "north"),
        (1, "b", "", "", "south"),
        (2, "c", "", "", "south"),
        (2, "c", "", "", "south"),
    ]

    assert linking_scores.heritage_rates(*put(*rows)) == {
        "north": pytest.approx(2 / 3),
        "south": pytest.approx(2 / 3),
    }
    assert linking_scores.heritage_rates(*put(*rows[3:])) == {"south": 0.0}


def test_a_word_is_worth_the_share_of_its_pairs_that_are_right():
    _, labels = put((0, "a"), (0, "a"), (0, "b"))
    scored = [("r0", "r1", "strong"), ("r0", "r2", "strong"), ("r1", "r2", "weak")]

    assert linking_scores.by_word(scored, labels) == {"strong": (0.5, 2), "weak": (0.0, 1)}


@pytest.mark.parametrize("order", list(permutations(range(3)))[:3])
def test_the_linkers_get_rows_without_labels_in_an_order_that_says_nothing(order, tmp_path):
    rows = ["7,Ann,Marsh,1990-01-02,,,secret-1", "8,Ann,March,1990-01-02,,,secret-1"]
    rows.append("9,Tom,Lane,1981-03-04,,,secret-2")
    (tmp_path / "in.csv").write_text(
        "unique_id,first_name,surname,dob,city,email,cluster\n"
        + "\n".join(rows[place] for place in order)
    )

    linking_data.blind("fake_1000", tmp_path / "in.csv", tmp_path / "out.csv")

    text = (tmp_path / "out.csv").read_text()
    assert "secret" not in text
    with (tmp_path / "out.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["unique_id"] for row in found] == sorted(row["unique_id"] for row in found)
    labels = linking_data.public_labels("fake_1000", tmp_path / "in.csv")
    assert {row["unique_id"] for row in found} == set(labels)
    assert {row["first_name"]: labels[row["unique_id"]].person for row in found} == {
        "Ann": "secret-1",
        "Tom": "secret-2",
    }


def test_the_name_of_a_febrl_row_tells_the_scorer_alone(tmp_path):
    head = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode"
    (tmp_path / "in.csv").write_text(f"{head}\nrec-12-org, ann, marsh, 1, a, b, c, 2\n")

    linking_data.blind("FEBRL 3", tmp_path / "in.csv", tmp_path / "out.csv")

    assert "rec-12" not in (tmp_path / "out.csv").read_text()
    (label,) = linking_data.public_labels("FEBRL 3", tmp_path / "in.csv").values()
    assert label.person == "12"


def test_a_world_is_sent_without_its_truth_and_the_scorer_knows_every_mention(tmp_path):
    linking_data.world("hard", 120, 3, tmp_path / "rows.jsonl")

    ids, records = linking_data.mentions(tmp_path / "rows.jsonl")

    labels = linking_data.world_labels("hard", 120, 3)
    assert sorted(ids) == sorted(labels)
    assert len({record.id for record in records}) == len(ids)
    assert {label.agency for label in labels.values()} == {name.split("|")[0] for name in ids}


def test_public_data_that_is_not_there_is_said_so(monkeypatch, tmp_path):
    chosen = linking.Chosen(10, 1, 10, ["FEBRL 3"], tmp_path / "out.md")
    for folder in (None, str(tmp_path)):
        if folder is None:
            monkeypatch.delenv(linking_data.FOLDER, raising=False)
        else:
            monkeypatch.setenv(linking_data.FOLDER, folder)
        table = linking.Table([], [], [])
        linking.measure("FEBRL 3", chosen, tmp_path, table)
        assert table.ways[0].startswith("| FEBRL 3 | data not found |")
        assert table.ways[0].count("|") == linking.HEAD.splitlines()[0].count("|")


def test_decisions_drawn_from_the_truth_all_hold(tmp_path):
    linking_data.world("hard", 150, 5, tmp_path / "rows.jsonl")
    ids, records = linking_data.mentions(tmp_path / "rows.jsonl")
    labels = linking_data.world_labels("hard", 150, 5)

    kept = linking_rules.decisions(model.default(), records, [labels[name] for name in ids], 1)

    assert kept.same > 100 < kept.different
    assert kept.broken == 0 < kept.by_components
