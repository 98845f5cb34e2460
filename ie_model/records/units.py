"""The unit of a figure and what the figure is per, from the text behind its number.

Money, shares and units of measurement are given in one spelling each (``data/units.txt``); what is counted stays as it
is written. A library such as ``pint`` or ``quantulum3`` would bring the SI, but none of the Vietnamese names, and would
take *con* or *ca* for something that it knows.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .data import alternation, meanings, sections

_UNITS = sections("units.txt")
_CANONICAL = meanings(_UNITS["canonical"])
_SPELLINGS = meanings(_UNITS["spellings"])
_TRAILING = sections("approximators.txt")

_NAMES = {**{measure: measure for measure in _UNITS["measures"]}, **_SPELLINGS, **_CANONICAL}
_NOUN = alternation(_UNITS["nouns"])
_OTHER_CURRENCY = alternation(_UNITS["other currencies"])

_CANONICAL_PHRASE = re.compile(rf"(?!{_NOUN}|{_OTHER_CURRENCY}){alternation(_CANONICAL)}")
_MEASURE_PHRASE = re.compile(rf"(?!{_NOUN})(?:{_OTHER_CURRENCY}|{alternation([*_NAMES, *_UNITS['in fractions']])})")
_BEHIND_PHRASE = re.compile(rf"(?<!\w){alternation(_TRAILING['above, behind'] + _TRAILING['below, behind'])}")

# What a rate begins with, what joins several, and what ends a unit.
_RATE = re.compile(r" ?(?:/ ?(?:mỗi |một |0?1 )?|(?<!\w)(?:trên )?(?:mỗi|một|0?1|hàng|hằng) )(?=[\w$€£₫°])")
_AND_PER = re.compile(r" ?/ ?(?:mỗi |một |0?1 )?| (?:mỗi|một) ")
_UNIT_END = re.compile(r"[(),;:\[\]\"“”]|\.(?!\w)| - ")
_MORE = re.compile(r" [0-9]")
_AND_A_HALF = re.compile(r"(?:^| )(?:rưỡi|rưởi)(?!\w)")


class Unit(NamedTuple):
    """What stands behind a number.

    Attributes:
        name: The unit, None where none is written.
        per: What the figure is per; several with a slash between them (*người/tháng*).
        and_a_half: Whether half a unit more is meant (*một tháng rưỡi*).
        more: Whether a smaller unit follows with a number of its own (*2 giờ 30 phút*), which is left out.
        behind: The words that say how the number is meant (*trở lên*), None if there are none.
    """

    name: str | None = None
    per: str | None = None
    and_a_half: bool = False
    more: bool = False
    behind: str | None = None


def read_unit(text: str) -> Unit:
    """Read the text behind a number; it is in NFC and lower case."""
    text = text.strip()
    if not text or text in _NAMES:
        return Unit(_NAMES.get(text))
    stop = len(text)
    if end := _UNIT_END.search(text):
        stop = end.start()
    if behind := _BEHIND_PHRASE.search(text):
        stop = min(stop, behind.start())
    canonical = _CANONICAL_PHRASE.match(text, 0, stop)
    rate = _RATE.search(text, canonical.end() if canonical else 0, stop)
    per = None
    name_end = stop
    if rate:
        per = "/".join(map(canonical_name, _AND_PER.split(text[rate.end() : stop].strip(" .-")))) or None
        name_end = rate.start()
    written = text[:name_end]
    half = _AND_A_HALF.search(written)
    if half:
        written = written[: half.start()]
    more = _MORE.search(written)
    if more:
        written = written[: more.start()]
    name = _CANONICAL[canonical[0]] if canonical else canonical_name(written.strip(" .-+'’*"))
    return Unit(name or None, per, half is not None, more is not None, behind and behind[0])


def unit_at(text: str, position: int) -> bool:
    """Whether a unit of money or share stands at a place in a text."""
    return _CANONICAL_PHRASE.match(text, position) is not None


def is_counted(text: str, position: int) -> bool:
    """Whether a word stands at a place in a text, and not a measure, so that it must be what is counted."""
    return text[position : position + 1].isalpha() and not _MEASURE_PHRASE.match(text, position)


def canonical_name(unit: str) -> str:
    """The one name of a unit that has several; any other text, in NFC and lower case, as it is."""
    return _NAMES.get(unit, unit)
