"""From the tokens of sentences to the pieces of a Hugging Face tokenizer, in windows that its model can read.

Words are given to the tokenizer one at a time, so which pieces belong to which token is known by construction, for
tokenizers without offsets (PhoBERT's) as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from unicodedata import normalize

import numpy as np
from spacy.tokens import Doc

from .types import Array

_LONGEST = 64  # pieces of a word; what is longer is no word
_CACHED = 50_000  # words whose pieces are kept
_MARKS = re.compile("@@$|</w>$|^\u2581|^##|^\u0120")  # of BPE, SentencePiece, WordPiece and byte-level BPE
_JOINED = re.compile(r"[^\W\d_]_[^\W\d_]")


@dataclass
class Windows:
    """Sentences as windows of pieces.

    A sentence that is longer than a window is read in windows that overlap by half, and each of its pieces is taken
    from the one in which it stands nearest to the middle.

    Attributes:
        ids: Pieces with special ones at both ends, padded. *Shape:* ``(windows, length)``.
        mask: 1 where there is a piece. *Shape:* as ``ids``.
        pieces: Places in the flattened ``ids``, *Shape:* ``(links,)``; a token is the mean of the pieces linked to it.
        tokens: The token that each of them is linked to, counted over all sentences. *Shape:* ``(links,)``.
        lengths: Tokens of each sentence. *Shape:* ``(sentences,)``.
    """

    ids: Array
    mask: Array
    pieces: Array
    tokens: Array
    lengths: Array


class Pieces:
    """A tokenizer's view of our tokens.

    Args:
        tokenizer: Of Hugging Face's transformers.
        limit: Pieces that its model can read at once, special ones included.
    """

    def __init__(self, tokenizer: Any, limit: int) -> None:
        self._tokenizer = tokenizer
        self._front = [i for i in (tokenizer.cls_token_id, tokenizer.bos_token_id) if i is not None][:1]
        self._back = [i for i in (tokenizer.sep_token_id, tokenizer.eos_token_id) if i is not None][:1]
        self._pad = tokenizer.pad_token_id or 0
        self._size = max(limit - len(self._front) - len(self._back), 2)
        # A vocabulary of segmented text has words of several syllables in one piece, joined by "_".
        self.joined = any(_JOINED.search(piece) for piece in tokenizer.get_vocab())
        self._known: dict[str, tuple[list[int], list[int]]] = {}

    def windows(self, docs: Sequence[Doc], sentences: Sequence[tuple[int, Array]]) -> Windows:
        """The windows of sentences, given by the number of their Doc and their token indices."""
        rows: list[list[int]] = []
        links: list[tuple[int, int, int]] = []  # window, place in it, token
        offset = 0
        for number, indices in sentences:
            ids, owners = self._sentence(docs[number], indices)
            for start, end, first, last in _cut(len(ids), self._size):
                shift = len(self._front) - start
                taken = ((i, token) for i in range(first, last) for token in owners[i])
                links += [(len(rows), i + shift, token + offset) for i, token in taken]
                rows.append([*self._front, *ids[start:end], *self._back])
            offset += len(indices)
        length = max(map(len, rows), default=0)
        mask: Array = np.zeros((len(rows), length), dtype="int64")
        padded: Array = np.full((len(rows), length), self._pad, dtype="int64")
        for i, row in enumerate(rows):
            padded[i, : len(row)] = row
            mask[i, : len(row)] = 1
        table: Array = np.array(links, dtype="int64").reshape(-1, 3)
        lengths: Array = np.array([len(indices) for _, indices in sentences], dtype="i")
        return Windows(padded, mask, table[:, 0] * length + table[:, 1], table[:, 2], lengths)

    def _sentence(self, doc: Doc, indices: Array) -> tuple[list[int], list[list[int]]]:
        """The pieces of a sentence, and for each the tokens that it is a part of."""
        ids: list[int] = []
        owners: list[list[int]] = []
        word: list[int] = []
        tokens = [doc[i] for i in indices.tolist()]
        for place, following in enumerate([*tokens[1:], None]):
            word.append(place)
            if self.joined and following is not None and following.tag_ == "I-W":
                continue
            syllables = [normalize("NFC", tokens[i].text) for i in word]
            for piece, syllable in zip(*self._word(syllables), strict=True):
                ids.append(piece)
                owners.append(word if syllable < 0 else [word[syllable]])
            word = []
        return ids, owners

    def _word(self, syllables: list[str]) -> tuple[list[int], list[int]]:
        """The pieces of a word, and for each the syllable that it belongs to (-1: to all)."""
        text = "_".join(syllables)
        if text not in self._known:
            if len(self._known) >= _CACHED:
                self._known.clear()
            tokenizer = self._tokenizer
            pieces = (tokenizer.tokenize(text) or [tokenizer.unk_token])[:_LONGEST]
            self._known[text] = tokenizer.convert_tokens_to_ids(pieces), _share_out(syllables, pieces)
        return self._known[text]


def _share_out(syllables: list[str], pieces: list[str]) -> list[int]:
    """For each piece the syllable that its first letter lies in; all -1 if letters do not add up (unknown pieces)."""
    if len(syllables) == 1:
        return [0] * len(pieces)
    ends = list(accumulate(len(syllable) + 1 for syllable in syllables))
    lengths = [len(_MARKS.sub("", piece)) for piece in pieces]
    starts = [end - length for end, length in zip(accumulate(lengths), lengths, strict=True)]
    found = [next((i for i, end in enumerate(ends) if start < end), -1) for start in starts]
    complete = sum(lengths) == ends[-1] - 1 and set(found) == set(range(len(syllables)))
    return found if complete else [-1] * len(pieces)


def _cut(count: int, size: int) -> list[tuple[int, int, int, int]]:
    """Windows over ``count`` pieces: ``start, end`` and, of these, ``first, last`` which are taken from this window."""
    if count <= size:
        return [(0, count, 0, count)]
    step = max(size // 2, 1)
    starts = range(0, count - size + step, step)
    edge = (size - step) // 2
    return [
        (
            start,
            min(start + size, count),
            start + edge if k else 0,
            start + step + edge if k + 1 < len(starts) else count,
        )
        for k, start in enumerate(starts)
    ]
