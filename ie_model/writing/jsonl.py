"""JSON lines: a document a line, as the contract and ``records/schema.json`` say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from ..extensions import StoredRelation
from ..records.record import dumps

if TYPE_CHECKING:
    from spacy.tokens import Doc


def document_json(id_: str, doc: Doc) -> dict[str, Any]:
    """A document as plain data: its text, entities, relations and records."""
    ids = {(span.start, span.end): f"T{i}" for i, span in enumerate(doc.ents, 1)}
    relations = [StoredRelation(*relation) for relation in doc._.stored_relations]
    return {
        "id": id_,
        "text": doc.text,
        "entities": [
            {
                "id": ids[span.start, span.end],
                "label": span.label_,
                "start": span.start_char,
                "end": span.end_char,
                "text": span.text,
                "score": span._.score,
            }
            for span in doc.ents
        ],
        "relations": [
            {
                "head": ids[relation.head_start, relation.head_end],
                "type": relation.type,
                "tail": ids[relation.tail_start, relation.tail_end],
                "score": relation.score,
            }
            for relation in relations
        ],
        "records": [record.to_dict() for record in doc._.records],
    }


class JsonLines:
    """A document a line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, id_: str, doc: Doc) -> None:
        self._stream.write(dumps(document_json(id_, doc)).encode("utf-8") + b"\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.flush()


def create(stream: BinaryIO, to_file: bool) -> JsonLines:
    return JsonLines(stream)
