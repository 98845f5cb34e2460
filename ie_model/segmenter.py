"""Vietnamese word segmentation: underthesea's CRF over our own tokens.

Its ``word_tokenize`` rewrites the text before it segments; here the CRF gets the tokens as they are, so words are
sequences of our tokens. ``token.tag_`` becomes the CRF's tag (``B-W`` or ``I-W``), ``token.lemma_`` the word the
token belongs to, in NORM form with ``_`` between syllables.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import LEMMA, TAG
from spacy.language import Language
from spacy.tokens import Doc

BEGIN, INSIDE = "B-W", "I-W"


@cache
def _tagger() -> Any:
    """underthesea's segmenter, loaded once per process at first use."""
    import underthesea
    from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger

    tagger = FastCRFSequenceTagger()
    models = Path(underthesea.__file__).parent / "pipeline" / "word_tokenize" / "models"
    tagger.load(str(next(iter(sorted(models.glob("ws_crf_*"))))))
    return tagger


@Language.factory("word_segmenter", assigns=["token.tag", "token.lemma"], requires=["token.is_sent_start"])
class WordSegmenter:
    """Segments sentence by sentence; white-space tokens stay outside of words and are not shown to the CRF."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        if not len(doc):
            return doc
        strings = doc.vocab.strings
        begin, inside = strings.add(BEGIN), strings.add(INSIDE)
        norms = [token.norm_ for token in doc]
        values = np.zeros((len(doc), 2), dtype="uint64")
        segmented = any("_" in token.text.strip("_") for token in doc)
        for sentence in doc.sents:
            indices = [token.i for token in sentence if not token.is_space]
            tags = [BEGIN] * len(indices) if segmented else segment([doc[i].text for i in indices])
            for word in _words(indices, tags):
                values[word[0], 0] = begin
                values[word[1:], 0] = inside
                values[word, 1] = strings.add("_".join([norms[i] for i in word]))
        return doc.from_array([TAG, LEMMA], values)

    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> "WordSegmenter":
        return self

    def to_disk(self, path: Any, **kwargs: Any) -> None:
        return None

    def from_disk(self, path: Any, **kwargs: Any) -> "WordSegmenter":
        return self


def segment(tokens: list[str]) -> list[str]:
    """Tags ``B-W`` / ``I-W`` of one sentence's tokens."""
    if not tokens:
        return []
    return _tagger().predict([[unicodedata.normalize("NFC", token)] for token in tokens])


def _words(indices: list[int], tags: list[str]) -> list[list[int]]:
    words: list[list[int]] = []
    for index, tag in zip(indices, tags, strict=True):
        if tag == INSIDE and words and len(words[-1]) < 8:
            words[-1].append(index)
        else:
            words.append([index])
    return words
