"""Fit what a trained pipeline says about its certainty to how often it is right.

Beta calibration: Kull, Silva Filho and Flach 2017, "Beta calibration: a well-founded and easily implemented improvement
on logistic calibration for binary classifiers"; the logistic regression in it is scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from ie_model.calibration import Knots
from ie_model.ml.types import Array

_FEWEST = 50  # decisions below which a map would be noise
_KNOTS = 41  # at quantiles of the scores; the map is linear between them
_WEAK = 1000.0  # inverse strength of the regularization
_LEAST = 1e-4  # distance of a score from 0 and 1
_Decisions = list[tuple[float, bool]]


def calibrate_pipeline(nlp: Language, examples: Sequence[Example]) -> None:
    """Set the maps of the components that have one, in pipeline order: each is fitted on what those before it say.

    Args:
        nlp: A trained pipeline.
        examples: Gold that it was not trained on.

    Raises:
        ImportError: scikit-learn is not installed (extra ``train``).
    """
    import sklearn  # noqa: F401

    steps = [(nlp.get_pipe(name), *rest) for name, *rest in _steps(nlp) if nlp.has_pipe(name)]
    for component, attribute, _ in steps:
        setattr(component, attribute, None)
    for component, attribute, decisions in steps:
        found: _Decisions = []
        docs = nlp.pipe(example.predicted.copy() for example in examples)
        for doc, example in zip(docs, examples, strict=True):
            found.extend(decisions(doc, example.reference))
        setattr(component, attribute, fit(found))


def _steps(nlp: Language) -> list[tuple[Any, ...]]:
    """Component, the attribute of its map, and the decisions that it is fitted on."""
    bound: set[str] = set()
    grouped: set[str] = set()
    if nlp.has_pipe("relation_extractor"):
        extractor: Any = nlp.get_pipe("relation_extractor")
        bound = set(extractor.bound)
        grouped = {type_ for group in extractor.scheme.exclusive for type_ in group}
    return [
        ("entity_tagger", "calibration", partial(_entities, wanted=lambda label: label not in bound)),
        ("relation_extractor", "entity_calibration", partial(_entities, wanted=lambda label: label in bound)),
        ("relation_extractor", "group_calibration", partial(_relations, wanted=lambda type_: type_ in grouped)),
        ("relation_extractor", "calibration", partial(_relations, wanted=lambda type_: type_ not in grouped)),
        ("record_builder", "calibration", _records),
    ]


def fit(decisions: _Decisions) -> Knots | None:
    """Knots of the map from scores to probabilities; None where there are too few decisions, or all are alike."""
    from sklearn.linear_model import LogisticRegression

    if len(decisions) < _FEWEST or len({right for _, right in decisions}) < 2:
        return None
    scores, right = (np.asarray(column) for column in zip(*decisions, strict=True))
    places = np.unique(np.quantile(scores, np.linspace(0, 1, _KNOTS)))
    values = np.full(len(places), right.mean())
    columns = [0, 1]
    while columns:
        regression = LogisticRegression(C=_WEAK).fit(_evidence(scores)[:, columns], right)
        falling = [column for column, weight in zip(columns, regression.coef_[0], strict=True) if weight < 0]
        if not falling:
            values = regression.predict_proba(_evidence(places)[:, columns])[:, 1]
            break
        # A higher score is never less certain: what would make it so is left out, as the paper has it.
        columns.remove(falling[0])
    return [[round(float(x), 4) for x in row] for row in (places, values.clip(0.01, 0.99))]


def _evidence(scores: Array) -> Array:
    """The logarithms of a score and of one over its rest. *Shape:* ``(scores, 2)``."""
    scores = scores.clip(_LEAST, 1 - _LEAST)
    return np.stack([np.log(scores), -np.log(1 - scores)], axis=1)


def _entities(doc: Doc, gold: Doc, wanted: Callable[[str], bool]) -> Iterable[tuple[float, bool]]:
    right = {(span.start_char, span.end_char, span.label_) for span in gold.ents}
    for span in doc.ents:
        if wanted(span.label_):
            yield span._.score, (span.start_char, span.end_char, span.label_) in right


def _relations(doc: Doc, gold: Doc, wanted: Callable[[str], bool]) -> Iterable[tuple[float, bool]]:
    right = {_offsets(gold, relation) for relation in gold._.stored_relations}
    for relation in doc._.stored_relations:
        if wanted(relation[2]):
            yield relation[5], _offsets(doc, relation) in right


def _records(doc: Doc, gold: Doc) -> Iterable[tuple[float, bool]]:
    """A record is right when its value is, and all of its relations."""
    labels = {(span.start_char, span.end_char): span.label_ for span in doc.ents}
    wanted = {(span.start_char, span.end_char, span.label_): _rows(gold).get((span.start_char, span.end_char), set())
              for span in gold.ents}  # fmt: skip
    found = _rows(doc)
    for record in doc._.records:
        place = (record.start, record.end)
        yield record.score, wanted.get((*place, labels[place])) == found.get(place, set())


def _rows(doc: Doc) -> dict[tuple[int, int], set[tuple]]:
    rows: dict[tuple[int, int], set[tuple]] = {}
    for relation in doc._.stored_relations:
        start, end, *rest = _offsets(doc, relation)
        rows.setdefault((start, end), set()).add(tuple(rest))
    return rows


def _offsets(doc: Doc, relation: Sequence) -> tuple:
    head, tail = doc[relation[0] : relation[1]], doc[relation[3] : relation[4]]
    label = next((entity.label_ for entity in doc.ents if (entity.start, entity.end) == tuple(relation[3:5])), "")
    return head.start_char, head.end_char, relation[2], tail.start_char, tail.end_char, label
