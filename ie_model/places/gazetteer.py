"""The gazetteer: countries, regions, provinces, districts and communes with their codes and when these were in force.

Codes are those of the General Statistics Office (two digits for a province, three for a district, five for a commune)
and, for countries, ISO 3166-1 alpha-2; provinces and countries also have their ISO 3166 code. On 1 July 2025 the 63
provinces became 34, districts ended and 10,035 communes became 3,321, so a name alone may stand for several places, one
after the other: :func:`lookup` gives all of them and ``Place.since`` and ``Place.until`` tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple
from unicodedata import normalize

# The day the two-level administration began (Resolution 202/2025/QH15, Law 72/2025/QH15).
REFORM = "2025-07-01"
_BEGINNING, _END = "0000", "9999"

# What is no part of a name, and a zero before a number: "Phường 05".
_NO_NAME = re.compile(r"[^\w\n]+|_|(?<!\d)0+(?=\d)")
# Old tone placement (hòa, khỏe, thủy) against new (hoà, khoẻ, thuỷ), in open syllables only.
_OLD_TONE = re.compile(r"[òóỏõọ][ae](?!\w)|(?<!q)[ùúủũụ]y(?!\w)")
_NEW_TONE = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ",
    "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ", "ọe": "oẹ",
    "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}  # fmt: skip
# No place's name is longer; what is longer is text, and is not looked up.
_LONGEST = 80


class Level(IntEnum):
    """Which rank of place: the smaller, the wider."""

    COUNTRY = 0
    REGION = 1
    PROVINCE = 2
    DISTRICT = 3
    COMMUNE = 4


@dataclass(frozen=True, eq=False)
class Place:
    """A place as a register has it. Two are the same only if they are one object.

    Attributes:
        code: GSO code of a Vietnamese place, ISO 3166-1 alpha-2 of a country; None for a region.
        kind: *Tỉnh, Thành phố, Quận, Huyện, Thị xã, Phường, Xã, Thị trấn, Đặc khu*; empty for countries and regions.
        name: The name without its kind.
        level: Its rank.
        iso: ISO 3166-2 code of a province, ISO 3166-1 alpha-2 of a country, else None.
        parent: The place that it is directly in; None above provinces.
        since: First day in force, ``YYYY-MM-DD``; ``0000`` where it lies before the register.
        until: First day no longer in force; ``9999`` where it is in force.
    """

    code: str | None
    kind: str
    name: str
    level: Level
    iso: str | None = None
    parent: Place | None = None
    since: str = _BEGINNING
    until: str = _END

    @property
    def title(self) -> str:
        """Kind and name: *Tỉnh Sơn La*."""
        return f"{self.kind} {self.name}" if self.kind else self.name

    def within(self) -> Iterator[Place]:
        """The place and those it lies in, from the inside out."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.parent

    def in_force(self, day: str) -> bool:
        """Whether the place existed on a day (``YYYY-MM-DD``)."""
        return self.since <= day < self.until


class Kind(NamedTuple):
    """A word for the kind of a place: the kind's name, the levels it is used at, and the kinds it can become."""

    name: str
    levels: tuple[Level, ...]
    later: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 14)
def key(text: str) -> str:
    """How a name is looked up: NFC, lower case, one spelling of tones and syllables, letters and digits only."""
    return _fold(text[:_LONGEST])


def _fold(text: str) -> str:
    """:func:`key` of every line of a text."""
    text = _OLD_TONE.sub(_new_tone, normalize("NFC", normalize("NFC", text).lower()))
    return _NO_NAME.sub("", _spellings().sub(_spelled, text))


def _new_tone(tone: re.Match[str]) -> str:
    return _NEW_TONE[tone.group()]


def _spelled(syllable: re.Match[str]) -> str:
    return _meant()[syllable.group()]


@cache
def _meant() -> dict[str, str]:
    pairs = (line.partition(" = ") for line in entries("spellings.txt"))
    return {written.strip(): meant.strip() for written, _, meant in pairs}


@cache
def _spellings() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_meant())})(?!\w)")


def one_at_a_time(places: Iterable[Place]) -> bool:
    """Whether there are places, and never two of them in force together."""
    ordered = sorted(places, key=attrgetter("since"))
    return bool(ordered) and all(before.until <= after.since for before, after in pairwise(ordered))


def lookup(name: str) -> tuple[Place, ...]:
    """All places of a name (without its kind), the widest first; of one level, in the order of their codes.

    Spelling is forgiven: case, Unicode form, hyphens and spaces, tone placement (*Hoà Bình*), *Đăk* for *Đắk*.
    """
    return named(key(name)) or named(key(name), communes=True)


def named(name: str, communes: bool = False) -> tuple[Place, ...]:
    """The places of a name in the form of :func:`key`; communes too only if asked for, as their index takes longer."""
    found = _index().get(name, ())
    if communes:
        found += tuple(map(_commune, _commune_index().get(name, ())))
    return found


def by_code(code: str, day: str | None = None) -> Place | None:
    """The place of a code, in force on a day (``YYYY-MM-DD``); without a day, the last that had the code."""
    # Five digits are a commune's; only for these are the communes read.
    places = [_commune(row) for row in _commune_codes().get(code, ())] if len(code) == 5 else _codes().get(code, ())
    if day is not None:
        places = [place for place in places if place.in_force(day)]
    return max(places, key=lambda place: place.until, default=None)


@cache
def kinds() -> dict[str, Kind]:
    """The words for kinds of places, in lower case."""
    return {
        word: Kind(name, tuple(Level[level.upper()] for level in levels.split()), tuple(later.split("|")))
        for word, name, levels, later in _cells("kinds.tsv", 4)
    }


def entries(name: str) -> list[str]:
    """The lines of a data file without comments and empty lines."""
    text = normalize("NFC", resources.files(__package__).joinpath("data").joinpath(name).read_text("utf-8"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _cells(name: str, count: int) -> Iterator[list[str]]:
    for line in entries(name):
        cells = line.split("\t")
        yield cells + [""] * (count - len(cells))


def _places() -> Iterator[tuple[Place, str]]:
    """Every place above communes, with its other spellings."""
    for code, name, others in _cells("countries.tsv", 3):
        yield Place(code, "", name, Level.COUNTRY, iso=code), others
    for name, others in _cells("regions.tsv", 2):
        yield Place(None, "", name, Level.REGION), others
    provinces: dict[tuple[str, bool], Place] = {}
    for code, iso, kind, name, since, until, _, others in _cells("provinces.tsv", 8):
        place = Place(code, kind, name, Level.PROVINCE, iso, None, since or _BEGINNING, until or _END)
        provinces.setdefault((code, place.since < REFORM), place)
        yield place, others
    for code, province, kind, name, since, until, others in _cells("districts.tsv", 7):
        parent = provinces[province, True]
        yield Place(code, kind, name, Level.DISTRICT, None, parent, since or _BEGINNING, until), others


def _gathered(pairs: Iterable[tuple[str, Place]]) -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for name, place in pairs:
        places = found.setdefault(name, [])
        if place not in places:
            places.append(place)
    return {name: tuple(places) for name, places in found.items()}


@cache
def _listed() -> tuple[tuple[Place, str], ...]:
    return tuple(_places())


@cache
def _merged() -> dict[Place, tuple[Place, ...]]:
    """The provinces that became part of each one on 1 July 2025."""
    found: dict[Place, list[Place]] = {}
    for code, _, _, _, _, until, into, _ in _cells("provinces.tsv", 8):
        old, new = by_code(code, day="2025-06-30"), by_code(into, day=REFORM) if until == REFORM else None
        if old and new:
            found.setdefault(new, []).append(old)
    return {place: tuple(places) for place, places in found.items()}


def merged_into(place: Place) -> tuple[Place, ...]:
    """The provinces of before 1 July 2025 that a province of today was made of, itself aside where it kept its code."""
    return _merged().get(place, ())


@cache
def _index() -> dict[str, tuple[Place, ...]]:
    listed = _listed()
    names = ((key(name), place) for place, others in listed for name in (place.name, *filter(None, others.split("|"))))
    found = _gathered(names)
    # Names typed without diacritics, where only one province can be meant: "Ha Noi", "Daklak".
    plain: dict[str, list[Place]] = {}
    for place, _ in listed:
        if place.level == Level.PROVINCE:
            plain.setdefault(_without_marks(key(place.name)), []).append(place)
    return {**{name: tuple(places) for name, places in plain.items()}, **found}


def _without_marks(name: str) -> str:
    return normalize("NFD", name.replace("đ", "d")).encode("ascii", "ignore").decode("ascii")


@cache
def _codes() -> dict[str, tuple[Place, ...]]:
    return _gathered((place.code, place) for place, _ in _listed() if place.code)


_COMMUNE_KINDS = {"P": "Phường", "X": "Xã", "T": "Thị trấn", "K": "Đặc khu"}
_ERAS = (("communes-until-2025-07.txt", _BEGINNING, REFORM), ("communes-since-2025-07.txt", REFORM, _END))


class _Row(NamedTuple):
    """A commune as its file has it: most are never asked for, and do not become a :class:`Place`."""

    code: str
    kind: str
    name: str
    parent: str
    since: str
    until: str


@lru_cache(maxsize=1 << 12)
def _commune(row: _Row) -> Place:
    parent = by_code(row.parent, day=row.since if row.until == _END else "2025-06-30")
    kind = _COMMUNE_KINDS[row.kind]
    return Place(row.code, kind, row.name, Level.COMMUNE, None, parent, row.since, row.until)


@cache
def _commune_rows() -> tuple[_Row, ...]:
    rows = []
    for file, since, until in _ERAS:
        parent = ""
        for line in entries(file):
            if line[0] == "[":
                parent = line.strip("[]")
            else:
                rows.append(_Row(line[:5], line[6], line[8:], parent, since, until))
    return tuple(rows)


@cache
def _commune_index() -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    rows = _commune_rows()
    # All names at once: thirteen thousand calls of `key` would take longer than reading a long document.
    names = _fold("\n".join(row.name for row in rows)).split("\n")
    for name, row in zip(names, rows, strict=True):
        found.setdefault(name, []).append(row)
    return found


@cache
def _commune_codes() -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in _commune_rows():
        found.setdefault(row.code, []).append(row)
    return found
