"""What records are built from: labelled spans of a text and the links between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """A labelled span of the text; ``end`` is exclusive."""

    id: str
    label: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True)
class Link:
    """A relation between two mentions, given by their places in the list of mentions."""

    head: int
    type: str
    tail: int
    score: float = 1.0
