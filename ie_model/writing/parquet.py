"""Apache Parquet: a row a record; numbers exact as decimals, lists and items as such."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from ..extras import require
from ..records.record import Record
from .base import COLUMNS

if TYPE_CHECKING:
    from spacy.tokens import Doc

pa = require("pyarrow", "parquet")
pq = require("pyarrow.parquet", "parquet")

_ROW_GROUP = 20_000
# One scale for every file, so that files can be read together: 28 digits before the point and 10 behind.
_SCALE = 10
_NUMBER = pa.decimal128(38, _SCALE)
_LIMIT = Decimal(10) ** (38 - _SCALE)
_TOO_LONG = "number-too-long"

_ITEM = pa.struct(
    [
        *((name, pa.string()) for name in ("id", "text", "label")),
        *((name, pa.int64()) for name in ("start", "end")),
        *((name, pa.string()) for name in ("code", "name", "period")),
    ]
)
_TYPES = {
    **dict.fromkeys(("value", "low", "high", "denominator"), _NUMBER),
    **dict.fromkeys(("periods", "inherited", "warnings"), pa.list_(pa.string())),
    **dict.fromkeys(("subject", "compared_to"), pa.list_(_ITEM)),
    **dict.fromkeys(("start", "end"), pa.int64()),
    "sentence": pa.list_(pa.int64()),
    "cumulative": pa.bool_(),
    "score": pa.float64(),
}
"""Arrow types of the record's fields; a field that is not named here is text."""


def schema() -> Any:
    """The Arrow schema: ``document``, the record's fields, and the figure and its sentence as written."""
    names = (*COLUMNS, "figure", "sentence_text")
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in names])


def row(id_: str, record: Record, text: str) -> dict[str, Any]:
    """A record as a row of :func:`schema`; ``text`` is the document's."""
    values = record.to_dict()
    for name, type_ in _TYPES.items():
        if type_ is _NUMBER and values[name] is not None:
            values[name] = Decimal(values[name])
            if not _fits(values[name]):
                # Not rounded: the figure is there as text, and the row says that its number is not.
                values[name] = None
                values["warnings"] = [*values["warnings"], _TOO_LONG]
    first, last = record.sentence
    written = {"figure": text[record.start : record.end], "sentence_text": text[first:last]}
    return {"document": id_, **values, **written}


def _fits(number: Decimal) -> bool:
    return number.copy_abs() < _LIMIT and -int(number.as_tuple().exponent) <= _SCALE


class Parquet:
    """Writes a row group whenever enough rows have come together, so memory stays flat."""

    def __init__(self, stream: BinaryIO, row_group: int = _ROW_GROUP) -> None:
        self._row_group = row_group
        self._schema = schema()
        self._file = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def write(self, id_: str, doc: Doc) -> None:
        text = doc.text
        self._rows += [row(id_, record, text) for record in doc._.records]
        if len(self._rows) >= self._row_group:
            self._flush()

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        self._file.write_table(pa.Table.from_pylist(rows, schema=self._schema))

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._file.close()


def create(stream: BinaryIO, to_file: bool) -> Parquet:
    return Parquet(stream)
