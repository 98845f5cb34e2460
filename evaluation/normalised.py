"""Hand-normalised values of gold documents, and how far the records built from the gold annotation agree with them.

The records are built from gold spans and gold relations, so what is measured is normalisation alone: numbers, units,
periods and cue words, without the errors of a model. The form of the file is described in ``normalised/README.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from ie_model.errors import InputError
from ie_model.records import Link, Mention, build_records
from ie_model.standoff import Document

Cell = Decimal | bool | str | None


class Place(NamedTuple):
    """Where a value stands; ``start`` and ``end`` are character offsets into the document's text, end exclusive."""

    document: str
    start: int
    end: int


Cells = Mapping[str, Cell]
"""The fields of one value, by the names of :data:`FIELDS`."""


def _text(cell: str) -> str | None:
    return cell or None


def _number(cell: str) -> Decimal | None:
    if not cell:
        return None
    number = Decimal(cell)
    if not number.is_finite():
        raise InvalidOperation(cell)
    return number


def _flag(cell: str) -> bool:
    return {"true": True, "false": False}[cell]


FIELDS: Mapping[str, Callable[[str], Cell]] = {
    "value": _number,
    "low": _number,
    "high": _number,
    "denominator": _number,
    "modifier": str,
    "unit": _text,
    "per": _text,
    "kind": _text,
    "status": str,
    "period": _text,
    "period_point": _text,
    "cumulative": _flag,
    "base_type": _text,
}
"""The fields of a record that are compared, and how each is read from a cell."""

COLUMNS = (*Place._fields, *FIELDS)

_OF_THE_SENTENCE = {"period": ("period", "period_point"), "cumulative": ("cumulative",)}
"""Fields of which the file says what the sentence says, by the name under which a record lists them as inherited."""

_UNSAID: Cells = {**dict.fromkeys(FIELDS), "modifier": "exact", "status": "actual", "cumulative": False}
"""What a field is where the text says nothing about it."""


@dataclass(frozen=True)
class Difference:
    """A field of which the file and the record say different things."""

    place: Place
    field: str
    expected: Cell
    found: Cell


@dataclass
class Agreement:
    """How often a field agrees.

    Attributes:
        correct, total: Over all values.
        said_correct, said: Over the values where the file or the record says something: an empty field is easy.
    """

    correct: int = 0
    total: int = 0
    said_correct: int = 0
    said: int = 0

    def count(self, agrees: bool, said: bool) -> None:
        self.correct += agrees
        self.total += 1
        self.said_correct += agrees and said
        self.said += said


@dataclass(frozen=True)
class Comparison:
    """The agreement of each field, how many values agree in all of them, and what differs, in the file's order."""

    fields: dict[str, Agreement]
    values: Agreement
    differences: list[Difference]


def read_normalised(path: Path) -> dict[Place, Cells]:
    """The values of a tab-separated file with the columns :data:`COLUMNS`.

    Raises:
        InputError: The file cannot be read, or a line is not what the columns ask for, or a value is there twice.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tuple(next(lines, ())) != COLUMNS:
                raise InputError(f"{path}:1: the columns are not {' '.join(COLUMNS)}")
            return _parse_lines(lines, path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: no tab-separated text in UTF-8 ({error})") from error


def _parse_lines(lines: Iterable[list[str]], path: Path) -> dict[Place, Cells]:
    values: dict[Place, Cells] = {}
    for number, line in enumerate(lines, 2):
        if len(line) != len(COLUMNS):
            raise InputError(f"{path}:{number}: {len(line)} columns instead of {len(COLUMNS)}")
        row = dict(zip(COLUMNS, line, strict=True))
        try:
            place = Place(row["document"], int(row["start"]), int(row["end"]))
        except ValueError as error:
            raise InputError(f"{path}:{number}: start and end are not whole numbers") from error
        if place in values:
            raise InputError(f"{path}:{number}: {place.document} {place.start}-{place.end} is there twice")
        values[place] = {name: _parse_cell(name, row[name], f"{path}:{number}") for name in FIELDS}
    return values


def _parse_cell(name: str, cell: str, where: str) -> Cell:
    try:
        return FIELDS[name](cell)
    except (InvalidOperation, KeyError) as error:
        raise InputError(f"{where}: {name} cannot be {cell!r}") from error


def build_normalised(documents: Iterable[Document]) -> dict[Place, Cells]:
    """What the records say that are built from the gold spans and relations of the documents, a line a sentence.

    A period taken from another sentence counts as none, as in the file.
    """
    return {place: cells for document in documents for place, cells in _build(document)}


def _build(document: Document) -> Iterator[tuple[Place, Cells]]:
    order = {entity.id: index for index, entity in enumerate(document.entities)}
    mentions = [Mention(entity.id, entity.label, entity.start, entity.end) for entity in document.entities]
    links = [Link(order[relation.head], relation.type, order[relation.tail]) for relation in document.relations]
    for record in build_records(document.text, list(document.lines()), mentions, links):
        taken = {name for inherited in record.inherited for name in _OF_THE_SENTENCE.get(inherited, ())}
        cells = {name: _UNSAID[name] if name in taken else getattr(record, name) for name in FIELDS}
        yield Place(document.id, record.start, record.end), cells


def compare(expected: Mapping[Place, Cells], found: Mapping[Place, Cells]) -> Comparison:
    """Compare field by field; numbers by what they are worth (``3.0`` is 3), text to the letter.

    Values that ``expected`` does not have are not compared.

    Raises:
        InputError: ``expected`` has a value where ``found`` has none: the file is not of this gold.
    """
    fields, values, differences = {name: Agreement() for name in FIELDS}, Agreement(), []
    for place, cells in expected.items():
        if place not in found:
            raise InputError(f"{place.document}: the gold has no value at {place.start}-{place.end}")
        wrong = [Difference(place, n, cells[n], found[place][n]) for n in FIELDS if cells[n] != found[place][n]]
        for name, agreement in fields.items():
            agrees = cells[name] == found[place][name]
            agreement.count(agrees, said=not agrees or cells[name] != _UNSAID[name])
        values.count(not wrong, said=True)
        differences += wrong
    return Comparison(fields, values, differences)
