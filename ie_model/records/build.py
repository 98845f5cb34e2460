"""From annotated spans to records.

Input is plain data: a text, its sentences, mentions and links. It may come from a spaCy ``Doc``, from gold standoff or
from JSON. Each sentence is searched once for the words that say something about its figures; what belongs to a figure
is then looked up by position.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any, NamedTuple
from unicodedata import is_normalized, normalize

from ..calibration import calibrate
from .data import alternation, sections
from .numbers import Value, parse_value
from .periods import Period, parse_period
from .record import Item, Record

_CUES = sections("cues.txt")
_APPROXIMATORS = sections("approximators.txt")
_PERIODS = sections("periods.txt")
_RATES = sections("rates.txt")
_MEASURES = frozenset(sections("units.txt")["measures"])
_RATIO_UNITS = frozenset({"%", "‰", "điểm %", "lần"})

_STATUSES = ("estimate", "plan", "forecast", "regulation", "actual")
# phrase -> (status, "" or "noun" or "weak"); None for a phrase that is passed over
_STATUS_CUES: dict[str, tuple[str, str] | None] = {
    phrase: (section.split(", ")[0], section.partition(", ")[2])
    for section, phrases in _CUES.items()
    if section.split(", ")[0] in _STATUSES
    for phrase in phrases
} | dict.fromkeys(_CUES["ignored"])
_BESIDE = {p: m for m in ("about", "above", "below") for p in _APPROXIMATORS[f"{m}, beside"]}
_BEHIND = {p: m for m in ("above", "below") for p in _APPROXIMATORS[f"{m}, behind"]}
_RATE = alternation(_RATES["time"] + _RATES["other"])


def _in_text(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){alternation(phrases)}")


def _ahead_of_span(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({alternation(phrases)}) ?$")


_STATUS = _in_text(_STATUS_CUES)
_RUNNING = _in_text(_PERIODS["cumulative"] + _PERIODS["not cumulative"])
_PARTS = _in_text(_CUES["parts"])
_SEGMENT_END = re.compile(r";|\n|[.!?…] ")
_CLAUSE_END = re.compile(r"[;:(\n]|,(?![0-9])|(?<![0-9]),|[.!?…] | - ")
_PER_BEFORE = re.compile(rf"(?<!\w)(?:(?:bình quân|trung bình|tính trên) (?:mỗi|một|0?1)|mỗi)(?: một| 1)? ({_RATE})")
_PER_BEHIND = re.compile(rf" ?(?:/ ?|(?:trên )?mỗi (?:một )?|một |hằng |hàng )({_RATE})")
_BESIDE_BEFORE = _ahead_of_span(_BESIDE)
_BESIDE_BEHIND = re.compile(rf" ?({alternation(_BEHIND)})")
_AS_OF_END = _ahead_of_span(_CUES["as of the end"])
_PART_OF_WHOLE = _in_text(_CUES["part of a whole"])
_OVER_BASE = _ahead_of_span(_CUES["over a base"])
_PLAN = rf"(?:tổng |mức )?{alternation(_CUES['plan as base'])}"
_BASE_PLAN = re.compile(rf" ?(?P<to>{alternation(_CUES['to a base'])} )?(?:của )?{_PLAN}")
_AFTER_VALUE = re.compile(rf"\s*(?:{alternation(_CUES['to a base'])}|của)?\s*")
_CLUSTER = re.compile(r"[^\u0300-\u036f]?[\u0300-\u036f]*", re.DOTALL)

# How far beside a span an approximator or the like can stand.
_NEAR = 40
# How far from its figure a noun such as "kế hoạch" still says what that is.
_NOUN_REACH = 60


@dataclass(frozen=True)
class Mention:
    """A labelled span of the text; ``end`` is exclusive."""

    id: str
    label: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True)
class Link:
    """A relation between two mentions, given by their places in the list of mentions."""

    head: int
    type: str
    tail: int
    score: float = 1.0


@cache
def default_roles() -> Mapping[str, Any]:
    """What each label and relation type of the shipped scheme means to a record (``roles.json``)."""
    roles: dict[str, Any] = json.loads(resources.files(__package__).joinpath("roles.json").read_text("utf-8"))
    return roles


def build_records(
    text: str,
    sentences: Sequence[tuple[int, int]],
    entities: Sequence[Mention],
    relations: Iterable[Link],
    roles: Mapping[str, Any] | None = None,
) -> list[Record]:
    """One record for each value, in text order.

    Args:
        text: The document.
        sentences: Offsets ``(start, end)`` of its sentences, in text order.
        entities: Its mentions, in any order.
        relations: Links between them, from a value to another mention.
        roles: Which labels are values and what each relation type means; see ``roles.json``, the default.
    """
    return _Builder(text, sentences, entities, relations, roles or default_roles()).build()


class _Cue(NamedTuple):
    position: int
    status: str
    strength: str


class _Sentence:
    """The words of one sentence that say something about its figures, by position in the folded sentence.

    Folded is NFC and lower case; :meth:`place` turns an offset into the document into a position there.
    """

    def __init__(self, text: str, span: tuple[int, int], mentions: Sequence[Mention], roles: Mapping[str, Any]):
        self.span = span
        self.text, self._origin = _fold(text[span[0] : span[1]])
        self._mentions = [(self.place(m.start), self.place(m.end), m) for m in mentions]
        self._starts = [start for start, _, _ in self._mentions]
        self._roles = roles
        self.value_ends = [end for _, end, m in self._mentions if m.label in roles["values"]]
        self.segments = self._outside(_SEGMENT_END)
        self.clauses = self._outside(_CLAUSE_END)
        self.cues = [cue for match in _STATUS.finditer(self.text) if (cue := self._cue(match))]
        self.running = [(m.start(), m[0] in _PERIODS["cumulative"]) for m in _RUNNING.finditer(self.text)]
        self.parts = [match.start() for match in _PARTS.finditer(self.text)]
        self.rates = [(m.start(), m[1]) for m in _PER_BEFORE.finditer(self.text) if not self.mention_at(m.start())]

    def place(self, offset: int) -> int:
        offset -= self.span[0]
        return offset if self._origin is None else bisect_left(self._origin, offset)

    def mention_at(self, position: int) -> Mention | None:
        index = bisect_right(self._starts, position) - 1
        return self._mentions[index][2] if index >= 0 and position < self._mentions[index][1] else None

    def segment_start(self, position: int) -> int:
        """Where the stretch between semicolons or full stops begins in which a position lies."""
        return _last_before(self.segments, position)

    def clause_start(self, position: int) -> int:
        return _last_before(self.clauses, position)

    def beside_before(self, pattern: re.Pattern[str], position: int) -> str | None:
        """The phrase directly in front of a position, unless it belongs to another mention."""
        start = max(0, position - _NEAR)
        match = pattern.search(self.text[start:position])
        return match[1] if match and not self.mention_at(start + match.start()) else None

    def behind(self, position: int) -> str:
        return self.text[position : position + _NEAR]

    def _outside(self, pattern: re.Pattern[str]) -> list[int]:
        return [m.start() for m in pattern.finditer(self.text) if not self.mention_at(m.start())]

    def _cue(self, match: re.Match[str]) -> _Cue | None:
        found = _STATUS_CUES[match[0]]
        if found is None:
            return None
        status, strength = found
        mention = self.mention_at(match.start())
        if mention:
            # "mức đóng BHXH" is a rule, "điều chỉnh mức đóng" is not.
            measure = self._roles["base_types"].get(mention.label) == "indicator"
            leads = match.start() - self.place(mention.start) <= len("mức ")
            return _Cue(match.start(), status, strength) if measure and leads and strength == "noun" else None
        # "đạt 98% kế hoạch": the plan is what the figure before it is measured against.
        ends = bisect_right(self.value_ends, match.start())
        if strength == "noun" and ends and _AFTER_VALUE.fullmatch(self.text, self.value_ends[ends - 1], match.start()):
            return None
        return _Cue(match.start(), status, strength)


def _last_before(positions: list[int], position: int) -> int:
    index = bisect_left(positions, position)
    return positions[index - 1] + 1 if index else 0


def _fold(text: str) -> tuple[str, list[int] | None]:
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


class _Builder:
    """What the records of one document are made from."""

    def __init__(
        self,
        text: str,
        sentences: Sequence[tuple[int, int]],
        entities: Sequence[Mention],
        relations: Iterable[Link],
        roles: Mapping[str, Any],
    ):
        self.text = text
        self.roles = roles
        self.entities = entities
        self.order = sorted(range(len(entities)), key=lambda i: (entities[i].start, entities[i].end))
        self.before = dict(zip(self.order[1:], self.order, strict=False))
        self.values = {
            i: parse_value(text[m.start : m.end], m.label) for i, m in enumerate(entities) if m.label in roles["values"]
        }
        self.links: dict[int, list[Link]] = {i: [] for i in self.values}
        for link in relations:
            if link.head in self.links:
                self.links[link.head].append(link)
        self.names: dict[int, str] = {}
        self._spans = sorted(sentences)
        self._span_starts = [start for start, _ in self._spans]
        self._inside: dict[tuple[int, int], list[Mention]] = {}
        for i in self.order:
            self._inside.setdefault(self._span(entities[i]), []).append(entities[i])
        self._sentences: dict[tuple[int, int], _Sentence] = {}

    def build(self) -> list[Record]:
        records = [self._record(i) for i in self.order if i in self.values]
        return self._with_wholes(records)

    def _span(self, mention: Mention) -> tuple[int, int]:
        index = bisect_right(self._span_starts, mention.start) - 1
        if index >= 0 and mention.start < self._spans[index][1]:
            return self._spans[index]
        return mention.start, mention.end

    def _sentence(self, span: tuple[int, int]) -> _Sentence:
        if span not in self._sentences:
            self._sentences[span] = _Sentence(self.text, span, self._inside[span], self.roles)
        return self._sentences[span]

    # -- one record

    def _record(self, index: int) -> Record:
        mention, value = self.entities[index], self.values[index]
        sentence = self._sentence(self._span(mention))
        start, end = sentence.place(mention.start), sentence.place(mention.end)
        measure = self._measure(index)
        indicator = self.entities[measure.tail] if measure else None
        kind = self.roles["kinds"][measure.type] if measure else None
        times = [(m, self._period(sentence, m)) for m in self._tails(index, self.roles["period"])]
        time, period = _finest(times)
        compared_to = tuple(self._item(m) for m in self._tails(index, self.roles["compared_to"]))
        # Not surer than of the least sure of its parts.
        used = [link for link in self.links[index] if link is measure or link.type not in self.roles["kinds"]]
        score = min([mention.score, *(link.score for link in used)])
        (score,) = calibrate([score], self.roles.get("calibration"))
        return Record(
            id=mention.id,
            indicator=self._name(measure.tail) if measure else None,
            indicator_id=indicator.id if indicator else None,
            kind=kind,
            status=_status(sentence, start, end, kind, indicator),
            value=value.value,
            low=value.low,
            high=value.high,
            denominator=value.denominator,
            modifier=_modifier(sentence, start, end, value),
            unit=value.unit,
            per=value.per or _per(sentence, start, end, value),
            period=period.code,
            period_point=period.point,
            periods=tuple(dict.fromkeys(p.code for _, p in times if p.code)),
            period_text=self.text[time.start : time.end] if time else None,
            cumulative=any(p.cumulative for _, p in times) or _cumulative(sentence, start),
            subject=tuple(self._item(m) for m in self._tails(index, self.roles["subject"])),
            compared_to=compared_to,
            base_type=self._base_type(sentence, start, end, kind, compared_to),
            part_of=None,
            inherited=(),
            warnings=tuple(_warnings(sentence, start, value, kind)),
            start=mention.start,
            end=mention.end,
            sentence=sentence.span,
            score=round(min(max(score, 0.0), 1.0), 4),
        )

    def _measure(self, index: int) -> Link | None:
        """The link to what the value measures; the likeliest where there are several."""
        links = [link for link in self.links[index] if link.type in self.roles["kinds"]]
        return max(links, key=lambda link: link.score) if links else None

    def _tails(self, index: int, type_: str) -> list[Mention]:
        tails = {link.tail for link in self.links[index] if link.type == type_}
        return sorted((self.entities[tail] for tail in tails), key=lambda m: (m.start, m.end))

    def _name(self, index: int) -> str:
        """The indicator with the counted noun in front that the QUANTITY right before it names."""
        if index not in self.names:
            mention = self.entities[index]
            name = self.text[mention.start : mention.end]
            noun = self._counted_noun(index)
            self.names[index] = f"{noun} {name}" if noun else name
        return self.names[index]

    def _counted_noun(self, index: int) -> str | None:
        before = self.before.get(index)
        value = self.values.get(before) if before is not None else None
        if before is None or value is None or value.per or not value.unit or value.unit in _MEASURES:
            return None
        between = self.text[self.entities[before].end : self.entities[index].start]
        # A fraction of something is measured, not counted: "3,5 sào".
        whole = all(number is None or number == int(number) for number in (value.value, value.low, value.high))
        return value.unit if whole and not between.strip() and "\n" not in between else None

    def _period(self, sentence: _Sentence, mention: Mention) -> Period:
        period = parse_period(self.text[mention.start : mention.end])
        start = sentence.place(mention.start)
        if period.code and not period.point and start >= 0 and sentence.beside_before(_AS_OF_END, start):
            return replace(period, point="end")
        return period

    def _item(self, mention: Mention) -> Item:
        text = self.text[mention.start : mention.end]
        is_time = self.roles["base_types"].get(mention.label) == "period"
        period = parse_period(text).code if is_time else None
        return Item(mention.id, text, mention.label, mention.start, mention.end, is_time=is_time, period=period)

    def _base_type(
        self, sentence: _Sentence, start: int, end: int, kind: str | None, compared_to: tuple[Item, ...]
    ) -> str | None:
        if kind == "plan_ratio":
            return "plan"
        plan = _BASE_PLAN.match(sentence.behind(end))
        if plan and kind not in ("level", "target") and (plan["to"] or sentence.beside_before(_OVER_BASE, start)):
            return "plan"
        return self.roles["base_types"].get(compared_to[0].label) if compared_to else None

    # -- records together

    def _with_wholes(self, records: list[Record]) -> list[Record]:
        """Point each level after *trong đó* to the level of the same unit before it that it is a part of."""
        levels: dict[tuple[tuple[int, int], str | None], list[Record]] = {}
        for record in records:
            if record.kind == "level" and record.value is not None and record.denominator is None:
                levels.setdefault((record.sentence, record.unit), []).append(record)
        wholes: dict[int, str] = {}
        for (span, _), peers in levels.items():
            sentence = self._sentences[span]
            # The peers by the last "trong đó" before each: those after one are parts of the last peer before it.
            groups = groupby(peers, key=lambda peer: bisect_left(sentence.parts, sentence.place(peer.start)))
            whole: Record | None = None
            for cue, group in groups:
                after = list(group)
                if cue and whole:
                    wholes.update((part.start, whole.id) for part in _parts(sentence, cue - 1, whole, after))
                whole = after[-1]
        return [replace(r, part_of=wholes[r.start]) if r.start in wholes else r for r in records]


def _parts(sentence: _Sentence, cue: int, whole: Record, peers: list[Record]) -> list[Record]:
    """The levels after a *trong đó* that are parts: all if they add up, else those before the next semicolon."""
    total = Decimal(whole.value or 0)
    if abs(sum(Decimal(peer.value or 0) for peer in peers) - total) * 100 <= abs(total):
        return peers
    reach = sentence.parts[cue]
    return [
        peer
        for peer in peers
        if (peer.value or 0) <= total and sentence.segment_start(sentence.place(peer.start)) <= reach
    ]


def _finest(times: list[tuple[Mention, Period]]) -> tuple[Mention | None, Period]:
    """The TIME with the finest period; one that the text does not fix only where there is no other."""
    if not times:
        return None, Period()
    return max(times, key=lambda time: time[1].grain)


def _status(sentence: _Sentence, start: int, end: int, kind: str | None, indicator: Mention | None) -> str:
    """What the words around a value say that it is; a target is a plan unless they call it a forecast."""
    found = _status_inside(sentence, start, end) or _status_before(sentence, start)
    if kind == "target":
        return found.status if found and found.status in ("forecast", "estimate") and not found.strength else "plan"
    if found:
        return found.status
    if indicator and kind == "level":
        first, last = sentence.place(indicator.start), sentence.place(indicator.end)
        for cue in sentence.cues:
            if first <= cue.position < last and cue.strength == "noun":
                return cue.status
    return "actual"


def _status_inside(sentence: _Sentence, start: int, end: int) -> _Cue | None:
    """A cue in the span itself (*ước 12 tỷ đồng*) or in a bracket right behind it (*12 tỷ đồng (kế hoạch)*)."""
    for first, text in ((start, sentence.text[start:end]), (end, sentence.behind(end))):
        match = _STATUS.match(text, 2 if first == end and text.startswith(" (") else 0)
        found = _STATUS_CUES[match[0]] if match else None
        if found and (first == start or text.startswith(" (")):
            return _Cue(first, found[0], "")
    return None


def _status_before(sentence: _Sentence, start: int) -> _Cue | None:
    """The nearest cue in reach: in the clause for a noun, in the stretch up to a semicolon for other words."""
    segment, clause = sentence.segment_start(start), sentence.clause_start(start)
    weak = noun = None
    for index in range(bisect_left(sentence.cues, start, key=lambda cue: cue.position) - 1, -1, -1):
        cue = sentence.cues[index]
        if cue.position < segment or (noun and cue.position < clause):
            break
        if cue.strength == "weak":
            weak = weak or cue
        elif cue.strength == "noun":
            if cue.position >= max(clause, start - _NOUN_REACH):
                noun = noun or cue
        elif cue.status == "actual":
            return noun or weak or cue
        else:
            # "đề xuất giảm mức đóng": what is done with the measure says more than its name.
            return cue
    return noun or weak


def _modifier(sentence: _Sentence, start: int, end: int, value: Value) -> str:
    if value.modifier != "exact":
        return value.modifier
    behind = _BESIDE_BEHIND.match(sentence.behind(end))
    if behind:
        return _BEHIND[behind[1]]
    before = sentence.beside_before(_BESIDE_BEFORE, start)
    return _BESIDE[before] if before else "exact"


def _per(sentence: _Sentence, start: int, end: int, value: Value) -> str | None:
    """What a figure is per where the text says so apart from it: behind it, in its clause, or opening the sentence."""
    if behind := _PER_BEHIND.match(sentence.behind(end)):
        return behind[1]
    index = bisect_left(sentence.rates, (start,)) - 1
    if index < 0:
        return None
    position, rate = sentence.rates[index]
    over_time = rate in _RATES["time"]
    ends = bisect_right(sentence.value_ends, start)
    nearest = sentence.value_ends[ends - 1] if ends else 0
    if position >= max(sentence.clause_start(start), nearest):
        return rate if over_time or value.unit not in _RATIO_UNITS else None
    opens = position <= sentence.segment_start(start) + 1
    return rate if opens and over_time and value.unit not in _RATIO_UNITS else None


def _cumulative(sentence: _Sentence, start: int) -> bool:
    index = bisect_left(sentence.running, (start,)) - 1
    return index >= 0 and sentence.running[index][1] and sentence.running[index][0] >= sentence.segment_start(start)


def _warnings(sentence: _Sentence, start: int, value: Value, kind: str | None) -> Iterable[str]:
    if value.guessed:
        yield "ambiguous-number"
    if value.value is not None and value.denominator is not None and value.value > value.denominator:
        yield "part-over-whole"
    over = kind == "share" and value.unit == "%" and value.value is not None and value.value > 100
    if over and _PART_OF_WHOLE.search(sentence.text, max(sentence.clause_start(start), start - _NEAR), start):
        yield "share-over-100"
