"""The gold documents that a model is scored on."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ie_model.errors import StandoffError
from ie_model.scheme import Scheme, read_scheme
from ie_model.split import HELD_OUT_FILE, split_documents
from ie_model.standoff import Document, read_corpus

SCHEME_FILE = "annotation.conf"
PROJECT_CORPUS, PROJECT_ANNOTATIONS = Path("corpus"), Path("annotations")


@dataclass(frozen=True)
class Gold:
    """What is scored on.

    Attributes:
        documents: The gold.
        source: Where they come from, for people.
        training: Documents of the same folders, else of the project, that are not scored on; may be empty.
        scheme: That of the annotations folder, if it has one.
    """

    documents: list[Document]
    source: str
    training: list[Document] = field(default_factory=list)
    scheme: Scheme | None = None


def read_gold(corpus: Path | None = None, annotations: Path | None = None, *, running: bool = False) -> Gold:
    """The held-out documents of the project, or those of the given folders.

    Of ``corpus/`` and ``annotations/`` in the current directory it is the held-out part, however that was chosen; of
    folders that are named it is the held-out part if a ``held-out.txt`` says which, else all.

    Args:
        running: Whether it is to be scored as running text, which the source then says.

    Raises:
        StandoffError: A folder is missing, a document is broken or has overlapping entities, or there is none.
    """
    named = corpus is not None and annotations is not None
    corpus, annotations = corpus or PROJECT_CORPUS, annotations or PROJECT_ANNOTATIONS
    documents = read_corpus(corpus, annotations)
    place = str(corpus) if corpus == annotations else f"{corpus} with {annotations}"
    part = "all documents"
    training: list[Document] = []
    listed = (annotations / HELD_OUT_FILE).is_file()
    if listed or not named:
        training, documents = split_documents(documents, annotations)
        part = f"the part held out by {annotations / HELD_OUT_FILE}" if listed else "the tenth held out by hash"
    if not documents:
        raise StandoffError(f"{place}: no annotated documents to score on ({part})")
    for document in documents:
        check_flat(document)
    scheme = annotations / SCHEME_FILE
    return Gold(
        documents,
        f"{place}, {part}" + (", as running text" if running else ""),
        training or _project_training(),
        read_scheme(scheme) if scheme.is_file() else None,
    )


def _project_training() -> list[Document]:
    """The training part of the project in the current directory, against which other gold is seen or unseen."""
    if not (PROJECT_CORPUS.is_dir() and PROJECT_ANNOTATIONS.is_dir()):
        return []
    training, _ = split_documents(read_corpus(PROJECT_CORPUS, PROJECT_ANNOTATIONS), PROJECT_ANNOTATIONS)
    return training


def check_flat(document: Document) -> None:
    """Raise a StandoffError where entities, given in text order, overlap."""
    for first, second in pairwise(document.entities):
        if second.start < first.end:
            raise StandoffError(f"{document.id}: {first.id} {first.text!r} and {second.id} {second.text!r} overlap")
