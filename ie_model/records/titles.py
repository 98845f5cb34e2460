"""Titles and headings: whether a line is the title of a report, and what of it is about the figures that follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .data import alternation, sections
from .mention import Mention
from .sentence import fold

_CUES = sections("cues.txt")
_TITLE = re.compile(rf"(?<!\w){alternation(_CUES['title'])}")
_NOT_CARRIED_OUT = "".join(rf"(?<!{re.escape(phrase)} )" for phrase in _CUES["carried out"])
_YET_TO_COME = re.compile(rf"(?<!\w){_NOT_CARRIED_OUT}{alternation(_CUES['yet to come'])}")
_ABOUT_OTHERS = re.compile(alternation(_CUES["reports about others"]))
_BULLET = re.compile(
    r"\s*(?:[-–+*•·▪]|(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}|[a-zđ]|[ivxl]{1,5})[.)/](?![0-9]))", re.IGNORECASE
)
_SECTION = re.compile(rf"\s*{alternation(_CUES['section'])}", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:\([^()]*\))?\s*[:–-]")
_SENTENCE_END = (".", "!", "?", "…", ";")

# A title is no longer than this.
_LONGEST = 250


def is_item(line: str) -> bool:
    """Whether a line opens as one of a list: with a dash, a number or a letter."""
    return bool(_BULLET.match(line))


def is_section(line: str) -> bool:
    """Whether a line is a numbered heading: *II. Kết quả*, *Phần thứ nhất*."""
    return bool(_BULLET.match(line) or _SECTION.match(line)) and not line.rstrip().endswith(_SENTENCE_END)


def may_stand_in_title(line: str) -> bool:
    """Whether a line may be of the letterhead above a title: a place and date, a number, a motto."""
    return not (is_section(line) or line.rstrip().endswith((*_SENTENCE_END, ":")))


def opens_line(text: str, span: tuple[int, int], owners: Sequence[Mention]) -> bool:
    """Whether a line opens with the first of the bodies and places in it."""
    return bool(owners) and not text[span[0] : owners[0].start].strip()


def is_title(text: str, span: tuple[int, int], owners: Sequence[Mention], reporter: Mention | None) -> bool:
    """Whether a line is the title of a report, not of a news item: it opens with such a word, or with who reports.

    Args:
        text: The document.
        span: Offsets of the line.
        owners: The bodies and places in it.
        reporter: The body that it opens with, if any.
    """
    line = text[span[0] : span[1]]
    if len(line) > _LONGEST or line.rstrip().endswith(_SENTENCE_END):
        return False
    folded, _ = fold(line)
    word = _TITLE.search(folded)
    if word and (opens_line(text, span, owners) or line.isupper() or not any(map(str.isalnum, folded[: word.start()]))):
        return True
    if not reporter:
        return False
    return not text[reporter.end : span[1]].strip() or bool(_SEPARATOR.match(text, reporter.end, span[1]))


def about_now(text: str, span: tuple[int, int], mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions of a title that stand before the words for what is yet to come (*phương hướng*)."""
    folded, origin = fold(text[span[0] : span[1]])
    future = _YET_TO_COME.search(folded, 1)
    if not future:
        return list(mentions)
    last = span[0] + (origin[future.start()] if origin else future.start())
    return [mention for mention in mentions if mention.start < last]


def reports_about_others(name: str) -> bool:
    """Whether a body, by its folded name, reports about its area or trade rather than about itself."""
    return bool(_ABOUT_OTHERS.match(name))


def names_one(text: str, owners: Sequence[Mention], opens: bool) -> bool:
    """Whether the bodies and places of a title leave no doubt that the first is meant.

    *phường Hồng Hà, TP Hạ Long* and *huyện Sơn Tây (Quảng Ngãi)* name one place; behind a body that opens the title
    others are addressees and the like, unless joined to it by *và*.
    """
    for first, second in pairwise(owners):
        gap = fold(text[first.end : second.start])[0].strip()
        if gap not in (",", "(", "-", "–") and not (opens and gap != "và"):
            return False
    return True
