"""The words of a sentence around its figures, folded once and found again by position."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from unicodedata import is_normalized, normalize

from .data import alternation, sections
from .mention import Mention

_CUES = sections("cues.txt")
_PERIODS = sections("periods.txt")
_RATES = sections("rates.txt")

_STATUSES = ("estimate", "plan", "forecast", "regulation", "actual")
# phrase -> (status, "" or "noun" or "weak"); None for a phrase that is passed over
STATUS_CUES: dict[str, tuple[str, str] | None] = {
    phrase: (section.split(", ")[0], section.partition(", ")[2])
    for section, phrases in _CUES.items()
    if section.split(", ")[0] in _STATUSES
    for phrase in phrases
} | dict.fromkeys(_CUES["ignored"])
_TIME = alternation(_RATES["time"])
RATE = alternation(_RATES["time"] + _RATES["other"])


def in_text(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the phrases, each as whole words."""
    return re.compile(rf"(?<!\w){alternation(phrases)}")


STATUS = in_text(STATUS_CUES)
_RUNNING = in_text(_PERIODS["cumulative"] + _PERIODS["not cumulative"])
_PARTS = in_text(_CUES["parts"] + _CUES["parts that add up"])
_SEGMENT_END = re.compile(r";|\n|[.!?…] ")
_CLAUSE_END = re.compile(r"[;:(\n]|,(?![0-9])|(?<![0-9]),|[.!?…] | - ")
_PER_BEFORE = re.compile(
    rf"(?<!\w)(?:(?:(?:bình quân|trung bình|tính trên) (?:mỗi|một|0?1)|mỗi)(?: một| 1)? (?P<each>{RATE})"
    # "một ngày tỉnh phải thu", "hàng năm ở mức"
    rf"|một (?P<one>{_TIME})(?=(?: [^\W\d_]+){{0,3}} (?:phải|cần) )"
    rf"|(?:hằng|hàng) (?P<every>{_TIME})(?= (?:ở mức|đạt) ))"
)
_OWN_STATEMENT = in_text(_CUES["own statement"])
_AFTER_VALUE = re.compile(rf"\s*(?:{alternation(_CUES['to a base'])}|của)?\s*")
_TO_ITS_PERIOD = re.compile(rf"\s*(?:{alternation(_CUES['to its period'])})?\s*")
_CLUSTER = re.compile(r"[^\u0300-\u036f]?[\u0300-\u036f]*", re.DOTALL)

# How far beside a span an approximator or the like can stand.
NEAR = 40
# White space and a dash in front of a heading.
_BULLET_LENGTH = 8


class Cue(NamedTuple):
    position: int
    status: str
    strength: str


class Sentence:
    """The words of one sentence that say something about its figures, by position in the folded sentence.

    Folded is NFC and lower case; :meth:`place` turns an offset into the document into a position there.
    """

    def __init__(self, text: str, span: tuple[int, int], mentions: Sequence[Mention], roles: Mapping[str, Any]):
        self.span = span
        self.text, self._origin = fold(text[span[0] : span[1]])
        self._mentions = [(self.place(m.start), self.place(m.end), m) for m in mentions]
        self._starts = [start for start, _, _ in self._mentions]
        self._roles = roles
        self._value_starts = [start for start, _, m in self._mentions if m.label in roles["values"]]
        self.value_ends = [end for _, end, m in self._mentions if m.label in roles["values"]]
        self.segments = self._outside(_SEGMENT_END)
        self.clauses = self._outside(_CLAUSE_END)
        self.cues = [cue for match in STATUS.finditer(self.text) if (cue := self._cue(match))]
        self.lists = self._lists() if ":" in self.text and ";" in self.text and self.cues else []
        self.running = [(m.start(), m[0] in _PERIODS["cumulative"]) for m in _RUNNING.finditer(self.text)]
        # Where parts of the figure before begin, and whether only if they add up to it.
        self.parts = [(m.start(), m[0] in _CUES["parts that add up"]) for m in _PARTS.finditer(self.text)]
        self.rates = [
            (m.start(), str(m[str(m.lastgroup)]))
            for m in _PER_BEFORE.finditer(self.text)
            if not self.mention_at(m.start())
        ]

    def place(self, offset: int) -> int:
        offset -= self.span[0]
        return offset if self._origin is None else bisect_left(self._origin, offset)

    def mentions_in_role(self, role: str) -> list[Mention]:
        """The mentions whose label has a role (``base_types`` of the roles), in text order."""
        return [m for _, _, m in self._mentions if self._roles["base_types"].get(m.label) == role]

    def mention_at(self, position: int) -> Mention | None:
        index = bisect_right(self._starts, position) - 1
        return self._mentions[index][2] if index >= 0 and position < self._mentions[index][1] else None

    def segment_start(self, position: int) -> int:
        """Where the stretch between semicolons or full stops begins in which a position lies."""
        return _last_before(self.segments, position)

    def clause_start(self, position: int) -> int:
        return _last_before(self.clauses, position)

    def list_head(self, segment: int) -> tuple[int, int] | None:
        """Where the head begins and ends of the list that an item, the stretch behind a semicolon, belongs to."""
        index = bisect_left(self.lists, segment, key=lambda each: each[1]) - 1
        if index < 0 or segment > self.lists[index][2]:
            return None
        return self.lists[index][:2]

    def statement_start(self, position: int) -> int:
        """Where the clause begins; a bracket right behind a figure says that figure once more."""
        start = self.clause_start(position)
        if start and self.text[start - 1] == "(":
            ends = bisect_right(self.value_ends, start - 1)
            if ends and not self.text[self.value_ends[ends - 1] : start - 1].strip():
                return self.clause_start(self.value_ends[ends - 1])
        return start

    def item_start(self, position: int) -> int | None:
        """Where the item of a list behind a semicolon begins, if no verb before its first figure is its own."""
        start = self.segment_start(position)
        if not start or self.text[start - 1] != ";":
            return None
        first = self._value_starts[bisect_right(self.value_ends, start)]
        if first - start > 2 * NEAR:
            return None
        return None if ":" in self.text[start:first] or _OWN_STATEMENT.search(self.text, start, first) else start

    def beside_before(self, pattern: re.Pattern[str], position: int) -> str | None:
        """The phrase directly in front of a position, unless it belongs to another mention."""
        start = max(0, position - NEAR)
        match = pattern.search(self.text[start:position])
        return match[1] if match and not self.mention_at(start + match.start()) else None

    def behind(self, position: int) -> str:
        return self.text[position : position + NEAR]

    def in_bracket(self, position: int) -> bool:
        """Whether a bracket opens not far before a position that does not close before it."""
        start = max(self.segment_start(position), position - 2 * NEAR)
        return self.text.rfind("(", start, position) > self.text.rfind(")", start, position)

    def value_in_bracket(self, position: int) -> bool:
        """Whether a value follows before the bracket closes in which a position lies."""
        index = bisect_right(self.value_ends, position)
        return index < len(self.value_ends) and ")" not in self.text[position : self.value_ends[index]]

    def _outside(self, pattern: re.Pattern[str]) -> list[int]:
        return [m.start() for m in pattern.finditer(self.text) if not self.mention_at(m.start())]

    def _lists(self) -> list[tuple[int, int, int]]:
        """Lists behind a colon with a cue in front of it: where the head, the first item and the last one begin."""
        found: list[tuple[int, int, int]] = []
        for colon in (position for position in self.clauses if self.text[position] == ":"):
            if found and colon < found[-1][2]:
                continue
            head = self.clause_start(colon)
            first, behind = (bisect_left(self.cues, end, key=lambda cue: cue.position) for end in (head, colon))
            if all(cue.strength or cue.status == "actual" for cue in self.cues[first:behind]):
                continue
            index = bisect_left(self.segments, colon)
            last = colon
            while index < len(self.segments) and self.text[self.segments[index]] == ";":
                last, index = self.segments[index] + 1, index + 1
            if last > colon:
                found.append((head, colon, last))
        return found

    def _cue(self, match: re.Match[str]) -> Cue | None:
        found = STATUS_CUES[match[0]]
        if found is None:
            return None
        status, strength = found
        mention = self.mention_at(match.start())
        if mention:
            # "mức đóng BHXH" is a rule, "điều chỉnh mức đóng" is not.
            measure = self._roles["base_types"].get(mention.label) == "indicator"
            leads = match.start() - self.place(mention.start) <= len("mức ")
            # "đề xuất 3 phương án": what is counted is what holds for them.
            whole = match.end() - match.start() == self.place(mention.end) - self.place(mention.start)
            holds = leads and (strength == "noun" or (whole and status == "plan"))
            return Cue(match.start(), status, strength) if measure and holds else None
        # "đạt 98% kế hoạch": the plan is what the figure before it is measured against.
        ends = bisect_right(self.value_ends, match.start())
        if strength == "noun" and ends and _AFTER_VALUE.fullmatch(self.text, self.value_ends[ends - 1], match.start()):
            return None
        heads = status == "plan" and strength == "noun" and self._opens(match)
        return Cue(match.start(), status, "" if heads else strength)

    def _opens(self, match: re.Match[str]) -> bool:
        """Whether a noun heads a stretch, as such or with its period: *Kế hoạch năm 2023, doanh thu tăng 10%*."""
        begin = self.segment_start(match.start())
        if match.start() - begin > _BULLET_LENGTH or any(map(str.isalnum, self.text[begin : match.start()])):
            return False
        if self.text.startswith(":", match.end()):
            return True
        index = bisect_left(self._starts, match.end())
        if index == len(self._starts):
            return False
        start, end, mention = self._mentions[index]
        is_period = self._roles["base_types"].get(mention.label) == "period"
        return (
            is_period
            and self.text.startswith((",", ":"), end)
            and bool(_TO_ITS_PERIOD.fullmatch(self.text, match.end(), start))
        )


def _last_before(positions: list[int], position: int) -> int:
    index = bisect_left(positions, position)
    return positions[index - 1] + 1 if index else 0


def fold(text: str) -> tuple[str, list[int] | None]:
    """NFC and lower case, with the origin of each character where that changes the length."""
    folded = text.lower()
    if len(folded) == len(text) and is_normalized("NFC", text):
        return _plain_spaces(folded), None
    parts, origin = [], []
    for match in _CLUSTER.finditer(text):
        part = normalize("NFC", match[0]).lower()
        parts.append(part)
        origin += [match.start()] * len(part)
    return _plain_spaces("".join(parts)), origin


def _plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\t", " ")
