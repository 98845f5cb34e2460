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
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from ie_model.standoff import Document, Entity

if TYPE_CHECKING:
    from .records import RecordScores

_Span = tuple[int, int, str]
_Group = TypeVar("_Group", bound=Hashable)
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


class Item(NamedTuple):
    """What a gold or predicted document states.

    Attributes:
        name: Its class: a label or relation type.
        place: Offset at which it (a relation, a row: its value) starts, which tells its sentence.
        key: What must be equal besides the class.
    """

    name: str
    place: int
    key: Any


@dataclass(frozen=True)
class Outcome:
    """The items of one document: in both, in the prediction alone, in gold alone."""

    right: frozenset[Item]
    spurious: frozenset[Item]
    missed: frozenset[Item]

    def by(self, group: Callable[[Item], _Group]) -> dict[_Group, Counts]:
        """Counts of the items by what ``group`` says of each."""
        tp, fp, fn = (Counter(map(group, items)) for items in (self.right, self.spurious, self.missed))
        return {name: Counts(tp[name], fp[name], fn[name]) for name in {**tp, **fp, **fn}}


@dataclass(frozen=True)
class Tally:
    """The outcomes of one measure, document by document."""

    outcomes: list[Outcome]

    @cached_property
    def documents(self) -> list[dict[str, Counts]]:
        """Counts of each document by class (label or relation type)."""
        return [outcome.by(lambda item: item.name) for outcome in self.outcomes]

    @property
    def micro(self) -> Counts:
        return total(counts for document in self.documents for counts in document.values())

    def per_class(self) -> dict[str, Counts]:
        """Sums over the documents, classes in alphabetical order."""
        return add_up(self.documents)

    def array(self, name: str | None = None) -> np.ndarray:
        """tp, fp, fn of each document, of one class or over all of them. *Shape:* ``(documents, 3)``."""
        sums = [
            total(document.values()) if name is None else document.get(name, Counts()) for document in self.documents
        ]
        return np.array([(counts.tp, counts.fp, counts.fn) for counts in sums], dtype="int64").reshape(-1, 3)


def total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())


def add_up(groups: Iterable[Mapping[_Group, Counts]]) -> dict[_Group, Counts]:
    """Counts of each group over all mappings, groups in order."""
    out: dict[_Group, Counts] = {}
    for found in groups:
        for name, counts in found.items():
            out[name] = out.get(name, Counts()) + counts
    return dict(sorted(out.items()))


@dataclass(frozen=True)
class Scores:
    """All measures of one system; what it cannot be asked (relations of a tagger) is None.

    Attributes:
        entities, relations, relations_on_gold, rows: The strict measures, see above; the third is of relations found
            between the gold entities.
        partial, partial_on_gold: Relations whose spans need only overlap, see :mod:`.partial`.
        records: See :mod:`.records`.
        schemes: Entities by other matching rules, see :mod:`.schemes`.
    """

    entities: Tally
    relations: Tally | None = None
    relations_on_gold: Tally | None = None
    rows: Tally | None = None
    partial: Tally | None = None
    partial_on_gold: Tally | None = None
    records: RecordScores | None = None
    schemes: Mapping[str, Any] = field(default_factory=dict)

    def measures(self) -> dict[str, Tally]:
        """The measures there are of those that get an interval, by their path in ``scores.json``."""
        tallies = {
            "entities.micro": self.entities,
            "relations.end_to_end": self.relations,
            "relations.gold_entities": self.relations_on_gold,
            "rows": self.rows,
            "records.whole": self.records.whole if self.records else None,
        }
        return {path: tally for path, tally in tallies.items() if tally is not None}

    def by_type(self) -> dict[str, Tally]:
        """The measures of relations there are, by their key in ``scores.json``."""
        tallies = {
            "end_to_end": self.relations,
            "gold_entities": self.relations_on_gold,
            "end_to_end_partial": self.partial,
            "gold_entities_partial": self.partial_on_gold,
        }
        return {name: tally for name, tally in tallies.items() if tally is not None}

    def to_json(self) -> dict[str, Any]:
        """The keys of ``scores.json``; without relations there is neither ``relations`` nor ``rows``."""
        entities = {"micro": self.entities.micro.to_json(), "per_label": _per_class(self.entities), **self.schemes}
        out: dict[str, Any] = {"entities": entities}
        if relations := self.by_type():
            out["relations"] = {
                name: {**tally.micro.to_json(), "per_type": _per_class(tally)} for name, tally in relations.items()
            }
        if self.rows is not None:
            out["rows"] = self.rows.micro.to_json()
        if self.records is not None:
            out["records"] = self.records.to_json()
        return out


def score_entities(gold: Sequence[Document], predicted: Sequence[Document]) -> Tally:
    """Entities by label. The two sides hold the same documents in the same order."""
    return tally((_entities(g), _entities(p)) for g, p in zip(gold, predicted, strict=True))


def score_relations(gold: Sequence[Document], predicted: Sequence[Document]) -> Tally:
    """Relations by type."""
    return tally((_relations(g), _relations(p)) for g, p in zip(gold, predicted, strict=True))


def score_rows(gold: Sequence[Document], predicted: Sequence[Document], head_labels: Collection[str]) -> Tally:
    """Rows, all in one class.

    Args:
        head_labels: Labels of the values, see :attr:`ie_model.scheme.Scheme.head_labels`.
    """
    return tally((_rows(g, head_labels), _rows(p, head_labels)) for g, p in zip(gold, predicted, strict=True))


def tally(pairs: Iterable[tuple[Iterable[Item], Iterable[Item]]]) -> Tally:
    """Compare the items of gold and prediction, document by document."""
    outcomes = []
    for gold_items, predicted_items in pairs:
        gold, predicted = frozenset(gold_items), frozenset(predicted_items)
        outcomes.append(Outcome(gold & predicted, predicted - gold, gold - predicted))
    return Tally(outcomes)


def _span(entity: Entity) -> _Span:
    return entity.start, entity.end, entity.label


def _entities(document: Document) -> list[Item]:
    return [Item(entity.label, entity.start, _span(entity)) for entity in document.entities]


def _relations(document: Document) -> list[Item]:
    spans = {entity.id: _span(entity) for entity in document.entities}
    return [Item(r.type, spans[r.head][0], (spans[r.head], spans[r.tail])) for r in document.relations]


def _rows(document: Document, head_labels: Collection[str]) -> list[Item]:
    spans = {entity.id: _span(entity) for entity in document.entities}
    relations: dict[_Span, set[tuple[str, _Span]]] = {span: set() for span in spans.values() if span[2] in head_labels}
    for relation in document.relations:
        if spans[relation.head] in relations:
            relations[spans[relation.head]].add((relation.type, spans[relation.tail]))
    return [Item(_ROW, head[0], (head, frozenset(found))) for head, found in relations.items()]


def _per_class(found: Tally) -> dict[str, dict[str, float]]:
    return {name: counts.to_json() for name, counts in found.per_class().items()}
