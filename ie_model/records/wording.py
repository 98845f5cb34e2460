"""What the words around a figure say of it: its status, modifier, rate, and whether it accumulates."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

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
_AS_OF_END = _ahead_of_span(_CUES["as of the end"])
_PART_OF_WHOLE = in_text(_CUES["part of a whole"])
_OVER_BASE = _ahead_of_span(_CUES["over a base"])
_PLAN = rf"(?:tổng |mức )?{alternation(_CUES['plan as base'])}"
_TO_PLAN = rf"{alternation(_CUES['to a base'])} {_PLAN}"
_BASE_PLAN = re.compile(rf" ?(?P<to>{alternation(_CUES['to a base'])} )?(?:của )?{_PLAN}")
_SAME_STATEMENT = rf"(?: (?!{alternation(_CUES['next statement'])})[^\W\d_]+){{0,4}}"
_PLAN_AHEAD = re.compile(
    rf"(?<!\w)({_TO_PLAN}(?: [^\W\d_]+){{0,6}}|{alternation(_CUES['beside a base'])} {_PLAN}{_SAME_STATEMENT}) ?$"
)
_PLAN_OPENS = re.compile(rf"\W*{_TO_PLAN}")
_RATE_NAME = re.compile(rf"(?:{alternation(_CUES['ahead of a rate'])} )*{alternation(_CUES['rate'])}")
_GAP = _ahead_of_span(_CUES["gap"])

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


def plan_ahead(sentence: Sentence, start: int) -> bool:
    """Whether the plan is named as base before the figure (*vượt kế hoạch 12%*; *So với kế hoạch, … tăng 7%*)."""
    if sentence.beside_before(_PLAN_AHEAD, start):
        return True
    return bool(_PLAN_OPENS.match(sentence.text, sentence.segment_start(start), start))


def is_rate(indicator: str) -> bool:
    """Whether an indicator is by its name a rate or share, such as *tỷ lệ hộ nghèo* or *mặt bằng lãi suất*."""
    return bool(_RATE_NAME.match(fold(indicator)[0]))


def is_gap(sentence: Sentence, start: int) -> bool:
    """Whether the words in front of a difference call it one of two levels (*thấp hơn 0,7%*)."""
    return bool(sentence.beside_before(_GAP, start))


def named_as_part(sentence: Sentence, start: int) -> bool:
    """Whether the words in front of a share call it a part of a whole (*chiếm*)."""
    begin = max(sentence.clause_start(start), start - NEAR)
    return bool(_PART_OF_WHOLE.search(sentence.text, begin, start))


def status_of(sentence: Sentence, start: int, end: int, kind: str | None, indicator: Mention | None) -> str:
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


def _status_before(sentence: Sentence, start: int) -> Cue | None:
    """The nearest cue in reach: in the clause for a noun, in the stretch up to a semicolon for other words."""
    segment, clause = sentence.segment_start(start), sentence.clause_start(start)
    weak = noun = None
    nearest = bisect_left(sentence.cues, start, key=lambda cue: cue.position) - 1
    for index in range(nearest, max(nearest - _MOST_CUES, -1), -1):
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


def modifier_of(sentence: Sentence, start: int, end: int, value: Value) -> str:
    if value.modifier != "exact":
        return value.modifier
    behind = _BESIDE_BEHIND.match(sentence.behind(end))
    if behind:
        return _BEHIND[behind[1]]
    before = sentence.beside_before(_BESIDE_BEFORE, start)
    return _BESIDE[before] if before else "exact"


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
