"""``ie-model crossval``: cross-validation, ablation and learning curve, with what is already trained in a cache."""

from __future__ import annotations

import argparse
import json
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from ie_model.cli.main import GROUP
from ie_model.errors import IEModelError

from .evaluate import write_report

HELP = "score models on folds of the training documents, with ablations and a learning curve"


def configure(parser: argparse.ArgumentParser) -> None:
    _folds().configure(parser)
    parser.add_argument("--report", type=Path, metavar="DIR", help="write scores.json, report.md and report.html there")
    parser.add_argument(
        "--learning-curve",
        type=Path,
        metavar="FILE",
        help="write the scores by --share there, as `evaluate` reads them",
    )
    parser.add_argument("--samples", type=int, default=1000, metavar="N", help="bootstrap resamples (default: 1000)")


def run(arguments: argparse.Namespace) -> int:
    from ..crossval import evaluate_runs, read_cache
    from ..details import page_data

    if arguments.samples < 1:
        raise IEModelError("--samples takes a number from 1 up")
    if arguments.learning_curve and not arguments.share:
        raise IEModelError("--learning-curve needs --share S …")
    _folds().run(arguments)
    gold, runs = read_cache(arguments.cache)
    evaluation = evaluate_runs(gold, runs, samples=arguments.samples, seed=arguments.seed)
    print(f"\n{evaluation.text()}")
    if arguments.report:
        write_report(evaluation, page_data(evaluation, gold.documents, runs[0].system), arguments.report)
    if arguments.learning_curve:
        curve = json.dumps(evaluation.details["learning_curve"], indent=2) + "\n"
        try:
            arguments.learning_curve.write_bytes(curve.encode("utf-8"))
        except OSError as error:
            raise IEModelError(f"{arguments.learning_curve}: {error.strerror}") from error
    return 0


def _folds() -> ModuleType:
    """The command that trains: evaluation knows training through commands and files alone."""
    (point,) = entry_points(group=GROUP, name="folds")
    return point.load()
