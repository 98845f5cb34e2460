"""The relation extractor: a trainable spaCy component that links values to entities of their sentence."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import LEMMA, SENT_START, TAG
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.training import Example, validate_examples
from spacy.vocab import Vocab
from thinc.api import Model, Optimizer

from .calibration import Calibrated, calibrate
from .extensions import StoredRelation
from .ml.features import Sentence, gather, scatter, sentences_of
from .ml.relation_model import PairBatch, softmax_with_none
from .ml.types import Array
from .pairs import PAIR_FEATURES, Mention, candidate_pairs, make_table, pair_features
from .scheme import Scheme
from .weights import load_if_alike

DEFAULT_MODEL = {
    "@architectures": "ie_model.RelationModel.v2",
    "tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 192, "upstream": "token_encoder"},
    "width": 96,
    "depth": 2,
    "window": 2,
    "pair_features": PAIR_FEATURES,
    "hidden": 128,
    "dropout": 0.4,
}
_MAX_PAIRS = 2048  # of one batch through the network
_LEAST_MENTIONS = 300  # without an exception, so that fewer than one in a hundred may be one (rule of three)


@dataclass
class _Task:
    """A sentence with its mentions and candidate pairs (indices of mentions)."""

    doc: int
    sentence: Sentence
    mentions: list[Mention]
    pairs: list[tuple[int, int]] = field(default_factory=list)


def score_relations(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    """Strict micro-F1: both spans with their labels, and the type."""
    true_positive = predicted = gold = 0
    for example in examples:
        found, wanted = _as_set(example.predicted), _as_set(example.reference)
        true_positive += len(found & wanted)
        predicted += len(found)
        gold += len(wanted)
    f = 2 * true_positive / (predicted + gold) if predicted + gold else 0.0
    return {
        "relations_p": true_positive / predicted if predicted else 0.0,
        "relations_r": true_positive / gold if gold else 0.0,
        "relations_f": f,
    }


def _as_set(doc: Doc) -> set[tuple]:
    return {(h.start_char, h.end_char, h.label, r, t.start_char, t.end_char, t.label) for h, r, t in doc._.relations}


@Language.factory(
    "relation_extractor",
    default_config={"model": DEFAULT_MODEL, "threshold": 0.5},
    requires=["doc.ents"],
    assigns=["doc._.relations", "doc.ents"],
    default_score_weights={"relations_f": 1.0, "relations_p": 0.0, "relations_r": 0.0},
)
class RelationExtractor(Calibrated, TrainablePipe):
    """Scores (head, tail) pairs within a sentence and decodes them under the scheme's constraints.

    Types of an exclusive group compete for a head in one softmax over all of its candidates and "none"; the other
    types are decided pair by pair. A pair has at most one type.

    Labels that stand in the training data only where something relates to them ("bound") stand so in predictions too:
    an entity of such a label that no relation has found is taken out of ``doc.ents``.

    Args:
        model: See :func:`ie_model.ml.relation_model.build_relation_model`.
        threshold: Least probability of a relation.
    """

    def __init__(self, nlp: Language, name: str, model: Model, threshold: float = 0.5) -> None:
        self.vocab: Vocab = nlp.vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {"threshold": threshold, "scheme": None, "bound": []}
        self.scorer = score_relations

    @property
    def scheme(self) -> Scheme:
        """Relation types and the pairs they join, as fixed at initialization."""
        return Scheme.from_json(self.cfg["scheme"])

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.cfg["scheme"]["relations"]) if self.cfg["scheme"] else ()

    @property
    def label_data(self) -> dict | None:
        return self.cfg["scheme"]

    def add_label(self, label: str) -> int:
        raise NotImplementedError("relation types come from the scheme, at initialization")

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        labels: dict | None = None,
        weights: Path | None = None,
    ) -> None:
        """Fix scheme and shapes.

        Args:
            labels: A scheme in the form of :meth:`Scheme.to_json`; without it, the pairs that the examples show.
            weights: Folder of a model to start from, where its scheme and shapes are the same; of a file, which has an
                encoder alone, nothing is taken.

        Raises:
            ModelError: see :func:`.weights.load_if_alike`.
        """
        examples = list(islice(get_examples(), 2000))
        self.cfg["scheme"] = labels or _scheme_of(examples).to_json()
        self.cfg["bound"] = _bound_labels(get_examples(), self.scheme)
        docs = [example.reference for example in examples[:200]]
        if next(self._tasks(docs), None) is None:
            raise ValueError(f"{self.name}: no sentence of the first examples has a pair of entities to relate")
        self.model.initialize(X=docs[:10], Y=np.zeros((1, len(self.labels)), dtype="f"))
        if weights is not None:
            load_if_alike(self.model, Path(weights) / self.name, {"scheme": self.cfg["scheme"]})

    def predict(self, docs: Iterable[Doc]) -> list[list[StoredRelation]]:
        docs = list(docs)
        found: list[list[StoredRelation]] = [[] for _ in docs]
        scheme = self.scheme
        vectors = self.model.get_ref("tok2vec").predict(docs)
        head = self.model.get_ref("head")
        for tasks in _groups(self._tasks(docs, scheme)):
            scores = np.asarray(head.predict(self._batch(tasks, vectors)))
            start = 0
            for task in tasks:
                probabilities = _probabilities(scores[start : start + len(task.pairs)], task, scheme)
                found[task.doc].extend(_decode(probabilities, task, scheme, self.cfg["threshold"]))
                start += len(task.pairs)
        return found

    def set_annotations(self, docs: Iterable[Doc], found: list[list[StoredRelation]]) -> None:
        for doc, relations in zip(docs, found, strict=True):
            # A relation is right only if both of its entities are.
            certain = {(start, end): score for start, end, score in doc._.entity_scores}
            joint = [
                relation.score * certain.get(relation[:2], 1.0) * certain.get(relation[3:5], 1.0)
                for relation in relations
            ]
            doc._.stored_relations = tuple(
                (*relation[:5], round(score, 4))
                for relation, score in zip(relations, calibrate(joint, self.calibration), strict=True)
            )
            self._drop_unrelated(doc, relations)

    def _drop_unrelated(self, doc: Doc, relations: list[StoredRelation]) -> None:
        bound = set(self.cfg.get("bound", ()))
        if not bound:
            return
        related = {relation[3:5] for relation in relations}
        kept = [span for span in doc.ents if span.label_ not in bound or (span.start, span.end) in related]
        if len(kept) < len(doc.ents):
            doc.set_ents(kept)
            places = {(span.start, span.end) for span in kept}
            doc._.entity_scores = tuple(score for score in doc._.entity_scores if score[:2] in places)

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """One step on a batch of examples, on the gold entities of their references."""
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = list(examples)
        validate_examples(examples, "RelationExtractor.update")
        docs = [_reference(example) for example in examples]
        scheme = self.scheme
        vectors, backprop_vectors = self.model.get_ref("tok2vec").begin_update(docs)
        tasks = list(self._tasks(docs, scheme))
        if not tasks:
            # The last listener's call is the one that lets the encoder learn from the batch.
            backprop_vectors(scatter(np.zeros((0, 0), dtype="f"), [], vectors))
            return losses
        scores, backprop = self.model.get_ref("head").begin_update(self._batch(tasks, vectors))
        gradient = np.zeros_like(scores)
        loss, start = 0.0, 0
        for task in tasks:
            end = start + len(task.pairs)
            gold = _gold(task, docs[task.doc], self.labels)
            probabilities = _probabilities(np.asarray(scores[start:end]), task, scheme)
            gradient[start:end] = probabilities - gold
            loss += float(-np.log(np.maximum(probabilities[gold > 0], 1e-9)).sum())
            start = end
        d_tokens = backprop(self.model.ops.asarray2f(gradient / len(tasks)))
        backprop_vectors(scatter(d_tokens, _sentences(tasks), vectors))
        if sgd is not None:
            self.finish_update(sgd)
        losses[self.name] += loss / len(tasks)
        return losses

    def _tasks(self, docs: Iterable[Doc], scheme: Scheme | None = None) -> Iterator[_Task]:
        scheme = scheme or self.scheme
        for number, doc in enumerate(docs):
            entities = doc.ents
            if not entities:
                continue
            position = 0
            for sentence in sentences_of(doc):
                first, last = sentence.indices[0], sentence.indices[-1]
                mentions = []
                while position < len(entities) and entities[position].start <= last:
                    entity = entities[position]
                    if entity.start >= first:
                        start, end = np.searchsorted(sentence.indices, [entity.start, entity.end])
                        mentions.append(Mention(int(start), int(end), entity.label_, entity.start, entity.end))
                    position += 1
                pairs = candidate_pairs(mentions, scheme)
                if pairs:
                    yield _Task(number, sentence, mentions, pairs)

    def _batch(self, tasks: list[_Task], vectors: Sequence[Array]) -> PairBatch:
        table = make_table([(task.mentions, task.pairs, len(task.sentence)) for task in tasks])
        spans = np.stack([table.starts, table.ends], axis=1)
        ids = np.concatenate([task.sentence.ids for task in tasks])
        return PairBatch(
            tokens=gather(vectors, _sentences(tasks)),
            labels=np.concatenate([_label_column(task) for task in tasks]),
            heads=spans[table.pairs[:, 0]],
            tails=spans[table.pairs[:, 1]],
            features=pair_features(ids, table),
        )


def _sentences(tasks: list[_Task]) -> list[tuple[int, Array]]:
    return [(task.doc, task.sentence.indices) for task in tasks]


def _label_column(task: _Task) -> Array:
    """For each token the hash of its entity label, first and further tokens apart. *Shape:* ``(tokens, 1)``."""
    column = np.ones((len(task.sentence.indices), 1), dtype="uint64")
    for mention in task.mentions:
        column[mention.start : mention.end] = get_string_id(mention.label)
        column[mention.start] = get_string_id("B-" + mention.label)
    return column


def _groups(tasks: Iterable[_Task]) -> Iterator[list[_Task]]:
    """Batches for the network, one at a time: a long document's pairs are never in memory all at once."""
    group: list[_Task] = []
    size = 0
    for task in tasks:
        if group and size + len(task.pairs) > _MAX_PAIRS:
            yield group
            group, size = [], 0
        group.append(task)
        size += len(task.pairs)
    if group:
        yield group


def _probabilities(scores: Array, task: _Task, scheme: Scheme) -> Array:
    """Probability of each type for each pair; zero where the scheme forbids it. *Shape:* ``(pairs, types)``."""
    types = list(scheme.relations)
    allowed = np.array([scheme.allowed[task.mentions[h].label, task.mentions[t].label] for h, t in task.pairs])
    out = np.where(allowed, 1 / (1 + np.exp(-np.clip(scores, -30, 30))), 0.0)
    heads = np.array([h for h, _ in task.pairs])
    _, numbers = np.unique(heads, return_inverse=True)
    for group in scheme.exclusive:
        columns = [i for i, type_ in enumerate(types) if type_ in group]
        masked = np.where(allowed[:, columns], np.clip(scores[:, columns], -30, 30), -np.inf)
        out[:, columns], _ = softmax_with_none(masked, numbers)
    return out


def _decode(probabilities: Array, task: _Task, scheme: Scheme, threshold: float) -> list[StoredRelation]:
    """Best relations first, each kept if the pair is still free and no other type of its group stands at the head."""
    types = list(scheme.relations)
    taken: set[tuple[int, int]] = set()
    grouped: set[tuple[int, frozenset[str]]] = set()
    found = []
    places = np.argwhere(probabilities >= threshold)
    for row, column in sorted(places.tolist(), key=lambda place: -probabilities[place[0], place[1]]):
        head, tail = task.pairs[row]
        type_, score = types[column], float(probabilities[row, column])
        groups = [group for group in scheme.exclusive if type_ in group]
        if (head, tail) in taken or any((head, group) in grouped for group in groups):
            continue
        taken.add((head, tail))
        grouped.update((head, group) for group in groups)
        h, t = task.mentions[head], task.mentions[tail]
        found.append(StoredRelation(h.doc_start, h.doc_end, type_, t.doc_start, t.doc_end, round(score, 4)))
    return sorted(found)


def _gold(task: _Task, doc: Doc, types: tuple[str, ...]) -> Array:
    wanted = {(r[0], r[1], r[3], r[4]): r[2] for r in doc._.stored_relations}
    gold = np.zeros((len(task.pairs), len(types)), dtype="f")
    for row, (head, tail) in enumerate(task.pairs):
        h, t = task.mentions[head], task.mentions[tail]
        type_ = wanted.get((h.doc_start, h.doc_end, t.doc_start, t.doc_end))
        if type_ in types:
            gold[row, types.index(type_)] = 1
    return gold


def _reference(example: Example) -> Doc:
    """The gold Doc; one that came without sentences and words has the same tokens as the predicted one and gets its."""
    reference, predicted = example.reference, example.predicted
    if not reference.has_annotation("TAG") and len(reference) == len(predicted):
        attributes = [SENT_START, TAG, LEMMA]
        values: Array = predicted.to_array(attributes)
        reference.from_array(attributes, values)
    return reference


def _bound_labels(examples: Iterable[Example], scheme: Scheme) -> list[str]:
    """Labels of tails, and of no heads, that no example shows without a relation."""
    mentions: Counter[str] = Counter()
    alone: set[str] = set()
    for example in examples:
        related = {(r[3], r[4]) for r in example.reference._.stored_relations}
        for entity in example.reference.ents:
            mentions[entity.label_] += 1
            if (entity.start, entity.end) not in related:
                alone.add(entity.label_)
    tails = {tail for _, tail in scheme.allowed} - scheme.head_labels - alone
    return sorted(label for label in tails if mentions[label] >= _LEAST_MENTIONS)


def _scheme_of(examples: list[Example]) -> Scheme:
    relations: dict[str, set[tuple[str, str]]] = {}
    labels: set[str] = set()
    for example in examples:
        labels.update(entity.label_ for entity in example.reference.ents)
        for head, type_, tail in example.reference._.relations:
            relations.setdefault(type_, set()).add((head.label_, tail.label_))
    return Scheme(tuple(sorted(labels)), {type_: frozenset(pairs) for type_, pairs in sorted(relations.items())})
