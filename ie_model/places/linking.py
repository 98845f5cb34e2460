"""Which place a mention is, decided by the whole document.

A name says little: nine districts are called Châu Thành, *Hà Giang* is a province and its capital, *toàn tỉnh* names
nothing. What a mention can be is narrowed by when (a figure's period) and by what the document says around it, from
near to far: the place that follows (*huyện Châu Thành, tỉnh Bến Tre*), places before it in the same line, the places in
the document's head, all places in the document. A mention that still can be several places is linked to none of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from .gazetteer import REFORM, Kind, Level, Place, merged_into, named, one_at_a_time
from .mentions import Reading, read_body, read_place

_VIETNAM = "VN"
# How far a mention looks back and follows a chain of places ("xã A, huyện B, tỉnh C"): both keep the cost linear.
_NEIGHBOURS, _DEPTH = 16, 3
_HEAD_LINES, _HEAD_LENGTH = 5, 400
# A document without a head that names its province is about the one with this share of its mentions of provinces.
_MAJORITY = 2 / 3
# What stands between a place and the one it lies in, and between the places of a list.
_LONGEST_JOINT = 12
_JOINTS = frozenset({"", ",", "-", "–", "(", "thuộc", ", thuộc", "của", "ở", "tại"})
_LIST = frozenset({",", "và", ";", ", và"})


@dataclass(frozen=True)
class Linked:
    """What a mention is linked to.

    Attributes:
        code: GSO code of a place in Vietnam, ISO 3166-1 alpha-2 of a country; None of a region, and where the text does
            not decide between the codes that a name had at different times.
        name: Kind and name, as the register has them.
        iso: ISO 3166-2 code of a province, ISO 3166-1 alpha-2 of a country.
        kind: The kind at the front of the name; empty for a country or region.
    """

    code: str | None
    name: str
    iso: str | None = None
    kind: str = ""


class _Mention(NamedTuple):
    """A mention, the line it stands in and what its words say."""

    start: int
    end: int
    line: int
    reading: Reading
    is_body: bool


class Linker:
    """Links the mentions of one document.

    Args:
        text: The document.
        places: Offsets of its mentions of places.
        bodies: Offsets of its mentions of bodies, whose names have places inside (*BHXH tỉnh Sơn La*).
    """

    def __init__(self, text: str, places: Iterable[tuple[int, int]], bodies: Iterable[tuple[int, int]] = ()) -> None:
        self.text = text
        lines = [found.end() for found in re.finditer("\n", text)]
        spans = [(start, end, False) for start, end in places] + [(start, end, True) for start, end in bodies]
        self._mentions = [
            _Mention(
                start, end, bisect_right(lines, start), (read_body if is_body else read_place)(text[start:end]), is_body
            )
            for start, end, is_body in sorted(spans)
        ]
        self._at = {(m.start, m.end, m.is_body): i for i, m in enumerate(self._mentions)}

    def link(self, start: int, end: int, day: str | None = None, is_body: bool = False) -> Linked | None:
        """What the place at these offsets, or in the body there, is on a day (``YYYY-MM-DD``); None if undecided."""
        index = self._at.get((start, end, is_body))
        return None if index is None else _chosen(self._resolve(index, day))

    def body_reading(self, start: int, end: int) -> Reading:
        """What the name of the body at these offsets says of its place."""
        return self._mentions[self._at[start, end, True]].reading

    @cached_property
    def has_districts(self) -> bool:
        """Whether the document names districts by their kind: they ended on 1 July 2025."""
        readings = (mention.reading for mention in self._mentions)
        return any(
            (r.kind.levels == (Level.DISTRICT,) and (r.whole or r.places))
            or (r.places and all(place.level == Level.DISTRICT for place in r.places))
            for r in readings
            if r.kind
        )

    # -- the document's places

    @cached_property
    def _head(self) -> list[_Mention]:
        """The mentions of the document's first lines."""
        return [m for m in self._mentions if m.line < _HEAD_LINES and m.start < _HEAD_LENGTH]

    @cached_property
    def _title(self) -> frozenset[Place]:
        """The places of the first line with a province, if it has one only: a report's title, a story's dateline."""
        line = next((m.line for m in self._head if _provinces(_and_around(m.reading.sure))), None)
        title = _and_around(place for m in self._head if m.line == line for place in m.reading.sure)
        return title if one_at_a_time(_provinces(title)) else frozenset()

    @cached_property
    def _is_titled(self) -> bool:
        """Whether the very first line says what the document is about, as that of a report does."""
        blank = len(self.text) - len(self.text.lstrip())
        first = self.text.count("\n", 0, blank)
        return any(m.line == first and not self._title.isdisjoint(m.reading.sure) for m in self._head)

    @cached_property
    def _home(self) -> frozenset[Place]:
        """The places the document is about: those of its head, or the province of most mentions, with what is in it."""
        home = self._title or self._majority
        typed = [mention.reading.places for mention in self._head if mention.reading.kind]
        if not home and not any(_provinces(_and_around(mention.reading.sure)) for mention in self._mentions):
            inside = typed
        else:
            inside = [_lying_in(places, home) for places in typed]
        return home | _and_around(place for places in inside if one_at_a_time(places) for place in places)

    @cached_property
    def _majority(self) -> frozenset[Place]:
        """The province that most of the mentions are sure to be of or in; two in turn have the same mentions."""
        counts = Counter(p for m in self._mentions for p in _provinces(_and_around(m.reading.sure)))
        total = sum(1 for m in self._mentions if _provinces(_and_around(m.reading.sure)))
        found = frozenset(place for place, count in counts.items() if count >= _MAJORITY * total)
        return found if one_at_a_time(found) else frozenset()

    @cached_property
    def _settled(self) -> list[tuple[Place, ...]]:
        """What each mention is sure to be, or is in the places that the document is about."""
        return [m.reading.sure or _only(_lying_in(m.reading.places, self._home)) for m in self._mentions]

    @cached_property
    def _counted(self) -> Counter[Place]:
        """How many mentions are of a place or of one in it."""
        return Counter(place for places in self._settled for place in _and_around(places))

    @cached_property
    def _abroad(self) -> bool:
        """Whether the document names other countries and nothing of Vietnam."""
        foreign = any(place.level == Level.COUNTRY for place in self._counted)
        return foreign and all(p.level <= Level.REGION and p.code != _VIETNAM for p in self._counted)

    def _before(self, index: int, same_line: bool = True) -> Iterator[tuple[Place, ...]]:
        """The settled mentions before one, in its line or in any, the nearest first."""
        for i in range(index - 1, max(-1, index - 1 - _NEIGHBOURS), -1):
            if same_line and self._mentions[i].line != self._mentions[index].line:
                return
            if self._settled[i]:
                yield self._settled[i]

    def _next(self, index: int, joints: frozenset[str]) -> int | None:
        """The mention of a place after one, if nothing but a joint stands between."""
        if index + 1 == len(self._mentions) or self._mentions[index + 1].is_body:
            return None
        between = self.text[self._mentions[index].end : self._mentions[index + 1].start][:_LONGEST_JOINT]
        return index + 1 if between.strip() in joints and "\n" not in between else None

    # -- one mention

    def _resolve(self, index: int, day: str | None, depth: int = 0) -> tuple[Place, ...]:
        reading = self._mentions[index].reading
        if reading.whole and reading.kind:
            return _on(day, self._whole(index, reading.kind))
        places = _on(day, reading.places)
        widest = tuple(place for place in places if place.level == places[0].level)
        if not places or widest[0].level >= Level.DISTRICT:
            return self._narrowed(index, places, day, depth)
        if widest[0].level == Level.PROVINCE and reading.kind is None:
            return self._district_of_the_name(index, places) or widest
        return widest if day or reading.kind is None else places

    def _district_of_the_name(self, index: int, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """The district that a province's bare name means: in a list of districts, or where only it is spelled out."""
        districts = tuple(place for place in places if place.level == Level.DISTRICT)
        if not districts:
            return ()
        following = self._next(index, _LIST)
        if following is not None:
            listed = self._mentions[following].reading.places
            if listed and listed[0].level == Level.DISTRICT:
                parents = {place.parent for place in listed}
                return _only(tuple(place for place in districts if place.parent in parents))
        called = tuple(place for place in districts if place in self._spelled)
        return () if self._spelled.intersection(places).difference(districts) else _only(called)

    @cached_property
    def _spelled(self) -> frozenset[Place]:
        """The places named with their kind."""
        return frozenset(place for m in self._mentions if m.reading.kind for place in m.reading.sure)

    @cached_property
    def _called(self) -> dict[Place, set[str]]:
        """What kind the document calls a place, which may have become another since."""
        kinds: dict[Place, set[str]] = {}
        for mention, places in zip(self._mentions, self._settled, strict=True):
            if mention.reading.kind:
                for place in places:
                    kinds.setdefault(place, set()).add(mention.reading.kind.name)
        return kinds

    def _narrowed(self, index: int, places: tuple[Place, ...], day: str | None, depth: int) -> tuple[Place, ...]:
        """Of districts and communes of a name, the one that the nearest evidence speaks for."""
        reading = self._mentions[index].reading
        bare = reading.kind is None
        # Of a later day, a bare name is a commune's, unless the document goes on in districts.
        if bare and reading.name and (not places or (day and day >= REFORM and not self.has_districts)):
            places = _on(day, named(reading.name, communes=True))
        if not places:
            return ()
        inside = self._supported(index, places, day, depth)
        if inside is not None and not (bare and _may_be_hamlet(inside, self._counted)):
            return _only(inside)
        districts = tuple(place for place in places if place.level == Level.DISTRICT)
        if districts:
            return () if bare and self._abroad else _only(districts)
        # No list of communes knows all that there were: of one name, another may be meant.
        alone = not any(place.level >= Level.PROVINCE for place in self._counted)
        return _only(places) if alone and not bare else ()

    def _supported(
        self, index: int, places: tuple[Place, ...], day: str | None, depth: int
    ) -> tuple[Place, ...] | None:
        """Those of the places that the nearest evidence has; none where evidence is at odds, None without any."""
        following = self._next(index, _JOINTS)
        if following is not None and depth < _DEPTH:
            inside = _lying_in(places, frozenset(self._resolve(following, day, depth + 1)))
            if inside:
                return inside
        before = (scope for found in self._before(index) for scope in (frozenset(found), _and_around(found)))
        near = next(filter(None, (_lying_in(places, scope) for scope in before)), ())
        districts = frozenset(place for place in self._home if place.level >= Level.DISTRICT)
        home = _lying_in(places, districts) or self._lying_in_provinces(places, self._home, day)
        if near or home:
            return tuple(place for place in near if place in home) if near and home else near or home
        return self._lying_in_provinces(places, frozenset(self._counted), day) or None

    def _lying_in_provinces(
        self, places: tuple[Place, ...], scope: frozenset[Place], day: str | None
    ) -> tuple[Place, ...]:
        """The places in a scope, with the old provinces that went into a new one if the text can be of today."""
        if self.has_districts or (day is not None and day < REFORM):
            return _lying_in(places, scope)
        return _lying_in(places, scope.union(*map(merged_into, scope)))

    def _whole(self, index: int, kind: Kind) -> tuple[Place, ...]:
        """The place of a kind that the document is about where the mention stands: *toàn tỉnh, UBND huyện, cả nước*."""
        if kind.levels == (Level.COUNTRY,):
            return self._whole_country(index)

        def of_kind(places: Iterable[Place]) -> tuple[Place, ...]:
            around = (place for place in _and_around(places) if place.level in kind.levels)
            return tuple(place for place in around if kind.name in self._called.get(place, (place.kind,)))

        near = next(filter(None, map(of_kind, self._before(index))), ())
        home = of_kind(self._home)
        if home and not near and not self._is_titled:
            # A story goes on from place to place.
            near = next(filter(None, map(of_kind, self._before(index, same_line=False))), ())
        if near and home:
            return _only(tuple(place for place in near if place in home))
        return _only(near or home or of_kind(self._counted))

    def _whole_country(self, index: int) -> tuple[Place, ...]:
        nearest = next(self._before(index), ())
        abroad = any(place.level == Level.COUNTRY and place.code != _VIETNAM for place in nearest)
        return () if abroad or self._abroad else named("việtnam")


def _may_be_hamlet(places: tuple[Place, ...], counted: Collection[Place]) -> bool:
    """Whether a bare name may be one of the many villages, streets and harbours that are called like some commune.

    It is the commune's where the commune's district is named; since there are no districts, where its province is.
    """
    return bool(places) and places[0].level == Level.COMMUNE and not any(p.parent in counted for p in places)


def _only(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places if only one can be meant, else none."""
    return places if one_at_a_time(places) else ()


def _provinces(places: Iterable[Place]) -> list[Place]:
    return [place for place in places if place.level == Level.PROVINCE]


def _and_around(places: Iterable[Place]) -> frozenset[Place]:
    return frozenset(wider for place in places for wider in place.within())


def _lying_in(places: Iterable[Place], scope: frozenset[Place]) -> tuple[Place, ...]:
    """The widest of the places that are in the scope or within one of its places."""
    inside = [place for place in places if any(wider in scope for wider in place.within())]
    return tuple(place for place in inside if place.level == inside[0].level)


def _on(day: str | None, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places in force on a day; where none was, those that ended last before, as texts go on using old names."""
    if day is None or len(places) < 2:
        return places
    now = tuple(place for place in places if place.in_force(day))
    if now:
        return now
    last = max((place.until for place in places if place.until <= day), default=None)
    return tuple(place for place in places if place.until == last) if last else places


def _chosen(places: tuple[Place, ...]) -> Linked | None:
    """One place's code and name; of several, what they have in common."""
    if not places:
        return None
    last = max(places, key=lambda place: place.until)
    one_code = all(place.code == last.code for place in places)
    if not one_code and any(place.title != last.title for place in places):
        return None
    one_iso = all(place.iso == last.iso for place in places)
    return Linked(last.code if one_code else None, last.title, last.iso if one_iso else None, last.kind)
