"""SDMX-CSV 2.0, the CSV of SDMX 3.0 (https://github.com/sdmx-twg/sdmx-csv): an observation a record.

The observations are those of the data structure ``IE_MODEL:FIGURES(1.0)`` (``structure.xml``, beside this module),
whose components are the columns. Texts are uncoded, since what a report measures is no code list; document and record
id keep any two observations apart.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

from ..records.calendar import bounds
from ..records.record import Record
from .base import cell, harmless, joined
from .csv import csv_bytes

if TYPE_CHECKING:
    from spacy.tokens import Doc

STRUCTURE = ("datastructure", "IE_MODEL:FIGURES(1.0)", "I")  # I: the action Information
DIMENSIONS = ("INDICATOR", "REF_AREA", "TIME_PERIOD", "KIND", "STATUS", "DOCUMENT", "RECORD")
MEASURE = "OBS_VALUE"
ATTRIBUTES = (
    "UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "OBS_LOW", "OBS_HIGH", "DENOMINATOR", "MODIFIER", "PER", "PERIOD_POINT",
    "CUMULATIVE", "COMPARED_TO", "BASE_TYPE", "PART_OF", "WARNINGS", "SCORE", "COMMENT_OBS",
)  # fmt: skip
COLUMNS = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, MEASURE, *ATTRIBUTES)

# SDMX's cross-domain code list CL_OBS_STATUS: A normal, E estimated, F forecast value, O missing value.
_NORMAL, _ESTIMATED, _FORECAST, _MISSING = "A", "E", "F", "O"
_OBS_STATUS = {"estimate": _ESTIMATED, "forecast": _FORECAST, "plan": _FORECAST}
_NOT_APPLICABLE = "_Z"


def obs_status(record: Record) -> str:
    """The record's code of CL_OBS_STATUS; a range has no value of its own, and its ends are OBS_LOW and OBS_HIGH."""
    return _MISSING if record.value is None else _OBS_STATUS.get(record.status, _NORMAL)


def time_period(code: str | None) -> str:
    """A record's period as SDMX writes it: a stretch as ISO 8601 start and duration, ``2019-01-01/P9M``."""
    if code is None or "/" not in code:
        return code or ""
    first, last = bounds(code)
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if first.day != 1 or after.day != 1:
        return f"{first}/P{(after - first).days}D"
    return f"{first}/P{months // 12}Y" if months % 12 == 0 else f"{first}/P{months}M"


def _text(text: str | None) -> str:
    """Text on one line, as many readers of SDMX-CSV want it; ``_Z``, not applicable, where there is none.

    A column that is empty over long stretches would have readers guess its type differently from stretch to stretch.
    """
    return harmless(" ".join((text or "").split())) or _NOT_APPLICABLE


def observation(id_: str, record: Record, text: str) -> tuple[str, ...]:
    """A record as the cells of :data:`COLUMNS`; ``text`` is the document's."""
    first, last = record.sentence
    return (
        *STRUCTURE,
        _text(record.indicator),
        _text("; ".join(item.code or item.text for item in record.subject)),
        time_period(record.period),
        _text(record.kind),
        record.status,
        _text(id_),
        record.id,
        cell(record.value),
        _text(record.unit),
        "0",
        obs_status(record),
        cell(record.low),
        cell(record.high),
        cell(record.denominator),
        record.modifier,
        _text(record.per),
        _text(record.period_point),
        cell(record.cumulative),
        _text(joined(record.compared_to)),
        _text(record.base_type),
        _text(record.part_of),
        _text(joined(record.warnings)),
        cell(record.score),
        _text(text[first:last]),
    )


class SdmxCsv:
    """An observation a line, without a byte order mark, which readers of SDMX take for a part of the first column."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._stream.write(csv_bytes([COLUMNS]))

    def write(self, id_: str, doc: Doc) -> None:
        text = doc.text
        self._stream.write(csv_bytes(observation(id_, record, text) for record in doc._.records))
        self._stream.flush()

    def close(self) -> None:
        self._stream.flush()


def create(stream: BinaryIO, to_file: bool) -> SdmxCsv:
    return SdmxCsv(stream)
