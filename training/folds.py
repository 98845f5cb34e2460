"""Folds of the training documents for cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ie_model.errors import IEModelError
from ie_model.split import place_in_order
from ie_model.standoff import Document

_CHOOSING = 10  # every tenth document that is not in the fold chooses the best model and calibrates its scores


@dataclass(frozen=True)
class Fold:
    """One fold: what a model is scored on, what chooses the best model, and what is left to train on."""

    number: int
    test: list[Document]
    held_out: list[Document]
    train: list[Document]


def make_folds(documents: Sequence[Document], count: int, seed: int = 0) -> list[Fold]:
    """Deal the documents out in an order that a hash of seed and id gives.

    Each document is in the test part of one fold; the three parts of a fold share none, and hold all.

    Raises:
        IEModelError: There are fewer than two folds, or too few documents for them.
    """
    if count < 2:
        raise IEModelError("cross-validation needs two folds or more")
    if len(documents) < count or len(documents) < 4:
        raise IEModelError(f"{len(documents)} documents to train on are too few for {count} folds")
    ordered = sorted(documents, key=lambda document: (place_in_order(f"{seed} {document.id}"), document.id))
    folds = []
    for number in range(count):
        rest = [document for place, document in enumerate(ordered) if place % count != number]
        train = [document for place, document in enumerate(rest) if place % _CHOOSING]
        folds.append(Fold(number, ordered[number::count], rest[::_CHOOSING], train))
    return folds
