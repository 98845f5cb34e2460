"""Entities by the matching rules of MUC and SemEval-2013, beside the strict one; computed by nervaluate.

- **exact**: the same offsets, whatever the label.
- **partial**: as exact, and a span that only overlaps counts half.
- **type**: the same label and some overlap.

References:
    Chinchor & Sundheim (1993), "MUC-5 Evaluation Metrics", MUC-5.
    Segura-Bedmar, Martínez & Herrero-Zazo (2013), "SemEval-2013 Task 9: Extraction of Drug-Drug Interactions from
    Biomedical Texts", SemEval (section 3 has the four rules).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ie_model.standoff import Document, Entity

if TYPE_CHECKING:
    from nervaluate.entities import EvaluationResult

SCHEMES = {"exact": "exact", "partial": "partial", "type": "ent_type"}  # our key -> nervaluate's


def score_schemes(gold: Sequence[Document], predicted: Sequence[Document]) -> dict[str, Any]:
    """P, R, F and the schemes' own counts, by scheme; each also ``per_label``.

    Spans are matched within a sentence (line) of gold, so the cost is linear in the number of sentences.
    """
    from nervaluate.evaluator import Evaluator

    labels = sorted({entity.label for document in (*gold, *predicted) for entity in document.entities})
    true, found = [], []
    for wanted, given in zip(gold, predicted, strict=True):
        starts = [start for start, _ in wanted.lines()]
        true += _by_sentence(wanted.entities, starts)
        found += _by_sentence(given.entities, starts)
    if not labels:
        return {}
    results = Evaluator(true, found, tags=labels, loader="dict").evaluate()
    return {
        key: {
            **_figures(results["overall"][name]),
            "per_label": {label: _figures(results["entities"][label][name]) for label in labels},
        }
        for key, name in SCHEMES.items()
    }


def _by_sentence(entities: Sequence[Entity], starts: Sequence[int]) -> list[list[dict[str, Any]]]:
    """Spans of each sentence, first those before the first one; an end is inclusive for nervaluate."""
    sentences: list[list[dict[str, Any]]] = [[] for _ in range(len(starts) + 1)]
    for entity in sorted(entities, key=lambda entity: (entity.start, entity.end)):
        span = {"label": entity.label, "start": entity.start, "end": entity.end - 1}
        sentences[bisect_right(starts, entity.start)].append(span)
    return sentences


def _figures(result: EvaluationResult) -> dict[str, float]:
    counts = {name: getattr(result, name) for name in ("correct", "incorrect", "partial", "missed", "spurious")}
    return {"p": float(result.precision), "r": float(result.recall), "f": float(result.f1), **counts}
