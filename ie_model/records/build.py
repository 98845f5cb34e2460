"""From annotated spans to records.

Input is plain data: a text, its sentences, mentions and links. It may come from a spaCy ``Doc``, from gold standoff or
from JSON. Each sentence is searched once for the words that say something about its figures; what belongs to a figure
is then looked up by position.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from ..calibration import calibrate
from .carrying import with_statuses
from .consistency import with_warnings
from .context import with_context
from .data import sections
from .dateline import document_date, iso_date
from .mention import Link, Mention
from .numbers import Value, parse_value
from .periods import Period, parse_period
from .places import with_places
from .points import with_points
from .record import Item, Record
from .resolving import Time, period_fields, with_base_periods, with_periods
from .sentence import Sentence
from .separators import Habits
from .wholes import with_wholes
from .wording import (
    as_of_end,
    exceeds,
    is_cumulative,
    is_same_measure,
    measured_by_plan,
    modifier_of,
    named_as_part,
    plan_ahead,
    rate_of,
    status_of,
)

_MEASURES = frozenset(sections("units.txt")["measures"])


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
    date: str | None = None,
) -> list[Record]:
    """One record for each value, in text order.

    Args:
        text: The document.
        sentences: Offsets ``(start, end)`` of its sentences, in text order.
        entities: Its mentions, in any order.
        relations: Links between them, from a value to another mention.
        roles: Which labels are values and what each relation type means; see ``roles.json``, the default.
        date: The document's date, ISO 8601, to which *tháng trước* or *tháng 8* refer; default: the one that the
            document itself gives, see :func:`.document_date`.

    Raises:
        IEModelError: The date is none.
    """
    today = iso_date(date or document_date(text))
    return _Builder(text, sentences, entities, relations, roles or default_roles()).build(today)


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
        spans = {i: text[m.start : m.end] for i, m in enumerate(entities) if m.label in roles["values"]}
        habits = Habits.of(spans.values())
        self.values = {i: parse_value(span, habits) for i, span in spans.items()}
        self.links: dict[int, list[Link]] = {i: [] for i in self.values}
        for link in relations:
            if link.head in self.links:
                self.links[link.head].append(link)
        self.names: dict[int, str] = {}
        self.times: dict[int, list[Time]] = {}  # of each record, by its start
        self.stated: set[int] = set()  # starts of the records whose status words beside them say
        self._spans = sorted(sentences)
        self._span_starts = [start for start, _ in self._spans]
        self._inside: dict[tuple[int, int], list[Mention]] = {}
        for i in self.order:
            self._inside.setdefault(self._span(entities[i]), []).append(entities[i])
        self._sentences: dict[tuple[int, int], Sentence] = {}

    def build(self, today: date | None) -> list[Record]:
        records = [self._record(i) for i in self.order if i in self.values]
        records = with_statuses(records, self.stated, self._sentences, self.text, self._sentence_before)
        named = [m for m in self.entities if self.roles["base_types"].get(m.label) == "period"]
        all_times = [Time(m, parse_period(self.text[m.start : m.end])) for m in named]
        records = with_periods(records, self.times, self._sentences, self.text, today, all_times)
        records = with_wholes(records, self._sentences)
        records = with_points(records, self._sentences, self.text)
        records = with_warnings(records, self._sentences, self.text)
        # Spans outside all sentences are sentences of their own, as everywhere here.
        spans = sorted({*self._spans, *self._inside})
        lines = [(span, self._inside.get(span, [])) for span in spans]
        records = with_context(records, self.text, lines, self.roles, self._own_period, self._item)
        records = with_base_periods(records, today)
        return with_places(records, self.text, self.entities, self.roles)

    def _span(self, mention: Mention) -> tuple[int, int]:
        index = bisect_right(self._span_starts, mention.start) - 1
        if index >= 0 and mention.start < self._spans[index][1]:
            return self._spans[index]
        return mention.start, mention.end

    def _sentence(self, span: tuple[int, int]) -> Sentence:
        if span not in self._sentences:
            self._sentences[span] = Sentence(self.text, span, self._inside.get(span, []), self.roles)
        return self._sentences[span]

    def _sentence_before(self, span: tuple[int, int]) -> Sentence | None:
        index = bisect_left(self._spans, span) - 1
        return self._sentence(self._spans[index]) if index >= 0 else None

    # -- one record

    def _record(self, index: int) -> Record:
        mention, value = self.entities[index], self.values[index]
        sentence = self._sentence(self._span(mention))
        start, end = sentence.place(mention.start), sentence.place(mention.end)
        measure = self._measure(index)
        indicator = self.entities[measure.tail] if measure else None
        kind = self.roles["kinds"][measure.type] if measure else None
        name = self._name(measure.tail) if measure else None
        times = [Time(m, self._period(sentence, m)) for m in self._tails(index, self.roles["period"])]
        self.times[mention.start] = times
        compared_to = tuple(self._item(m) for m in self._tails(index, self.roles["compared_to"]))
        status = status_of(sentence, start, end, kind, indicator)
        if status.stated:
            self.stated.add(mention.start)
        # Not surer than of the least sure of its parts.
        used = [link for link in self.links[index] if link is measure or link.type not in self.roles["kinds"]]
        score = min([mention.score, *(link.score for link in used)])
        (score,) = calibrate([score], self.roles.get("calibration"))
        return Record(
            id=mention.id,
            indicator=name,
            indicator_id=indicator.id if indicator else None,
            kind=kind,
            status=status.name,
            value=value.value,
            low=value.low,
            high=value.high,
            denominator=value.denominator,
            modifier=modifier_of(sentence, start, end, value),
            unit=value.unit,
            per=value.per or rate_of(sentence, start, end, value),
            **period_fields(times, self.text),
            cumulative=any(p.cumulative for _, p in times) or is_cumulative(sentence, start),
            subject=tuple(self._item(m) for m in self._tails(index, self.roles["subject"])),
            compared_to=compared_to,
            base_type=self._base_type(sentence, start, end, kind, name, value.unit, compared_to),
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

    def _period(self, sentence: Sentence, mention: Mention) -> Period:
        period = parse_period(self.text[mention.start : mention.end])
        start = sentence.place(mention.start)
        if period.length == 1:  # a day has no end that a text means
            return replace(period, point=None)
        if period.code and not period.point and start >= 0 and as_of_end(sentence, start):
            return replace(period, point="end")
        return period

    def _own_period(self, mention: Mention) -> Period:
        return self._period(self._sentence(self._span(mention)), mention)

    def _item(self, mention: Mention) -> Item:
        text = self.text[mention.start : mention.end]
        is_time = self.roles["base_types"].get(mention.label) == "period"
        period = parse_period(text).code if is_time else None
        return Item(mention.id, text, mention.label, mention.start, mention.end, is_time=is_time, period=period)

    def _base_type(
        self,
        sentence: Sentence,
        start: int,
        end: int,
        kind: str | None,
        name: str | None,
        unit: str | None,
        compared_to: tuple[Item, ...],
    ) -> str | None:
        if kind == "plan_ratio":
            return "plan"
        if kind not in ("level", "target") and measured_by_plan(sentence, start, end):
            return "plan"
        if compared_to:
            return self._type_of_base(name, compared_to)
        # "amoni vượt 3,2 lần": not over a plan, over a limit.
        if kind == "increase" and unit != "lần" and exceeds(sentence, start):
            return "plan"
        return "plan" if kind in ("increase", "decrease", "share") and plan_ahead(sentence, start) else None

    def _type_of_base(self, indicator: str | None, bases: tuple[Item, ...]) -> str | None:
        """What differs between a figure and what it is compared with, where that is named by several mentions."""
        types = {self.roles["base_types"].get(item.label): item for item in bases}
        if len(types) == 1 or "indicator" not in types:
            return next(iter(types))
        # "giá gạo ở Huế bằng 80% giá gạo Hà Nội": the measure is the same, so what differs is the place.
        if not indicator or is_same_measure(indicator, types["indicator"].text):
            return next(type_ for type_ in types if type_ != "indicator")
        return "indicator"


def _warnings(sentence: Sentence, start: int, value: Value, kind: str | None) -> Iterable[str]:
    if value.guessed:
        yield "ambiguous-number"
    if value.value is not None and value.denominator is not None and value.value > value.denominator:
        yield "part-over-whole"
    over = kind == "share" and value.unit == "%" and value.value is not None and value.value > 100
    if over and named_as_part(sentence, start):
        yield "share-over-100"
