"""The entity tagger: a trainable spaCy component that finds flat labelled spans and gives each a probability."""

from collections.abc import Callable, Iterable, Sequence
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
from .calibration import Calibrated, calibrate
from .ml import crf
from .ml.features import chunks, gather, scatter, visible_sentences
from .ml.types import Array
from .weights import load_if_alike

DEFAULT_MODEL = {
    "@architectures": "ie_model.EntityModel.v2",
    "tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 192, "upstream": "token_encoder"},
    "hidden": 128,
    "window": 1,
    "dropout": 0.4,
}
_MAX_TOKENS = 4096  # of one batch through the network: bounds memory on documents of any size


def score_entities(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    """spaCy's strict entity scores: same label, same offsets."""
    return get_ner_prf(examples)


@Language.factory(
    "entity_tagger",
    default_config={"model": DEFAULT_MODEL, "threshold": 0.0},
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    requires=["token.tag", "token.lemma"],
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
class EntityTagger(Calibrated, TrainablePipe):
    """Tags tokens with BIOES labels by a conditional random field; sets ``doc.ents`` and ``span._.score``.

    Args:
        nlp: The pipeline, for its vocabulary with the static vectors.
        name: The component's name in the pipeline.
        model: See :func:`ie_model.ml.entity_model.build_entity_model`.
        threshold: Least probability of a span, before calibration: the best sequence may hold spans that are likelier
            wrong than right.
    """

    def __init__(self, nlp: Language, name: str, model: Model, threshold: float = 0.0) -> None:
        self.vocab: Vocab = nlp.vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {"labels": [], "threshold": threshold}
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

    def predict(self, docs: Iterable[Doc]) -> list[list[tuple[int, int, int, float]]]:
        """Spans of each Doc: start and end token, index of the label, probability."""
        docs = list(docs)
        vectors = self.model.get_ref("tok2vec").predict(docs)
        tagged = [(number, indices) for number, doc in enumerate(docs) for indices in visible_sentences(doc)]
        # Sentences of like length share a batch, so that little of it is padding.
        tagged.sort(key=lambda item: len(item[1]))
        spans: list[list[tuple[int, int, int, float]]] = [[] for _ in docs]
        field = self._field()
        position = 0
        for batch in chunks([indices for _, indices in tagged], _MAX_TOKENS):
            part = tagged[position : position + len(batch)]
            position += len(batch)
            found = self._predict_batch(gather(vectors, part), batch, field)
            for (number, _), sentence_spans in zip(part, found, strict=True):
                spans[number].extend(sentence_spans)
        return [sorted(doc_spans) for doc_spans in spans]

    def _predict_batch(self, tokens: Ragged, batch: list[Array], field: tuple) -> list[list]:
        emissions = self.model.get_ref("head").predict(tokens)
        padded = crf.pad(np.asarray(emissions.dataXd), emissions.lengths)
        paths = crf.viterbi(padded, emissions.lengths, *field)
        lattice = crf.Lattice(padded, emissions.lengths, *field)
        threshold = self.cfg.get("threshold", 0.0)
        out = []
        for number, (indices, path) in enumerate(zip(batch, paths, strict=True)):
            spans = []
            for start, end, label in _spans_of(path):
                score = lattice.span_probability(number, start, path[start:end])
                if score >= threshold:
                    spans.append((int(indices[start]), int(indices[end - 1]) + 1, label, score))
            out.append(spans)
        return out

    def set_annotations(self, docs: Iterable[Doc], found: list[list[tuple[int, int, int, float]]]) -> None:
        labels = self.labels
        for doc, spans in zip(docs, found, strict=True):
            doc.set_ents([Span(doc, start, end, label=labels[label]) for start, end, label, _ in spans])
            scores = calibrate([score for *_, score in spans], self.calibration)
            doc._.entity_scores = tuple(
                (start, end, round(score, 4)) for (start, end, *_), score in zip(spans, scores, strict=True)
            )

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:
        """One step on a batch of examples."""
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
