"""What the encoder sees of a token: hashed lexical attributes and static vectors, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from spacy.attrs import LEMMA, NORM, PREFIX, SHAPE, SUFFIX, TAG
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.types import Floats2d, Ints1d, Ints2d

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

    ids: Ints2d
    vectors: Floats2d
    lengths: Ints1d


@dataclass
class Sentence:
    """One sentence of a Doc: the indices of its tokens without white space, and their attributes.

    Attributes:
        indices: Token indices in the Doc, *Shape:* ``(tokens,)``.
        ids: Hashes of the attributes, *Shape:* ``(tokens, attributes)``.
    """

    indices: Ints1d
    ids: Ints2d


def sentences_of(doc: Doc) -> list[Sentence]:
    """The sentences of a Doc that hold anything but white space."""
    if not len(doc):
        return []
    ids = doc.to_array(list(ATTRIBUTES)).astype("uint64")
    visible = np.array([not token.is_space for token in doc])
    starts = [sentence.start for sentence in doc.sents] if doc.has_annotation("SENT_START") else [0]
    out = []
    for start, end in zip(starts, [*starts[1:], len(doc)], strict=True):
        indices = np.nonzero(visible[start:end])[0] + start
        if len(indices):
            out.append(Sentence(indices, ids[indices]))
    return out


def make_batch(sentences: Sequence[Sentence], vocab: Vocab, extra: Sequence[Ints2d] | None = None) -> Batch:
    """Join sentences; ``extra`` adds columns of ids to each of them."""
    ids = np.concatenate([sentence.ids for sentence in sentences])
    vectors = np.hstack([_static(ids[:, _NORM], vocab), _static(ids[:, _LEMMA], vocab)])
    if extra is not None:
        ids = np.hstack([ids, np.concatenate(list(extra))])
    return Batch(ids, vectors, np.array([len(sentence.ids) for sentence in sentences], dtype="i"))


def _static(keys: Ints1d, vocab: Vocab) -> Floats2d:
    table = vocab.vectors
    if not table.shape[1]:
        return np.zeros((len(keys), 0), dtype="f")
    unique, inverse = np.unique(keys, return_inverse=True)
    rows = table.find(keys=unique)
    found = table.data[rows].astype("f")
    found[rows == -1] = 0
    return found[inverse]


def chunks(sentences: Sequence[Sentence], max_tokens: int) -> list[list[Sentence]]:
    """Group sentences into batches of at most ``max_tokens`` tokens (a longer sentence is a batch of its own)."""
    out: list[list[Sentence]] = []
    size = 0
    for sentence in sentences:
        if not out or size + len(sentence.ids) > max_tokens:
            out.append([])
            size = 0
        out[-1].append(sentence)
        size += len(sentence.ids)
    return out
