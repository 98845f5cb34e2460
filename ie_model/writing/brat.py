"""brat standoff: a folder of ``.txt`` and ``.ann`` pairs, to correct by hand and train on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..convert import to_document
from ..errors import IEModelError
from ..standoff import format_annotations

if TYPE_CHECKING:
    from spacy.tokens import Doc


class Brat:
    """A folder of pairs, named after the documents; a name that is taken gets a number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IEModelError(f"{folder}: {(error.strerror or str(error)).lower()}") from error

    def write(self, id_: str, doc: Doc) -> None:
        name = stem = Path(id_).stem or "document"
        number = 1
        while name in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name)
        document = to_document(doc, name)
        (self._folder / f"{name}.txt").write_bytes(doc.text.encode("utf-8"))
        ann = format_annotations(document.entities, document.relations)
        (self._folder / f"{name}.ann").write_bytes(ann.encode("utf-8"))

    def close(self) -> None:
        pass


create = Brat
