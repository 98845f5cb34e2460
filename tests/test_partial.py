"""Alignment of overlapping entities, relations with partial spans, confusion matrices and kinds of errors, by hand."""

import random

import pytest
from ie_model_evaluation.alignment import align, overlaps
from ie_model_evaluation.confusion import confuse_labels, confuse_types, error_kinds
from ie_model_evaluation.partial import score_partial_relations
from ie_model_evaluation.scores import Counts, score_entities, score_relations

from ie_model.standoff import Document, Entity, Relation

Spans = dict[str, tuple[str, int, int]]
Links = list[tuple[str, str, str]]

SPANS: Spans = {
    "i1": ("INDICATOR", 0, 10),
    "q1": ("QUANTITY", 15, 25),
    "t1": ("TIME", 26, 34),
    "p1": ("PERCENT", 40, 43),
    "i2": ("INDICATOR", 50, 60),
}
LINKS: Links = [("q1", "LEVEL_OF", "i1"), ("q1", "AT_TIME", "t1"), ("p1", "SHARE_OF", "i2")]


def document(spans: Spans, links: Links = ()) -> Document:
    entities = [Entity(id_, label, start, end, "…") for id_, (label, start, end) in spans.items()]
    return Document("d", "x" * 80, entities, [Relation(f"R{i}", t, h, a) for i, (h, t, a) in enumerate(links)])


GOLD = document(SPANS, LINKS)


@pytest.mark.parametrize(
    ("what", "spans", "links", "expected"),
    [
        ("all", SPANS, LINKS, Counts(tp=3)),
        ("a tail overlaps", {**SPANS, "i1": ("INDICATOR", 5, 12)}, LINKS, Counts(tp=3)),
        ("a head overlaps", {**SPANS, "q1": ("QUANTITY", 18, 25)}, LINKS, Counts(tp=3)),
        ("a tail beside it", {**SPANS, "i1": ("INDICATOR", 10, 14)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("another label", {**SPANS, "t1": ("LOC", 26, 34)}, LINKS, Counts(tp=2, fp=1, fn=1)),
        ("another type", SPANS, [("q1", "TARGET_OF", "i1"), *LINKS[1:]], Counts(tp=2, fp=1, fn=1)),
        ("one missed", SPANS, LINKS[1:], Counts(tp=2, fn=1)),
        (
            "a gold relation found in two pieces counts once",
            {**SPANS, "i1": ("INDICATOR", 0, 4), "x": ("INDICATOR", 5, 10)},
            [*LINKS, ("q1", "LEVEL_OF", "x")],
            Counts(tp=3, fp=1),
        ),
    ],
)
def test_relations_with_partial_spans(what: str, spans: Spans, links: Links, expected: Counts) -> None:
    assert score_partial_relations([GOLD], [document(spans, links)]).micro == expected


def test_the_very_same_relation_is_preferred_to_one_that_overlaps() -> None:
    two = {"q": ("QUANTITY", 0, 5), "a": ("TIME", 10, 20), "b": ("TIME", 30, 40)}
    gold = document(two, [("q", "AT_TIME", "a"), ("q", "AT_TIME", "b")])
    # The long span overlaps both; it can stand for `a` alone as `b` is found itself.
    predicted = document({**two, "a": ("TIME", 12, 29)}, [("q", "AT_TIME", "a"), ("q", "AT_TIME", "b")])
    assert score_partial_relations([gold], [predicted]).micro == Counts(tp=2)


def flat(generator: random.Random) -> dict[str, tuple[str, int, int]]:
    borders = sorted(generator.sample(range(80), 12))
    pairs = zip(borders[::2], borders[1::2], strict=True)
    return {f"T{i}": (generator.choice("AB"), start, end) for i, (start, end) in enumerate(pairs)}


@pytest.mark.parametrize("seed", range(30))
def test_overlaps_are_those_of_a_plain_double_loop(seed: int) -> None:
    generator = random.Random(seed)
    gold, predicted = document(flat(generator)).entities, document(flat(generator)).entities
    plain = {(g.id, p.id) for g in gold for p in predicted if g.start < p.end and p.start < g.end}
    found = [(g.id, p.id) for g, p in overlaps(gold, predicted)]
    assert sorted(found) == sorted(plain)


@pytest.mark.parametrize("seed", range(30))
def test_partial_is_never_below_strict(seed: int) -> None:
    generator = random.Random(seed)

    def related() -> Document:
        spans = flat(generator)
        return document(spans, [(head, "R", tail) for head in spans for tail in spans if generator.random() < 0.2])

    gold, predicted = [related()], [related()]
    partial, strict = (score(gold, predicted).micro for score in (score_partial_relations, score_relations))
    assert partial.tp >= strict.tp
    assert (partial.tp + partial.fp, partial.tp + partial.fn) == (strict.tp + strict.fp, strict.tp + strict.fn)


def test_the_best_overlap_is_the_pair() -> None:
    gold = document({"g": ("LOC", 0, 10)}).entities
    predicted = document({"a": ("LOC", 0, 3), "b": ("ORG", 3, 10)}).entities
    found = [(g.id if g else None, p.id if p else None) for g, p in align(gold, predicted)]
    assert found == [("g", "b"), (None, "a")]


def test_confusion_of_labels() -> None:
    predicted = document(
        {
            "i1": ("INDICATOR", 0, 8),  # a border
            "q1": ("PERCENT", 15, 25),  # a label
            "p1": ("PERCENT", 40, 43),  # right
            "i2": ("TIME", 48, 60),  # a label and a border
            "x": ("LOC", 62, 70),  # spurious; t1 is missing
        }
    )
    matrix = confuse_labels([GOLD], [predicted])
    assert matrix["labels"] == ["INDICATOR", "LOC", "PERCENT", "QUANTITY", "TIME", "none"]
    cells = {
        (matrix["labels"][i], matrix["labels"][j]): n
        for i, row in enumerate(matrix["counts"])
        for j, n in enumerate(row)
        if n
    }
    assert cells == {
        ("INDICATOR", "INDICATOR"): 1,
        ("QUANTITY", "PERCENT"): 1,
        ("PERCENT", "PERCENT"): 1,
        ("INDICATOR", "TIME"): 1,
        ("none", "LOC"): 1,
        ("TIME", "none"): 1,
    }
    kinds = error_kinds([GOLD], [predicted])
    assert {kind: n for kind, n in kinds.items() if n and not kind.startswith("relation")} == {
        "missing": 1,
        "spurious": 1,
        "wrong label": 1,
        "wrong border": 1,
        "wrong label and border": 1,
    }


def test_confusion_of_types() -> None:
    predicted = document(SPANS, [("q1", "TARGET_OF", "i1"), ("q1", "AT_TIME", "t1"), ("p1", "AT_TIME", "t1")])
    matrix = confuse_types([GOLD], [predicted])
    assert matrix["labels"] == ["AT_TIME", "LEVEL_OF", "SHARE_OF", "TARGET_OF", "none"]
    assert matrix["counts"] == [
        [1, 0, 0, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0],
    ]


def test_kinds_of_relation_errors() -> None:
    spans = {**SPANS, "i2": ("INDICATOR", 52, 60)}
    predicted = document(spans, [("q1", "TARGET_OF", "i1"), ("p1", "SHARE_OF", "i2"), ("p1", "AT_TIME", "t1")])
    kinds = error_kinds([GOLD], [predicted])
    assert {kind: n for kind, n in kinds.items() if n and kind.startswith("relation")} == {
        "relation wrong type": 1,
        "relation missing": 1,  # at t1
        "relation missing for a wrong span": 1,
        "relation spurious for a wrong span": 1,
        "relation spurious": 1,
    }


def test_nothing_is_confused_where_there_is_nothing() -> None:
    assert confuse_labels([document({})], [document({})]) == {"labels": ["none"], "counts": [[0]]}


@pytest.mark.parametrize("seed", range(10))
def test_the_margins_of_the_matrix_are_the_numbers_of_entities(seed: int) -> None:
    generator = random.Random(seed)
    gold, predicted = [document(flat(generator))], [document(flat(generator))]
    matrix = confuse_labels(gold, predicted)
    assert sum(map(sum, matrix["counts"][:-1])) == len(gold[0].entities)
    assert sum(sum(row[:-1]) for row in matrix["counts"]) == len(predicted[0].entities)
    strict = score_entities(gold, predicted).micro
    assert sum(row[i] for i, row in enumerate(matrix["counts"][:-1])) >= strict.tp
