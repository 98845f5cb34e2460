"""How far two annotations of the same texts agree.

An entity agrees when label and both borders are equal; a relation when its type and both of its entities are. F1 is
the same whichever of the two is taken for gold: ``2 · both / (2 · both + only a + only b)``.

Example: A has *12 tỷ đồng* as QUANTITY with LEVEL_OF to *số thu*; B has the same entities without the relation. F1 of
the entities is 1, of the relations 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ie_model.errors import StandoffError
from ie_model.standoff import Document, Entity

from .markup import format_sentence

_Item = tuple  # of offsets and names; the first is a label or a relation type


@dataclass(frozen=True)
class Overlap:
    """How many things both annotations have, and each alone."""

    both: int = 0
    only_a: int = 0
    only_b: int = 0

    def __add__(self, other: Overlap) -> Overlap:
        return Overlap(self.both + other.both, self.only_a + other.only_a, self.only_b + other.only_b)

    @property
    def f1(self) -> float:
        """1 where neither has anything."""
        total = 2 * self.both + self.only_a + self.only_b
        return 2 * self.both / total if total else 1.0


@dataclass(frozen=True)
class Agreement:
    """Agreement over all common documents: of entities by label, of relations by type."""

    documents: int
    sentences: int
    entities: dict[str, Overlap]
    relations: dict[str, Overlap]


@dataclass(frozen=True)
class Difference:
    """A sentence (document and 1-based number) that is annotated differently, as markup."""

    document: str
    sentence: int
    a: str
    b: str


def compare(a: Iterable[Document], b: Iterable[Document]) -> Agreement:
    """The agreement of two annotations over the documents that both have.

    Raises:
        StandoffError: They have no document in common, or different texts for one.
    """
    pairs = pair_documents(a, b)
    entities: dict[str, Overlap] = {}
    relations: dict[str, Overlap] = {}
    for one, other in pairs:
        _add(entities, _entities(one), _entities(other))
        _add(relations, _relations(one), _relations(other))
    sentences = sum(1 for one, _ in pairs for _ in one.lines())
    return Agreement(len(pairs), sentences, dict(sorted(entities.items())), dict(sorted(relations.items())))


def differences(a: Iterable[Document], b: Iterable[Document]) -> Iterator[Difference]:
    """The sentences whose annotations differ. Raises as :func:`compare` does."""
    for one, other in pair_documents(a, b):
        differing = (_entities(one) | _relations(one)) ^ (_entities(other) | _relations(other))
        numbers = {item[1][0] for item in differing}
        for number, (of_one, of_other) in enumerate(zip(one.lines(), other.lines(), strict=True), 1):
            if number in numbers:
                yield Difference(one.id, number, format_sentence(one, *of_one), format_sentence(other, *of_other))


def pair_documents(a: Iterable[Document], b: Iterable[Document]) -> list[tuple[Document, Document]]:
    """The documents that both have, in the order of ``a``. Raises as :func:`compare` does."""
    of_b = {document.id: document for document in b}
    pairs = [(document, of_b[document.id]) for document in a if document.id in of_b]
    if not pairs:
        raise StandoffError("the two annotations have no document in common")
    for one, other in pairs:
        texts = [[document.text[start:end] for start, end in document.lines()] for document in (one, other)]
        if texts[0] != texts[1]:
            same = sum(1 for _ in _common_start(*texts))
            raise StandoffError(f"{one.id}: the two texts differ from sentence {same + 1} on")
    return pairs


def _common_start(a: Sequence[str], b: Sequence[str]) -> Iterator[str]:
    for x, y in zip(a, b, strict=False):
        if x != y:
            return
        yield x


def format_agreement(agreement: Agreement) -> str:
    """A table: all entities and each label, all relations and each type."""
    lines = [
        f"{agreement.documents} documents, {agreement.sentences} sentences",
        f"{'':<16}{'both':>7}{'only A':>8}{'only B':>8}{'F1':>8}",
    ]
    for name, classes in (("entities", agreement.entities), ("relations", agreement.relations)):
        rows = [(name, sum(classes.values(), Overlap())), *((f"  {key}", value) for key, value in classes.items())]
        lines += [f"{key:<16}{o.both:>7}{o.only_a:>8}{o.only_b:>8}{o.f1:>8.3f}" for key, o in rows]
    return "\n".join(lines) + "\n"


def _add(classes: dict[str, Overlap], a: set[_Item], b: set[_Item]) -> None:
    for name in {item[0] for item in a | b}:
        of_a, of_b = ({item for item in items if item[0] == name} for items in (a, b))
        overlap = Overlap(len(of_a & of_b), len(of_a - of_b), len(of_b - of_a))
        classes[name] = classes.get(name, Overlap()) + overlap


def _entities(document: Document) -> set[_Item]:
    return {(entity.label, _place(document, entity)) for entity in document.entities}


def _relations(document: Document) -> set[_Item]:
    """With the label and place of head and tail; the head's place comes first."""
    entities = {entity.id: entity for entity in document.entities}
    items = set()
    for relation in document.relations:
        head, tail = entities[relation.head], entities[relation.tail]
        items.add((relation.type, _place(document, head), head.label, _place(document, tail), tail.label))
    return items


def _place(document: Document, entity: Entity) -> tuple[int, int, int]:
    """Number of the sentence (from 1), start and end in it; number 0 outside all sentences."""
    for number, (start, end) in enumerate(document.lines(), 1):
        if entity.start < end:
            return number, entity.start - start, entity.end - start
    return 0, entity.start, entity.end
