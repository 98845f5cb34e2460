"""Scores as probabilities: a map from a model's own score to how often it was right, fitted on held-out text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Knots = Sequence[Sequence[float]]  # scores, ascending, and the probability at each of them


class Calibrated:
    """A component that keeps the map from its probabilities to scores in its ``cfg``."""

    cfg: dict[str, Any]

    @property
    def calibration(self) -> Knots | None:
        return self.cfg.get("calibration")

    @calibration.setter
    def calibration(self, knots: Knots | None) -> None:
        self.cfg["calibration"] = knots


def calibrate(scores: Sequence[float], knots: Knots | None) -> list[float]:
    """Probabilities for scores, linear between the knots; without knots the scores as they are."""
    if not knots or not len(scores):
        return list(scores)
    found: list[float] = np.interp(scores, knots[0], knots[1]).tolist()
    return found
