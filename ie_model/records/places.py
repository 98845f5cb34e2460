"""Codes and names of the places and bodies that records point to, as of each record's period."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from ..places.bodies import BodyNames
from ..places.gazetteer import REFORM
from ..places.linking import Linker
from .mention import Mention
from .record import Item, Record

_T = TypeVar("_T", Item, Record)

_BEFORE_REFORM = "2025-06-30"
# The roles of labels whose mentions have a name of their own.
_NAMED = ("place", "body")
_LAST_MONTH = {"Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12, "S1": 6, "S2": 12}


def with_places(
    records: Sequence[Record], text: str, mentions: Sequence[Mention], roles: Mapping[str, Any]
) -> list[Record]:
    """Give each subject and base of comparison that is a place its code, and each that is a body its name.

    Args:
        records: The records of a document.
        text: The document.
        mentions: All its mentions, not only those that records point to.
        roles: Which labels are places and bodies; see ``roles.json``.
    """
    types = roles["base_types"]
    if not any(types.get(item.label) in _NAMED for record in records for item in record.subject + record.compared_to):
        return list(records)
    return _Named(records, text, mentions, types).records()


class _Named:
    """One document's places and bodies, and the days its records speak of."""

    def __init__(
        self, records: Sequence[Record], text: str, mentions: Sequence[Mention], types: Mapping[str, str]
    ) -> None:
        self._records = records
        self._types = types
        places = [(m.start, m.end) for m in mentions if types.get(m.label) == "place"]
        bodies = [(m.start, m.end) for m in mentions if types.get(m.label) == "body"]
        self._linker = Linker(text, places, bodies)
        self._names = BodyNames(text, bodies, self._linker)
        fine = (_days(r.period)[1] for r in records if r.period and len(r.period) > 4 and r.status == "actual")
        self._written = max(filter(None, fine), default=None)
        self._found: dict[tuple[str, int, int, str | None], Item] = {}

    def records(self) -> list[Record]:
        """The records with their items linked."""
        return [self._with_items(record) for record in self._records]

    def _with_items(self, record: Record) -> Record:
        if not any(self._types.get(item.label) in _NAMED for item in record.subject + record.compared_to):
            return record
        day = self._day(record.period)
        return _changed(
            record,
            subject=tuple(self._linked(item, day) for item in record.subject),
            compared_to=tuple(self._linked(item, day) for item in record.compared_to),
        )

    def _linked(self, item: Item, day: str | None) -> Item:
        known = (item.id, item.start, item.end, day)
        if known not in self._found:
            self._found[known] = self._look_up(item, day)
        return self._found[known]

    def _look_up(self, item: Item, day: str | None) -> Item:
        type_ = self._types.get(item.label)
        if type_ == "body":
            return _changed(item, name=self._names.name(item.start, item.end, day))
        linked = self._linker.link(item.start, item.end, day) if type_ == "place" else None
        return _changed(item, code=linked.code, name=linked.name, iso=linked.iso) if linked else item

    def _day(self, period: str | None) -> str | None:
        """The day whose administrative units a figure of a period is about; None where nothing says.

        The last day of the period. Where the units changed within it or there is no period, the document says: by the
        latest of its own days, else by speaking of districts, which there were only before.
        """
        first, last = _days(period)
        if first and last and not first < REFORM <= last:
            return last
        if self._written:
            return min(self._written, last or self._written)
        return _BEFORE_REFORM if self._linker.has_districts else last


def _changed(old: _T, **fields: Any) -> _T:
    """``dataclasses.replace`` without ``__init__``, whose many assignments would take longer than the linking."""
    new = object.__new__(type(old))
    new.__dict__.update(old.__dict__, **fields)
    return new


@lru_cache(maxsize=1 << 12)
def _days(period: str | None) -> tuple[str | None, str | None]:
    """First and last day of an SDMX time period or ``START/END``; None where there is none."""
    if not period:
        return None, None
    start, _, end = period.partition("/")
    year, _, rest = (end or start).partition("-")
    month = _LAST_MONTH.get(rest[:2]) or (int(rest[:2]) if rest[:2].isdecimal() else 12)
    if not (year.isdecimal() and 1 <= month <= 12):
        return None, None
    day = rest[3:5] if rest[3:5].isdecimal() else f"{monthrange(int(year) or 1, month)[1]:02d}"
    return _first_day(start), f"{year}-{month:02d}-{day}"


def _first_day(start: str) -> str:
    year, _, rest = start.partition("-")
    month = _LAST_MONTH.get(rest[:2])
    if month:
        return f"{year}-{month - (2 if rest[0] == 'Q' else 5):02d}-01"
    return f"{year}-{rest[:2] or '01'}-{rest[3:5] or '01'}"
