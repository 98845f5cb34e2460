"""Candidate pairs of a sentence and their discrete features."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from spacy.strings import get_string_id

from .ml.types import Array
from .scheme import Scheme

_NEAREST = 40  # tails of one label that a head is paired with: keeps a sentence of a thousand entities linear
_CLAUSE_ENDS = frozenset(get_string_id(mark) for mark in ",;:.()-")
_STRONG_ENDS = frozenset(get_string_id(mark) for mark in ";.")
_OPEN, _CLOSE = get_string_id("("), get_string_id(")")
_NORM = 0  # column of the attributes


@dataclass(frozen=True)
class Mention:
    """An entity by token offsets, end exclusive: within its sentence (white space left out), and in the Doc."""

    start: int
    end: int
    label: str
    doc_start: int
    doc_end: int


def candidate_pairs(mentions: list[Mention], scheme: Scheme) -> list[tuple[int, int]]:
    """Pairs (head, tail) of mention indices that some relation may join, ordered by head."""
    partners: dict[str, set[str]] = {}
    for allowed in scheme.relations.values():
        for head_label, tail_label in allowed:
            partners.setdefault(head_label, set()).add(tail_label)
    by_label: dict[str, list[int]] = {}
    for i, mention in enumerate(mentions):
        by_label.setdefault(mention.label, []).append(i)
    pairs: list[tuple[int, int]] = []
    for head, mention in enumerate(mentions):
        tails: list[int] = []
        for label in partners.get(mention.label, ()):
            same = by_label.get(label, [])
            place = bisect_left(same, head)
            tails.extend(same[max(0, place - _NEAREST) : place + _NEAREST])
        pairs.extend((head, other) for other in sorted(tails) if other != head)
    return pairs


def _bucket(count: int) -> int:
    """0 to 4 exactly, then by doubling."""
    return count if count < 5 else 3 + count.bit_length()


def pair_features(ids: Array, mentions: list[Mention], pairs: list[tuple[int, int]]) -> Array:
    """Hashes of the discrete features of each pair.

    Args:
        ids: Attribute hashes of the sentence's tokens. *Shape:* ``(tokens, attributes)``.

    *Shape:* ``(pairs, PAIR_FEATURES)``.
    """
    norms = ids[:, _NORM].tolist()
    counts = _Counts(norms, mentions)
    rows = [_features(norms, mentions, head, tail, counts) for head, tail in pairs]
    return np.array([[get_string_id(feature) for feature in row] for row in rows], dtype="uint64")


class _Counts:
    """Running counts over a sentence, so that what lies between two mentions costs a subtraction."""

    def __init__(self, norms: list[int], mentions: list[Mention]) -> None:
        self.clauses = _running([norm in _CLAUSE_ENDS for norm in norms])
        self.strong = _running([norm in _STRONG_ENDS for norm in norms])
        self.depth = _running([(norm == _OPEN) - (norm == _CLOSE) for norm in norms])
        self.labels = {
            label: _running([mention.label == label for mention in mentions])
            for label in {mention.label for mention in mentions}
        }


def _running(values: list) -> list[int]:
    total, out = 0, [0]
    for value in values:
        total += value
        out.append(total)
    return out


def _features(norms: list[int], mentions: list[Mention], head: int, tail: int, counts: _Counts) -> list[str]:
    h, t = mentions[head], mentions[tail]
    order = "after" if tail > head else "before"
    low, high = min(head, tail), max(head, tail)
    start, end = mentions[low].end, max(mentions[low].end, mentions[high].start)
    kinds = f"{h.label}|{t.label}|{order}"
    same_tail = counts.labels[t.label][high] - counts.labels[t.label][low + 1]
    same_head = counts.labels[h.label][high] - counts.labels[h.label][low + 1]
    clauses = counts.clauses[end] - counts.clauses[start]
    strong = counts.strong[end] - counts.strong[start]
    depth = counts.depth[end] - counts.depth[start]
    before = norms[h.start - 1] if h.start else 0
    before_tail = norms[t.start - 1] if t.start else 0
    after = norms[h.end] if h.end < len(norms) else 0
    inner = [mention.label[0] for mention in mentions[low + 1 : high][:4]]
    return [
        f"k{kinds}",
        f"d{kinds}|{_bucket(end - start)}",
        f"t{kinds}|{_bucket(same_tail)}|{_bucket(same_head)}",
        f"c{kinds}|{_bucket(clauses)}|{min(strong, 2)}|{max(-1, min(depth, 1))}",
        f"b{kinds}|{before}",
        f"p{kinds}|{before_tail}",
        f"a{kinds}|{after}",
        f"i{kinds}|{''.join(inner)}|{high - low > 5}",
        f"f{kinds}|{counts.labels[t.label][tail]}|{counts.labels[h.label][head]}",
    ]


PAIR_FEATURES = 9
