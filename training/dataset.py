"""The gold of a project as Hugging Face ``datasets`` (extra ``datasets``), and such a dataset as documents again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ie_model.extras import require
from ie_model.standoff import Document, Entity, Relation

from .gold import BOTH, read_gold

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, Features

TRAIN, HELD_OUT = "train", "held_out"
# A line for each feature; goes with the dataset as its description.
FEATURES = {
    "id": "name of the document: its path below the corpus, without suffix",
    "text": "the document as read, a sentence a line; all offsets count its characters (code points), from 0",
    "sentences": "start and end of each line that is not blank, end exclusive",
    "entities": "id (T1, T2, … within the document), label, start, end (exclusive) and the text between, in text order",
    "relations": "id (R1, R2, …), type, and head and tail, each the id of an entity of the document",
}


def load_dataset(
    corpus: Path | str,
    annotations: Path | str,
    clone: Path | str | None = None,
    sources: str = BOTH,
    share: float = 1.0,
) -> DatasetDict:
    """A project's gold with the splits ``train`` and ``held_out``, a row a document; features as in :data:`FEATURES`.

    The documents are those of :func:`.gold.read_gold`, from which ``ie-model train`` has its own.

    Args:
        corpus, annotations: Folders of texts and of annotations; may be the same.
        clone, sources, share: see :func:`.gold.read_gold`.

    Raises:
        IEModelError: ``datasets`` is not installed.
        StandoffError, InputError: see :func:`.gold.read_gold`.
    """
    datasets = require("datasets", "datasets")
    train, held_out = read_gold(Path(corpus), Path(annotations), Path(clone) if clone else None, sources, share)
    return datasets.DatasetDict({TRAIN: to_dataset(train), HELD_OUT: to_dataset(held_out)})


def to_dataset(documents: Iterable[Document]) -> Dataset:
    """Documents as the rows of a dataset, in their order.

    Raises:
        IEModelError: ``datasets`` is not installed.
    """
    datasets = require("datasets", "datasets")
    description = "\n".join(f"{name}: {what}" for name, what in FEATURES.items())
    features = _features()
    rows = [_row(document) for document in documents]
    return datasets.Dataset.from_dict(
        {name: [row[name] for row in rows] for name in FEATURES},
        features=features,
        info=datasets.DatasetInfo(description=description, features=features),
    )


def to_documents(rows: Iterable[Mapping[str, Any]]) -> list[Document]:
    """The documents of a dataset's rows: of those of :func:`to_dataset`, exactly the ones that it was made from.

    Raises:
        KeyError: A row lacks a feature.
    """
    return [
        Document(
            row["id"],
            row["text"],
            [Entity(e["id"], e["label"], e["start"], e["end"], e["text"]) for e in row["entities"]],
            [Relation(r["id"], r["type"], r["head"], r["tail"]) for r in row["relations"]],
        )
        for row in rows
    ]


def _row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "text": document.text,
        "sentences": [{"start": start, "end": end} for start, end in document.lines()],
        "entities": [vars(entity) for entity in document.entities],
        "relations": [vars(relation) for relation in document.relations],
    }


def _features() -> Features:
    datasets = require("datasets", "datasets")
    text, offset = datasets.Value("string"), datasets.Value("int64")
    return datasets.Features(
        {
            "id": text,
            "text": text,
            "sentences": [{"start": offset, "end": offset}],
            "entities": [{"id": text, "label": text, "start": offset, "end": offset, "text": text}],
            "relations": [{"id": text, "type": text, "head": text, "tail": text}],
        }
    )
