"""Strings that are annotated in different ways at different places of a corpus."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ie_model.standoff import Document, Entity

from .check import Finding, line_of

PLAIN = "not annotated"
_SEEN = 2  # a string annotated once says nothing of a habit
# Numbers and names with inner signs (12/7/2019, TP.HCM) are one token, so that no mention is found inside them.
_TOKEN = re.compile(r"[\w\u0300-\u036f]+(?:[./,-][\w\u0300-\u036f]+)*|[^\w\s]")

_Key = tuple[str, ...]


@dataclass(frozen=True)
class _Mention:
    document: Document
    start: int
    end: int
    annotation: str  # a label, the labels of its parts, or PLAIN


@dataclass(frozen=True)
class _Strings:
    """Strings to look for: whether they are capital wherever annotated, and how long those are that begin so."""

    capital: dict[_Key, bool]
    lengths: dict[str, list[int]]


def differing_mentions(documents: Sequence[Document], labels: Collection[str]) -> Iterator[Finding]:
    """Places where a string is annotated in another way than at most of its places.

    Strings are those annotated at least twice with one of ``labels``, compared token by token without case. Mentions
    inside a longer entity are left out, and so is plain text in lower case that is capital wherever it is annotated.
    """
    strings = _strings(documents, labels)
    mentions: dict[_Key, list[_Mention]] = defaultdict(list)
    for document in documents:
        for start, end in document.lines():
            for key, mention in _mentions(document, start, end, strings):
                mentions[key].append(mention)
    for key in sorted(mentions):
        yield from _minority(mentions[key], syllables=len(key))


def _key(text: str) -> _Key:
    return tuple(unicodedata.normalize("NFC", token).casefold() for token in _TOKEN.findall(text))


def _strings(documents: Sequence[Document], labels: Collection[str]) -> _Strings:
    entities = [entity for document in documents for entity in document.entities if entity.label in labels]
    seen = Counter(_key(entity.text) for entity in entities)
    lower = {_key(entity.text) for entity in entities if entity.text[0].islower()}
    lengths: dict[str, set[int]] = defaultdict(set)
    for key, count in seen.items():
        if count >= _SEEN:
            lengths[key[0]].add(len(key))
    return _Strings(
        {key: key not in lower for key, count in seen.items() if count >= _SEEN},
        {first: sorted(found, reverse=True) for first, found in lengths.items()},
    )


def _mentions(document: Document, start: int, end: int, strings: _Strings) -> Iterator[tuple[_Key, _Mention]]:
    """The mentions in one sentence; of plain ones inside one another only the longest."""
    borders = [(match.start(), match.end()) for match in _TOKEN.finditer(document.text, start, end)]
    words = _key(document.text[start:end])
    entities = [entity for entity in document.entities if start <= entity.start < end]
    plain_up_to = start
    for i, word in enumerate(words):
        for length in strings.lengths.get(word, ()):
            key = words[i : i + length]
            if len(key) < length or key not in strings.capital:
                continue
            first, last = borders[i][0], borders[i + length - 1][1]
            annotation = _annotation(first, last, entities)
            if annotation == PLAIN:
                if last <= plain_up_to or (strings.capital[key] and document.text[first].islower()):
                    continue
                plain_up_to = last
            if annotation is not None:
                yield key, _Mention(document, first, last, annotation)


def _annotation(start: int, end: int, entities: Sequence[Entity]) -> str | None:
    """How a stretch is annotated; None where it is part of a longer entity or crosses its border."""
    inside = [entity for entity in entities if entity.start < end and start < entity.end]
    if not inside:
        return PLAIN
    if any(entity.start < start or end < entity.end for entity in inside):
        return None
    if (inside[0].start, inside[0].end) == (start, end):
        return inside[0].label
    return "partly " + " and ".join(entity.label for entity in inside)


def _minority(mentions: Sequence[_Mention], syllables: int) -> Iterator[Finding]:
    counts = Counter(mention.annotation for mention in mentions)
    if syllables == 1 and counts[PLAIN] > len(mentions) / 2:
        # A syllable that is mostly plain is mostly a part of other words: "hiện" in "thực hiện".
        mentions = [mention for mention in mentions if mention.annotation != PLAIN]
        del counts[PLAIN]
    usual = max(counts, key=lambda annotation: (counts[annotation], annotation != PLAIN, annotation), default=PLAIN)
    for mention in mentions:
        if mention.annotation != usual:
            text = mention.document.text[mention.start : mention.end]
            message = f"{text!r} is {mention.annotation} here, {usual} at {counts[usual]} of {len(mentions)} places"
            line = line_of(mention.document, mention.start)
            yield Finding(mention.document.id, line, "differs", text, message)
