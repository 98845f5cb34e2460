"""Silver annotation: raw sentences annotated by the vote of several models, to train on before gold.

One model is taught what several know together by their decisions on much text (knowledge distillation, Hinton et al.
2015, "Distilling the Knowledge in a Neural Network"; of sequences by their decisions, Kim and Rush 2016).
"""

from __future__ import annotations

import heapq
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from ie_model.errors import IEModelError
from ie_model.scheme import Scheme
from ie_model.standoff import Document, Entity, Relation

LEAST = 0.25  # mean score of what is kept; 0.25 to 0.4 were compared, see docs/experiments.md
_FIGURE = re.compile(r"\d[\d.,]*")
_WEIGHTS = (0.01, 0.1, 1.0)  # of a sentence with no figure, with one, with more, in the drawing of lots
_SHORTEST, _LONGEST = 40, 500  # characters
_AT_ONCE = 20  # sentences of a document

Span = tuple[int, int, str]  # character offsets and label
_Key = TypeVar("_Key", Span, tuple[Span, str, Span])


def choose_sentences(
    lines: Iterable[str], count: int, seed: int, avoid: Callable[[str], bool] = lambda line: False
) -> list[str]:
    """Draw sentences, those with figures rather than others, each text once.

    Weighted sampling without replacement in one pass (Efraimidis and Spirakis 2006).

    Args:
        lines: Running text, a sentence a line.
        avoid: Tells what must not be drawn; asked only of what would be.
    """
    drawn: list[tuple[float, str]] = []
    seen: set[str] = set()
    for line in lines:
        if not _SHORTEST <= len(line) <= _LONGEST:
            continue
        # The lot hangs on the text: a line that comes a thousand times has one lot, not a thousand.
        lot = random.Random(f"{seed} {line}").random()
        key = lot ** (1 / _WEIGHTS[min(len(_FIGURE.findall(line)), 2)])
        if (len(drawn) == count and key <= drawn[0][0]) or line in seen or avoid(line):
            continue
        seen.add(line)
        (heapq.heappush if len(drawn) < count else heapq.heapreplace)(drawn, (key, line))
    sentences = sorted(line for _, line in drawn)
    random.Random(seed).shuffle(sentences)
    return sentences


def check_scheme(models: Sequence[Language], scheme: Scheme) -> None:
    """Refuse models that cannot vote on a scheme's labels and relation types.

    Raises:
        IEModelError: A model has another scheme, or finds no relations.
    """
    for model in models:
        if "relation_extractor" not in model.pipe_names:
            raise IEModelError("a model that votes finds entities alone; relations are needed too")
        extractor: Any = model.get_pipe("relation_extractor")
        if extractor.scheme.relations != scheme.relations:
            raise IEModelError("a model that votes has other labels or relation types than the annotation.conf")


def annotate(models: Sequence[Language], scheme: Scheme, sentences: Iterable[str], folder: str) -> Iterator[Document]:
    """Documents of some sentences each, annotated by the models' vote; ids are ``folder/`` and a number."""
    remaining = iter(sentences)
    number = 0
    while lines := list(islice(remaining, _AT_ONCE)):
        # Each model sees a sentence by itself, as it sees the lines of a corpus.
        votes = zip(*(model.pipe(lines) for model in models), strict=True)
        yield join(f"{folder}/{number:06d}", [vote(docs, scheme) for docs in votes])
        number += 1


def vote(docs: Sequence[Doc], scheme: Scheme, least: float = LEAST) -> Document:
    """What several models say of one text, by the mean of their scores; what one does not say scores 0 with it.

    Of entities that overlap, and of relations that exclude each other, the one with the higher mean stays.

    Args:
        docs: The same text, each annotated by another model.
        least: Least mean score.
    """
    spans: dict[Span, float] = defaultdict(float)
    links: dict[tuple[Span, str, Span], float] = defaultdict(float)
    for doc in docs:
        for entity in doc.ents:
            spans[entity.start_char, entity.end_char, entity.label_] += entity._.score / len(docs)
        for head, head_end, type_, tail, tail_end, score in doc._.stored_relations:
            links[_span(doc, head, head_end), type_, _span(doc, tail, tail_end)] += score / len(docs)
    chosen = _apart(_best_first(spans, least))
    names = {span: f"T{i}" for i, span in enumerate(sorted(chosen), 1)}
    entities = [Entity(name, label, start, end, docs[0].text[start:end]) for (start, end, label), name in names.items()]
    ranked = (link for link in _best_first(links, least) if link[0] in names and link[2] in names)
    relations = [
        Relation(f"R{i}", type_, names[head], names[tail])
        for i, (head, type_, tail) in enumerate(_compatible(ranked, scheme), 1)
    ]
    return Document("", docs[0].text, entities, relations)


def join(id_: str, sentences: Sequence[Document]) -> Document:
    """One document of sentences, a line each."""
    text = ""
    entities: list[Entity] = []
    relations: list[Relation] = []
    for sentence in sentences:
        start, names = len(text), {}
        text += sentence.text + "\n"
        for e in sentence.entities:
            names[e.id] = f"T{len(entities) + 1}"
            entities.append(Entity(names[e.id], e.label, e.start + start, e.end + start, e.text))
        for r in sentence.relations:
            relations.append(Relation(f"R{len(relations) + 1}", r.type, names[r.head], names[r.tail]))
    return Document(id_, text, entities, relations)


def _span(doc: Doc, start: int, end: int) -> Span:
    return doc[start:end].start_char, doc[start:end].end_char, doc[start].ent_type_


def _best_first(scores: Mapping[_Key, float], least: float) -> list[_Key]:
    return [key for key in sorted(scores, key=lambda key: (-scores[key], key)) if scores[key] >= least]


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in spans:
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    return kept


def _compatible(links: Iterable[tuple[Span, str, Span]], scheme: Scheme) -> list[tuple[Span, str, Span]]:
    """One type for a pair, and one relation of a group of exclusive types for a head."""
    kept: list[tuple[Span, str, Span]] = []
    pairs: set[tuple[Span, Span]] = set()
    groups: set[tuple[Span, frozenset[str]]] = set()
    for head, type_, tail in links:
        taken = {(head, group) for group in scheme.exclusive if type_ in group}
        if (head, tail) in pairs or taken & groups:
            continue
        pairs.add((head, tail))
        groups |= taken
        kept.append((head, type_, tail))
    return kept
