"""One name for each body of a document, however it is spelled: *BHXH tỉnh* and *BẢO HIỂM XÃ HỘI TỈNH SƠN LA* are one.

A name is put together from what is known of its parts: common abbreviations written out (``data/bodies.txt``), those
that the document defines in brackets, and the place that its office is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .forms import written_out
from .gazetteer import key
from .linking import Linker

# "Tổng cục Thống kê (TCTK)", inside the mention or right after it.
_IN_BRACKETS = re.compile(r"\s{0,3}\(([^()\s]{2,15})\)")


class BodyNames:
    """The names of one document's bodies.

    Args:
        text: The document.
        bodies: Offsets of its mentions of bodies.
        linker: The document's places, which knows the places in the bodies' names.
    """

    def __init__(self, text: str, bodies: Iterable[tuple[int, int]], linker: Linker) -> None:
        self._text = text
        self._linker = linker
        self._defined: dict[str, tuple[int, int]] = {}
        self._spelled: dict[str, str] = {}
        self._offices: dict[str, tuple[int, int] | None] = {}
        for start, end in sorted(bodies):
            self._learn(start, end)

    def _learn(self, start: int, end: int) -> None:
        """What a mention tells about others: an abbreviation, a spelling, the one office of an agency."""
        written, short = self._parts(start, end)
        if short:
            self._defined.setdefault(key(short), (start, end))
        reading = self._linker.body_reading(start, end)
        name, form = written_out(written[: reading.start])
        spelled = self._spelled.setdefault(key(name), name)
        # A heading in capitals does not say which letters are.
        if _capitals(name) < _capitals(spelled):
            self._spelled[key(name)] = name
        if form and form.is_agency and reading.places:
            other = self._offices.setdefault(key(name), (start, end))
            same = other is not None and self._linker.body_reading(*other).places == reading.places
            self._offices[key(name)] = other if same else None

    def name(self, start: int, end: int, day: str | None = None) -> str:
        """The name of the body at these offsets, its place as of a day (``YYYY-MM-DD``)."""
        written, _ = self._parts(start, end)
        defined = self._defined.get(key(written))
        if defined and defined != (start, end):
            return self._full(*defined, day)
        return self._full(start, end, day)

    def _full(self, start: int, end: int, day: str | None) -> str:
        written, _ = self._parts(start, end)
        reading = self._linker.body_reading(start, end)
        if not reading.places and not reading.whole:
            name, form = written_out(written)
            office = self._offices.get(key(name)) if form and form.is_agency else None
            return self._full(*office, day) if office else self._spelled.get(key(name), name)
        own, place = written[: reading.start], written[reading.start :]
        name, form = written_out(own)
        name = self._spelled.get(key(name), name)
        linked = self._linker.link(start, end, day, is_body=True)
        if form and form.is_agency and linked:
            bare = linked.name[len(linked.kind) :].strip()
            kind = "" if form.has_level else linked.kind.lower()
            return " ".join(filter(None, (name, kind, bare)))
        return " ".join((name, *place.split()))

    def _parts(self, start: int, end: int) -> tuple[str, str | None]:
        """The name without an abbreviation in brackets behind it, and that abbreviation."""
        text = self._text[start:end]
        inside = _IN_BRACKETS.search(text[-20:])
        if inside and inside.end() == len(text[-20:]):
            short, text = inside.group(1), text[: len(text) - len(inside.group())]
        else:
            behind = _IN_BRACKETS.match(self._text[end : end + 21])
            short = behind.group(1) if behind else None
        abbreviates = short is not None and sum(char.isupper() for char in short) > 1
        return text, short if abbreviates else None


def _capitals(name: str) -> int:
    return sum(map(str.isupper, name))
