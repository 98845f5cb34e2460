"""Residual convolutions over the tokens of sentences: the maxout window encoder of spaCy's ``tok2vec``."""

from __future__ import annotations

from typing import cast

from thinc.api import Maxout, Model, chain, clone, expand_window, residual, with_array
from thinc.types import Ragged


def build_convolutions(width: int, depth: int, window: int, dropout: float) -> Model[Ragged, Ragged]:
    """Each layer sees ``window`` tokens on either side, never over a sentence's borders."""
    # On ragged input the windows end at the sentences' borders.
    layer: Model = chain(
        expand_window(window_size=window),
        with_array(Maxout(nO=width, nI=width * (2 * window + 1), nP=2, normalize=True, dropout=dropout)),
    )
    return cast(Model[Ragged, Ragged], clone(residual(layer), depth))
