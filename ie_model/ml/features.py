"""What the encoder sees of a token: hashed lexical attributes and static vectors, sentence by sentence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from spacy.attrs import IS_SPACE, LEMMA, NORM, PREFIX, SENT_START, SHAPE, SUFFIX, TAG
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.types import Ragged

from .types import Array

ATTRIBUTES = (NORM, PREFIX, SUFFIX, SHAPE, LEMMA, TAG)
_NORM, _LEMMA = ATTRIBUTES.index(NORM), ATTRIBUTES.index(LEMMA)


@dataclass
class Batch:
    """Tokens of some sentences, concatenated, white space left out.

    Attributes:
        ids: Hashes of the attributes, *Shape:* ``(tokens, attributes)``.
        vectors: Static vectors of syllable and word side by side, *Shape:* ``(tokens, 2 * vector width)``.
        lengths: Tokens of each sentence, *Shape:* ``(sentences,)``.
    """

    ids: Array
    vectors: Array
    lengths: Array


@dataclass
class Sentence:
    """One sentence of a Doc: the indices of its tokens without white space, and their attributes.

    Attributes:
        indices: Token indices in the Doc, *Shape:* ``(tokens,)``.
        ids: Hashes of the attributes, *Shape:* ``(tokens, attributes)``.
    """

    indices: Array
    ids: Array

    def __len__(self) -> int:
        return len(self.indices)


def visible_sentences(doc: Doc) -> list[Array]:
    """For each sentence that holds anything but white space, the indices of its other tokens."""
    if not len(doc):
        return []
    # spaCy has no border set on a Doc without sentences: then all of it is one.
    starts = np.nonzero(doc.to_array([SENT_START]) == 1)[0].tolist()
    if not starts or starts[0] != 0:
        starts.insert(0, 0)
    visible = np.nonzero(doc.to_array([IS_SPACE]) == 0)[0]
    borders = np.searchsorted(visible, [*starts, len(doc)]).tolist()
    return [visible[a:b] for a, b in itertools.pairwise(borders) if b > a]


def attributes_of(doc: Doc) -> Array:
    """Hashes of the tokens' attributes. *Shape:* ``(tokens, attributes)``.

    Of a whole Doc at once: spaCy takes twenty times as long for those of its spans.
    """
    ids: Array = doc.to_array(list(ATTRIBUTES))
    return ids.astype("uint64", copy=False)


def sentences_of(doc: Doc) -> Iterator[Sentence]:
    """The sentences of a Doc that hold anything but white space, with their attributes."""
    ids = attributes_of(doc)
    for indices in visible_sentences(doc):
        yield Sentence(indices, ids[indices])


def make_batch(sentences: Sequence[Array], vocab: Vocab) -> Batch:
    """Join sentences, given by the attributes of their tokens. *Shape:* ``(tokens, attributes)`` each."""
    ids = np.concatenate(sentences)
    vectors = np.hstack([_static(ids[:, _NORM], vocab), _static(ids[:, _LEMMA], vocab)])
    return Batch(ids, vectors, np.array([len(sentence) for sentence in sentences], dtype="i"))


def gather(vectors: Sequence[Array], sentences: Sequence[tuple[int, Array]]) -> Ragged:
    """The token vectors of sentences, given by the number of their Doc and their token indices.

    Args:
        vectors: Of each Doc. *Shape:* ``(tokens, width)`` each.
    """
    rows: Array = np.concatenate([vectors[number][indices] for number, indices in sentences])
    lengths: Array = np.array([len(indices) for _, indices in sentences], dtype="i")
    return Ragged(rows.astype("f", copy=False), lengths)


def scatter(gradient: Array, sentences: Sequence[tuple[int, Array]], vectors: Sequence[Array]) -> list[Array]:
    """The reverse of :func:`gather`: gradients in the shapes of ``vectors``."""
    out: list[Array] = [np.zeros(each.shape, dtype="f") for each in vectors]
    start = 0
    for number, indices in sentences:
        end = start + len(indices)
        out[number][indices] = gradient[start:end]
        start = end
    return out


def _static(keys: Array, vocab: Vocab) -> Array:
    table = vocab.vectors
    if not table.shape[1]:
        return np.zeros((len(keys), 0), dtype="f")
    unique, inverse = np.unique(keys, return_inverse=True)
    rows = table.find(keys=unique)
    found = table.data[rows].astype("f")
    found[rows == -1] = 0
    return found[inverse]


_Item = TypeVar("_Item", bound=Sized)


def chunks(sentences: Sequence[_Item], max_tokens: int) -> list[list[_Item]]:
    """Group sentences into batches of at most ``max_tokens`` tokens (a longer sentence is a batch of its own).

    Args:
        sentences: By length, the shortest first: the padding up to a batch's last sentence counts too.
    """
    out: list[list[_Item]] = []
    for sentence in sentences:
        if not out or (len(out[-1]) + 1) * len(sentence) > max_tokens:
            out.append([])
        out[-1].append(sentence)
    return out
