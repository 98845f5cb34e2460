"""Scores of parts of the gold, records field by field, and calibration, by hand and against scikit-learn."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from ie_model_evaluation.breakdown import by_field, by_known, by_length, known_strings
from ie_model_evaluation.records import FIELDS, gold_records, score_records
from ie_model_evaluation.reliability import reliability
from ie_model_evaluation.scores import Counts, Scores, score_entities
from sklearn.calibration import calibration_curve

from ie_model.records import default_roles
from ie_model.standoff import Document, Entity, Relation

SHORT, LONG = "Huế thu 5 tỷ", "Hà Nội " + "và " * 12 + "chi 7 tỷ"
TEXT = f"{SHORT}\n{LONG}\n"


def at(text: str, part: str, label: str) -> Entity:
    start = text.index(part)
    return Entity(f"T{start}", label, start, start + len(part), part)


HUE, FIVE, HANOI, SEVEN = (
    at(TEXT, part, label)
    for part, label in [("Huế", "LOC"), ("5 tỷ", "QUANTITY"), ("Hà Nội", "LOC"), ("7 tỷ", "QUANTITY")]
)
ALL = [HUE, FIVE, HANOI, SEVEN]
GOLD = [Document("tax/a", TEXT, ALL), Document("tax/b", TEXT, ALL), Document("health/a", TEXT, ALL)]
FOUND = [Document("tax/a", TEXT, ALL), Document("tax/b", TEXT, [HUE]), Document("health/a", TEXT, [HUE, FIVE])]
SCORES = Scores(score_entities(GOLD, FOUND))


def test_by_field() -> None:
    health, tax = by_field(GOLD, SCORES)
    assert (tax["field"], tax["documents"], tax["sentences"]) == ("tax", 2, 4)
    assert tax["entities"] == Counts(tp=5, fn=3).to_json()
    assert (health["field"], health["entities_f"]) == ("health", pytest.approx(2 * 2 / (2 * 2 + 2)))


def test_documents_that_lie_in_no_folder_have_no_field() -> None:
    gold = [Document("a", TEXT, ALL)]
    assert by_field(gold, Scores(score_entities(gold, gold))) == []


def test_by_length() -> None:
    short, long = by_length(GOLD, SCORES)
    assert (short["low"], short["high"], short["sentences"]) == (1, 10, 3)
    assert short["entities"] == Counts(tp=5, fn=1).to_json()
    assert (long["low"], long["high"], long["sentences"]) == (11, 20, 3)  # 2 + 12 + 3 syllables
    assert long["entities"] == Counts(tp=2, fn=4).to_json()


def test_by_known_goes_by_string_and_label() -> None:
    training = [
        Document("t", "Huế, 7  tỷ", [Entity("T1", "LOC", 0, 3, "Huế"), Entity("T2", "PERCENT", 5, 10, "7  tỷ")])
    ]
    found = by_known(GOLD, SCORES.entities, known_strings(training))
    assert found["seen"] == Counts(tp=3).to_json()  # Huế, three times
    assert found["unseen"] == Counts(tp=4, fn=5).to_json()  # 7 tỷ is known as another label only


def test_known_strings_are_nfc_with_single_blanks() -> None:
    decomposed = Document("t", "Hue\u0302\u0301", [Entity("T1", "LOC", 0, 5, "Hue\u0302\u0301")])
    assert known_strings([decomposed]) == {("LOC", "Huế")}


def record(**fields: Any) -> dict[str, Any]:
    empty = dict.fromkeys(FIELDS) | {"periods": [], "subject": [], "compared_to": [], "cumulative": False}
    return {"id": "T1", "start": 0, "end": 4, **empty, "modifier": "exact", "status": "actual", **fields}


def test_records_field_by_field() -> None:
    place = {"id": "T9", "text": "Huế", "label": "LOC", "start": 20, "end": 23}
    gold = [
        record(value=5, unit="đồng", kind="level", subject=[place]),
        record(id="T2", start=10, end=14, value=7, unit="%", part_of="T1"),
        record(id="T3", start=30, end=34, value=9),
    ]
    predicted = [
        record(id="T7", value=Decimal("5.0"), unit="đồng", kind="target", subject=[{**place, "id": "T4"}]),
        record(id="T8", start=10, end=14, value=7, unit=None, part_of="T7"),
        record(id="T9", start=31, end=34, value=9),
    ]
    found = score_records([gold], [predicted])
    assert found.matched == 2
    fields = found.to_json()["fields"]
    assert {name: fields[name]["accuracy"] for name in ("value", "unit", "kind", "subject", "part_of", "low")} == {
        "value": 1.0,
        "unit": 0.5,
        "kind": 0.5,
        "subject": 1.0,
        "part_of": 1.0,  # the ids differ, the value they point to does not
        "low": 1.0,  # empty in both
    }
    slots = found.slots.per_class()
    assert slots["value"] == Counts(tp=2, fp=1, fn=1)
    assert slots["unit"] == Counts(tp=1, fn=1)
    assert slots["kind"] == Counts(fp=1, fn=1)
    assert "low" not in slots
    assert found.whole.micro == Counts(fp=3, fn=3)


def test_zero_is_a_value_and_fills_its_slot() -> None:
    found = score_records([[record(value=0)]], [[record(value=None)]])
    assert found.slots.per_class()["value"] == Counts(fn=1)


def test_the_same_records_are_whole_whatever_the_order_of_lists() -> None:
    gold, predicted = record(periods=["2019", "2020"]), record(periods=["2020", "2019"])
    assert score_records([[gold]], [[predicted]]).whole.micro == Counts(tp=1)


def test_records_of_gold_are_built_from_its_relations() -> None:
    text = "Thu 5 tỷ đồng\n"
    entities = [Entity("T1", "INDICATOR", 0, 3, "Thu"), Entity("T2", "QUANTITY", 4, 13, "5 tỷ đồng")]
    document = Document("d", text, entities, [Relation("R1", "TARGET_OF", "T2", "T1")])
    [found] = gold_records(document, default_roles())
    assert (found["kind"], found["value"], found["unit"], found["indicator"]) == (
        "target",
        5_000_000_000,
        "đồng",
        "Thu",
    )


def test_expected_calibration_error_by_hand() -> None:
    # Two bins of two: mean scores .2 and .85, of which none and half are right.
    found = reliability([0.1, 0.3, 0.8, 0.9], [False, False, True, False], bins=2)
    assert [(b["predicted"], b["observed"], b["count"]) for b in found["bins"]] == [
        (pytest.approx(0.2), 0.0, 2),
        (pytest.approx(0.85), 0.5, 2),
    ]
    assert found["ece"] == pytest.approx((2 * 0.2 + 2 * 0.35) / 4)
    assert found["brier"] == pytest.approx((0.1**2 + 0.3**2 + 0.2**2 + 0.9**2) / 4)


@pytest.mark.parametrize("digits", [6, 1])  # with one digit many scores are equal
@pytest.mark.parametrize("seed", range(5))
def test_the_curve_is_that_of_scikit_learn(seed: int, digits: int) -> None:
    generator = np.random.default_rng(seed)
    scores = generator.random(500).round(digits)
    right = generator.random(500) < scores
    observed, predicted = calibration_curve(right, scores, n_bins=10, strategy="quantile")
    found = reliability(list(scores), list(right))
    assert [b["observed"] for b in found["bins"]] == pytest.approx(observed)
    assert [b["predicted"] for b in found["bins"]] == pytest.approx(predicted)
    assert sum(b["count"] for b in found["bins"]) == 500
    if digits == 6:
        assert {b["count"] for b in found["bins"]} == {50}


def test_probabilities_are_calibrated_better_than_their_squares() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(5000)
    right = generator.random(5000) < scores
    assert reliability(list(scores), list(right))["ece"] < 0.03 < 0.1 < reliability(list(scores**2), list(right))["ece"]


def test_nothing_decided_has_no_calibration() -> None:
    assert reliability([], []) == {"ece": None, "brier": None, "count": 0, "bins": []}
