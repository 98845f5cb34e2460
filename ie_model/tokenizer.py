"""A non-destructive spaCy tokenizer whose tokens are fine enough for every annotated span.

Tokens are runs of letters (with their combining marks), numbers with inner separators (``1.874``, ``98,27``),
single other characters, and runs of white space. ``doc.text`` is the input to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from . import orthography

# Each alternative starts with a class of characters of its own and repeats without nesting: linear on any input.
# A token is cut at 64 characters, so that a megabyte without white space is not one entry of the vocabulary.
_TOKEN = re.compile(
    r"(?P<space>\s{1,64})"
    r"|\d{1,3}(?:\.\d{3}){1,8}(?:,\d{1,16})?(?![.,]?\d)"
    r"|\d{1,32}(?:[.,]\d{1,16})?"
    r"|(?:[^\W\d_][\u0300-\u036f]{0,8}){1,64}"
    r"|.",
    re.DOTALL,
)
_GETTERS = {
    NORM: orthography.norm,
    SHAPE: orthography.shape,
    PREFIX: orthography.prefix,
    SUFFIX: orthography.suffix,
}


@registry.tokenizers("ie_model.Tokenizer.v1")
def create_tokenizer() -> Callable[[Language], SyllableTokenizer]:
    """The tokenizer's factory, for ``[nlp.tokenizer]`` of a config."""

    def make(nlp: Language) -> SyllableTokenizer:
        return SyllableTokenizer(nlp.vocab)

    return make


def split(text: str) -> tuple[list[str], list[bool]]:
    """Tokens of a text, and for each whether a single space follows it. Joined again they are the text."""
    words: list[str] = []
    spaces: list[bool] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        # One blank after a token is that token's trailing space; the rest of the run is a token of its own.
        if match["space"] and token[0] == " " and words and not spaces[-1] and not words[-1].isspace():
            spaces[-1] = True
            token = token[1:]
            if not token:
                continue
        words.append(token)
        spaces.append(False)
    return words, spaces


class SyllableTokenizer:
    """Splits text into syllables, numbers and signs; see the module's description.

    Sets the vocabulary's getters of NORM, SHAPE, PREFIX and SUFFIX to :mod:`ie_model.orthography`.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        vocab.lex_attr_getters = {**vocab.lex_attr_getters, **_GETTERS}  # type: ignore[attr-defined]

    def __call__(self, text: str) -> Doc:
        """Tokenize.

        Raises:
            ValueError: The text holds a lone surrogate, which no encoding of Unicode can carry.
        """
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValueError(f"the text has a lone surrogate at offset {error.start}") from None
        words, spaces = split(text)
        return Doc(self.vocab, words=words, spaces=spaces)

    # The tokenizer has no state of its own, but spaCy stores and loads each part of a pipeline.
    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> SyllableTokenizer:
        return self

    def to_disk(self, path: Any, **kwargs: Any) -> None:
        return None

    def from_disk(self, path: Any, **kwargs: Any) -> SyllableTokenizer:
        return self
