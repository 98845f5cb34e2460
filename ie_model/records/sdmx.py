"""SDMX time periods as text: writing them, the days they cover, and moving them by years or months.

A code is one of ``2019``, ``2019-S1``, ``2019-Q1``, ``2019-10``, ``2019-12-31`` or ``START/END`` of two of them
(SDMX 2.1, section 6, "Time periods"; a range there is a start and a duration, here it is its two ends).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_SINGLE = r"[0-9]{4}(?:-S[12]|-Q[1-4]|-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?"
CODE = re.compile(rf"{_SINGLE}(?:/{_SINGLE})?")


@dataclass(frozen=True)
class Stretch:
    """Months (or one day of one) of a year; the year is None until another part of the text gives it."""

    year: int | None
    low: int = 1
    high: int = 12
    day: int = 0

    @property
    def is_year(self) -> bool:
        return (self.low, self.high) == (1, 12)

    @property
    def code(self) -> str | None:
        """The stretch as SDMX time period; None without a year."""
        if self.year is None:
            return None
        year, low, high = f"{self.year:04}", self.low, self.high
        if self.day:
            return f"{year}-{low:02}-{self.day:02}"
        if self.is_year:
            return year
        if low == high:
            return f"{year}-{low:02}"
        if (low, high) in ((1, 6), (7, 12)):
            return f"{year}-S{high // 6}"
        if high - low == 2 and high % 3 == 0:
            return f"{year}-Q{high // 3}"
        return f"{year}-{low:02}/{year}-{high:02}"


def join(start: Stretch, end: Stretch) -> str | None:
    """The code from the start of one stretch to the end of the other, at the finer grain of the two.

    A start without a year is in that of the end. None where the end has no year or lies before the start.
    """
    if end.year is None:
        return None
    first = start.year or end.year
    if (first, start.low, start.day) > (end.year, end.high, end.day or 31):
        return None
    if start.day or end.day:
        last = end.day or monthrange(end.year, end.high)[1]
        return f"{first}-{start.low:02}-{start.day or 1:02}/{end.year}-{end.high:02}-{last:02}"
    if first == end.year:
        return Stretch(first, start.low, end.high).code
    if start.is_year and end.is_year:
        return f"{first}/{end.year}"
    return f"{first}-{start.low:02}/{end.year}-{end.high:02}"


def days(first: date, last: date) -> str:
    """The code from one day to another."""
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def bounds(code: str) -> tuple[date, date]:
    """First and last day of a code."""
    first, _, last = code.partition("/")
    return _bounds(first)[0], _bounds(last or first)[1]


def _bounds(code: str) -> tuple[date, date]:
    year = int(code[:4])
    if len(code) == 10:
        day = date.fromisoformat(code)
        return day, day
    if len(code) == 4:
        low, high = 1, 12
    elif code[5] == "S":
        low, high = 6 * int(code[6]) - 5, 6 * int(code[6])
    elif code[5] == "Q":
        low, high = 3 * int(code[6]) - 2, 3 * int(code[6])
    else:
        low = high = int(code[5:7])
    return date(year, low, 1), date(year, high, monthrange(year, high)[1])


def single_year(code: str) -> int | None:
    """The year in which all of a code lies; None where it lies in several."""
    first, last = int(code[:4]), int(code.partition("/")[2][:4] or code[:4])
    return first if first == last else None


def shift_years(code: str, years: int) -> str | None:
    """The same stretch some years later (earlier where negative); 29 February becomes the 28th where there is none.

    None outside the years 1 to 9999.
    """
    if not years:
        return code
    parts = code.split("/")
    shifted = [int(part[:4]) + years for part in parts]
    if min(shifted) < 1 or max(shifted) > 9999:
        return None
    return "/".join(_in_year(part, year) for part, year in zip(parts, shifted, strict=True))


def _in_year(part: str, year: int) -> str:
    tail = part[4:]
    return f"{year:04}{'-02-28' if tail == '-02-29' and monthrange(year, 2)[1] == 28 else tail}"


def month_of(day: date, shift: int = 0) -> str:
    """The month of a day, or one some months from it."""
    year, month = divmod(12 * day.year + day.month - 1 + shift, 12)
    return f"{year:04}-{month + 1:02}"


def quarter_of(day: date, shift: int = 0) -> str:
    """The quarter of a day, or one some quarters from it."""
    year, quarter = divmod(4 * day.year + (day.month - 1) // 3 + shift, 4)
    return f"{year:04}-Q{quarter + 1}"
