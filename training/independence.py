"""Whether a corpus copies from texts on which a model is to be measured: words in a row that stand in both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from ie_model.errors import InputError
from ie_model.standoff import Document

from .check import Finding

WORDS = 9  # in a row


def read_texts(folder: Path) -> dict[str, str]:
    """All texts below a folder (``**/*.txt``), by file name.

    Raises:
        InputError: There is no such folder, no text in it, or one that is not UTF-8.
    """
    try:
        texts = {str(path): path.read_bytes().decode("utf-8-sig") for path in sorted(folder.rglob("*.txt"))}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{folder}: {error}") from error
    if not texts:
        raise InputError(f"{folder}: no .txt below this folder")
    return texts


def copied_words(documents: Iterable[Document], texts: Mapping[str, str]) -> Iterator[Finding]:
    """A failure for each stretch of :data:`WORDS` words or more that is shared with a text, case and signs aside."""
    origin = {run: name for name, text in texts.items() for _, run in _runs(text)}
    for document in documents:
        shared_up_to = -1
        for position, (line, run) in enumerate(_runs(document.text)):
            if run in origin:
                if position > shared_up_to + 1 or shared_up_to < 0:
                    text = " ".join(run)
                    message = f"{WORDS} words in a row stand in {origin[run]} too: {text}"
                    yield Finding(document.id, line, "copied", text, message, failure=True)
                shared_up_to = position


def shares_words(texts: Iterable[str]) -> Callable[[str], bool]:
    """A test whether a text has :data:`WORDS` words in a row that one of ``texts`` has."""
    origin = {run for text in texts for _, run in _runs(text)}
    return lambda text: any(run in origin for _, run in _runs(text))


def _runs(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """All runs of words, each with the line, counted from 1, in which it begins."""
    words = [
        (number, word)
        for number, line in enumerate(unicodedata.normalize("NFC", text).casefold().split("\n"), 1)
        for word in re.findall(r"\w+", line)
    ]
    return [
        (words[i][0], tuple(word for _, word in words[i : i + WORDS])) for i in range(max(0, len(words) - WORDS + 1))
    ]
