"""Scores of parts of the gold: by field of the corpus, by sentence length, by whether training had the string."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar
from unicodedata import normalize

from ie_model.standoff import Document

from .scores import Counts, Item, Scores, Tally, add_up

LENGTHS = (1, 11, 21, 31, 41, 61)  # syllables at which a class of sentences begins
_NAMES = {
    "entities.micro": "entities",
    "relations.end_to_end": "relations",
    "relations.gold_entities": "relations_on_gold",
    "rows": "rows",
    "records.whole": "records",
}
_Group = TypeVar("_Group", bound=Hashable)

Known = Collection[tuple[str, str]]  # label and string, see `known_strings`


def by_field(gold: Sequence[Document], scores: Scores) -> list[dict[str, Any]]:
    """Scores of each field: the folder at which a document's id begins. Nothing where no id has one."""
    fields = [document.id.partition("/")[0] if "/" in document.id else "" for document in gold]
    if not any(fields):
        return []
    sizes: dict[str, dict[str, int]] = {}
    for name, document in zip(fields, gold, strict=True):
        size = sizes.setdefault(name, {"documents": 0, "sentences": 0})
        size["documents"] += 1
        size["sentences"] += sum(1 for _ in document.lines())
    counts = _counts(scores, lambda number, item: fields[number])
    return [{"field": name, **sizes[name], **_figures(counts, name)} for name in sorted(sizes)]


def by_length(gold: Sequence[Document], scores: Scores) -> list[dict[str, Any]]:
    """Scores of the sentences (lines) of each class of length, in syllables: pieces between white space.

    ``high`` is inclusive; None for the last class.
    """
    starts = [[start for start, _ in document.lines()] for document in gold]
    classes = [
        [bisect_right(LENGTHS, len(document.text[start:end].split())) - 1 for start, end in document.lines()]
        for document in gold
    ]

    def length_class(number: int, item: Item) -> int:
        sentence = max(bisect_right(starts[number], item.place) - 1, 0)
        return classes[number][sentence] if classes[number] else 0

    counts = _counts(scores, length_class)
    sizes = [sum(found.count(place) for found in classes) for place in range(len(LENGTHS))]
    bounds = pairwise([*LENGTHS, None])
    return [
        {
            "low": low,
            "high": high - 1 if high else None,
            "sentences": sizes[place],
            **_figures(counts, place),
        }
        for place, (low, high) in enumerate(bounds)
        if sizes[place]
    ]


def by_known(gold: Sequence[Document], entities: Tally, known: Known) -> dict[str, dict[str, float]]:
    """Scores of the entities whose string stands in the training part with the same label, and of the others.

    Recall is over the gold entities of a class, precision over the predicted ones; each side by its own label.
    """

    def seen(number: int, item: Item) -> str:
        start, end = item.key[:2]
        return "seen" if (item.name, _string(gold[number].text[start:end])) in known else "unseen"

    return {name: counts.to_json() for name, counts in _group(entities, seen).items()}


def known_strings(documents: Iterable[Document]) -> Known:
    """Label and string of every entity, in NFC and with single blanks."""
    return frozenset((entity.label, _string(entity.text)) for document in documents for entity in document.entities)


def _string(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _counts(scores: Scores, group: Callable[[int, Item], _Group]) -> dict[str, dict[_Group, Counts]]:
    return {_NAMES[path]: _group(tally, group) for path, tally in scores.measures().items()}


def _group(tally: Tally, group: Callable[[int, Item], _Group]) -> dict[_Group, Counts]:
    return add_up(outcome.by(partial(group, number)) for number, outcome in enumerate(tally.outcomes))


def _figures(counts: dict[str, dict[_Group, Counts]], group: _Group) -> dict[str, Any]:
    """All counts of one group, and the F of each measure where tables and plots look for it."""
    found = {name: groups.get(group, Counts()) for name, groups in counts.items()}
    return {
        **{f"{name}_f": counts.f for name, counts in found.items()},
        **{name: counts.to_json() for name, counts in found.items()},
    }
