"""underthesea's named-entity recognition, a line at a time, mapped to the scheme's labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ie_model.conll import decode_tags
from ie_model.standoff import Document, Entity

from . import settings
from .words import locate


def find(documents: Sequence[Document]) -> list[Document]:
    return [replace(document, entities=list(_entities(document))) for document in documents]


def _entities(document: Document) -> Iterator[Entity]:
    from underthesea import ner

    labels = settings("underthesea")
    for line_start, line_end in document.lines():
        line = document.text[line_start:line_end]
        tagged = ner(line)
        places = locate((token[0] for token in tagged), line)
        for label, first, after in decode_tags([token[3] for token in tagged]):
            inside = [place for place in places[first:after] if place]
            if label in labels and inside:
                start, end = line_start + inside[0][0], line_start + inside[-1][1]
                yield Entity(f"T{start}", labels[label], start, end, document.text[start:end])
