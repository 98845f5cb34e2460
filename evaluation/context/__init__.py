"""How well records take their period and subject from the context: precision and recall against ``gold.tsv``.

Each line of the gold gives a value of the project's written corpus that lacks a field in its own sentence, and the
mention that a reader takes it from; of the documents named there, a value without a line takes nothing. The
documents are every ninth of the corpus by name; half of them were held back while the rules were written. Their
figures are a little optimistic: gold and rules have one author, the held-back scores and errors were seen before the
last changes, and one of these (only numbered headings open a section) followed from a drop seen there.

Records are built from gold annotation, so that only the rules are measured. A filled period is right if it is the
period of the gold's source; a filled subject if it is the same mention or written the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from ie_model.records import Link, Mention, Record, build_records, parse_period
from ie_model.standoff import Document

FIELDS = ("period", "subject")


@dataclass(frozen=True)
class Source:
    """The gold for one field of one value: where in the document it comes from."""

    part: str
    document: str
    value: int
    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Agreement:
    """Counts for one field: filled rightly, filled wrongly (or where nothing carries over), and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0


def read_context_gold() -> tuple[dict[str, str], list[Source]]:
    """The part (``development`` or ``held-back``) of each document, and all sources."""
    parts: dict[str, str] = {}
    sources = []
    for line in resources.files(__name__).joinpath("gold.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        part, document, value, _, field, start, end = line.split("\t")
        parts[document] = part
        if field:
            sources.append(Source(part, document, int(value), field, int(start), int(end)))
    return parts, sources


def score_context(documents: Sequence[Document], part: str) -> dict[str, Agreement]:
    """Precision and recall of the fields that records take from their context, by field.

    Args:
        documents: The project's written corpus, :func:`ie_model.standoff.read_corpus`.
        part: ``development`` or ``held-back``.
    """
    parts, sources = read_context_gold()
    wanted = {(s.document, s.value, s.field): s for s in sources if s.part == part}
    counts: Counter[tuple[str, str]] = Counter()
    for document in documents:
        if parts.get(document.id) != part:
            continue
        for record in _records(document):
            for field in FIELDS:
                source = wanted.get((document.id, record.start, field))
                filled = field in record.inherited
                if filled:
                    counts[field, "right" if source and _agrees(record, source, document.text) else "wrong"] += 1
                elif source and not _is_open(source, document.text):
                    counts[field, "missed"] += 1
    return {field: Agreement(*(counts[field, word] for word in ("right", "wrong", "missed"))) for field in FIELDS}


def _records(document: Document) -> list[Record]:
    index = {entity.id: place for place, entity in enumerate(document.entities)}
    mentions = [Mention(e.id, e.label, e.start, e.end) for e in document.entities]
    links = [Link(index[r.head], r.type, index[r.tail]) for r in document.relations]
    return build_records(document.text, list(document.lines()), mentions, links)


def _is_open(source: Source, text: str) -> bool:
    """Whether the source is a period that has no code, so that there is nothing to take over."""
    return source.field == "period" and parse_period(text[source.start : source.end]).code is None


def _agrees(record: Record, source: Source, text: str) -> bool:
    written = text[source.start : source.end]
    if source.field == "period":
        return record.period is not None and record.period == parse_period(written).code
    return any(item.start == source.start or item.text.lower() == written.lower() for item in record.subject)
