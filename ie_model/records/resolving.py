"""The periods of a document's records that only their sentence or the document's date fixes.

A TIME refers to (in this order) another TIME of its record, the nearest one before it in the sentence that a figure
holds for, the first such one after it, the document's date. A base of comparison refers to the record's own period, in
which *cùng kỳ năm trước* of September 2022 is September 2021. No other sentence is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from .mention import Mention
from .periods import Period
from .record import Item, Record
from .relative import parse_relative, resolve
from .sentence import Sentence
from .wording import as_of_end

_BEFORE = frozenset({"actual", "estimate"})
_AHEAD = frozenset({"plan", "forecast"})


class Time(NamedTuple):
    """A TIME that a record holds for, with its period."""

    mention: Mention
    period: Period


def finest(times: Iterable[Time]) -> Time | None:
    """The one with the finest period; one that nothing fixes only where there is no other."""
    return min(times, key=lambda time: time.period.length, default=None)


def with_periods(
    records: Sequence[Record],
    times: Mapping[int, Sequence[Time]],
    sentences: Mapping[tuple[int, int], Sentence],
    text: str,
    today: date | None,
) -> list[Record]:
    """The records with the periods of their relative TIMEs.

    Args:
        records: In text order.
        times: The TIMEs of each record, by the record's start.
        sentences: By their offsets.
        text: The document.
        today: The document's date, if known.
    """
    out: list[Record] = []
    for span, group in groupby(records, key=lambda record: record.sentence):
        peers = list(group)
        if all(time.period.code for peer in peers for time in times[peer.start]):
            out += peers
            continue
        found = _resolve(peers, times, sentences[span], text, today)
        for peer in peers:
            own = [Time(time.mention, found[time.mention]) for time in times[peer.start]]
            out.append(replace(peer, **period_fields(own, text)) if own else peer)
    return out


def period_fields(times: Sequence[Time], text: str) -> dict[str, Any]:
    """What the TIMEs of a record say, by the names of the record's fields (all but ``cumulative``)."""
    time = finest(times)
    return {
        "period": time.period.code if time else None,
        "period_point": time.period.point if time else None,
        "periods": tuple(dict.fromkeys(period.code for _, period in times if period.code)),
        "period_text": text[time.mention.start : time.mention.end] if time else None,
    }


def with_base_periods(records: Sequence[Record], today: date | None) -> list[Record]:
    """The records with the periods of what they are compared with, which refer to the record's own period."""
    return [
        replace(record, compared_to=tuple(_base(item, record, today) for item in record.compared_to))
        if any(item.is_time and not item.period for item in record.compared_to)
        else record
        for record in records
    ]


def _base(item: Item, record: Record, today: date | None) -> Item:
    if item.period or not item.is_time:
        return item
    # With two TIMEs ("tháng 9 và 9 tháng"), the first that the base can refer to.
    for anchor in record.periods or (None,):
        if code := resolve(item.text, anchor=anchor, today=today, base=True).code:
            return replace(item, period=code)
    return item


def _resolve(
    peers: Sequence[Record],
    times: Mapping[int, Sequence[Time]],
    sentence: Sentence,
    text: str,
    today: date | None,
) -> dict[Mention, Period]:
    """The periods of all TIMEs that the records of one sentence hold for."""
    users: dict[Mention, list[Record]] = {}
    found: dict[Mention, Period] = {}
    for peer in peers:
        for mention, period in times[peer.start]:
            users.setdefault(mention, []).append(peer)
            found[mention] = period
    bases = {item.start for peer in peers for item in peer.compared_to}
    fixed = [mention for mention in sorted(users, key=_start) if found[mention].code and mention.start not in bases]
    year = None if today else _year_of_bases(peers)
    before: str | None = None
    for mention in sorted(users, key=_start):
        words = text[mention.start : mention.end]
        relative = None if found[mention].code else parse_relative(words)
        if relative:
            partners = [found[other].code for other, _ in times[users[mention][0].start] if other != mention]
            after = bisect_right(fixed, mention.start, key=_start) if relative.form == "part" else len(fixed)
            following = [found[fixed[after]].code] if after < len(fixed) else []
            anchors = [code for code in (*partners, before, *following) if code]
            ahead = _ahead(users[mention])
            for anchor in (*anchors, None):
                period = resolve(words, anchor=anchor, today=today, year=year, ahead=ahead)
                if period.code:
                    found[mention] = _as_of(period, mention, sentence)
                    break
        if mention.start not in bases and not (relative and relative.form == "same"):
            before = found[mention].code or before
    return found


def _start(mention: Mention) -> int:
    return mention.start


def _as_of(period: Period, mention: Mention, sentence: Sentence) -> Period:
    position = sentence.place(mention.start)
    if not period.point and position >= 0 and as_of_end(sentence, position):
        return replace(period, point="end")
    return period


def _ahead(records: Iterable[Record]) -> bool | None:
    """Whether a TIME of these records may lie after the document's date; None where they are neither news nor plans."""
    statuses = {record.status for record in records}
    return False if statuses & _BEFORE else True if statuses <= _AHEAD else None


def _year_of_bases(records: Iterable[Record]) -> int | None:
    """The year after that of *cùng kỳ năm 2018*, if the sentence names one such year: a change is over a year then."""
    years = {
        relative.year
        for record in records
        for item in record.compared_to
        if item.is_time and (relative := parse_relative(item.text)) and relative.form == "same" and relative.year
    }
    return years.pop() + 1 if len(years) == 1 else None
