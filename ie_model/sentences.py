"""Sentence splitting of running text.

Line breaks end a sentence except where a text is hard-wrapped; within a line, closing punctuation does,
except after abbreviations, initials, list numbers and inside numbers. Bounded: no sentence grows beyond
``max_tokens``, so that whatever works by sentence stays linear on hostile input.
"""

from functools import cache
from pathlib import Path

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from .ml.types import Array

_CLOSING = frozenset(".!?…")
_AFTER_CLOSING = frozenset(".!?…\"'”’»)]")
_OPENING = frozenset("\"'“‘«([")
_BULLETS = frozenset("-–—•+*●▪■◦➢")


@cache
def _abbreviations() -> frozenset[str]:
    path = Path(__file__).parent / "data" / "abbreviations.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


@Language.factory("sentence_splitter", default_config={"max_tokens": 400}, assigns=["token.is_sent_start"])
class SentenceSplitter:
    """Sets sentence borders; a Doc that already has them (annotated text, a sentence a line) is left alone."""

    def __init__(self, nlp: Language, name: str, max_tokens: int = 400) -> None:
        self.name = name
        self.max_tokens = max_tokens

    def __call__(self, doc: Doc) -> Doc:
        if len(doc) and not doc.has_annotation("SENT_START"):
            starts = split_sentences([token.text_with_ws for token in doc], self.max_tokens)
            values: Array = np.full((len(doc), 1), -1, dtype="int64")
            values[starts] = 1
            doc.from_array([SENT_START], values.astype("uint64"))
        return doc


def split_sentences(tokens: list[str], max_tokens: int = 400) -> list[int]:
    """Indices of the tokens that start a sentence.

    Args:
        tokens: Token texts, each with its trailing blank where there is one.
        max_tokens: Longest sentence; a longer one is cut, after a comma or semicolon where there is one.
    """
    wrapped = _is_hard_wrapped(tokens)
    starts = [0]
    for i, token in enumerate(tokens):
        if "\n" in token or "\r" in token or "\u2028" in token:
            start = _next_start(tokens, i + 1) if _line_break_splits(tokens, i, wrapped) else None
        elif token.rstrip(" ") in _CLOSING:
            start = _start_after_closing(tokens, i)
        else:
            continue
        if start is not None and starts[-1] < start < len(tokens):
            starts.append(start)
    return _bounded(starts, tokens, max_tokens)


def _next_start(tokens: list[str], i: int) -> int:
    """First token of the sentence after a border: white space belongs to the sentence before it."""
    while i < len(tokens) and tokens[i].isspace():
        i += 1
    return i


def _previous(tokens: list[str], i: int) -> int:
    """Index of the last token before ``i`` that is no white space, or -1."""
    i -= 1
    while i >= 0 and tokens[i].isspace():
        i -= 1
    return i


def _start_after_closing(tokens: list[str], i: int) -> int | None:
    """The token that starts the next sentence, if the closing mark at ``i`` (with quotes and brackets) ends one."""
    end = i
    while end + 1 < len(tokens) and not tokens[end].endswith(" ") and tokens[end + 1].rstrip(" ") in _AFTER_CLOSING:
        end += 1
        if tokens[end].rstrip(" ") in _CLOSING:
            return None  # the last mark of "..." or "?!" decides
    follower = end + 1
    if follower >= len(tokens) or not (tokens[end].endswith(" ") or tokens[follower].isspace()):
        return None
    follower = _next_start(tokens, follower)
    if follower >= len(tokens) or not _starts_sentence(tokens[follower]):
        return None
    if tokens[i].rstrip(" ") == "." and end == i and _is_inner_point(tokens, i, follower):
        return None
    return follower


def _starts_sentence(token: str) -> bool:
    return token[0].isupper() or token[0].isdigit() or token[0] in _OPENING or token[0] in _BULLETS


def _is_inner_point(tokens: list[str], i: int, follower: int) -> bool:
    """Whether a point belongs to an abbreviation, an initial, a list number or a number written with blanks."""
    before = tokens[i - 1] if i else ""
    if not before or before[-1:].isspace():
        return False
    if before.isdigit():
        first_of_line = i < 2 or "\n" in tokens[i - 2]
        grouped = tokens[follower].strip().isdigit() and len(tokens[follower].strip()) == 3
        return first_of_line or (grouped and len(before) <= 3)
    if len(before) == 1 and before.isupper():
        return True
    return before.lower() in _abbreviations()


def _line_break_splits(tokens: list[str], i: int, wrapped: bool) -> bool:
    before, after = _previous(tokens, i), _next_start(tokens, i)
    if before < 0 or after >= len(tokens):
        return False
    breaks = tokens[i].replace("\r\n", "\n")
    if breaks.count("\n") + breaks.count("\r") > 1:
        return True
    follower = tokens[after]
    closed = tokens[before].rstrip(" ")[-1:] in _AFTER_CLOSING or tokens[before].rstrip(" ") in (";", ":")
    if follower[0].islower() or follower[0] in ",.;:)%":
        return closed
    return not wrapped or closed or follower[0] in _BULLETS


def _is_hard_wrapped(tokens: list[str]) -> bool:
    """Whether lines break inside sentences: more than a fifth of the lines go on in lower case."""
    breaks = lower = 0
    for i, token in enumerate(tokens[:20_000]):
        if "\n" in token:
            after = _next_start(tokens, i)
            if after < len(tokens):
                breaks += 1
                lower += tokens[after][0].islower()
    return breaks > 2 and lower * 5 > breaks


def _bounded(starts: list[int], tokens: list[str], max_tokens: int) -> list[int]:
    out: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        out.append(start)
        while end - start > max_tokens:
            cut = start + max_tokens
            for i in range(cut - 1, start + max_tokens // 2, -1):
                if tokens[i].rstrip(" ") in (",", ";"):
                    cut = i + 1
                    break
            out.append(cut)
            start = cut
    return out
