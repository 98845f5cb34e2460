"""The known forms of bodies' names: abbreviations written out, and which bodies have an office for each place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import normalize

from .gazetteer import entries, key

_WORD = re.compile(r"\w+")
_MOST_WORDS = 12
_LONGEST = 200


@dataclass(frozen=True)
class Form:
    """A known form of name.

    Attributes:
        name: How it is written out.
        is_agency: Whether a place after it says whose office it is: *Sở Y tế Hà Giang*, but not *Báo Hà Giang*.
        has_level: Whether it says the kind of that place: *Tỉnh ủy Hà Giang*, not *Tỉnh ủy tỉnh Hà Giang*.
    """

    name: str
    is_agency: bool = False
    has_level: bool = False


@lru_cache(maxsize=1 << 13)
def written_out(text: str) -> tuple[str, Form | None]:
    """A name with its abbreviations written out, and the known form at its end if one stands there."""
    text = " ".join(normalize("NFC", text).split())
    if len(text) > _LONGEST:
        return text, None
    found = list(_WORD.finditer(text))
    keys = [key(word.group()) for word in found]
    parts: list[str] = []
    form, at, i = None, 0, 0
    while i < len(found):
        form, used = _form_at(keys, i)
        last = found[i + used - 1]
        parts += [text[at : found[i].start()], form.name if form else last.group()]
        at, i = last.end(), i + used
    return "".join((*parts, text[at:])).strip(), form


def _form_at(keys: Sequence[str], at: int) -> tuple[Form | None, int]:
    """The longest known form at a place in the words, and how many words it takes; else one word."""
    for used in range(min(_MOST_WORDS, len(keys) - at), 0, -1):
        form = _forms().get("".join(keys[at : at + used]))
        if form:
            return form, used
    return None, 1


@cache
def _forms() -> dict[str, Form]:
    """The known forms of name by the keys of the ways they are written."""
    forms: dict[str, Form] = {}
    section = ""
    for line in entries("bodies.txt"):
        if line.startswith("["):
            section = line.strip("[]")
            continue
        name, _, others = line.partition(" = ")
        form = Form(name, section != "bodies", section == "agencies of a level")
        for written in (name, *filter(None, others.split(" | "))):
            forms[key(written)] = form
    return forms
