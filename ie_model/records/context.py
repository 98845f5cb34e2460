"""What a record takes from outside its sentence: period and subject of a title, a heading or the sentence before.

A wrong period is worse than a missing one, so a figure takes something only where the text carries on: its sentence
names no other period (or body or place), and it stands under the title of a report, in a list under a heading that
ends with a colon, or in a sentence that opens with a word such as *theo đó*. What is taken is named in ``inherited``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from .data import alternation, sections
from .mention import Mention
from .periods import Period
from .record import Item, Record
from .sentence import fold
from .titles import (
    about_now,
    is_item,
    is_section,
    is_title,
    may_stand_in_title,
    names_one,
    opens_line,
    reports_about_others,
)

_CUES = sections("cues.txt")
_GOES_ON = re.compile(rf"\W*{alternation(_CUES['goes on'])}")
_SOMEBODY_ELSE = re.compile(rf"\W*{alternation(_CUES['somebody else'])}")
_CHANGE = re.compile(rf"(?<!\w){alternation(_CUES['change'])} ?$")
_NOW = frozenset(_CUES["now"])
_WHOLE_AREA = frozenset(_CUES["whole area"])
_BODY_ITSELF = re.compile(rf"\W*(?:các )?{alternation(_CUES['the body itself'])}")
# Nothing decisive stands further from the start of a sentence.
_OPENING = 60

# A letterhead, a date and a title of two lines.
_TITLE_LINES = 8

Span = tuple[int, int]


@dataclass(frozen=True)
class _Scope:
    """What holds for the figures that follow; None and empty where the text leaves it open."""

    period: Period = field(default_factory=Period)
    period_text: str | None = None
    subject: tuple[Item, ...] = ()


class _Reader:
    """Goes through a document sentence by sentence and knows what holds where."""

    def __init__(
        self,
        text: str,
        roles: Mapping[str, Any],
        read_period: Callable[[Mention], Period],
        read_item: Callable[[Mention], Item],
    ):
        self.text = text
        self.roles = roles
        self.read_period = read_period
        self.read_item = read_item
        self.title = _Scope()
        self.heading: _Scope | None = None
        self.before = _Scope()
        self.measured: Record | None = None
        """The level of the sentence before, where that measures one thing only."""
        self.title_period_holds = False
        self.heading_end = 0
        self.section_has_owner = self.section_has_period = False
        self.reporter: str | None = None
        """Folded name of the body whose title names no subject: it reports about its area, which the text may name."""

    def read_title(self, span: Span, mentions: Sequence[Mention]) -> bool:
        """Take the scope from a line if it is one of the title of a report.

        Above the title a letterhead names the superior body first, then the one that reports, a line each.
        """
        owners = self._of_role(mentions, "place", "body")
        opens = opens_line(self.text, span, owners)
        reporter = owners[0] if opens and self._role(owners[0]) == "body" else None
        if not is_title(self.text, span, owners, reporter):
            return False
        if not self.title.period.code:
            self.title = replace(self.title, **self._period_of(about_now(self.text, span, mentions)))
            self.title_period_holds = self.title.period.code is not None
        letterhead = reporter is not None and not self.text[reporter.end : span[1]].strip()
        if owners and (letterhead or not (self.title.subject or self.reporter)):
            self._take_owner(owners, opens)
        return True

    def _take_owner(self, owners: Sequence[Mention], opens: bool) -> None:
        """Whose figures a report gives: the one body or place of its title, unless that reports about others."""
        first = owners[0]
        name = fold(self.text[first.start : first.end])[0]
        if self._role(first) == "body" and reports_about_others(name):
            self.reporter = name
            self.title = replace(self.title, subject=())
        elif names_one(self.text, owners, opens):
            self.reporter = None
            self.title = replace(self.title, subject=(self.read_item(first),))

    def read_heading(self, span: Span, mentions: Sequence[Mention]) -> None:
        """A line without figures: one that ends with a colon holds for the line or the list below it.

        A numbered heading that names an owner or a period opens a section that may not be the title's.
        """
        line = self.text[span[0] : span[1]].rstrip()
        owners = self._of_role(mentions, "place", "body")
        if line.endswith(":"):
            subject = (self.read_item(owners[0]),) if len(owners) == 1 else ()
            self.heading = _Scope(subject=subject, **self._period_of(mentions))
            self.heading_end = span[1]
        elif not is_item(line):
            self.heading = None
        if is_section(line):
            self.section_has_owner = bool(owners)
            self.section_has_period = bool(self._of_role(mentions, "period"))

    def forget_sentence(self) -> None:
        """A sentence without figures stands between: what comes does not carry on the one before it."""
        self.before, self.measured = _Scope(), None

    def read_figures(self, span: Span, mentions: Sequence[Mention], records: Sequence[Record]) -> list[Record]:
        opening = fold(self.text[span[0] : min(span[1], span[0] + _OPENING)])[0]
        directly_below = not self.text[self.heading_end : span[0]].strip()
        if not directly_below and not is_item(opening):
            self.heading = None
        bases = {item.id for record in records for item in record.compared_to}
        times = [m for m in self._of_role(mentions, "period") if m.id not in bases]
        owners = self._of_role(mentions, "place", "body")
        goes_on = bool(_GOES_ON.match(opening))
        if goes_on and self.measured and not any(record.kind for record in records):
            records = [self._with_indicator(record, self.measured) for record in records]
        if not times:
            records = self._with_period(records, goes_on)
        if not owners and not (_SOMEBODY_ELSE.match(opening) or (self.reporter and _BODY_ITSELF.match(opening))):
            records = self._with_subject(records, goes_on)
        self._remember(records)
        return list(records)

    def _with_indicator(self, record: Record, measured: Record) -> Record:
        """One more level of what the sentence before measures: *Riêng tháng 9 đạt 120 tỷ đồng*."""
        before = fold(self.text[max(0, record.start - _OPENING) : record.start])[0]
        if record.unit != measured.unit or _CHANGE.search(before):
            return record
        return replace(
            record,
            indicator=measured.indicator,
            indicator_id=measured.indicator_id,
            kind=measured.kind,
            inherited=(*record.inherited, "indicator", "kind"),
        )

    def _with_period(self, records: Sequence[Record], goes_on: bool) -> list[Record]:
        if self.heading and self.heading.period.code:
            heading = self.heading
            return [_take_period(r, heading) if r.kind and not r.period_text else r for r in records]
        scope = None
        if goes_on and self.before.period.code:
            scope = self.before
        elif self.title_period_holds and not self.section_has_period:
            scope = self.title
        return [_take_period(r, scope) if scope and self._lacks_period(r) else r for r in records]

    def _lacks_period(self, record: Record) -> bool:
        """Whether a figure is of the present report: a plan, a rule or the level that a change starts from is not."""
        if record.period_text or not record.kind or record.status not in ("actual", "estimate"):
            return False
        before = fold(self.text[max(0, record.start - 8) : record.start])[0]
        return not before.endswith("từ ") or record.kind != "level"

    def _with_subject(self, records: Sequence[Record], goes_on: bool) -> list[Record]:
        title = None if self.section_has_owner else self.title
        scopes = [self.heading, self.before if goes_on else None, title]
        subject = next((scope.subject for scope in scopes if scope and scope.subject), ())
        return [
            replace(r, subject=subject, inherited=(*r.inherited, "subject"))
            if subject and r.kind and not r.subject and r.status != "regulation"
            else r
            for r in records
        ]

    def _remember(self, records: Sequence[Record]) -> None:
        periods = {(r.period, r.period_point): r for r in records if r.period_text}
        subjects = {r.subject for r in records if r.subject}
        one = next(iter(periods.values())) if len(periods) == 1 else None
        period = Period(one.period, one.period_point, one.cumulative) if one else Period()
        subject = next(iter(subjects)) if len(subjects) == 1 else ()
        self.before = _Scope(period, one.period_text if one else None, subject)
        levels = [record for record in records if record.kind == "level"]
        self.measured = levels[0] if levels and len({r.indicator_id for r in records if r.kind}) == 1 else None
        stated = [(r, r.period_text) for r in records if r.period_text and "period" not in r.inherited]
        if stated:
            self.title_period_holds = all(self._is_title_period(record, words) for record, words in stated)
        for record in records:
            if self.reporter and not self.title.subject and len(record.subject) == 1:
                area = fold(record.subject[0].text)[0]
                if area in _WHOLE_AREA or area in self.reporter:
                    self.title = replace(self.title, subject=record.subject)

    def _period_of(self, mentions: Sequence[Mention]) -> dict[str, Any]:
        found = [(m, self.read_period(m)) for m in self._of_role(mentions, "period")]
        # "năm 2022 theo chuẩn nghèo giai đoạn 2022-2025": the years are those of something named in passing.
        found = [each for each in found if each[1].code is None or each[1].length <= 366] or found
        if len({period.code for _, period in found}) != 1 or found[0][1].code is None:
            return {}
        mention, period = found[0]
        return {"period": period, "period_text": self.text[mention.start : mention.end]}

    def _is_title_period(self, record: Record, written: str) -> bool:
        """Whether a stated period is that of the title, wholly or shortened (*quý III* of *quý III/2018*), or now."""
        title, words = self.title.period_text, fold(written)[0]
        if not title or words in _NOW:
            return self.title_period_holds
        shortened = record.period is None and re.match(rf"{re.escape(words)}(?!\w)", fold(title)[0])
        if shortened or record.period == self.title.period.code:
            return True
        # "Đến ngày 30/6/2022" in a report on the first half of 2022 is the end of its period.
        day = record.period is not None and len(record.period) == len("2022-06-30") and int(record.period[-2:]) >= 28
        at_end = day or record.period_point == "end"
        return at_end and last_month(record.period or "") == last_month(self.title.period.code or "")

    def _role(self, mention: Mention) -> str | None:
        role: str | None = self.roles["base_types"].get(mention.label)
        return role

    def _of_role(self, mentions: Sequence[Mention], *roles: str) -> list[Mention]:
        return [m for m in mentions if self._role(m) in roles]


def with_context(
    records: Sequence[Record],
    text: str,
    sentences: Sequence[tuple[Span, Sequence[Mention]]],
    roles: Mapping[str, Any],
    read_period: Callable[[Mention], Period],
    read_item: Callable[[Mention], Item],
) -> list[Record]:
    """Fill period, subject and, after *riêng* and the like, indicator of records where the text carries them over.

    Args:
        records: The records of a document, in text order.
        text: The document.
        sentences: Offsets and mentions of its sentences, in text order.
        roles: What labels mean to a record, see ``roles.json``.
        read_period: The period of a mention.
        read_item: A mention as an item of a record.
    """
    figures = {span: list(group) for span, group in groupby(records, key=lambda record: record.sentence)}
    reader = _Reader(text, roles, read_period, read_item)
    found: list[Record] = []
    in_title = True
    for number, (span, mentions) in enumerate(sentences):
        if span in figures:
            in_title = False
            found += reader.read_figures(span, mentions, figures[span])
        elif not in_title or not reader.read_title(span, mentions):
            in_title = in_title and number < _TITLE_LINES and may_stand_in_title(text[span[0] : span[1]])
            reader.read_heading(span, mentions)
            reader.forget_sentence()
    return found


def last_month(code: str) -> str:
    """The month in which an SDMX time period ends: *2022-S1* and *2022-06-30* in *2022-06*."""
    last = code.partition("/")[2] or code
    year, _, rest = last.partition("-")
    if rest[:1] in ("Q", "S"):
        return f"{year}-{int(rest[1:]) * (3 if rest[0] == 'Q' else 6):02}"
    return f"{year}-{rest[:2] or '12'}"


def _take_period(record: Record, scope: _Scope) -> Record:
    period = scope.period
    accumulates = period.cumulative and not record.cumulative
    return replace(
        record,
        period=period.code,
        period_point=period.point,
        periods=(period.code,) if period.code else (),
        period_text=scope.period_text,
        cumulative=record.cumulative or period.cumulative,
        inherited=(*record.inherited, "period", *(["cumulative"] if accumulates else [])),
    )
