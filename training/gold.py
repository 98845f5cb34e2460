"""The gold of a project: written documents as standoff, and, where a clone is given, the referenced news."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ie_model.split import HELD_OUT_FILE, place_in_order, split_documents
from ie_model.standoff import Document, format_annotations, read_corpus

from .vietnews import read_references, rebuild

SCHEME_FILE = "annotation.conf"
BOTH = "both"
REFERENCES = "vietnews"  # folder of the annotations by reference, below the annotations


def read_gold(
    corpus: Path, annotations: Path, clone: Path | None = None, sources: str = BOTH, share: float = 1.0
) -> tuple[list[Document], list[Document]]:
    """Training and held-out documents.

    Of the referenced documents those are held out that the references' own ``held-out.txt`` lists, if there is one.

    Args:
        clone: Of the corpus that the annotations by reference point into; None leaves them out.
        sources: ``both``, or ``written`` or ``referenced`` alone (of the training part).
        share: How much of the training part is taken, by document; a smaller share is part of a larger one.

    Raises:
        StandoffError: A document is broken.
        InputError: The clone lacks a referenced file, or has another version of it.
    """
    written, held_out = split_documents(read_corpus(corpus, annotations), annotations)
    referenced: list[Document] = []
    if clone is not None:
        referenced, aside = split_references(rebuild(read_references(annotations / REFERENCES), clone), annotations)
        held_out = held_out + aside
    train = {BOTH: written + referenced, "written": written, "referenced": referenced}[sources]
    return [document for document in train if place_in_order(document.id) < share], held_out


def split_references(documents: list[Document], annotations: Path) -> tuple[list[Document], list[Document]]:
    """The same split of referenced documents; without a ``held-out.txt`` beside them, all are for training.

    Raises:
        StandoffError: see :func:`ie_model.split.split_documents`.
    """
    folder = annotations / REFERENCES
    return split_documents(documents, folder) if (folder / HELD_OUT_FILE).is_file() else (documents, [])


def fingerprint(corpus: Path, annotations: Path) -> str:
    """sha256 over all gold: written texts and annotations, references, scheme and split."""
    digest = hashlib.sha256()
    for document in read_corpus(corpus, annotations):
        for part in (document.id, document.text, format_annotations(document.entities, document.relations)):
            digest.update(part.encode("utf-8") + b"\0")
    references = annotations / REFERENCES
    extra = [annotations / SCHEME_FILE, annotations / HELD_OUT_FILE, references / HELD_OUT_FILE]
    extra += sorted(references.glob("*.json"))
    for path in extra:
        if path.is_file():
            digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
