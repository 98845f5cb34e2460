"""What one system has right that another has not, and the other way round: sentence by sentence, and by class."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ie_model.standoff import Document

from .bootstrap import Difference, compare, correct, resample
from .scores import Item, Outcome, Scores, Tally

ALPHA = 0.05  # a corrected p below this makes a difference one to name

Class = tuple[str, str]  # measure, label or type


def class_tallies(scores: Scores) -> dict[str, Tally]:
    """The measures that have classes, by the name that a line about one gives them."""
    tallies = {
        "entities": scores.entities,
        "relations": scores.relations,
        "relations on gold entities": scores.relations_on_gold,
    }
    return {name: tally for name, tally in tallies.items() if tally is not None}


def compare_classes(scores: Scores, other: Scores, samples: int, seed: int) -> dict[Class, Difference]:
    """F of each label and relation type less that of the other system, all of them one family of tests.

    Args:
        scores, other: Of the two systems on the same documents.
        samples, seed: See :func:`.bootstrap.resample`; more samples are drawn where there are so many classes that
            no difference, however large, could pass the correction.
    """
    others = class_tallies(other)
    classes = [
        (measure, name)
        for measure, tally in class_tallies(scores).items()
        if measure in others
        for name in sorted({*tally.per_class(), *others[measure].per_class()})
    ]
    draws = resample(len(scores.entities.outcomes), max(samples, int(2 * len(classes) / ALPHA)), seed)
    mine = class_tallies(scores)
    return correct(
        {
            (measure, name): compare(mine[measure].array(name), others[measure].array(name), draws)
            for measure, name in classes
        }
    )


def name_differences(differences: Mapping[Class, Difference]) -> list[str]:
    """The significant ones, a line each, the largest first: ``worse: entities LOC -34.1 (p 0.001)``."""
    found = [(name, d) for name, d in differences.items() if d.p < ALPHA and d.f]
    found.sort(key=lambda entry: (-abs(entry[1].f), entry[0]))
    return [
        f"{'worse' if d.f < 0 else 'better'}: {measure} {name} {100 * d.f:+.1f} (p {d.p:.3f})"
        for (measure, name), d in found
    ]


def find_changes(gold: Sequence[Document], scores: Scores, other: Scores) -> list[dict[str, Any]]:
    """The sentences (lines) in which the two systems differ, those that got worst first.

    Returns:
        For each its ``document``, ``start``, ``end``, ``text``, and lists ``better`` and ``worse`` of
        ``{"what", "name", "text", "how"}``: what is an entity or relation, name its label or type, how is ``found``,
        ``no longer found``, ``newly spurious`` or ``no longer spurious``.
    """
    pairs = [("entity", scores.entities, other.entities)]
    if scores.relations is not None and other.relations is not None:
        pairs.append(("relation", scores.relations, other.relations))
    sentences: dict[tuple[int, int], dict[str, Any]] = {}
    for what, tally, other_tally in pairs:
        for number, (mine, theirs) in enumerate(zip(tally.outcomes, other_tally.outcomes, strict=True)):
            document = gold[number]
            lines = list(document.lines())
            for side, how, item in _differences(mine, theirs):
                line = max(bisect_right(lines, item.place, key=lambda span: span[0]) - 1, 0)
                start, end = lines[line] if lines else (0, len(document.text))
                sentence = sentences.setdefault((number, line), _sentence(document, start, end))
                change = {"what": what, "name": item.name, "text": _text(document, what, item), "how": how}
                sentence[side].append(change)
    return sorted(sentences.values(), key=lambda sentence: len(sentence["better"]) - len(sentence["worse"]))


def _differences(mine: Outcome, theirs: Outcome) -> Iterator[tuple[str, str, Item]]:
    """Items in text order with the side of the balance on which they lie."""
    found = [
        ("better", "found", mine.right - theirs.right),
        ("better", "no longer spurious", theirs.spurious - mine.spurious),
        ("worse", "no longer found", theirs.right - mine.right),
        ("worse", "newly spurious", mine.spurious - theirs.spurious),
    ]
    for side, how, items in found:
        yield from ((side, how, item) for item in sorted(items, key=lambda item: (item.place, item.name)))


def _sentence(document: Document, start: int, end: int) -> dict[str, Any]:
    text = document.text[start:end]
    return {"document": document.id, "start": start, "end": end, "text": text, "better": [], "worse": []}


def _text(document: Document, what: str, item: Item) -> str:
    """The entity's text, or those of the relation's two ends with the label of the second."""
    if what == "entity":
        return document.text[item.place : item.key[1]]
    (start, end, _), (tail_start, tail_end, label) = item.key
    return f"{document.text[start:end]} → {document.text[tail_start:tail_end]} ({label})"
