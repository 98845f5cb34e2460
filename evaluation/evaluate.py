"""From gold and what systems say about it to the whole evaluation."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ie_model.conll import ConllSentence
from ie_model.standoff import Document

from .changes import find_changes
from .confusion import confuse_labels, error_kinds
from .details import describe, summarise
from .gold import Gold
from .optional import has_extra
from .predict import conll_gold
from .report import Evaluation, make_evaluation
from .schemes import score_schemes
from .scores import Scores, score_entities
from .system import System, score

Tagged = tuple[str, Sequence[Document]]  # a tagger's name and what it says


def evaluate_documents(
    gold: Gold,
    system: System,
    *,
    head_labels: Collection[str],
    against: System | None = None,
    baselines: Sequence[System] = (),
    samples: int,
    seed: int,
) -> Evaluation:
    """Score a system on documents.

    Args:
        head_labels: Labels of the values, by which rows are told; the same for all systems.
        against: A second system: what the first has better and worse.
        baselines: Systems to stand in a table with the first.
        samples, seed: Of the bootstrap.
    """
    documents = gold.documents
    scores = score(documents, system, head_labels)
    other = score(documents, against, head_labels) if against else None
    details = describe(documents, gold.training, system, scores)
    if baselines:
        scored = [(baseline, score(documents, baseline, head_labels)) for baseline in baselines]
        details["baselines"] = [summarise(documents, *pair) for pair in [(system, scores), *scored]]
    return make_evaluation(
        model=system.name,
        gold=gold.source,
        size={"documents": len(documents), "sentences": sum(1 for d in documents for _ in d.lines())},
        unit="documents",
        scores=scores,
        against=against.name if against else None,
        against_scores=other,
        samples=samples,
        seed=seed,
        details=details,
        changes=find_changes(documents, scores, other) if other else (),
    )


def evaluate_tokens(
    sentences: Sequence[ConllSentence],
    source: str,
    tagged: Tagged,
    *,
    against: Tagged | None = None,
    samples: int,
    seed: int,
) -> Evaluation:
    """Score a tagger on sentences that are given as tokens, each a document, see :func:`.predict.conll_gold`."""
    gold = conll_gold(sentences)
    name, found = tagged

    def score_tagger(predicted: Sequence[Document]) -> Scores:
        return Scores(score_entities(gold, predicted), schemes=score_schemes(gold, predicted) if has_extra() else {})

    return make_evaluation(
        model=name,
        gold=source,
        size={"sentences": len(gold), "tokens": sum(len(sentence.tokens) for sentence in sentences)},
        unit="sentences",
        scores=score_tagger(found),
        against=against[0] if against else None,
        against_scores=score_tagger(against[1]) if against else None,
        samples=samples,
        seed=seed,
        details={"error_kinds": error_kinds(gold, found)}
        | ({"confusion": confuse_labels(gold, found)} if has_extra() else {}),
    )
