"""From the text of a date or period to its SDMX time period.

Only what the text itself fixes is read. *năm trước*, *cùng kỳ* or *tháng 8* alone need a year or a date from
elsewhere: :mod:`.relative` reads those.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from .data import alternation, meanings, sections
from .sdmx import Stretch, bounds, join

_WORDS = sections("periods.txt")
_MONTHS = {word: int(number) for word, number in meanings(_WORDS["months"]).items()}
_ORDINALS = {word: int(number) for word, number in meanings(_WORDS["ordinals"]).items()}
_POINTS = {phrase: point for point in ("start", "middle", "end") for phrase in _WORDS[point]}

_MARKS = str.maketrans(
    {**dict.fromkeys("–—−‐‑‒―", "-"), **dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad", ""), **dict.fromkeys("()", " ")}
)
_POINT = re.compile(rf"({alternation(_POINTS)})[ ,]*")
_IN_FRONT = re.compile(rf"{alternation(_WORDS['in front'])}[ ,]*|[0-9]{{1,2}} ?(?:h|g|giờ)(?: ?[0-9]{{2}}| ?phút)? ")
_CUMULATIVE = re.compile(rf"(?<!\w){alternation(_WORDS['cumulative'])}")

_YEAR = r"(?P<year>[12][0-9]{3})"
_OF_YEAR = rf"(?: ?(?:[/.,-]| của) ?(?:năm )?| năm | ){_YEAR}"
_NUMBER = r"0?[1-9]|1[0-2]"
_ORDINAL = alternation(_ORDINALS)
_MONTH_WORD = rf"(?:{_NUMBER})(?![0-9])|{alternation(_MONTHS)}"

# The forms of one date or period, each matched against a whole text; the year may be missing where "?" ends it.
_FORMS = {
    "year": re.compile(rf"(?:năm )?{_YEAR}"),
    # Before the dates: "9 tháng năm 2019" is nine months and not a day in May.
    "first months": re.compile(
        rf"(?P<count>{_NUMBER}) ?(?:tháng|t)(?: đầu)?(?: tiên)?(?:{_OF_YEAR}|(?P<year2>(?<=t)[12][0-9]{{3}}))?"
    ),
    "date": re.compile(
        r"(?P<day>[0-9]{1,2}) ?(?P<mark>[/.-]) ?(?P<month>[0-9]{1,2})"
        r"(?: ?(?P=mark) ?(?P<year>[0-9]{2})| ?[/.-] ?(?P<year2>[12][0-9]{3}))?"
    ),
    "written date": re.compile(
        rf"(?P<day>[0-9]{{1,2}}) ?(?:tháng |/ ?)(?P<month>{_MONTH_WORD})"
        rf"(?:,? (?:năm )?{_YEAR}| ?[/-] ?(?:năm )?(?P<year2>[12][0-9]{{3}}))?"
    ),
    "iso date": re.compile(rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})"),
    "iso month": re.compile(rf"{_YEAR}[-/](?P<month>0[1-9]|1[0-2])"),
    "month": re.compile(rf"(?:tháng |t)(?P<month>{_MONTH_WORD})(?:{_OF_YEAR})?"),
    "bare month": re.compile(rf"(?P<month>{_NUMBER}) ?[/-] ?{_YEAR}"),
    "quarter": re.compile(rf"(?:quý |quí |q)(?P<quarter>[1-4]|{_ORDINAL})(?:{_OF_YEAR})?"),
    "last months": re.compile(rf"(?P<count>{_NUMBER}) ?tháng(?: còn lại| cuối)(?: cùng)?(?:{_OF_YEAR})?"),
    "written months": re.compile(rf"(?P<word>{alternation(_MONTHS)}) tháng(?P<which> đầu| cuối)?(?:{_OF_YEAR})?"),
    "first month": re.compile(rf"tháng đầu(?: tiên)?(?:{_OF_YEAR})"),
    "last month": re.compile(rf"tháng cuối(?: cùng)?(?:{_OF_YEAR})"),
    "quarters": re.compile(rf"(?P<count>[23]|hai|ba) quý(?P<which> đầu| cuối)?(?:{_OF_YEAR})?"),
    "half": re.compile(rf"nửa (?:năm )?(?P<which>đầu|cuối|sau)(?:{_OF_YEAR})"),
}
# The forms that are N months (or quarters) taken together.
_SUMS = frozenset({"first months", "last months", "written months", "quarters"})

_SPAN = re.compile(r" ?- ?| (?:cho )?(?:đến|tới) ")
_TO = re.compile(r" (?:đến|tới) ")
_COUNTED_YEARS = re.compile(rf"^(?:[0-9]{{1,2}}|{alternation(_MONTHS)}) năm (?=[12][0-9]{{3}} ?-)")
_MONTH_COUNT = re.compile(rf"(?:{_NUMBER}|{alternation(_MONTHS)}) ?tháng(?!\w)(?! ?[0-9])")
_MONTH_SPAN = re.compile(
    rf"(?P<unit>tháng |t|quý |quí |q)(?P<low>[0-9]{{1,2}}|{_ORDINAL})(?P<to> ?- ?| và | đến | tới )"
    rf"(?:tháng |quý |quí )?(?P<high>[0-9]{{1,2}}|{_ORDINAL}){_OF_YEAR}"
)
_HALF_MONTH = re.compile(rf"nửa (?P<which>đầu|cuối|sau) (?P<month>(?:của )?tháng (?:{_MONTH_WORD}){_OF_YEAR})")
_DECADE = re.compile(r"(?:thập niên|thập kỷ|thập kỉ) (?P<decade>[12][0-9]{2})0")
_NEXT_YEAR = re.compile(rf"{_YEAR} ?[/-] ?(?P<next>[0-9]{{2}})")
_DAY_SPAN = re.compile(r"(?P<low>[0-9]{1,2}) ?- ?(?P<high>[0-9]{1,2} ?[/.] ?[0-9]{1,2} ?[/.] ?[12][0-9]{3})")

# No date is longer; what is longer is text, and is not searched for one.
_LONGEST = 200


@dataclass(frozen=True)
class Period:
    """What a TIME says.

    Attributes:
        code: SDMX time period (``2019``, ``2019-Q1``, ``2019-S1``, ``2019-10``, ``2019-12-31``) or ``START/END``;
            None where the text does not fix it.
        point: ``start``, ``middle`` or ``end`` of the period where the text says so.
        cumulative: Whether it counts from the start of the year on, or over N months.
    """

    code: str | None = None
    point: str | None = None
    cumulative: bool = False

    @property
    def length(self) -> float:
        """How many days it covers: the fewer, the finer. Without end where the text does not fix it."""
        if self.code is None:
            return math.inf
        first, last = bounds(self.code)
        return (last - first).days + 1


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read an absolute date or period such as *quý I/2019*, *cuối tháng 5 năm 2021*, *từ năm 2018 đến năm 2020*."""
    if len(text) > _LONGEST:
        return Period()
    folded = fold(text)
    running = bool(_CUMULATIVE.search(folded))
    rest, point = _strip_front(folded)
    if one := _read_one(rest):
        stretch, form = one
        return Period(stretch.code, point, running or form in _SUMS)
    code = next((code for read in _OTHER_FORMS if (code := read(rest))), None) or _read_span(folded)
    if not code and not point:
        code = _read_span(rest)
    if code or _TO.search(folded):
        return Period(code, None, running)
    return Period(None, point, running or bool(_MONTH_COUNT.match(rest)))


def fold(text: str) -> str:
    """A TIME as the forms are written: NFC, lower case, one kind of dash and space, without brackets."""
    plain = normalize("NFC", text).lower().translate(_MARKS)
    return " ".join(plain.split()).strip(" .,;:\"'")


def _strip_front(text: str) -> tuple[str, str | None]:
    """The text without the words in front of the date, and the point of the period they name."""
    point = None
    for _ in range(8):
        if _read_one(text):
            break
        if (match := _POINT.match(text)) and match.end() < len(text):
            point = point or _POINTS[match[1]]
        elif not (match := _IN_FRONT.match(text)) or match.end() == len(text):
            break
        text = text[match.end() :]
    return text, point


def _read_one(text: str) -> tuple[Stretch, str] | None:
    for form, pattern in _FORMS.items():
        match = pattern.fullmatch(text)
        stretch = _stretch(form, {key: value for key, value in match.groupdict().items() if value}) if match else None
        if stretch:
            return stretch, form
    return None


def _stretch(form: str, found: dict[str, str]) -> Stretch | None:
    written = found.get("year") or found.get("year2")
    year = int(written) + (2000 if len(written) == 2 else 0) if written else None
    if "month" in found:
        month = _month(found["month"])
        day = int(found.get("day", 0))
        if not 1 <= month <= 12 or ("day" in found and not 1 <= day <= monthrange(year or 2000, month)[1]):
            return None
        return Stretch(year, month, month, day)
    if "quarter" in found:
        return _quarters(year, _ordinal(found["quarter"]), _ordinal(found["quarter"]))
    if form == "half":
        return Stretch(year, 1, 6) if found["which"] == "đầu" else Stretch(year, 7, 12)
    if form in ("first month", "last month"):
        return Stretch(year, 1, 1) if form == "first month" else Stretch(year, 12, 12)
    count = _month(found.get("count") or found.get("word") or "12")
    count = min(count * 3 if form == "quarters" else count, 12)
    if form == "last months" or found.get("which") == " cuối":
        return Stretch(year, 13 - count, 12)
    return Stretch(year, 1, count)


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS.get(text, 0)


def _ordinal(text: str) -> int:
    return int(text) if text.isdecimal() else _ORDINALS.get(text, 0)


def _quarters(year: int | None, low: int, high: int) -> Stretch | None:
    return Stretch(year, 3 * low - 2, 3 * high) if 1 <= low <= high <= 4 else None


def _read_day_span(text: str) -> str | None:
    match = _DAY_SPAN.fullmatch(text)
    end = match and _read_one(match["high"])
    if not match or not end or not end[0].day or int(match["low"]) not in range(1, end[0].day):
        return None
    stretch = end[0]
    return f"{stretch.year}-{stretch.low:02}-{int(match['low']):02}/{stretch.code}"


def _read_month_span(text: str) -> str | None:
    match = _MONTH_SPAN.fullmatch(text)
    if not match:
        return None
    low, high, year = _ordinal(match["low"]), _ordinal(match["high"]), int(match["year"])
    if match["to"] == " và " and high != low + 1:
        return None
    if match["unit"].startswith("q"):
        quarters = _quarters(year, low, high)
        return quarters.code if quarters else None
    return Stretch(year, low, high).code if 1 <= low <= high <= 12 else None


def _read_half_month(text: str) -> str | None:
    match = _HALF_MONTH.fullmatch(text)
    month = match and _read_one(match["month"].removeprefix("của "))
    if not match or not month:
        return None
    year, number = month[0].year, month[0].low
    low, high = (1, 15) if match["which"] == "đầu" else (16, monthrange(year or 2000, number)[1])
    return f"{year}-{number:02}-{low:02}/{year}-{number:02}-{high}"


def _read_decade(text: str) -> str | None:
    match = _DECADE.fullmatch(text)
    return f"{match['decade']}0/{match['decade']}9" if match else None


def _read_next_year(text: str) -> str | None:
    """A year and the next one, of which two digits are written (*niên vụ 2025/26*)."""
    match = _NEXT_YEAR.fullmatch(text)
    year = int(match["year"]) if match else 0
    return f"{year}/{year + 1}" if match and (year + 1) % 100 == int(match["next"]) else None


_OTHER_FORMS = (_read_day_span, _read_month_span, _read_half_month, _read_decade, _read_next_year)


def _read_span(text: str) -> str | None:
    """Two dates or periods, the first of which may leave its year to the second."""
    text = _COUNTED_YEARS.sub("", text, count=1)
    for separator in _SPAN.finditer(text):
        front, start_point = _strip_front(text[: separator.start()])
        back, end_point = _strip_front(text[separator.end() :])
        start, end = _read_one(front), _read_one(back)
        # From the end of one year to the middle of another is a stretch that the text does not fix.
        if end and start_point in (None, "start") and end_point in (None, "end"):
            if front == "năm" and start_point:
                return join(Stretch(end[0].year), end[0])
            if start:
                return join(start[0], end[0])
    return None
