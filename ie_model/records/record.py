"""The record: one row for each figure of a text, and how it is written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from json import dumps as _json
from json.encoder import encode_basestring
from typing import Any

Number = int | Decimal


@dataclass(frozen=True)
class Item:
    """A mention that a record points to: its subject, or what it is compared with.

    Attributes:
        id: The mention's id.
        text: The mention as written.
        label: Its entity label.
        start: Offset into the text.
        end: Offset into the text, end exclusive.
        code: Code of the place in force at the record's period: of the General Statistics Office, of a country that of
            ISO 3166-1; None where the document does not decide between several, and for a body.
        name: The place's name in that register, or the one name of the body in its document; None if unknown.
        is_time: Whether the item is a period, which has a ``period`` as well.
        period: SDMX time period of an item that is a period; None where the text does not fix it.
        iso: ISO 3166 code of a province (``VN-05``) or country (``VN``), which have one.
    """

    id: str
    text: str
    label: str
    start: int
    end: int
    code: str | None = None
    name: str | None = None
    is_time: bool = False
    period: str | None = None
    iso: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The item as plain data, keys in the contract's order."""
        keys = (
            ["id", "text", "label", "start", "end", "code", "name"]
            + ["period"] * self.is_time
            + ["iso"] * (self.iso is not None)
        )
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True)
class Record:
    """What a text says with one figure. CONTRACT.md has every field's meaning; the order here is the order there."""

    id: str
    indicator: str | None
    indicator_id: str | None
    kind: str | None
    status: str
    value: Number | None
    low: Number | None
    high: Number | None
    denominator: Number | None
    modifier: str
    unit: str | None
    per: str | None
    period: str | None
    period_point: str | None
    periods: tuple[str, ...]
    period_text: str | None
    cumulative: bool
    subject: tuple[Item, ...]
    compared_to: tuple[Item, ...]
    base_type: str | None
    part_of: str | None
    inherited: tuple[str, ...]
    warnings: tuple[str, ...]
    start: int
    end: int
    sentence: tuple[int, int]
    score: float

    def to_dict(self) -> dict[str, Any]:
        """The record as plain data (lists, strings, numbers), keys in the contract's order."""
        return {name: _plain(getattr(self, name)) for name in _FIELDS}

    def __str__(self) -> str:
        """One line: indicator, kind and status, figure, then for whom, when and against what where stated."""
        parts = [self.indicator or "?", f"{self.kind or '?'} ({self.status})", self._figure()]
        for word, items in (("of", self.subject), ("against", self.compared_to)):
            if items:
                parts.append(f"{word} {', '.join(item.text for item in items)}")
        if self.period or self.period_text:
            parts.append(f"at {self.period or self.period_text}")
        return " ".join(" | ".join(parts).split())

    def _figure(self) -> str:
        value = f"{_digits(self.low)}-{_digits(self.high)}" if self.value is None else _digits(self.value)
        if self.denominator is not None:
            value += f"/{_digits(self.denominator)}"
        sign = {"about": "~", "above": ">", "below": "<"}.get(self.modifier, "")
        return f"{sign}{value} {self.unit or ''}" + (f" per {self.per}" if self.per else "")


_FIELDS = tuple(field.name for field in fields(Record))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.to_dict() if isinstance(value, Item) else value


def _digits(number: Number | None) -> str:
    return "?" if number is None else format(number, "f") if isinstance(number, Decimal) else str(number)


def dumps(obj: Any) -> str:
    """Plain data as one line of JSON.

    A ``Decimal`` is written with exactly its digits, never rounded and never with an exponent, which ``json.dumps``
    cannot do. Records and items are written as their dictionaries.

    Raises:
        ValueError: A number is infinite or not a number, which JSON has no way to write.
        TypeError: The object is none that JSON can write.
    """
    if isinstance(obj, str):
        return encode_basestring(obj)
    if isinstance(obj, Decimal):
        if not obj.is_finite():
            raise ValueError(f"JSON has no number {obj}")
        return format(obj, "f")
    if isinstance(obj, Mapping):
        return "{" + ", ".join(f"{encode_basestring(str(key))}: {dumps(value)}" for key, value in obj.items()) + "}"
    if isinstance(obj, list | tuple):
        return "[" + ", ".join(map(dumps, obj)) + "]"
    if isinstance(obj, Record | Item):
        return dumps(obj.to_dict())
    return _json(obj, allow_nan=False)
