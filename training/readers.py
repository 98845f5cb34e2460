"""spaCy corpus readers over annotated text, registered by name for ``config.cfg``."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import registry

from ie_model.conll import conll_doc, read_conll
from ie_model.convert import add_gold, lines_as_documents, make_doc
from ie_model.scheme import read_scheme
from ie_model.standoff import Document

from .gold import BOTH, read_gold

Reader = Callable[[Language], Iterator[Example]]


@registry.readers("ie_model.EntityLabels.v1")
def read_entity_labels(path: Path) -> list[str]:
    """Entity labels of an ``annotation.conf``."""
    return list(read_scheme(path).labels)


@registry.readers("ie_model.Scheme.v1")
def read_scheme_labels(path: Path) -> dict[str, Any]:
    """Relation types and allowed pairs of an ``annotation.conf``, as the relation extractor takes them."""
    return read_scheme(path).to_json()


@registry.readers("ie_model.BratCorpus.v1")
def create_brat_reader(
    corpus: Path,
    annotations: Path,
    part: str,
    clone: Path | None = None,
    sources: str = BOTH,
    share: float = 1.0,
    upper: float = 0.0,
    seed: int = 0,
) -> Reader:
    """Examples from brat standoff, one a sentence.

    Args:
        corpus, annotations: Folders, see :func:`ie_model.standoff.read_corpus`.
        part: ``train`` or ``held-out``.
        clone, sources, share: see :func:`ie_model_training.gold.read_gold`.
        upper: Share of the sentences that come a second time in upper case.
        seed: Chooses these sentences.
    """

    def documents() -> Iterator[Document]:
        train, held_out = read_gold(Path(corpus), Path(annotations), Path(clone) if clone else None, sources, share)
        sentences = [
            line for document in (train if part == "train" else held_out) for line in lines_as_documents(document)
        ]
        yield from sentences
        yield from _in_upper_case(sentences, upper, seed)

    def make(nlp: Language) -> Iterator[tuple[Doc, Doc]]:
        for document in documents():
            doc = _segmented(nlp, make_doc(nlp, document))
            yield doc, add_gold(doc.copy(), document)

    return _cached(make)


@registry.readers("ie_model.ConllCorpus.v1")
def create_conll_reader(path: Path) -> Reader:
    """Examples from a CoNLL file, one a sentence, entities only; tokens are the file's."""

    def make(nlp: Language) -> Iterator[tuple[Doc, Doc]]:
        for sentence in read_conll(Path(path)):
            doc = _segmented(nlp, conll_doc(nlp.vocab, sentence.tokens))
            gold = doc.copy()
            gold.set_ents([Span(gold, start, end, label=label) for label, start, end in sentence.spans])
            yield doc, gold

    return _cached(make)


def _cached(make: Callable[[Language], Iterable[tuple[Doc, Doc]]]) -> Reader:
    """A reader that makes its Docs once, and for each epoch fresh examples of them."""
    cache: list[tuple[Doc, Doc]] = []

    def read(nlp: Language) -> Iterator[Example]:
        if not cache:
            cache.extend(make(nlp))
        for predicted, reference in cache:
            yield Example(predicted.copy(), reference)

    return read


def _segmented(nlp: Language, doc: Doc) -> Doc:
    """Words are set here once, so that an epoch does not compute them again."""
    return nlp.get_pipe("word_segmenter")(doc) if nlp.has_pipe("word_segmenter") else doc


def _in_upper_case(sentences: list[Document], share: float, seed: int) -> Iterator[Document]:
    chosen = random.Random(seed)
    for sentence in sentences:
        if chosen.random() < share and len(sentence.text.upper()) == len(sentence.text):
            yield Document(sentence.id + "^", sentence.text.upper(), sentence.entities, sentence.relations)
