"""Candidate pairs of a sentence and their discrete features."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from spacy.strings import get_string_id

from .ml.types import Array
from .scheme import Scheme

# Tails of one label on either side that a head is paired with: keeps a sentence of a thousand entities linear.
# No relation of the corpus reaches over more than 8 others of its tail's label (5 cover 99.97%); overlapping candidates
# make half as many again.
_NEAREST = 14
_CLAUSE_ENDS = np.array([get_string_id(mark) for mark in ",;:.()-"], dtype="uint64")
_STRONG_ENDS = np.array([get_string_id(mark) for mark in ";."], dtype="uint64")
_OPEN, _CLOSE = get_string_id("("), get_string_id(")")
# Where the buckets of priors begin; below the first is what has none.
_PRIORS = np.array([1e-9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
_NORM = 0  # column of the attributes


@dataclass(frozen=True)
class Mention:
    """An entity by token offsets, end exclusive: within its sentence (white space left out), and in the Doc.

    Attributes:
        prior: The tagger's probability of a span that is a candidate; 0 for an entity.
        primary: Whether other pairs count it as one of the sentence's entities; of candidates that overlap one is.
    """

    start: int
    end: int
    label: str
    doc_start: int
    doc_end: int
    prior: float = 0.0
    primary: bool = True


def candidate_pairs(mentions: list[Mention], scheme: Scheme) -> list[tuple[int, int]]:
    """Pairs (head, tail) of mention indices that some relation may join, ordered by head."""
    by_label: dict[str, list[int]] = {}
    for i, mention in enumerate(mentions):
        by_label.setdefault(mention.label, []).append(i)
    pairs: list[tuple[int, int]] = []
    for head, mention in enumerate(mentions):
        tails: list[int] = []
        for label in scheme.tail_labels.get(mention.label, ()):
            same = by_label.get(label, [])
            place = bisect_left(same, head)
            tails.extend(same[max(0, place - _NEAREST) : place + _NEAREST])
        pairs.extend((head, other) for other in sorted(tails) if other != head)
    return pairs


@dataclass(frozen=True)
class PairTable:
    """Mentions and candidate pairs of several sentences, with offsets into all of their tokens, joined.

    Attributes:
        starts, ends: Token offsets of each mention. *Shape:* ``(mentions,)``.
        labels: Hash of each mention's label. *Shape:* ``(mentions,)``.
        prior: Bucket of each mention's prior. *Shape:* ``(mentions,)``.
        primary: Indices of the primary mentions, ascending and apart from each other. *Shape:* ``(primary mentions,)``.
        sentence: Token offsets of each mention's sentence. *Shape:* ``(mentions, 2)``.
        pairs: Indices of head and tail. *Shape:* ``(pairs, 2)``.
    """

    starts: Array
    ends: Array
    labels: Array
    prior: Array
    primary: Array
    sentence: Array
    pairs: Array


def make_table(sentences: Sequence[tuple[list[Mention], list[tuple[int, int]], int]]) -> PairTable:
    """Join sentences, each given by its mentions, its pairs and its number of tokens."""
    rows: list[tuple[int, int, int, float, bool, int, int]] = []
    pairs: list[tuple[int, int]] = []
    offset = 0
    for mentions, sentence_pairs, length in sentences:
        first = len(rows)
        rows.extend(
            (m.start + offset, m.end + offset, get_string_id(m.label), m.prior, m.primary, offset, offset + length)
            for m in mentions
        )
        pairs.extend((head + first, tail + first) for head, tail in sentence_pairs)
        offset += length
    columns = list(zip(*rows, strict=True))
    starts, ends = (np.array(columns[i], dtype="i8") for i in (0, 1))
    labels = np.array(columns[2], dtype="uint64")
    prior = np.searchsorted(_PRIORS, columns[3], side="right")
    primary = np.flatnonzero(columns[4])
    sentence = np.array(columns[5:7], dtype="i8").T
    joined = np.array(pairs, dtype="i8").reshape(-1, 2)
    return PairTable(starts, ends, labels, prior, primary, sentence, joined)


def pair_features(ids: Array, table: PairTable) -> Array:
    """Hashes of the discrete features of each pair: order, distances and counts of what lies between, neighbours.

    Args:
        ids: Attribute hashes of the tokens of all sentences. *Shape:* ``(tokens, attributes)``.

    *Shape:* ``(pairs, PAIR_FEATURES)``.
    """
    norms = ids[:, _NORM]
    head, tail = table.pairs.T
    low, high = np.minimum(head, tail), np.maximum(head, tail)
    start = table.ends[low]
    end = np.maximum(start, table.starts[high])
    kind = _mix(table.labels[head], table.labels[tail], tail > head)
    labels = _LabelCounts(table)
    # Primary mentions that stand between the two, and before each of them in its sentence
    first, last = labels.within(start, table.starts[high])
    depth = _running((norms == _OPEN).astype("i8") - (norms == _CLOSE))
    rows = [
        (kind,),
        (kind, _bucket(end - start)),
        (kind, *(_bucket(labels.count(of, first, last)) for of in (tail, head))),
        (
            kind,
            _bucket(_count(norms, _CLAUSE_ENDS, start, end)),
            np.minimum(_count(norms, _STRONG_ENDS, start, end), 2),
            np.clip(depth[end] - depth[start], -1, 1) + 1,
        ),
        (kind, _neighbour(norms, table, table.starts - 1)[head]),
        (kind, _neighbour(norms, table, table.starts - 1)[tail]),
        (kind, _neighbour(norms, table, table.ends)[head]),
        (kind, *(labels.at(first + place, last) for place in range(4)), last - first > 4),
        (kind, *(labels.count(of, *labels.within(table.sentence[of, 0], table.starts[of])) for of in (tail, head))),
        (table.prior[head], table.prior[tail]),
    ]
    return np.stack([_mix(np.full(len(kind), i), *row) for i, row in enumerate(rows)], axis=1)


def _neighbour(norms: Array, table: PairTable, places: Array) -> Array:
    """NORM of the tokens at some places, one for each mention; 0 where that is outside the mention's sentence."""
    inside = (places >= table.sentence[:, 0]) & (places < table.sentence[:, 1])
    return np.where(inside, norms[np.clip(places, 0, len(norms) - 1)], 0).astype("uint64")


def _mix(*parts: Array) -> Array:
    """One hash of several integers, element by element (multiply and fold, after Knuth's multiplicative hashing)."""
    out = np.zeros(len(parts[0]), dtype="uint64")
    for part in parts:
        out = (out ^ np.asarray(part).astype("uint64")) * np.uint64(0x9E3779B97F4A7C15)
        out ^= out >> np.uint64(29)
    return out


def _bucket(counts: Array) -> Array:
    """0 to 4 exactly, then by doubling."""
    return np.where(counts < 5, counts, 4 + np.log2(np.maximum(counts, 1)).astype("i8"))


def _running(values: Array) -> Array:
    """Sums of the values before each place. *Shape:* one longer than the values."""
    return np.concatenate([[0], np.cumsum(values)])


def _count(norms: Array, wanted: Array, start: Array, end: Array) -> Array:
    running = _running(np.isin(norms, wanted))
    return running[end] - running[start]


class _LabelCounts:
    """The primary mentions in stretches of text, and how many of them carry one label."""

    def __init__(self, table: PairTable) -> None:
        names, rows = np.unique(table.labels, return_inverse=True)
        self._row = rows
        self._starts, self._ends = table.starts[table.primary], table.ends[table.primary]
        self._labels = table.labels[table.primary]
        self._running = np.stack([_running(self._labels == name) for name in names])

    def within(self, start: Array, end: Array) -> tuple[Array, Array]:
        """First and last (exclusive) of the primary mentions that lie between token offsets."""
        first = np.searchsorted(self._starts, start)
        return first, np.maximum(first, np.searchsorted(self._ends, end, side="right"))

    def count(self, of: Array, first: Array, last: Array) -> Array:
        """Primary mentions from ``first`` up to ``last`` that carry the label of the mention ``of``."""
        row = self._row[of]
        return self._running[row, last] - self._running[row, first]

    def at(self, place: Array, last: Array) -> Array:
        """Label of the primary mention at a place; 0 where that is ``last`` or beyond."""
        labels = np.append(self._labels, np.uint64(0))
        return np.where(place < last, labels[np.minimum(place, len(self._labels))], 0).astype("uint64")


PAIR_FEATURES = 10
