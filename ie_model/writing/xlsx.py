"""A workbook for Excel and LibreOffice: a sheet of records, and a sheet of the sentences they were read from.

Rows go to disk as they come (XlsxWriter's ``constant_memory``); the file itself is put together on ``close``.
"""

from __future__ import annotations

from decimal import Decimal
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO

from ..extras import require
from .base import COLUMNS, RECORD_FIELDS, digits, joined, runs_as_formula

if TYPE_CHECKING:
    from spacy.tokens import Doc

xlsxwriter = require("xlsxwriter", "xlsx")

# Limits of the file format (Excel specifications and limits).
_ROWS = 1_048_576
_CELL = 32_767
_DIGITS = 15  # of a number: a double holds these, and Excel shows no more

_SOURCES = ("document", "id", "figure", "sentence text", "start", "end", "sentence start", "sentence end")
_NUMBERS = frozenset({"value", "low", "high", "denominator", "start", "end", "sentence start", "sentence end", "score"})
_WIDTHS = {
    "document": 24, "indicator": 40, "period_text": 18, "subject": 24, "compared_to": 24, "value": 18, "low": 14,
    "high": 14, "warnings": 18, "figure": 24, "sentence text": 90, "period_point": 14,
    "sentence start": 16, "sentence end": 16, "denominator": 14,
}  # fmt: skip
_WIDTH = 11


class _Sheet:
    """Rows of one kind; goes on in a further worksheet where one is full."""

    def __init__(self, book: _Workbook, name: str, columns: tuple[str, ...], rows: int = _ROWS) -> None:
        self._book = book
        self._name = name
        self._columns = columns
        self._rows = rows
        self._number = 0
        self._add()

    def _add(self) -> None:
        self._number += 1
        self._sheet = self._book.file.add_worksheet(self._name + (f" {self._number}" if self._number > 1 else ""))
        for i, column in enumerate(self._columns):
            self._sheet.set_column(i, i, _WIDTHS.get(column, _WIDTH))
            self._sheet.write_string(0, i, column, self._book.number_head if column in _NUMBERS else self._book.head)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        self._next = 1

    def add(self, values: list[Any]) -> None:
        if self._next == self._rows:
            self.close()
            self._add()
        for i, value in enumerate(values):
            self._book.put(self._sheet, self._next, i, value)
        self._next += 1

    def close(self) -> None:
        self._sheet.autofilter(0, 0, self._next - 1, len(self._columns) - 1)


class _Workbook:
    """The file and its cell formats."""

    def __init__(self, stream: BinaryIO) -> None:
        # Put together beside the output: a zip file that breaks off in a closed output complains on standard error.
        self._stream = stream
        self._made = TemporaryFile()  # noqa: SIM115  (closed with the workbook)
        self.file = xlsxwriter.Workbook(self._made, {"constant_memory": True})
        head = {"bold": True, "bottom": 1, "bg_color": "#E8EDF3"}
        self.head = self.file.add_format(head)
        self.number_head = self.file.add_format({**head, "align": "right"})
        # LibreOffice shows 1 and 0 for some truth values without a format that says otherwise.
        self._truth = self.file.add_format({"align": "left", "num_format": '"TRUE";"TRUE";"FALSE"'})
        # Text that looks like a formula stays text when somebody edits the cell.
        self._quoted = self.file.add_format({"quote_prefix": True})
        self._numbers: dict[int, Any] = {}

    def close(self) -> None:
        with self._made:
            self.file.close()
            self._made.seek(0)
            copyfileobj(self._made, self._stream)

    def put(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """Write one cell: numbers that a double carries, truth values, and all the rest as text, never a formula."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self._truth)
        elif isinstance(value, int | Decimal) and is_exact(value):
            sheet.write_number(row, column, float(value), self._number(value))
        elif isinstance(value, float):
            sheet.write_number(row, column, value)
        else:
            text = digits(value) if isinstance(value, int | Decimal) else str(value)
            sheet.write_string(row, column, _fit(text), self._quoted if runs_as_formula(text) else None)

    def _number(self, value: int | Decimal) -> Any:
        """The format that shows as many decimals as the text has."""
        decimals = max(0, -int(Decimal(value).as_tuple().exponent))
        if decimals not in self._numbers:
            form = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[decimals] = self.file.add_format({"num_format": form})
        return self._numbers[decimals]


def is_exact(number: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number: at most 15 of them are significant."""
    written = digits(number).lstrip("-").replace(".", "").strip("0")
    return len(written) <= _DIGITS and Decimal(number).copy_abs() < Decimal("1e300")


def _fit(text: str) -> str:
    if len(text) > _CELL:
        text = text[: _CELL - 1] + "…"
    # XlsxWriter puts such text into the file's XML as it is (meant for its own rich strings).
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text


class Xlsx:
    """Sheets ``records`` (the columns of ``csv``) and ``sources`` (figure, sentence and offsets of each record)."""

    def __init__(self, stream: BinaryIO, rows: int = _ROWS) -> None:
        self._book = _Workbook(stream)
        self._records = _Sheet(self._book, "records", COLUMNS, rows)
        self._sources = _Sheet(self._book, "sources", _SOURCES, rows)

    def write(self, id_: str, doc: Doc) -> None:
        text = doc.text
        for record in doc._.records:
            values = (getattr(record, name) for name in RECORD_FIELDS)
            self._records.add([id_, *(joined(value) if isinstance(value, tuple) else value for value in values)])
            first, last = record.sentence
            figure, sentence = text[record.start : record.end], text[first:last].strip()
            self._sources.add([id_, record.id, figure, sentence, record.start, record.end, first, last])

    def close(self) -> None:
        self._records.close()
        self._sources.close()
        self._book.close()


def create(stream: BinaryIO, to_file: bool) -> Xlsx:
    return Xlsx(stream)
