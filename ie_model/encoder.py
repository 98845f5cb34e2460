"""The token encoder's component: token vectors that the components after it share.

It is spaCy's ``Tok2Vec``; the components after it listen to it through ``spacy.Tok2VecListener.v1`` layers.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.pipeline.tok2vec import Tok2Vec
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Model

from .ml.types import Array
from .weights import load_weights, parameters

DEFAULT_MODEL = {
    "@architectures": "ie_model.TokenEncoder.v1",
    "width": 192,
    "depth": 4,
    "heads": 6,
    "rows": [8000, 500, 2000, 500, 16000, 50],
    "embed_width": 64,
}


@Language.factory(
    "token_encoder",
    default_config={"model": DEFAULT_MODEL},
    assigns=["doc.tensor"],
    requires=["token.tag", "token.lemma"],
)
class TokenEncoder(Tok2Vec):
    """Sets ``doc.tensor``, in half precision.

    Args:
        nlp: The pipeline, for its vocabulary with the static vectors.
        name: The component's name in the pipeline.
        model: Documents to one array each, see :func:`ie_model.ml.encoder.build_token_encoder`.
    """

    def __init__(self, nlp: Language, name: str, model: Model[list[Doc], list[Array]]) -> None:
        super().__init__(nlp.vocab, model, name)

    def set_annotations(self, docs: Sequence[Doc], tokvecses: Sequence[Array]) -> None:
        for doc, vectors in zip(docs, tokvecses, strict=True):
            doc.tensor = vectors.astype("float16", copy=False)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Parameters in half precision: half the size, and no score of three digits changes."""
        parts = srsly.msgpack_loads(super().to_bytes(exclude=tuple(exclude)))
        return srsly.msgpack_dumps({**parts, "model": _halved(parts["model"])} if "model" in parts else parts)

    def from_bytes(self, bytes_data: bytes, *, exclude: Iterable[str] = ()) -> "TokenEncoder":
        super().from_bytes(bytes_data, exclude=tuple(exclude))
        _to_single_precision(self.model)
        return self

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """As :meth:`to_bytes`."""
        super().to_disk(path, exclude=(*exclude, "model"))
        if "model" not in exclude:
            (Path(path) / "model").write_bytes(_halved(self.model.to_bytes()))

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> "TokenEncoder":
        super().from_disk(path, exclude=tuple(exclude))
        _to_single_precision(self.model)
        return self

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
        weights: Path | None = None,
    ) -> None:
        """Fix the network's shapes.

        Args:
            weights: To start from: a file of :func:`.weights.save_weights`, or the folder of a model.

        Raises:
            ModelError: see :func:`.weights.load_weights`.
        """
        super().initialize(get_examples, nlp=nlp)
        if weights is not None:
            path = Path(weights)
            load_weights(self.model, path / self.name if path.is_dir() else path)


def _halved(model: bytes) -> bytes:
    """A network's bytes with its parameters in half precision."""
    stored = srsly.msgpack_loads(model)
    stored["params"] = [
        {name: None if value is None else value.astype("float16") for name, value in node.items()}
        for node in stored["params"]
    ]
    return srsly.msgpack_dumps(stored)


def _to_single_precision(model: Model) -> None:
    for node, name in parameters(model):
        array: Any = node.get_param(name)
        node.set_param(name, array.astype("f"))
