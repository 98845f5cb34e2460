"""Static vectors for syllables and words, learned from raw text: skip-gram with negative sampling.

Source of the method: Mikolov et al. 2013, "Distributed Representations of Words and Phrases and their
Compositionality"; the implementation is gensim's (extra ``pretrain``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.util import registry
from spacy.vectors import Vectors

from ie_model.orthography import norm
from ie_model.tokenizer import split

_norm = lru_cache(maxsize=1 << 18)(norm)


def key_streams(lines: Iterable[str]) -> Iterator[list[str]]:
    """For each line of text with ``_`` inside segmented words: its syllables, then its words, as NORM keys.

    The same table so holds vectors of syllables (``thu``) and of words (``thu_nhập``).
    """
    for line in lines:
        words: list[str] = []
        syllables: list[str] = []
        for word in line.split():
            parts = [_norm(token) for token in split(word.replace("_", " "))[0]]
            syllables.extend(parts)
            if "_" in word:
                words.append("_".join(parts))
            else:
                words.extend(parts)
        if len(syllables) > 2:
            yield syllables
            if len(words) < len(syllables):
                yield words


def train_vectors(
    streams: Iterable[list[str]], output: Path, *, size: int = 96, entries: int = 30_000, epochs: int = 3, seed: int = 0
) -> None:
    """Learn vectors and write them in spaCy's own form, in half precision.

    Args:
        streams: Keys in the order of the text, see :func:`key_streams`; iterated over ``epochs`` + 1 times.
        output: Folder to write.
        size: Width of a vector.
        entries: How many of the most frequent keys are kept.
        epochs: Passes over the text.
        seed: Of gensim's random state; runs with one worker repeat exactly.
    """
    from gensim.models import Word2Vec

    model = Word2Vec(
        streams, vector_size=size, window=5, sg=1, negative=5, sample=1e-4, min_count=20,
        max_final_vocab=entries, epochs=epochs, workers=1, seed=seed,
    )  # fmt: skip
    table = model.wv.vectors
    table = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-8)
    keys = [get_string_id(key) for key in model.wv.index_to_key]
    # Half precision on disk and in memory; rows are widened as they are looked up.
    Vectors(data=table.astype(np.float16), keys=keys).to_disk(output)


@registry.callbacks("ie_model.Vectors.v1")
def use_vectors(path: Path | None) -> Callable[[Language], None]:
    """A callback for ``[initialize.before_init]``: take the vectors of a folder (a model's ``vocab``, or their own)."""

    def take(nlp: Language) -> None:
        if path is not None:
            nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings).from_disk(path)

    return take
