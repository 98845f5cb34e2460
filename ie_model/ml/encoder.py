"""Token encoder: hashed embeddings beside static vectors, mixed, then transformer blocks.

Hashed embeddings: Svenstrup et al. 2017, "Hash Embeddings for Efficient Word Representations", as in spaCy's
MultiHashEmbed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import HashEmbed, Maxout, Model, chain
from thinc.types import Ragged

from .by_sentence import by_sentence
from .features import ATTRIBUTES, Batch, attributes_of, make_batch
from .ops import with_numpy_gemm
from .transformer import build_transformer
from .types import Array

# Numbers without pattern: a row's product with them stands for the row.
_MULTIPLIERS = np.random.default_rng(0).integers(1 << 63, size=len(ATTRIBUTES), dtype="uint64")
_MAX_TOKENS = 1024  # of one batch through the network: what it works on stays in the processor's cache


@registry.architectures("ie_model.TokenEncoder.v1")
def build_token_encoder(
    width: int,
    depth: int,
    heads: int,
    rows: Sequence[int],
    embed_width: int,
) -> Model[list[Doc], list[Array]]:
    """Documents to token vectors; each sentence for itself, white-space tokens are zero.

    Args:
        width: Of the output.
        depth: Number of transformer blocks.
        heads: Attention heads of a block.
        rows: Size of the hash table of each of :data:`ie_model.ml.features.ATTRIBUTES`.
        embed_width: Width of each hashed embedding.

    Dropout, of the mixed embeddings and of each block's outputs, is what the training loop sets (``[training]``).

    *Shape:* output ``(tokens, width)`` for each document.

    Raises:
        ValueError: ``rows`` has not one entry for each attribute.
    """
    if len(rows) != len(ATTRIBUTES):
        raise ValueError(f"rows: {len(rows)} hash tables for {len(ATTRIBUTES)} attributes")
    embeds: list[Model] = [HashEmbed(embed_width, n, column=i, seed=i + 1) for i, n in enumerate(rows)]
    mix = Maxout(nO=width, nP=2, normalize=True, dropout=0.0)
    embed: Model = Model("embed", _embed_forward, init=_embed_init, layers=[*embeds, mix])
    encode: Model = chain(embed, build_transformer(width, depth, heads, dropout=0.0))
    return with_numpy_gemm(by_sentence("token_encoder", encode, _batch_maker, width, _MAX_TOKENS))


def _batch_maker(docs: list[Doc]) -> Callable[[list[tuple[int, Array]]], Batch]:
    attributes = [attributes_of(doc) for doc in docs]
    return lambda found: make_batch([attributes[number][indices] for number, indices in found], docs[0].vocab)


def _embed_forward(model: Model[Batch, Ragged], X: Batch, is_train: bool) -> tuple[Ragged, Callable]:
    if is_train:
        mixed, backprop = _mix(model, X.ids, X.vectors, True)
        return Ragged(mixed, X.lengths), lambda dY: backprop(dY.dataXd)
    # Half the tokens of a batch look like one before them.
    _, first, inverse = np.unique(X.ids @ _MULTIPLIERS, return_index=True, return_inverse=True)
    mixed, _ = _mix(model, X.ids[first], X.vectors[first], False)
    return Ragged(mixed[inverse], X.lengths), lambda dY: []


def _mix(model: Model[Batch, Ragged], ids: Array, vectors: Array, is_train: bool) -> tuple[Array, Callable]:
    *embeds, mix = model.layers
    outputs, backprops = zip(*(embed(ids, is_train) for embed in embeds), strict=True)
    mixed, backprop_mix = mix(model.ops.xp.hstack([*outputs, vectors]), is_train)

    def backprop(dY: Array) -> list:
        dX = backprop_mix(dY)
        start = 0
        for output, backprop_embed in zip(outputs, backprops, strict=True):
            width = output.shape[1]
            backprop_embed(model.ops.as_contig(dX[:, start : start + width]))
            start += width
        return []

    return mixed, backprop


def _embed_init(model: Model[Batch, Ragged], X: Batch | None = None, Y: object = None) -> None:
    *embeds, mix = model.layers
    for embed in embeds:
        embed.initialize()
    if X is not None:
        width = sum(embed.get_dim("nO") for embed in embeds) + X.vectors.shape[1]
        mix.initialize(X=model.ops.alloc2f(1, width))
