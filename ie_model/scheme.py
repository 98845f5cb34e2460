"""The annotation scheme: labels, relation types and allowed pairs, read from brat's ``annotation.conf``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import SchemeError

_SECTION = re.compile(r"\[(\w+)\]$")
_MACRO = re.compile(r"(<[\w-]+>)\s*=\s*(.+)$")
_ARGUMENT = re.compile(r"(Arg[12])\s*:\s*([\w|<>-]+)$")


@dataclass(frozen=True)
class Scheme:
    """Labels, relation types and which pairs of labels each relation type may join.

    Attributes:
        labels: Entity labels in file order.
        relations: Relation type -> allowed ``(head label, tail label)`` pairs, in file order.
        exclusive: Groups of relation types of which a head takes at most one
            (in the file: the types indented under one ``!HEADING``).
    """

    labels: tuple[str, ...]
    relations: dict[str, frozenset[tuple[str, str]]]
    exclusive: tuple[frozenset[str], ...] = ()

    @property
    def head_labels(self) -> frozenset[str]:
        """Labels at which some relation starts."""
        return frozenset(head for pairs in self.relations.values() for head, _ in pairs)

    @cached_property
    def allowed(self) -> dict[tuple[str, str], tuple[bool, ...]]:
        """For each pair of labels that some relation may join, which relation types may, in file order."""
        joined = frozenset[tuple[str, str]]().union(*self.relations.values())
        return {pair: tuple(pair in pairs for pairs in self.relations.values()) for pair in sorted(joined)}

    @cached_property
    def tail_labels(self) -> dict[str, list[str]]:
        """For each label at which some relation starts, the labels at which one may end."""
        partners: dict[str, list[str]] = {}
        for head, tail in self.allowed:
            partners.setdefault(head, []).append(tail)
        return partners

    def allows(self, type_: str, head_label: str, tail_label: str) -> bool:
        return (head_label, tail_label) in self.relations.get(type_, frozenset())

    def types_for(self, head_label: str, tail_label: str) -> list[str]:
        """Relation types allowed between two labels, in file order."""
        return [type_ for type_, pairs in self.relations.items() if (head_label, tail_label) in pairs]

    def to_json(self) -> dict:
        return {
            "labels": list(self.labels),
            "relations": {type_: sorted(map(list, pairs)) for type_, pairs in self.relations.items()},
            "exclusive": [sorted(group) for group in self.exclusive],
        }

    @classmethod
    def from_json(cls, data: dict) -> Scheme:
        return cls(
            labels=tuple(data["labels"]),
            relations={
                type_: frozenset((head, tail) for head, tail in pairs) for type_, pairs in data["relations"].items()
            },
            exclusive=tuple(frozenset(group) for group in data["exclusive"]),
        )


def read_scheme(path: Path | str) -> Scheme:
    """Read an ``annotation.conf``.

    Raises:
        SchemeError: The file is missing or malformed; the message names file and line.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemeError(f"{path}: cannot read the annotation scheme: {error}") from error
    return parse_scheme(text, str(path))


def parse_scheme(text: str, name: str = "annotation.conf") -> Scheme:
    """Parse the text of an ``annotation.conf``; see :func:`read_scheme`."""
    section = ""
    macros: dict[str, str] = {}
    labels: list[str] = []
    relations: dict[str, set[tuple[str, str]]] = {}
    groups: list[set[str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name}, line {number}"
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if match := _SECTION.match(stripped):
            section = match[1].lower()
        elif match := _MACRO.match(stripped):
            macros[match[1]] = match[2].strip()
        elif section == "entities":
            if not stripped.startswith("!"):
                labels.append(stripped.split()[0])
        elif section == "relations":
            indented = line[0].isspace()
            if stripped.startswith("!"):
                groups.append(set())
                continue
            type_, pairs = _parse_relation(stripped, macros, labels, where)
            relations.setdefault(type_, set()).update(pairs)
            if indented and groups:
                groups[-1].add(type_)
    if not labels:
        raise SchemeError(f"{name}: no label under [entities]")
    if repeated := {label for label in labels if labels.count(label) > 1}:
        raise SchemeError(f"{name}: label {sorted(repeated)[0]} stands twice under [entities]")
    return Scheme(
        labels=tuple(labels),
        relations={type_: frozenset(pairs) for type_, pairs in relations.items()},
        exclusive=tuple(frozenset(group) for group in groups if len(group) > 1),
    )


def _parse_relation(
    line: str, macros: dict[str, str], labels: list[str], where: str
) -> tuple[str, set[tuple[str, str]]]:
    type_, _, rest = line.partition("\t") if "\t" in line else line.partition(" ")
    arguments: dict[str, list[str]] = {}
    for part in rest.split(","):
        part = part.strip()
        if not part or part.startswith("<REL-TYPE>"):
            continue
        match = _ARGUMENT.match(part)
        if not match:
            raise SchemeError(f"{where}: expected 'TYPE Arg1:LABEL, Arg2:LABEL', found {part!r}")
        value = match[2]
        for macro, expansion in macros.items():
            value = value.replace(macro, expansion)
        arguments[match[1]] = [label.strip() for label in value.split("|")]
    if set(arguments) != {"Arg1", "Arg2"}:
        raise SchemeError(f"{where}: relation {type_} needs Arg1 and Arg2")
    for label in arguments["Arg1"] + arguments["Arg2"]:
        if label not in labels:
            raise SchemeError(f"{where}: {type_} names the label {label}, which is not under [entities]")
    return type_.strip(), {(head, tail) for head in arguments["Arg1"] for tail in arguments["Arg2"]}
