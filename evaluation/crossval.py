"""Cross-validation and ablation: one score over all folds, and what each change of the training costs.

The predictions of all folds are put together before anything is counted, so the scores are micro-averages over all
documents, each predicted by a model that has not seen it. The bootstrap resamples documents; that another training run
would give other models is not in its intervals.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ie_model.errors import InputError

from .bootstrap import compare, correct, resample
from .evaluate import evaluate_documents
from .given import Prediction, from_json
from .gold import Gold, read_gold
from .report import Evaluation
from .scores import Scores
from .system import System, given, score

MANIFEST = "folds.json"


@dataclass(frozen=True)
class Run:
    """One way to train, over all folds.

    Attributes:
        kind: ``full`` (what the others are compared with), ``ablation`` or ``share`` (a point of the learning curve).
        sentences: How many a model was trained on, as the mean of the folds.
        system: What the models say, each of its own fold.
    """

    kind: str
    sentences: int
    system: System


def read_cache(cache: Path) -> tuple[Gold, list[Run]]:
    """The documents of all folds and what was predicted for them, from what ``ie-model folds`` wrote.

    Raises:
        InputError: Something is missing or malformed.
        StandoffError: The gold is broken.
    """
    path = cache / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        folder = cache / manifest["gold"]
        gold = read_gold(folder, folder)
        runs = [
            Run(
                run["kind"],
                run["sentences"],
                given(run["name"], _predictions(cache / run["folder"], gold), gold.scheme),
            )
            for run in manifest["runs"]
        ]
        return replace(gold, source=f"{manifest['folds']} folds, seed {manifest['seed']}", training=[]), runs
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: not as `ie-model folds` writes it ({error})") from error


def _predictions(folder: Path, gold: Gold) -> list[Prediction]:
    lines = [line for path in sorted(folder.glob("fold-*.jsonl")) for line in path.read_bytes().splitlines()]
    found = {content["id"]: content for content in map(json.loads, lines)}
    for document in gold.documents:
        if found.get(document.id, {}).get("text") != document.text:
            raise InputError(f"{folder}: no prediction for {document.id}")
    return [from_json(found[document.id], document.id) for document in gold.documents]


def evaluate_runs(gold: Gold, runs: Sequence[Run], *, samples: int, seed: int) -> Evaluation:
    """Score the full training; its details have ``ablations`` and ``learning_curve`` where there are such runs.

    Args:
        runs: The first is the full training.
        samples, seed: Of the bootstrap.
    """
    full, *others = runs
    head_labels = full.system.head_labels
    evaluation = evaluate_documents(gold, full.system, head_labels=head_labels, samples=samples, seed=seed)
    scored = [(run, score(gold.documents, run.system, head_labels)) for run in others]
    details = dict(evaluation.details)
    if others:
        details["ablations"] = _ablations(evaluation.scores, scored, samples, seed)
    if any(run.kind == "share" for run in others):
        points = [(run, scores) for run, scores in scored if run.kind == "share"]
        details["learning_curve"] = _learning_curve([*points, (full, evaluation.scores)])
    return replace(evaluation, details=details)


def _ablations(full: Scores, scored: Sequence[tuple[Run, Scores]], samples: int, seed: int) -> list[dict[str, Any]]:
    """F of each other run, and how far it lies from that of the full training; p corrected for the number of tests."""
    base = full.measures()
    draws = resample(len(full.entities.outcomes), samples, seed)
    tallies = {
        (run.system.name, path): tally
        for run, scores in scored
        for path, tally in scores.measures().items()
        if path in base
    }
    differences = correct(
        {(name, path): compare(tally.array(), base[path].array(), draws) for (name, path), tally in tallies.items()}
    )
    return [
        {
            "name": name,
            "measure": path,
            "f": tallies[name, path].micro.f,
            "difference": found.f,
            "interval": [found.low, found.high],
            "p": found.p,
        }
        for (name, path), found in differences.items()
    ]


def _learning_curve(points: Sequence[tuple[Run, Scores]]) -> list[dict[str, float]]:
    """Micro F by the number of sentences trained on, the smallest number first."""
    curve = []
    for run, scores in sorted(points, key=lambda point: point[0].sentences):
        measures = {"entities": scores.entities, "relations": scores.relations, "rows": scores.rows}
        found = {f"{name}_f": tally.micro.f for name, tally in measures.items() if tally is not None}
        curve.append({"sentences": run.sentences, **found})
    return curve


def read_learning_curve(path: Path) -> list[dict[str, float]]:
    """The points of a file that ``ie-model crossval --learning-curve`` wrote.

    Raises:
        InputError: It cannot be read, or is no list of objects with ``sentences`` and the same scores ``…_f``.
    """
    try:
        curve = json.loads(path.read_bytes())
        names = set(curve[0])
        if not all(set(point) == names and all(isinstance(x, int | float) for x in point.values()) for point in curve):
            raise ValueError("its points differ in form")
        if "sentences" not in names or not all(name.endswith("_f") for name in names - {"sentences"}):
            raise ValueError("a point has `sentences` and scores whose names end in _f")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (ValueError, LookupError, TypeError) as error:
        raise InputError(f"{path}: no learning curve ({error})") from error
    return curve
