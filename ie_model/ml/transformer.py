"""Transformer blocks over the tokens of sentences, in thinc: a sentence attends to itself alone.

Blocks: Vaswani et al. 2017, "Attention Is All You Need", with the layer norm in front (Xiong et al. 2020, "On Layer
Normalization in the Transformer Architecture"); rotary positions: Su et al. 2021, "RoFormer".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import cast

import numpy as np
from thinc.api import Dropout, Linear, Model, chain, clone, residual, with_array
from thinc.types import Ragged

from .norm import build_norm
from .types import Array

LONGEST = 128  # tokens that attend to each other; a longer sentence is cut, so that cost stays linear in its length


def build_transformer(width: int, depth: int, heads: int, dropout: float, expansion: int = 4) -> Model[Ragged, Ragged]:
    """Contextual vectors of the same width, normalized.

    Args:
        width: Of input and output; a multiple of ``2 * heads``.
        depth: Number of blocks; 0 gives the layer norm alone.
        heads: Attention heads of a block.
        dropout: Of each block's two outputs.
        expansion: How many times wider the feed-forward layer is.
    """
    norm: Model = with_array(build_norm(width))
    if not depth:
        return cast(Model[Ragged, Ragged], norm)
    attend: Model = chain(with_array(build_norm(width)), build_attention(width, heads), with_array(Dropout(dropout)))
    forward: Model = with_array(
        chain(
            build_norm(width),
            Linear(width * expansion, width),
            _relu(),
            Linear(width, width * expansion),
            Dropout(dropout),
        )
    )
    blocks: Model = clone(chain(residual(attend), residual(forward)), depth)
    return cast(Model[Ragged, Ragged], chain(blocks, norm))


def _relu() -> Model[Array, Array]:
    """thinc's own copies its input, which costs as much as an eighth of the encoder."""
    return Model("relu", _relu_forward)


def _relu_forward(model: Model[Array, Array], X: Array, is_train: bool) -> tuple[Array, Callable[[Array], Array]]:
    Y = model.ops.xp.maximum(X, 0, out=X)
    return Y, lambda dY: dY * (Y > 0)


def build_attention(width: int, heads: int) -> Model[Ragged, Ragged]:
    """Multi-head self-attention with rotary positions.

    Raises:
        ValueError: ``width`` is no multiple of ``2 * heads``.
    """
    if width % (2 * heads):
        raise ValueError(f"width {width} is no multiple of twice the number of heads, {heads}")
    inner, outer = Linear(3 * width, width), Linear(width, width)
    return Model("attention", _forward, init=_init, layers=[inner, outer], attrs={"heads": heads})


def _init(model: Model[Ragged, Ragged], X: Ragged | None = None, Y: object = None) -> None:
    for layer in model.layers:
        layer.initialize()


def _forward(model: Model[Ragged, Ragged], X: Ragged, is_train: bool) -> tuple[Ragged, Callable]:
    inner, outer = model.layers
    heads = model.attrs["heads"]
    tokens, width = cast(tuple[int, int], X.dataXd.shape)
    part = width // heads
    places, columns, shape = _places(np.asarray(X.lengths))
    turn = _rotation(heads, part // 2)[columns, None]

    projected, backprop_inner = inner(X.dataXd, is_train)
    projected = projected.reshape(tokens, 3, width)
    _rotate(projected, turn)
    padded = np.zeros((shape[0] * shape[1], 3 * width), dtype="f")
    padded[places] = projected.reshape(tokens, 3 * width)
    padded = padded.reshape(*shape, 3, heads, part)
    # (blocks, heads, tokens, part) each
    query, key, value = (padded[:, :, i].transpose(0, 2, 1, 3) for i in range(3))
    scale = np.float32(part**-0.5)
    # (blocks, heads, keys, queries): numpy finds maxima and sums of columns in a fraction of the time that rows take.
    scores = key @ query.transpose(0, 1, 3, 2)
    scores *= scale
    if tokens < shape[0] * shape[1]:
        absent = np.full(shape[0] * shape[1], -1e9, dtype="f")
        absent[places] = 0
        scores += absent.reshape(shape[0], 1, shape[1], 1)
    scores -= scores.max(axis=-2, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-2, keepdims=True)
    weights = scores.transpose(0, 1, 3, 2)
    mixed = (weights @ value).transpose(0, 2, 1, 3).reshape(-1, width)[places]
    output, backprop_outer = outer(mixed, is_train)

    def backprop(d_output: Ragged) -> Ragged:
        d_padded = np.zeros((shape[0] * shape[1], width), dtype="f")
        d_padded[places] = backprop_outer(d_output.dataXd)
        d_mixed = d_padded.reshape(*shape, heads, part).transpose(0, 2, 1, 3)
        d_value = weights.transpose(0, 1, 3, 2) @ d_mixed
        d_weights = d_mixed @ value.transpose(0, 1, 3, 2)
        d_weights -= (d_weights * weights).sum(axis=-1, keepdims=True)
        d_weights *= weights
        d_weights *= scale
        d_query, d_key = d_weights @ key, d_weights.transpose(0, 1, 3, 2) @ query
        gradients = (d_query, d_key, d_value)
        rows = [gradient.transpose(0, 2, 1, 3).reshape(-1, width)[places] for gradient in gradients]
        d_projected = np.stack(rows, axis=1)
        _rotate(d_projected, turn.conj())
        return Ragged(backprop_inner(d_projected.reshape(tokens, 3 * width)), X.lengths)

    return Ragged(cast(Array, output), X.lengths), backprop


def _places(lengths: Array) -> tuple[Array, Array, tuple[int, int]]:
    """Where tokens go when sentences, cut at ``LONGEST``, are stacked: place in the flat stack, column, its shape."""
    if lengths.max(initial=0) > LONGEST:
        pieces: list[int] = []
        for length in lengths.tolist():
            pieces.extend([LONGEST] * (length // LONGEST))
            if length % LONGEST:
                pieces.append(length % LONGEST)
        lengths = np.array(pieces)
    starts = np.cumsum(lengths) - lengths
    rows = np.repeat(np.arange(len(lengths)), lengths)
    columns = np.arange(int(lengths.sum())) - np.repeat(starts, lengths)
    longest = int(lengths.max(initial=0))
    return rows * longest + columns, columns, (len(lengths), longest)


@lru_cache(maxsize=8)
def _rotation(heads: int, half: int) -> Array:
    """By how much a place turns each pair of dimensions, as complex numbers. *Shape:* ``(LONGEST, heads * half)``."""
    angles = np.arange(LONGEST)[:, None] / 10000 ** (np.arange(half) / half)
    return np.tile(np.exp(1j * angles), heads).astype("complex64")


def _rotate(projected: Array, turn: Array) -> None:
    """Turn queries and keys in place; two neighbouring dimensions are a complex number."""
    pairs = projected[:, :2].view("complex64")
    pairs *= turn
