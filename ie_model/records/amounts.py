"""One number as Vietnamese writes it: digits with separators, number words, magnitudes, or all of them together.

A text is cut into digits, words and marks once and read from left to right; how far a reader looks ahead is bounded, so
the cost is linear.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import NamedTuple

from .data import alternation, meanings, sections
from .separators import MOST_DIGITS, UNKNOWN, Habits, decide
from .units import is_counted, unit_at

_NUMBERS = sections("numbers.txt")

DIGITS = {word: int(value) for word, value in meanings(_NUMBERS["digits"]).items()}
LATE_DIGITS = {word: int(value) for word, value in meanings(_NUMBERS["digits after a ten"]).items()}
MAGNITUDES = {word: int(value) for word, value in meanings(_NUMBERS["magnitudes"]).items()}
_NO_TENS = frozenset(_NUMBERS["no tens"])
_POINTS = frozenset(_NUMBERS["decimal point"])
_AND_A_HALF = frozenset(_NUMBERS["and a half"])
TENS = ("mươi", "mười")

_TOKEN = re.compile(r"(?P<number>[0-9]+)|(?P<word>[^\W\d_]\w*)|(?P<mark>\S)|\Z")
_NO_MAGNITUDE_PHRASE = re.compile(alternation(_NUMBERS["no magnitudes"]))

_EXACT = Context(prec=1000, traps=[])
_HALF = Decimal("0.5")


class Amount(NamedTuple):
    """One number, its magnitudes multiplied out.

    Attributes:
        number: None where digits stand in no readable form.
        exponent: That of its largest magnitude word.
        groups: How many groups of three follow the first, where it is written in thousands.
        plain: Whether it is digits alone or a single digit word: a later magnitude may hold for it too.
        guessed: Whether its form leaves it open.
        about: Whether it is an order of magnitude by itself (*mươi người*).
    """

    number: Decimal | None
    exponent: int = 0
    groups: int = 0
    plain: bool = False
    guessed: bool = False
    about: bool = False

    def scaled(self, exponent: int, guessed: bool = False) -> Amount:
        """This number of that magnitude."""
        number = None if self.number is None else _EXACT.scaleb(self.number, exponent)
        return self._replace(number=number, exponent=exponent, guessed=self.guessed or guessed)

    def plus_half(self) -> Amount:
        """Half of one more."""
        return self if self.number is None else self._replace(number=_EXACT.add(self.number, _HALF))

    def negated(self) -> Amount:
        """The same below zero."""
        return self if self.number is None else self._replace(number=-self.number)


class AmountReader:
    """Reads amounts from a text in NFC and lower case; ``at`` is the token it has come to.

    Args:
        text: The text of a figure.
        percentage: Whether it is a percentage.
        habits: Those of its document.
    """

    def __init__(self, text: str, *, percentage: bool = False, habits: Habits = UNKNOWN):
        self.text = text
        self.percentage = percentage
        self.habits = habits
        self.tokens = list(_TOKEN.finditer(text))
        self.length = len(self.tokens) - 1
        # The empty one at the end is there as often as any reader looks ahead: looking needs no check then.
        self.tokens += self.tokens[-1:] * 3
        self.at = 0
        self.announced = False  # whether the word before is one that stands before numbers
        self.multiple = False  # whether that is "gấp"

    # -- where the reader stands

    def word(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead][0]

    def kind(self, ahead: int = 0) -> str | None:
        """``number`` (digits), ``word`` or ``mark``; None at the end of the text."""
        return self.tokens[self.at + ahead].lastgroup

    @property
    def position(self) -> int:
        return self.tokens[self.at].start()

    def move_to(self, position: int) -> None:
        while self.at < self.length and self.tokens[self.at].start() < position:
            self.at += 1

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """The phrase that stands here, moved past; None if none does."""
        match = pattern.match(self.text, self.position)
        if match:
            self.move_to(match.end())
        return match and match[0]

    def at_digit(self) -> bool:
        """Whether a digit word stands here: *năm* is mostly a year, *không* mostly a no."""
        word, following = self.word(), self.word(1)
        if word == "không":
            at_zero = self.at == 0 and (not following or unit_at(self.text, self.tokens[1].start()))
            return at_zero or following == "trăm" or following in _POINTS
        if word == "năm":
            counts = (self.at == 0 or self.announced) and (self.kind(1) == "word" or self.multiple)
            return counts or following in MAGNITUDES or following in TENS or following in _POINTS
        return word in DIGITS

    def at_magnitude(self) -> bool:
        return self.word() in MAGNITUDES and not _NO_MAGNITUDE_PHRASE.match(self.text, self.position)

    def at_amount(self) -> bool:
        return (
            self.kind() == "number"
            or self.at_digit()
            or self.word() in TENS
            or self.at_magnitude()
            or (self.word() == "nửa" and self.word(1) in MAGNITUDES)
        )

    # -- the number

    def read_amount(self) -> Amount | None:
        """Read a number with its magnitudes, in digits, words or both: *12 nghìn tỷ*, *3 tỉ 250 triệu*, *hai mươi*."""
        first = part = self._read_part(first=True)
        self.announced = False
        if first is None or first.number is None:
            return first
        parts: list[tuple[Decimal, int]] = []  # (number, exponent), each of a smaller magnitude than the one before
        guessed = about = False
        while part and part.number is not None:
            number = part.number
            if parts and part.plain and self.word() not in MAGNITUDES:
                number, rescaled = _continued(number, parts[-1][1])
                guessed |= rescaled
            guessed |= part.guessed
            about |= part.about
            parts.append((number, 0))
            exponent = self._read_magnitudes(parts)
            if self.word() in _AND_A_HALF:
                self.at += 1
                parts.append((_EXACT.scaleb(_HALF, exponent), 0))
                break
            part = self._read_part() if exponent else None
        if part and part.number is None:
            return part
        number = parts[0][0]
        for more, _ in parts[1:]:
            number = _EXACT.add(number, more)
        if number.adjusted() > MOST_DIGITS:
            return Amount(None, guessed=True)
        alone = first.plain and not parts[0][1] and len(parts) == 1
        return Amount(number, parts[0][1], first.groups, alone, guessed, about)

    def _read_part(self, first: bool = False) -> Amount | None:
        """Digits, a number word below 100, or nothing in front of a bare magnitude (*nghìn hộ*)."""
        if self.kind() == "number":
            part = self._read_digits() if first or self._continues() else None
        elif self.word() in MAGNITUDES:
            return Amount(Decimal(1)) if first else None
        elif first and self.word() == "nửa" and self.word(1) in MAGNITUDES:
            self.at += 1
            return Amount(_HALF)
        else:
            part = self._read_words(first)
        if part and part.number is not None and self.word() in _POINTS:
            return self._read_decimals(part)
        return part

    def _continues(self) -> bool:
        """Whether a number after a magnitude goes on with it: *3 tỉ 250 triệu*, *2 nghìn 5*, not *5 triệu 3 tháng*."""
        if self.word(1) in MAGNITUDES or self.word(1) in TENS:
            return True
        if self.kind() == "number" and len(self.word()) == 3 and MAGNITUDES.get(self.word(-1)) == 3:
            return True
        if self.word(1) in (".", ","):
            return self.kind(2) == "number"
        if self.word(-1) == "trăm" and self.kind() == "word" and self.word() != "một":
            return True
        return self.kind(1) != "word" or unit_at(self.text, self.tokens[self.at + 1].start())

    def _read_magnitudes(self, parts: list[tuple[Decimal, int]]) -> int:
        """Multiply by the magnitudes that follow, each of which holds for all smaller parts before it.

        *12 nghìn tỷ*, *1 nghìn 2 trăm tỷ*. Returns the exponent of the last part.
        """
        for _ in range(3):
            magnitude = MAGNITUDES.get(self.word())
            if magnitude is None:
                break
            number, exponent = parts.pop()
            while parts and parts[-1][1] < magnitude:
                smaller, exponent = parts.pop()
                number = _EXACT.add(number, smaller)
            parts.append((_EXACT.scaleb(number, magnitude), exponent + magnitude))
            self.at += 1
        return parts[-1][1]

    # -- number words

    def _read_words(self, first: bool) -> Amount | None:
        if not first and self.word() in _NO_TENS and (self.word(1) in DIGITS or self.word(1) in LATE_DIGITS):
            self.at += 1
            tens = self._read_tens()
            if tens is None:
                self.at += 1
            return Amount(Decimal(_digit(self.word(-1)) if tens is None else tens))
        ten = self.word() in TENS
        if not ten and (not self.at_digit() or not (first or self._continues())):
            return None
        about = self.word() == "mươi" or (ten and self.word(1) == "mấy")
        tens = self._read_tens()
        if tens is not None:
            return Amount(Decimal(tens), about=about or self.word(-1) == "mấy")
        self.at += 1
        return Amount(Decimal(DIGITS[self.word(-1)]), plain=True)

    def _read_tens(self) -> int | None:
        """A number word from 10 to 99, *hai mươi lăm* or short *hai lăm*; None, nothing read, if none stands here."""
        if self.word() in TENS:
            self.at += 1
            return 10 + self._read_ones()
        digit = DIGITS.get(self.word())
        if digit is None or not (self.word(1) in TENS or self.word(1) in LATE_DIGITS):
            return None
        self.at += 2 if self.word(1) in TENS else 1
        return 10 * digit + self._read_ones()

    def _read_ones(self) -> int:
        """The digit after a ten, 0 if none stands there; *hai mươi năm* is twenty years."""
        word = self.word()
        if word in LATE_DIGITS or (word in DIGITS and word not in ("không", "năm")):
            self.at += 1
            return _digit(word)
        if word == "mấy":
            self.at += 1
        return 0

    def _read_decimals(self, whole: Amount) -> Amount:
        """The digits after *phẩy*, one by one or as a number: *ba phẩy một bốn*, *ba phẩy mười bốn*."""
        here = self.at
        self.at += 1
        digits = ""
        if self.kind() == "number":
            digits = self.word()
            self.at += 1
        elif (tens := self._read_tens()) is not None:
            digits = str(tens)
        else:
            while self.word() in DIGITS and not (digits.strip("0") and self.word() == "năm"):
                digits += str(DIGITS[self.word()])
                self.at += 1
        if not digits or len(digits) > MOST_DIGITS or whole.number is None:
            self.at = here
            return whole
        return Amount(_EXACT.add(whole.number, Decimal(f"0.{digits}")), guessed=whole.guessed)

    # -- digits

    def _read_digits(self) -> Amount:
        """Read digits with their separators: *2.417.903*, *2 417 903*, *380. 000*, *118,4*."""
        groups: list[str] = [self.word()]
        marks: list[str] = []
        torn = False
        self.at += 1
        while mark := self._separator(groups, marks):
            torn |= mark != " " and self._apart()
            self.at += 1 if mark == " " else 2
            groups.append(self.word(-1))
            marks.append(mark)
        if sum(map(len, groups)) > MOST_DIGITS:
            return Amount(None, guessed=True)
        if not marks:
            return Amount(Decimal(groups[0]), plain=len(groups[0]) <= 3)
        role, guessed = decide(
            groups,
            marks,
            self.habits,
            percentage=self.percentage,
            scaled=self.word() in MAGNITUDES,
            counted=lambda: is_counted(self.text, self.position),
        )
        if role is None:
            return Amount(None, guessed=True)
        if role == "thousands":
            return Amount(Decimal("".join(groups)), groups=len(marks), guessed=guessed)
        number = Decimal("".join(groups[:-1]) + "." + groups[-1])
        return Amount(number, plain=True, guessed=guessed or (torn and not self.percentage))

    def _separator(self, groups: list[str], marks: list[str]) -> str | None:
        """The separator here if the digits after it belong to the number that has been read up to here."""
        if self.kind() == "number":
            fits = len(self.word()) == 3 and len(groups[0]) <= 3 and groups[0][0] != "0"
            return " " if fits and (not marks or marks[-1] == " ") else None
        if self.word() not in (".", ",") or self.kind(1) != "number":
            return None
        if not self._apart():
            return self.word()
        # Torn apart by a space (as in "380. 000"), it needs a form that is hardly two numbers.
        following = len(self.word(1))
        joined = following == 3 or (following < 3 and (self.percentage or self.word(2) in MAGNITUDES))
        return self.word() if joined else None

    def _apart(self) -> bool:
        """Whether the mark here has a space on either side."""
        before, mark, after = self.tokens[self.at - 1 : self.at + 2]
        return before.end() != mark.start() or mark.end() != after.start()


def _digit(word: str) -> int:
    return LATE_DIGITS[word] if word in LATE_DIGITS else DIGITS[word]


def _continued(number: Decimal, exponent: int) -> tuple[Decimal, bool]:
    """A bare number after a magnitude: *2 nghìn 5* is 2,500, *1 tỷ 25* 1.25 billion, *417 nghìn 903* just that."""
    length = number.adjusted() + 1
    if exponent <= length or number != number.to_integral_value():
        return number, exponent < length
    return _EXACT.scaleb(number, exponent - length), True
