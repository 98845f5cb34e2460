"""The entity tagger: a trainable spaCy component that finds flat labelled spans and gives each a probability."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from spacy.errors import Errors
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc, Span
from spacy.training import Example, validate_examples
from spacy.vocab import Vocab
from thinc.api import Model, Optimizer
from thinc.types import Ragged

from . import extensions  # noqa: F401  (registers span._.score)
from .calibration import CalibrationMap, calibrate
from .ml import crf
from .ml.features import chunks, gather, scatter, visible_sentences
from .ml.types import Array
from .weights import load_if_alike

DEFAULT_MODEL = {
    "@architectures": "ie_model.EntityModel.v2",
    "tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 192, "upstream": "token_encoder"},
    "hidden": 128,
    "window": 1,
    "dropout": 0.2,
}
_Found = tuple[int, int, int, float]  # start and end token, index of the label, probability
_MAX_TOKENS = 4096  # of one batch through the network: bounds memory on documents of any size


@dataclass
class _Spans:
    """What was found in a Doc: entities, and candidates, which overlap; in no order."""

    entities: list[_Found] = field(default_factory=list)
    candidates: list[_Found] = field(default_factory=list)


def score_entities(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    """spaCy's strict entity scores: same label, same offsets."""
    return get_ner_prf(examples)


@Language.factory(
    "entity_tagger",
    default_config={"model": DEFAULT_MODEL, "threshold": 0.0, "candidates": None},
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    requires=["token.tag", "token.lemma"],
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
class EntityTagger(TrainablePipe):
    """Tags tokens with BIOES labels by a conditional random field; sets ``doc.ents`` and ``span._.score``.

    Args:
        nlp: The pipeline, for its vocabulary with the static vectors.
        name: The component's name in the pipeline.
        model: See :func:`ie_model.ml.entity_model.build_entity_model`.
        threshold: Least probability of a span, before calibration: the best sequence may hold spans that are likelier
            wrong than right.
        candidates: Least probability of the spans, overlapping ones too, that ``doc._.candidates`` lists for components
            behind this one; None lists none.
    """

    calibration = CalibrationMap()

    def __init__(
        self, nlp: Language, name: str, model: Model, threshold: float = 0.0, candidates: float | None = None
    ) -> None:
        self.vocab: Vocab = nlp.vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {"labels": [], "threshold": threshold, "candidates": candidates}
        self.scorer = score_entities

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.cfg["labels"])

    @property
    def label_data(self) -> tuple[str, ...]:
        return self.labels

    def add_label(self, label: str) -> int:
        """Add a label before training.

        Raises:
            ValueError: The model is initialized already.
        """
        if label in self.cfg["labels"]:
            return 0
        if self.model.get_ref("output").has_dim("nO"):
            raise ValueError(f"{self.name}: the model is initialized already, no label can be added")
        self.cfg["labels"].append(label)
        return 1

    @property
    def _tags(self) -> list[str]:
        return crf.make_tags(self.labels)

    def _field(self) -> tuple[Array, Array, Array, Array]:
        """Transition scores and the three masks of the conditional random field."""
        tags = self._tags
        return (
            np.asarray(self.model.get_ref("transitions").get_param("W")),
            crf.allowed_transitions(tags),
            *crf.border_masks(tags),
        )

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        labels: Sequence[str] | None = None,
        weights: Path | None = None,
    ) -> None:
        """Fix labels (from ``labels``, or those of the examples) and the network's shapes.

        Args:
            weights: Folder of a model to start from, where its labels and shapes are the same; of a file, which has an
                encoder alone, nothing is taken.

        Raises:
            ModelError: see :func:`.weights.load_if_alike`.
        """
        if labels is None:
            labels = sorted({span.label_ for example in get_examples() for span in example.reference.ents})
        for label in labels:
            self.add_label(label)
        docs = [example.x for example in islice(get_examples(), 10)]
        if not any(len(doc) for doc in docs):
            raise ValueError(Errors.E930.format(name=self.name, obj="examples"))
        self.model.initialize(X=docs, Y=np.zeros((1, len(self._tags)), dtype="f"))
        if weights is not None:
            load_if_alike(self.model, Path(weights) / self.name, {"labels": list(self.labels)})

    def predict(self, docs: Iterable[Doc]) -> list[_Spans]:
        """Entities and candidates of each Doc."""
        docs = list(docs)
        vectors = self.model.get_ref("tok2vec").predict(docs)
        tagged = [(number, indices) for number, doc in enumerate(docs) for indices in visible_sentences(doc)]
        # Sentences of like length share a batch, so that little of it is padding.
        tagged.sort(key=lambda item: len(item[1]))
        out = [_Spans() for _ in docs]
        random_field = self._field()
        position = 0
        for batch in chunks([indices for _, indices in tagged], _MAX_TOKENS):
            part = tagged[position : position + len(batch)]
            position += len(batch)
            emissions = self.model.get_ref("head").predict(gather(vectors, part))
            self._decode(
                crf.pad(np.asarray(emissions.dataXd), emissions.lengths), emissions.lengths, random_field, part, out
            )
        return out

    def _decode(
        self,
        emissions: Array,
        lengths: Array,
        field: tuple,
        sentences: Sequence[tuple[int, Array]],
        out: Sequence[_Spans],
    ) -> None:
        """Add what is found in sentences, each given by the number of its Doc and its token indices."""
        paths = crf.viterbi(emissions, lengths, *field)
        lattice = crf.Lattice(emissions, lengths, *field)
        threshold, least = self.cfg.get("threshold", 0.0), self.cfg.get("candidates")
        for row, ((number, indices), path) in enumerate(zip(sentences, paths, strict=True)):
            probable = {} if least is None else lattice.spans(row, least)
            for start, end, label in _spans_of(path):
                score = probable.get((start, end, label)) or lattice.span_probability(row, start, path[start:end])
                if score >= threshold:
                    out[number].entities.append((int(indices[start]), int(indices[end - 1]) + 1, label, score))
            for (start, end, label), score in probable.items():
                out[number].candidates.append((int(indices[start]), int(indices[end - 1]) + 1, label, score))

    def set_annotations(self, docs: Iterable[Doc], found: list[_Spans]) -> None:
        labels = self.labels
        for doc, spans in zip(docs, found, strict=True):
            entities = sorted(spans.entities)
            doc.set_ents([Span(doc, start, end, label=labels[label]) for start, end, label, _ in entities])
            scores = calibrate([score for *_, score in entities], self.calibration)
            doc._.entity_scores = tuple(
                (start, end, round(score, 4)) for (start, end, *_), score in zip(entities, scores, strict=True)
            )
            if self.cfg.get("candidates") is not None:
                doc._.candidates = tuple(
                    (start, end, labels[label], score) for start, end, label, score in sorted(spans.candidates)
                )

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """One step on a batch of examples; their ``predicted`` get entities and candidates where these are listed."""
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = list(examples)
        validate_examples(examples, "EntityTagger.update")
        docs = [example.predicted for example in examples]
        vectors, backprop_vectors = self.model.get_ref("tok2vec").begin_update(docs)
        sentences, gold = self._training_sentences(examples)
        if not sentences:
            return losses
        emissions, backprop = self.model.get_ref("head").begin_update(gather(vectors, sentences))
        padded = crf.pad(np.asarray(emissions.dataXd), emissions.lengths)
        loss, d_padded, d_transitions = crf.loss_and_gradient(padded, emissions.lengths, gold, *self._field())
        count = len(sentences)
        d_emissions = d_padded[crf.padding_mask(emissions.lengths)] / count
        self.model.get_ref("transitions").inc_grad("W", d_transitions / count)
        d_tokens = backprop(Ragged(self.model.ops.asarray2f(d_emissions), emissions.lengths))
        backprop_vectors(scatter(d_tokens.dataXd, sentences, vectors))
        if self.cfg.get("candidates") is not None:
            # What it would have said of the batch (before learning from it, with dropout) is what the components behind
            # it learn to judge.
            found = [_Spans() for _ in docs]
            self._decode(padded, emissions.lengths, self._field(), sentences, found)
            self.set_annotations(docs, found)
        if sgd is not None:
            self.finish_update(sgd)
        losses[self.name] += loss / count
        return losses

    def _training_sentences(self, examples: list[Example]) -> tuple[list[tuple[int, Array]], Array]:
        """Document and token indices of each sentence; their gold tags, padded. *Shape:* ``(sentences, longest)``."""
        index = {tag: i for i, tag in enumerate(self._tags)}
        sentences: list[tuple[int, Array]] = []
        rows: list[list[int]] = []
        for number, example in enumerate(examples):
            tags = _token_tags(example, index)
            for indices in visible_sentences(example.predicted):
                sentences.append((number, indices))
                rows.append([tags[i] for i in indices])
        gold = np.zeros((len(rows), max((len(row) for row in rows), default=0)), dtype="i")
        for i, row in enumerate(rows):
            gold[i, : len(row)] = row
        return sentences, gold


def _token_tags(example: Example, index: dict[str, int]) -> list[int]:
    """The BIOES tag of each token of ``example.predicted``, white-space tokens inside a span passed over."""
    doc = example.predicted
    tags = [0] * len(doc)
    for span in example.get_aligned_spans_y2x(example.reference.ents):
        tokens = [token.i for token in span if not token.is_space]
        if f"S-{span.label_}" not in index or not tokens:
            continue
        if len(tokens) == 1:
            tags[tokens[0]] = index[f"S-{span.label_}"]
        else:
            for i in tokens[1:-1]:
                tags[i] = index[f"I-{span.label_}"]
            tags[tokens[0]] = index[f"B-{span.label_}"]
            tags[tokens[-1]] = index[f"E-{span.label_}"]
    return tags


def _spans_of(path: list[int]) -> list[tuple[int, int, int]]:
    """``(start, end, label)`` of a well-formed path; tag ``4 * label + 1 ...`` are B, I, E, S of the label."""
    spans = []
    start = 0
    for i, tag in enumerate(path):
        if tag == 0:
            continue
        label, position = divmod(tag - 1, 4)
        if position in (0, 3):
            start = i
        if position in (2, 3):
            spans.append((start, i + 1, label))
    return spans
