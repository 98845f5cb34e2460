"""CSV after RFC 4180: a record a line, the contract's columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from .base import COLUMNS, RECORD_FIELDS, cell, harmless

if TYPE_CHECKING:
    from spacy.tokens import Doc


def csv_bytes(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as lines of CSV in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8")


class Csv:
    """A record a line, lists joined by ``; ``; ``mark`` writes a byte order mark, which spreadsheets want in a file."""

    def __init__(self, stream: BinaryIO, mark: bool) -> None:
        self._stream = stream
        self._stream.write(("\ufeff" if mark else "").encode("utf-8") + csv_bytes([COLUMNS]))

    def write(self, id_: str, doc: Doc) -> None:
        rows = [[harmless(id_), *(cell(getattr(record, name)) for name in RECORD_FIELDS)] for record in doc._.records]
        self._stream.write(csv_bytes(rows))
        self._stream.flush()

    def close(self) -> None:
        self._stream.flush()


def create(stream: BinaryIO, to_file: bool) -> Csv:
    return Csv(stream, mark=to_file)
