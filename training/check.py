"""Checks over an annotated corpus: failures (broken annotation) and notices (places that deserve a look)."""

from __future__ import annotations

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
    """One finding: where (document and 1-based line), what, and whether it makes the corpus unusable."""

    document: str
    line: int
    message: str
    failure: bool

    def __str__(self) -> str:
        return f"{'error' if self.failure else 'notice'}: {self.document}, line {self.line}: {self.message}"


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


def _line_of(document: Document, offset: int) -> int:
    return document.text.count("\n", 0, offset) + 1


def _check_entities(document: Document, scheme: Scheme, rules: dict) -> Iterator[Finding]:
    tails = {relation.tail for relation in document.relations}
    previous: Entity | None = None
    for entity in document.entities:
        line = _line_of(document, entity.start)
        for message in _broken(entity, scheme, previous):
            yield Finding(document.id, line, message, True)
        if entity.label in rules.get("must_be_tail", ()) and entity.id not in tails:
            yield Finding(document.id, line, f"{entity.label} {entity.text!r} is reached by no relation", True)
        for message in _suspicious(entity, document.text, rules):
            yield Finding(document.id, line, message, False)
        previous = entity


def _broken(entity: Entity, scheme: Scheme, previous: Entity | None) -> Iterator[str]:
    text = entity.text
    if entity.label not in scheme.labels:
        yield f"unknown label {entity.label}"
    if "\n" in text:
        yield f"{entity.label} {text!r} crosses a sentence border"
    if previous and entity.start < previous.end:
        yield f"{entity.label} {text!r} overlaps {previous.label} {previous.text!r}"
    if text != text.strip():
        yield f"{entity.label} {text!r} has white space at an edge"
    elif _is_stray(text[0], text, ")]", "([") or _is_stray(text[-1], text, "([", ")]"):
        yield f"{entity.label} {text!r} has punctuation at an edge"


def _is_stray(character: str, text: str, always: str, paired: str) -> bool:
    """Whether a character at a span's edge is punctuation; a bracket whose partner is inside may stand there."""
    if character in "%‰":
        return False
    if character in always:
        return True
    if character in paired:
        return text.count("(") != text.count(")") or text.count("[") != text.count("]")
    return character not in "+-−" and unicodedata.category(character).startswith("P")


def _suspicious(entity: Entity, text: str, rules: dict) -> Iterator[str]:
    lowered = f" {entity.text.lower()} "
    for word in rules.get("first_words", {}).get(entity.label, ()):
        if lowered.startswith(f" {word} "):
            yield f"{entity.label} {entity.text!r} begins with {word!r}"
    for word in rules.get("last_words", {}).get(entity.label, ()):
        if lowered.endswith(f" {word} "):
            yield f"{entity.label} {entity.text!r} ends with {word!r}"
    before = " " + text[max(0, entity.start - 20) : entity.start].lower()
    for word in rules.get("inside_before", {}).get(entity.label, ()):
        if before.endswith(f" {word} "):
            yield f"{word!r} stands outside {entity.label} {entity.text!r}"


def _check_relations(document: Document, scheme: Scheme) -> Iterator[Finding]:
    entities = {entity.id: entity for entity in document.entities}
    seen: set[tuple[str, str, str]] = set()
    of_head: dict[str, set[str]] = {}
    for relation in document.relations:
        head, tail = entities[relation.head], entities[relation.tail]
        line = _line_of(document, head.start)
        what = f"{relation.type} from {head.text!r} to {tail.text!r}"
        if not scheme.allows(relation.type, head.label, tail.label):
            yield Finding(document.id, line, f"{what}: not allowed between {head.label} and {tail.label}", True)
        if line != _line_of(document, tail.start):
            yield Finding(document.id, line, f"{what}: crosses a sentence border", True)
        if (relation.head, relation.type, relation.tail) in seen:
            yield Finding(document.id, line, f"{what}: stands twice", True)
        seen.add((relation.head, relation.type, relation.tail))
        for group in scheme.exclusive:
            if relation.type in group:
                if of_head.setdefault(relation.head, set()) & group:
                    yield Finding(document.id, line, f"{what}: the head has another relation of its group", True)
                of_head[relation.head].add(relation.type)
