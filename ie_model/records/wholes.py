"""Parts and their wholes: the levels that a sentence lists after *trong đó* or *gồm*."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from .record import Record
from .sentence import Sentence


def with_wholes(records: Sequence[Record], sentences: Mapping[tuple[int, int], Sentence]) -> list[Record]:
    """Point each level after *trong đó* (or *gồm*, if they add up) to the level of the same unit that it is part of.

    Args:
        records: The records of a document, in text order.
        sentences: Its sentences by their offsets.
    """
    levels: dict[tuple[tuple[int, int], str | None], list[Record]] = {}
    for record in records:
        if record.kind == "level" and record.value is not None and record.denominator is None:
            levels.setdefault((record.sentence, record.unit), []).append(record)
    wholes: dict[int, str] = {}
    for (span, _), peers in levels.items():
        sentence = sentences[span]
        # The peers by the last "trong đó" before each: those after one are parts of the last peer before it.
        groups = groupby(peers, key=lambda peer: bisect_left(sentence.parts, (sentence.place(peer.start),)))
        whole: Record | None = None
        for cue, group in groups:
            after = list(group)
            if cue and whole:
                wholes.update((part.start, whole.id) for part in _parts(sentence, cue - 1, whole, after))
            whole = after[-1]
    return [replace(r, part_of=wholes[r.start]) if r.start in wholes else r for r in records]


def _parts(sentence: Sentence, cue: int, whole: Record, peers: list[Record]) -> list[Record]:
    """The levels after a cue that are parts: all if they add up, else those after *trong đó* up to a semicolon."""
    total = Decimal(whole.value or 0)
    if abs(sum(Decimal(peer.value or 0) for peer in peers) - total) * 100 <= abs(total):
        return peers
    reach, must_add_up = sentence.parts[cue]
    if must_add_up:
        return []
    return [
        peer
        for peer in peers
        if (peer.value or 0) <= total and sentence.segment_start(sentence.place(peer.start)) <= reach
    ]
