"""Documents made by hand, for tests of what comes after the records."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ie_model.records import Item, Record


def record(**fields: Any) -> Record:
    """A record of an invented sentence, with some fields replaced."""
    plain: dict[str, Any] = {
        "id": "T1", "indicator": "số hộ nghèo", "indicator_id": "T2", "kind": "level", "status": "actual",
        "value": 1250, "low": None, "high": None, "denominator": None, "modifier": "exact", "unit": "hộ", "per": None,
        "period": "2019", "period_point": None, "periods": ("2019",), "period_text": "năm 2019", "cumulative": False,
        "subject": (place("tỉnh Sơn La"),), "compared_to": (), "base_type": None, "part_of": None, "inherited": (),
        "warnings": (), "start": 0, "end": 8, "sentence": (0, 8), "score": 0.5,
    }  # fmt: skip
    return Record(**{**plain, **fields})


def place(text: str, code: str | None = None) -> Item:
    return Item("T3", text, "LOC", 0, len(text), code=code)


def document(*records: Record, text: str = "1.250 hộ") -> Any:
    """What a writer of rows needs of a Doc: its text and its records."""
    return SimpleNamespace(text=text, _=SimpleNamespace(records=list(records)))
