"""Strict scores of entities, relations and rows, by hand."""

import pytest
from ie_model_evaluation.scores import Counts, Scores, score_entities, score_relations, score_rows

from ie_model.standoff import Document, Entity, Relation

VALUES = frozenset({"QUANTITY", "PERCENT"})

Spans = dict[str, tuple[str, int, int]]  # id -> label, start, end
Links = list[tuple[str, str, str]]  # head, type, tail

# Thu | 800 tỷ đồng | năm 2020 | , đạt | 98% | ; chi | 5 tỷ đồng  (offsets are made up)
SPANS: Spans = {
    "i1": ("INDICATOR", 0, 3),
    "q1": ("QUANTITY", 4, 15),
    "t1": ("TIME", 16, 24),
    "p1": ("PERCENT", 30, 33),
    "q2": ("QUANTITY", 39, 48),
}
LINKS: Links = [("q1", "LEVEL_OF", "i1"), ("q1", "AT_TIME", "t1"), ("p1", "PLAN_RATIO_OF", "i1")]


def document(spans: Spans, links: Links = ()) -> Document:
    entities = [Entity(id_, label, start, end, "…") for id_, (label, start, end) in spans.items()]
    return Document("d", "", entities, [Relation(f"R{i}", t, h, a) for i, (h, t, a) in enumerate(links)])


def without(spans: Spans, *ids: str) -> Spans:
    return {id_: span for id_, span in spans.items() if id_ not in ids}


GOLD = document(SPANS, LINKS)


@pytest.mark.parametrize(
    ("what", "predicted", "expected"),
    [
        ("all", SPANS, Counts(tp=5)),
        ("nothing", {}, Counts(fn=5)),
        ("one missed", without(SPANS, "q2"), Counts(tp=4, fn=1)),
        ("one spurious", {**SPANS, "x": ("LOC", 60, 66)}, Counts(tp=5, fp=1)),
        ("a wrong border", {**SPANS, "t1": ("TIME", 20, 24)}, Counts(tp=4, fp=1, fn=1)),
        ("a wrong label", {**SPANS, "p1": ("QUANTITY", 30, 33)}, Counts(tp=4, fp=1, fn=1)),
        ("other ids", {f"T{i}": span for i, span in enumerate(SPANS.values())}, Counts(tp=5)),
        ("one found twice", {**SPANS, "x": SPANS["q1"]}, Counts(tp=5)),
    ],
)
def test_entities(what: str, predicted: Spans, expected: Counts) -> None:
    assert score_entities([GOLD], [document(predicted)]).micro == expected


def test_entities_by_label_a_wrong_label_counts_against_both() -> None:
    predicted = document({**SPANS, "p1": ("QUANTITY", 30, 33)})
    assert score_entities([GOLD], [predicted]).per_class() == {
        "INDICATOR": Counts(tp=1),
        "PERCENT": Counts(fn=1),
        "QUANTITY": Counts(tp=2, fp=1),
        "TIME": Counts(tp=1),
    }


@pytest.mark.parametrize(
    ("what", "spans", "links", "expected"),
    [
        ("all", SPANS, LINKS, Counts(tp=3)),
        ("one missed", SPANS, LINKS[:2], Counts(tp=2, fn=1)),
        ("one spurious", SPANS, [*LINKS, ("p1", "AT_TIME", "t1")], Counts(tp=3, fp=1)),
        ("a wrong type", SPANS, [("q1", "TARGET_OF", "i1"), *LINKS[1:]], Counts(tp=2, fp=1, fn=1)),
        ("a wrong tail", SPANS, [*LINKS[:2], ("p1", "PLAN_RATIO_OF", "t1")], Counts(tp=2, fp=1, fn=1)),
        ("a wrong border of the tail of two", {**SPANS, "i1": ("INDICATOR", 0, 2)}, LINKS, Counts(tp=1, fp=2, fn=2)),
        ("a wrong border of a head", {**SPANS, "p1": ("PERCENT", 29, 33)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("a wrong label of a head", {**SPANS, "p1": ("QUANTITY", 30, 33)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("the other direction", SPANS, [("i1", "LEVEL_OF", "q1"), *LINKS[1:]], Counts(tp=2, fp=1, fn=1)),
        ("a missed value without relations", without(SPANS, "q2"), LINKS, Counts(tp=3)),
    ],
)
def test_relations(what: str, spans: Spans, links: Links, expected: Counts) -> None:
    assert score_relations([GOLD], [document(spans, links)]).micro == expected


def test_relations_by_type() -> None:
    predicted = document(SPANS, [("q1", "TARGET_OF", "i1"), *LINKS[1:]])
    assert score_relations([GOLD], [predicted]).per_class() == {
        "AT_TIME": Counts(tp=1),
        "LEVEL_OF": Counts(fn=1),
        "PLAN_RATIO_OF": Counts(tp=1),
        "TARGET_OF": Counts(fp=1),
    }


@pytest.mark.parametrize(
    ("what", "spans", "links", "expected"),
    [
        ("all, the value without relations too", SPANS, LINKS, Counts(tp=3)),
        ("a missed value without relations", without(SPANS, "q2"), LINKS, Counts(tp=2, fn=1)),
        ("a spurious value", {**SPANS, "x": ("PERCENT", 60, 63)}, LINKS, Counts(tp=3, fp=1)),
        ("a spurious entity that is no value", {**SPANS, "x": ("LOC", 60, 66)}, LINKS, Counts(tp=3)),
        ("a wrong border", {**SPANS, "q2": ("QUANTITY", 38, 48)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("a wrong label", {**SPANS, "q2": ("PERCENT", 39, 48)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("a missed relation", SPANS, LINKS[1:], Counts(tp=2, fp=1, fn=1)),
        ("a spurious relation", SPANS, [*LINKS, ("q2", "AT_TIME", "t1")], Counts(tp=2, fp=1, fn=1)),
        ("a wrong type", SPANS, [("q1", "TARGET_OF", "i1"), *LINKS[1:]], Counts(tp=2, fp=1, fn=1)),
        ("a wrong border of a tail", {**SPANS, "t1": ("TIME", 20, 24)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("a wrong label of a tail", {**SPANS, "t1": ("LOC", 16, 24)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("a wrong border of the tail of two", {**SPANS, "i1": ("INDICATOR", 0, 2)}, LINKS, Counts(tp=1, fp=2, fn=2)),
        ("relations in another order", SPANS, LINKS[::-1], Counts(tp=3)),
    ],
)
def test_rows(what: str, spans: Spans, links: Links, expected: Counts) -> None:
    assert score_rows([GOLD], [document(spans, links)], VALUES).micro == expected


def test_offsets_of_one_document_are_not_those_of_another() -> None:
    empty = document({})
    tally = score_entities([GOLD, empty], [empty, GOLD])
    assert tally.micro == Counts(fp=5, fn=5)
    assert tally.array().tolist() == [[0, 0, 5], [0, 5, 0]]


def test_the_two_sides_must_be_equally_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        score_entities([GOLD, GOLD], [GOLD])


@pytest.mark.parametrize(
    ("counts", "p", "r", "f"),
    [
        (Counts(tp=3, fp=1, fn=2), 3 / 4, 3 / 5, 2 * (3 / 4) * (3 / 5) / (3 / 4 + 3 / 5)),
        (Counts(fp=1), 0.0, 0.0, 0.0),
        (Counts(), 0.0, 0.0, 0.0),
    ],
)
def test_precision_recall_and_f(counts: Counts, p: float, r: float, f: float) -> None:
    assert (counts.p, counts.r, counts.f) == pytest.approx((p, r, f))


def test_the_keys_of_scores_json() -> None:
    entities, relations = score_entities([GOLD], [GOLD]), score_relations([GOLD], [GOLD])
    scores = Scores(entities, relations, relations, score_rows([GOLD], [GOLD], VALUES)).to_json()
    perfect = {"p": 1.0, "r": 1.0, "f": 1.0, "fp": 0, "fn": 0}
    assert scores["entities"]["micro"] == {**perfect, "tp": 5}
    assert scores["entities"]["per_label"]["QUANTITY"] == {**perfect, "tp": 2}
    for kind in ("end_to_end", "gold_entities"):
        per_type = scores["relations"][kind].pop("per_type")
        assert scores["relations"][kind] == {**perfect, "tp": 3}
        assert per_type["AT_TIME"] == {**perfect, "tp": 1}
    assert scores["rows"] == {**perfect, "tp": 3}


def test_a_model_without_relations_has_scores_of_entities_alone() -> None:
    assert set(Scores(score_entities([GOLD], [GOLD])).to_json()) == {"entities"}
