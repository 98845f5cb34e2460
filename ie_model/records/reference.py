"""The period that a relative TIME means, given what its sentence speaks of and the document's date.

:mod:`.relative` reads the text; which of its neighbours a TIME refers to is the matter of :mod:`.resolving`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from .periods import Period, parse_period
from .relative import ANY_YEAR, Relative, parse_relative
from .sdmx import bounds, days, month_of, quarter_of, shift_years, single_year

# A report or an article that speaks of a stretch as just ended may come out a few days before its end.
_EARLY = timedelta(days=7)


@lru_cache(maxsize=4096)
def resolve(
    text: str,
    *,
    anchor: str | None = None,
    today: date | None = None,
    year: int | None = None,
    ahead: bool | None = False,
    base: bool = False,
) -> Period:
    """The period that a relative TIME means; without a code where what is given does not fix it.

    Args:
        text: The TIME as written.
        anchor: Code of the period that the sentence speaks of; for a base of comparison, the record's own.
        today: The document's date.
        year: The year that the document is of, for want of its date.
        ahead: Whether the figure is of the time before the document's date (False) or may be of that after it (True:
            a plan or forecast); None: the text may mean either.
        base: Whether the TIME is a base of comparison, which lies before the record's own period.
    """
    relative = parse_relative(text)
    said = parse_period(text)
    if relative is None:
        return said
    ahead = relative.ahead if relative.ahead is not None else ahead
    code = _FORMS[relative.form](_Frame(relative, anchor, today, year, ahead, base))
    return Period(code, relative.point or said.point, said.cumulative) if code else said


@dataclass(frozen=True)
class _Frame:
    """A relative TIME and what it can refer to; the arguments of :func:`resolve`."""

    relative: Relative
    anchor: str | None
    today: date | None
    year: int | None
    ahead: bool | None
    base: bool

    @property
    def reference(self) -> str | None:
        """What a shift counts from: the sentence's period or the document's date, as the words and the role ask."""
        origin, shift = self.relative.origin, self.relative.shift
        if self.anchor and (origin.startswith("from the sentence") or (self.base and shift and not self._anchor_ahead)):
            return self.anchor
        if origin == "from the sentence alone" or self.today is None:
            return None
        # A base of comparison without a period of its own record: only words such as "ngoái" mean the document's date.
        return None if self.base and origin == "from the sentence" else self.today.isoformat()

    @property
    def _anchor_ahead(self) -> bool:
        """Whether the record is of the time to come, in which "năm ngoái" is still the document's last year."""
        return bool(self.anchor and self.today and bounds(self.anchor)[0] > self.today)


def _now(frame: _Frame) -> str | None:
    return frame.today.isoformat() if frame.today else None


def _day(frame: _Frame) -> str | None:
    reference = frame.anchor if frame.base and frame.anchor and len(frame.anchor) == 10 else frame.today
    if reference is None:
        return None
    return _plus(date.fromisoformat(str(reference)), days=frame.relative.shift or 0)


def _weekday(frame: _Frame) -> str | None:
    """The latest such day; a figure of the time to come may be of the next one."""
    if frame.today is None or frame.ahead is not False:
        return None
    return _plus(frame.today, days=-((frame.today.weekday() - (frame.relative.shift or 0)) % 7))


def _plus(day: date, **shift: int) -> str | None:
    try:
        return (day + timedelta(**shift)).isoformat()
    except OverflowError:
        return None


def _unit(frame: _Frame) -> str | None:
    unit, shift = frame.relative.unit, frame.relative.shift or 0
    if frame.relative.origin == "just ended":
        return _just_ended(unit, frame.today) if frame.today else None
    reference = frame.reference
    if unit == "năm":
        year = single_year(reference) if reference else frame.year
        return shift_years(f"{year:04}", shift) if year else None
    if reference is None:
        return None
    first, last = bounds(reference)
    if unit == "tuần":
        monday = first - timedelta(days=min(first.weekday(), first.toordinal() - 1))
        if (last - monday).days > 6 or not 10 < monday.toordinal() < date.max.toordinal() - 20:
            return None
        monday += timedelta(weeks=shift)
        return days(monday, monday + timedelta(days=6))
    find = month_of if unit == "tháng" else quarter_of
    # The month before nine months, or the quarter before a year, is nothing that a text means.
    return find(first, shift) if find(first) == find(last) and 1 < first.year < 9999 else None


def _just_ended(unit: str, today: date) -> str | None:
    """The month, quarter or year that has just ended or is about to; null for a year in the middle of the next."""
    if not 1 < today.year < 9999:
        return None
    if unit == "tháng":
        return month_of(today + _EARLY, -1)
    if unit == "quý":
        return quarter_of(today + _EARLY, -1)
    if unit == "năm" and today.month in (12, 1, 2, 3):
        return f"{today.year - (today.month < 12):04}"
    return None


def _ending_now(frame: _Frame) -> str | None:
    """*3 năm qua*: so many calendar years, up to this one from April on, before that to the last one; months alike."""
    today, count = frame.today, frame.relative.count
    if today is None or not 100 < today.year < 9999:
        return None
    if frame.relative.unit == "năm":
        last = today.year - (today.month < 4)
        return f"{last - count + 1:04}/{last:04}"
    ended = today + _EARLY
    start, end = month_of(ended, -count), month_of(ended, -1)
    return parse_period(f"từ tháng {start[5:]}/{start[:4]} đến tháng {end[5:]}/{end[:4]}").code


def _same(frame: _Frame) -> str | None:
    """The same stretch of another year."""
    relative, anchor = frame.relative, frame.anchor
    if anchor is None or not _has_size(anchor, relative.unit):
        return None
    if relative.year is None:
        return shift_years(anchor, relative.shift or 0)
    end = anchor.partition("/")[2] or anchor
    shift = relative.year - int(end[:4])
    # "cùng kỳ 2018" of a record of 2018 is a misreading of one of the two.
    return shift_years(anchor, shift) if shift else None


def _has_size(code: str, size: str) -> bool:
    sizes = {"day": len(code) == 10, "month": len(code) == 7 and code[5] in "01", "quarter": "-Q" in code}
    return sizes.get(size, not size or re.fullmatch(r"[0-9]{4}(/[0-9]{4})?", code) is not None)


def _ago(frame: _Frame) -> str | None:
    """So many years ago: the same stretch then, where the sentence speaks of one, else the year."""
    reference, shift = frame.reference, frame.relative.shift or 0
    if reference is None:
        return None
    return shift_years(reference if reference == frame.anchor else reference[:4], shift)


def _season_year(frame: _Frame) -> str | None:
    """The school or crop year before or after the one that the sentence speaks of."""
    first, _, last = (frame.anchor or "").partition("/")
    if not (len(first) == len(last) == 4 and int(last) == int(first) + 1):
        return None
    return shift_years(f"{first}/{last}", frame.relative.shift or 0)


def _span(frame: _Frame) -> str | None:
    if frame.today is None:
        return None
    start, end = (_end_of_span(text, frame) for text in frame.relative.ends)
    if not start or not end or start[0] > end[1]:
        return None
    return days(start[0], end[1])


def _end_of_span(text: str, frame: _Frame) -> tuple[date, date] | None:
    assert frame.today is not None
    if text == "nay":
        return frame.today, frame.today
    period = parse_period(text)
    if not period.code:
        ahead = frame.relative.ends[0] == "nay"
        relative = parse_relative(text)
        if relative is None or relative.form == "span":
            return None
        period = resolve(text, today=frame.today, ahead=ahead)
    wanted = "end" if frame.relative.ends[0] == "nay" else "start"
    return bounds(period.code) if period.code and period.point in (None, wanted) else None


def _part(frame: _Frame) -> str | None:
    """A part of a year, in the year that the text, the sentence, the record or else the document's date gives."""
    relative = frame.relative
    if relative.shift is not None:
        reference = frame.reference
        year = single_year(reference) if reference else frame.year
        return _in_year(relative.code, year + relative.shift) if year else None
    if frame.base and frame.anchor:
        return _before(relative, frame.anchor)
    if frame.anchor:
        return _beside(relative, frame.anchor)
    if frame.base and relative.code != str(ANY_YEAR):
        return None
    if frame.today:
        return _near(relative, frame.today, frame.ahead)
    return _beside(relative, f"{frame.year:04}") if frame.year else None


def _in_year(code: str, year: int) -> str | None:
    """The part of the year 2000 in another one; None for 29 February where there is none."""
    moved = shift_years(code, year - ANY_YEAR)
    return moved if moved and moved.count("-02-29") == code.count("-02-29") else None


def _before(relative: Relative, anchor: str) -> str | None:
    """The base of comparison of a record: the last such stretch that is over when the record's own ends."""
    if relative.code == str(ANY_YEAR):
        # "so với đầu năm": the year of the record; "so với cuối năm" does not say which.
        year = single_year(anchor)
        return f"{year:04}" if year and relative.point == "start" else None
    first, last = bounds(anchor)
    if len(anchor.partition("/")[0]) == 4 or first.year < 2:
        return None
    here = _in_year(relative.code, first.year)
    return here if here and bounds(here)[1] < last else _in_year(relative.code, first.year - 1)


def _beside(relative: Relative, anchor: str) -> str | None:
    """In the year of what the sentence speaks of; in the next one for January after December, and the reverse."""
    year = single_year(anchor)
    here = _in_year(relative.code, year) if year else None
    if not year or not here or (relative.bare and bounds(relative.code)[1].month < 3):
        return None
    if len(anchor) == 4:
        return here
    gap = _months(bounds(here)[1]) - _months(bounds(anchor)[1])
    return _in_year(relative.code, year + (gap <= -10) - (gap >= 10))


def _near(relative: Relative, today: date, ahead: bool | None) -> str | None:
    """The occurrence nearest to the document's date, on the side that the figure is on; None where two are as likely.

    Of what happened it is this year's if that has begun, or last year's if that was not long ago; of what is planned,
    this year's if it is not over, or next year's if that is not far. *cả năm*, *6 tháng cuối năm* are of the year that
    the document speaks of, in its first two months the last one.
    """
    this, last, following = (_in_year(relative.code, today.year + shift) for shift in (0, -1, 1))
    if this is None:
        return None
    gap = _months(bounds(this)[1]) - _months(today)  # how many months from now it ends
    begun = gap <= 0 and not (len(this) == 10 and this > today.isoformat())
    if relative.bare:  # "9 tháng": only if they have just passed
        return this if -3 <= gap <= 0 else last if 9 <= gap <= 11 else None
    if relative.ahead is not None:  # "tháng 9 tới", "tháng 9 vừa qua"
        return (following if gap < 0 else this) if relative.ahead else (this if begun else last)
    if relative.of_year:
        over = ahead is False and not begun
        if over and today.month <= 2:
            return None if relative.point == "start" else last
        return None if over and gap > 1 and relative.code[4:7] in ("-01", "-S1", "-Q1") else this
    if ahead:
        return following if gap <= -9 else this
    if begun:
        return this
    if ahead is None:
        return this if gap <= 6 else None
    return last if 12 - gap <= 6 else None  # ahead in this year: it was 12 - gap months ago


def _months(day: date) -> int:
    return 12 * day.year + day.month


_FORMS = {
    "now": _now,
    "day": _day,
    "weekday": _weekday,
    "unit": _unit,
    "part": _part,
    "same": _same,
    "ago": _ago,
    "ending now": _ending_now,
    "season year": _season_year,
    "span": _span,
}
