"""What the points and commas in a number mean: by its own form, else by the habits of its document.

Vietnamese sets off thousands with points and decimals with a comma, but much of what is written follows English, or
both in one text (*2.417.903 người, 101,3%, 0.05%*). Most forms are clear by themselves: *1.234.567*, *12,5*. Left open
are one mark with three digits behind it, *3,250* and *3.250*; there the clear numbers of the same document decide.

Number libraries (Babel's ``parse_decimal``, ``price-parser``, ``text2num``) are told one convention or guess at each
number alone, do not say when they guessed, and read neither Vietnamese number words nor magnitudes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

# A figure of more digits is a number of something else (an account, a row of a table run together).
MOST_DIGITS = 60

_PERCENTAGE = re.compile(r"[%‰]|phần (?:trăm|nghìn|ngàn)(?!\w)")
_GROUPED = re.compile(r"(?<![0-9])[0-9]+(?:[.,][0-9]+)+")


# What a mark inside a number does.
Role = Literal["thousands", "decimal"]
_ROLES: tuple[Role, ...] = ("thousands", "decimal")
_OTHER_ROLE: dict[Role, Role] = {"thousands": "decimal", "decimal": "thousands"}
_OTHER_MARK = {".": ",", ",": "."}
_THOUSANDS, _DECIMAL = _ROLES[:1], _ROLES[1:]


@dataclass(frozen=True)
class Habits:
    """What points and commas do in the numbers of one document whose form leaves no choice.

    Attributes:
        figures: ``(mark, role)`` as seen in counts, amounts and measures.
        percentages: The same in percentages, which are often written the other way.
    """

    figures: frozenset[tuple[str, Role]] = frozenset()
    percentages: frozenset[tuple[str, Role]] = frozenset()

    @classmethod
    def of(cls, figures: Iterable[str]) -> Habits:
        """Learn from the texts of a document's figures (its value spans), in time linear in their length."""
        seen: dict[bool, set[tuple[str, Role]]] = {False: set(), True: set()}
        for text in figures:
            if numbers := _GROUPED.findall(text):
                kind = seen[is_percentage(normalize("NFC", text).lower())]
                for number in numbers:
                    kind.update(_clear_roles(number))
        return cls(frozenset(seen[False]), frozenset(seen[True]))

    def role(self, mark: str, percentage: bool) -> Role | None:
        """What a mark does here; None where the document does not say or is of two minds.

        A number goes by its own kind (percentages or other figures) before the other. A mark that was not seen there
        does what the other mark does not.
        """
        for seen in (self.percentages, self.figures) if percentage else (self.figures, self.percentages):
            if not seen:
                continue
            for witness in (mark, _OTHER_MARK[mark]):
                roles = [role for role in _ROLES if (witness, role) in seen]
                if roles:
                    role = roles[0] if witness == mark else _OTHER_ROLE[roles[0]]
                    return role if len(roles) == 1 else None
        return None


UNKNOWN = Habits()


def is_percentage(text: str) -> bool:
    """Whether a figure, in NFC and lower case, is a percentage."""
    return _PERCENTAGE.search(text) is not None


def decide(
    groups: Sequence[str],
    marks: Sequence[str],
    habits: Habits = UNKNOWN,
    *,
    percentage: bool = False,
    scaled: bool = False,
    counted: Callable[[], bool] = bool,
) -> tuple[Role | None, bool]:
    """What the last mark of a number does, and whether that is a guess.

    Args:
        groups: Its groups of digits, at least two.
        marks: The point, comma or space between each two of them.
        habits: Those of the document.
        percentage: Whether the number is a percentage.
        scaled: Whether a magnitude follows (*3,250 tỷ*).
        counted: Tells whether something follows that comes in whole numbers only (*3,250 hộ*).

    Returns:
        No role where the digits stand in no readable form.
    """
    roles = _possible_roles(groups, marks)
    if len(roles) != 2:
        return (roles[0], False) if roles else (None, True)
    mark = marks[0]
    role = habits.role(mark, percentage)
    if percentage:
        # A thousand percent and more is rarer than three decimals.
        return (role, False) if role else ("decimal", mark == ".")
    if role == "decimal" and not scaled and counted():
        return "thousands", mark == ","
    if mark == ".":
        if role == "decimal" and (",", "thousands") in habits.figures:
            return "decimal", False
        # Who writes 0.5 now and then still sets off thousands with points; in percentages that is usual (0.05%).
        return "thousands", role == "decimal" and (".", "decimal") in habits.figures
    # The comma is the decimal one in Vietnamese, but a bare "3,250 người" is English style; "1,273 tỷ" is not.
    return (role, False) if role else ("decimal" if scaled else "thousands", True)


def _possible_roles(groups: Sequence[str], marks: Sequence[str]) -> tuple[Role, ...]:
    """The roles that the form leaves to the last mark: both where it is open, none where this is no number."""
    first, last = groups[0], groups[-1]
    if len(marks) == 1:
        if marks[0] == " ":
            return _THOUSANDS
        in_thousands = len(last) == 3 and len(first) <= 3 and first[0] != "0"
        return _ROLES if in_thousands else _DECIMAL
    if len(first) > 3 or any(len(group) != 3 for group in groups[1:-1]) or len(set(marks[:-1])) > 1:
        return ()
    if marks[-1] == marks[0]:
        return _THOUSANDS if len(last) == 3 else ()
    return _DECIMAL if marks[-1] != " " else ()


def _clear_roles(number: str) -> Iterator[tuple[str, Role]]:
    parts = re.split("([.,])", number)
    groups, marks = parts[::2], parts[1::2]
    roles = _possible_roles(groups, marks)
    if len(roles) == 1:
        yield marks[-1], roles[0]
        if len(marks) > 1:
            yield marks[0], "thousands"
