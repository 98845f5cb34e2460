"""Vietnamese word segmentation: underthesea's CRF over our own tokens.

Its ``word_tokenize`` rewrites the text before it segments; here its CRF gets the tokens as they are, so words are
sequences of our tokens. ``token.tag_`` becomes the CRF's tag (``B-W`` or ``I-W``), ``token.lemma_`` the word the
token belongs to, in NORM form with ``_`` between syllables.
"""

from unicodedata import is_normalized, normalize

import numpy as np
from spacy.attrs import LEMMA, NORM, TAG
from spacy.language import Language
from spacy.tokens import Doc

from .ml.features import visible_sentences
from .ml.types import Array
from .word_crf import BEGIN, INSIDE, underthesea_tagger

_LONGEST = 8  # tokens of a word: the longest names of the segmenter's dictionary


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
        norms = doc.to_array([NORM])
        texts = [token.text for token in doc]
        # Tokens given from outside may be words already, with "_" between their syllables.
        segmented = any("_" in text.strip("_") for text in texts if len(text) > 2)
        values: Array = np.zeros((len(doc), 2), dtype="uint64")
        values[:, 1] = norms
        for indices in visible_sentences(doc):
            places = indices.tolist()
            values[places, 0] = begin
            if segmented:
                continue
            for word in _words(places, segment([texts[i] for i in places])):
                values[word[1:], 0] = inside
                values[word, 1] = strings.add("_".join([strings[norms[i]] for i in word]))
        return doc.from_array([TAG, LEMMA], values)


def segment(tokens: list[str]) -> list[str]:
    """Tags ``B-W`` / ``I-W`` of one sentence's tokens."""
    if not is_normalized("NFC", "".join(tokens)):
        tokens = [normalize("NFC", token) for token in tokens]
    return underthesea_tagger()(tokens)


def _words(places: list[int], tags: list[str]) -> list[list[int]]:
    """The words of more than one token, as lists of token indices."""
    words: list[list[int]] = []
    word: list[int] = []
    for place, tag in zip(places, tags, strict=True):
        if tag == INSIDE and word and len(word) < _LONGEST:
            word.append(place)
            if len(word) == 2:
                words.append(word)
        else:
            word = [place]
    return words
