"""Which gold and predicted entities lie on the same text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from ie_model.standoff import Entity

_Entity = TypeVar("_Entity", bound=Entity)


def overlaps(gold: Sequence[_Entity], predicted: Sequence[_Entity]) -> Iterator[tuple[_Entity, _Entity]]:
    """All pairs that share a character, in text order; linear in entities and pairs where each side is flat."""
    gold, predicted = sorted(gold, key=attrgetter("start")), sorted(predicted, key=attrgetter("start"))
    waiting: list[_Entity] = []
    remaining = iter(gold)
    following = next(remaining, None)
    for found in predicted:
        while following is not None and following.start < found.end:
            waiting.append(following)
            following = next(remaining, None)
        waiting = [entity for entity in waiting if entity.end > found.start]
        yield from ((entity, found) for entity in waiting if entity.start < found.end)


def align(gold: Sequence[_Entity], predicted: Sequence[_Entity]) -> list[tuple[_Entity | None, _Entity | None]]:
    """One-to-one pairs of overlapping entities, then those of either side that have no partner.

    The best pair is taken first: the one that shares most characters relative to the two spans together (Jaccard
    index), of equal ones that with the same label, then the first in the text.
    """

    def quality(pair: tuple[_Entity, _Entity]) -> tuple[float, bool]:
        one, other = pair
        shared = min(one.end, other.end) - max(one.start, other.start)
        return -shared / (max(one.end, other.end) - min(one.start, other.start)), one.label != other.label

    taken_gold: set[str] = set()
    taken_predicted: set[str] = set()
    pairs: list[tuple[_Entity | None, _Entity | None]] = []
    for one, other in sorted(overlaps(gold, predicted), key=quality):
        if one.id not in taken_gold and other.id not in taken_predicted:
            taken_gold.add(one.id)
            taken_predicted.add(other.id)
            pairs.append((one, other))
    pairs += [(entity, None) for entity in gold if entity.id not in taken_gold]
    pairs += [(None, entity) for entity in predicted if entity.id not in taken_predicted]
    return pairs
