"""Pretraining of the token encoder: it guesses masked words of raw text.

Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"; words are
masked whole, and only masked places are scored. The network is that of :mod:`ie_model.ml.encoder`, written once more
in torch (extra ``pretrain``), which trains it many times faster; prediction and fine-tuning need no torch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from spacy.attrs import LEMMA, NORM
from spacy.vectors import Vectors
from thinc.api import Model, NumpyOps
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (as everybody calls it)

from ie_model.ml.encoder import build_token_encoder
from ie_model.ml.features import ATTRIBUTES
from ie_model.ml.types import Array
from ie_model.weights import save_weights

from .stream import TokenStream

_CLASSES = 10_000  # the most frequent NORMs are what is guessed
_MASKED, _HIDDEN, _SWAPPED = 0.2, 0.85, 0.08  # share of words guessed; of these hidden, and put in place of another
_LONGEST = 96  # tokens of a sentence that are read
_POOL = 60_000  # sentences that are sorted by length together
_SAVE = 500  # steps between checkpoints


@dataclass(frozen=True)
class Settings:
    """Of a run.

    Attributes:
        tokens: To read before the learning rate has fallen to nothing.
        batch: Tokens of a step.
        learn_rate: At its highest, after 300 steps.
        seed: Of weights, order and masks.
    """

    tokens: int = 40_000_000
    batch: int = 4096
    learn_rate: float = 1.2e-3
    seed: int = 0


class Encoder(nn.Module):
    """The token encoder, with a layer for guessing on top."""

    def __init__(
        self, width: int, depth: int, heads: int, rows: Sequence[int], embed_width: int, vectors: Tensor, classes: int
    ) -> None:
        super().__init__()
        self.width, self.heads = width, heads
        self.register_buffer("vectors", vectors, persistent=False)
        self.embeds = nn.ModuleList([nn.EmbeddingBag(n, embed_width, mode="sum") for n in rows])
        for embed in self.embeds:
            nn.init.uniform_(embed.weight, -0.1, 0.1)
        self.mix = nn.Linear(embed_width * len(rows) + 2 * vectors.shape[1], 2 * width)
        self.mix_norm = nn.LayerNorm(width)
        self.mask = nn.Parameter(torch.randn(width) * 0.5)
        self.blocks = nn.ModuleList([_Block(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        self.hidden, self.hidden_norm = nn.Linear(width, width), nn.LayerNorm(width)
        self.output = nn.Linear(width, classes)
        part = width // heads // 2
        angles = torch.arange(_LONGEST)[:, None] / 10000 ** (torch.arange(part) / part)
        self.register_buffer("turn", torch.stack([angles.cos(), angles.sin()]), persistent=False)

    def forward(self, buckets: Tensor, static: Tensor, hidden: Tensor, present: Tensor) -> Tensor:
        """Contextual vectors.

        Args:
            buckets: Rows of the hash tables. *Shape:* ``(sentences, length, attributes, 4)``.
            static: Rows of the static vectors of syllable and word. *Shape:* ``(sentences, length, 2)``.
            hidden: Which tokens are masked. *Shape:* ``(sentences, length)``.
            present: Which are tokens. *Shape:* ``(sentences, length)``.

        *Shape:* ``(sentences, length, width)``.
        """
        count, length = hidden.shape
        flat = buckets.view(count * length, len(self.embeds), -1)
        parts = [embed(flat[:, i]) for i, embed in enumerate(self.embeds)]
        parts.append(F.embedding(static, self.vectors).view(count * length, -1))
        x = self.mix_norm(self.mix(torch.cat(parts, 1)).view(count * length, self.width, 2).amax(-1))
        x = torch.where(hidden[..., None], self.mask.to(x.dtype), x.view(count, length, self.width))
        absent = torch.zeros(count, 1, 1, length).masked_fill(~present[:, None, None, :], -1e4)
        for block in self.blocks:
            x = block(x, absent, self.turn[:, :length])
        return self.norm(x)

    def guess(self, x: Tensor) -> Tensor:
        """Scores of the classes. *Shape:* ``(tokens, width)`` to ``(tokens, classes)``."""
        return self.output(self.hidden_norm(F.gelu(self.hidden(x))))


class _Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.part = heads, width // heads
        self.norm, self.inner, self.outer = nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm2, self.up, self.down = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        nn.init.normal_(self.outer.weight, std=0.02)
        nn.init.normal_(self.down.weight, std=0.02)

    def forward(self, x: Tensor, absent: Tensor, turn: Tensor) -> Tensor:
        count, length, width = x.shape
        projected = self.inner(self.norm(x)).view(count, length, 3, self.heads, self.part).permute(2, 0, 3, 1, 4)
        query, key = _rotate(projected[0], turn), _rotate(projected[1], turn)
        weights = torch.softmax(query @ key.transpose(-1, -2) * self.part**-0.5 + absent, -1)
        mixed = weights.to(projected.dtype) @ projected[2]
        x = x + self.outer(mixed.transpose(1, 2).reshape(count, length, width))
        return x + self.down(F.relu(self.up(self.norm2(x))))


def _rotate(x: Tensor, turn: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * turn[0] - second * turn[1], second * turn[0] + first * turn[1]], -1)


def pretrain_encoder(
    stream: TokenStream, vectors: Vectors, network: dict, output: Path, settings: Settings | None = None
) -> float:
    """Train and write the weights, for ``ie-model train --encoder``; a run that was cut off goes on.

    Args:
        vectors: Static vectors.
        network: Arguments of :func:`ie_model.ml.encoder.build_token_encoder`.
        output: File to write; beside it stands the checkpoint while the run lasts.

    Returns:
        Mean loss of the last steps, in nats.
    """
    settings = settings or Settings()
    torch.manual_seed(settings.seed)
    data = _Data(stream, vectors, network["rows"], settings.seed)
    model = Encoder(**network, vectors=data.vectors, classes=data.classes)
    decayed = [p for name, p in model.named_parameters() if p.ndim > 1 and not name.startswith("embeds")]
    others = [p for name, p in model.named_parameters() if p.ndim <= 1 or name.startswith("embeds")]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6)
    checkpoint = output.with_suffix(".checkpoint")
    step = seen = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, seen = state["step"], state["seen"]
    loss = 0.0
    while seen < settings.tokens:
        for batch in data.batches(settings.batch, step):
            rate = settings.learn_rate * min(1, (step + 1) / 300) * max(1 - seen / settings.tokens, 0.02)
            for group in optimizer.param_groups:
                group["lr"] = rate
            now = _step(model, optimizer, batch)
            step, seen = step + 1, seen + int(batch.present.sum())
            loss = now if step == 1 else 0.98 * loss + 0.02 * now
            if step % _SAVE == 0:
                print(f"{seen / 1e6:.1f} of {settings.tokens / 1e6:.1f} million tokens, loss {loss:.3f}", flush=True)
                state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seen": seen}
                torch.save(state, checkpoint)
            if seen >= settings.tokens:
                break
    save_weights(export(model, network), output)
    checkpoint.unlink(missing_ok=True)
    return loss


@dataclass
class _Batch:
    buckets: Tensor
    static: Tensor
    hidden: Tensor
    present: Tensor
    guessed: Tensor
    wanted: Tensor


def _step(model: Encoder, optimizer: torch.optim.Optimizer, batch: _Batch) -> float:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        x = model(batch.buckets, batch.static, batch.hidden, batch.present)
        scores = model.guess(x[batch.guessed])
    loss = F.cross_entropy(scores.float(), batch.wanted)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


class _Data:
    """Batches of masked sentences."""

    def __init__(self, stream: TokenStream, vectors: Vectors, rows: Sequence[int], seed: int) -> None:
        self._stream, self._seed = stream, seed
        self._ends = np.cumsum(stream.lengths)
        hashed = [NumpyOps().hash(np.ascontiguousarray(stream.attributes[:, i]), i + 1) % n for i, n in enumerate(rows)]
        self._buckets = np.stack(hashed, axis=1).astype("i4")
        columns = [ATTRIBUTES.index(name) for name in (NORM, LEMMA)]
        static = np.stack([vectors.find(keys=stream.attributes[:, i]) for i in columns], axis=1)
        table = vectors.data.astype("f")
        static[static < 0] = len(table)  # a row of zeros
        self._static = static
        self.vectors = torch.from_numpy(np.vstack([table, np.zeros((1, table.shape[1]), dtype="f")]))
        counts: Counter[str] = Counter()
        for name, count in zip(stream.norms, np.bincount(stream.tokens, minlength=len(stream.norms)), strict=True):
            counts[name] += int(count)
        classes = {name: i for i, (name, _) in enumerate(counts.most_common(_CLASSES))}
        self._class = np.array([classes.get(name, -1) for name in stream.norms], dtype="i8")
        self.classes = len(classes)

    def batches(self, size: int, step: int) -> Iterator[_Batch]:
        """All sentences once, in an order that depends on the seed and the number of steps done."""
        rng = np.random.default_rng((self._seed, step))
        order = rng.permutation(len(self._stream.lengths))
        for start in range(0, len(order), _POOL):
            pool = order[start : start + _POOL]
            lengths = np.minimum(self._stream.lengths[pool], _LONGEST)
            pool = pool[np.argsort(lengths, kind="stable")]
            parts = _cut(np.sort(lengths), size)
            for i in rng.permutation(len(parts)):
                yield self._mask(pool[parts[i][0] : parts[i][1]], rng)

    def _mask(self, sentences: Array, rng: np.random.Generator) -> _Batch:
        stream = self._stream
        lengths = np.minimum(stream.lengths[sentences], _LONGEST)
        columns = np.arange(int(lengths.max()))
        present = columns < lengths[:, None]
        begins = self._ends[sentences] - stream.lengths[sentences]
        places = np.where(present, begins[:, None] + columns, 0)
        tokens, starts = stream.tokens[places], stream.starts_word[places]
        words = np.cumsum(starts, axis=1) + np.arange(len(sentences))[:, None] * (len(columns) + 1)
        chance = rng.random(int(words.max()) + 1)[words]
        guessed = (chance < _MASKED) & present & (self._class[tokens] >= 0)
        wanted = self._class[tokens[guessed]]
        hidden = guessed & (chance < _MASKED * _HIDDEN)
        swapped = guessed & ~hidden & (chance < _MASKED * (_HIDDEN + _SWAPPED))
        tokens = tokens.copy()
        tokens[swapped] = stream.tokens[rng.integers(0, len(stream.tokens), int(swapped.sum()))]
        return _Batch(
            buckets=torch.from_numpy(self._buckets[tokens].astype("i8")),
            static=torch.from_numpy(self._static[tokens].astype("i8")),
            hidden=torch.from_numpy(hidden),
            present=torch.from_numpy(present),
            guessed=torch.from_numpy(guessed),
            wanted=torch.from_numpy(wanted),
        )


def _cut(lengths: Array, size: int) -> list[tuple[int, int]]:
    """Borders of runs of at most ``size`` tokens, padding counted; lengths ascend."""
    out, start = [], 0
    for end in range(1, len(lengths) + 1):
        if end == len(lengths) or (end - start + 1) * int(lengths[end]) > size:
            out.append((start, end))
            start = end
    return out


def export(encoder: Encoder, network: dict) -> Model:
    """The same network in thinc."""
    model = build_token_encoder(**network)
    embed, body = model.layers[0].layers
    for own, other in zip(embed.layers, encoder.embeds, strict=False):
        next(node for node in own.walk() if "E" in node.param_names).set_param("E", _numpy(other.weight))
    maxout, norm = (node for node in embed.layers[-1].walk() if node.param_names)
    weight = _numpy(encoder.mix.weight)
    maxout.set_dim("nI", weight.shape[1])
    maxout.set_param("W", weight.reshape(encoder.width, 2, -1))
    maxout.set_param("b", _numpy(encoder.mix.bias).reshape(encoder.width, 2))
    _copy_norm(encoder.mix_norm, norm)
    blocks, last = body.layers
    _copy_norm(encoder.norm, last.layers[0])
    order = _pairs_together(encoder.width, encoder.heads)
    for own, other in zip(blocks.layers, encoder.blocks, strict=True):
        attend, forward = (layer.layers[0] for layer in own.layers)
        _copy_norm(other.norm, attend.layers[0].layers[0])
        inner, outer = attend.layers[1].layers
        inner.set_param("W", np.ascontiguousarray(_numpy(other.inner.weight)[order]))
        inner.set_param("b", np.ascontiguousarray(_numpy(other.inner.bias)[order]))
        _copy_linear(other.outer, outer)
        norm, up, _, down, _ = forward.layers[0].layers
        _copy_norm(other.norm2, norm)
        _copy_linear(other.up, up)
        _copy_linear(other.down, down)
    return model


def _pairs_together(width: int, heads: int) -> Array:
    """Order of the rows of queries and keys that makes the two dimensions turned together neighbours."""
    part = width // heads
    one = np.arange(part).reshape(2, part // 2).T.ravel()
    turned = [block * width + head * part + one for block in range(2) for head in range(heads)]
    return np.concatenate([*turned, 2 * width + np.arange(width)])


def _copy_norm(source: nn.LayerNorm, target: Model) -> None:
    target.set_param("G", _numpy(source.weight))
    target.set_param("b", _numpy(source.bias))


def _copy_linear(source: nn.Linear, target: Model) -> None:
    target.set_param("W", _numpy(source.weight))
    target.set_param("b", _numpy(source.bias))


def _numpy(parameter: Tensor) -> Array:
    return parameter.detach().float().numpy().copy()
