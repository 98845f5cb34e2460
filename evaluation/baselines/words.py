"""Where the words of a tagger that joins, splits and strips white space stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_REACH = 200  # characters beyond which a word is taken to have been changed by the tagger

Span = tuple[int, int]


def locate(words: Iterable[str], text: str) -> list[Span | None]:
    """Offsets of each word, in order; None for one that does not stand in the text as it is."""
    places: list[Span | None] = []
    position = 0
    for word in words:
        pattern = re.compile(r"\s+".join(map(re.escape, word.split())))
        match = pattern.search(text, position, position + _REACH + len(word))
        places.append(match.span() if match else None)
        position = match.end() if match else position
    return places
