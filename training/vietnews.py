"""Annotations by reference: labels of news sentences whose text is not in this repository.

The text comes from a local clone of the public corpus ThanhChinhBK/vietnews, whose files are word-segmented and
tokenized. Annotations point into the running text made from such a file, so a change in :func:`running_text` would
move their offsets: each reference carries the hash of the text, and tests freeze the function.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ie_model.errors import InputError, StandoffError
from ie_model.standoff import Document, Entity, Relation

_TRAINING_PART = "data/train_tokenized"
_FILES_AT_ONCE = 2000
_SPACE_BEFORE = re.compile(r" +([,.;:!?…%)\]}”’»])")
_SPACE_AFTER = re.compile(r"([(\[{“‘«]) +")
_QUOTED = re.compile(r'" ([^"]*?) "')


def running_text(segmented: str) -> str:
    """Undo word segmentation and tokenization; a sentence a line, no blank lines."""
    lines = (_running_line(line) for line in segmented.replace("\r\n", "\n").split("\n"))
    return "".join(line + "\n" for line in lines if line)


def _running_line(line: str) -> str:
    line = " ".join(line.replace("_", " ").split())
    line = _QUOTED.sub(r'"\1"', line)
    line = _SPACE_BEFORE.sub(r"\1", line)
    return _SPACE_AFTER.sub(r"\1", line)


@dataclass(frozen=True)
class Reference:
    """Annotations of some lines of a file of the corpus.

    Attributes:
        id: The document's id, ``vietnews/`` and the file's number.
        path: Of the file inside the corpus.
        commit: Of the corpus.
        raw_sha256, text_sha256: Of the file's bytes, and of its running text in UTF-8.
        lines: First and last annotated line of the running text, counted from 0, last exclusive.
        entities: ``(id, label, start, end)``, offsets into the whole running text.
        relations: ``(id, type, head, tail)``.
    """

    id: str
    path: str
    commit: str
    raw_sha256: str
    text_sha256: str
    lines: tuple[int, int]
    entities: tuple[tuple[str, str, int, int], ...]
    relations: tuple[tuple[str, str, str, str], ...]


def make_reference(document: Document, path: str, commit: str, raw: bytes) -> Reference:
    """The annotations of ``document``, whose text is some consecutive lines of the file's running text.

    Raises:
        StandoffError: The document's text does not stand in the running text.
    """
    text = running_text(raw.decode("utf-8"))
    start = 0 if text.startswith(document.text) else text.find("\n" + document.text) + 1
    if not text.startswith(document.text, start):
        raise StandoffError(f"{document.id}: the text does not stand in {path}")
    first = text.count("\n", 0, start)
    return Reference(
        id=document.id,
        path=path,
        commit=commit,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        text_sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        lines=(first, first + document.text.count("\n")),
        entities=tuple((e.id, e.label, e.start + start, e.end + start) for e in document.entities),
        relations=tuple((r.id, r.type, r.head, r.tail) for r in document.relations),
    )


def format_reference(reference: Reference) -> str:
    """A reference as JSON, an annotation a line."""
    head = {name: getattr(reference, name) for name in ("path", "commit", "raw_sha256", "text_sha256", "lines")}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items()]
    for name, rows in (("entities", reference.entities), ("relations", reference.relations)):
        body = ",\n".join("    " + json.dumps(row) for row in rows)
        lines.append(f"  {json.dumps(name)}: [\n{body}\n  ]" + (",\n" if name == "entities" else "\n"))
    return "{\n" + "".join(lines) + "}\n"


def read_references(folder: Path) -> list[Reference]:
    """All references below a folder, sorted by id.

    Raises:
        StandoffError: A file is no reference; the message names it.
    """
    references = []
    for path in sorted(folder.glob("*.json")):
        try:
            data = json.loads(path.read_bytes().decode("utf-8"))
            references.append(
                Reference(
                    id=f"{folder.name}/{path.stem}",
                    lines=(int(data["lines"][0]), int(data["lines"][1])),
                    entities=tuple((i, label, int(start), int(end)) for i, label, start, end in data["entities"]),
                    relations=tuple((i, type_, head, tail) for i, type_, head, tail in data["relations"]),
                    **{name: str(data[name]) for name in ("path", "commit", "raw_sha256", "text_sha256")},
                )
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StandoffError(f"{path}: not an annotation by reference: {error}") from error
    return references


def rebuild(references: Iterable[Reference], clone: Path) -> list[Document]:
    """Documents with their text, from a clone of the corpus (a work tree, or a git directory).

    Raises:
        InputError: A file is missing in the clone, or differs from the one that was annotated.
    """
    references = list(references)
    return [_rebuild(reference, raw) for reference, raw in zip(references, _read(references, clone), strict=True)]


def _rebuild(reference: Reference, raw: bytes) -> Document:
    if hashlib.sha256(raw).hexdigest() != reference.raw_sha256:
        raise InputError(f"{reference.path}: not the file that was annotated (its sha256 differs)")
    text = running_text(raw.decode("utf-8"))
    if hashlib.sha256(text.encode("utf-8")).hexdigest() != reference.text_sha256:
        raise InputError(f"{reference.path}: its running text is not the one that was annotated")
    lines = text.split("\n")
    first, last = reference.lines
    start = sum(len(line) + 1 for line in lines[:first])
    chosen = "".join(line + "\n" for line in lines[first:last])
    entities = [
        Entity(id_, label, a - start, b - start, chosen[a - start : b - start])
        for id_, label, a, b in reference.entities
    ]
    relations = [Relation(id_, type_, head, tail) for id_, type_, head, tail in reference.relations]
    return Document(reference.id, chosen, entities, relations)


def _read(references: list[Reference], clone: Path) -> Iterator[bytes]:
    if not clone.is_dir():
        raise InputError(f"{clone}: no such folder")
    if all((clone / reference.path).is_file() for reference in references):
        yield from ((clone / reference.path).read_bytes() for reference in references)
        return
    wanted = "".join(f"{reference.commit}:{reference.path}\n" for reference in references)
    output = _git(clone, "cat-file", "--batch", stdin=wanted)
    position = 0
    for reference in references:
        end = output.index(b"\n", position)
        header = output[position:end].split()
        if len(header) != 3 or header[1] != b"blob":
            raise InputError(f"{clone}: no {reference.path} at commit {reference.commit[:12]}")
        size = int(header[2])
        yield output[end + 1 : end + 1 + size]
        position = end + 1 + size + 1


def raw_file(clone: Path, number: str) -> tuple[str, str, bytes]:
    """Path, commit and bytes of a training file of the corpus, at the newest commit of a clone."""
    path = f"{_TRAINING_PART}/{number}.txt.seg"
    commit = _git(clone, "rev-parse", "HEAD").decode("ascii").strip()
    return path, commit, _git(clone, "cat-file", "blob", f"{commit}:{path}")


def _git(clone: Path, *arguments: str, stdin: str = "") -> bytes:
    try:
        run = subprocess.run(
            ["git", "-C", str(clone), *arguments], input=stdin.encode("utf-8"), capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise InputError(f"{clone}: not a clone of the corpus, or git failed: {error}") from error
    return run.stdout


def raw_training_texts(clone: Path) -> Iterator[str]:
    """Every file of the corpus' training part, segmented as it is there, in the order of the paths.

    Raises:
        InputError: see :func:`rebuild`.
    """
    listing = _git(clone, "ls-tree", "-r", "HEAD", _TRAINING_PART).decode("utf-8").splitlines()
    objects = [line.split()[2] for line in listing]
    for start in range(0, len(objects), _FILES_AT_ONCE):
        chunk = objects[start : start + _FILES_AT_ONCE]
        output = _git(clone, "cat-file", "--batch", stdin="".join(name + "\n" for name in chunk))
        position = 0
        for _ in chunk:
            end = output.index(b"\n", position)
            size = int(output[position:end].split()[2])
            yield output[end + 1 : end + 1 + size].decode("utf-8", "replace")
            position = end + 1 + size + 1
