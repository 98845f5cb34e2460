"""Relations whose spans need only overlap: what is lost at the borders alone is the difference to the strict score.

A predicted relation may stand for a gold one of the same type if head overlaps head and tail overlaps tail, labels
equal. Each stands for one at most; a strict match comes before one by overlap, of these the first in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ie_model.standoff import Document, Relation

from .alignment import overlaps
from .scores import Item, Tally, tally


def score_partial_relations(gold: Sequence[Document], predicted: Sequence[Document]) -> Tally:
    """Relations by type; the two sides hold the same documents in the same order."""
    return tally(_items(g, p) for g, p in zip(gold, predicted, strict=True))


def _items(gold: Document, predicted: Document) -> tuple[list[Item], list[Item]]:
    """The relations of both sides, each predicted one under the key of the gold one that it stands for."""
    gold_starts = {entity.id: entity.start for entity in gold.entities}
    starts = {entity.id: entity.start for entity in predicted.entities}
    stands_for = _match(gold, predicted)
    gold_items = [Item(r.type, gold_starts[r.head], r.id) for r in gold.relations]
    own = {item.key: item for item in gold_items}
    items = [
        own[stands_for[r.id]] if r.id in stands_for else Item(r.type, starts[r.head], (r.id,))
        for r in predicted.relations
    ]
    return gold_items, items


def _match(gold: Document, predicted: Document) -> dict[str, str]:
    """Ids of predicted relations -> ids of gold ones."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, wanted, relation in sorted(_candidates(gold, predicted), key=lambda candidate: candidate[0]):
        if relation.id not in found and wanted.id not in taken:
            found[relation.id] = wanted.id
            taken.add(wanted.id)
    return found


def _candidates(gold: Document, predicted: Document) -> Iterator[tuple[int, Relation, Relation]]:
    """Pairs that may stand for each other, with the number of spans (0 to 2) that are not the very same."""
    over: dict[str, list[tuple[str, bool]]] = {}
    for one, other in overlaps(gold.entities, predicted.entities):
        if one.label == other.label:
            differs = (one.start, one.end) != (other.start, other.end)
            over.setdefault(other.id, []).append((one.id, differs))
    wanted = {(r.type, r.head, r.tail): r for r in gold.relations}
    for relation in predicted.relations:
        for head, head_differs in over.get(relation.head, []):
            for tail, tail_differs in over.get(relation.tail, []):
                if match := wanted.get((relation.type, head, tail)):
                    yield head_differs + tail_differs, match, relation
