"""What the pipeline adds to spaCy's objects: ``doc._.relations``, ``doc._.records``, ``doc._.date``, ``span._.score``.

What is stored on a Doc is plain numbers and strings (so ``Doc.to_bytes``, ``DocBin`` and several processes carry it);
the attributes that users read are getters over it.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from spacy.tokens import Doc, Span

if TYPE_CHECKING:
    from .records import Record


class StoredRelation(NamedTuple):
    """A relation as it lies on the Doc: token offsets of head and tail, end exclusive, type and probability."""

    head_start: int
    head_end: int
    type: str
    tail_start: int
    tail_end: int
    score: float


def _span_score(span: Span) -> float | None:
    """Probability of an entity of ``doc.ents``; None for a span that is none."""
    scores = span.doc._.entity_scores
    place = bisect_left(scores, span.start, key=itemgetter(0))
    if place < len(scores) and tuple(scores[place][:2]) == (span.start, span.end):
        return scores[place][2]
    return None


def _relations(doc: Doc) -> list[tuple[Span, str, Span]]:
    by_offsets = {(entity.start, entity.end): entity for entity in doc.ents}
    out = []
    for head_start, head_end, type_, tail_start, tail_end, _ in doc._.stored_relations:
        head, tail = by_offsets.get((head_start, head_end)), by_offsets.get((tail_start, tail_end))
        if head is not None and tail is not None:
            out.append((head, type_, tail))
    return out


def _records(doc: Doc) -> list[Record]:
    from .components import records_of

    return records_of(doc)


def _date(doc: Doc) -> str | None:
    """The document's date, ISO 8601: the one that was set, else the one that its text gives, else None."""
    from .records import document_date

    return doc._.stored_date or document_date(doc.text)


def _set_date(doc: Doc, date: str | None) -> None:
    """Set the document's date, which then counts before one that its text gives; None takes it back.

    Raises:
        IEModelError: The date is not of the form ``YYYY-MM-DD``.
    """
    from .records import iso_date

    iso_date(date)
    doc._.stored_date = date


def register() -> None:
    """Register the extensions; doing so again changes nothing."""
    if Doc.has_extension("relations"):
        return
    Doc.set_extension("entity_scores", default=())  # (start token, end token, probability), by start
    # (start token, end token, label, probability) of all spans likely enough to ask about, in order; None where the
    # entities were not found but given.
    Doc.set_extension("candidates", default=None)
    Doc.set_extension("stored_relations", default=())  # StoredRelation as plain tuples
    Doc.set_extension("record_roles", default=None)
    Doc.set_extension("stored_date", default=None)  # ISO 8601
    Doc.set_extension("date", getter=_date, setter=_set_date)
    Doc.set_extension("relations", getter=_relations)
    Doc.set_extension("records", getter=_records)
    Span.set_extension("score", getter=_span_score)


register()
