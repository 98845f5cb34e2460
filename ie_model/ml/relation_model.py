"""The relation extractor's network: a token encoder that sees the entity labels, and a scorer of (head, tail) pairs.

The encoder of its own, with the entities marked in its input, follows Zhong and Chen 2021, "A Frustratingly Easy
Approach for Entity and Relation Extraction". A pair is represented by its two ends and what stands between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from spacy.util import registry
from thinc.api import HashEmbed, Linear, Maxout, Model, chain, concatenate
from thinc.types import Ragged

from .encoder import build_encoder
from .features import Batch
from .types import Array


@dataclass
class PairBatch:
    """Candidate pairs of some sentences.

    Attributes:
        tokens: The sentences; its ids carry a further column with the entity label of each token.
        heads, tails: Token offsets ``start, end`` into the batch. *Shape:* ``(pairs, 2)``.
        features: Hashes of discrete features of each pair. *Shape:* ``(pairs, features)``.
    """

    tokens: Batch
    heads: Array
    tails: Array
    features: Array

    @property
    def between(self) -> Array:
        """Offsets of the tokens between head and tail (empty where they touch). *Shape:* ``(pairs, 2)``."""
        start = np.minimum(self.heads[:, 1], self.tails[:, 1])
        end = np.maximum(self.heads[:, 0], self.tails[:, 0])
        return np.stack([start, np.maximum(start, end)], axis=1)


@registry.architectures("ie_model.RelationModel.v1")
def build_relation_model(
    width: int,
    depth: int,
    window: int,
    rows: Sequence[int],
    embed_width: int,
    pair_features: int,
    hidden: int,
    dropout: float,
    pieces: int = 3,
) -> Model[PairBatch, Array]:
    """Scores of each relation type for each pair.

    Args:
        width, depth, window, rows, embed_width, dropout, pieces: Of the encoder, see
            :func:`ie_model.ml.encoder.build_encoder`; ``rows`` has an entry more, for the entity labels.
        pair_features: Number of discrete features of a pair.
        hidden: Width of the scorer's hidden layer.

    *Shape:* output ``(pairs, relation types)``.
    """
    encoder = build_encoder(
        width=width, depth=depth, window=window, rows=rows, embed_width=embed_width, dropout=dropout, pieces=pieces
    )
    embeds: list[Model] = [HashEmbed(16, 1000, column=i, seed=100 + i) for i in range(pair_features)]
    discrete: Model = concatenate(*embeds)
    output = Linear(nO=None, nI=hidden)
    scorer: Model = chain(
        Maxout(nO=hidden, nI=width * 6 + 16 * pair_features, nP=3, normalize=True, dropout=dropout), output
    )
    return Model("relation_model", _forward, init=_init, layers=[encoder, discrete, scorer], refs={"output": output})


def _forward(model: Model[PairBatch, Array], X: PairBatch, is_train: bool) -> tuple[Array, Callable]:
    encoder, discrete, scorer = model.layers
    encoded, backprop_encoder = encoder(X.tokens, is_train)
    tokens = encoded.dataXd
    size = len(tokens)
    border = np.stack([X.heads[:, 0], X.heads[:, 1] - 1, X.tails[:, 0], X.tails[:, 1] - 1], axis=1)
    inner, between = _mean(tokens, X.between)
    features, backprop_discrete = discrete(X.features, is_train)
    peak, where = _max(tokens, X.between)
    parts = [*(tokens[border[:, i]] for i in range(4)), inner, peak, features]
    scores, backprop_scorer = scorer(model.ops.xp.hstack(parts), is_train)

    def backprop(dY: Array) -> list:
        dX = backprop_scorer(dY)
        width = tokens.shape[1]
        d_tokens: Array = np.zeros((size, width), dtype="f")
        for i in range(4):
            np.add.at(d_tokens, border[:, i], dX[:, i * width : (i + 1) * width])
        d_tokens += between(dX[:, 4 * width : 5 * width])
        rows, columns = np.nonzero(where >= 0)
        np.add.at(d_tokens, (where[rows, columns], columns), dX[:, 5 * width : 6 * width][rows, columns])
        backprop_discrete(model.ops.as_contig(dX[:, 6 * width :]))
        backprop_encoder(Ragged(model.ops.asarray2f(d_tokens), encoded.lengths))
        return []

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


def _max(tokens: Array, spans: Array) -> tuple[Array, Array]:
    """Maxima over spans (zero where empty) and the rows they come from (-1 where empty)."""
    out = np.zeros((len(spans), tokens.shape[1]), dtype="f")
    where = np.full(out.shape, -1, dtype="i8")
    known: dict[tuple[int, int], int] = {}
    for i, (start, end) in enumerate(spans.tolist()):
        if end <= start:
            continue
        first = known.setdefault((start, end), i)
        if first != i:
            out[i], where[i] = out[first], where[first]
            continue
        where[i] = tokens[start:end].argmax(axis=0) + start
        out[i] = tokens[where[i], np.arange(tokens.shape[1])]
    return out, where


def _init(model: Model[PairBatch, Array], X: PairBatch | None = None, Y: Array | None = None) -> None:
    encoder, discrete, scorer = model.layers
    if Y is not None:
        model.get_ref("output").set_dim("nO", Y.shape[1])
    encoder.initialize(X=X.tokens if X is not None else None)
    discrete.initialize()
    scorer.initialize()


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
