"""Cross-validation: what models trained on the other folds say about each fold, kept in a cache.

A cache holds, below a folder named by a digest of gold, folds and seed:

- ``gold/``: the documents of all folds in brat standoff, with their ``annotation.conf``;
- for each variant a folder named by a digest of its config, with a file ``fold-N.jsonl`` for each fold that is done,
  in the form of ``ie-model extract``.

``folds.json`` in the cache says which of these the last call was about, see :func:`run_folds`. A call makes only what
is missing, so that one that was cut off goes on where it stopped. Changes of this program that its version does not
tell need a new cache.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import ie_model
from ie_model.convert import make_doc
from ie_model.errors import IEModelError
from ie_model.loading import SHIPPED
from ie_model.split import HELD_OUT_FILE
from ie_model.standoff import Document, write_document
from ie_model.writing.jsonl import document_json

from .folds import Fold, make_folds
from .gold import BOTH, SCHEME_FILE, fingerprint, read_gold
from .run import PRETRAINED, make_config

MANIFEST = "folds.json"
_DIGITS = 12  # of a digest, in a folder's name


@dataclass(frozen=True)
class Variant:
    """A way to train.

    Attributes:
        name: For people, and part of a folder's name.
        kind: ``full``, ``ablation`` or ``share``.
        settings: Values in the config, by their keys.
        sources, share: What is trained on, see :func:`.gold.read_gold`; every variant is scored on the same documents.
    """

    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: str = BOTH
    share: float = 1.0

    def key(self, config: Path | None) -> str:
        """A digest of everything that the trained model depends on besides its documents and the seed."""
        made = make_config(config, dict(self.settings))
        paths = made.pop("paths", {})
        vectors = self.settings.get("paths.vectors", paths.get("vectors") or SHIPPED / "vocab")
        encoder = self.settings.get("paths.encoder", paths.get("encoder") or PRETRAINED)
        weights = [_content(Path(path)) if path else None for path in (vectors, encoder)]
        # Where parts start anew, `train` has other epochs than the default config's, but none but those of a given one.
        return _digest([made, config is None, self.settings, weights, self.sources, self.share, ie_model.__version__])


@dataclass(frozen=True)
class Plan:
    """What is cut into folds, and how; ``config`` as in :func:`.run.make_config`, folders as in ``ie-model train``."""

    corpus: Path
    annotations: Path
    clone: Path | None = None
    config: Path | None = None
    folds: int = 5
    seed: int = 0

    @cached_property
    def parts(self) -> list[Fold]:
        """The folds; the held-out part of the gold is in none of them."""
        documents, _ = read_gold(self.corpus, self.annotations, self.clone)
        return make_folds(documents, self.folds, self.seed)

    def key(self) -> str:
        gold = fingerprint(self.corpus, self.annotations)
        return _digest([gold, self.clone is not None, self.folds, self.seed])

    def training(self, variant: Variant) -> list[list[Document]]:
        """What the variant trains on, fold by fold.

        Raises:
            IEModelError: Nothing is left for a fold, or the variant would train on the same as any other.
        """
        if variant.sources != BOTH and self.clone is None:
            raise IEModelError(f"{variant.name}: all documents are of one source without --vietnews CLONE")
        chosen, _ = read_gold(self.corpus, self.annotations, self.clone, variant.sources, variant.share)
        ids = {document.id for document in chosen}
        parts = [[document for document in fold.train if document.id in ids] for fold in self.parts]
        if not all(parts):
            raise IEModelError(f"{variant.name}: nothing is left to train on in fold {parts.index([]) + 1}")
        return parts


def run_folds(plan: Plan, variants: Sequence[Variant], cache: Path) -> Path:
    """Train and predict whatever the cache does not hold yet.

    Returns:
        A JSON file with ``gold`` (a folder), ``folds``, ``seed`` and ``runs``, for each variant its ``name``, ``kind``,
        ``folder``, and ``sentences``: how many a model was trained on, as the mean of the folds. Folders are relative
        to the cache.

    Raises:
        IEModelError: There are too few documents, or a training run failed.
    """
    root = cache / plan.key()
    # What cannot be trained is refused before hours go into what can.
    trainings = [plan.training(variant) for variant in variants]
    folders = [root / f"{variant.name}-{variant.key(plan.config)}" for variant in variants]
    _write_project(root / "gold", plan, [document for fold in plan.parts for document in fold.test])
    runs = []
    for variant, training, folder in zip(variants, trainings, folders, strict=True):
        for fold, documents in zip(plan.parts, training, strict=True):
            path = folder / f"fold-{fold.number}.jsonl"
            state = "in the cache"
            if not path.is_file():
                _run_fold(plan, variant, fold, documents, path)
                state = f"trained on {len(documents)} documents"
            print(f"{variant.name}, fold {fold.number + 1} of {plan.folds}: {state}", flush=True)
        sentences = round(sum(map(_sentences, training)) / plan.folds)
        place = folder.relative_to(cache).as_posix()
        runs.append({"name": variant.name, "kind": variant.kind, "folder": place, "sentences": sentences})
    gold = (root / "gold").relative_to(cache).as_posix()
    manifest = {"gold": gold, "folds": plan.folds, "seed": plan.seed, "runs": runs}
    _write(cache / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
    return cache / MANIFEST


def _run_fold(plan: Plan, variant: Variant, fold: Fold, documents: list[Document], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        project, model = Path(folder) / "project", Path(folder) / "model"
        _write_project(project, plan, documents + fold.held_out)
        _write(project / HELD_OUT_FILE, "".join(f"{document.id}\n" for document in fold.held_out))
        options = [f"--set={key}={json.dumps(value)}" for key, value in variant.settings.items()]
        if plan.config:
            options.append(f"--config={plan.config}")
        train(project, model, [f"--seed={plan.seed}", *options])
        lines = predict(model, fold.test)
    # Last, and at once: a fold whose file is there is done.
    _write(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def train(project: Path, model: Path, options: Iterable[str]) -> None:
    """Train by ``ie-model train``, in a process of its own, so that no run leaves anything behind in memory.

    Raises:
        IEModelError: It failed, with the last line that it wrote.
    """
    command = [sys.executable, "-m", "ie_model.cli.main", "train", f"--corpus={project}", f"--annotations={project}"]
    call = subprocess.run(
        [*command, f"--output={model}", *options], capture_output=True, encoding="utf-8", errors="replace"
    )
    if call.returncode:
        reason = (call.stderr.strip().splitlines() or ["no word why"])[-1].removeprefix("ie-model: ")
        raise IEModelError(f"training failed: {reason}")


def predict(model: Path, documents: Sequence[Document]) -> list[dict[str, Any]]:
    """What a model says about the documents, sentence by sentence as gold has them, in the contract's JSON."""
    nlp = ie_model.load(model)
    docs = nlp.pipe(make_doc(nlp, document) for document in documents)
    return [document_json(document.id, doc) for document, doc in zip(documents, docs, strict=True)]


def _write_project(folder: Path, plan: Plan, documents: Iterable[Document]) -> None:
    """Texts, annotations and scheme in one folder."""
    for document in documents:
        write_document(document, folder, folder)
    scheme = plan.annotations / SCHEME_FILE
    if scheme.is_file():
        shutil.copyfile(scheme, folder / SCHEME_FILE)


def _write(path: Path, content: str) -> None:
    """Write a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_bytes(content.encode("utf-8"))
    new.replace(path)


def _sentences(documents: Iterable[Document]) -> int:
    return sum(1 for document in documents for _ in document.lines())


def _content(path: Path) -> str:
    """sha256 of a file, or of the files of a folder."""
    digest = hashlib.sha256()
    for part in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if part.is_file():
            digest.update(part.relative_to(path.parent).as_posix().encode("utf-8") + b"\0" + part.read_bytes())
    return digest.hexdigest()


def _digest(facts: Any) -> str:
    text = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:_DIGITS]
