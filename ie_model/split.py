"""Which documents are trained on and which are held out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from .errors import StandoffError
from .standoff import Document

HELD_OUT_FILE = "held-out.txt"


def split_documents(documents: Iterable[Document], annotations: Path) -> tuple[list[Document], list[Document]]:
    """Training and held-out documents.

    ``held-out.txt`` in the annotations folder lists the ids of the held-out documents, one a line; without it,
    about a tenth of the documents is held out, chosen by a hash of the id.

    Raises:
        StandoffError: The file names a document that does not exist.
    """
    documents = list(documents)
    path = annotations / HELD_OUT_FILE
    if path.is_file():
        listed = held_out_ids(annotations)
        if unknown := listed - {document.id for document in documents}:
            raise StandoffError(f"{path}: no document {sorted(unknown)[0]}")
        held_out = [document for document in documents if document.id in listed]
    else:
        held_out = [document for document in documents if place_in_order(document.id) < 0.1]
        if not held_out and len(documents) > 1:
            held_out = [min(documents, key=lambda document: place_in_order(document.id))]
    ids = {document.id for document in held_out}
    return [document for document in documents if document.id not in ids], held_out


def held_out_ids(annotations: Path) -> set[str]:
    """The ids that the folder's ``held-out.txt`` lists; none without it."""
    path = annotations / HELD_OUT_FILE
    return {line.strip() for line in path.read_text(encoding="utf-8").splitlines()} - {""} if path.is_file() else set()


def place_in_order(id_: str) -> float:
    """A number from 0 up to 1 that a hash gives a document: the same on every machine, whatever else there is."""
    return int.from_bytes(hashlib.sha256(id_.encode("utf-8")).digest()[:4], "big") / 2**32
