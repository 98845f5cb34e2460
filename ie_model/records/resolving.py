"""The periods of a document's records that only their sentence or the document's date fixes.

A TIME refers to (in this order) another TIME of its record, the nearest one before it in the sentence that a figure
holds for, the first such one after it, the document's date. A base of comparison refers to the record's own period, in
which *cùng kỳ năm trước* of September 2022 is September 2021. No other sentence is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from .data import alternation, sections
from .mention import Mention
from .periods import Period, parse_period
from .record import Item, Record
from .relative import parse_relative, resolve
from .sdmx import bounds, single_year
from .sentence import Sentence
from .wording import as_of_end

_BEFORE = frozenset({"actual", "estimate"})
_AHEAD = frozenset({"plan", "forecast"})
_HORIZON = re.compile(rf"(?<!\w)({alternation(sections('relative.txt')['horizon'])}) ?$")


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
    order = sorted(users, key=_start)
    bases = {item.start for peer in peers for item in peer.compared_to}
    speaks_of = {m for m in order if m.start not in bases and not _is_horizon(m, users[m], sentence)}
    after = _next_fixed([m for m in order if m in speaks_of], found)
    year = None if today else _year_of_bases(peers)
    year_of_parts = year if year or today else _year_of_parts(sentence, bases, text)
    before: str | None = None
    for mention in order:
        words = text[mention.start : mention.end]
        relative = None if found[mention].code else parse_relative(words)
        if relative:
            partners = [found[other].code for other, _ in times[users[mention][0].start] if other != mention]
            ahead = _ahead(users[mention])
            periods = [resolve(words, anchor=code, today=today, ahead=ahead) for code in (*partners, before) if code]
            if relative.form == "part" and (code := after.get(mention)):
                period = resolve(words, anchor=code, ahead=ahead)
                # "sau ba tháng đạt …, hơn mức … của quý I/2024" is of another year.
                periods += [period] if period.code != code and period.length > 1 else []
            open_part = relative.form == "part" and relative.shift is None
            periods.append(resolve(words, today=today, year=year_of_parts if open_part else year, ahead=ahead))
            period = next((p for p in periods if p.code and _has_begun(p.code, today, ahead)), found[mention])
            found[mention] = _as_of(period, mention, sentence) if period.code else period
        if mention in speaks_of and not (relative and relative.form == "same"):
            before = found[mention].code or before
    return found


def _next_fixed(order: Sequence[Mention], found: Mapping[Mention, Period]) -> dict[Mention, str]:
    """For each TIME the code of the next one that the text fixes, unless that is a day."""
    following: dict[Mention, str] = {}
    code: str | None = None
    for mention in reversed(order):
        if code:
            following[mention] = code
        if found[mention].code:
            code = found[mention].code if found[mention].length > 1 else None
    return following


def _is_horizon(mention: Mention, records: Iterable[Record], sentence: Sentence) -> bool:
    """Whether a TIME is when a plan ends (*đạt 80% vào năm 2030*), which other figures are not of."""
    position = sentence.place(mention.start)
    return position >= 0 and bool(_ahead(records)) and bool(sentence.beside_before(_HORIZON, position))


def _has_begun(code: str, today: date | None, ahead: bool | None) -> bool:
    """Whether a period can be that of a figure: no figure is of the time to come, unless it is a plan or a rule."""
    return today is None or ahead is not False or bounds(code)[0] <= today


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
    """The year after that of *cùng kỳ năm 2018*, if the records name one such year: a change is over a year then."""
    compared = [parse_relative(item.text) for record in records for item in record.compared_to if item.is_time]
    years = {base.year + 1 for base in compared if base and base.form == "same" and base.year}
    return years.pop() if len(years) == 1 else None


def _year_of_parts(sentence: Sentence, bases: Set[int], text: str) -> int | None:
    """The year of the parts of a year that the sentence names without a figure, if it is one year.

    A whole year may be that of a plan, of a law, or an earlier one; *8 tháng đầu năm 2019* beside *tháng 8* is not.
    """
    others = [text[m.start : m.end] for m in sentence.mentions_in_role("period") if m.start not in bases]
    codes = [period.code for other in others if (period := parse_period(other)).length > 1]
    years = {single_year(code) for code in codes if code and len(code) > 4}
    return years.pop() if len(years) == 1 else None
