"""One system on the gold documents: what it says, how long it takes, and all scores of that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any, cast

from spacy.language import Language

from ie_model.records import default_roles
from ie_model.relations import RelationExtractor
from ie_model.scheme import Scheme
from ie_model.standoff import Document

from .given import Prediction
from .optional import has_extra
from .partial import score_partial_relations
from .predict import EXTRACTOR, RECORDS, predict, predict_on_gold_entities
from .records import gold_records, score_records
from .reliability import reliability
from .schemes import score_schemes
from .scores import Outcome, Scores, score_entities, score_relations, score_rows


@dataclass(frozen=True)
class System:
    """What a system says of the gold documents, in their order.

    Attributes:
        name: For people.
        predictions: From the text alone.
        on_gold: Relations between the gold entities; None if it cannot be asked.
        head_labels: Labels at which relations start, by which rows are told; empty if it finds no relations.
        roles: What labels and relation types mean to a record, as in ``records/roles.json``.
        seconds: Processor time of the predictions, text to records, which neighbours on the machine change less than
            the clock's; None for what is read from files.
    """

    name: str
    predictions: list[Prediction]
    on_gold: list[Document] | None
    head_labels: Collection[str]
    roles: Mapping[str, Any]
    seconds: float | None = None

    @property
    def documents(self) -> list[Document]:
        return [prediction.document for prediction in self.predictions]


def ask(name: str, nlp: Language, gold: Sequence[Document], *, running: bool = False) -> System:
    """Let a pipeline predict; ``running`` as in :func:`.predict.predict`."""
    start = process_time()
    predictions = predict(nlp, gold, running=running)
    seconds = process_time() - start
    on_gold: list[Document] | None = None
    head_labels: Collection[str] = ()
    if nlp.has_pipe(EXTRACTOR):
        on_gold = predict_on_gold_entities(nlp, gold, running=running)
        head_labels = cast(RelationExtractor, nlp.get_pipe(EXTRACTOR)).scheme.head_labels
    roles = getattr(nlp.get_pipe(RECORDS), "roles", None) if nlp.has_pipe(RECORDS) else None
    return System(name, predictions, on_gold, head_labels, roles or default_roles(), seconds)


def given(name: str, predictions: list[Prediction], scheme: Scheme | None) -> System:
    """A system of which there are predictions alone.

    Args:
        scheme: Tells which labels are values; without it those of the shipped roles are.
    """
    roles = default_roles()
    return System(name, predictions, None, scheme.head_labels if scheme else frozenset(roles["values"]), roles)


def score(gold: Sequence[Document], system: System, head_labels: Collection[str]) -> Scores:
    """All measures that the system can be asked for; ``head_labels`` as in :func:`.scores.score_rows`."""
    found = system.documents
    entities = score_entities(gold, found)
    schemes = score_schemes(gold, found) if has_extra() else {}
    if not system.head_labels:
        return Scores(entities, schemes=schemes)
    records = [
        gold_records(prediction.document, system.roles) if prediction.records is None else prediction.records
        for prediction in system.predictions
    ]
    return Scores(
        entities,
        score_relations(gold, found),
        score_relations(gold, system.on_gold) if system.on_gold is not None else None,
        score_rows(gold, found, head_labels),
        score_partial_relations(gold, found),
        score_partial_relations(gold, system.on_gold) if system.on_gold is not None else None,
        score_records([gold_records(document, system.roles) for document in gold], records),
        schemes,
    )


def calibrate(system: System, scores: Scores) -> dict[str, Any]:
    """Reliability of the scores of entities, relations and records; a record is right when its row is.

    Empty for a system that gives no scores.
    """
    entities: list[tuple[float, bool]] = []
    relations: list[tuple[float, bool]] = []
    records: list[tuple[float, bool]] = []
    for number, prediction in enumerate(system.predictions):
        known = prediction.scores
        spans = {e.id: (e.start, e.end, e.label) for e in prediction.document.entities}
        right = _keys(scores.entities.outcomes[number])
        entities += [(known[id_], (span[2], span) in right) for id_, span in spans.items() if id_ in known]
        if scores.relations is None or scores.rows is None:
            continue
        right = _keys(scores.relations.outcomes[number])
        relations += [
            (known[r.id], (r.type, (spans[r.head], spans[r.tail])) in right)
            for r in prediction.document.relations
            if r.id in known
        ]
        right_rows = {item.key[0][:2] for item in scores.rows.outcomes[number].right}
        records += [
            (float(record["score"]), (record["start"], record["end"]) in right_rows)
            for record in prediction.records or []
            if record.get("score") is not None
        ]
    pairs = {"entities": entities, "relations": relations, "records": records}
    return {
        name: reliability([sure for sure, _ in found], [right for _, right in found])
        for name, found in pairs.items()
        if found
    }


def _keys(outcome: Outcome) -> set[tuple[str, Any]]:
    return {(item.name, item.key) for item in outcome.right}
