"""Predictions of any program, from files: brat standoff, the contract's JSON lines, or CoNLL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from ie_model.conll import ConllSentence, read_conll
from ie_model.errors import InputError
from ie_model.standoff import Document, Entity, Relation, parse_annotations

from .records import contents_of

Score = float | Decimal


@dataclass(frozen=True)
class Prediction:
    """What a program says about one gold document.

    Attributes:
        document: Its entities and relations.
        scores: How sure it is of them, by the id of entity or relation; of those without a score there is none.
        records: Its records as in the contract's JSON; None if it gives none.
    """

    document: Document
    scores: Mapping[str, float] = field(default_factory=dict)
    records: list[dict[str, Any]] | None = None


def from_json(found: Mapping[str, Any], id_: str) -> Prediction:
    """A document of the contract's JSON, under the id of its gold.

    Raises:
        KeyError, TypeError, ValueError: It is not of that form.
    """
    text = found["text"]
    entities = []
    for e in found["entities"]:
        if not 0 <= e["start"] < e["end"] <= len(text):
            raise ValueError(f"offsets {e['start']} {e['end']} are outside the text")
        entities.append(Entity(e["id"], e["label"], e["start"], e["end"], text[e["start"] : e["end"]]))
    relations = [
        Relation(f"R{number}", r["type"], r["head"], r["tail"]) for number, r in enumerate(found["relations"], 1)
    ]
    names = [*(entity.id for entity in entities), *(relation.id for relation in relations)]
    scores = (item.get("score") for item in (*found["entities"], *found["relations"]))
    known = {name: _probability(score) for name, score in zip(names, scores, strict=True) if score is not None}
    if unknown := {end for r in relations for end in (r.head, r.tail)} - set(names):
        raise ValueError(f"no entity {sorted(unknown)[0]}")
    return Prediction(Document(id_, text, entities, relations), known, found.get("records"))


def read_predictions(path: Path, gold: Sequence[Document]) -> list[Prediction]:
    """Predictions for the gold documents, in their order.

    Args:
        path: A folder of ``.ann`` files at the places that the ids of gold name, or directly in the folder under their
            last parts; else a file of the contract's JSON lines, whose ids may have other folders and a suffix.

    Raises:
        InputError: One is missing, malformed, or about another text.
    """
    if path.is_dir():
        return [_read_standoff(path, document) for document in gold]
    lines = _read_lines(path)
    return [_find(path, lines, document) for document in gold]


def read_conll_predictions(path: Path, gold: Sequence[ConllSentence]) -> list[ConllSentence]:
    """The sentences of a CoNLL file that has the tokens of gold.

    Raises:
        InputError: It is malformed, or has other tokens.
    """
    found = read_conll(path)
    for number, (sentence, wanted) in enumerate(zip(found, gold, strict=False), 1):
        if sentence.tokens != wanted.tokens:
            raise InputError(f"{path}: sentence {number} has other tokens than gold")
    if len(found) != len(gold):
        raise InputError(f"{path}: {len(found)} sentences, gold has {len(gold)}")
    return found


def _read_standoff(folder: Path, gold: Document) -> Prediction:
    places = (folder / f"{gold.id}.ann", folder / f"{PurePosixPath(gold.id).name}.ann")
    place = next((place for place in places if place.is_file()), None)
    if place is None:
        raise InputError(f"{places[0]}: no such file (an empty one says that nothing was found)")
    try:
        entities, relations = parse_annotations(place.read_bytes().decode("utf-8"), gold.text, str(place))
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: not UTF-8 ({error.reason} at byte {error.start})") from error
    return Prediction(Document(gold.id, gold.text, entities, relations))


def _read_lines(path: Path) -> dict[str, tuple[int, dict[str, Any]]]:
    """Line number and content of each document, by every ending of its id, with its suffix and without."""
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                content = json.loads(line, parse_float=Decimal)
                id_ = PurePosixPath(content["id"].replace("\\", "/"))
                endings = [*_endings(id_), *_endings(id_.with_suffix(""))]
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise InputError(f"{path}, line {number}: no document of the contract's JSON") from error
            for ending in endings:
                found.setdefault(ending, (number, content))
    return found


def _endings(path: PurePosixPath) -> list[str]:
    """``data/x/a`` is found for the gold ids ``data/x/a``, ``x/a`` and ``a``."""
    return ["/".join(path.parts[start:]) for start in range(len(path.parts))]


def _find(path: Path, lines: Mapping[str, tuple[int, dict[str, Any]]], gold: Document) -> Prediction:
    number, content = lines.get(gold.id) or lines.get(PurePosixPath(gold.id).name) or (0, {})
    if not number:
        raise InputError(f"{path}: no document {gold.id}")
    if content.get("text") != gold.text:
        raise InputError(f"{path}, line {number}: the text is not that of {gold.id} in gold")
    try:
        found = from_json(content, gold.id)
        contents_of(found.records or [])  # fails here, where file and line are known, if they are malformed
        return found
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}, line {number}: no document of the contract's JSON ({error})") from error


def _probability(score: Score) -> float:
    if not 0 <= score <= 1:
        raise ValueError(f"a score of {score}")
    return float(score)
