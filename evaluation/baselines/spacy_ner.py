"""spaCy's stock ``ner``: the configuration of ``spacy init config --lang xx --pipeline ner``, on our tokens.

It is trained once on the project's training part, a sentence a document, of which a tenth of the documents decides when
to stop; the held-out part is never seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from thinc.api import Config

from ie_model.convert import add_gold, lines_as_documents
from ie_model.errors import IEModelError
from ie_model.split import place_in_order
from ie_model.standoff import Document, Entity

from . import Baseline

_MODEL, _DIGEST = "model-best", "trained-on.txt"


def trained(folder: Path, training: Sequence[Document], max_steps: int | None = None) -> Baseline:
    """The model in a folder, which is trained first if it is not there.

    Args:
        training: What it is, or must have been, trained on.
        max_steps: Stop after so many steps; else as spaCy's configuration says.

    Raises:
        IEModelError: There is nothing to train on, or the model there was trained on something else.
    """
    if not training:
        raise IEModelError("--spacy-baseline: there is no training part beside this gold")
    digest = _digest(training)
    known = folder / _DIGEST
    if not known.is_file():  # nothing there yet, or a training that was interrupted
        _train(folder, training, max_steps)
        known.write_text(digest + "\n", "utf-8")
    if known.read_text("utf-8").strip() != digest:
        raise IEModelError(
            f"{folder}: this baseline was trained on other documents; remove the folder, or name another"
        )
    return partial(find, spacy.load(folder / _MODEL))


def find(nlp: Language, documents: Sequence[Document]) -> list[Document]:
    """Entities of each line."""
    lines = [(number, start, end) for number, d in enumerate(documents) for start, end in d.lines()]
    entities: list[list[Entity]] = [[] for _ in documents]
    docs = nlp.pipe(documents[number].text[start:end] for number, start, end in lines)
    for (number, offset, _), doc in zip(lines, docs, strict=True):
        for span in doc.ents:
            start, end = offset + span.start_char, offset + span.end_char
            entities[number].append(Entity(f"T{start}", span.label_, start, end, span.text))
    return [replace(document, entities=found) for document, found in zip(documents, entities, strict=True)]


def make_config(train_path: Path, dev_path: Path, max_steps: int | None = None) -> Config:
    """spaCy's own configuration for the CPU, with our tokenizer."""
    from spacy.cli.init_config import init_config

    config = init_config(lang="xx", pipeline=["ner"], optimize="efficiency", gpu=False)
    config["nlp"]["tokenizer"] = {"@tokenizers": "ie_model.Tokenizer.v1"}
    config["paths"].update(train=str(train_path), dev=str(dev_path))
    config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}
    if max_steps is not None:
        config["training"].update(max_steps=max_steps, eval_frequency=min(max_steps, 200))
    return config


def _train(folder: Path, training: Sequence[Document], max_steps: int | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stopping = [document for document in training if place_in_order(document.id) < 0.1] or list(training[:1])
    learned = [document for document in training if document not in stopping] or stopping
    paths = folder / "train.spacy", folder / "dev.spacy"
    for path, documents in zip(paths, (learned, stopping), strict=True):
        _write(path, documents)
    train(init_nlp(make_config(*paths, max_steps).interpolate()), folder)


def _write(path: Path, documents: Iterable[Document]) -> None:
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "ie_model.Tokenizer.v1"}}})
    docs = [add_gold(nlp.make_doc(line.text), line) for d in documents for line in lines_as_documents(d)]
    DocBin(docs=docs).to_disk(path)


def _digest(documents: Iterable[Document]) -> str:
    found = hashlib.sha256()
    for document in documents:
        spans = [(e.start, e.end, e.label) for e in document.entities]
        found.update(repr((document.id, document.text, spans)).encode("utf-8"))
    return found.hexdigest()
