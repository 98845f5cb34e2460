"""The word lists that the records are read with, and the two ways of reading them.

A file is a list of entries, one a line; ``[name]`` opens a section, ``#`` a comment. An entry may be
``written = meaning``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from unicodedata import normalize


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The entries of a data file by section, in file order; entries before any section stand under ``""``."""
    found: dict[str, list[str]] = {"": []}
    entries = found[""]
    for line in resources.files(__name__).joinpath(name).read_text("utf-8").splitlines():
        line = normalize("NFC", line).partition("#")[0].strip()
        if line.startswith("["):
            entries = found.setdefault(line.strip("[]"), [])
        elif line:
            entries.append(line)
    return {section: tuple(lines) for section, lines in found.items()}


def meanings(entries: Iterable[str]) -> dict[str, str]:
    """``written = meaning`` entries as a mapping; an entry without ``=`` means itself."""
    pairs = (entry.partition(" = ") for entry in entries)
    return {written.strip(): (meaning or written).strip() for written, _, meaning in pairs}


def alternation(phrases: Iterable[str]) -> str:
    """A regular expression for any one of the phrases, the longest first, ending at the end of a word."""
    # Grouped by first letter: most places in a text are then turned down by one comparison a letter.
    by_letter: dict[str, list[str]] = {}
    for phrase in sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase)):
        by_letter.setdefault(phrase[0], []).append(re.escape(phrase[1:]) + (r"(?!\w)" if phrase[-1].isalnum() else ""))
    return "(?:" + "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()) + ")"
