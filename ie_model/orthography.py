"""How a token looks to the model, whatever its Unicode form, tone placement or digits.

The functions here become the vocabulary's getters of spaCy's lexical attributes NORM, SHAPE, PREFIX and SUFFIX,
so each is computed once for a distinct token.
"""

from __future__ import annotations

import re
import unicodedata

# Old tone placement (hòa, khỏe, thủy) -> new (hoà, khoẻ, thuỷ); it differs only in open syllables.
_OLD_TO_NEW = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ",
    "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ", "ọe": "oẹ",
    "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}  # fmt: skip
_LOOKALIKES = str.maketrans("“”„‟«»‘’‚‛`´–—‒―‑−ðÐ", "\"\"\"\"\"\"''''''------đđ")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DIGIT = re.compile(r"\d")


def norm(token: str) -> str:
    """NFC, lower case, new tone placement; look-alike quotes and dashes merged, the digits of large numbers masked.

    Numbers of one or two digits stay as they are (they are days, months and quarters), years become ``2000``,
    others keep only their form: ``12.480`` and ``98.765`` are both ``00.000``.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", token).lower()).translate(_LOOKALIKES)
    if text[-2:] in _OLD_TO_NEW:
        text = text[:-2] + _OLD_TO_NEW[text[-2:]]
    if len(text) > 2 and text[0].isdigit():
        text = "2000" if _YEAR.match(text) else _DIGIT.sub("0", text)
    return text


def shape(token: str) -> str:
    """Character classes of the token's NFC form, runs cut at four: ``Xxxx``, ``XXX``, ``dd,dd``, ``%``."""
    out: list[str] = []
    last, run = "", 0
    for char in unicodedata.normalize("NFC", token[:200]):
        if char.isalpha():
            char = "X" if char.isupper() else "x"
        elif char.isdigit():
            char = "d"
        run = run + 1 if char == last else 1
        last = char
        if run <= 4:
            out.append(char)
    return "".join(out)


def prefix(token: str) -> str:
    """The first character of :func:`norm`."""
    return norm(token[:8])[:1]


def suffix(token: str) -> str:
    """The last three characters of :func:`norm`: in Vietnamese, mostly the rhyme with its tone."""
    return norm(token[-64:])[-3:]
