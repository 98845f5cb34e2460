"""The entity tagger's network over token vectors: emission scores, and the transitions of its random field."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Linear, Maxout, Model, chain, expand_window, with_array
from thinc.types import Ragged

from .ops import with_numpy_gemm
from .types import Array


@registry.architectures("ie_model.EntityModel.v2")
def build_entity_model(
    tok2vec: Model[list[Doc], list[Array]], hidden: int, window: int, dropout: float
) -> Model[Ragged, Ragged]:
    """Emission scores from token vectors, one row a token.

    The component runs the parts itself: the reference ``tok2vec`` on documents, ``head`` on the tokens of sentences;
    the layer ``transitions`` holds the parameter ``W`` of the conditional random field.

    Args:
        tok2vec: Documents to token vectors; mostly a listener to the pipeline's token encoder.
        hidden: Width of the hidden layer.
        window: Tokens that the hidden layer sees on either side.
        dropout: Of the hidden layer.

    *Shape:* output ``(tokens, tags)`` with the batch's lengths.
    """
    width = tok2vec.get_dim("nO")
    output = Linear(nO=None, nI=hidden)
    head: Model = chain(
        expand_window(window_size=window),
        with_array(
            chain(
                Maxout(nO=hidden, nI=width * (2 * window + 1), nP=2, normalize=True, dropout=dropout),
                cast(Model, output),
            )
        ),
    )
    transitions: Model = Model("transitions", _no_forward, params={"W": None}, dims={"nO": None})
    model: Model[Ragged, Ragged] = Model(
        "entity_model",
        _no_forward,
        init=_init,
        layers=[tok2vec, head, transitions],
        refs={"tok2vec": tok2vec, "head": head, "output": output, "transitions": transitions},
    )
    return with_numpy_gemm(model)


def _no_forward(model: Model, X: object, is_train: bool) -> tuple[object, Callable]:
    raise NotImplementedError("the component runs the parts")


def _init(model: Model, X: list[Doc] | None = None, Y: Array | None = None) -> None:
    if Y is not None:
        tags = Y.shape[1]
        model.get_ref("output").set_dim("nO", tags)
        transitions = model.get_ref("transitions")
        transitions.set_dim("nO", tags)
        transitions.set_param("W", model.ops.alloc2f(tags, tags))
    model.get_ref("tok2vec").initialize(X=X)
    model.get_ref("head").initialize()
