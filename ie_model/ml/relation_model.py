"""The relation extractor's network: convolutions that see the entity labels, and a scorer of (head, tail) pairs.

Marking the entities in the input follows Zhong and Chen 2021, "A Frustratingly Easy Approach for Entity and Relation
Extraction". A pair is represented by its two ends and what stands between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import HashEmbed, Linear, Maxout, Model, chain, concatenate
from thinc.types import Ragged

from .convolution import build_convolutions
from .ops import with_numpy_gemm
from .types import Array

_LABEL_WIDTH = 32


@dataclass
class PairBatch:
    """Candidate pairs of some sentences.

    Attributes:
        tokens: Vectors of the sentences' tokens. *Shape:* ``(tokens, width)`` with the sentences' lengths.
        labels: Hash of each token's entity label. *Shape:* ``(tokens, 1)``.
        heads, tails: Token offsets ``start, end`` into the batch. *Shape:* ``(pairs, 2)``.
        features: Hashes of discrete features of each pair. *Shape:* ``(pairs, features)``.
    """

    tokens: Ragged
    labels: Array
    heads: Array
    tails: Array
    features: Array

    @property
    def between(self) -> Array:
        """Offsets of the tokens between head and tail (empty where they touch). *Shape:* ``(pairs, 2)``."""
        start = np.minimum(self.heads[:, 1], self.tails[:, 1])
        end = np.maximum(self.heads[:, 0], self.tails[:, 0])
        return np.stack([start, np.maximum(start, end)], axis=1)


@registry.architectures("ie_model.RelationModel.v2")
def build_relation_model(
    tok2vec: Model[list[Doc], list[Array]],
    width: int,
    depth: int,
    window: int,
    pair_features: int,
    hidden: int,
    dropout: float,
) -> Model[PairBatch, Array]:
    """Scores of each relation type for each pair.

    The component runs the parts itself: the reference ``tok2vec`` on documents, ``head`` on pairs.

    Args:
        tok2vec: Documents to token vectors; mostly a listener to the pipeline's token encoder.
        width, depth, window, dropout: Of the convolutions that see token vectors and entity labels, see
            :func:`ie_model.ml.convolution.build_convolutions`.
        pair_features: Number of discrete features of a pair.
        hidden: Width of the scorer's hidden layer.

    *Shape:* output of ``head`` ``(pairs, relation types)``.
    """
    label: Model = HashEmbed(_LABEL_WIDTH, 100, column=0, seed=99)
    mix = Maxout(nO=width, nI=tok2vec.get_dim("nO") + _LABEL_WIDTH, nP=2, normalize=True, dropout=dropout)
    encoder = build_convolutions(width, depth, window, dropout)
    embeds: list[Model] = [HashEmbed(16, 1000, column=i, seed=100 + i) for i in range(pair_features)]
    discrete: Model = concatenate(*embeds)
    output = Linear(nO=None, nI=hidden)
    scorer: Model = chain(
        Maxout(nO=hidden, nI=width * 6 + 16 * pair_features, nP=3, normalize=True, dropout=dropout), output
    )
    head: Model = Model("pair_scorer", _forward, init=_init_head, layers=[label, mix, encoder, discrete, scorer])
    model: Model[PairBatch, Array] = Model(
        "relation_model",
        _no_forward,
        init=_init,
        layers=[tok2vec, head],
        refs={"tok2vec": tok2vec, "head": head, "output": output},
    )
    return with_numpy_gemm(model)


def _no_forward(model: Model, X: object, is_train: bool) -> tuple[object, Callable]:
    raise NotImplementedError("the component runs the parts")


def _forward(model: Model[PairBatch, Array], X: PairBatch, is_train: bool) -> tuple[Array, Callable[[Array], Array]]:
    label, mix, encoder, discrete, scorer = model.layers
    labels, backprop_label = label(X.labels, is_train)
    mixed, backprop_mix = mix(model.ops.xp.hstack([labels, X.tokens.dataXd]), is_train)
    encoded, backprop_encoder = encoder(Ragged(mixed, X.tokens.lengths), is_train)
    tokens = encoded.dataXd
    size = len(tokens)
    border = np.stack([X.heads[:, 0], X.heads[:, 1] - 1, X.tails[:, 0], X.tails[:, 1] - 1], axis=1)
    inner, between = _mean(tokens, X.between)
    features, backprop_discrete = discrete(X.features, is_train)
    peak = _max(tokens, X.between)
    parts = [*(tokens[border[:, i]] for i in range(4)), inner, peak, features]
    scores, backprop_scorer = scorer(model.ops.xp.hstack(parts), is_train)

    def backprop(dY: Array) -> Array:
        """Gradient of the tokens' vectors."""
        dX = backprop_scorer(dY)
        width = tokens.shape[1]
        d_tokens: Array = np.zeros((size, width), dtype="f")
        for i in range(4):
            np.add.at(d_tokens, border[:, i], dX[:, i * width : (i + 1) * width])
        d_tokens += between(dX[:, 4 * width : 5 * width])
        where = _rows_of_max(tokens, X.between)
        rows, columns = np.nonzero(where >= 0)
        np.add.at(d_tokens, (where[rows, columns], columns), dX[:, 5 * width : 6 * width][rows, columns])
        backprop_discrete(model.ops.as_contig(dX[:, 6 * width :]))
        d_mixed = backprop_mix(backprop_encoder(Ragged(model.ops.asarray2f(d_tokens), encoded.lengths)).dataXd)
        backprop_label(model.ops.as_contig(d_mixed[:, :_LABEL_WIDTH]))
        return d_mixed[:, _LABEL_WIDTH:]

    return scores, backprop


def _mean(tokens: Array, spans: Array) -> tuple[Array, Callable[[Array], Array]]:
    """Means over spans (zero where empty), by cumulative sums: the cost does not grow with the spans' lengths."""
    sums = np.zeros((len(tokens) + 1, tokens.shape[1]), dtype="d")
    np.cumsum(tokens, axis=0, out=sums[1:])
    lengths = np.maximum(spans[:, 1] - spans[:, 0], 1)[:, None]
    means = ((sums[spans[:, 1]] - sums[spans[:, 0]]) / lengths).astype("f")

    def backprop(d_means: Array) -> Array:
        steps = np.zeros((len(tokens) + 1, tokens.shape[1]), dtype="d")
        np.add.at(steps, spans[:, 0], d_means / lengths)
        np.subtract.at(steps, spans[:, 1], d_means / lengths)
        return np.cumsum(steps, axis=0)[:-1].astype("f")

    return means, backprop


def _max(tokens: Array, spans: Array) -> Array:
    """Maxima over spans (zero where empty)."""
    return _by_span(spans, np.zeros((len(spans), tokens.shape[1]), dtype="f"), lambda a, b: tokens[a:b].max(axis=0))


def _rows_of_max(tokens: Array, spans: Array) -> Array:
    """The rows that maxima over spans come from (-1 where empty)."""
    rows = np.full((len(spans), tokens.shape[1]), -1, dtype="i8")
    return _by_span(spans, rows, lambda a, b: tokens[a:b].argmax(axis=0) + a)


def _by_span(spans: Array, out: Array, pool: Callable[[int, int], Array]) -> Array:
    """Fill the rows of spans that are not empty; what several pairs have between them is pooled once."""
    known: dict[tuple[int, int], int] = {}
    for i, (start, end) in enumerate(spans.tolist()):
        if start < end:
            first = known.setdefault((start, end), i)
            out[i] = pool(start, end) if first == i else out[first]
    return out


def _init(model: Model, X: list[Doc] | None = None, Y: Array | None = None) -> None:
    if Y is not None:
        model.get_ref("output").set_dim("nO", Y.shape[1])
    model.get_ref("tok2vec").initialize(X=X)
    model.get_ref("head").initialize()


def _init_head(model: Model[PairBatch, Array], X: object = None, Y: object = None) -> None:
    for layer in model.layers:
        layer.initialize()


def softmax_with_none(scores: Array, groups: Array) -> tuple[Array, Array]:
    """Softmax over all scores of a group of rows and one more choice, "none", whose score is 0.

    Args:
        scores: ``-inf`` marks what is not allowed. *Shape:* ``(pairs, types)``.
        groups: Group number of each row, ascending from 0. *Shape:* ``(pairs,)``.

    Returns:
        Probabilities as the scores, and that of "none" for each group.
    """
    count = int(groups[-1]) + 1 if len(groups) else 0
    peak = np.zeros(count)
    np.maximum.at(peak, groups, scores.max(axis=1, initial=0))
    weights = np.exp(scores - peak[groups][:, None])
    none = np.exp(-peak)
    total = none.copy()
    np.add.at(total, groups, weights.sum(axis=1))
    return weights / total[groups][:, None], none / total
