"""From the text of a figure to its value: amounts, ranges, fractions, multiples, and how they are meant.

The cost is linear in the length of the text; whatever cannot be read gives a :class:`Value` without a number, never an
error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

from .amounts import LATE_DIGITS, MAGNITUDES, TENS, Amount, AmountReader
from .data import alternation, meanings, sections
from .separators import MOST_DIGITS, UNKNOWN, Habits, is_percentage
from .units import read_unit

_NUMBERS = sections("numbers.txt")
_APPROXIMATORS = sections("approximators.txt")

_MULTIPLES = {word: Decimal(value) for word, value in meanings(_NUMBERS["multiples"]).items()}
# Right after "phần"; "năm" is no year there.
_WHOLES = {**LATE_DIGITS, "năm": 5}
_SHORT = meanings(_NUMBERS["abbreviations"])
_LEADING = {phrase: modifier for modifier in ("about", "above", "below") for phrase in _APPROXIMATORS[modifier]}
_TRAILING = {phrase: modifier for modifier in ("above", "below") for phrase in _APPROXIMATORS[f"{modifier}, behind"]}

_SHORT_PHRASE = re.compile(rf"(?<=[0-9]) ?({alternation(_SHORT)})")
_LEADING_PHRASE = re.compile(alternation(_LEADING))
_INDEFINITE_PHRASE = re.compile(rf"{alternation(_NUMBERS['indefinite'])} (?={alternation(MAGNITUDES)})")
_RANGE_WORDS = frozenset(phrase.split()[0] for phrase in _NUMBERS["ranges"])
_RANGE_PHRASE = re.compile(alternation(_NUMBERS["ranges"]))
_WHOLE_WORDS = frozenset(phrase.split()[0] for phrase in _NUMBERS["fractions"])
_WHOLE_PHRASE = re.compile(alternation(_NUMBERS["fractions"]))
_HALF_PHRASE = re.compile(alternation(_NUMBERS["halves"]))
_CURRENCY_PHRASE = re.compile(alternation(sections("units.txt")["in front"]))
_NO_NUMBER_PHRASE = re.compile(alternation(_NUMBERS["no numbers"]))

_INVISIBLE = "\u200b\u200c\u200d\ufeff\u00ad"
_MARKS = str.maketrans(
    {
        **dict.fromkeys("–—−‐‑‒―", "-"),
        **dict.fromkeys(_INVISIBLE, ""),
        **{chr(ord("０") + digit): str(digit) for digit in range(10)},
        "％": "%",
        "\u03bc": "\u00b5",  # Greek mu for the micro sign
    }
)


@dataclass(frozen=True)
class Value:
    """What a figure says.

    Attributes:
        value: The number, magnitudes multiplied out; a percentage as written; None for a range or what is no number.
        low: Lower end of a range.
        high: Upper end of a range.
        denominator: The whole of which ``value`` is the part (*118/126 xã*).
        modifier: ``exact``, ``about``, ``above`` or ``below``.
        unit: ``đồng``, ``USD``, ``%``, ``‰``, ``điểm %``, ``lần``, another canonical name (``data/units.txt``), or as
            written in lower case.
        per: What the figure is per (*/tháng*).
        guessed: Whether the form leaves the number open (*3,250 tấn*) and the document does not decide it, or it could
            not be read at all.
    """

    value: int | Decimal | None = None
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    denominator: int | Decimal | None = None
    modifier: str = "exact"
    unit: str | None = None
    per: str | None = None
    guessed: bool = False


def parse_value(text: str, habits: Habits = UNKNOWN) -> Value:
    """Read a figure such as *hơn 3 tỉ 250 triệu đồng/năm* or *từ 3-5%*.

    Args:
        text: The text of a QUANTITY or PERCENT.
        habits: How the document uses points and commas, ``Habits.of(texts of its figures)``.
    """
    # No cache: in annotated reports four of five figures occur once.
    folded = _fold(text)
    reader = _FigureReader(folded, percentage=is_percentage(folded), habits=habits)
    reader.read_lead()
    figure = reader.read_figure()
    if figure is None:
        return Value(modifier=reader.modifier, guessed=any(token.lastgroup == "number" for token in reader.tokens))
    return _value(reader, figure)


def _fold(text: str) -> str:
    text = " ".join(normalize("NFC", text).lower().translate(_MARKS).split())
    return _SHORT_PHRASE.sub(lambda match: " " + _SHORT[match[1]], text)


_UNREADABLE = Amount(None, guessed=True)


class _Figure(NamedTuple):
    """An amount, a fraction (``whole``) or a range (``high``); ``unit`` where one stands inside a range."""

    amount: Amount
    whole: Amount | None = None
    high: Amount | None = None
    unit: str = ""


class _FigureReader(AmountReader):
    """Reads what stands before the number, then the number or numbers."""

    modifier = "exact"
    currency: str | None = None
    from_ = False
    negative = False

    # -- what stands before the number

    def read_lead(self) -> None:
        """Read up to the number: approximators, *từ*, *gấp*, a sign, a currency. Other words are passed over."""
        while self.at < self.length and self.kind() != "number":
            if self.take(_INDEFINITE_PHRASE):
                self.modifier = "about"
            elif phrase := self.take(_LEADING_PHRASE):
                self._qualify(_LEADING[phrase])
                self.announced = True
            elif self.take(_NO_NUMBER_PHRASE):
                continue
            elif (self.multiple and self.word() in _MULTIPLES) or self._at_figure():
                return
            elif currency := self.take(_CURRENCY_PHRASE):
                self.currency = currency
            else:
                self._read_other()

    def _at_figure(self) -> bool:
        return self.at_amount() or _HALF_PHRASE.match(self.text, self.position) is not None

    def _qualify(self, modifier: str) -> None:
        # "khoảng hơn 50": the bound says more than the vagueness.
        if self.modifier in ("exact", "about"):
            self.modifier = modifier

    def _read_other(self) -> None:
        word = self.word()
        self.from_ |= word == "từ"
        self.multiple |= word == "gấp"
        self.announced |= word in ("từ", "gấp")
        self.negative |= self._at_minus()
        self.at += 1

    def _at_minus(self) -> bool:
        """Whether a sign stands here: *-3,2*, *âm 3,2*, *(-)3,2*."""
        beside_number = self.kind(1) == "number" and self.tokens[self.at].end() == self.tokens[self.at + 1].start()
        in_brackets = self.word(-1) == "(" and self.word(1) == ")"
        return self.word() == "âm" or (self.word() == "-" and (beside_number or in_brackets))

    # -- the number or numbers

    def read_figure(self) -> _Figure | None:
        """The figure that begins here: a half, a multiple, a fraction, a range or one amount."""
        if self.kind() == "word":
            if not (self.word() == "nửa" and self.word(1) in MAGNITUDES) and self.take(_HALF_PHRASE):
                return _Figure(Amount(Decimal(1)), whole=Amount(Decimal(2)))
            if self.multiple and self.word() in _MULTIPLES:
                self.at += 1
                return self._read_range(Amount(_MULTIPLES[self.word(-1)]))
        first = self.read_amount()
        if first is None:
            return None
        if first.about:
            self._qualify("about")
        if self.negative:
            first = first.negated()
        return self._read_fraction(first) or self._read_neighbours(first) or self._read_range(first)

    def _read_fraction(self, part: Amount) -> _Figure | None:
        here = self.at
        whole = self._read_whole()
        if whole is None or part.number is None or whole.number is None:
            return None if whole is None else _Figure(_UNREADABLE)
        if part.exponent and not whole.exponent and whole.number < part.number:
            self.at = here  # a rate: "7,5 triệu/3 tháng"
            return None
        return _Figure(part if part.exponent else part.scaled(whole.exponent), whole=whole)

    def _read_neighbours(self, first: Amount) -> _Figure | None:
        """Two digit words in a row, *ba bốn trăm người*: three or four hundred."""
        if not first.plain or first.number is None:
            return None
        here = self.at
        if self.word() == "," and self.kind(-1) == "word":
            self.at += 1
        if self.at_digit():
            second = self.read_amount()
            if second and second.number is not None and second.number > first.number:
                return _Figure(_shared(first, second), high=second)
        self.at = here
        return None

    def _read_whole(self) -> Amount | None:
        here = self.at
        if self.word() == "phần" and self.word(1) not in MAGNITUDES:
            self.at += 1
            if self.word() in _WHOLES and self.word(1) not in TENS:
                self.at += 1
                return Amount(Decimal(_WHOLES[self.word(-1)]))
        elif self.word() == "/" and self.kind(1) == "number":
            self.at += 1
        elif self.word() not in _WHOLE_WORDS or not self.take(_WHOLE_PHRASE) or self.kind() != "number":
            self.at = here
            return None
        # "5 triệu/1 tháng", "10 tấn trên 1 ha" are rates.
        rate = self.word() in ("1", "01") and self.kind(1) == "word" and self.word(1) not in MAGNITUDES
        whole = None if rate else self.read_amount()
        if whole is None:
            self.at = here
        return whole

    def _read_range(self, first: Amount) -> _Figure:
        """Look for the other end a few words on, past the first end's own unit: *160.000 đồng đến 330.000 đồng*."""
        here, position = self.at, self.position
        for at in range(here, min(here + 6, self.length)):
            if self.tokens[at][0] in _RANGE_WORDS:
                self.at = at
                unit = self.text[position : self.position].strip()
                if self.take(_RANGE_PHRASE) and (high := self._read_high(unit)):
                    return _Figure(first if unit else _shared(first, high), high=high, unit=unit)
        self.at = here
        return _Figure(first)

    def _read_high(self, unit: str) -> Amount | None:
        """The upper end of a range, where one stands here."""
        here = self.at
        self.announced = True
        for _ in range(3):
            if phrase := self.take(_LEADING_PHRASE):
                self.modifier = self.modifier if self.modifier != "exact" else _LEADING[phrase]
            elif not self.take(_CURRENCY_PHRASE):
                break
        negative = self._at_minus()
        if negative:
            self.at += 1
        # After a unit, a number word right behind is hardly an end: "3 ngày hay một tuần".
        if self.at_amount() and not (unit and self.kind() == "word" and self.at == here):
            high = self.read_amount()
            if high:
                return high.negated() if negative else high
        self.at = here
        return None


def _shared(low: Amount, high: Amount) -> Amount:
    """The lower end with the magnitude that is written once: *15-20 nghìn*, *55-60.000*."""
    if low.number is None or high.number is None or low.exponent:
        return low
    if high.exponent:
        for exponent in (high.exponent, high.exponent - 3 * (not low.groups)):
            scaled = low.scaled(exponent, guessed=exponent != high.exponent)
            if exponent > 0 and scaled.number is not None and scaled.number <= high.number:
                return scaled
    elif high.groups and low.plain:
        scaled = low.scaled(3 * high.groups, guessed=True)
        if scaled.number is not None and scaled.number <= high.number:
            return scaled
    return low


def _value(reader: _FigureReader, figure: _Figure) -> Value:
    unit = read_unit(reader.text[reader.position :])
    amount, whole, high = figure.amount, figure.whole, figure.high
    if unit.and_a_half:
        amount = amount.plus_half()
    if unit.more:
        amount = amount._replace(guessed=True)
    name, per = unit.name, unit.per
    if reader.multiple:
        name = "lần"
    elif figure.unit or reader.currency:
        inner = read_unit(figure.unit or reader.currency or "")
        name, per = name or inner.name, per or inner.per
    modifier = reader.modifier
    if unit.behind:
        modifier = _TRAILING[unit.behind] if modifier in ("exact", "about") else modifier
    elif reader.from_ and high is None and modifier == "exact":
        modifier = "above"
    number = _plain(amount)
    if whole:
        return Value(number, None, None, _plain(whole), modifier, name, per, amount.guessed or whole.guessed)
    if not high:
        return Value(number, None, None, None, modifier, name, per, amount.guessed)
    other = _plain(high)
    if number is None or other is None:
        return Value(None, None, None, None, modifier, name, per, True)
    low, high_end = sorted((number, other))
    return Value(None, low, high_end, None, modifier, name, per, amount.guessed or high.guessed)


def _plain(amount: Amount) -> int | Decimal | None:
    """An int where the number is one; a decimal keeps its digits as written, 3,0 as well."""
    number = amount.number
    if number is None:
        return None
    _, digits, power = number.as_tuple()
    if not isinstance(power, int) or len(digits) + max(power, 0) > 2 * MOST_DIGITS:
        return None
    if power >= 0 or (amount.exponent and number == number.to_integral_value()):
        return int(number)
    return number
