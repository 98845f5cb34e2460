"""``ie-model evaluate``: scores a model against gold, with intervals, and against another model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ie_model.errors import IEModelError, InputError

if TYPE_CHECKING:
    from spacy.language import Language

    from ..report import Evaluation
    from ..scores import Scores

HELP = "score a model against gold: entities, relations, rows"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="a folder that `train` wrote (default: the shipped model)"
    )
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="gold texts (default: the held-out part of corpus/)")
    parser.add_argument("--annotations", type=Path, metavar="DIR", help="their annotations; may be the same folder")
    parser.add_argument("--conll", type=Path, metavar="TEST", help="score the entities alone, on a CoNLL file")
    parser.add_argument("--against", type=Path, metavar="DIR", help="a second model: differences and p-values")
    parser.add_argument(
        "--running", action="store_true", help="split the text into sentences instead of taking its lines"
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="write scores.json and report.md there")
    parser.add_argument("--samples", type=int, default=1000, metavar="N", help="bootstrap resamples (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the resampling (default: 0)")


def run(arguments: argparse.Namespace) -> int:
    _check(arguments)
    evaluation = _evaluate_conll(arguments) if arguments.conll else _evaluate_documents(arguments)
    print(evaluation.text())
    if arguments.report:
        _write(evaluation, arguments.report)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what cannot go together before anything is loaded."""
    if (arguments.corpus is None) != (arguments.annotations is None):
        missing = "--annotations" if arguments.annotations is None else "--corpus"
        raise IEModelError(f"--corpus and --annotations belong together: {missing} is missing")
    if arguments.conll and (arguments.corpus or arguments.running):
        raise IEModelError("--conll is gold by itself: leave out --corpus, --annotations and --running")
    if arguments.samples < 1 or arguments.seed < 0:
        raise IEModelError("--samples takes a number from 1 up, --seed one from 0 up")


def _evaluate_documents(arguments: argparse.Namespace) -> Evaluation:
    from ie_model.relations import RelationExtractor

    from ..gold import read_gold
    from ..predict import EXTRACTOR, predict, predict_on_gold_entities
    from ..report import make_evaluation
    from ..scores import Scores, score_entities, score_relations, score_rows

    found = read_gold(arguments.corpus, arguments.annotations)
    gold = found.documents
    nlp, other = _load(arguments)
    # Both models are measured by one and the same rows.
    extractors = [model.get_pipe(EXTRACTOR) for model in (nlp, other) if model and model.has_pipe(EXTRACTOR)]
    head_labels = cast(RelationExtractor, extractors[0]).scheme.head_labels if extractors else frozenset()

    def score(model: Language) -> Scores:
        predicted = predict(model, gold, running=arguments.running)
        entities = score_entities(gold, predicted)
        if not model.has_pipe(EXTRACTOR):
            return Scores(entities)
        on_gold = predict_on_gold_entities(model, gold, running=arguments.running)
        return Scores(
            entities,
            score_relations(gold, predicted),
            score_relations(gold, on_gold),
            score_rows(gold, predicted, head_labels),
        )

    return make_evaluation(
        model=_name(arguments.model),
        gold=found.source + (", as running text" if arguments.running else ""),
        size={"documents": len(gold), "sentences": sum(1 for document in gold for _ in document.lines())},
        unit="documents",
        scores=score(nlp),
        against=str(arguments.against) if other else None,
        against_scores=score(other) if other else None,
        samples=arguments.samples,
        seed=arguments.seed,
    )


def _evaluate_conll(arguments: argparse.Namespace) -> Evaluation:
    from ie_model.conll import read_conll

    from ..predict import conll_gold, predict_conll
    from ..report import make_evaluation
    from ..scores import Scores, score_entities

    sentences = read_conll(arguments.conll)
    if not sentences:
        raise InputError(f"{arguments.conll}: no sentences to score on")
    gold = conll_gold(sentences)
    nlp, other = _load(arguments)
    return make_evaluation(
        model=_name(arguments.model),
        gold=str(arguments.conll),
        size={"sentences": len(sentences), "tokens": sum(len(sentence.tokens) for sentence in sentences)},
        unit="sentences",
        scores=Scores(score_entities(gold, predict_conll(nlp, sentences))),
        against=str(arguments.against) if other else None,
        against_scores=Scores(score_entities(gold, predict_conll(other, sentences))) if other else None,
        samples=arguments.samples,
        seed=arguments.seed,
    )


def _load(arguments: argparse.Namespace) -> tuple[Language, Language | None]:
    from ie_model import load

    return load(arguments.model), load(arguments.against) if arguments.against else None


def _name(model: Path | None) -> str:
    return str(model) if model else "shipped"


def _write(evaluation: Evaluation, folder: Path) -> None:
    scores = json.dumps(evaluation.to_json(), ensure_ascii=False, indent=2) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scores.json").write_bytes(scores.encode("utf-8"))
        (folder / "report.md").write_bytes(evaluation.markdown().encode("utf-8"))
    except OSError as error:
        raise IEModelError(f"{error.filename or folder}: {error.strerror}") from error
