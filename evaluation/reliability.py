"""Whether scores are probabilities: expected calibration error and the points of the reliability curve.

References:
    Naeini, Cooper & Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI (the
    expected calibration error).
    Nixon et al. (2019), "Measuring Calibration in Deep Learning", CVPR workshops (bins of equal mass).
    Brier (1950), "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather Review 78.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

BINS = 10


def reliability(scores: Sequence[float], right: Sequence[bool], bins: int = BINS) -> dict[str, Any]:
    """How far scores are from how often they are right.

    Bins hold the same number of decisions; their borders are the quantiles of the scores, as in scikit-learn's
    ``calibration_curve``, so that equal scores stay in one bin and a bin that is left empty falls away.

    Args:
        scores: Probabilities given to decisions.
        right: Whether each was right.

    Returns:
        ``ece``, the mean over decisions of the distance of their bin's mean score to its share of right ones;
        ``brier``, the mean squared error of the scores; ``count``; and ``bins``, each with ``predicted`` (mean score),
        ``observed`` (share of right ones) and ``count``. Without decisions, ``ece`` and ``brier`` are None.
    """
    if not len(scores):
        return {"ece": None, "brier": None, "count": 0, "bins": []}
    from sklearn.metrics import brier_score_loss

    given, outcome = np.asarray(scores, dtype="float64"), np.asarray(right, dtype="float64")
    edges = np.quantile(given, np.linspace(0, 1, bins + 1))
    places = np.searchsorted(edges[1:-1], given)
    counts = np.bincount(places, minlength=bins)
    filled = counts > 0
    counts = counts[filled]
    predicted = np.bincount(places, given, bins)[filled] / counts
    observed = np.bincount(places, outcome, bins)[filled] / counts
    return {
        "ece": float(np.abs(predicted - observed) @ counts / counts.sum()),
        "brier": float(brier_score_loss(outcome, given, pos_label=1)),
        "count": len(given),
        "bins": [
            {"predicted": float(p), "observed": float(o), "count": int(n)}
            for p, o, n in zip(predicted, observed, counts, strict=True)
        ],
    }
