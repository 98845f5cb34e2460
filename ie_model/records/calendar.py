"""SDMX time periods as days of the calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_CODE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|S([12])|(\d\d)(?:-(\d\d))?))?")


def bounds(code: str) -> tuple[date, date]:
    """First and last day of a record's period: a year, half year, quarter, month or day, or START/END of such.

    Raises:
        ValueError: The code is none of these.
    """
    start, slash, end = code.partition("/")
    return _bounds(start)[0], _bounds(end if slash else start)[1]


def _bounds(code: str) -> tuple[date, date]:
    match = _CODE.fullmatch(code)
    if not match:
        raise ValueError(f"{code!r} is no time period")
    year, quarter, half, month, day = (int(part) if part else 0 for part in match.groups())
    if day:
        return date(year, month, day), date(year, month, day)
    length = 3 if quarter else 6 if half else 1 if month else 12
    last = (quarter or half or month or 1) * length
    return date(year, last - length + 1, 1), date(year, last, monthrange(year, last)[1])
