"""Figures by rule: numbers by a regular expression, the nearest noun phrase as indicator, the nearest year as time.

Noun phrases are runs of words that underthesea's part-of-speech tagger calls nouns or, behind one, adjectives.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ie_model.standoff import Document, Entity, Relation

from . import settings
from .words import Span, locate

_SETTINGS = settings("rules")
HEAD_LABELS = (_SETTINGS["number"], _SETTINGS["percentage"])


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


_NUMBER = re.compile(
    rf"(?<![\w.,/-])\d+(?:[.,]\d+)*(?:\s?(?P<percent>{_any(_SETTINGS['percent_signs'])})"
    rf"|(?P<magnitude>(?:\s(?:{_any(_SETTINGS['magnitudes'])}))+)\b|(?![\w/-]))"
)
_YEAR = re.compile(
    rf"(?<![\w.,])(?:(?:{_any(_SETTINGS['period_words'])})\s)?(?:[\dIVX]{{1,3}}[/-]){{0,2}}(?:19|20)\d\d(?![\w/]|[.,]\d)"
)


def find(documents: Sequence[Document]) -> list[Document]:
    return [_find(document) for document in documents]


def _find(document: Document) -> Document:
    found = _Found(document)
    for start, end in document.lines():
        found.add_line(start, document.text[start:end])
    return Document(document.id, document.text, list(found.entities.values()), found.relations)


@dataclass
class _Found:
    """What is found in a document so far; an entity is known by its span."""

    document: Document
    entities: dict[Span, Entity] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def add_line(self, start: int, line: str) -> None:
        tagged = _tag(line)
        years = [match.span() for match in _YEAR.finditer(line)]
        values = list(_values(line, tagged, years))
        phrases = list(_noun_phrases(tagged, [*years, *(span for _, span in values)]))
        periods = {span: self._add(_SETTINGS["period"], start, span) for span in years}
        for label, span in values:
            value = self._add(label, start, span)
            if phrase := _nearest(phrases, span):
                self._relate(value, _SETTINGS["level"], self._add(_SETTINGS["indicator"], start, phrase))
            if year := _nearest(years, span):
                self._relate(value, _SETTINGS["at"], periods[year])

    def _add(self, label: str, offset: int, span: Span) -> Entity:
        start, end = offset + span[0], offset + span[1]
        entity = Entity(f"T{start}", label, start, end, self.document.text[start:end])
        return self.entities.setdefault((start, end), entity)

    def _relate(self, head: Entity, type_: str, tail: Entity) -> None:
        self.relations.append(Relation(f"R{len(self.relations) + 1}", type_, head.id, tail.id))


def _tag(line: str) -> list[tuple[str, Span]]:
    """Part of speech and place of each word."""
    from underthesea import pos_tag

    tagged = pos_tag(line)
    places = locate((word for word, _ in tagged), line)
    return [(tag, place) for (_, tag), place in zip(tagged, places, strict=True) if place]


def _values(line: str, tagged: Sequence[tuple[str, Span]], years: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """Numbers outside the years, with the noun behind as unit."""
    tag_at = {place[0]: (tag, place) for tag, place in tagged}
    for match in _NUMBER.finditer(line):
        start, end = match.span()
        if _overlaps((start, end), years):
            continue
        tag, (_, unit_end) = tag_at.get(end + 1, ("", (0, 0)))
        if match["percent"]:
            yield _SETTINGS["percentage"], (start, end)
        else:
            has_unit = line[end : end + 1] == " " and tag in _SETTINGS["unit_nouns"]
            yield _SETTINGS["number"], (start, unit_end if has_unit else end)


def _noun_phrases(tagged: Sequence[tuple[str, Span]], taken: Sequence[Span]) -> Iterator[Span]:
    """Runs of nouns outside the spans that are taken, in text order."""
    taken = sorted(taken)
    start = end = -1
    for tag, place in tagged:
        goes_on = tag in _SETTINGS["nouns"] or (start >= 0 and tag in _SETTINGS["noun_modifiers"])
        if goes_on and not _overlaps(place, taken):
            start, end = (place[0] if start < 0 else start), place[1]
        elif start >= 0:
            yield start, end
            start = -1
    if start >= 0:
        yield start, end


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span shares a character with one of others that are sorted and do not overlap."""
    place = bisect_left(others, span[1], key=lambda other: other[0]) - 1
    return place >= 0 and others[place][1] > span[0]


def _nearest(spans: Sequence[Span], to: Span) -> Span | None:
    """The one with fewest characters between; of two the one before. ``spans`` are in text order."""
    place = bisect_left(spans, to)
    around = spans[max(place - 1, 0) : place + 1]
    return min(around, key=lambda span: max(to[0] - span[1], span[0] - to[1]), default=None)
