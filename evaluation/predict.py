"""What a model says about gold documents, as documents of the same form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from ie_model.conll import ConllSentence, conll_doc
from ie_model.convert import add_gold, make_doc, to_document
from ie_model.standoff import Document, Entity
from ie_model.writing.jsonl import document_json

from .given import Prediction, from_json

TAGGER, EXTRACTOR, RECORDS = "entity_tagger", "relation_extractor", "record_builder"


def predict(nlp: Language, gold: Sequence[Document], *, running: bool = False) -> list[Prediction]:
    """What the pipeline says of each text, in the order of ``gold``; records if it has relations.

    Args:
        running: The text as running text, split into sentences by the pipeline; else the gold lines are the sentences.
    """
    docs = nlp.pipe(_make(nlp, document, running) for document in gold)
    found = [from_json(document_json(document.id, doc), document.id) for doc, document in zip(docs, gold, strict=True)]
    return found if nlp.has_pipe(EXTRACTOR) else [replace(prediction, records=None) for prediction in found]


def predict_on_gold_entities(nlp: Language, gold: Sequence[Document], *, running: bool = False) -> list[Document]:
    """Relations that the pipeline finds between the gold entities; a gold span off the token borders is left out.

    Args:
        running: see :func:`predict`.
    """
    docs = (
        add_gold(_make(nlp, document, running), Document(document.id, document.text, document.entities))
        for document in gold
    )
    found = nlp.pipe(docs, disable=[TAGGER, RECORDS])
    return [to_document(doc, document.id) for doc, document in zip(found, gold, strict=True)]


def predict_conll(nlp: Language, sentences: Sequence[ConllSentence]) -> list[Document]:
    """Entities that the tagger finds in the given tokens; for their form see :func:`conll_gold`."""
    docs = nlp.pipe((conll_doc(nlp.vocab, sentence.tokens) for sentence in sentences), disable=[EXTRACTOR, RECORDS])
    return [
        _token_document(number, sentence.tokens, [(span.label_, span.start, span.end) for span in doc.ents])
        for number, (doc, sentence) in enumerate(zip(docs, sentences, strict=True), 1)
    ]


def conll_gold(sentences: Sequence[ConllSentence]) -> list[Document]:
    """Each sentence as a document whose offsets count tokens."""
    return [_token_document(number, sentence.tokens, sentence.spans) for number, sentence in enumerate(sentences, 1)]


def _make(nlp: Language, document: Document, running: bool) -> Doc:
    return nlp.make_doc(document.text) if running else make_doc(nlp, document)


def _token_document(number: int, tokens: list[str], spans: Iterable[tuple[str, int, int]]) -> Document:
    entities = [
        Entity(f"T{i}", label, start, end, " ".join(tokens[start:end]))
        for i, (label, start, end) in enumerate(spans, 1)
    ]
    return Document(f"#{number}", " ".join(tokens), entities)
