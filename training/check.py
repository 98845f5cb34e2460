"""Checks of one document at a time: failures (broken annotation) and notices (edges that deserve a look).

What shows only when sentences or documents are held side by side is in :mod:`.review`.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ie_model.errors import SchemeError
from ie_model.scheme import Scheme
from ie_model.standoff import Document, Entity

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        document, line: Where; lines count from 1, 0 is the document as a whole.
        code: The list it belongs to, a word that does not change.
        text: The words of the document that it is about.
        message: What it says to a reader.
        failure: Whether it makes the corpus unusable; otherwise it is a place to look at.
    """

    document: str
    line: int
    code: str
    text: str
    message: str
    failure: bool = False

    def __str__(self) -> str:
        kind = "error" if self.failure else "notice"
        return f"{kind}: {self.document}, line {self.line}: {self.message} [{self.code}]"


def read_rules(path: Path) -> dict:
    """The review rules of a scheme (``checks.toml`` beside ``annotation.conf``); none where the file is missing."""
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemeError(f"{path}: {error}") from error


def check_corpus(documents: Iterable[Document], scheme: Scheme, rules: dict) -> Iterator[Finding]:
    """All findings, document by document."""
    for document in documents:
        yield from _check_entities(document, scheme, rules)
        yield from _check_relations(document, scheme)


def line_of(document: Document, offset: int) -> int:
    """The line, counted from 1, in which an offset lies."""
    return document.text.count("\n", 0, offset) + 1


def _check_entities(document: Document, scheme: Scheme, rules: dict) -> Iterator[Finding]:
    tails = {relation.tail for relation in document.relations}
    previous: Entity | None = None
    for entity in document.entities:
        line = line_of(document, entity.start)
        for code, message in _broken(entity, scheme, previous):
            yield Finding(document.id, line, code, entity.text, message, failure=True)
        if entity.label in rules.get("must_be_tail", ()) and entity.id not in tails:
            message = f"{entity.label} {entity.text!r} is reached by no relation"
            yield Finding(document.id, line, "unreached", entity.text, message, failure=True)
        for code, message in _suspicious(entity, document.text, rules):
            yield Finding(document.id, line, code, entity.text, message)
        previous = entity


def _broken(entity: Entity, scheme: Scheme, previous: Entity | None) -> Iterator[tuple[str, str]]:
    """Codes and messages."""
    text = entity.text
    if entity.label not in scheme.labels:
        yield "label", f"unknown label {entity.label}"
    if "\n" in text:
        yield "border", f"{entity.label} {text!r} crosses a sentence border"
    if previous and entity.start < previous.end:
        yield "overlap", f"{entity.label} {text!r} overlaps {previous.label} {previous.text!r}"
    if text != text.strip():
        yield "edge", f"{entity.label} {text!r} has white space at an edge"
    elif _is_stray(text[0], text, ")]", "([") or _is_stray(text[-1], text, "([", ")]"):
        yield "edge", f"{entity.label} {text!r} has punctuation at an edge"


def _is_stray(character: str, text: str, always: str, paired: str) -> bool:
    """Whether a character at a span's edge is punctuation; a bracket whose partner is inside may stand there."""
    if character in "%‰":
        return False
    if character in always:
        return True
    if character in paired:
        return text.count("(") != text.count(")") or text.count("[") != text.count("]")
    return character not in "+-−" and unicodedata.category(character).startswith("P")


def _suspicious(entity: Entity, text: str, rules: dict) -> Iterator[tuple[str, str]]:
    """Codes and messages."""
    lowered = f" {entity.text.lower()} "
    for word in rules.get("first_words", {}).get(entity.label, ()):
        if lowered.startswith(f" {word} "):
            yield "first-word", f"{entity.label} {entity.text!r} begins with {word!r}"
    for word in rules.get("last_words", {}).get(entity.label, ()):
        if lowered.endswith(f" {word} "):
            yield "last-word", f"{entity.label} {entity.text!r} ends with {word!r}"
    before = " " + text[max(0, entity.start - 20) : entity.start].lower()
    if before.endswith(tuple(f" {word} " for word in rules.get("not_before", ()))):
        before = ""
    after = text[entity.end : entity.end + 20].lower()
    for word in rules.get("inside_before", {}).get(entity.label, ()):
        if before.endswith(f" {word} "):
            yield "outside", f"{word!r} stands outside {entity.label} {entity.text!r}"
    for word in rules.get("inside_after", {}).get(entity.label, ()):
        if re.match(rf" ?{re.escape(word)}(?!\w)", after):
            yield "outside", f"{word!r} stands outside {entity.label} {entity.text!r}"


def _check_relations(document: Document, scheme: Scheme) -> Iterator[Finding]:
    entities = {entity.id: entity for entity in document.entities}
    seen: set[tuple[str, str, str]] = set()
    of_head: dict[str, set[str]] = {}
    for relation in document.relations:
        head, tail = entities[relation.head], entities[relation.tail]
        line = line_of(document, head.start)
        faults = []
        if not scheme.allows(relation.type, head.label, tail.label):
            faults.append(("pair", f"not allowed between {head.label} and {tail.label}"))
        if line != line_of(document, tail.start):
            faults.append(("border", "crosses a sentence border"))
        if (relation.head, relation.type, relation.tail) in seen:
            faults.append(("twice", "stands twice"))
        seen.add((relation.head, relation.type, relation.tail))
        for group in scheme.exclusive:
            if relation.type in group:
                if of_head.setdefault(relation.head, set()) & group:
                    faults.append(("exclusive", "the head has another relation of its group"))
                of_head[relation.head].add(relation.type)
        what = f"{relation.type} from {head.text!r} to {tail.text!r}"
        for code, fault in faults:
            yield Finding(document.id, line, code, head.text, f"{what}: {fault}", failure=True)
