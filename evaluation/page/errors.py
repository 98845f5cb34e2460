"""What a prediction got wrong: its entities and relations aligned with those of gold.

The kinds of entity errors are those of the usual error analyses of named-entity recognition: an error is *missing* or
*spurious* when nothing overlaps it on the other side, else its label, its border or both are wrong. A relation of the
right type between overlapping entities has a *wrong span*, a kind of its own: repairing the entity repairs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MISSING, SPURIOUS = "missing", "spurious"
WRONG_LABEL, WRONG_BORDER, WRONG_BOTH = "wrong label", "wrong border", "wrong label and border"
RELATION_MISSING, RELATION_SPURIOUS = "relation missing", "relation spurious"
RELATION_TYPE, RELATION_SPAN = "relation wrong type", "relation wrong span"
KINDS = (
    *(MISSING, SPURIOUS, WRONG_LABEL, WRONG_BORDER, WRONG_BOTH),
    *(RELATION_MISSING, RELATION_SPURIOUS, RELATION_TYPE, RELATION_SPAN),
)


@dataclass(frozen=True)
class Span:
    """An entity of one side; ``start`` and ``end`` are character offsets into the text, end exclusive."""

    id: str
    label: str
    start: int
    end: int
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


def read_side(data: Mapping[str, Any]) -> Side:
    """One side of a document from plain data, as :func:`ie_model_evaluation.page.render` takes it."""
    found = (Span(e["id"], e["label"], e["start"], e["end"], e.get("score")) for e in data["entities"])
    spans = sorted(found, key=lambda span: (span.start, span.end))
    by_id = {span.id: span for span in spans}
    links = [Link(by_id[r["head"]], r["type"], by_id[r["tail"]], r.get("score")) for r in data["relations"]]
    return Side(spans, links)


def find_errors(gold: Side, predicted: Side) -> list[Error]:
    """All differences between the two sides of a document, in text order."""
    partners = _align(gold.spans, predicted.spans)
    errors = [*_entity_errors(gold, predicted, partners), *_relation_errors(gold, predicted, partners)]
    return sorted(errors, key=lambda error: (error.start, KINDS.index(error.kind)))


def _align(gold: list[Span], predicted: list[Span]) -> dict[Span, Span]:
    """One-to-one pairs of overlapping spans, the best first: by Jaccard index, then same label, then text order."""
    pairs = sorted(_overlaps(gold, predicted), key=lambda pair: (-_jaccard(*pair), pair[0].label != pair[1].label))
    partners: dict[Span, Span] = {}
    taken: set[Span] = set()
    for ours, theirs in pairs:
        if ours not in partners and theirs not in taken:
            partners[ours] = theirs
            taken.add(theirs)
    return partners


def _overlaps(gold: list[Span], predicted: list[Span]) -> Iterator[tuple[Span, Span]]:
    """Overlapping pairs in one sweep over both sorted lists; entities of one side do not overlap."""
    first = 0
    for ours in gold:
        while first < len(predicted) and predicted[first].end <= ours.start:
            first += 1
        place = first
        while place < len(predicted) and predicted[place].start < ours.end:
            if _shared(ours, predicted[place]) > 0:
                yield ours, predicted[place]
            place += 1


def _entity_errors(gold: Side, predicted: Side, partners: Mapping[Span, Span]) -> Iterator[Error]:
    for ours in gold.spans:
        theirs = partners.get(ours)
        if theirs is None:
            yield Error(MISSING, ours, None)
        elif not _equal(ours, theirs):
            same_place = _place(ours) == _place(theirs)
            kind = WRONG_LABEL if same_place else WRONG_BORDER if ours.label == theirs.label else WRONG_BOTH
            yield Error(kind, ours, theirs)
    found = set(partners.values())
    yield from (Error(SPURIOUS, None, theirs) for theirs in predicted.spans if theirs not in found)


def _relation_errors(gold: Side, predicted: Side, partners: Mapping[Span, Span]) -> Iterator[Error]:
    """Relations left over when right ones, then those of the same type, then those of the same pair are matched."""
    left: dict[tuple[Span | None, Span | None], list[Link]] = {}
    for link in predicted.links:
        left.setdefault((link.head, link.tail), []).append(link)
    unmatched = []
    for link in gold.links:
        candidates = left.get((partners.get(link.head), partners.get(link.tail)), [])
        same = next((found for found in candidates if found.type == link.type), None)
        if same is None:
            unmatched.append(link)
            continue
        candidates.remove(same)
        if not (_equal(link.head, same.head) and _equal(link.tail, same.tail)):
            yield Error(RELATION_SPAN, link, same)
    for link in unmatched:
        candidates = left.get((partners.get(link.head), partners.get(link.tail)), [])
        yield Error(RELATION_TYPE, link, candidates.pop(0)) if candidates else Error(RELATION_MISSING, link, None)
    yield from (Error(RELATION_SPURIOUS, None, link) for links in left.values() for link in links)


def count_kinds(errors: Iterable[Error]) -> dict[str, int]:
    """How often each kind occurs, in the order of :data:`KINDS`."""
    counts = dict.fromkeys(KINDS, 0)
    for error in errors:
        counts[error.kind] += 1
    return counts


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _shared(first: Span, second: Span) -> int:
    return min(first.end, second.end) - max(first.start, second.start)


def _jaccard(first: Span, second: Span) -> float:
    return _shared(first, second) / (max(first.end, second.end) - min(first.start, second.start))


def _equal(first: Span, second: Span) -> bool:
    return _place(first) == _place(second) and first.label == second.label
