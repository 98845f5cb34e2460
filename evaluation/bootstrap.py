"""How sure a score is: percentile bootstrap intervals and the paired bootstrap test, over documents.

References:
    Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, chapter 13 (percentile intervals).
    Berg-Kirkpatrick, Burkett & Klein (2012), "An Empirical Investigation of Statistical Significance in NLP",
    EMNLP (the paired test; here two-sided, as nobody said beforehand which model is better).
    Koehn (2004), "Statistical Significance Tests for Machine Translation Evaluation", EMNLP (resampling one and the
    same test set for both systems).
    Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

LEVEL = 0.95
SAMPLES = 1000
_Name = TypeVar("_Name")


@dataclass(frozen=True)
class Difference:
    """Micro F of one model less that of another.

    Attributes:
        f: The difference on the documents as they are.
        low, high: Its percentile interval.
        p: How probable a difference at least as large, either way, is between models that are equally good.
    """

    f: float
    low: float
    high: float
    p: float


def resample(documents: int, samples: int = SAMPLES, seed: int = 0) -> np.ndarray:
    """How often each document stands in each resample, drawn with replacement. *Shape:* ``(samples, documents)``."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(documents, np.full(documents, 1 / documents), size=samples)


def micro_f(counts: np.ndarray) -> np.ndarray:
    """F of summed counts. *Shape:* ``(..., 3)`` (tp, fp, fn) -> ``(...)``."""
    tp, fp, fn = counts[..., 0], counts[..., 1], counts[..., 2]
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1)


def interval(counts: np.ndarray, draws: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Percentile interval of micro F.

    Args:
        counts: tp, fp, fn of each document, *Shape:* ``(documents, 3)``.
        draws: See :func:`resample`.
    """
    return _percentiles(micro_f(draws @ counts), level)


def compare(counts: np.ndarray, other: np.ndarray, draws: np.ndarray, level: float = LEVEL) -> Difference:
    """The paired test of two models on the same documents.

    The resampled differences scatter around the observed one as they would around zero if the models were equally
    good; p is the share of them that lie at least the observed difference away from it, the observed one counted in.

    Args:
        counts, other: tp, fp, fn of each document, *Shape:* ``(documents, 3)``.
        draws: See :func:`resample`; the same for both models.
    """
    observed = float(micro_f(counts.sum(axis=0)) - micro_f(other.sum(axis=0)))
    differences = micro_f(draws @ counts) - micro_f(draws @ other)
    extreme = int((np.abs(differences - observed) >= abs(observed)).sum())
    low, high = _percentiles(differences, level)
    return Difference(observed, low, high, (extreme + 1) / (len(draws) + 1))


def correct(differences: Mapping[_Name, Difference]) -> dict[_Name, Difference]:
    """The differences with p corrected for their number by Holm's method.

    With ``m`` differences no corrected p is below ``m / (samples + 1)``.
    """
    corrected: dict[_Name, Difference] = {}
    least = 0.0
    for rank, name in enumerate(sorted(differences, key=lambda name: differences[name].p)):
        least = max(least, min(1.0, (len(differences) - rank) * differences[name].p))
        corrected[name] = replace(differences[name], p=least)
    return {name: corrected[name] for name in differences}


def _percentiles(values: np.ndarray, level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
