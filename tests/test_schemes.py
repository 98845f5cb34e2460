"""Entities by the schemes of MUC and SemEval-2013, against counts by hand and against seqeval."""

import random

import pytest
from ie_model_evaluation.schemes import score_schemes
from ie_model_evaluation.scores import score_entities
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.scheme import IOB2

from ie_model.standoff import Document, Entity

Span = tuple[str, int, int]


def document(spans: list[Span], text: str = "x" * 100) -> Document:
    return Document("d", text, [Entity(f"T{i}", label, start, end, "…") for i, (label, start, end) in enumerate(spans)])


# What each scheme counts: correct, incorrect, partial, missed, spurious.
@pytest.mark.parametrize(
    ("what", "predicted", "exact", "partial", "type_"),
    [
        ("the same", [("LOC", 10, 20)], (1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0)),
        ("another label", [("ORG", 10, 20)], (1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (0, 1, 0, 0, 0)),
        ("another border", [("LOC", 12, 20)], (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (1, 0, 0, 0, 0)),
        ("another label and border", [("ORG", 12, 25)], (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 1, 0, 0, 0)),
        ("nothing", [], (0, 0, 0, 1, 0), (0, 0, 0, 1, 0), (0, 0, 0, 1, 0)),
        ("right behind it", [("LOC", 20, 25)], (0, 0, 0, 1, 1), (0, 0, 0, 1, 1), (0, 0, 0, 1, 1)),
    ],
)
def test_schemes(
    what: str, predicted: list[Span], exact: tuple[int, ...], partial: tuple[int, ...], type_: tuple[int, ...]
) -> None:
    found = score_schemes([document([("LOC", 10, 20)])], [document(predicted)])
    keys = ("correct", "incorrect", "partial", "missed", "spurious")
    counts = [tuple(found[scheme][key] for key in keys) for scheme in ("exact", "partial", "type")]
    assert counts == [exact, partial, type_]


def test_a_span_that_only_overlaps_counts_half() -> None:
    # Gold has 4, predicted are 3: one the same, one overlapping, one elsewhere: 1.5 of 3 and 1.5 of 4.
    gold = document([("LOC", 0, 5), ("LOC", 10, 20), ("LOC", 30, 40), ("LOC", 50, 60)])
    found = score_schemes([gold], [document([("LOC", 0, 5), ("LOC", 11, 20), ("LOC", 80, 90)])])
    assert (found["partial"]["p"], found["partial"]["r"]) == (1.5 / 3, 1.5 / 4)
    assert found["partial"]["per_label"]["LOC"]["f"] == pytest.approx(2 * 1.5 / 7)


def test_no_entity_at_all_has_no_schemes() -> None:
    assert score_schemes([document([])], [document([])]) == {}


def test_spans_before_the_first_line_of_text_are_counted() -> None:
    assert score_schemes([document([], "\n\nabc")], [document([("LOC", 0, 1)])])["exact"]["spurious"] == 1


def random_tags(generator: random.Random) -> list[str]:
    tags: list[str] = []
    while len(tags) < 30:
        label = generator.choice(["LOC", "ORG", "TIME", None, None])
        length = generator.randint(1, 4)
        tags += ["O"] * length if label is None else [f"B-{label}", *[f"I-{label}"] * (length - 1)]
    return tags[:30]


def as_document(tags: list[str]) -> Document:
    """Offsets count tokens."""
    spans: list[Span] = []
    for i, tag in enumerate(tags):
        if tag.startswith("B-"):
            spans.append((tag[2:], i, i + 1))
        elif tag.startswith("I-"):
            spans[-1] = (*spans[-1][:2], i + 1)
    return document(spans)


@pytest.mark.parametrize("seed", range(10))
def test_strict_scores_are_those_of_seqeval(seed: int) -> None:
    generator = random.Random(seed)
    gold = [random_tags(generator) for _ in range(20)]
    predicted = [tags if generator.random() < 0.5 else random_tags(generator) for tags in gold]
    micro = score_entities(list(map(as_document, gold)), list(map(as_document, predicted))).micro
    metrics = (precision_score, recall_score, f1_score)
    assert (micro.p, micro.r, micro.f) == pytest.approx(
        [metric(gold, predicted, mode="strict", scheme=IOB2, average="micro") for metric in metrics]
    )


@pytest.mark.parametrize("seed", range(10))
def test_exact_and_type_are_strict_scores_where_they_must_be(seed: int) -> None:
    generator = random.Random(seed)
    gold = [as_document(random_tags(generator)) for _ in range(5)]
    predicted = [as_document(random_tags(generator)) for _ in range(5)]
    found = score_schemes(gold, predicted)
    # Exact is the strict score of spans without their labels.
    bare = [[document([("x", e.start, e.end) for e in d.entities]) for d in side] for side in (gold, predicted)]
    assert found["exact"]["f"] == pytest.approx(score_entities(*bare).micro.f)
    assert found["type"]["f"] >= score_entities(gold, predicted).micro.f
