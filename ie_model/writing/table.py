"""Records as a table for a person at a terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, BinaryIO

from ..records.record import Record

if TYPE_CHECKING:
    from spacy.tokens import Doc


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


def create(stream: BinaryIO, to_file: bool) -> Table:
    return Table(stream)
