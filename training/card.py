"""The data card: a corpus's figures as Markdown tables, kept current inside a Markdown file."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ie_model.errors import StandoffError
from ie_model.scheme import Scheme, read_scheme
from ie_model.split import held_out_ids, split_documents
from ie_model.standoff import Document, read_corpus

from .gold import REFERENCES, SCHEME_FILE
from .vietnews import Reference, read_references

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
_UNKNOWN = "–"  # what only the text of a referenced document would tell
_PLAN_TYPES = ("TARGET_OF", "PLAN_RATIO_OF")
_PLAN_GENRE = "report"


@dataclass
class Part:
    """The figures of a part of the corpus; ``lengths``, in syllables, are of the sentences whose text is at hand."""

    documents: int = 0
    sentences: int = 0
    entities: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)
    lengths: list[int] = field(default_factory=list)
    without_value: int = 0

    @property
    def has_all_texts(self) -> bool:
        return len(self.lengths) == self.sentences

    def __add__(self, other: Part) -> Part:
        return Part(
            self.documents + other.documents,
            self.sentences + other.sentences,
            self.entities + other.entities,
            self.relations + other.relations,
            self.lengths + other.lengths,
            self.without_value + other.without_value,
        )


def measure(documents: Iterable[Document], scheme: Scheme) -> Part:
    """Count written documents. A syllable is what white space separates."""
    part = Part()
    for document in documents:
        part.documents += 1
        part.entities.update(entity.label for entity in document.entities)
        part.relations.update(relation.type for relation in document.relations)
        values = [entity.start for entity in document.entities if entity.label in scheme.head_labels]
        for start, end in document.lines():
            part.sentences += 1
            part.lengths.append(len(document.text[start:end].split()))
            part.without_value += not any(start <= value < end for value in values)
    return part


def measure_references(references: Iterable[Reference]) -> Part:
    """Count annotations by reference, without their texts."""
    part = Part()
    for reference in references:
        part.documents += 1
        part.sentences += reference.lines[1] - reference.lines[0]
        part.entities.update(label for _, label, _, _ in reference.entities)
        part.relations.update(type_ for _, type_, _, _ in reference.relations)
    return part


def card(corpus: Path, annotations: Path) -> str:
    """All tables.

    Raises:
        StandoffError: A document or reference is broken.
        SchemeError: The annotation scheme is.
    """
    scheme = read_scheme(annotations / SCHEME_FILE)
    train, held_out = split_documents(read_corpus(corpus, annotations), annotations)
    aside = held_out_ids(annotations / REFERENCES)
    references = [
        measure_references(each for each in read_references(annotations / REFERENCES) if (each.id in aside) is chosen)
        for chosen in (False, True)
    ]
    tables = [
        _by_part(measure(train, scheme), measure(held_out, scheme), references, scheme),
        _by_field(train, held_out, references, scheme),
        _plans(train, held_out, scheme),
    ]
    return "\n\n".join(tables) + "\n"


def write_card(path: Path, figures: str) -> None:
    """Put the figures between the markers of a Markdown file.

    Raises:
        StandoffError: The file is missing, or has no such markers.
    """
    before, _, after = split_at_figures(path)
    path.write_bytes(f"{before}{BEGIN}\n\n{figures}\n{END}{after}".encode())


def split_at_figures(path: Path) -> tuple[str, str, str]:
    """What stands before, between and after the markers of a Markdown file. Raises as :func:`write_card` does."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StandoffError(f"{path}: {error}") from error
    before, begin, rest = text.partition(BEGIN)
    figures, end, after = rest.partition(END)
    if not begin or not end:
        raise StandoffError(f"{path}: no part between {BEGIN} and {END}")
    return before, figures.strip() + "\n", after


def _by_part(train: Part, held_out: Part, references: Sequence[Part], scheme: Scheme) -> str:
    written = train + held_out
    parts = [train, held_out, written, *references, written + references[0] + references[1]]
    return _table(
        [
            [
                "",
                "written, training",
                "written, held out",
                "written",
                "by reference, training",
                "by reference, held out",
                "all",
            ],
            ["documents", *(f"{part.documents:,}" for part in parts)],
            ["sentences", *(f"{part.sentences:,}" for part in parts)],
            ["syllables", *map(_syllables, parts)],
            ["sentences without a value", *map(_share_without_value, parts)],
            ["syllables a sentence: quartiles", *map(_quartiles, parts)],
            ["syllables a sentence: maximum", *map(_longest, parts)],
            ["**entities**", *(f"**{part.entities.total():,}**" for part in parts)],
            *([label, *(f"{part.entities[label]:,}" for part in parts)] for label in scheme.labels),
            ["**relations**", *(f"**{part.relations.total():,}**" for part in parts)],
            *([type_, *(f"{part.relations[type_]:,}" for part in parts)] for type_ in scheme.relations),
        ]
    )


def _by_field(
    train: Sequence[Document], held_out: Sequence[Document], references: Sequence[Part], scheme: Scheme
) -> str:
    table = [["field", "documents", "of them held out", "sentences", "syllables", "entities", "relations"]]
    rows = []
    for name in sorted({document.id.split("/")[0] for document in (*train, *held_out)}):
        held = [document for document in held_out if document.id.split("/")[0] == name]
        rest = [document for document in train if document.id.split("/")[0] == name]
        rows.append((name, measure(rest + held, scheme), len(held)))
    referenced, aside = references[0] + references[1], references[1].documents
    if referenced.documents:
        rows.append((f"{REFERENCES} (by reference)", referenced, aside))
    for name, part, held_count in rows:
        counts = (part.sentences, part.entities.total(), part.relations.total())
        sentences, entities, relations = (f"{count:,}" for count in counts)
        table.append([name, f"{part.documents:,}", f"{held_count:,}", sentences, _syllables(part), entities, relations])
    return _table(table)


def _plans(train: Sequence[Document], held_out: Sequence[Document], scheme: Scheme) -> str:
    """Reports are where plans stand, and plans are what other texts have too few of."""
    table = [["in reports", "training", "held out"]]
    parts = [
        measure([document for document in documents if _genre(document) == _PLAN_GENRE], scheme)
        for documents in (train, held_out)
    ]
    table.append(["documents", *(f"{part.documents:,}" for part in parts)])
    table += [[type_, *(f"{part.relations[type_]:,}" for part in parts)] for type_ in _PLAN_TYPES]
    return _table(table)


def _genre(document: Document) -> str:
    return document.id.split("/")[-1].rpartition("-")[0]


def _measured(part: Part) -> bool:
    return part.has_all_texts and bool(part.lengths)


def _syllables(part: Part) -> str:
    return f"{sum(part.lengths):,}" if part.has_all_texts else _UNKNOWN


def _share_without_value(part: Part) -> str:
    return f"{part.without_value / part.sentences:.1%}" if _measured(part) else _UNKNOWN


def _quartiles(part: Part) -> str:
    if not _measured(part):
        return _UNKNOWN
    cuts = statistics.quantiles(part.lengths, n=4, method="inclusive") if len(part.lengths) > 1 else part.lengths * 3
    return ", ".join(f"{cut:g}" for cut in cuts)


def _longest(part: Part) -> str:
    return f"{max(part.lengths):,}" if _measured(part) else _UNKNOWN


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown, the first column to the left, figures to the right."""
    head, *body = rows
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))
