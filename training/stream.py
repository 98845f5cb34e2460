"""Raw, word-segmented text as arrays of token types: what pretraining of the token encoder reads."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from spacy.strings import get_string_id

from ie_model.ml.features import ATTRIBUTES
from ie_model.ml.types import Array
from ie_model.orthography import norm, prefix, shape, suffix
from ie_model.segmenter import BEGIN, INSIDE
from ie_model.tokenizer import split

_norm = lru_cache(maxsize=1 << 18)(norm)
_SHORTEST = 6  # tokens of a sentence that is worth a guess


@dataclass
class TokenStream:
    """Sentences one after the other; a token is given by its type, a type by its attributes.

    Attributes:
        tokens: Type of each token. *Shape:* ``(tokens,)``.
        starts_word: Whether a token is the first of its word. *Shape:* ``(tokens,)``.
        lengths: Tokens of each sentence. *Shape:* ``(sentences,)``.
        attributes: Hashes of each type's attributes, in the order of :data:`ie_model.ml.features.ATTRIBUTES`.
            *Shape:* ``(types, attributes)``.
        norms: NORM of each type.
    """

    tokens: Array
    starts_word: Array
    lengths: Array
    attributes: Array
    norms: list[str]


def read_stream(lines: Iterable[str]) -> TokenStream:
    """Read sentences, one a line, words apart by blanks and their syllables joined by ``_``."""
    types = _Types()
    tokens, starts, lengths = array("i"), array("b"), array("i")
    known: dict[str, list[int]] = {}
    for line in lines:
        words = line.split()
        if len(words) < 2:
            continue
        before = len(tokens)
        for word in words:
            ids = known.get(word)
            if ids is None:
                ids = known[word] = list(types.of_word(word))
            tokens.extend(ids)
            starts.extend([1, *[0] * (len(ids) - 1)] if ids else [])
        if len(tokens) - before < _SHORTEST:
            del tokens[before:], starts[before:]
        else:
            lengths.append(len(tokens) - before)
    return TokenStream(
        np.array(tokens, dtype="i4"),
        np.array(starts, dtype=bool),
        np.array(lengths, dtype="i4"),
        np.array(types.attributes, dtype="uint64").reshape(-1, len(ATTRIBUTES)),
        types.norms,
    )


class _Types:
    def __init__(self) -> None:
        self.attributes: list[tuple[int, ...]] = []
        self.norms: list[str] = []
        self._numbers: dict[tuple[str, str, bool], int] = {}

    def of_word(self, word: str) -> Iterator[int]:
        tokens = split(word.replace("_", " "))[0]
        norms = [_norm(token) for token in tokens]
        joined = "_" in word.strip("_")
        for place, (token, own) in enumerate(zip(tokens, norms, strict=True)):
            lemma = "_".join(norms) if joined else own
            key = (token, lemma, joined and place > 0)
            number = self._numbers.setdefault(key, len(self.norms))
            if number == len(self.norms):
                self.norms.append(own)
                tag = INSIDE if key[2] else BEGIN
                values = (own, prefix(token), suffix(token), shape(token), lemma, tag)
                self.attributes.append(tuple(get_string_id(value) for value in values))
            yield number
