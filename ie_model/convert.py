"""Between annotated documents (standoff) and spaCy Docs."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from . import extensions  # noqa: F401  (registers the Doc's attributes)
from .ml.types import Array
from .standoff import Document, Entity, Relation

logger = logging.getLogger(__name__)


def lines_as_documents(document: Document) -> Iterator[Document]:
    """Each sentence (line) of a document as a document of its own; ids get ``#`` and the line's number."""
    for number, (start, end) in enumerate(document.lines(), 1):
        entities = [
            Entity(e.id, e.label, e.start - start, e.end - start, e.text)
            for e in document.entities
            if start <= e.start and e.end <= end
        ]
        ids = {e.id for e in entities}
        relations = [r for r in document.relations if r.head in ids and r.tail in ids]
        yield Document(f"{document.id}#{number}", document.text[start:end], entities, relations)


def make_doc(nlp: Language, document: Document) -> Doc:
    """The document's text as a tokenized Doc whose sentences are its lines."""
    doc = nlp.make_doc(document.text)
    if len(doc):
        values: Array = np.full((len(doc), 1), -1, dtype="int64")
        values[0] = 1
        offsets = np.array([token.idx for token in doc])
        for start, _ in document.lines():
            place = int(np.searchsorted(offsets, start))
            if place < len(doc):
                values[place] = 1
        doc.from_array([SENT_START], values.astype("uint64"))
    return doc


def add_gold(doc: Doc, document: Document) -> Doc:
    """Set a document's entities and relations on its Doc; spans off the token borders are left out with a warning."""
    spans = {}
    for entity in document.entities:
        span = doc.char_span(entity.start, entity.end, label=entity.label)
        if span is None:
            logger.warning("%s: %s %r is not on token borders", document.id, entity.label, entity.text)
        else:
            spans[entity.id] = span
    doc.set_ents(list(spans.values()))
    doc._.entity_scores = tuple((span.start, span.end, 1.0) for span in doc.ents)
    doc._.stored_relations = tuple(
        (spans[r.head].start, spans[r.head].end, r.type, spans[r.tail].start, spans[r.tail].end, 1.0)
        for r in document.relations
        if r.head in spans and r.tail in spans
    )
    return doc


def to_document(doc: Doc, id_: str) -> Document:
    """Entities and relations of a Doc as standoff; entity ids T1, T2, … in text order, relation ids R1, R2, …"""
    entities = [
        Entity(f"T{i}", span.label_, span.start_char, span.end_char, span.text) for i, span in enumerate(doc.ents, 1)
    ]
    ids = {(entity.start, entity.end): entity.id for entity in entities}
    relations = [
        Relation(f"R{i}", type_, ids[head.start_char, head.end_char], ids[tail.start_char, tail.end_char])
        for i, (head, type_, tail) in enumerate(doc._.relations, 1)
    ]
    return Document(id_, doc.text, entities, relations)
