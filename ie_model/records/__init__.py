"""From annotated spans to records: numbers, periods and the rest of each row, on plain data."""

from .build import build_records, default_roles
from .dateline import document_date, iso_date
from .mention import Link, Mention
from .numbers import Value, parse_value
from .periods import Period, parse_period
from .record import Item, Record, dumps

__all__ = [
    "Item",
    "Link",
    "Mention",
    "Period",
    "Record",
    "Value",
    "build_records",
    "default_roles",
    "document_date",
    "dumps",
    "iso_date",
    "parse_period",
    "parse_value",
]
