"""From the text of a figure to its value: separators, magnitudes, ranges, fractions, multiples, units and rates.

The text is cut into digits, words and marks once and read from left to right without going back, so the cost is
linear; whatever cannot be read gives a :class:`Value` without a number, never an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import NamedTuple
from unicodedata import normalize

from .data import alternation, meanings, sections

_NUMBERS = sections("numbers.txt")
_APPROXIMATORS = sections("approximators.txt")
_UNITS = sections("units.txt")

_DIGITS = {word: int(value) for word, value in meanings(_NUMBERS["digits"]).items()}
_LATE_DIGITS = {word: int(value) for word, value in meanings(_NUMBERS["digits after a ten"]).items()}
_MAGNITUDES = {word: int(value) for word, value in meanings(_NUMBERS["magnitudes"]).items()}
_MULTIPLES = {word: Decimal(value) for word, value in meanings(_NUMBERS["multiples"]).items()}
_SHORT = meanings(_NUMBERS["abbreviations"])
_CANONICAL = meanings(_UNITS["canonical"])
_LEADING = {phrase: modifier for modifier in ("about", "above", "below") for phrase in _APPROXIMATORS[modifier]}
_TRAILING = {phrase: modifier for modifier in ("above", "below") for phrase in _APPROXIMATORS[f"{modifier}, behind"]}

_TOKEN = re.compile(r"(?P<number>[0-9]+)|(?P<word>[^\W\d_]\w*)|(?P<mark>\S)")
_SHORT_PHRASE = re.compile(rf"(?<=[0-9]) ?({alternation(_SHORT)})")
_LEADING_PHRASE = re.compile(alternation(_LEADING))
_TRAILING_PHRASE = re.compile(rf"(?<!\w){alternation(_TRAILING)}")
_INDEFINITE_PHRASE = re.compile(alternation(_NUMBERS["indefinite"]))
_RANGE_WORDS = frozenset(phrase.split()[0] for phrase in _NUMBERS["ranges"])
_RANGE_PHRASE = re.compile(alternation(_NUMBERS["ranges"]))
_WHOLE_PHRASE = re.compile(alternation(_NUMBERS["fractions"]))
_HALF_PHRASE = re.compile(alternation(_NUMBERS["halves"]))
_NO_MAGNITUDE_PHRASE = re.compile(alternation(_NUMBERS["no magnitudes"]))
_CURRENCY_PHRASE = re.compile(alternation(_UNITS["in front"]))
_UNIT_PHRASE = re.compile(alternation(_CANONICAL))
_PERCENTAGE = re.compile(r"[%‰]|phần (?:trăm|nghìn|ngàn)")

# What a rate begins with (one group), or what ends a unit.
_RATE = re.compile(r" ?(?:/ ?(?:mỗi |một |0?1 )?|(?<!\w)(?:trên )?(?:mỗi|một|0?1|hàng|hằng) )(?=\w)")
_UNIT_END = re.compile(r"[(),;:\[\]\"“”]|\.(?!\w)| - ")

_INVISIBLE = "\u200b\u200c\u200d\ufeff\u00ad"
_MARKS = str.maketrans({**dict.fromkeys("–—−‐‑‒―", "-"), **dict.fromkeys(_INVISIBLE, ""), "％": "%"})

# A figure of more digits is a number of something else (an account, a row of a table run together).
_MOST_DIGITS = 60
_EXACT = Context(prec=1000, traps=[])


@dataclass(frozen=True)
class Value:
    """What a figure says.

    Attributes:
        value: The number, magnitudes multiplied out; a percentage as written; None for a range or what is no number.
        low: Lower end of a range.
        high: Upper end of a range.
        denominator: The whole of which ``value`` is the part (*118/126 xã*).
        modifier: ``exact``, ``about``, ``above`` or ``below``.
        unit: ``đồng``, ``USD``, ``%``, ``‰``, ``điểm %``, ``lần``, or as written in lower case.
        per: What the figure is per (*/tháng*).
        guessed: Whether the form leaves the number open (*3,250 tấn*), or it could not be read at all.
    """

    value: int | Decimal | None = None
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    denominator: int | Decimal | None = None
    modifier: str = "exact"
    unit: str | None = None
    per: str | None = None
    guessed: bool = False


def parse_value(text: str, label: str | None = None) -> Value:
    """Read a figure such as *hơn 3 tỉ 250 triệu đồng/năm* or *từ 3-5%*.

    Args:
        text: The text of a QUANTITY or PERCENT.
        label: Its label; in a PERCENT a point or comma is read as a decimal one.
    """
    folded = _fold(text)
    reader = _Reader(folded, percentage=label == "PERCENT" or bool(_PERCENTAGE.search(folded)))
    reader.read_lead()
    half = reader.read_half()
    first = half or reader.read_multiple() or reader.read_amount()
    if first is None:
        digits = any(token.kind == "number" for token in reader.tokens)
        return Value(modifier=reader.modifier, guessed=digits)
    figure = _Figure(first, whole=_Amount(Decimal(2))) if half else _read_figure(reader, first)
    return _with_unit(reader, figure)


def _fold(text: str) -> str:
    text = " ".join(normalize("NFC", text).lower().translate(_MARKS).split())
    return _SHORT_PHRASE.sub(lambda match: " " + _SHORT[match[1]], text)


class _Token(NamedTuple):
    kind: str | None
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Amount:
    """One number. ``number`` is None where digits stand in no readable form."""

    number: Decimal | None
    exponent: int = 0  # of its largest magnitude word
    groups: int = 0  # how many groups of three follow the first, where it is written in thousands
    plain: bool = False  # digits alone or a single digit word: a later magnitude may hold for it too
    guessed: bool = False

    def scaled(self, exponent: int, guessed: bool = False) -> _Amount:
        number = None if self.number is None else _EXACT.scaleb(self.number, exponent)
        return replace(self, number=number, exponent=exponent, guessed=self.guessed or guessed)


class _Figure(NamedTuple):
    """An amount, a fraction (``whole``) or a range (``high``); ``unit`` where one stands inside a range."""

    amount: _Amount
    whole: _Amount | None = None
    high: _Amount | None = None
    unit: str = ""


class _Reader:
    """The tokens of a figure and the place read up to."""

    def __init__(self, text: str, percentage: bool):
        self.text = text
        self.percentage = percentage
        self.tokens = [_Token(m.lastgroup, m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
        self.at = 0
        self.modifier = "exact"
        self.currency: str | None = None
        self.from_ = False
        self.multiple = False
        self.negative = False

    # -- where the reader stands

    def word(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead].text if 0 <= self.at + ahead < len(self.tokens) else ""

    def kind(self, ahead: int = 0) -> str | None:
        return self.tokens[self.at + ahead].kind if 0 <= self.at + ahead < len(self.tokens) else None

    @property
    def position(self) -> int:
        return self.tokens[self.at].start if self.at < len(self.tokens) else len(self.text)

    def move_to(self, position: int) -> None:
        while self.at < len(self.tokens) and self.tokens[self.at].start < position:
            self.at += 1

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """The phrase that stands here, moved past; None if none does."""
        match = pattern.match(self.text, self.position)
        if match:
            self.move_to(match.end())
        return match and match[0]

    def at_digit(self, ahead: int = 0) -> bool:
        """Whether a digit word stands here: *năm* is mostly a year, *không* mostly a no."""
        word, following = self.word(ahead), self.word(ahead + 1)
        if word == "không":
            return following in ("trăm", "phẩy")
        if word == "năm":
            first = self.at + ahead == 0 or self.modifier != "exact" or self.from_ or self.multiple
            return following in _MAGNITUDES or following == "mươi" or (first and self._counts(ahead + 1))
        return word in _DIGITS

    def _counts(self, ahead: int) -> bool:
        return self.multiple or self.kind(ahead) == "word"

    def at_amount(self) -> bool:
        word = self.word()
        return (
            self.kind() == "number"
            or self.at_digit()
            or (word in _MAGNITUDES and not _NO_MAGNITUDE_PHRASE.match(self.text, self.position))
            or word in ("mười", "mươi")
            or (word == "nửa" and self.word(1) in _MAGNITUDES)
        )

    # -- what stands before the number

    def read_lead(self) -> None:
        """Read up to the number: approximators, *từ*, *gấp*, a sign, a currency. Other words are passed over."""
        while self.at < len(self.tokens) and self.kind() != "number":
            indefinite = _INDEFINITE_PHRASE.match(self.text, self.position)
            phrase = _LEADING_PHRASE.match(self.text, self.position)
            if indefinite and self._magnitude_at(indefinite.end() + 1):
                self.modifier = "about"
                self.move_to(indefinite.end())
            elif phrase:
                self._qualify(_LEADING[phrase[0]])
                self.move_to(phrase.end())
            elif self.at_amount() or _HALF_PHRASE.match(self.text, self.position):
                return
            elif currency := self.take(_CURRENCY_PHRASE):
                self.currency = currency
            else:
                self._read_other()
                if self.multiple and self.word() in _MULTIPLES:
                    return

    def _magnitude_at(self, position: int) -> bool:
        match = _TOKEN.match(self.text, position)
        return match is not None and match[0] in _MAGNITUDES

    def _qualify(self, modifier: str) -> None:
        # "khoảng hơn 50": the bound says more than the vagueness.
        if self.modifier in ("exact", "about"):
            self.modifier = modifier

    def _read_other(self) -> None:
        word = self.word()
        self.from_ |= word == "từ"
        self.multiple |= word == "gấp"
        beside_number = self.kind(1) == "number" and self.tokens[self.at].end == self.tokens[self.at + 1].start
        if word == "âm" or (word == "-" and beside_number):
            self.negative = True
        self.at += 1

    def read_half(self) -> _Amount | None:
        if self.word() == "nửa" and self.word(1) in _MAGNITUDES:
            return None
        return _Amount(Decimal(1)) if self.take(_HALF_PHRASE) else None

    def read_multiple(self) -> _Amount | None:
        if not (self.multiple and self.word() in _MULTIPLES):
            return None
        self.at += 1
        return _Amount(_MULTIPLES[self.word(-1)])

    # -- the number

    def read_amount(self) -> _Amount | None:
        """Read a number with its magnitudes, in digits, words or both: *12 nghìn tỷ*, *3 tỉ 250 triệu*, *hai mươi*."""
        parts: list[tuple[Decimal, int]] = []  # (number, exponent), each of a smaller magnitude than the one before
        guessed, groups, plain, exponent = False, 0, False, 0
        while part := self._read_part(first=not parts):
            if part.number is None:
                return replace(part, guessed=True)
            exponent = self._read_magnitudes()
            guessed |= part.guessed
            groups, plain = (part.groups, part.plain and not exponent) if not parts else (0, False)
            number = part.number
            if parts and not exponent and part.plain:
                number, rescaled = _continued(number, parts[-1][1])
                guessed |= rescaled
            # "12 nghìn 500 tỷ": the larger magnitude holds for all that stands before it.
            while parts and parts[-1][1] < exponent:
                number = _EXACT.add(number, parts.pop()[0])
            parts.append((_EXACT.scaleb(number, exponent), exponent))
            if not exponent:
                break
            if self.word() == "rưỡi":
                self.at += 1
                parts.append((_EXACT.scaleb(Decimal("0.5"), exponent), 0))
                break
        if not parts:
            return None
        number = parts[0][0]
        for more, _ in parts[1:]:
            number = _EXACT.add(number, more)
        if number.adjusted() > _MOST_DIGITS:
            return _Amount(None, guessed=True)
        return _Amount(number, parts[0][1], groups, plain, guessed)

    def _read_part(self, first: bool) -> _Amount | None:
        """Digits, a number word below 100, or nothing in front of a bare magnitude (*nghìn hộ*)."""
        if self.kind() == "number":
            return self._read_digits() if first or self._continues() else None
        if self.word() in _MAGNITUDES:
            return _Amount(Decimal(1)) if first else None
        if first and self.word() == "nửa" and self.word(1) in _MAGNITUDES:
            self.at += 1
            return _Amount(Decimal("0.5"))
        return self._read_words(first)

    def _continues(self) -> bool:
        """Whether a number after a magnitude goes on with it: *3 tỉ 250 triệu*, *2 nghìn 5*, not *5 triệu 3 tháng*."""
        if self.word(1) in _MAGNITUDES or self.word(1) == "mươi":
            return True
        if self.kind() == "number" and len(self.word()) == 3 and _MAGNITUDES.get(self.word(-1)) == 3:
            return True
        if self.kind(1) == "mark" and self.word(1) in ".,":
            return self.kind(2) == "number"
        if self.word(-1) == "trăm" and self.kind() == "word" and self.word() != "một":
            return True
        if self.kind(1) != "word":
            return True
        return bool(_UNIT_PHRASE.match(self.text, self.tokens[self.at + 1].start))

    def _read_magnitudes(self) -> int:
        exponent = 0
        for _ in range(3):
            if self.word() not in _MAGNITUDES:
                break
            exponent += _MAGNITUDES[self.word()]
            self.at += 1
        return exponent

    def _read_words(self, first: bool) -> _Amount | None:
        if not first and self.word() in ("linh", "lẻ") and self.word(1) in _DIGITS:
            self.at += 2
            return _Amount(Decimal(_DIGITS[self.word(-1)]))
        if self.word() in ("mười", "mươi"):
            if self.word() == "mươi":
                self._qualify("about")
            self.at += 1
            return _Amount(Decimal(10 + self._read_ones()))
        if not self.at_digit() or not (first or self.word(1) == "mươi" or self._continues()):
            return None
        digit = _DIGITS[self.word()]
        self.at += 1
        if self.word() in ("mươi", "mười"):
            self.at += 1
            return _Amount(Decimal(10 * digit + self._read_ones()))
        if self.word() in _LATE_DIGITS:
            return _Amount(Decimal(10 * digit + self._read_ones()))
        if self.word() == "phẩy" and self.word(1) in _DIGITS:
            self.at += 2
            return _Amount(Decimal(f"{digit}.{_DIGITS[self.word(-1)]}"))
        return _Amount(Decimal(digit), plain=True)

    def _read_ones(self) -> int:
        """The digit after a ten, 0 if none stands there; *hai mươi năm* is twenty years."""
        word = self.word()
        if word in _LATE_DIGITS or (word in _DIGITS and word not in ("không", "năm")):
            self.at += 1
            return _LATE_DIGITS.get(word) or _DIGITS[word]
        if word == "mấy":
            self.at += 1
            self._qualify("about")
        return 0

    def _read_digits(self) -> _Amount:
        """Read digits with their separators: *2.417.903*, *2 417 903*, *380. 000*, *118,4*."""
        groups: list[str] = [self.word()]
        marks: list[str] = []
        self.at += 1
        while mark := self._separator(groups, marks):
            self.at += 1 if mark == " " else 2
            groups.append(self.word(-1))
            marks.append(mark)
        return _decide(groups, marks, self.percentage, scaled=self.word() in _MAGNITUDES)

    def _separator(self, groups: list[str], marks: list[str]) -> str | None:
        """The separator here if the digits after it belong to the number that has been read up to here."""
        end = self.tokens[self.at - 1].end
        if self.kind() == "number":
            fits = len(self.word()) == 3 and len(groups[0]) <= 3 and groups[0][0] != "0"
            return " " if fits and (not marks or marks[-1] == " ") else None
        if self.word() not in (".", ",") or self.kind(1) != "number":
            return None
        apart = self.tokens[self.at].start - end + self.tokens[self.at + 1].start - self.tokens[self.at].end
        following = len(self.word(1))
        # Torn apart by a space (as in "380. 000"), it needs a form that is hardly two numbers.
        return self.word() if not apart or following == 3 or (self.percentage and following < 3) else None


def _decide(groups: list[str], marks: list[str], percentage: bool, scaled: bool) -> _Amount:
    """Tell thousands from decimals by the form; ``guessed`` where the form allows both."""
    if sum(map(len, groups)) > _MOST_DIGITS:
        return _Amount(None, guessed=True)
    if not marks:
        return _Amount(Decimal(groups[0]), plain=len(groups[0]) <= 3)
    whole, last = "".join(groups[:-1]), groups[-1]
    thousands = _Amount(Decimal(whole + last), groups=len(marks))
    decimal = _Amount(Decimal(f"{whole}.{last}"), plain=True)
    inner_fits = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:-1])
    if len(marks) > 1:
        if len(set(marks)) == 1 and inner_fits and len(last) == 3:
            return thousands
        if len(set(marks[:-1])) == 1 and marks[-1] not in (marks[0], " ") and inner_fits:
            return decimal
        return _Amount(None, guessed=True)
    if marks[0] == " ":
        return thousands
    if len(last) != 3 or groups[0].startswith("0"):
        return decimal
    if len(groups[0]) > 3:
        return replace(decimal, guessed=True)
    if percentage:
        return replace(decimal, guessed=marks[0] == ".")
    if marks[0] == ",":
        # The comma is the decimal one in Vietnamese, but a bare "3,250 người" is English style; "1,273 tỷ" is not.
        return replace(decimal if scaled else thousands, guessed=True)
    return thousands


def _continued(number: Decimal, exponent: int) -> tuple[Decimal, bool]:
    """A bare number after a magnitude: *2 nghìn 5* is 2,500, *1 tỷ 25* 1.25 billion, *417 nghìn 903* just that."""
    length = number.adjusted() + 1
    if exponent <= length or number != number.to_integral_value():
        return number, exponent < length
    return _EXACT.scaleb(number, exponent - length), True


def _read_figure(reader: _Reader, first: _Amount) -> _Figure:
    """What the first number begins: a fraction, a range, or itself."""
    if whole := _read_whole(reader):
        if whole.exponent and not first.exponent:
            first = first.scaled(whole.exponent)
        return _Figure(first, whole=whole)
    if first.plain and first.number is not None and reader.at_digit():
        # "ba bốn trăm người": three or four hundred.
        here = reader.at
        second = reader.read_amount()
        if second and second.number is not None and second.number > first.number:
            return _Figure(_shared(first, second), high=second)
        reader.at = here
    return _read_range(reader, first)


def _read_whole(reader: _Reader) -> _Amount | None:
    here = reader.at
    if reader.word() == "/" and reader.kind(1) == "number":
        reader.at += 1
    elif reader.word() == "phần" and reader.word(1) not in _MAGNITUDES:
        reader.at += 1
        if reader.word() in _LATE_DIGITS:
            reader.at += 1
            return _Amount(Decimal(_LATE_DIGITS[reader.word(-1)]))
        if reader.word() == "năm":
            reader.at += 1
            return _Amount(Decimal(5))
    elif not reader.take(_WHOLE_PHRASE) or reader.kind() != "number" or reader.tokens[reader.at].text in ("1", "01"):
        reader.at = here
        return None
    whole = reader.read_amount()
    if whole is None:
        reader.at = here
    return whole


def _read_range(reader: _Reader, first: _Amount) -> _Figure:
    """Look for the other end a few words on, past the first end's own unit: *160.000 đồng đến 330.000 đồng*."""
    here, position = reader.at, reader.position
    stop = min(here + 6, len(reader.tokens))
    while reader.at < stop:
        end = reader.position
        if reader.word() in _RANGE_WORDS and reader.take(_RANGE_PHRASE):
            unit = reader.text[position:end].strip()
            after = reader.at
            _skip_to_second(reader)
            if reader.at_amount() and not (unit and reader.kind() == "word" and after == reader.at):
                second = reader.read_amount()
                if second:
                    return _Figure(first if unit else _shared(first, second), high=second, unit=unit)
            reader.at = after
        else:
            reader.at += 1
    reader.at = here
    return _Figure(first)


def _skip_to_second(reader: _Reader) -> None:
    for _ in range(3):
        phrase = reader.take(_LEADING_PHRASE)
        if phrase:
            reader.modifier = reader.modifier if reader.modifier != "exact" else _LEADING[phrase]
        elif not reader.take(_CURRENCY_PHRASE):
            return


def _shared(low: _Amount, high: _Amount) -> _Amount:
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


def _with_unit(reader: _Reader, figure: _Figure) -> Value:
    rest = reader.text[reader.position :]
    amount, whole, high = figure.amount, figure.whole, figure.high
    unit, per, rest = _read_unit(rest)
    if unit and unit.endswith("rưỡi") and amount.number is not None:
        unit = unit[: -len("rưỡi")].strip()
        amount = replace(amount, number=_EXACT.add(amount.number, Decimal("0.5")))
    if unit is None and (figure.unit or reader.currency):
        unit = _read_unit(figure.unit or reader.currency or "")[0]
    if reader.multiple and unit is None:
        unit = "lần"
    trailing = _TRAILING_PHRASE.search(rest)
    if trailing:
        reader._qualify(_TRAILING[trailing[0]])
    elif reader.from_ and high is None and reader.modifier == "exact":
        reader.modifier = "above"
    guessed = any(part.guessed for part in (amount, whole, high) if part)
    number = amount.number if amount.number is None or not reader.negative else -amount.number
    low = _plain(number, amount.exponent)
    if high is None:
        denominator = _plain(whole.number, whole.exponent) if whole else None
        return Value(low, None, None, denominator, reader.modifier, unit or None, per, guessed)
    top = _plain(high.number, high.exponent)
    if low is None or top is None:
        return Value(None, None, None, None, reader.modifier, unit or None, per, True)
    return Value(None, min(low, top), max(low, top), None, reader.modifier, unit or None, per, guessed)


def _read_unit(rest: str) -> tuple[str | None, str | None, str]:
    """The canonical unit, what the figure is per, and the text in which *trở lên* may stand."""
    rest = rest.strip()
    end = _UNIT_END.search(rest)
    text = rest[: end.start()] if end else rest
    canonical = _UNIT_PHRASE.match(text)
    rate = _RATE.search(text, canonical.end() if canonical else 0)
    trailing = _TRAILING_PHRASE.search(text)
    stop = trailing.start() if trailing else len(text)
    per = None
    if rate and rate.start() < stop:
        # "triệu đồng mỗi người mỗi tháng" is per người/tháng
        per = re.sub(r" ?/ ?(?:mỗi |một )?| (?:mỗi|một) ", "/", text[rate.end() : stop].strip(" .-")) or None
        stop = rate.start()
    if canonical:
        return _CANONICAL[canonical[0]] + " rưỡi" * text.startswith(" rưỡi", canonical.end()), per, rest
    unit = text[:stop].strip(" .-'’*") or None
    return unit, per, rest


def _plain(number: Decimal | None, exponent: int) -> int | Decimal | None:
    """An int where the number is one; a decimal keeps its digits as written, 3,0 as well."""
    if number is None:
        return None
    _, digits, power = number.as_tuple()
    if not isinstance(power, int) or len(digits) + max(power, 0) > 2 * _MOST_DIGITS:
        return None
    if power >= 0 or (exponent and number == number.to_integral_value()):
        return int(number)
    return number
