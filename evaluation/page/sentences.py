"""The sentences with errors, cut into pieces that a template can mark, with their relations as arcs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import Error, Link, Side, Span, find_errors, read_side


@dataclass(frozen=True)
class Piece:
    """A stretch of text; outside of entities ``span`` is None. ``kind`` is that of its error, if it is one."""

    text: str
    span: Span | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Arc:
    """A relation between the entities that come ``head``-th and ``tail``-th in the sentence, counted from 0."""

    head: int
    tail: int
    type: str
    kind: str | None = None


@dataclass(frozen=True)
class View:
    """A sentence as one side has it."""

    pieces: list[Piece]
    arcs: list[Arc]


@dataclass(frozen=True)
class Sentence:
    """A sentence with at least one error; ``number`` counts the sentences of its document from 1."""

    document: str
    number: int
    gold: View
    predicted: View
    errors: list[Error]


@dataclass
class _Part:
    """What belongs to one sentence, while it is gathered."""

    gold: list[Span] = field(default_factory=list)
    predicted: list[Span] = field(default_factory=list)
    links: tuple[list[Link], list[Link]] = field(default_factory=lambda: ([], []))
    errors: list[Error] = field(default_factory=list)


def sentences_with_errors(document: Mapping[str, Any]) -> Iterator[Sentence]:
    """The sentences of a document (plain data, see :func:`ie_model_evaluation.page.render`) that have errors.

    Everything belongs to the last sentence that begins at or before it, a relation to that of its head.
    """
    text, bounds = document["text"], [tuple(bound) for bound in document["sentences"]] or [(0, len(document["text"]))]
    gold, predicted = read_side(document["gold"], text), read_side(document["predicted"], text)
    parts = _gather([start for start, _ in bounds], gold, predicted, find_errors(gold, predicted))
    for place, part in sorted(parts.items()):
        if not part.errors:
            continue
        spans = [*part.gold, *part.predicted]
        start = min([bounds[place][0], *(span.start for span in spans)])
        end = max([bounds[place][1], *(span.end for span in spans)])
        kinds = {id(side): error.kind for error in part.errors for side in error.sides}
        yield Sentence(
            document["id"],
            place + 1,
            _view(text, start, end, part.gold, part.links[0], kinds),
            _view(text, start, end, part.predicted, part.links[1], kinds),
            part.errors,
        )


def _gather(starts: Sequence[int], gold: Side, predicted: Side, errors: Iterable[Error]) -> dict[int, _Part]:
    parts: dict[int, _Part] = {}

    def part(offset: int) -> _Part:
        return parts.setdefault(max(bisect_right(starts, offset) - 1, 0), _Part())

    for span in gold.spans:
        part(span.start).gold.append(span)
    for span in predicted.spans:
        part(span.start).predicted.append(span)
    for side, links in enumerate((gold.links, predicted.links)):
        for link in links:
            part(link.start).links[side].append(link)
    for error in errors:
        part(error.start).errors.append(error)
    return parts


def _view(
    text: str, start: int, end: int, spans: Sequence[Span], links: Iterable[Link], kinds: Mapping[int, str]
) -> View:
    pieces, position = [], start
    for span in spans:
        if position < span.start:
            pieces.append(Piece(text[position : span.start]))
        # Overlapping spans are none of ours, but must neither repeat text nor shift the arcs' numbers.
        pieces.append(Piece(text[max(position, span.start) : span.end], span, kinds.get(id(span))))
        position = max(position, span.end)
    if position < end:
        pieces.append(Piece(text[position:end]))
    numbers = {span: number for number, span in enumerate(spans)}
    arcs = [
        Arc(numbers[link.head], numbers[link.tail], link.type, kinds.get(id(link)))
        for link in links
        if link.tail in numbers  # else it lies in another sentence: listed, not drawn
    ]
    return View(pieces, arcs)
