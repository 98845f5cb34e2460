"""What the words around a figure say of it: its status, modifier, rate, and whether it accumulates."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

from .data import alternation, sections
from .mention import Mention
from .numbers import Value
from .sentence import NEAR, RATE, STATUS, STATUS_CUES, Cue, Sentence, fold, in_text

_CUES = sections("cues.txt")
_APPROXIMATORS = sections("approximators.txt")
_RATES = sections("rates.txt")
_RATIO_UNITS = frozenset({"%", "‰", "điểm %", "lần"})
_BESIDE = {p: m for m in ("about", "above", "below") for p in _APPROXIMATORS[f"{m}, beside"]}
_BEHIND = {p: m for m in ("above", "below") for p in _APPROXIMATORS[f"{m}, behind"]}


def _ahead_of_span(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({alternation(phrases)}) ?$")


_PER_BEHIND = re.compile(rf" ?(?:/ ?|(?:trên )?mỗi (?:một )?|một |hằng |hàng )({RATE})")
_BESIDE_BEFORE = _ahead_of_span(_BESIDE)
_BESIDE_BEHIND = re.compile(rf" ?({alternation(_BEHIND)})")
# "ước đạt: 5 tấn", "ước cả năm tăng 8%"
_ESTIMATED = re.compile(
    rf"(?<!\w)(ước(?: {alternation(_CUES['estimated period'])})?(?: {alternation(_CUES['estimated verb'])})?) ?:? ?$"
)
_AS_OF_END = _ahead_of_span(_CUES["as of the end"])
_PART_OF_WHOLE = in_text(_CUES["part of a whole"])
_OVER_BASE = _ahead_of_span(_CUES["over a base"])
_EXCEEDS = _ahead_of_span(_CUES["over a plan"])
_PLAN = rf"(?:tổng |mức )?{alternation(_CUES['plan as base'])}"
_TO_PLAN = rf"{alternation(_CUES['to a base'])} {_PLAN}"
_BASE_PLAN = re.compile(rf" ?(?P<to>{alternation(_CUES['to a base'])} )?(?:của )?{_PLAN}")
_SAME_STATEMENT = rf"(?: (?!{alternation(_CUES['next statement'])})[^\W\d_]+){{0,4}}"
_PLAN_AHEAD = re.compile(
    rf"(?<!\w)({_TO_PLAN}(?: [^\W\d_]+){{0,6}}|{alternation(_CUES['beside a base'])} {_PLAN}{_SAME_STATEMENT}) ?$"
)
_PLAN_OPENS = re.compile(rf"\W*{_TO_PLAN}")
_RATE_NAME = re.compile(rf"(?:{alternation(_CUES['ahead of a rate'])} )*{alternation(_CUES['rate'])}")
_ANY_MEASURE = in_text(_CUES["any measure"])
_GAP = _ahead_of_span(_CUES["gap"])
_FROM_LEVEL_WORDS = tuple(f"{phrase} " for phrase in _CUES["from one level"])
_FROM_LEVEL = _ahead_of_span(_CUES["from one level"])
_TO_LEVEL = re.compile(rf" {alternation(_CUES['to the other level'])}")
_REACHES_LEVEL = _ahead_of_span(_CUES["to the other level"])
_CHANGES = in_text(_CUES["change"] + _CUES["to the other level"])
_EFFECT = re.compile(rf"\W*{alternation(_CUES['effect'])}")
_NAMED_CHANGE = _ahead_of_span(_CUES["named change"])

# How far from its figure a noun such as "kế hoạch" still says what that is.
_NOUN_REACH = 60
# How many cues are looked through: no sentence has more, and the cost stays linear.
_MOST_CUES = 16


def as_of_end(sentence: Sentence, start: int) -> bool:
    """Whether the words in front of a date say that the figure is as of its end (*tính đến*)."""
    return bool(sentence.beside_before(_AS_OF_END, start))


def measured_by_plan(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the words right behind a figure name the plan as what it is measured against."""
    plan = _BASE_PLAN.match(sentence.behind(end))
    return bool(plan and (plan["to"] or sentence.beside_before(_OVER_BASE, start)))


def exceeds(sentence: Sentence, start: int) -> bool:
    """Whether a figure is directly behind *vượt*: what is exceeded and not named is a plan."""
    return bool(sentence.beside_before(_EXCEEDS, start))


def plan_ahead(sentence: Sentence, start: int) -> bool:
    """Whether the plan is named as base before the figure (*vượt kế hoạch 12%*; *So với kế hoạch, … tăng 7%*)."""
    if sentence.beside_before(_PLAN_AHEAD, start):
        return True
    return bool(_PLAN_OPENS.match(sentence.text, sentence.segment_start(start), start))


def is_rate(indicator: str) -> bool:
    """Whether an indicator is by its name a rate or share, such as *tỷ lệ hộ nghèo* or *mặt bằng lãi suất*."""
    return bool(_RATE_NAME.match(fold(indicator)[0]))


def is_same_measure(indicator: str, base: str) -> bool:
    """Whether two names are of one measure, as *giá gạo bình quân* and *giá gạo*; *mức chung* is of any."""
    here, there = (_ANY_MEASURE.sub(" ", fold(name)[0]).split() for name in (indicator, base))
    shorter = min(len(here), len(there))
    return here[:shorter] == there[:shorter]


def is_gap(sentence: Sentence, start: int) -> bool:
    """Whether the words in front of a difference call it one of two levels (*thấp hơn 0,7%*)."""
    return bool(sentence.beside_before(_GAP, start))


def is_from_level(sentence: Sentence, start: int) -> bool:
    """Whether a figure is the level that was there before a change (*từ 5% lên 7%*, *từ 5% năm 2020 lên 7%*)."""
    if not sentence.text.endswith(_FROM_LEVEL_WORDS, 0, start):
        return False
    index = bisect_right(sentence.value_ends, start)
    end = sentence.value_ends[index] if index < len(sentence.value_ends) else start
    return bool(sentence.beside_before(_FROM_LEVEL, start) and _TO_LEVEL.search(sentence.text, end, end + NEAR))


def is_to_level(sentence: Sentence, start: int) -> bool:
    """Whether a figure is the level that a change leads to."""
    return bool(sentence.beside_before(_REACHES_LEVEL, start))


def is_effect(sentence: Sentence, start: int) -> bool:
    """Whether a figure is what a planned change is hoped to do (*giảm thuế 2%, giúp người dân tiết kiệm 5 tỷ*)."""
    return bool(_EFFECT.match(sentence.text, sentence.clause_start(start), start))


def names_change(sentence: Sentence, start: int) -> bool:
    """Whether a figure names a change that was spoken of before (*với mức tăng 5%*)."""
    return bool(_NAMED_CHANGE.search(sentence.text, max(0, start - NEAR), start))


def named_as_part(sentence: Sentence, start: int) -> bool:
    """Whether the words in front of a share call it a part of a whole (*chiếm*)."""
    begin = max(sentence.clause_start(start), start - NEAR)
    return bool(_PART_OF_WHOLE.search(sentence.text, begin, start))


class Status(NamedTuple):
    """What a figure is said to be, and whether words beside it say so (else it is ``actual`` for want of any)."""

    name: str
    stated: bool


def status_of(sentence: Sentence, start: int, end: int, kind: str | None, indicator: Mention | None) -> Status:
    """What the words around a value say that it is; a target is a plan unless they call it a forecast."""
    own = sentence.place(indicator.start) if indicator else -1
    found = _status_inside(sentence, start, end) or _status_before(sentence, start, own)
    if kind == "target":
        forecast = found and found.status in ("forecast", "estimate") and not found.strength
        return Status(found.status if found and forecast else "plan", True)
    noun = _noun_of(sentence, indicator) if kind in ("level", "increase", "decrease") else None
    if kind == "level" and is_from_level(sentence, start):
        # The level that was there before what is planned, or what the rule was.
        rule = (found and found.status == "regulation") or (noun and noun.status == "regulation")
        return Status("regulation", True) if rule else Status("actual", False)
    if found and found.status in ("plan", "regulation") and is_effect(sentence, start):
        return Status("forecast", True)
    if noun and kind != "level" and noun.status == "regulation":
        noun = None
    if found and (found.strength != "weak" or not noun) and not (found.strength == "break" and noun):
        return Status(found.status, found.strength != "break")
    # An item of a list may be of another status than the first, whose measure it shares.
    return Status(noun.status, noun.position >= sentence.segment_start(start)) if noun else Status("actual", False)


def _noun_of(sentence: Sentence, indicator: Mention | None) -> Cue | None:
    """A noun such as *chỉ tiêu*, *mức phạt* in the name of what is measured."""
    if not indicator:
        return None
    first, last = sentence.place(indicator.start), sentence.place(indicator.end)
    index = bisect_left(sentence.cues, first, key=lambda cue: cue.position)
    inside = takewhile(lambda cue: cue.position < last, sentence.cues[index : index + _MOST_CUES])
    return next((cue for cue in inside if cue.strength == "noun"), None)


def _status_inside(sentence: Sentence, start: int, end: int) -> Cue | None:
    """A cue in the span itself (*ước 12 tỷ đồng*) or in a bracket right behind it (*12 tỷ đồng (kế hoạch)*)."""
    match = STATUS.match(sentence.text, start, end)
    if not match and sentence.text.startswith(" (", end):
        match = STATUS.match(sentence.text, end + 2)
        # "800 tỷ đồng (kế hoạch 900 tỷ đồng)": the words are those of the second figure.
        if match and sentence.value_in_bracket(match.end()):
            return None
    found = STATUS_CUES[match[0]] if match else None
    return Cue(start, found[0], "") if found else None


def _status_before(sentence: Sentence, start: int, own: int) -> Cue | None:
    """The nearest cue in reach: in the clause for a noun, in the stretch up to a semicolon for other words.

    ``own`` is where the name of what is measured begins: it is no cue of its own figure unless a noun.
    """
    segment, clause = sentence.segment_start(start), sentence.statement_start(start)
    scope, head_end = sentence.list_head(segment) or (segment, segment)
    weak = noun = measured = passed = None
    nearest = bisect_left(sentence.cues, start, key=lambda cue: cue.position) - 1
    for index in range(nearest, max(nearest - _MOST_CUES, -1), -1):
        cue = sentence.cues[index]
        if cue.position < scope or (noun and cue.position < clause):
            break
        if head_end <= cue.position < segment:  # of another item of the list
            continue
        if cue.strength == "weak":
            weak = weak or cue
        elif cue.strength == "noun":
            if cue.position >= max(clause, start - _NOUN_REACH):
                noun = noun or cue
            elif cue.position == own:
                measured = cue
        elif cue.status == "actual":
            passed = cue
            break
        elif cue.position != own:
            # "đề xuất giảm mức đóng": what is done with the measure says more than its name.
            return cue
    rule = noun or measured
    if (
        rule
        and weak
        and rule.status == "regulation"
        and _CHANGES.search(sentence.text, weak.position, min(start, weak.position + NEAR))
    ):
        return Cue(rule.position, "plan", "")  # "lương cơ sở sẽ tăng"
    return noun or weak or passed


def modifier_of(sentence: Sentence, start: int, end: int, value: Value) -> str:
    if value.modifier != "exact":
        return value.modifier
    behind = _BESIDE_BEHIND.match(sentence.behind(end))
    if behind:
        return _BEHIND[behind[1]]
    before = sentence.beside_before(_BESIDE_BEFORE, start)
    if before:
        return _BESIDE[before]
    return "about" if sentence.beside_before(_ESTIMATED, start) else "exact"


def rate_of(sentence: Sentence, start: int, end: int, value: Value) -> str | None:
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


def is_cumulative(sentence: Sentence, start: int) -> bool:
    index = bisect_left(sentence.running, (start,)) - 1
    return index >= 0 and sentence.running[index][1] and sentence.running[index][0] >= sentence.segment_start(start)
