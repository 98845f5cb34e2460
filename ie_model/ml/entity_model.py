"""The entity tagger's network: encoder, emission scores, and the transitions of its conditional random field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from spacy.util import registry
from thinc.api import Linear, Model, chain, with_array
from thinc.types import Ragged

from .encoder import build_encoder
from .features import Batch
from .types import Array


@registry.architectures("ie_model.EntityModel.v1")
def build_entity_model(
    width: int, depth: int, window: int, rows: Sequence[int], embed_width: int, dropout: float, pieces: int = 3
) -> Model[Batch, Ragged]:
    """Emission scores, one row a token; the layer ``transitions`` holds the parameter ``W`` of the field.

    For the arguments see :func:`ie_model.ml.encoder.build_encoder`.

    *Shape:* output ``(tokens, tags)`` with the batch's lengths.
    """
    encoder = build_encoder(
        width=width, depth=depth, window=window, rows=rows, embed_width=embed_width, dropout=dropout, pieces=pieces
    )
    output = Linear(nO=None, nI=width)
    transitions: Model = Model("transitions", _no_forward, params={"W": None}, dims={"nO": None})
    model: Model[Batch, Ragged] = Model(
        "entity_model",
        _forward,
        init=_init,
        layers=[chain(encoder, with_array(output))],
        refs={"output": output, "transitions": transitions},
    )
    model.layers.append(transitions)
    return model


def _forward(model: Model[Batch, Ragged], X: Batch, is_train: bool) -> tuple[Ragged, Callable]:
    return model.layers[0](X, is_train)


def _no_forward(model: Model, X: object, is_train: bool) -> tuple[object, Callable]:
    raise NotImplementedError("the transitions are parameters, not a layer to run")


def _init(model: Model[Batch, Ragged], X: Batch | None = None, Y: Array | None = None) -> None:
    if Y is not None:
        tags = Y.shape[1]
        model.get_ref("output").set_dim("nO", tags)
        transitions = model.get_ref("transitions")
        transitions.set_dim("nO", tags)
        transitions.set_param("W", model.ops.alloc2f(tags, tags))
    model.layers[0].initialize(X=X)
