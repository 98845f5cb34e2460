"""A network over batches of sentences as a network over documents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Ragged

from .features import chunks, visible_sentences
from .types import Array

# Of documents, what makes the network's input of some of their sentences, each given by the number of its Doc and its
# token indices.
BatchMaker = Callable[[list[Doc]], Callable[[list[tuple[int, Array]]], Any]]


def by_sentence(
    name: str, encode: Model[Any, Ragged], batch_maker: BatchMaker, width: int, max_tokens: int
) -> Model[list[Doc], list[Array]]:
    """Documents to token vectors; each sentence for itself, white-space tokens are zero.

    Args:
        name: Of the network.
        encode: From a batch to the vectors of its tokens.
        batch_maker: Makes its input.
        width: Of its output.
        max_tokens: Of one batch; a longer sentence is a batch of its own.

    *Shape:* output ``(tokens, width)`` for each document.
    """
    forward = partial(_forward, batch_maker=batch_maker, max_tokens=max_tokens)
    init = partial(_init, batch_maker=batch_maker)
    return Model(name, forward, init=init, layers=[encode], dims={"nO": width})


def _forward(
    model: Model[list[Doc], list[Array]], docs: list[Doc], is_train: bool, *, batch_maker: BatchMaker, max_tokens: int
) -> tuple[list[Array], Callable[[list[Array]], list]]:
    encode = model.layers[0]
    width = model.get_dim("nO")
    # What is kept on a Doc is in half precision: a Doc of a million tokens stays below half a gigabyte.
    outputs: list[Array] = [np.zeros((len(doc), width), dtype="f" if is_train else "float16") for doc in docs]
    found = [(number, indices) for number, doc in enumerate(docs) for indices in visible_sentences(doc)]
    # Sentences of like length share a batch, so that little of it is padding.
    found.sort(key=lambda item: len(item[1]))
    make_batch = batch_maker(docs)
    steps: list[tuple[list[tuple[int, Array]], Callable]] = []
    position = 0
    for batch in chunks([indices for _, indices in found], max_tokens):
        part = found[position : position + len(batch)]
        position += len(batch)
        encoded, backprop_batch = encode(make_batch(part), is_train)
        start = 0
        for number, indices in part:
            end = start + len(indices)
            outputs[number][indices] = encoded.dataXd[start:end]
            start = end
        if is_train:
            steps.append((part, backprop_batch))

    def backprop(d_outputs: list[Array]) -> list:
        for part, backprop_batch in steps:
            gradient: Array = np.concatenate([d_outputs[number][indices] for number, indices in part])
            lengths: Array = np.array([len(indices) for _, indices in part], dtype="i")
            backprop_batch(Ragged(model.ops.asarray2f(gradient), lengths))
        return []

    return outputs, backprop


def _init(
    model: Model[list[Doc], list[Array]], X: list[Doc] | None = None, Y: object = None, *, batch_maker: BatchMaker
) -> None:
    found = [(number, indices) for number, doc in enumerate(X or ()) for indices in visible_sentences(doc)]
    model.layers[0].initialize(X=batch_maker(list(X))(found) if X and found else None)
