"""The gold documents that a model is scored on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ie_model.errors import StandoffError
from ie_model.split import HELD_OUT_FILE, split_documents
from ie_model.standoff import Document, read_corpus

PROJECT_CORPUS, PROJECT_ANNOTATIONS = Path("corpus"), Path("annotations")


@dataclass(frozen=True)
class Gold:
    """Gold documents and, for people, where they come from."""

    documents: list[Document]
    source: str


def read_gold(corpus: Path | None = None, annotations: Path | None = None) -> Gold:
    """The held-out documents of the project, or those of the given folders.

    Of ``corpus/`` and ``annotations/`` in the current directory it is the held-out part, however that was chosen; of
    folders that are named it is the held-out part if a ``held-out.txt`` says which, else all.

    Raises:
        StandoffError: A folder is missing, a document is broken or has overlapping entities, or there is none.
    """
    named = corpus is not None and annotations is not None
    corpus, annotations = corpus or PROJECT_CORPUS, annotations or PROJECT_ANNOTATIONS
    documents = read_corpus(corpus, annotations)
    place = str(corpus) if corpus == annotations else f"{corpus} with {annotations}"
    part = "all documents"
    listed = (annotations / HELD_OUT_FILE).is_file()
    if listed or not named:
        _, documents = split_documents(documents, annotations)
        part = f"the part held out by {annotations / HELD_OUT_FILE}" if listed else "the tenth held out by hash"
    if not documents:
        raise StandoffError(f"{place}: no annotated documents to score on ({part})")
    for document in documents:
        _check_flat(document)
    return Gold(documents, f"{place}, {part}")


def _check_flat(document: Document) -> None:
    for first, second in pairwise(document.entities):
        if second.start < first.end:
            raise StandoffError(f"{document.id}: {first.id} {first.text!r} and {second.id} {second.text!r} overlap")
