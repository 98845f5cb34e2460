"""Strict scores of predicted against gold documents: entities, relations, rows.

Everything is compared as sets of character offsets, so the two sides need not share tokens or ids.

- An **entity** counts when label and both offsets are equal.
- A **relation** counts when its type is, and both of its entities.
- A **row** is an entity at which relations may start (QUANTITY, PERCENT), with all of its relations. It counts when its
  span, its label and its full set of (type, tail span, tail label) are equal; a value without relations is a row too.

Example: gold has *12 tỷ đồng* LEVEL_OF *số thu* and AT_TIME *năm 2020*. A prediction with both spans and LEVEL_OF alone
has 2 of 3 entities, 1 of 2 relations, and for the row a false positive and a false negative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ie_model.standoff import Document, Entity

_Span = tuple[int, int, str]
_ROW = "row"


@dataclass(frozen=True)
class Counts:
    """True positives, false positives and false negatives; a ratio without a denominator is 0."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def p(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def r(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f(self) -> float:
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp + self.fp + self.fn else 0.0

    def to_json(self) -> dict[str, float]:
        return {"p": self.p, "r": self.r, "f": self.f, "tp": self.tp, "fp": self.fp, "fn": self.fn}


@dataclass(frozen=True)
class Tally:
    """The counts of one measure, document by document, each by class (label or relation type)."""

    documents: list[dict[str, Counts]]

    @property
    def micro(self) -> Counts:
        return sum((counts for document in self.documents for counts in document.values()), Counts())

    def per_class(self) -> dict[str, Counts]:
        """Sums over the documents, classes in alphabetical order."""
        out: dict[str, Counts] = {}
        for document in self.documents:
            for name, counts in document.items():
                out[name] = out.get(name, Counts()) + counts
        return dict(sorted(out.items()))

    def array(self) -> np.ndarray:
        """tp, fp, fn of each document over all classes. *Shape:* ``(documents, 3)``."""
        sums = [sum(document.values(), Counts()) for document in self.documents]
        return np.array([(counts.tp, counts.fp, counts.fn) for counts in sums], dtype="int64").reshape(-1, 3)


@dataclass(frozen=True)
class Scores:
    """All measures of one model; what it cannot be asked (relations of a tagger) is None."""

    entities: Tally
    relations: Tally | None = None
    relations_on_gold: Tally | None = None
    rows: Tally | None = None

    def measures(self) -> dict[str, Tally]:
        """The measures there are, by their path in ``scores.json``."""
        tallies = {
            "entities.micro": self.entities,
            "relations.end_to_end": self.relations,
            "relations.gold_entities": self.relations_on_gold,
            "rows": self.rows,
        }
        return {path: tally for path, tally in tallies.items() if tally is not None}

    def to_json(self) -> dict[str, Any]:
        """The keys of ``scores.json``; without relations there is neither ``relations`` nor ``rows``."""
        out: dict[str, Any] = {
            "entities": {"micro": self.entities.micro.to_json(), "per_label": _per_class(self.entities)}
        }
        relations = {"end_to_end": self.relations, "gold_entities": self.relations_on_gold}
        parts = {
            name: {**tally.micro.to_json(), "per_type": _per_class(tally)}
            for name, tally in relations.items()
            if tally is not None
        }
        if parts:
            out["relations"] = parts
        if self.rows is not None:
            out["rows"] = self.rows.micro.to_json()
        return out


def score_entities(gold: Sequence[Document], predicted: Sequence[Document]) -> Tally:
    """Entities by label. The two sides hold the same documents in the same order."""
    return _tally(
        ([(e.label, _span(e)) for e in g.entities], [(e.label, _span(e)) for e in p.entities])
        for g, p in zip(gold, predicted, strict=True)
    )


def score_relations(gold: Sequence[Document], predicted: Sequence[Document]) -> Tally:
    """Relations by type."""
    return _tally((_relations(g), _relations(p)) for g, p in zip(gold, predicted, strict=True))


def score_rows(gold: Sequence[Document], predicted: Sequence[Document], head_labels: Collection[str]) -> Tally:
    """Rows, all in one class.

    Args:
        head_labels: Labels of the values, see :attr:`ie_model.scheme.Scheme.head_labels`.
    """
    return _tally((_rows(g, head_labels), _rows(p, head_labels)) for g, p in zip(gold, predicted, strict=True))


def _span(entity: Entity) -> _Span:
    return entity.start, entity.end, entity.label


def _relations(document: Document) -> list[tuple[str, Hashable]]:
    spans = {entity.id: _span(entity) for entity in document.entities}
    return [(r.type, (spans[r.head], spans[r.tail])) for r in document.relations]


def _rows(document: Document, head_labels: Collection[str]) -> list[tuple[str, Hashable]]:
    spans = {entity.id: _span(entity) for entity in document.entities}
    relations: dict[_Span, set[tuple[str, _Span]]] = {span: set() for span in spans.values() if span[2] in head_labels}
    for relation in document.relations:
        if spans[relation.head] in relations:
            relations[spans[relation.head]].add((relation.type, spans[relation.tail]))
    return [(_ROW, (head, frozenset(found))) for head, found in relations.items()]


def _tally(pairs: Iterable[tuple[Iterable[tuple[str, Hashable]], Iterable[tuple[str, Hashable]]]]) -> Tally:
    """Count (class, item) pairs of gold and prediction, document by document."""
    documents = []
    for gold_items, predicted_items in pairs:
        gold, predicted = set(gold_items), set(predicted_items)
        tp = Counter(name for name, _ in gold & predicted)
        fp = Counter(name for name, _ in predicted - gold)
        fn = Counter(name for name, _ in gold - predicted)
        documents.append({name: Counts(tp[name], fp[name], fn[name]) for name in {*tp, *fp, *fn}})
    return Tally(documents)


def _per_class(tally: Tally) -> dict[str, dict[str, float]]:
    return {name: counts.to_json() for name, counts in tally.per_class().items()}
