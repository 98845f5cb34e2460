"""What an evaluation tells beside the scores: parts of the gold, confusion, calibration, speed, the data of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ie_model.standoff import Document

from .breakdown import by_field, by_known, by_length, known_strings
from .confusion import confuse_labels, confuse_types, error_kinds
from .given import Prediction
from .optional import has_extra
from .scores import Scores
from .system import System, calibrate

if TYPE_CHECKING:
    from .report import Evaluation


def describe(gold: Sequence[Document], training: Sequence[Document], system: System, scores: Scores) -> dict[str, Any]:
    """Further keys of ``scores.json``; what cannot be told (nothing to train on, no relations, the extra ``evaluate``
    not installed) is left out.

    Args:
        training: What the system may have learned strings from.
    """
    found: dict[str, Any] = {
        "error_kinds": error_kinds(gold, system.documents),
        "by_length": by_length(gold, scores),
        "by_field": by_field(gold, scores),
    }
    if has_extra():
        found["confusion"] = confuse_labels(gold, system.documents)
        found["calibration"] = calibrate(system, scores)
        if system.on_gold is not None:
            found["relation_confusion"] = confuse_types(gold, system.on_gold)
    if training:
        found["seen"] = by_known(gold, scores.entities, known_strings(training))
    if system.seconds is not None:
        found["speed"] = speed(gold, system.seconds)
    return found


def summarise(gold: Sequence[Document], system: System, scores: Scores) -> dict[str, Any]:
    """One line of the table of systems."""
    return {
        "name": system.name,
        "entities": scores.entities.micro.to_json(),
        "relations": scores.relations.micro.to_json() if scores.relations else None,
        "rows": scores.rows.micro.to_json() if scores.rows else None,
        "speed": speed(gold, system.seconds) if system.seconds is not None else None,
        "per_label": {
            label: counts.to_json() for label, counts in scores.entities.per_class().items() if counts.tp + counts.fp
        },
    }


def speed(gold: Sequence[Document], seconds: float) -> float:
    """Syllables (pieces between white space) a second, of this one run; `ie-model speed` measures with care."""
    return sum(len(document.text.split()) for document in gold) / max(seconds, 1e-9)


def page_data(evaluation: Evaluation, gold: Sequence[Document], system: System) -> dict[str, Any]:
    """Everything that a page on the evaluation shows, as plain data that JSON can hold.

    Returns:
        ``scores``, the content of ``scores.json``; parts of it by their own names; and ``documents``, each with ``id``,
        ``text``, ``sentences`` (offsets of gold lines), and ``gold`` and ``predicted`` with entities and relations.
    """
    scores = evaluation.to_json()
    names = ("confusion", "relation_confusion", "calibration", "by_length", "by_field", "error_kinds", "baselines",
             "learning_curve")  # fmt: skip
    return {
        "scores": scores,
        **{name: scores[name] for name in names if name in scores},
        "documents": [
            {
                "id": document.id,
                "text": document.text,
                "sentences": [list(span) for span in document.lines()],
                "gold": _annotation(Prediction(document)),
                "predicted": _annotation(prediction),
            }
            for document, prediction in zip(gold, system.predictions, strict=True)
        ],
    }


def _annotation(prediction: Prediction) -> dict[str, Any]:
    """Entities and relations; those of which the system says how sure it is have a ``score``."""
    known = prediction.scores

    def sure(id_: str) -> dict[str, float]:
        return {"score": known[id_]} if id_ in known else {}

    return {
        "entities": [
            {"id": e.id, "label": e.label, "start": e.start, "end": e.end, **sure(e.id)}
            for e in prediction.document.entities
        ],
        "relations": [
            {"head": r.head, "type": r.type, "tail": r.tail, **sure(r.id)} for r in prediction.document.relations
        ],
    }
