"""What a model says about gold documents, as documents of the same form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from ie_model.conll import ConllSentence, conll_doc
from ie_model.convert import add_gold, make_doc, to_document
from ie_model.standoff import Document, Entity

TAGGER, EXTRACTOR, RECORDS = "entity_tagger", "relation_extractor", "record_builder"


def predict(nlp: Language, gold: Sequence[Document], *, running: bool = False) -> list[Document]:
    """Entities and relations that the pipeline finds, documents in the order of ``gold``.

    Args:
        running: The text as running text, split into sentences by the pipeline; else the gold lines are the sentences.
    """
    docs = nlp.pipe((_make(nlp, document, running) for document in gold), disable=[RECORDS])
    return _to_documents(docs, gold)


def predict_on_gold_entities(nlp: Language, gold: Sequence[Document], *, running: bool = False) -> list[Document]:
    """Relations that the pipeline finds between the gold entities; a gold span off the token borders is left out.

    Args:
        running: see :func:`predict`.
    """
    docs = (
        add_gold(_make(nlp, document, running), Document(document.id, document.text, document.entities))
        for document in gold
    )
    return _to_documents(nlp.pipe(docs, disable=[TAGGER, RECORDS]), gold)


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


def _to_documents(docs: Iterable[Doc], gold: Sequence[Document]) -> list[Document]:
    return [to_document(doc, document.id) for doc, document in zip(docs, gold, strict=True)]


def _token_document(number: int, tokens: list[str], spans: Iterable[tuple[str, int, int]]) -> Document:
    entities = [
        Entity(f"T{i}", label, start, end, " ".join(tokens[start:end]))
        for i, (label, start, end) in enumerate(spans, 1)
    ]
    return Document(f"#{number}", " ".join(tokens), entities)
