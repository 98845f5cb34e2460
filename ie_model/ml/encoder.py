"""Token encoder: hashed embeddings beside static vectors, mixed, then residual convolutions.

Hashed embeddings: Svenstrup et al. 2017, "Hash Embeddings for Efficient Word Representations", as spaCy's
MultiHashEmbed; convolutions: the maxout window encoder of spaCy's ``tok2vec``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from thinc.api import HashEmbed, Maxout, Model, chain, clone, expand_window, residual, with_array
from thinc.types import Ragged

from .features import Batch
from .types import Array


def build_encoder(
    *, width: int, depth: int, window: int, rows: Sequence[int], embed_width: int, dropout: float, pieces: int = 3
) -> Model[Batch, Ragged]:
    """Tokens to contextual vectors.

    Args:
        width: Of the output.
        depth: Number of convolutions; with ``window`` it fixes how far a token sees.
        window: Tokens that a convolution sees on either side.
        rows: Size of the hash table of each column of ids.
        embed_width: Width of each hashed embedding.
        dropout: Of the mixed embeddings and of each convolution's output.
        pieces: Maxout pieces.

    *Shape:* output ``(tokens, width)`` with the batch's lengths.
    """
    embeds: list[Model] = [HashEmbed(embed_width, n, column=i, seed=i + 1) for i, n in enumerate(rows)]
    mix = Maxout(nO=width, nP=pieces, normalize=True, dropout=dropout)
    # On ragged input the windows end at the sentences' borders: a sentence never sees its neighbours in a batch.
    convolution: Model = chain(
        expand_window(window_size=window),
        with_array(Maxout(nO=width, nI=width * (2 * window + 1), nP=pieces, normalize=True, dropout=dropout)),
    )
    encode: Model = clone(residual(convolution), depth)
    return cast(Model[Batch, Ragged], chain(_embed(embeds, mix), encode))


def _embed(embeds: Sequence[Model], mix: Model) -> Model[Batch, Ragged]:
    return Model("embed", _forward, init=_init, layers=[*embeds, mix])


def _forward(model: Model[Batch, Ragged], X: Batch, is_train: bool) -> tuple[Ragged, Callable]:
    *embeds, mix = model.layers
    outputs, backprops = zip(*(embed(X.ids, is_train) for embed in embeds), strict=True)
    mixed, backprop_mix = mix(model.ops.xp.hstack([*outputs, X.vectors]), is_train)

    def backprop(dY: Ragged) -> list:
        dX = backprop_mix(dY.dataXd)
        start = 0
        for output, backprop_embed in zip(outputs, backprops, strict=True):
            width = output.shape[1]
            backprop_embed(model.ops.as_contig(dX[:, start : start + width]))
            start += width
        return []

    return Ragged(cast(Array, mixed), X.lengths), backprop


def _init(model: Model[Batch, Ragged], X: Batch | None = None, Y: object = None) -> None:
    *embeds, mix = model.layers
    for embed in embeds:
        embed.initialize()
    if X is not None:
        width = sum(embed.get_dim("nO") for embed in embeds) + X.vectors.shape[1]
        mix.initialize(X=model.ops.alloc2f(1, width))
