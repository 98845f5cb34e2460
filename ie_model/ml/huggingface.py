"""Token encoder made from any Hugging Face encoder in a local folder, fine-tuned with the rest of the pipeline.

The trained model holds the encoder's settings, its tokenizer's files and its weights (as safetensors), so the folder
is needed for training alone. Nothing is downloaded, nothing is unpickled, and no code of the folder is run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import srsly
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import ArgsKwargs, Model, Optimizer, torch2xp, xp2torch
from thinc.shims import PyTorchShim
from thinc.types import Ragged

from ..errors import IEModelError, ModelError
from .by_sentence import by_sentence
from .pieces import Pieces, Windows
from .types import Array

_MAX_TOKENS = 512  # of one batch through the network
# Encoders whose places are counted from behind the padding id.
_SHIFTED = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "longformer"}
_WEIGHTS = "model.safetensors"
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")


@registry.architectures("ie_model.HuggingFaceEncoder.v1")
def build_huggingface_encoder(path: str | None, width: int, learn_rate_scale: float) -> Model[list[Doc], list[Array]]:
    """Documents to token vectors: the last hidden states of a pretrained encoder, the mean over a token's pieces.

    A tokenizer whose vocabulary joins syllables by ``_`` (PhoBERT's) gets words, others (XLM-R's) syllables. A sentence
    over the encoder's limit is read in overlapping windows.

    Args:
        path: Folder of the encoder, its tokenizer and ``model.safetensors``; needed for training alone.
        width: The encoder's hidden size.
        learn_rate_scale: The encoder's learning rate as a share of that of the layers above it.

    *Shape:* output ``(tokens, width)`` for each document.

    Raises:
        IEModelError: On initialization, without torch and transformers (extra ``transformers``).
        ModelError: On initialization, if the folder holds no such encoder.
    """
    shim = _EncoderShim(learn_rate_scale)
    encode: Model[Windows, Ragged] = Model(
        "huggingface_encoder", _forward, init=partial(_init, path=path, width=width), shims=[shim]
    )
    return by_sentence("token_encoder", encode, lambda docs: partial(shim.windows, docs), width, _MAX_TOKENS)


class _EncoderShim(PyTorchShim):
    """The encoder with its tokenizer; empty until initialized or read from bytes."""

    def __init__(self, learn_rate_scale: float) -> None:
        _libraries()
        super().__init__(None)
        self._scale = learn_rate_scale
        self._files: dict[str, bytes] = {}  # the tokenizer's, as they were read
        self._pieces: Pieces | None = None

    def set(self, encoder: Any, tokenizer: Any, folder: Path) -> None:
        self._model = _pooled(encoder)
        names = {*tokenizer.vocab_files_names.values(), *_TOKENIZER_FILES}
        self._files = {name: (folder / name).read_bytes() for name in sorted(names) if (folder / name).is_file()}
        self._pieces = Pieces(tokenizer, _limit(encoder.config, tokenizer))

    def windows(self, docs: list[Doc], sentences: list[tuple[int, Array]]) -> Windows | None:
        return self._pieces.windows(docs, sentences) if self._pieces else None

    def finish_update(self, optimizer: Optimizer) -> None:
        for name, parameter in self._model.named_parameters():
            if parameter.grad is not None:
                weights: Any = torch2xp(parameter.data)
                gradient: Any = torch2xp(parameter.grad)
                changed, _ = optimizer((self.id, name), weights, gradient, lr_scale=self._scale)
                parameter.data = xp2torch(changed, requires_grad=True, device=parameter.device)
                parameter.grad.zero_()

    def to_bytes(self) -> bytes:
        if self._model is None:
            return srsly.msgpack_dumps({})
        from safetensors.torch import save

        encoder = self._model.encoder
        weights = {name: tensor.detach().cpu().contiguous() for name, tensor in encoder.state_dict().items()}
        return srsly.msgpack_dumps(
            {"config": encoder.config.to_dict(), "tokenizer": self._files, "weights": save(weights)}
        )

    def from_bytes(self, bytes_data: bytes) -> _EncoderShim:
        stored = srsly.msgpack_loads(bytes_data)
        if not stored:
            return self
        from safetensors.torch import load

        _, transformers = _libraries()
        settings = dict(stored["config"])
        config = transformers.AutoConfig.for_model(settings.pop("model_type"), **settings)
        encoder = transformers.AutoModel.from_config(config)
        encoder.load_state_dict(load(stored["weights"]))
        with tempfile.TemporaryDirectory() as folder:
            for name, content in stored["tokenizer"].items():
                (Path(folder) / Path(name).name).write_bytes(content)
            srsly.write_json(Path(folder) / "config.json", config.to_dict())
            self.set(encoder, _read_tokenizer(transformers, folder), Path(folder))
        return self


def _libraries() -> tuple[Any, Any]:
    try:
        import safetensors  # noqa: F401
        import torch
        import transformers
    except ImportError as error:
        raise IEModelError("an encoder of Hugging Face needs more: pip install 'ie-model[transformers]'") from error
    return torch, transformers


def _read_tokenizer(transformers: Any, folder: Path | str) -> Any:
    return transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def _limit(config: Any, tokenizer: Any) -> int:
    """Pieces that an encoder can read at once."""
    places = getattr(config, "max_position_embeddings", None) or 512
    if config.model_type in _SHIFTED:
        places -= (config.pad_token_id or 0) + 1
    return min(places, tokenizer.model_max_length)


def _pooled(encoder: Any) -> Any:
    """The encoder with the mean over each token's pieces behind it, a torch module."""
    torch, _ = _libraries()
    base: Any = torch.nn.Module

    class Pooled(base):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, ids: Any, mask: Any, pieces: Any, tokens: Any, count: int) -> Any:
            states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            states = states.reshape(-1, states.shape[-1])[pieces]
            sums = states.new_zeros(count, states.shape[-1]).index_add(0, tokens, states)
            return sums / torch.bincount(tokens, minlength=count).clamp(min=1)[:, None]

    return Pooled()


def _init(
    model: Model[Windows, Ragged], X: Windows | None = None, Y: object = None, *, path: str | None, width: int
) -> None:
    if path is None:
        raise ModelError("the config names no folder of an encoder (paths.transformer)")
    _, transformers = _libraries()
    if not (Path(path) / _WEIGHTS).is_file():
        raise ModelError(f"{path}: weights are read from {_WEIGHTS}, and there is none")
    try:
        encoder = transformers.AutoModel.from_pretrained(
            path, local_files_only=True, trust_remote_code=False, use_safetensors=True
        )
        tokenizer = _read_tokenizer(transformers, path)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"{path}: no encoder that can be read: {' '.join(str(error).split())[:200]}") from error
    if encoder.config.hidden_size != width:
        raise ModelError(f"{path}: its hidden size is {encoder.config.hidden_size}, the config's width {width}")
    shim: Any = model.shims[0]
    shim.set(encoder.float(), tokenizer, Path(path))


def _forward(model: Model[Windows, Ragged], X: Windows, is_train: bool) -> tuple[Ragged, Callable[[Ragged], list]]:
    inputs = [xp2torch(each) for each in (X.ids, X.mask, X.pieces, X.tokens)]
    count = int(X.lengths.sum())
    output, backprop_torch = model.shims[0](ArgsKwargs(args=(*inputs, count), kwargs={}), is_train)

    def backprop(dY: Ragged) -> list:
        gradient = xp2torch(dY.dataXd, device=output.device)
        backprop_torch(ArgsKwargs(args=((output,),), kwargs={"grad_tensors": gradient}))
        return []

    return Ragged(torch2xp(output), X.lengths), backprop
