"""From scores of candidate pairs to relations: probabilities, spans that overlap, and what excludes what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .ml.relation_model import softmax_with_none
from .ml.types import Array
from .pairs import Mention
from .scheme import Scheme

_Pairs = Sequence[tuple[int, int]]
_LARGEST = 30  # of a score: beyond it a probability is 0 or 1 in single precision


def type_probabilities(scores: Array, mentions: Sequence[Mention], pairs: _Pairs, scheme: Scheme) -> Array:
    """Probability of each type for each pair; zero where the scheme forbids it.

    Types of an exclusive group compete for a head in one softmax over all of its pairs and "none"; the others are
    decided pair by pair.

    Args:
        scores: *Shape:* ``(pairs, types)``.
        pairs: Indices of head and tail among the mentions, ordered by head.

    *Shape:* ``(pairs, types)``.
    """
    scores = np.clip(scores, -_LARGEST, _LARGEST)
    allowed = np.array([scheme.allowed[mentions[head].label, mentions[tail].label] for head, tail in pairs])
    out: Array = np.where(allowed, 1 / (1 + np.exp(-scores)), 0.0)
    heads = _numbered(pairs)
    for columns in _groups(scheme):
        masked = np.where(allowed[:, columns], scores[:, columns], -np.inf)
        out[:, columns], _ = softmax_with_none(masked, heads)
    return out


def decode(
    scores: Array, mentions: Sequence[Mention], pairs: _Pairs, scheme: Scheme, threshold: float
) -> list[tuple[int, int, float]]:
    """The relations of a sentence: row and column in the scores, and probability.

    Of mentions that overlap the one whose relations are likeliest in sum stays. Then a head takes, of each exclusive
    group, the tail that is likeliest in all types together, if not "none" is likelier, and that tail's likeliest type;
    of the other types whatever is likely enough. A pair has one type: the likeliest.

    Args:
        scores, pairs: As for :func:`type_probabilities`.
        threshold: Least probability of a relation whose type is in no group.
    """
    probabilities = type_probabilities(scores, mentions, pairs, scheme)
    lost = _lost(probabilities, mentions, pairs)
    if lost:
        gone = np.array([head in lost or tail in lost for head, tail in pairs])
        probabilities = type_probabilities(np.where(gone[:, None], -np.inf, scores), mentions, pairs, scheme)
    found: list[tuple[int, int]] = []
    groups = _groups(scheme)
    for columns in groups:
        found.extend(_best_of_group(probabilities, _numbered(pairs), columns))
    grouped = [column for columns in groups for column in columns]
    likely = probabilities >= threshold
    likely[:, grouped] = False
    found.extend((row, column) for row, column in np.argwhere(likely).tolist())
    taken: set[int] = set()
    out = []
    for row, column in sorted(found, key=lambda place: -probabilities[place]):
        if row not in taken:
            taken.add(row)
            out.append((row, column, float(probabilities[row, column])))
    return out


def _best_of_group(probabilities: Array, heads: Array, columns: list[int]) -> list[tuple[int, int]]:
    """For each head that has one, the row of its tail and the column of its type."""
    mass = probabilities[:, columns].sum(axis=1)
    starts = np.flatnonzero(np.diff(heads, prepend=-1))
    best = np.maximum.reduceat(mass, starts)
    none = 1 - np.add.reduceat(mass, starts)
    rows = np.flatnonzero((mass == best[heads]) & (best >= none)[heads])
    _, first = np.unique(heads[rows], return_index=True)
    return [(row, columns[int(probabilities[row, columns].argmax())]) for row in rows[first].tolist()]


def _lost(probabilities: Array, mentions: Sequence[Mention], pairs: _Pairs) -> set[int]:
    """Mentions that lose to one that they overlap with, by the summed probability of their relations."""
    if all(mention.primary for mention in mentions):
        return set()
    weight = np.zeros(len(mentions))
    np.add.at(weight, [tail for _, tail in pairs], probabilities.sum(axis=1))
    lost: set[int] = set()
    taken: set[int] = set()
    candidates = (i for i, mention in enumerate(mentions) if mention.prior)
    for i in sorted(candidates, key=lambda i: (-weight[i], -mentions[i].prior)):
        tokens = range(mentions[i].start, mentions[i].end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
        else:
            lost.add(i)
    return lost


def _groups(scheme: Scheme) -> list[list[int]]:
    """Columns of the types of each exclusive group."""
    return [[i for i, type_ in enumerate(scheme.relations) if type_ in group] for group in scheme.exclusive]


def _numbered(pairs: _Pairs) -> Array:
    """The heads of pairs, which are ordered by them, numbered from 0 on. *Shape:* ``(pairs,)``."""
    heads = np.array([head for head, _ in pairs])
    numbers: Array = np.cumsum(np.diff(heads, prepend=heads[:1]) > 0)
    return numbers
