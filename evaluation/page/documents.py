"""Gold and prediction of a document as the plain data that the page is made of."""

from __future__ import annotations

from typing import Any

from ie_model.standoff import Document


def document_data(gold: Document, predicted: Document) -> dict[str, Any]:
    """An item of ``documents`` for :func:`~ie_model_evaluation.page.render`; standoff has no scores.

    Args:
        gold: Its lines are the sentences.
        predicted: Of the same text.
    """
    return {
        "id": gold.id,
        "text": gold.text,
        "sentences": [list(bounds) for bounds in gold.lines()],
        "gold": _side(gold),
        "predicted": _side(predicted),
    }


def _side(document: Document) -> dict[str, Any]:
    return {
        "entities": [{"id": e.id, "label": e.label, "start": e.start, "end": e.end} for e in document.entities],
        "relations": [{"head": r.head, "type": r.type, "tail": r.tail} for r in document.relations],
    }
