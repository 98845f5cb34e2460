"""The status that a figure takes from others where no word beside it says what it is.

An item of a list is what the item before it is, the parts of a figure are what it is, a sentence that opens with a
word such as *cụ thể* goes on about the rule or the plan before it, and a headline or a phrase such as *mức tăng 5%*
says once more what is said elsewhere in full.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from itertools import groupby

from .data import alternation, sections
from .record import Record
from .sentence import Sentence, fold
from .wording import is_effect, is_from_level, is_to_level, names_change

_GOES_ON = re.compile(rf"\W*{alternation(sections('cues.txt')['rule goes on'])}")
_CHANGE = frozenset({"increase", "decrease"})
_RULES_AND_PLANS = frozenset({"regulation", "plan"})
# Nothing decisive stands further from the start of a sentence.
_OPENING = 40

Span = tuple[int, int]


def with_statuses(
    records: Sequence[Record],
    stated: Set[int],
    sentences: Mapping[Span, Sentence],
    text: str,
    sentence_before: Callable[[Span], Sentence | None],
) -> list[Record]:
    """The records with the statuses that other figures give; those from another sentence are named in ``inherited``.

    Args:
        records: In text order.
        stated: Starts of the records whose status words beside them say.
        sentences: By their offsets.
        text: The document.
        sentence_before: The sentence in front of one, with figures or without.
    """
    found: list[Record] = []
    last: list[Record] = []
    for span, group in groupby(records, key=lambda record: record.sentence):
        here = _within(list(group), stated, sentences[span])
        if _GOES_ON.match(_opening(text, span)) and (before := sentence_before(span)):
            here = _going_on(
                here, stated, last if last and last[0].sentence == before.span else [], sentences[span], before
            )
        found += here
        last = here
    return _said_again(found, stated, sentences, text)


def _opening(text: str, span: Span) -> str:
    return fold(text[span[0] : min(span[1], span[0] + _OPENING)])[0]


def _within(records: list[Record], stated: Set[int], sentence: Sentence) -> list[Record]:
    """Items behind a semicolon and parts of a figure, each as what stands in its place in the item before."""
    if not sentence.parts and ";" not in sentence.text:
        return records
    found: list[Record] = []
    last: dict[tuple[str | None, bool], str] = {}
    item: dict[tuple[str | None, bool], str] = {}
    segment, whole_status = -1, ""
    for record in records:
        start = sentence.place(record.start)
        if sentence.segment_start(start) != segment:
            segment, last, item, whole_status = sentence.segment_start(start), item, {}, ""
        place = record.kind, is_from_level(sentence, start)
        status = record.status
        if record.start not in stated:
            if sentence.item_start(start) is not None:
                status = last.get(place, status)
            elif whole_status in _RULES_AND_PLANS and not place[1] and _behind_parts(sentence, segment, start):
                status = whole_status
        item[place] = status
        if not sentence.in_bracket(start):
            whole_status = status
        found.append(record if status == record.status else replace(record, status=status))
    return found


def _behind_parts(sentence: Sentence, segment: int, start: int) -> bool:
    index = bisect_left(sentence.parts, (start,)) - 1
    return index >= 0 and sentence.parts[index][0] >= segment


def _going_on(
    records: Sequence[Record],
    stated: Set[int],
    before: Sequence[Record],
    here: Sentence,
    there: Sentence,
) -> list[Record]:
    """The figures of a sentence that goes on about the one before, whose figures or words are a rule or a plan."""
    statuses = {record.status for record in before}
    if not before:
        # "Bộ công bố dự thảo …. Cụ thể, …": the last such word is what the sentence is about.
        cues = [cue.status for cue in there.cues if not cue.strength]
        statuses = set(cues[-1:])
    if len(statuses) != 1 or not statuses <= _RULES_AND_PLANS:
        return list(records)
    status = statuses.pop()
    taken = []
    for record in records:
        start = here.place(record.start)
        # A rule that a plan changes is not yet in force.
        changed = status == "plan" and (record.kind in _CHANGE or is_to_level(here, start))
        if record.kind and (record.start not in stated or (changed and record.status == "regulation")):
            record = _taken(record, "forecast" if is_effect(here, start) else status)
        taken.append(record)
    return taken


def _said_again(
    records: Sequence[Record], stated: Set[int], sentences: Mapping[Span, Sentence], text: str
) -> list[Record]:
    """Changes that a headline or a phrase such as *mức tăng 5%* names, as what they are where they are stated."""
    planned = {_figure(r): r.kind for r in records if r.status == "plan" and r.kind in _CHANGE and r.start in stated}
    if not planned:
        return list(records)
    headline = records[0].sentence if _is_headline(records[0].sentence, text) else None
    return [
        _taken(record, "plan")
        if record.status in ("actual", "regulation")
        and (kind := planned.get(_figure(record)))
        and ((record.sentence == headline and record.kind == kind) or _names_change(record, sentences))
        else record
        for record in records
    ]


def _names_change(record: Record, sentences: Mapping[Span, Sentence]) -> bool:
    sentence = sentences[record.sentence]
    return names_change(sentence, sentence.place(record.start))


def _figure(record: Record) -> tuple[object, ...]:
    return record.value, record.low, record.high, record.unit


def _is_headline(span: Span, text: str) -> bool:
    """Whether a sentence is the first of the text and a line without a full stop."""
    line = text[span[0] : span[1]].rstrip()
    return (
        not text[: span[0]].strip()
        and not line.endswith((".", ":", ";", "!", "?"))
        and text[span[1] :][:1] in ("\n", "\r")
    )


def _taken(record: Record, status: str) -> Record:
    return replace(record, status=status, inherited=(*record.inherited, "status"))
