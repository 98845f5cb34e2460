"""Loading a model folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language

from .errors import ModelError

SHIPPED = Path(__file__).parent / "model"
_FACTORIES = (
    "sentence_splitter|word_segmenter|token_encoder|entity_tagger|relation_extractor|record_builder|doc_cleaner"
)
# Our own functions, spaCy's, and thinc's optimizers and schedules, which have no prefix.
_FUNCTIONS = r"(ie_model|spacy)\.[A-Za-z0-9_.]+|[A-Za-z0-9_]+\.v\d+"
_EXECUTABLE = {".py", ".pyc", ".so", ".pyd", ".pkl", ".pickle", ".joblib", ".pt", ".pth"}
_FEW = 0.01  # least probability of candidates: more of them would cost too much
FORMAT = 2  # of a model folder; raised when an older folder cannot be read any more


def load(path: Path | str | None = None) -> Language:
    """The shipped model, or that of a folder which ``ie-model train`` wrote.

    Raises:
        ModelError: The folder is missing, is no model of this project, of an incompatible version, or names a
            function or holds a file that no model of this project needs.
    """
    folder = SHIPPED if path is None else Path(path)
    check(folder)
    _check_safe(folder)
    import spacy

    try:
        nlp = spacy.load(folder)
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"{folder}: the model cannot be loaded: {reason[:300]}") from error
    for name in nlp.pipe_names:
        threshold = getattr(nlp.get_pipe(name), "cfg", {}).get("threshold", 0.0)
        if not (isinstance(threshold, int | float) and 0 <= threshold <= 1):
            raise ModelError(f"{folder}: {name} has the threshold {threshold!r}, which is no probability")
        candidates = getattr(nlp.get_pipe(name), "cfg", {}).get("candidates")
        if candidates is not None and not (isinstance(candidates, int | float) and _FEW <= candidates <= 1):
            raise ModelError(f"{folder}: {name} lists candidates from {candidates!r} on, which is not from {_FEW} to 1")
    nlp.max_length = 1 << 31  # our components work in bounded windows
    return nlp


def _check_safe(folder: Path) -> None:
    """A model folder is data: it may name known functions only, and hold nothing that executes when it is read."""
    from thinc.api import Config

    for path in sorted(folder.rglob("*")):
        if path.is_file() and (path.suffix in _EXECUTABLE or _starts_like_a_pickle(path)):
            raise ModelError(f"{folder}: {path.relative_to(folder).as_posix()} may execute code when read; refused")
    try:
        config = Config().from_disk(folder / "config.cfg", interpolate=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"{folder}: config.cfg cannot be read: {reason[:300]}") from error
    for key, name in _named(config):
        known = _FACTORIES if key == "factory" else _FUNCTIONS
        if not (isinstance(name, str) and re.fullmatch(known, name)):
            raise ModelError(f"{folder}: config.cfg names {key.lstrip('@')} {name!r}, which is none of ours; refused")


def _starts_like_a_pickle(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(2)
    return head[:1] == b"\x80" and head[1:] in (b"\x02", b"\x03", b"\x04", b"\x05")


def _named(section: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Registered functions and factories of a config, with the key that names them."""
    for key, value in section.items():
        if isinstance(value, Mapping):
            yield from _named(value)
        elif key.startswith("@") or key == "factory":
            yield key, value


def check(folder: Path) -> dict:
    """The ``meta.json`` of a model folder.

    Raises:
        ModelError: see :func:`load`.
    """
    try:
        meta = json.loads((folder / "meta.json").read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder}: no model there (no meta.json)") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: meta.json cannot be read: {error}") from error
    found = meta.get("ie_model", {}).get("format") if isinstance(meta, dict) else None
    if found != FORMAT:
        raise ModelError(
            f"{folder}: a model of format {found}, this version of ie-model reads format {FORMAT}; train again"
        )
    return meta
