"""What a TIME says that is fixed only by a year or a date from elsewhere: *cùng kỳ*, *tháng trước*, *tháng 8*.

A date without a year (*tháng 8*, *6 tháng đầu năm*) is read by :func:`.parse_period` after a year is put behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .data import alternation, meanings, sections
from .periods import fold, parse_period
from .sdmx import single_year

_WORDS = sections("relative.txt")
_PERIODS = sections("periods.txt")
_SHIFTS = ("from the document", "from the sentence", "from the sentence alone")
_NOW = frozenset(_WORDS["now"])
_DAYS = {phrase: int(shift) for phrase, shift in meanings(_WORDS["days"]).items()}
_WEEKDAYS = {phrase: int(number) for phrase, number in meanings(_WORDS["weekdays"]).items()}
_NUMBERS = {word: int(number) for word, number in meanings(_PERIODS["months"]).items()}
_SAME_OF_SIZE = meanings(_WORDS["same of a size"])
_WHICH = {word: (int(shift), origin) for origin in _SHIFTS for word, shift in meanings(_WORDS[origin]).items()}
_WHICH |= dict.fromkeys(_WORDS["just ended"], (0, "just ended"))


def _end_with(phrases: Iterable[str]) -> str:
    return rf"(?: (?P<which>{alternation(phrases)}))"


_COUNT = rf"(?P<count>[0-9]{{1,2}}|{alternation(_NUMBERS)})"
_UNIT = re.compile(rf"(?P<unit>tuần|tháng|quý|quí|năm){_end_with(_WHICH)}")
_YEAR_WORD = re.compile(rf"năm{_end_with(_WHICH)}|năm (?P<year>[12][0-9]{{3}})|(?P<number>[12][0-9]{{3}})|sang năm")
_SAME = re.compile(rf"(?P<same>{alternation([*_WORDS['same'], *_SAME_OF_SIZE])})(?: (?P<of>.+))?")
_AGO = re.compile(rf"(?:cách đây )?{_COUNT} năm(?: {alternation(_WORDS['ago'])})?")
_ENDING_NOW = re.compile(rf"{_COUNT} (?P<unit>năm|tháng) {alternation(_WORDS['stretch ending now'])}")
_SEASON_YEAR = re.compile(rf"{alternation(_WORDS['season years'])}{_end_with(_WHICH)}(?:(?<=năm) (?P<of>trước))?")
_WEEKDAY = re.compile(rf"(?:{alternation(_WORDS['parts of a day'])} )?(?P<day>{alternation(_WEEKDAYS)})")
_BEHIND = re.compile(
    rf"(?P<date>.+?) (?:(?P<past>{alternation(_WORDS['behind, past'])})|{alternation(_WORDS['behind, ahead'])})"
)
_POINT = re.compile(rf"{alternation(p for point in ('start', 'middle', 'end') for p in _PERIODS[point])} ")
_WHOLE = re.compile(rf"{alternation(_WORDS['whole'])} ")
_PLAIN_MONTHS = re.compile(rf"(?:0?[1-9]|1[0-2]|{alternation(_NUMBERS)}) ?(?:tháng|quý)")
_SPAN = re.compile(r"(?:(?:tính |kể )?từ )?(?P<start>.+?) (?:cho )?(?P<to>(?:đến|tới) (?P<end>.+))")

# A leap year that has every day; what is read in it is then moved to the right one.
ANY_YEAR = 2000
_LONGEST = 100


@dataclass(frozen=True)
class Relative:
    """What a TIME says that needs a year or a date from elsewhere.

    Attributes:
        form: ``now``, ``day``, ``weekday``, ``unit`` (week, month, quarter, year), ``part`` (of a year), ``same`` (of
            another year), ``ago``, ``ending now``, ``season year`` or ``span``.
        shift: Days, units or years from the reference; None where a part of a year leaves the year open.
        origin: What ``shift`` counts from, a section name of ``relative.txt``.
        unit: Week, month, quarter or year, as written; the size that ``same`` asks for.
        count: How many units.
        year: The year of *cùng kỳ năm 2018*.
        code: The part of a year, in the year 2000.
        point: ``start``, ``middle`` or ``end`` where the text says so.
        ahead: Whether the text puts it after (True) or before (False) the document's date.
        of_year: Whether it is said to be of the year that the document speaks of (*6 tháng đầu năm*, *cả năm*).
        bare: Whether it is a number of months that may be a length of time as well (*hai tháng*).
        ends: The two ends of a span; each a text.
    """

    form: str
    shift: int | None = 0
    origin: str = "from the document"
    unit: str = ""
    count: int = 1
    year: int | None = None
    code: str = ""
    point: str | None = None
    ahead: bool | None = None
    of_year: bool = False
    bare: bool = False
    ends: tuple[str, str] = ("", "")


@lru_cache(maxsize=4096)
def parse_relative(text: str) -> Relative | None:
    """Read a relative date or period; None where the text is none, or says too little even with a date."""
    if len(text) > _LONGEST:
        return None
    folded = fold(text)
    for read in _READERS:
        if found := read(folded):
            return found
    return None


def _read_now(text: str) -> Relative | None:
    return Relative("now", point="end") if text in _NOW else None


def _read_day(text: str) -> Relative | None:
    if text in _DAYS:
        return Relative("day", _DAYS[text])
    match = _WEEKDAY.fullmatch(text)
    return Relative("weekday", _WEEKDAYS[match["day"]]) if match else None


def _read_unit(text: str) -> Relative | None:
    point, rest = _strip(text)
    match = _UNIT.fullmatch(rest)
    if match:
        shift, origin = _WHICH[match["which"]]
        return Relative("unit", shift, origin, match["unit"].replace("quí", "quý"), point=point)
    if rest == "sang năm":
        return Relative("unit", 1, unit="năm", point=point)
    # "đầu tháng", with no word for which
    return Relative("unit", unit=rest, point=point) if point == "start" and rest in ("tháng", "quý") else None


def _read_same(text: str) -> Relative | None:
    match = _SAME.fullmatch(text)
    if not match:
        return None
    size, of = _SAME_OF_SIZE.get(match["same"], ""), match["of"]
    if of is None:
        if match["same"] == "kỳ":
            return None
        return Relative("same", -1 if size != "day" else 0, "from the sentence alone", size)
    year = _YEAR_WORD.fullmatch(of)
    if year and (written := year["year"] or year["number"]):
        return Relative("same", None, "from the sentence alone", size, year=int(written))
    if year and year["which"] and _WHICH[year["which"]][0]:
        return Relative("same", _WHICH[year["which"]][0], "from the sentence alone", size)
    ago = _AGO.fullmatch(of)
    return Relative("same", -_count(ago["count"]), "from the sentence alone", size) if ago else None


def _read_ago(text: str) -> Relative | None:
    match = _AGO.fullmatch(text)
    if not match or (text.endswith("năm") and not text.startswith("cách đây")):
        return None
    alone = text.endswith("trước đó")
    if alone and _count(match["count"]) > 1:  # two years ago, or the last two years
        return None
    return Relative("ago", -_count(match["count"]), "from the sentence alone" if alone else "from the sentence")


def _read_ending_now(text: str) -> Relative | None:
    match = _ENDING_NOW.fullmatch(text)
    if not match or (count := _count(match["count"])) < 2:
        return None
    return Relative("ending now", unit=match["unit"], count=count)


def _read_season_year(text: str) -> Relative | None:
    match = _SEASON_YEAR.fullmatch(text)
    if not match:
        return None
    shift, origin = _WHICH[match["which"]]
    return Relative("season year", shift, "from the sentence alone") if origin.startswith("from the sent") else None


def _read_part(text: str) -> Relative | None:
    """A part of a year, whose year is open or said relatively (*tháng 8*, *6 tháng đầu năm nay*, *tháng 9 tới*)."""
    ahead = None
    part, shift, origin = text, None, "from the sentence"
    words = text.split(" ")
    for length in (4, 3, 2):
        front, year = " ".join(words[:-length]), " ".join(words[-length:])
        match = _YEAR_WORD.fullmatch(year) if front else None
        if match and match["which"]:
            part, (shift, origin) = front, _WHICH[match["which"]]
            if origin == "just ended" or front.split(" ")[-1] == "tháng":  # "tháng năm trước": in May
                return None
            break
        if match and year == "sang năm":
            part, shift, origin = front, 1, "from the document"
            break
    else:
        if match := _BEHIND.fullmatch(text):
            part, ahead = match["date"], not match["past"]
    code, point = _in_any_year(part, said=shift is not None)
    if not code:
        return None
    bare = shift is None and bool(_PLAIN_MONTHS.fullmatch(part))
    if bare and code == f"{ANY_YEAR}-01":  # "một tháng" is a length of time
        return None
    of_year = part.endswith("năm") and not part.endswith("tháng năm")
    return Relative("part", shift, origin, code=code, point=point, ahead=ahead, of_year=of_year, bare=bare)


def _read_span(text: str) -> Relative | None:
    """From or to the document's date (*từ đầu năm đến nay*, *từ nay đến cuối năm*)."""
    match = _SPAN.fullmatch(text)
    if not match or ((match["start"] in _NOW) == (match["to"] in _NOW or match["end"] in _NOW)):
        return None
    start = match["start"]
    return Relative("span", ends=(start, "nay") if start not in _NOW else ("nay", match["end"]))


_READERS = (
    _read_now,
    _read_day,
    _read_unit,
    _read_same,
    _read_ago,
    _read_ending_now,
    _read_season_year,
    _read_span,
    _read_part,
)


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBERS[text]


def _strip(text: str) -> tuple[str | None, str]:
    """The point of the period and the text behind the words for it."""
    point = None
    while match := _POINT.match(text) or _WHOLE.match(text):
        phrase = match[0].strip()
        point = point or next((p for p in ("start", "middle", "end") if phrase in _PERIODS[p]), None)
        text = text[match.end() :]
    return point, text


def _in_any_year(text: str, *, said: bool) -> tuple[str | None, str | None]:
    """Code and point of a date without a year, in the year 2000; ``said``: another word says which year."""
    _, rest = _strip(text + " ")
    rest = rest.strip()
    # All of a year must be said to be that: many words may stand in front of one.
    whole = rest in ("", "năm") if said else rest == "năm" and rest != text
    for ending in (" năm ", " ", "/"):
        if ending == " " and not (text.endswith("năm") or text == rest == ""):
            continue
        # "cuối tháng" is not in May ("tháng năm"), and "đầu năm" has its word already.
        if ending == " năm " and text.endswith(("tháng", " năm")) and not text.endswith("tháng năm"):
            continue
        period = parse_period(f"{text}{ending}{ANY_YEAR}")
        if period.code and single_year(period.code) == ANY_YEAR:
            full = period.code == str(ANY_YEAR)
            if not full or whole or (said and _is_season(text)) or _PLAIN_MONTHS.match(text):
                return period.code, period.point
    return None, None


def _is_season(text: str) -> bool:
    return text.startswith(("vụ", "mùa", "hè"))
