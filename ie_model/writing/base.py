"""What the formats share: the form of a writer, the columns of a row, the text of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from ..errors import IEModelError
from ..records.record import Item, Record

if TYPE_CHECKING:
    from spacy.tokens import Doc

RECORD_FIELDS = tuple(field.name for field in fields(Record))
COLUMNS = ("document", *RECORD_FIELDS)

# What makes a spreadsheet take a text for a formula (OWASP, "CSV Injection"), with the full-width forms that Excel
# takes for the plain ones in some locales.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class Writer(Protocol):
    """Writes documents; ``close`` ends the output."""

    def write(self, id_: str, doc: Doc) -> None: ...

    def close(self) -> None: ...


@contextmanager
def output_file(path: str) -> Iterator[BinaryIO]:
    """A new file for bytes.

    Raises:
        IEModelError: It cannot be written.
    """
    try:
        stream = Path(path).open("wb")  # noqa: SIM115  (closed below; an error inside the context is not ours)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise IEModelError(f"{path}: {(reason or str(error)).lower()}") from error
    with stream:
        yield stream


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet that opens the text would take it for a formula."""
    return text.startswith(_FORMULA) and text != "-"


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it as a formula."""
    return "'" + text if runs_as_formula(text) else text


def joined(values: tuple[Any, ...]) -> str:
    """A list as the text of one cell; of an item, its text as written."""
    return "; ".join(part.text if isinstance(part, Item) else str(part) for part in values)


def digits(number: int | Decimal) -> str:
    """A number with the digits written, never with an exponent."""
    return format(number, "f") if isinstance(number, Decimal) else str(number)


def cell(value: Any) -> str:
    """A field of a record as the text of a cell of CSV: empty for none, ``true`` and ``false``, lists joined."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return harmless(joined(value))
    if isinstance(value, int | Decimal):
        return digits(value)
    return str(value) if isinstance(value, float) else harmless(str(value))
