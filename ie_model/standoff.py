"""brat standoff: a ``.txt`` with a sentence a line, a ``.ann`` with its entities and relations.

Format: https://brat.nlplab.org/standoff.html. Text-bound annotations (``T``) and binary relations (``R``)
are read; notes, attributes, events and normalizations are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .errors import StandoffError

_ENTITY = re.compile(r"(T\S+)\t(\S+) (\d+) (\d+)\t(.*)", re.DOTALL)
_RELATION = re.compile(r"(R\S+)\t(\S+) Arg1:(T\S+) Arg2:(T\S+)\s*$")


@dataclass(frozen=True)
class Entity:
    """A labelled span; ``start`` and ``end`` are character offsets into the document's text, end exclusive."""

    id: str
    label: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Relation:
    """A typed pair; ``head`` and ``tail`` are entity ids."""

    id: str
    type: str
    head: str
    tail: str


@dataclass
class Document:
    """A text with its annotations. ``id`` is the path below the corpus folder, without suffix."""

    id: str
    text: str
    entities: list[Entity] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int, int]]:
        """Character offsets ``(start, end)`` of the non-blank lines: the sentences of annotated text."""
        for match in re.finditer(r"[^\n]+", self.text):
            if match[0].strip():
                yield match.start(), match.end()


def parse_annotations(ann: str, text: str, name: str) -> tuple[list[Entity], list[Relation]]:
    """Parse the content of an ``.ann`` file against its text.

    Raises:
        StandoffError: A line is malformed, an offset lies outside the text, the stored text differs from
            the text at the offsets, or a relation names an unknown entity. The message names file and line.
    """
    entities: dict[str, Entity] = {}
    relations: list[Relation] = []
    for number, line in enumerate(ann.split("\n"), 1):
        line = line.rstrip("\r")
        where = f"{name}, line {number}"
        if line.startswith("T"):
            match = _ENTITY.match(line)
            if not match:
                raise StandoffError(f"{where}: not a contiguous text-bound annotation: {line!r}")
            entity = Entity(match[1], match[2], int(match[3]), int(match[4]), match[5])
            if not 0 <= entity.start < entity.end <= len(text):
                raise StandoffError(f"{where}: offsets {entity.start} {entity.end} are outside the text")
            if text[entity.start : entity.end] != entity.text:
                found = text[entity.start : entity.end]
                raise StandoffError(f"{where}: the text has {found!r} there, not {entity.text!r}")
            if entity.id in entities:
                raise StandoffError(f"{where}: {entity.id} is defined twice")
            entities[entity.id] = entity
        elif line.startswith("R"):
            match = _RELATION.match(line)
            if not match:
                raise StandoffError(f"{where}: not a relation: {line!r}")
            relations.append(Relation(match[1], match[2], match[3], match[4]))
    for relation in relations:
        for argument in (relation.head, relation.tail):
            if argument not in entities:
                raise StandoffError(f"{name}: {relation.id} names {argument}, which does not exist")
    return sorted(entities.values(), key=lambda e: (e.start, e.end)), relations


def format_annotations(entities: Iterable[Entity], relations: Iterable[Relation]) -> str:
    """The content of an ``.ann`` file."""
    lines = [f"{e.id}\t{e.label} {e.start} {e.end}\t{e.text}\n" for e in entities]
    lines += [f"{r.id}\t{r.type} Arg1:{r.head} Arg2:{r.tail}\n" for r in relations]
    return "".join(lines)


def write_document(document: Document, corpus: Path, annotations: Path) -> None:
    """Write ``corpus/ID.txt`` and ``annotations/ID.ann``, with the folders they need."""
    for folder, suffix, content in (
        (corpus, ".txt", document.text),
        (annotations, ".ann", format_annotations(document.entities, document.relations)),
    ):
        path = folder / (document.id + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8"))


def read_document(text_path: Path, ann_path: Path, id_: str) -> Document:
    """Read one annotated document; offsets count the characters of the file as decoded, line ends untouched.

    Raises:
        StandoffError: see :func:`parse_annotations`; also for a file that is missing or not UTF-8.
    """
    try:
        text = text_path.read_bytes().decode("utf-8")
        ann = ann_path.read_bytes().decode("utf-8")
    except OSError as error:
        raise StandoffError(f"{error.filename}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StandoffError(f"{text_path} or its .ann: not UTF-8 ({error.reason} at byte {error.start})") from error
    entities, relations = parse_annotations(ann, text, str(ann_path))
    return Document(id_, text, entities, relations)


def read_corpus(corpus: Path | str, annotations: Path | str) -> list[Document]:
    """All documents below ``corpus`` (``**/*.txt``) that have an ``.ann`` at the same place below ``annotations``.

    Sorted by id. The two folders may be the same.

    Raises:
        StandoffError: A folder is missing, or a document is broken.
    """
    corpus, annotations = Path(corpus), Path(annotations)
    for folder in (corpus, annotations):
        if not folder.is_dir():
            raise StandoffError(f"{folder}: no such folder")
    documents = []
    for text_path in sorted(corpus.rglob("*.txt")):
        relative = text_path.relative_to(corpus).with_suffix("")
        ann_path = annotations / relative.with_suffix(".ann")
        if ann_path.is_file():
            documents.append(read_document(text_path, ann_path, relative.as_posix()))
    return sorted(documents, key=lambda document: document.id)
