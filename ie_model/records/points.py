"""Differences of rates: *tỷ lệ hộ nghèo giảm 1,2%* is 1.2 percentage points, whatever the text writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from .record import Record
from .rounding import Interval, interval
from .sentence import Sentence
from .wording import is_gap, is_rate

_WHOLE = Decimal(100)
# Levels of one mention that are looked at: a change has two.
_FEW = 8


def with_points(records: Sequence[Record], sentences: Mapping[tuple[int, int], Sentence], text: str) -> list[Record]:
    """Give the unit ``điểm %`` to each change of a rate in percent that the text does not show to be a relative one.

    Vietnamese reports write the difference of two rates with a bare per cent sign. It is read as a relative change
    only where the rate's levels in the sentence say so: 15% is relative between 20% and 23%; so is a rise by more
    than the level that was reached, or by more than 100%. *cao hơn* and *thấp hơn* always name a difference.

    Args:
        records: The records of a document, in text order.
        sentences: Its sentences by their offsets.
        text: The document.
    """
    changes = [r for r in records if r.kind in ("increase", "decrease") and r.unit == "%" and r.indicator]
    changes = [r for r in changes if is_rate(r.indicator or "")]
    if not changes:
        return list(records)
    wanted = {r.indicator_id for r in changes}
    levels: dict[str | None, list[Interval]] = {}
    for r in records:
        if r.indicator_id in wanted and r.kind in ("level", "share") and r.unit == "%" and (found := interval(r, text)):
            levels.setdefault(r.indicator_id, []).append(found)
    levels = {indicator: found[:_FEW] for indicator, found in levels.items()}
    points = set()
    for r in changes:
        sentence = sentences[r.sentence]
        if is_gap(sentence, sentence.place(r.start)) or not _is_relative(r, levels.get(r.indicator_id, []), text):
            points.add(r.start)
    return [replace(r, unit="điểm %") if r.start in points else r for r in records]


def _is_relative(change: Record, levels: Sequence[Interval], text: str) -> bool:
    size = interval(change, text)
    if size is None:
        return False
    if size.low > _WHOLE:
        return True
    for first, second in pairwise(levels):
        low, high = sorted((first, second))
        if high.minus(low).overlaps(size):
            return False
        base = low if change.kind == "increase" else high
        if high.minus(low).overlaps(size.times(Interval(base.low / _WHOLE, base.high / _WHOLE))):
            return True
    if change.kind == "increase":
        return bool(levels) and all(level.high < size.low for level in levels)
    return bool(levels) and all(level.low + size.low > _WHOLE for level in levels)
