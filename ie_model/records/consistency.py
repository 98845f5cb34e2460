"""Figures that contradict each other: levels, changes, ratios, shares and parts that one sentence gives of one thing.

Each figure is taken as the interval that its digits and its modifier leave open (:mod:`ie_model.records.rounding`), so
that only what no rounding explains is named. A contradiction becomes a warning; nothing is ever corrected.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from itertools import groupby, pairwise

from .data import alternation, sections
from .record import Record
from .rounding import Interval, interval
from .sentence import NEAR, Sentence

RATIO_OF_PLAN = "ratio-disagrees-with-plan"
LEVELS_AND_CHANGE = "levels-disagree-with-change"
CHANGES = "changes-disagree"
SHARE_OF_PARTS = "share-disagrees-with-parts"
PARTS = "parts-do-not-add-up"
SHARES = "shares-over-100"

_CUES = sections("cues.txt")
_SAID_AGAIN = re.compile(rf"[\s(,:=]*(?:{alternation(_CUES['said again'])})?\s*")
_FROM = re.compile(rf"(?<!\w)({alternation(_CUES['from one level'])}) ?$")
_THEN_FROM = re.compile(rf"[\s(,:]*(?:{alternation(_CUES['from one level'])})?\s*")
_TO = re.compile(rf"\W*{alternation(_CUES['to the other level'])}\W*")
_STRUCTURE = re.compile(rf"(?<!\w){alternation(_CUES['structure'])}")
_RELATIVE = Decimal(100)
# Parts that exceed their whole by more than this overlap (nữ, người dân tộc thiểu số).
_NEARLY = Decimal("1.01")


def with_warnings(records: Sequence[Record], sentences: Mapping[tuple[int, int], Sentence], text: str) -> list[Record]:
    """Add to each record the codes of the checks that it fails.

    Args:
        records: The records of a document, in text order.
        sentences: Its sentences by their offsets.
        text: The document.
    """
    found: dict[int, list[str]] = {}
    for span, group in groupby(records, key=lambda record: record.sentence):
        peers = [record for record in group if record.kind]
        if len(peers) > 1:
            for start, code in _checked(peers, sentences[span], text):
                found.setdefault(start, []).append(code)
    if not found:
        return list(records)
    return [replace(r, warnings=(*r.warnings, *dict.fromkeys(found.get(r.start, ())))) for r in records]


def _checked(peers: Sequence[Record], sentence: Sentence, text: str) -> Iterator[tuple[int, str]]:
    same: dict[str | None, list[Record]] = {}
    for record in peers:
        same.setdefault(record.indicator_id, []).append(record)
    for measured in same.values():
        if len(measured) > 2:
            yield from _ratios(measured, text)
            yield from _levels_and_changes(measured, sentence, text)
            yield from _changes_said_twice(measured, sentence, text)
    yield from _shares_of_parts(peers, sentence, text)
    yield from _sums(peers, sentence, text)
    yield from _structure(peers, sentence, text)


def _ratios(measured: Sequence[Record], text: str) -> Iterator[tuple[int, str]]:
    """One level, one plan and how much of it is reached (*còn phải thu* names what is left of the plan instead)."""
    ratios = [r for r in measured if r.kind == "plan_ratio" and r.unit == "%"]
    levels = [r for r in measured if r.kind == "level"]
    targets = [r for r in measured if r.kind == "target" and r.status == "plan"]
    if not ratios or len(levels) != 1 or len(targets) != 1 or levels[0].unit != targets[0].unit:
        return
    level, target = interval(levels[0], text), interval(targets[0], text)
    stated = [found for r in ratios if (found := interval(r, text))]
    if not level or not target or not stated:
        return
    readings = [_percentage(level, target), _percentage(level, level.plus(target))]
    # A second ratio may be that of another plan: one that agrees is enough.
    if not any(reading.overlaps(found) for reading in readings if reading for found in stated):
        yield ratios[0].start, RATIO_OF_PLAN


def _levels_and_changes(measured: Sequence[Record], sentence: Sentence, text: str) -> Iterator[tuple[int, str]]:
    """A level, the level it comes from (*từ 5% lên 7%*) and the change between them."""
    levels = [r for r in measured if r.kind == "level"]
    changes = [r for r in measured if r.kind in ("increase", "decrease")]
    if (
        len(levels) != 2
        or not changes
        or levels[0].unit != levels[1].unit
        or not _from_to(levels[0], levels[1], sentence)
    ):
        return
    first, second = interval(levels[0], text), interval(levels[1], text)
    if not first or not second:
        return
    for change in changes:
        size = interval(change, text)
        beside = _between(_THEN_FROM, change, levels[0], sentence) or _between(_SAID_AGAIN, levels[1], change, sentence)
        if not size or not beside or change.per:
            continue
        gap = second.minus(first) if change.kind == "increase" else first.minus(second)
        if change.unit == levels[0].unit or (change.unit, levels[0].unit) == ("điểm %", "%"):
            expected: Interval | None = gap
        else:
            expected = _percentage(gap, first) if change.unit == "%" else None
        if expected and not expected.overlaps(size):
            yield change.start, LEVELS_AND_CHANGE


def _from_to(first: Record, second: Record, sentence: Sentence) -> bool:
    start = sentence.place(first.start)
    if not _between(_TO, first, second, sentence):
        return False
    return bool(sentence.beside_before(_FROM, start) or sentence.text.startswith(_CUES["from one level"], start))


def _changes_said_twice(measured: Sequence[Record], sentence: Sentence, text: str) -> Iterator[tuple[int, str]]:
    """A level, its change and the same change in percent: *12.480 người, tăng 380 người (3,1%)*."""
    levels = [r for r in measured if r.kind == "level"]
    if len(levels) != 1 or levels[0].unit == "%":
        return
    level = interval(levels[0], text)
    for change, again in pairwise(measured):
        if change.kind not in ("increase", "decrease") or again.kind != change.kind or again.unit != "%":
            continue
        if change.unit != levels[0].unit or not _between(_SAID_AGAIN, change, again, sentence):
            continue
        size, stated = interval(change, text), interval(again, text)
        if not (level and size and stated):
            continue
        base = level.minus(size) if change.kind == "increase" else level.plus(size)
        grown = _percentage(size, base)
        if grown and not grown.overlaps(stated):
            yield again.start, CHANGES


def _shares_of_parts(peers: Sequence[Record], sentence: Sentence, text: str) -> Iterator[tuple[int, str]]:
    """A part of a whole and its share: *118/126 xã (93,7%)*; *40 con, trong đó 15 con (37,5%)*."""
    by_id = {record.id: record for record in peers}
    for part, share in pairwise(peers):
        if (
            share.unit != "%"
            or share.kind not in ("share", "level")
            or not _between(_SAID_AGAIN, part, share, sentence)
        ):
            continue
        stated = interval(share, text)
        if part.denominator is not None and part.value is not None:
            exact = [Interval(Decimal(n), Decimal(n)) for n in (part.value, part.denominator)]
            quotient = _percentage(*exact)
        elif part.part_of in by_id and share.kind == "share":
            quotient = _percentage(interval(part, text), interval(by_id[part.part_of], text))
        else:
            continue
        if stated and quotient and not quotient.overlaps(stated):
            yield share.start, SHARE_OF_PARTS


def _sums(peers: Sequence[Record], sentence: Sentence, text: str) -> Iterator[tuple[int, str]]:
    """Parts that nearly make up their whole, but do not; after *trong đó* some of the parts may be left out."""
    parts: dict[str, list[Record]] = {}
    for record in peers:
        if record.part_of:
            parts.setdefault(record.part_of, []).append(record)
    wholes = {record.id: record for record in peers if record.id in parts}
    for whole in wholes.values():
        listed = parts[whole.id]
        total, together = interval(whole, text), _sum(interval(part, text) for part in listed)
        if len(listed) < 2 or not total or not together or total.overlaps(together):
            continue
        cue = bisect_left(sentence.parts, (sentence.place(listed[0].start),)) - 1
        all_named = cue >= 0 and sentence.parts[cue][1]
        if all_named or total.high < together.low <= total.high * _NEARLY:
            yield whole.start, PARTS


def _structure(peers: Sequence[Record], sentence: Sentence, text: str) -> Iterator[tuple[int, str]]:
    """The shares behind *cơ cấu*, which are of one whole."""
    shares = [r for r in peers if r.kind == "share" and r.unit == "%" and not r.compared_to]
    if len(shares) < 2:
        return
    place = sentence.place(shares[0].start)
    begin = sentence.segment_start(place)
    shares = [r for r in shares if sentence.segment_start(sentence.place(r.start)) == begin]
    # Shares of two periods or places stand side by side: those are two structures.
    if len({(r.period, r.subject) for r in shares}) > 1 or len({r.indicator_id for r in shares}) < len(shares):
        return
    together = _sum(interval(share, text) for share in shares)
    if together and together.low > _RELATIVE and _STRUCTURE.search(sentence.text, begin, place):
        yield shares[-1].start, SHARES


def _between(pattern: re.Pattern[str], first: Record, second: Record, sentence: Sentence) -> bool:
    """Whether the words from one figure to the next are no others than the pattern's."""
    end, start = sentence.place(first.end), sentence.place(second.start)
    return start - end <= NEAR and bool(pattern.fullmatch(sentence.text, end, start))


def _percentage(part: Interval | None, whole: Interval | None) -> Interval | None:
    """The first as a percentage of the second; None where that may be anything."""
    if not part or not whole or whole.low <= 0:
        return None
    return Interval(part.low * _RELATIVE / whole.high, part.high * _RELATIVE / whole.low)


def _sum(intervals: Iterable[Interval | None]) -> Interval | None:
    found = list(intervals)
    known = [each for each in found if each]
    return reduce(Interval.plus, known) if known and len(known) == len(found) else None
