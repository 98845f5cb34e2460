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
from spacy.tokens import Doc, Span
from spacy.training import Example, validate_examples
from spacy.vocab import Vocab
from thinc.api import Model, Optimizer

from .calibration import CalibrationMap, calibrate
from .decoding import decode, type_probabilities
from .extensions import StoredRelation
from .ml.features import Sentence, gather, scatter, sentences_of
from .ml.relation_model import PairBatch
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
    "dropout": 0.2,
}
_MAX_PAIRS = 2048  # of one batch through the network
_PRIMARY = 0.2  # least probability of a candidate that counts as an entity of its sentence
_LEAST_MENTIONS = 300  # without an exception, so that fewer than one in a hundred may be one (rule of three)


@dataclass
class _Task:
    """A sentence with its mentions and candidate pairs (indices of mentions)."""

    doc: int
    sentence: Sentence
    mentions: list[Mention]
    pairs: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class _Links:
    """What was found in a Doc.

    Attributes:
        relations: In no order.
        chosen: Label and highest score of the candidates that relations have found, by their token offsets.
    """

    relations: list[StoredRelation] = field(default_factory=list)
    chosen: dict[tuple[int, int], tuple[str, float]] = field(default_factory=dict)

    def add(self, head: Mention, type_: str, tail: Mention, score: float) -> None:
        place = (tail.doc_start, tail.doc_end)
        self.relations.append(StoredRelation(head.doc_start, head.doc_end, type_, *place, round(score, 4)))
        if tail.prior:
            self.chosen[place] = tail.label, max(score, self.chosen.get(place, ("", 0.0))[1])


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
class RelationExtractor(TrainablePipe):
    """Scores (head, tail) pairs within a sentence and decodes them under the scheme's constraints.

    Types of an exclusive group compete for a head in one softmax over all of its candidates and "none"; the other
    types are decided pair by pair. A pair has at most one type.

    Labels that stand in the training data only where something relates to them ("bound") stand so in predictions too:
    an entity of such a label that no relation has found is taken out of ``doc.ents``. Where the tagger lists
    candidates, the entities of these labels are chosen among them, by the relations that are likeliest.

    Args:
        model: See :func:`ie_model.ml.relation_model.build_relation_model`.
        threshold: Least probability of a relation whose type is in no exclusive group.

    Attributes:
        calibration, group_calibration, entity_calibration: Maps from probabilities to scores: of relations that are
            decided alone, of those whose types compete for a head (their probability covers the tail), and of
            entities chosen among candidates.
    """

    calibration = CalibrationMap()
    group_calibration = CalibrationMap()
    entity_calibration = CalibrationMap()

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

    @property
    def bound(self) -> tuple[str, ...]:
        """Labels whose entities stand only where something relates to them."""
        return tuple(self.cfg.get("bound", ()))

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

    def predict(self, docs: Iterable[Doc]) -> list[_Links]:
        docs = list(docs)
        out = [_Links() for _ in docs]
        scheme = self.scheme
        vectors = self.model.get_ref("tok2vec").predict(docs)
        network = self.model.get_ref("head")
        threshold = self.cfg["threshold"]
        for tasks in _groups(self._tasks(docs, scheme)):
            scores = np.asarray(network.predict(self._batch(tasks, vectors)))
            start = 0
            for task in tasks:
                end = start + len(task.pairs)
                for row, column, score in decode(scores[start:end], task.mentions, task.pairs, scheme, threshold):
                    head, tail = (task.mentions[i] for i in task.pairs[row])
                    out[task.doc].add(head, self.labels[column], tail, score)
                start = end
        return out

    def set_annotations(self, docs: Iterable[Doc], found: list[_Links]) -> None:
        for doc, links in zip(docs, found, strict=True):
            self._keep_related(doc, links)
            certain = {(start, end): score for start, end, score in doc._.entity_scores}
            # A relation is right only if both of its entities are; its own score covers a tail that it has chosen.
            certain.update(dict.fromkeys(links.chosen, 1.0))
            joint = [r.score * certain.get(r[:2], 1.0) * certain.get(r[3:5], 1.0) for r in links.relations]
            doc._.stored_relations = self._scored(links.relations, joint)
            doc._.candidates = None

    def _scored(self, relations: list[StoredRelation], probabilities: list[float]) -> tuple[tuple, ...]:
        grouped = {type_ for group in self.scheme.exclusive for type_ in group}
        out: list[tuple] = []
        for knots, inside in ((self.group_calibration or self.calibration, True), (self.calibration, False)):
            part = [i for i, relation in enumerate(relations) if (relation.type in grouped) is inside]
            scores = calibrate([probabilities[i] for i in part], knots)
            out.extend((*relations[i][:5], round(score, 4)) for i, score in zip(part, scores, strict=True))
        return tuple(sorted(out))

    def _keep_related(self, doc: Doc, links: _Links) -> None:
        """Of the entities of bound labels those that a relation has found; chosen candidates become entities."""
        bound = set(self.bound)
        if not bound:
            return
        related = {relation[3:5] for relation in links.relations}
        spans, scores = {}, {score[:2]: score[2] for score in doc._.entity_scores}
        for span in doc.ents:
            place = (span.start, span.end)
            if span.label_ not in bound or (doc._.candidates is None and place in related):
                spans[place] = span
        chosen = links.chosen
        for place, (label, _) in chosen.items():
            spans[place] = Span(doc, *place, label=label)
        certain = calibrate([score for _, score in chosen.values()], self.entity_calibration)
        scores.update((place, round(score, 4)) for place, score in zip(chosen, certain, strict=True))
        doc.set_ents(list(spans.values()))
        doc._.entity_scores = tuple((*place, scores[place]) for place in sorted(spans) if place in scores)

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """One step on a batch of examples: on their gold entities, and on the tagger's candidates where listed."""
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = list(examples)
        validate_examples(examples, "RelationExtractor.update")
        docs = [_reference(example) for example in examples]
        scheme = self.scheme
        vectors, backprop_vectors = self.model.get_ref("tok2vec").begin_update(docs)
        # What the tagger found, beside what is right: which of its candidates are right is for this component to say.
        found = [example.predicted if _same_tokens(example) else Doc(self.vocab) for example in examples]
        tasks = [*self._tasks(docs, scheme), *self._tasks(found, scheme)]
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
            probabilities = type_probabilities(np.asarray(scores[start:end]), task.mentions, task.pairs, scheme)
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
        bound = set(self.bound)
        for number, doc in enumerate(docs):
            entities = _mentions(doc, bound)
            if not entities:
                continue
            position = 0
            for sentence in sentences_of(doc):
                first, last = sentence.indices[0], sentence.indices[-1]
                mentions = []
                while position < len(entities) and entities[position][0] <= last:
                    doc_start, doc_end, label, prior, primary = entities[position]
                    if doc_start >= first:
                        start, end = np.searchsorted(sentence.indices, [doc_start, doc_end])
                        mentions.append(Mention(int(start), int(end), label, doc_start, doc_end, prior, primary))
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


def _mentions(doc: Doc, bound: set[str]) -> list[tuple[int, int, str, float, bool]]:
    """Start, end, label, prior and whether it is primary, of entities; of bound labels the candidates instead."""
    if doc._.candidates is None or not bound:
        return [(span.start, span.end, span.label_, 0.0, True) for span in doc.ents]
    out = [(span.start, span.end, span.label_, 0.0, True) for span in doc.ents if span.label_ not in bound]
    taken = {token for start, end, *_ in out for token in range(start, end)}
    candidates = [
        found for found in doc._.candidates if found[2] in bound and taken.isdisjoint(range(found[0], found[1]))
    ]
    for start, end, label, prior in sorted(candidates, key=lambda found: -found[3]):
        primary = prior >= _PRIMARY and taken.isdisjoint(range(start, end))
        if primary:
            taken.update(range(start, end))
        out.append((start, end, label, prior, primary))
    return sorted(out)


def _same_tokens(example: Example) -> bool:
    found, gold = example.predicted, example.reference
    return found._.candidates is not None and [t.idx for t in found] == [t.idx for t in gold]


def _sentences(tasks: list[_Task]) -> list[tuple[int, Array]]:
    return [(task.doc, task.sentence.indices) for task in tasks]


def _label_column(task: _Task) -> Array:
    """For each token the hash of its entity label, first and further tokens apart. *Shape:* ``(tokens, 1)``."""
    column = np.ones((len(task.sentence.indices), 1), dtype="uint64")
    for mention in task.mentions:
        if not mention.primary:
            continue
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
