"""Scores as probabilities: a map from a model's own score to how often it was right, fitted on held-out text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Knots = Sequence[Sequence[float]]  # scores, ascending, and the probability at each of them


class CalibrationMap:
    """An attribute of a component that is kept in its ``cfg`` under its own name: knots, or None."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, component: Any, owner: type) -> Knots | None:
        found: Knots | None = component.cfg.get(self._name)
        return found

    def __set__(self, component: Any, knots: Knots | None) -> None:
        component.cfg[self._name] = knots


def calibrate(scores: Sequence[float], knots: Knots | None) -> list[float]:
    """Probabilities for scores, linear between the knots; without knots the scores as they are."""
    if not knots or not len(scores):
        return list(scores)
    found: list[float] = np.interp(scores, knots[0], knots[1]).tolist()
    return found
