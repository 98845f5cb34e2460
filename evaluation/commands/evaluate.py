"""``ie-model evaluate``: scores a model or files of predictions against gold, and against another model."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ie_model.errors import IEModelError, InputError

if TYPE_CHECKING:
    from ..evaluate import Tagged
    from ..gold import Gold
    from ..report import Evaluation
    from ..system import System

HELP = "score a model against gold: entities, relations, rows"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="a folder that `train` wrote (default: the shipped model)"
    )
    parser.add_argument(
        "--predicted",
        type=Path,
        metavar="PATH",
        help="score these predictions instead of a model: a folder of brat standoff, a .jsonl file as `extract` "
        "writes it, or with --conll a CoNLL file",
    )
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="gold texts (default: the held-out part of corpus/)")
    parser.add_argument("--annotations", type=Path, metavar="DIR", help="their annotations; may be the same folder")
    parser.add_argument("--conll", type=Path, metavar="TEST", help="score the entities alone, on a CoNLL file")
    parser.add_argument("--against", type=Path, metavar="DIR", help="a second model: what changed, with p-values")
    parser.add_argument(
        "--running", action="store_true", help="split the text into sentences instead of taking its lines"
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="write scores.json, report.md and report.html there")
    parser.add_argument(
        "--learning-curve", type=Path, metavar="FILE", help="show this curve of `ie-model crossval` in the report too"
    )
    parser.add_argument(
        "--fail-under",
        action="append",
        default=[],
        metavar="[MEASURE=]F",
        help="exit status 1 if the score is below: entities (default), relations, rows, records, or a path in "
        "scores.json such as entities.per_label.LOC; may be repeated",
    )
    parser.add_argument(
        "--baselines", action="store_true", help="put rules and underthesea's ner beside the model, with their speed"
    )
    parser.add_argument(
        "--spacy-baseline",
        type=Path,
        metavar="FOLDER",
        help="put spaCy's stock ner beside it, from this folder; trained there first, once, if it is not there",
    )
    parser.add_argument("--samples", type=int, default=1000, metavar="N", help="bootstrap resamples (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the resampling (default: 0)")


def run(arguments: argparse.Namespace) -> int:
    from ..limits import failures, parse_limits

    _check(arguments)
    limits = parse_limits(arguments.fail_under)
    evaluation, data = _evaluate_conll(arguments) if arguments.conll else _evaluate_documents(arguments)
    print(evaluation.text())
    if arguments.report:
        write_report(evaluation, data, arguments.report)
    failed = failures(limits, data["scores"])
    if failed:
        print(f"ie-model: below the limit: {'; '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what cannot go together before anything is loaded."""
    if (arguments.corpus is None) != (arguments.annotations is None):
        missing = "--annotations" if arguments.annotations is None else "--corpus"
        raise IEModelError(f"--corpus and --annotations belong together: {missing} is missing")
    if arguments.conll and (arguments.corpus or arguments.running):
        raise IEModelError("--conll is gold by itself: leave out --corpus, --annotations and --running")
    if arguments.conll and (arguments.baselines or arguments.spacy_baseline):
        raise IEModelError("--conll has tokens and no text: leave out --baselines and --spacy-baseline")
    if arguments.learning_curve and (arguments.conll or not arguments.report):
        raise IEModelError("--learning-curve is shown in a report on documents: give --report, and no --conll")
    if arguments.predicted and (arguments.model or arguments.running):
        raise IEModelError("--predicted is scored without a model: leave out --model and --running")
    if arguments.samples < 1 or arguments.seed < 0:
        raise IEModelError("--samples takes a number from 1 up, --seed one from 0 up")


def _evaluate_documents(arguments: argparse.Namespace) -> tuple[Evaluation, dict[str, Any]]:
    from ..crossval import read_learning_curve
    from ..details import page_data
    from ..evaluate import evaluate_documents
    from ..gold import read_gold

    gold = read_gold(arguments.corpus, arguments.annotations, running=arguments.running)
    system, against = _systems(arguments, gold)
    evaluation = evaluate_documents(
        gold,
        system,
        against=against,
        baselines=_baselines(arguments, gold),
        # Both are measured by one and the same rows.
        head_labels=system.head_labels or (against.head_labels if against else ()),
        samples=arguments.samples,
        seed=arguments.seed,
    )
    if arguments.learning_curve:
        details = {**evaluation.details, "learning_curve": read_learning_curve(arguments.learning_curve)}
        evaluation = replace(evaluation, details=details)
    return evaluation, page_data(evaluation, gold.documents, system)


def _systems(arguments: argparse.Namespace, gold: Gold) -> tuple[System, System | None]:
    from ie_model import load

    from ..given import read_predictions
    from ..system import ask, given

    def asked(folder: Path | None) -> System:
        return ask(_name(folder), load(folder), gold.documents, running=arguments.running)

    if arguments.predicted:
        predictions = read_predictions(arguments.predicted, gold.documents)
        system = given(str(arguments.predicted), predictions, gold.scheme)
    else:
        system = asked(arguments.model)
    return system, asked(arguments.against) if arguments.against else None


def _baselines(arguments: argparse.Namespace, gold: Gold) -> list[System]:
    if not (arguments.baselines or arguments.spacy_baseline):
        return []
    from ..baselines import ask_baseline, cheap_baselines

    found = cheap_baselines(gold.documents) if arguments.baselines else []
    if arguments.spacy_baseline:
        from ..baselines.spacy_ner import trained

        found.append(ask_baseline("spaCy ner", trained(arguments.spacy_baseline, gold.training), gold.documents))
    return found


def _evaluate_conll(arguments: argparse.Namespace) -> tuple[Evaluation, dict[str, Any]]:
    from ie_model import load
    from ie_model.conll import read_conll

    from ..evaluate import evaluate_tokens
    from ..given import read_conll_predictions
    from ..predict import conll_gold, predict_conll

    sentences = read_conll(arguments.conll)
    if not sentences:
        raise InputError(f"{arguments.conll}: no sentences to score on")

    def asked(folder: Path | None) -> Tagged:
        return _name(folder), predict_conll(load(folder), sentences)

    if arguments.predicted:
        found: Tagged = str(arguments.predicted), conll_gold(read_conll_predictions(arguments.predicted, sentences))
    else:
        found = asked(arguments.model)
    evaluation = evaluate_tokens(
        sentences,
        str(arguments.conll),
        found,
        against=asked(arguments.against) if arguments.against else None,
        samples=arguments.samples,
        seed=arguments.seed,
    )
    return evaluation, {"scores": evaluation.to_json(), "documents": []}


def _name(model: Path | None) -> str:
    return str(model) if model else "shipped"


def write_report(evaluation: Evaluation, data: dict[str, Any], folder: Path) -> None:
    """Write ``scores.json``, ``report.md`` and ``report.html``; ``data`` as of :func:`..details.page_data`.

    Raises:
        IEModelError: They cannot be written.
    """
    from ..page import render

    scores = json.dumps(data["scores"], ensure_ascii=False, indent=2) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scores.json").write_bytes(scores.encode("utf-8"))
        (folder / "report.md").write_bytes(evaluation.markdown().encode("utf-8"))
        (folder / "report.html").write_bytes(render(data).encode("utf-8"))
    except OSError as error:
        raise IEModelError(f"{error.filename or folder}: {error.strerror}") from error
