"""underthesea's word segmenter: a linear-chain conditional random field, read from its files and decoded here.

Its features are templates over the tokens around a token: ``T[-1,0].lower=sản xuất`` says that the token before and the
token itself are, in lower case, *sản xuất*. underthesea_core makes some forty such strings for each token and looks up
each; here what a phrase weighs is looked up once, in 40% of the time and with the same tags. And underthesea, with
all its other models, need not be imported.

File formats: Okazaki 2007, "CRFsuite: a fast implementation of Conditional Random Fields"; the rest are pickles.
"""

from __future__ import annotations

import pickle
import re
import struct
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cache, lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .errors import ModelError
from .ml.types import Array

BEGIN, INSIDE = "B-W", "I-W"

_TEMPLATE = re.compile(r"T\[(?P<first>-?[0-9]+)(?:,(?P<last>-?[0-9]+))?\](?:\.(?P<function>\w+))?")
_Function = Callable[[str], str]
_INTEGER = re.compile(r"[+-]?[0-9]{1,32}")
_BEFORE, _BEHIND = "BOS", "EOS"  # what a template sees that reaches over the sentence's borders
_MOST_CACHED = 1 << 14  # phrases of each width, of some 300 bytes each
_LONGEST_CACHED = 64  # characters: no token can make the cache large
_MODEL = "ws_crf_vlsp2013_20230727"  # underthesea's own choice

_HEADER = struct.Struct("<4sI4s9I")
_STRINGS = struct.Struct("<4s5I")
_FEATURE = np.dtype([("type", "<u4"), ("source", "<u4"), ("target", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1  # types of features


class Weights(NamedTuple):
    """What a model of CRFsuite has learned.

    Attributes:
        labels: Their names.
        attributes: Their names.
        states: *Shape:* ``(attributes, labels)``.
        transitions: From row to column. *Shape:* ``(labels, labels)``.
    """

    labels: list[str]
    attributes: list[str]
    states: Array
    transitions: Array


def read_weights(path: Path) -> Weights:
    """Read a model file of CRFsuite.

    Raises:
        ModelError: It is none.
    """
    try:
        data = path.read_bytes()
        magic, _, kind, _, _, _, _, at_features, at_labels, at_attributes, _, _ = _HEADER.unpack_from(data)
        if (magic, kind) != (b"lCRF", b"FOMC"):
            raise ValueError("no CRFsuite model")
        labels, attributes = _read_strings(data, at_labels), _read_strings(data, at_attributes)
        (count,) = struct.unpack_from("<I", data, at_features + 8)
        features: Array = np.frombuffer(data, _FEATURE, count, at_features + 12)
        weights = {_STATE: np.zeros((len(attributes), len(labels))), _TRANSITION: np.zeros((len(labels), len(labels)))}
        for type_, table in weights.items():
            chosen = features[features["type"] == type_]
            table[chosen["source"], chosen["target"]] = chosen["weight"]
    except (OSError, struct.error, ValueError, IndexError) as error:
        raise ModelError(f"{path}: the word segmenter's model cannot be read: {error}") from error
    return Weights(labels, attributes, weights[_STATE], weights[_TRANSITION])


def _read_strings(data: bytes, start: int) -> list[str]:
    """The strings of a constant quark database, a part of the file, by their numbers."""
    *_, count, at_offsets = _STRINGS.unpack_from(data, start)
    records: Array = np.frombuffer(data, "<u4", count, start + at_offsets).astype("i8") + start
    # A record is a number, the length of the string with its final zero, and the string.
    lengths = np.frombuffer(data, "u1")[records[:, None] + np.arange(4, 8)].view("<u4")[:, 0] - 1
    first = records + 8
    return [data[a:b].decode("utf-8") for a, b in zip(first.tolist(), (first + lengths).tolist(), strict=True)]


class WordTagger:
    """Tags each token of a sentence as the first of a word or a further one, ``B-W`` or ``I-W``.

    Args:
        templates: Such as ``T[0]``, ``T[-1,1].is_in_dict``; the functions are ``lower``, ``isdigit``, ``istitle`` and
            ``is_in_dict``.
        dictionary: Words in lower case, with blanks between their syllables.
        weights: Those of the two tags.

    Raises:
        ModelError: The templates or tags are not of this form.
    """

    def __init__(self, templates: Iterable[str], dictionary: Set[str], weights: Weights) -> None:
        if sorted(weights.labels) != [BEGIN, INSIDE]:
            raise ModelError(f"the word segmenter's model has the tags {', '.join(weights.labels)}")
        order = [weights.labels.index(BEGIN), weights.labels.index(INSIDE)]
        self._transitions = tuple(weights.transitions[np.ix_(order, order)].ravel().tolist())
        gains = (weights.states[:, order[1]] - weights.states[:, order[0]]).tolist()
        tables: dict[str, dict[str, float]] = {}
        for attribute, gain in zip(weights.attributes, gains, strict=True):
            template, _, value = attribute.partition("=")
            tables.setdefault(template, {})[value] = gain
        functions: dict[str | None, _Function] = {
            None: str,
            "lower": str.lower,
            "isdigit": lambda phrase: str(_is_integer(phrase)),
            "istitle": lambda phrase: str(_is_title(phrase)),
            "is_in_dict": lambda phrase: str(phrase.lower() in dictionary),
        }
        windows: dict[int, _Window] = {}
        for template in templates:
            match = _TEMPLATE.fullmatch(template)
            first = int(match["first"]) if match else 0
            width = int(match["last"] or first) - first + 1 if match else 0
            if not match or width < 1 or match["function"] not in functions:
                raise ModelError(f"the word segmenter's model has the feature {template!r}")
            if width not in windows:
                windows[width] = _Window(width)
            windows[width].add(first, functions[match["function"]], tables.get(template, {}))
        self._windows = list(windows.values())

    def __call__(self, tokens: Sequence[str]) -> list[str]:
        """The best sequence of tags (Viterbi 1967)."""
        columns = [column for window in self._windows for column in window.columns(tokens)]
        to_begin, to_inside, inside_to_begin, inside_to_inside = self._transitions
        begin = inside = 0.0
        came: list[tuple[bool, bool]] = []  # of each token, whether the best way to each tag comes from INSIDE
        for i, gain in enumerate(map(sum, zip(*columns, strict=True))):
            if not i:
                inside = gain
                continue
            stay, leave = begin + to_begin, inside + inside_to_begin
            enter, go_on = begin + to_inside, inside + inside_to_inside
            came.append((leave > stay, go_on > enter))
            begin, inside = max(stay, leave), max(enter, go_on) + gain
        is_inside = inside > begin
        tags = [is_inside]
        for step in reversed(came):
            is_inside = step[is_inside]
            tags.append(is_inside)
        return [INSIDE if is_inside else BEGIN for is_inside in reversed(tags)][: len(tokens)]

    def forget(self) -> None:
        """Empty the cache of phrases, so that a text is as new to it."""
        for window in self._windows:
            window.forget()


@cache
def underthesea_tagger() -> WordTagger:
    """underthesea's segmenter, loaded once per process at first use.

    Raises:
        ModelError: The installed underthesea has none that can be read.
    """
    package = find_spec("underthesea")  # finds it without importing it
    if package is None or package.origin is None:
        raise ModelError("underthesea, whose word segmenter is used, is not installed")
    models = Path(package.origin).parent / "pipeline" / "word_tokenize" / "models"
    return read_tagger(models / _MODEL)


def read_tagger(folder: Path) -> WordTagger:
    """A segmenter of underthesea's form.

    Raises:
        ModelError: A file is missing, or is none of its form.
    """
    templates: list[str] = _read_strings_of_pickle(folder / "features.bin", list)
    dictionary: set[str] = _read_strings_of_pickle(folder / "dictionary.bin", set)
    return WordTagger(templates, dictionary, read_weights(folder / "models.bin"))


def _read_strings_of_pickle(path: Path, kind: type) -> Any:
    try:
        strings: Any = _Plain(BytesIO(path.read_bytes())).load()
        if not issubclass(type(strings), kind) or not all(isinstance(string, str) for string in strings):
            raise ValueError(f"no {kind.__name__} of strings")
    except Exception as error:  # a damaged pickle can end in errors of many kinds
        raise ModelError(f"{path}: the word segmenter's model cannot be read: {error}") from error
    return strings


class _Plain(pickle.Unpickler):
    """Reads lists, sets and strings only: such a file can name nothing that would be run."""

    def find_class(self, module: str, name: str) -> object:
        raise pickle.UnpicklingError(f"names {module}.{name}")


class _Window:
    """The templates that see phrases of one width, in tokens, and what they weigh for ``I-W`` against ``B-W``."""

    def __init__(self, width: int) -> None:
        self._width = width
        # Where phrases begin, counted from the token that is tagged.
        self._places: list[int] = []
        # For each function, what its values weigh, with the number of the place.
        self._tables: dict[_Function, list[tuple[int, dict[str, float]]]] = {}
        self._gains = lru_cache(_MOST_CACHED)(self._weigh)

    def add(self, first: int, function: _Function, gains: dict[str, float]) -> None:
        """Add a template: where its phrase begins, what of the phrase it sees, and what each such value weighs."""
        if first not in self._places:
            self._places.append(first)
        self._tables.setdefault(function, []).append((self._places.index(first), gains))

    def columns(self, tokens: Sequence[str]) -> list[list[float]]:
        """For each place where phrases begin, what those weigh for each of the tokens."""
        count, width = len(tokens), self._width
        margin = max(map(abs, self._places)) + width
        gains = [
            *[self._sum(lambda _: _BEFORE)] * margin,
            *[self._look_up(" ".join(tokens[i : i + width])) for i in range(count - width + 1)],
            *[self._sum(lambda _: _BEHIND)] * (margin + width),
        ]
        return [
            [each[number] for each in gains[margin + first : margin + first + count]]
            for number, first in enumerate(self._places)
        ]

    def forget(self) -> None:
        self._gains.cache_clear()

    def _look_up(self, phrase: str) -> tuple[float, ...]:
        return self._gains(phrase) if len(phrase) <= _LONGEST_CACHED else self._weigh(phrase)

    def _weigh(self, phrase: str) -> tuple[float, ...]:
        return self._sum(lambda function: function(phrase))

    def _sum(self, value_of: Callable[[_Function], str]) -> tuple[float, ...]:
        """What a phrase weighs at each place."""
        total = [0.0] * len(self._places)
        for function, tables in self._tables.items():
            value = value_of(function)
            for number, gains in tables:
                if value in gains:
                    total[number] += gains[value]
        return tuple(total)


def _is_integer(phrase: str) -> bool:
    """Whether a phrase is a whole number of 32 bits, in ASCII digits."""
    return _INTEGER.fullmatch(phrase) is not None and -(1 << 31) <= int(phrase) < 1 << 31


def _is_title(phrase: str) -> bool:
    """Whether no word of a phrase begins in lower case."""
    return all(word[:1] == word[:1].upper() for word in phrase.split(" "))
