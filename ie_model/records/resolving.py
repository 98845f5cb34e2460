"""The periods of a document's records that only their sentence or the document's date fixes.

A TIME refers to (in this order) another TIME of its record, the nearest one before it in the sentence that a figure
holds for, the first such one after it, the document's date, or the year that the document as a whole reports on. A base
of comparison refers to the record's own period, in which *cùng kỳ năm trước* of September 2022 is September 2021.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from .data import alternation, sections
from .mention import Mention
from .periods import Period, parse_period
from .record import Item, Record
from .reference import resolve
from .relative import Relative, parse_relative
from .sdmx import bounds, single_year
from .sentence import Sentence
from .wording import as_of_end, is_from_level

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
    named: Sequence[Time] = (),
) -> list[Record]:
    """The records with the periods of their relative TIMEs.

    Args:
        records: In text order.
        times: The TIMEs of each record, by the record's start.
        sentences: By their offsets.
        text: The document.
        today: The document's date, if known.
        named: All TIMEs of the document, those of no figure too.
    """
    out: list[Record] = []
    reported = None
    asked = today is not None
    for span, group in groupby(records, key=lambda record: record.sentence):
        peers = list(group)
        open_ = {
            m.start
            for peer in peers
            for m, period in times[peer.start]
            if period.code is None and _is_relative(m, text)
        }
        if not open_:
            out += peers
            continue
        if not asked:
            reported, asked = _reported(records, times, sentences, named), True
        found = _SentenceTimes(peers, times, sentences[span], text, today, reported).resolve()
        for peer in peers:
            own = [Time(mention, found[mention.start]) for mention, _ in times[peer.start]]
            changed = any(mention.start in open_ and period.code for mention, period in own)
            out.append(replace(peer, **period_fields(own, text)) if changed else peer)
    return out


def _is_relative(mention: Mention, text: str) -> bool:
    return parse_relative(text[mention.start : mention.end]) is not None


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


class _Reported(NamedTuple):
    """What a document as a whole reports on: one year, the month of it if it is but one, and the last month.

    ``whole``: no part of the year is named with a figure.
    """

    year: int
    month: str | None
    last: int
    whole: bool

    def resolve(self, words: str, relative: Relative, ahead: bool | None, beside: Set[str]) -> Period:
        """The period of a month, a quarter, N months, *năm nay* or *tháng này*; of other words none, nor of days."""
        if relative.form == "unit" and relative.shift == 0 and relative.origin != "just ended":
            named = self.month if relative.unit == "tháng" else f"{self.year:04}" if relative.unit == "năm" else None
            period = Period(named, relative.point) if named else Period()
        elif relative.form == "part" and relative.shift in (None, 0) and relative.ahead is None:
            # Of days the year is not sure, nor at its turn, where January may be of the next one.
            in_months = len(relative.code.partition("/")[0]) == len("2000-01")
            period = resolve(words, year=self.year, ahead=ahead) if in_months else Period()
            if period.code and bounds(period.code)[1].month <= self.last - 10:
                return Period()
            # Beside a whole year that is over, "8 tháng đầu năm nay" is of the next one.
            if self.whole and relative.shift == 0:
                return Period()
        else:
            return Period()
        # "6,9 điểm năm 2023, 7,2 điểm năm nay": not what the sentence names beside it.
        return Period() if period.code in beside else period


def _reported(
    records: Sequence[Record],
    times: Mapping[int, Sequence[Time]],
    sentences: Mapping[tuple[int, int], Sentence],
    named: Iterable[Time],
) -> _Reported | None:
    """What the document reports on: the year of all that happened, if it names no later one but of plans."""
    codes, aside = set(), {item.start for record in records for item in record.compared_to}
    for record in records:
        if record.status in _BEFORE and not _is_start(record, sentences[record.sentence]):
            codes |= {time.period.code for time in times[record.start] if time.period.code}
        else:
            aside |= {time.mention.start for time in times[record.start]}
    years = {single_year(code) for code in codes}
    year = years.pop() if len(years) == 1 else None
    if year is None:
        return None
    others = (time.period.code for time in named if time.period.code and time.mention.start not in aside)
    if any(bounds(code)[1].year > year for code in others):
        return None
    months = {code for code in codes if len(code) == 7 and code[5] in "01"}
    last = max(bounds(code)[1].month for code in codes)
    return _Reported(year, months.pop() if len(months) == 1 else None, last, all(len(code) == 4 for code in codes))


def _is_start(record: Record, sentence: Sentence) -> bool:
    """Whether a figure is the level from which a change starts, which is of an earlier time."""
    return record.kind == "level" and is_from_level(sentence, sentence.place(record.start))


class _SentenceTimes:
    """The TIMEs that the records of one sentence hold for, each resolved by those beside it."""

    def __init__(
        self,
        peers: Sequence[Record],
        times: Mapping[int, Sequence[Time]],
        sentence: Sentence,
        text: str,
        today: date | None,
        reported: _Reported | None,
    ):
        self.reported = reported
        self.text, self.sentence, self.today = text, sentence, today
        mentions: dict[int, Mention] = {}
        self.found: dict[int, Period] = {}
        self.users: dict[int, list[Record]] = {}
        for peer in peers:
            for mention, period in times[peer.start]:
                mentions[mention.start] = mention
                self.found[mention.start] = period
                self.users.setdefault(mention.start, []).append(peer)
        self.mentions = [mentions[start] for start in sorted(mentions)]
        self.beside = {period.code for period in self.found.values() if period.code}
        # The other TIMEs of the first record that a TIME belongs to.
        self.partners = {start: [m.start for m, _ in times[users[0].start]] for start, users in self.users.items()}
        bases = {item.start for peer in peers for item in peer.compared_to}
        self.anchors = [m.start for m in self.mentions if m.start not in bases and not self._is_horizon(m)]
        self.year = None if today else _year_of_bases(peers)
        self.named_parts = frozenset() if today else _named_parts(sentence, bases, text)

    def resolve(self) -> dict[int, Period]:
        """Each TIME's period, by the TIME's start."""
        anchors, following = frozenset(self.anchors), self._following()
        before: str | None = None
        for mention in self.mentions:
            start, words = mention.start, self.text[mention.start : mention.end]
            relative = parse_relative(words) if self.found[start].code is None else None
            if relative:
                ahead = _ahead(self.users[start])
                candidates = self._candidates(start, words, relative, before, following.get(start), ahead)
                period = next((period for period in candidates if period.code), None)
                if period and self._can_be(str(period.code), ahead):
                    self.found[start] = self._as_of(period, start)
            if start in anchors and not (relative and relative.form == "same"):
                before = self.found[start].code or before
        return self.found

    def _candidates(
        self, start: int, words: str, relative: Relative, before: str | None, following: str | None, ahead: bool | None
    ) -> Iterator[Period]:
        """What a TIME means by each of the things that it may refer to, the likeliest first."""
        partners = [self.found[other].code for other in self.partners[start] if other != start]
        for code in (*partners, before):
            if code:
                yield resolve(words, anchor=code, today=self.today, ahead=ahead)
        if following and relative.form == "part":
            period = resolve(words, anchor=following, ahead=ahead)
            # A year is not said of the second of two alike: "sau ba tháng đạt …, hơn mức … của quý I/2024".
            if period.code != following and period.length > 1:
                yield period
        yield resolve(words, today=self.today, year=self.year, ahead=ahead)
        years = {single_year(code) for code in self.named_parts}
        if len(years) == 1 and relative.form == "part" and relative.shift is None:
            period = resolve(words, year=years.pop(), ahead=ahead)
            if period.code not in self.named_parts:
                yield period
        if self.reported and not any(_is_start(user, self.sentence) for user in self.users[start]):
            yield self.reported.resolve(words, relative, ahead, self.beside)

    def _following(self) -> dict[int, str]:
        """For each TIME the code of the next one that the text fixes, unless that is a day."""
        following: dict[int, str] = {}
        code: str | None = None
        for start in reversed(self.anchors):
            if code:
                following[start] = code
            if self.found[start].code:
                code = self.found[start].code if self.found[start].length > 1 else None
        return following

    def _is_horizon(self, mention: Mention) -> bool:
        """Whether a TIME is when a plan ends (*đạt 80% vào năm 2030*), which other figures are not of."""
        if not _ahead(self.users[mention.start]):
            return False
        position = self.sentence.place(mention.start)
        return position >= 0 and bool(self.sentence.beside_before(_HORIZON, position))

    def _can_be(self, code: str, ahead: bool | None) -> bool:
        """Whether it can be the period of a figure: none is of the time to come, unless it is a plan or a rule."""
        return self.today is None or ahead is not False or bounds(code)[0] <= self.today

    def _as_of(self, period: Period, start: int) -> Period:
        position = self.sentence.place(start)
        if not period.point and position >= 0 and as_of_end(self.sentence, position):
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


def _named_parts(sentence: Sentence, bases: Set[int], text: str) -> frozenset[str]:
    """The parts of years that the sentence names, with a figure or without, as *8 tháng đầu năm 2019* beside *tháng 8*.

    Whole years are left out: they may be of a plan or a law, or earlier ones.
    """
    others = [text[m.start : m.end] for m in sentence.mentions_in_role("period") if m.start not in bases]
    codes = [period.code for other in others if (period := parse_period(other)).length > 1]
    return frozenset(code for code in codes if code and len(code) > 4)
