"""Lists of places that deserve a second look, over a whole corpus.

=============  ======================================================================================
code           what it lists
=============  ======================================================================================
``differs``    a string annotated in another way than at most of its places (:mod:`.mentions`)
``unmeasured`` a value without the measure relation that all other values of its sentence have
``unshared``   a value that lacks the period, or the subject, of all other values of its sentence
``crowded``    an INDICATOR with unusually many values
``base-only``  a value with a base of comparison and without a measure relation
``number``     a number outside all annotation that looks like a figure
``duplicate``  a sentence that nearly stands elsewhere (:mod:`.duplicates`)
=============  ======================================================================================

Values are the entities at which relations start, measure relations those of the scheme's exclusive groups. The rest of
what the lists depend on stands in ``checks.toml``; a list without its section there is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ie_model.errors import SchemeError
from ie_model.scheme import Scheme
from ie_model.standoff import Document, Entity, Relation

from .check import Finding, line_of
from .duplicates import near_duplicates
from .mentions import differing_mentions

_Unusual = tuple[str, Entity, str]  # code, entity, message


def review_corpus(documents: Iterable[Document], scheme: Scheme, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """All findings, list by list.

    Raises:
        SchemeError: A pattern among the rules is no regular expression.
    """
    documents = list(documents)
    if labels := rules.get("one_annotation"):
        yield from differing_mentions(documents, labels)
    if graph := rules.get("graph"):
        for document in documents:
            yield from unusual_graphs(document, scheme, graph)
    if numbers := rules.get("numbers"):
        pattern = _any_of(numbers.get("not_figures", ()))
        for document in documents:
            yield from bare_numbers(document, pattern)
    if duplicates := rules.get("duplicates"):
        yield from near_duplicates(documents, duplicates.get("similarity", 0.8), duplicates.get("shortest", 0))


@dataclass(frozen=True)
class _Value:
    """A value with its relations: relation type -> tails."""

    entity: Entity
    tails: Mapping[str, frozenset[Entity]]

    def has(self, types: Iterable[str]) -> bool:
        return any(type_ in self.tails for type_ in types)


def unusual_graphs(document: Document, scheme: Scheme, rules: Mapping[str, Any]) -> Iterator[Finding]:
    """Values whose relations differ from those of the other values in their sentence, and other rarities.

    Args:
        document: With its annotations.
        scheme: Says what values and measure relations are.
        rules: ``shared``: relation types said once for a list of values; ``sisters``: how many other values there must
            be for one to differ from them in these; ``bases``: types of no use without a measure relation; ``crowd``:
            how many values of a measure are not yet unusual.
    """
    measures = frozenset(type_ for group in scheme.exclusive for type_ in group)
    by_head = defaultdict(list)
    for relation in document.relations:
        by_head[relation.head].append(relation)
    entities = {entity.id: entity for entity in document.entities}
    for start, end in document.lines():
        sentence = [entity for entity in document.entities if start <= entity.start < end]
        values = [
            _Value(entity, _tails(by_head[entity.id], entities))
            for entity in sentence
            if entity.label in scheme.head_labels
        ]
        line = line_of(document, start)
        unusual = (*_unmeasured(values, measures, rules), *_unshared(values, rules))
        for code, entity, message in (*unusual, *_crowded(sentence, values, measures, rules.get("crowd", 6))):
            yield Finding(document.id, line, code, entity.text, f"{entity.label} {entity.text!r} {message}")


def _tails(relations: Iterable[Relation], entities: Mapping[str, Entity]) -> dict[str, frozenset[Entity]]:
    tails: dict[str, set[Entity]] = defaultdict(set)
    for relation in relations:
        tails[relation.type].add(entities[relation.tail])
    return {type_: frozenset(found) for type_, found in tails.items()}


def _unmeasured(values: Sequence[_Value], measures: Collection[str], rules: Mapping[str, Any]) -> Iterator[_Unusual]:
    for value in values:
        if not value.has(measures):
            sisters = [other for other in values if other is not value]
            if sisters and all(other.has(measures) for other in sisters):
                yield "unmeasured", value.entity, "has no measure relation; all other values of the sentence have one"
            if value.has(rules.get("bases", ())):
                yield "base-only", value.entity, "has a base of comparison, but no measure relation"


def _unshared(values: Sequence[_Value], rules: Mapping[str, Any]) -> Iterator[_Unusual]:
    for value in values:
        for type_ in rules.get("shared", ()):
            sisters = [other.tails.get(type_, frozenset()) for other in values if other is not value]
            alike = len(sisters) >= rules.get("sisters", 1) and len(set(sisters)) == 1
            if alike and sisters[0] and type_ not in value.tails:
                tail = " and ".join(sorted(repr(entity.text) for entity in sisters[0]))
                yield "unshared", value.entity, f"lacks {type_}; all other values of the sentence have {tail}"


def _crowded(
    sentence: Sequence[Entity], values: Sequence[_Value], measures: Collection[str], crowd: int
) -> Iterator[_Unusual]:
    for entity in sentence:
        count = sum(any(entity in value.tails.get(type_, ()) for type_ in measures) for value in values)
        if count > crowd:
            yield "crowded", entity, f"has {count} values"


def bare_numbers(document: Document, not_figures: re.Pattern[str]) -> Iterator[Finding]:
    """Numbers outside all entities that the pattern, searched for in each sentence, does not cover."""
    for start, end in document.lines():
        text = document.text[start:end]
        if not any(character.isdigit() for character in text):
            continue
        covered = [(e.start - start, e.end - start) for e in document.entities if start <= e.start < end]
        covered += [match.span() for match in not_figures.finditer(text)]
        for match in re.finditer(r"\d+(?:[.,]\d+)*", text):
            if not any(a < match.end() and match.start() < b for a, b in covered):
                before, after = text[: match.start()].split(" ")[-4:], text[match.end() :].split(" ")[:3]
                around = (" ".join(before) + match[0] + " ".join(after)).strip()
                message = f"the number in {around!r} is in no entity and of no known kind"
                yield Finding(document.id, line_of(document, start), "number", around, message)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise SchemeError(f"not_figures: {pattern!r} is no regular expression: {error}") from error
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)", re.IGNORECASE)
