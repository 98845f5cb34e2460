"""Scores below which an evaluation fails: ``0.9`` (entities) or ``MEASURE=0.9``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ie_model.errors import IEModelError

_SHORT = {
    "entities": "entities.micro",
    "relations": "relations.end_to_end",
    "records": "records.whole",
}
DEFAULT = "entities"


def parse_limits(given: Sequence[str]) -> dict[str, float]:
    """Least F, from 0 to 1, by measure.

    Raises:
        IEModelError: One is no such limit.
    """
    limits = {}
    for text in given:
        name, equals, number = text.rpartition("=")
        try:
            limit = float(number)
        except ValueError:
            limit = -1.0
        if not 0 <= limit <= 1 or (equals and not name):
            raise IEModelError(f"--fail-under takes a score from 0 to 1, or MEASURE=SCORE; found {text!r}")
        limits[name or DEFAULT] = limit
    return limits


def failures(limits: Mapping[str, float], scores: Mapping[str, Any]) -> list[str]:
    """The measures that are below their limit, as ``entities 0.8712 < 0.9``.

    Args:
        scores: The content of ``scores.json``. A measure is ``entities``, ``relations``, ``rows``, ``records``, or the
            path of any other score there: ``entities.per_label.LOC``, ``relations.gold_entities.p``.

    Raises:
        IEModelError: There is no such score.
    """
    found = {name: _look_up(name, scores) for name in limits}
    return [f"{name} {found[name]:.4f} < {limit:g}" for name, limit in limits.items() if found[name] < limit]


def _look_up(name: str, scores: Mapping[str, Any]) -> float:
    value: Any = scores
    for key in _SHORT.get(name, name).split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("f")
    if not isinstance(value, int | float):
        raise IEModelError(f"--fail-under: this evaluation has no score {name!r}")
    return value
