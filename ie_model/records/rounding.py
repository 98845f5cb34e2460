"""How exact a figure is: the interval that its digits stand for (interval arithmetic after Moore 1966)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from .data import sections
from .record import Number, Record

# "lần" and "%" are measures too: 20% may be 19.6%.
_MEASURES = frozenset(sections("units.txt")["measures"])
_RUN = re.compile(r"[0-9][0-9.,]*")
_MOST_DIGITS = 40


class Interval(NamedTuple):
    """All numbers that a rounded figure may stand for, ends included."""

    low: Decimal
    high: Decimal

    def overlaps(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high

    def plus(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def minus(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def times(self, other: Interval) -> Interval:
        """The product; both intervals hold no negative number."""
        return Interval(self.low * other.low, self.high * other.high)


def interval(record: Record, text: str) -> Interval | None:
    """What the figure of a record may be: a unit of its last digit up or down, more where it is approximate.

    A whole unit, not half of one: reports cut digits off as often as they round. *hơn* and *trên* reach a tenth up,
    *gần* and *dưới* a tenth down, *khoảng* a tenth both ways. What is counted in ones is exact.

    Args:
        record: A record with a value; one with a range, a fraction or none gives None.
        text: The document.
    """
    if record.value is None or record.denominator is not None:
        return None
    value = abs(Decimal(record.value))
    step = resolution(record.value, text[record.start : record.end])
    if step == 1 and record.unit not in _MEASURES:
        step = Decimal(0)
    slack = value / 10
    up = slack if record.modifier in ("about", "above") else step
    down = slack if record.modifier in ("about", "below") else step
    return Interval(max(value - down, Decimal(0)), value + up)


def resolution(value: Number, written: str) -> Decimal:
    """The unit of the last digit written: *3,5 tỷ* is given to 0.1 tỷ, *12.480* to 1; 0 where no digits stand.

    Args:
        value: The number that was read, magnitudes multiplied out.
        written: Its text.
    """
    runs = ["".join(filter(str.isdecimal, run)) for run in _RUN.findall(written)]
    # "3 tỷ 250 triệu" has two runs of digits, "20 km2" one and a unit's.
    for digits in (runs[0], "".join(runs)) if runs else ():
        number = int(digits) if len(digits) <= _MOST_DIGITS else 0
        step = abs(Decimal(value)) / number if number else Decimal(0)
        if step and _is_power_of_ten(step):
            return step
    return Decimal(0)


def _is_power_of_ten(number: Decimal) -> bool:
    return number.normalize().as_tuple().digits == (1,)
