"""What a prediction got wrong: its entities and relations aligned with those of gold.

The kinds are those of :func:`..confusion.error_kinds`, here each with what is wrong. An entity is *missing*
or *spurious* when nothing overlaps it on the other side, else its label, its border or both are wrong. A relation that
is missing or spurious *for a wrong span* has an entity that the other side does not have as it is: repairing the entity
comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from ie_model.standoff import Entity

from ..alignment import align

MISSING, SPURIOUS = "missing", "spurious"
WRONG_LABEL, WRONG_BORDER, WRONG_BOTH = "wrong label", "wrong border", "wrong label and border"
RELATION_MISSING, RELATION_SPURIOUS = "relation missing", "relation spurious"
RELATION_MISSING_SPAN, RELATION_SPURIOUS_SPAN = (
    "relation missing for a wrong span",
    "relation spurious for a wrong span",
)
RELATION_TYPE = "relation wrong type"
KINDS = (
    *(MISSING, SPURIOUS, WRONG_LABEL, WRONG_BORDER, WRONG_BOTH),
    *(RELATION_MISSING, RELATION_MISSING_SPAN, RELATION_SPURIOUS, RELATION_SPURIOUS_SPAN, RELATION_TYPE),
)


@dataclass(frozen=True)
class Span(Entity):
    """An entity of one side, perhaps with a score."""

    score: float | None = None

    @property
    def name(self) -> str:
        return self.label


@dataclass(frozen=True)
class Link:
    """A relation of one side."""

    head: Span
    type: str
    tail: Span
    score: float | None = None

    @property
    def start(self) -> int:
        return self.head.start

    @property
    def name(self) -> str:
        return self.type


@dataclass(frozen=True)
class Side:
    """Entities in text order and relations: of gold, or of the prediction."""

    spans: list[Span]
    links: list[Link]


@dataclass(frozen=True)
class Error:
    """One difference; the side on which there is nothing is None."""

    kind: str
    gold: Span | Link | None
    predicted: Span | Link | None

    @property
    def sides(self) -> list[Span | Link]:
        return [side for side in (self.gold, self.predicted) if side is not None]

    @property
    def start(self) -> int:
        """Where in the text it is, gold's place before the prediction's."""
        return self.sides[0].start

    @property
    def names(self) -> list[str]:
        """Labels or types on either side, each once, gold's first."""
        return list(dict.fromkeys(side.name for side in self.sides))


def read_side(data: Mapping[str, Any], text: str) -> Side:
    """One side of a document from plain data, as :func:`ie_model_evaluation.page.render` takes it, and its text."""
    found = (
        Span(e["id"], e["label"], e["start"], e["end"], text[e["start"] : e["end"]], e.get("score"))
        for e in data["entities"]
    )
    spans = sorted(found, key=lambda span: (span.start, span.end))
    by_id = {span.id: span for span in spans}
    links = [Link(by_id[r["head"]], r["type"], by_id[r["tail"]], r.get("score")) for r in data["relations"]]
    return Side(spans, links)


def find_errors(gold: Side, predicted: Side) -> list[Error]:
    """All differences between the two sides of a document, in text order."""
    errors = [*_entity_errors(gold, predicted), *_relation_errors(gold, predicted)]
    return sorted(errors, key=lambda error: (error.start, KINDS.index(error.kind)))


def _entity_errors(gold: Side, predicted: Side) -> Iterator[Error]:
    for ours, theirs in align(gold.spans, predicted.spans):
        if ours is None or theirs is None:
            yield Error(SPURIOUS if ours is None else MISSING, ours, theirs)
        elif _key(ours) != _key(theirs):
            same_place = (ours.start, ours.end) == (theirs.start, theirs.end)
            kind = WRONG_LABEL if same_place else WRONG_BORDER if ours.label == theirs.label else WRONG_BOTH
            yield Error(kind, ours, theirs)


def _relation_errors(gold: Side, predicted: Side) -> Iterator[Error]:
    """Between the same two entities types are paired; between others there is nothing to pair."""
    ours, theirs = _by_pair(gold.links), _by_pair(predicted.links)
    spans = {_key(span) for span in gold.spans} & {_key(span) for span in predicted.spans}
    for pair in dict.fromkeys([*ours, *theirs]):
        wanted, found = ours.get(pair, {}), theirs.get(pair, {})
        missing = [wanted[type_] for type_ in sorted(wanted.keys() - found.keys())]
        spurious = [found[type_] for type_ in sorted(found.keys() - wanted.keys())]
        at_right_spans = spans.issuperset(pair)
        for one, other in zip_longest(missing, spurious):
            if one and other:
                yield Error(RELATION_TYPE, one, other)
            elif one:
                yield Error(RELATION_MISSING if at_right_spans else RELATION_MISSING_SPAN, one, None)
            else:
                yield Error(RELATION_SPURIOUS if at_right_spans else RELATION_SPURIOUS_SPAN, None, other)


def count_kinds(errors: Iterable[Error]) -> dict[str, int]:
    """How often each kind occurs, in the order of :data:`KINDS`."""
    counts = dict.fromkeys(KINDS, 0)
    for error in errors:
        counts[error.kind] += 1
    return counts


_Key = tuple[int, int, str]


def _key(span: Span) -> _Key:
    return span.start, span.end, span.label


def _by_pair(links: Iterable[Link]) -> dict[tuple[_Key, _Key], dict[str, Link]]:
    """Relations by head and tail, then by type."""
    found: dict[tuple[_Key, _Key], dict[str, Link]] = {}
    for link in links:
        found.setdefault((_key(link.head), _key(link.tail)), {})[link.type] = link
    return found
