"""The numbers of a text that are in no record, each with the reason: nothing is silently dropped.

Every digit of a text lies in a figure, that is in a record, or in one :class:`Unused` number. So do numbers written in
words that have a magnitude (*hai trăm*, *hàng nghìn*). The reason is what the words beside the number and its form say
(``records/data/audit.txt``); ``other`` is what remains, and the place to look for figures that the model missed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, BinaryIO
from unicodedata import normalize

from .records.data import alternation, sections
from .writing.base import harmless, output_file
from .writing.csv import csv_bytes

if TYPE_CHECKING:
    from spacy.tokens import Doc

PERIOD, NAME, OTHER = "period", "name", "other"

_BESIDE = 60  # characters beside a number in which its reason is looked for
_JOIN = 12  # characters at most between numbers that share a reason
_SHOWN = 30  # characters beside a number that a reader sees

_CUES = sections("audit.txt")


def _words(section: str) -> str:
    """Any word of a section, in composed or decomposed Unicode, as a whole word."""
    forms = {normalize(form, word) for word in _CUES[section] for form in ("NFC", "NFD")}
    return alternation(forms) + r"(?![\w\u0300-\u036f])"


_MAGNITUDE = rf"(?:{_words('magnitudes')}(?!\s{_words('no magnitude before')}))"
_NUMBER = re.compile(
    rf"\d+(?:[.,/:\-–]\d+)*(?:\s{_MAGNITUDE})*"
    # Bounded: a long row of number words without a magnitude must not be read again from each of them.
    rf"|(?<!\w)(?:{_words('digit words')}|{_words('hedges')})"
    rf"(?:\s(?:{_words('digit words')}|{_words('inner words')}|{_MAGNITUDE})){{0,8}}\s{_MAGNITUDE}"
    rf"(?:\s(?:{_words('digit words')}|{_words('inner words')})){{0,2}}",
    re.IGNORECASE,
)
_BEFORE = {
    section.partition(",")[0]: re.compile(rf"(?<!\w){alternation(words)}[\s:.(\-–]*(?:số)?[\s:.(]*$")
    for section, words in _CUES.items()
    if section.endswith(", before")
}
_BEHIND = {
    section.partition(",")[0]: re.compile(rf"\s?{alternation(words)}")
    for section, words in _CUES.items()
    if section.endswith(", behind")
}
_FIGURE = _BEHIND.pop("figure")
# Words such as "đường" or "cấp" say little where a unit follows: "đường 12 km".
_UNSURE = frozenset({"telephone", "document", "article", "account", "rank", "address", "date"})
# Reasons that hold for a further number joined by a comma or "và" as well: "Điều 5 và 6".
_SHARED = frozenset({"telephone", "document", "article", "account", "clock", "date"})
# What a number must look like for a reason.
_FORMS = {
    "telephone": re.compile(r"\d[\d.\-–]{2,}"),
    "article": re.compile(r"\d{1,3}(?:[.,-]\d{1,3})*"),
    "rank": re.compile(r"\d{1,4}(?:[-/]\d{1,4})?"),
    "age": re.compile(r"\d{1,3}(?:[,-]\d{1,3})?|(?:19|20)\d\d"),
    "clock": re.compile(r"\d{1,2}(?:[:-]\d{1,2})*"),
    "date": re.compile(r"\d{1,2}(?:[/.\-–]\d{1,4})*"),
    "year": re.compile(r"(?:19|20)\d\d(?:[/\-–](?:(?:19|20)?\d\d))?"),
}

_DATE = re.compile(r"(?:(?P<day>\d{1,2})[/.\-–])?(?P<month>\d{1,2})[/.\-–](?P<year>(?:19|20)\d\d)")
_WEB = re.compile(r"://|www\.|@|\.(?:vn|com|net|org|info)\b", re.IGNORECASE)
_DOCUMENT = re.compile(r"\d\s?/(?:\d{4}/)?[A-ZĐ]{2}|\d{4}/[A-ZĐ]{2}|/\d{4}/[A-ZĐ]")
_TELEPHONE = re.compile(r"(?:\+?84|\(?0)(?:[ .()\-–]{0,2}\d){8,10}(?!\d)|1[89]00(?:[ .\-–]?\d){4,6}(?!\d)")
_LIST_BEFORE = re.compile(r"(?:^|\n)[\s\-–+*•(\[]*(?:[ivx]{1,4}[.)]|[a-zđ][.)]?)?\Z")
_LIST_BEHIND = re.compile(r"(?:\.\d{1,2})*(?:[.)\]]|\s?/)(?:\s|$)|\)")
_LIST_LEVELS = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,4}")
_IN_BRACKETS = re.compile(r"[(\[]\Z")
_CLOCK_BEHIND = re.compile(r"\s?h(?![^\W\d_])|g\d")
_UNIT_BEFORE = re.compile(r"(?<![^\W\d_])[kcdmµ]?m\Z")
_CODE_BEFORE = re.compile(r"[^\W\d_][\u0300-\u036f]*[-–.]?\Z")
_CODE_BEHIND = re.compile(r"[A-ZĐ](?!\w)")
_JOINED = re.compile(r"[ \u00a0,.x()+&\-–/:hg]{1,6}|[A-ZĐ]{1,2}[-–. ]|\s?(?:và|hoặc|đến|tới|giờ)\s", re.I)


@dataclass(frozen=True)
class Unused:
    """A number that is in no record.

    Attributes:
        start: Offset into the text.
        end: Offset into the text, end exclusive.
        text: The number as written.
        reason: ``period`` or ``name`` for a number inside an entity of that sort; else ``web``, ``document``, ``list``,
            ``telephone``, ``article``, ``account``, ``rank``, ``address``, ``clock``, ``age``, ``date``, ``year``,
            ``unit`` (the 2 of *m2*), ``code`` (*Covid-19*, *5G*), ``other``.
        context: The number with a few words of the text around it, on one line.
    """

    start: int
    end: int
    text: str
    reason: str
    context: str


def audit(doc: Doc) -> list[Unused]:
    """The numbers of a Doc of the pipeline that are in none of its records, in text order."""
    roles = doc._.record_roles
    values = [(span.start_char, span.end_char) for span in doc.ents if span.label_ in roles["values"]]
    entities = [
        (span.start_char, span.end_char, PERIOD if roles["base_types"].get(span.label_) == "period" else NAME)
        for span in doc.ents
        if span.label_ not in roles["values"]
    ]
    return unused_numbers(doc.text, values, entities)


def unused_numbers(
    text: str, figures: Iterable[tuple[int, int]], entities: Iterable[tuple[int, int, str]] = ()
) -> list[Unused]:
    """The numbers of a text outside its figures, in text order.

    Args:
        text: The text.
        figures: Offsets ``(start, end)`` of the figures that are in records.
        entities: Offsets of other entities, with the reason for numbers inside them.
    """
    spans = sorted([*((start, end, "") for start, end in figures), *entities])
    found: list[Unused] = []
    position = 0
    for start, end, reason in [*spans, (len(text), len(text), "")]:
        found += _scan(text, position, start, found)
        if reason:
            found += _inside(text, max(position, start), end, reason)
        position = max(position, end)
    return found


def _inside(text: str, start: int, end: int, reason: str) -> Iterator[Unused]:
    for match in _NUMBER.finditer(text, start, end):
        yield _unused(text, match.start(), match.end(), reason)


def _scan(text: str, start: int, end: int, before: Sequence[Unused]) -> Iterator[Unused]:
    """The numbers between two entities; one joined to the number before it (*Điều 5 và 6*) shares its reason."""
    last = before[-1] if before else None
    for match in _NUMBER.finditer(text, start, end):
        reason = _reason(text, match)
        if reason in (OTHER, "code") and last and last.end >= start and _shares(text, last, match):
            reason = last.reason
        last = _unused(text, match.start(), match.end(), reason)
        yield last


def _shares(text: str, last: Unused, match: re.Match[str]) -> bool:
    """Whether a number goes on with what the number before it is: joined to it, of that form, and without a unit."""
    if last.reason not in _SHARED or match.start() - last.end > _JOIN:
        return False
    if not _JOINED.fullmatch(_fold(text[last.end : match.start()])):
        return False
    # The groups of a telephone number may be of any length.
    fits = last.reason == "telephone" or _has_form(match[0], last.reason)
    return fits and not _is_figure(match[0], text[match.end() : match.end() + _BESIDE])


def _has_form(number: str, reason: str) -> bool:
    return reason not in _FORMS or bool(_FORMS[reason].fullmatch(number))


def _unused(text: str, start: int, end: int, reason: str) -> Unused:
    first, last = max(0, start - _SHOWN), min(end, start + 2 * _SHOWN)
    before, behind = text[first:start], text[last : last + _SHOWN]
    if first and " " in before:
        before = before.partition(" ")[2]  # no half words
    if last + _SHOWN < len(text) and " " in behind:
        behind = behind.rpartition(" ")[0]
    context = " ".join((before + text[start:last] + behind).split())
    return Unused(start, end, text[start:end], reason, context)


def _reason(text: str, match: re.Match[str]) -> str:
    start, end = match.span()
    before, behind = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    number = match[0]
    return (
        _by_form(before, number, behind) or _by_words(before, number, behind) or _by_neighbours(before, number, behind)
    )


def _by_form(before: str, number: str, behind: str) -> str | None:
    """Reasons that the number and the signs around it give away."""
    chunk = (before.split() or [""])[-1] if before and not before[-1].isspace() else ""
    chunk += number[:_BESIDE]
    chunk += (behind.split() or [""])[0] if behind and not behind[0].isspace() else ""
    if _WEB.search(chunk):
        return "web"
    if _DOCUMENT.search(normalize("NFC", chunk)):
        return "document"
    if _LIST_LEVELS.fullmatch(number) and _is_list_number(before, number, behind):
        return "list"
    if _TELEPHONE.match(number[:_BESIDE] + behind):
        return "telephone"
    return None


def _is_list_number(before: str, number: str, behind: str) -> bool:
    at_line_start = len(before) < _BESIDE or "\n" in before
    if at_line_start and _LIST_BEFORE.search(before.lower()):
        heading = "." in number and behind[:1].isspace() and behind.lstrip()[:1].isupper()
        return heading or bool(_LIST_BEHIND.match(behind))
    return bool(_IN_BRACKETS.search(before)) and behind[:1] in (")", "]")


def _by_words(before: str, number: str, behind: str) -> str | None:
    """Reasons that the words right beside the number name."""
    is_figure = _is_figure(number, behind)

    def fits(reason: str) -> bool:
        return not (is_figure and reason in _UNSURE) and _has_form(number, reason)

    line = _fold(before).rpartition("\n")[2]
    for reason, pattern in _BEFORE.items():
        if fits(reason) and pattern.search(line):
            return reason
    rest = _fold(behind)
    for reason, pattern in _BEHIND.items():
        if fits(reason) and pattern.match(rest):
            return reason
    if fits("clock") and (":" in number or _CLOCK_BEHIND.match(behind)):
        return "clock"
    return None if is_figure else _by_date(number)


def _is_figure(number: str, behind: str) -> bool:
    """Whether a unit or magnitude shows that the number counts or measures something."""
    return not number[-1].isdecimal() or bool(_FIGURE.match(_fold(behind)))


def _by_date(number: str) -> str | None:
    """A year, or a date with its year; a day with its month alone may as well be a fraction."""
    if _FORMS["year"].fullmatch(number):
        return "year"
    match = _DATE.fullmatch(number)
    if not match:
        return None
    try:
        date(int(match["year"]), int(match["month"]), int(match["day"] or 1))
    except ValueError:
        return None
    return "date"


def _by_neighbours(before: str, number: str, behind: str) -> str:
    """Reasons that letters glued to the number give away."""
    if _UNIT_BEFORE.search(before):
        return "unit"
    short = len(number) <= 2
    return "code" if _CODE_BEFORE.search(before) or (short and _CODE_BEHIND.match(behind)) else OTHER


def _fold(text: str) -> str:
    return normalize("NFC", text).lower()


COLUMNS = ("document", "start", "end", "number", "reason", "context")


class Audit:
    """Writes the unused numbers of documents: as CSV, or as lines for a reader."""

    def __init__(self, stream: BinaryIO, to_file: bool) -> None:
        self._stream = stream
        self._to_file = to_file
        if to_file:
            self._stream.write("\ufeff".encode() + csv_bytes([COLUMNS]))

    def write(self, id_: str, doc: Doc) -> None:
        numbers = audit(doc)
        if self._to_file:
            rows = ((id_, str(n.start), str(n.end), n.text, n.reason, n.context) for n in numbers)
            self._stream.write(csv_bytes(tuple(map(harmless, row)) for row in rows))
        else:
            name = " ".join(id_.split("\n"))
            lines = (f"{name}:{n.start}-{n.end}: {_short(n.text)}: {n.reason}: {n.context}\n" for n in numbers)
            self._stream.write("".join(lines).encode("utf-8", "backslashreplace"))
        self._stream.flush()


def _short(number: str) -> str:
    text = " ".join(number.split())
    return text if len(text) <= 2 * _SHOWN else text[: 2 * _SHOWN] + "…"


@contextmanager
def open_audit(output: str | None) -> Iterator[Audit]:
    """An audit to a CSV file, or to standard error.

    Raises:
        IEModelError: The file cannot be written.
    """
    if output is None:
        yield Audit(sys.stderr.buffer, to_file=False)
    else:
        with output_file(output) as stream:
            yield Audit(stream, to_file=True)
