"""What the words of a mention say: a kind, a name and the places of that name, or the whole of a place not named.

Nothing here looks at the document: *huyện Châu Thành* has all the districts of that name. So a reading is made once for
each distinct mention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from unicodedata import normalize

from .forms import written_out
from .gazetteer import Kind, Level, Place, entries, key, kinds, named, one_at_a_time

# "TP.HCM" is two words, "Bà Rịa-Vũng Tàu" is as good as one: `key` takes what is between its parts away.
_WORD = re.compile(r"[^\s.,;:()]+")
_ASIDE, _ASIDE_OR_NEXT = re.compile(r"\("), re.compile(r"[(,;]")
_LONGEST = 120
_MOST_WORDS = 7


@dataclass(frozen=True)
class Reading:
    """The words of a mention as a place.

    Attributes:
        places: The places that the words can name, the widest first; empty if none is known.
        kind: What the text calls it (*tỉnh, TP, huyện*); None where it says nothing.
        whole: Whether the place is one that only the document names (*toàn tỉnh, BHXH tỉnh, cả nước*).
        start: Offset into the mention of the first word read (its kind, else its name): a body's own name ends there.
        name: The name read, in the form of :func:`key`.
    """

    places: tuple[Place, ...] = ()
    kind: Kind | None = None
    whole: bool = False
    start: int = 0
    name: str = ""

    @cached_property
    def sure(self) -> tuple[Place, ...]:
        """The places meant whatever the document says: one, or several one after the other; none if that is open."""
        places = self.places
        if self.kind is None:
            places = tuple(place for place in places if place.level <= Level.PROVINCE)
        elif places and places[0].level == Level.COMMUNE:
            return ()
        return places if one_at_a_time(places) else ()


@lru_cache(maxsize=1 << 13)
def read_place(text: str) -> Reading:
    """The reading of a mention of a place: *tỉnh Sơn La*, *TP.HCM*, *Châu Thành*, *toàn huyện*, *cả nước*."""
    words, _ = _words(text, _ASIDE_OR_NEXT)
    lowered = [word.lower() for word in words]
    after = _after_whole(lowered)
    words, lowered = words[after:], lowered[after:]
    if after and _is_country(lowered):
        return Reading(kind=Kind("Nước", (Level.COUNTRY,)), whole=True)
    kind, used = _kind_at(lowered, 0)
    if kind and used == len(words) and after:
        return Reading(kind=kind, whole=True)
    if kind and used < len(words):
        name = key(" ".join(words[used:]))
        places = _of_kind(name, kind)
        if places:
            return Reading(places, kind, name=name)
    name = key(" ".join(words))
    if words and _is_name(words[0]):
        return Reading(named(name), name=name)
    # "miền Trung", "đồng bằng sông Hồng"; but "sông Mã" is a river, not the district of the name.
    return Reading(tuple(place for place in named(name) if place.level == Level.REGION))


@lru_cache(maxsize=1 << 13)
def read_body(text: str) -> Reading:
    """The reading of the place in the name of a body: *BHXH tỉnh Sơn La*, *UBND huyện*, *Sở Y tế Hà Giang*."""
    words, starts = _words(text, _ASIDE)
    lowered = [word.lower() for word in words]
    for i in range(1, len(words)):
        kind, used = _kind_at(lowered, i)
        if kind is None or len(lowered[i]) < 2 or Level.REGION in kind.levels:
            continue
        first = i + used
        if first == len(words):
            return Reading(kind=kind, whole=True, start=starts[i])
        if first < len(words) and _is_name(words[first]):
            places = _of_kind(key(" ".join(words[first : first + _MOST_WORDS])), kind)
            if places:
                return Reading(places, kind, start=starts[i])
    for i in range(max(1, len(words) - _MOST_WORDS), len(words)):
        places = _office_of(text[: starts[i]], " ".join(words[i:])) if _is_name(words[i]) else ()
        if places:
            return Reading(places, start=starts[i])
    level = _levels().get(key(" ".join(words[-2:])))
    return Reading(kind=kinds()[level], whole=True, start=len(text)) if level else Reading(start=len(text))


def _office_of(body: str, name: str) -> tuple[Place, ...]:
    """The provinces that a body's name ends with, if it has an office for each; also Việt Nam."""
    places = tuple(place for place in named(key(name)) if place.level == Level.PROVINCE or place.code == "VN")
    form = written_out(body)[1] if places else None
    return places if places and (places[0].code == "VN" or (form and form.is_agency)) else ()


def _words(text: str, end: re.Pattern[str]) -> tuple[list[str], list[int]]:
    """The words before an end, and where in the text each begins; none if the text is too long for a name."""
    cut = end.split(text, maxsplit=1)[0] if len(text) <= _LONGEST else ""
    found = list(_WORD.finditer(cut))
    return [normalize("NFC", word.group()) for word in found], [word.start() for word in found]


def _is_name(word: str) -> bool:
    return word[0].isupper() or word.isdecimal()


def _kind_at(words: Sequence[str], at: int) -> tuple[Kind | None, int]:
    """The longest word for a kind at a place in the words, and how many words it takes."""
    for length in (2, 1):
        kind = kinds().get(" ".join(words[at : at + length]))
        if kind and at + length <= len(words):
            return kind, length
    return None, 0


def _of_kind(name: str, kind: Kind) -> tuple[Place, ...]:
    """The places of a name that are, or were once, of a kind: the register has only the last kind that a place had."""
    places = [place for place in named(name, communes=Level.COMMUNE in kind.levels) if place.level in kind.levels]
    if kind.levels[0] <= Level.REGION:
        return tuple(places)
    exact = {place.parent for place in places if place.kind == kind.name}
    return tuple(
        place for place in places if place.kind == kind.name or (place.kind in kind.later and place.parent not in exact)
    )


@cache
def _areas() -> dict[str, frozenset[str]]:
    sections: dict[str, set[str]] = {}
    for line in entries("areas.txt"):
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), set())
        else:
            section.add(line)
    return {name: frozenset(lines) for name, lines in sections.items()}


@cache
def _levels() -> dict[str, str]:
    pairs = (line.split(" = ") for line in _areas()["bodies"])
    return {key(body): kind for body, kind in pairs}


def _after_whole(words: Sequence[str]) -> int:
    """How many words in front mean "the whole of": *toàn*, *trên địa bàn*."""
    return next((n for n in (3, 2, 1) if n < len(words) and " ".join(words[:n]) in _areas()["whole"]), 0)


def _is_country(words: Sequence[str]) -> bool:
    return len(words) == 1 and words[0] in _areas()["country"]
