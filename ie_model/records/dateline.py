"""The date of a document, from the line that gives it.

A news page has such a line near its title (*Thứ Hai, 15/7/2024, 08:30 (GMT+7)*), an agency's report opens its text with
one (*(TTXVN) - 15/9/2022 -*), numbers itself (*Số: 15/BC-UBND ngày 15/9/2022*), or ends with place and date (*Hà Nội,
ngày 15 tháng 9 năm 2022*). Only the first and the last lines are looked at, and of each only its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from unicodedata import normalize

from ..errors import IEModelError
from .data import alternation, sections

_WORDS = sections("dateline.txt")

_HEAD_LINES, _TAIL_LINES = 20, 8
_LONGEST = 160  # of a line; a longer one is text, and may only begin with the date
_YEARS = range(1945, 2100)

_FOUR_DIGITS = re.compile(r"\d{4}")  # most lines have none, and are done with
_DATE = re.compile(
    r"(?<![\d/.-])(?:(?P<day>\d{1,2}) ?(?P<mark>[/.-]) ?(?P<month>\d{1,2}) ?(?P=mark) ?(?P<year>\d{4})(?![\d/])"
    r"|(?P<year2>\d{4})-(?P<month2>\d{2})-(?P<day2>\d{2})(?!\d)"
    r"|(?P<day3>\d{1,2}) ?(?:tháng|/) ?(?P<month3>\d{1,2}),? (?:năm )?(?P<year3>\d{4})(?!\d))",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<!\d)\d{1,2} ?(?::|h|g|giờ) ?(?:\d{2}(?!\d))?(?:[:'] ?\d{2}(?:\.\d+)?)?(?!\d)(?:z\b)?"
    r"|(?:gmt|utc)? ?[+]\d{1,2}(?::\d{2})?|\bt(?=\d{2}:)|(?:lượt xem|lượt đọc|đã xem)\W{0,3}[\d.,]+",
    re.IGNORECASE,
)
_BESIDE = re.compile(rf"(?<!\w){alternation(_WORDS['beside'])}(?:[ \t]*[246-7](?!\w))?", re.IGNORECASE)
_NUMBER = re.compile(rf"{alternation(_WORDS['number'])} ?:? ?\d{{0,6}} ?[/-]\S{{1,30}}", re.IGNORECASE)
# A place or an agency in front of the date: words with a capital, closed by a sign.
_NAME = re.compile(r"[(\[]?[^\W\d_][\w.&]*(?:[ -][^\W\d_][\w.&]*){0,5}[)\]]? ?(?P<sign>[,|–—:-]|\(\w{1,12}|$)")
_WORD = re.compile(r"(?<![\w.])[^\W\d_]\w*")
_SIGNS = " \t,.;:|()[]–—•·*_'\"/-"
_BEHIND = re.compile(r" ?(?:\([\w .]{1,30}\))? ?[-–—:|)]")


def iso_date(text: str | None) -> date | None:
    """A date written ``YYYY-MM-DD``; None stays None.

    Raises:
        IEModelError: The text is no such date.
    """
    if text is None:
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except (TypeError, ValueError):
        pass
    raise IEModelError(f"{text!r} is no date of the form YYYY-MM-DD")


def document_date(text: str) -> str | None:
    """The date that a document gives as its own, ISO 8601; None where it gives none.

    Where the head of a page has several (today's above, the article's own, when it was last changed), the earliest:
    an article is never younger than its page. The lines at the end count only where the head has none.
    """
    head = [day for line in _first_lines(text) if (day := _dateline(line))]
    if head:
        return min(head).isoformat()
    tail = [day for line in _last_lines(text) if (day := _dateline(line, whole=True))]
    return tail[0].isoformat() if tail else None


def _first_lines(text: str) -> Iterator[str]:
    start = len(text) - len(text.lstrip())
    for _ in range(_HEAD_LINES):
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        yield text[start : min(end, start + _LONGEST + 1)]
        while end < len(text) and text[end].isspace():
            end += 1
        if end == len(text):
            return
        start = end


def _last_lines(text: str) -> Iterator[str]:
    """From the last line upwards; a line that is too long by its beginning and no more."""
    end = len(text.rstrip())
    for _ in range(_TAIL_LINES):
        start = text.rfind("\n", 0, end) + 1
        yield text[start : min(end, start + _LONGEST + 1)]
        end = start
        while end and text[end - 1].isspace():
            end -= 1
        if not end:
            return


def _dateline(line: str, *, whole: bool = False) -> date | None:
    """The date of a line that is a dateline; ``whole``: nothing but the date and a place may stand in it."""
    if not _FOUR_DIGITS.search(line):
        return None
    line = normalize("NFC", line.replace("\u00a0", " ")).strip()
    match = _DATE.search(line)
    if not match or not (day := _day(match)):
        return None
    front, behind = line[: match.start()], line[match.end() :]
    bare = _without_words(_NUMBER.sub("", front, count=1))
    named = bool(bare) and _is_name(bare)
    if bare and not named:
        return None
    if len(line) <= _LONGEST and not _without_words(behind):
        return day
    # The text goes on behind the date of an agency's report.
    return day if named and not whole and _BEHIND.match(behind) else None


def _day(match: re.Match[str]) -> date | None:
    numbers = {key.rstrip("23"): int(value) for key, value in match.groupdict().items() if value and key != "mark"}
    try:
        return date(**numbers) if numbers["year"] in _YEARS else None
    except ValueError:
        return None


def _without_words(text: str) -> str:
    """What is left of the part beside the date when clock times and the usual words are taken away."""
    return _BESIDE.sub("", _CLOCK.sub("", text)).lstrip(_SIGNS)


def _is_name(text: str) -> bool:
    match = _NAME.match(text)
    if not match or text[match.end() :].strip(_SIGNS) or not match["sign"]:
        return False
    return all(word[0].isupper() for word in _WORD.findall(match[0]))
