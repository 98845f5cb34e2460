"""What is taken for what: confusion matrices, and kinds of errors by count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from ie_model.standoff import Document, Entity, Relation

from .alignment import align

NONE = "none"


def confuse_labels(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, Any]:
    """Labels of entities that lie on the same text, see :func:`.alignment.align`.

    Returns:
        ``labels``, the last of them ``none`` for no partner, and ``counts``: gold in rows, predictions in columns.
    """
    pairs = [
        (one.label if one else NONE, other.label if other else NONE)
        for wanted, found in zip(gold, predicted, strict=True)
        for one, other in align(wanted.entities, found.entities)
    ]
    return _matrix(pairs)


def confuse_types(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, Any]:
    """Types of relations between the same two spans; as :func:`confuse_labels`."""
    pairs: list[tuple[str, str]] = []
    for wanted, found in zip(map(_by_spans, gold), map(_by_spans, predicted), strict=True):
        for spans in wanted.keys() | found.keys():
            pairs += _pair_types(wanted.get(spans, set()), found.get(spans, set()))
    return _matrix(pairs)


def error_kinds(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, int]:
    """How many entities are missing, spurious, or overlap with the wrong label or border; relations likewise.

    A relation has a *wrong span* when it is missing only because one of its two entities is not found as it is.
    """
    kinds: Counter[str] = Counter(dict.fromkeys(_KINDS, 0))
    for wanted, found in zip(gold, predicted, strict=True):
        kinds.update(_entity_kinds(wanted.entities, found.entities))
        kinds.update(_relation_kinds(wanted, found))
    return {kind: kinds[kind] for kind in _KINDS}


_KINDS = (
    "missing",
    "spurious",
    "wrong label",
    "wrong border",
    "wrong label and border",
    "relation missing",
    "relation missing for a wrong span",
    "relation spurious",
    "relation spurious for a wrong span",
    "relation wrong type",
)
_Span = tuple[int, int, str]
_Pair = tuple[_Span, _Span]


def _matrix(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    from sklearn.metrics import confusion_matrix

    labels = [*sorted({label for pair in pairs for label in pair} - {NONE}), NONE]
    if not pairs:
        return {"labels": labels, "counts": [[0]]}
    true, found = zip(*pairs, strict=True)
    return {"labels": labels, "counts": confusion_matrix(true, found, labels=labels).tolist()}


def _entity_kinds(gold: Sequence[Entity], predicted: Sequence[Entity]) -> Iterable[str]:
    for one, other in align(gold, predicted):
        if one is None or other is None:
            yield "spurious" if one is None else "missing"
            continue
        label, border = one.label != other.label, (one.start, one.end) != (other.start, other.end)
        if label or border:
            yield "wrong " + " and ".join(["label"] * label + ["border"] * border)


def _relation_kinds(gold: Document, predicted: Document) -> Iterable[str]:
    wanted, found = _by_spans(gold), _by_spans(predicted)
    spans, found_spans = _spans(gold), _spans(predicted)
    for pair in wanted.keys() | found.keys():
        missing = "relation missing" if found_spans.issuperset(pair) else "relation missing for a wrong span"
        spurious = "relation spurious" if spans.issuperset(pair) else "relation spurious for a wrong span"
        for one, other in _pair_types(wanted.get(pair, set()), found.get(pair, set())):
            if one != other:
                yield spurious if one == NONE else missing if other == NONE else "relation wrong type"


def _pair_types(wanted: set[str], found: set[str]) -> Iterable[tuple[str, str]]:
    """Equal types with each other, the rest in alphabetical order, what is left over with none."""
    yield from ((type_, type_) for type_ in sorted(wanted & found))
    yield from zip_longest(sorted(wanted - found), sorted(found - wanted), fillvalue=NONE)


def _spans(document: Document) -> set[_Span]:
    return {(e.start, e.end, e.label) for e in document.entities}


def _by_spans(document: Document) -> dict[_Pair, set[str]]:
    spans = {e.id: (e.start, e.end, e.label) for e in document.entities}

    def pair(relation: Relation) -> _Pair:
        return spans[relation.head], spans[relation.tail]

    found: dict[_Pair, set[str]] = {}
    for relation in document.relations:
        found.setdefault(pair(relation), set()).add(relation.type)
    return found
