"""Extracted documents in the output formats; each writer takes documents one by one and writes them at once."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from .convert import to_document
from .errors import IEModelError
from .extensions import StoredRelation
from .records.record import Item, Record, dumps
from .standoff import format_annotations

if TYPE_CHECKING:
    from spacy.tokens import Doc

RECORD_FIELDS = [field.name for field in fields(Record)]


class Writer(Protocol):
    """Writes documents; ``close`` ends the output."""

    def write(self, id_: str, doc: Doc) -> None: ...

    def close(self) -> None: ...


def document_json(id_: str, doc: Doc) -> dict[str, Any]:
    """A document as the contract's JSON object."""
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


class Csv:
    """A record a line, lists joined by ``; ``; ``mark`` writes a byte order mark, which spreadsheets want in a file."""

    def __init__(self, stream: BinaryIO, mark: bool) -> None:
        self._stream = stream
        self._stream.write(("\ufeff" if mark else "").encode("utf-8"))
        self._put(["document", *RECORD_FIELDS])

    def _put(self, cells: list[Any]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(cells)
        self._stream.write(line.getvalue().encode("utf-8"))

    def write(self, id_: str, doc: Doc) -> None:
        for record in doc._.records:
            self._put([_harmless(id_), *(_cell(getattr(record, name)) for name in RECORD_FIELDS)])
        self._stream.flush()

    def close(self) -> None:
        self._stream.flush()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return _harmless("; ".join(part.text if isinstance(part, Item) else str(part) for part in value))
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, int | float) else _harmless(str(value))


def _harmless(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection")."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") and text != "-" else text


class Table:
    """Records as a table for a person at a terminal."""

    _COLUMNS = (("indicator", 40), ("kind", 10), ("figure", 24), ("period", 18), ("subject", 24), ("compared to", 24))

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, id_: str, doc: Doc) -> None:
        records = doc._.records
        self._line(f"{id_}: {len(records)} figures")
        rows = [tuple(name for name, _ in self._COLUMNS), *(self._row(record, doc.text) for record in records)]
        if len(rows) > 1:
            widths = [min(limit, max(_width(row[i]) for row in rows)) for i, (_, limit) in enumerate(self._COLUMNS)]
            rows.insert(1, tuple("-" * width for width in widths))
            for row in rows:
                self._line("  ".join(_fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
        self._line("")

    def _line(self, text: str) -> None:
        self._stream.write(text.encode("utf-8", "replace") + b"\n")

    @staticmethod
    def _row(record: Record, text: str) -> tuple[str, ...]:
        kind = record.kind or ""
        if record.status != "actual":
            kind = f"{kind} ({record.status})" if kind not in ("target", "plan_ratio") else kind
        return (
            record.indicator or "",
            kind,
            " ".join(text[record.start : record.end].split()),
            record.period or record.period_text or "",
            ", ".join(item.text for item in record.subject),
            ", ".join(item.text for item in record.compared_to) or (record.base_type or ""),
        )

    def close(self) -> None:
        self._stream.flush()


def _width(text: str) -> int:
    """Columns on a terminal: combining marks take none."""
    return sum(not unicodedata.combining(char) for char in text)


def _fit(text: str, width: int) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    text = text if len(text) <= width else text[: width - 1] + "…"
    return text + " " * (width - _width(text))


class Brat:
    """A folder of ``.txt`` and ``.ann`` pairs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IEModelError(f"{folder}: {error.strerror}") from error

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


STREAM_FORMATS: dict[str, Callable[[BinaryIO, bool], Writer]] = {
    "jsonl": lambda stream, to_file: JsonLines(stream),
    "csv": lambda stream, to_file: Csv(stream, mark=to_file),
    "table": lambda stream, to_file: Table(stream),
}
FORMATS = (*STREAM_FORMATS, "brat")
