"""Loading a model folder."""

from __future__ import annotations

import json
from pathlib import Path

from spacy.language import Language

from .errors import ModelError

SHIPPED = Path(__file__).parent / "model"
FORMAT = 1  # of a model folder; raised when an older folder cannot be read any more


def load(path: Path | str | None = None) -> Language:
    """The shipped model, or that of a folder which ``ie-model train`` wrote.

    Raises:
        ModelError: The folder is missing, is no model of this project, or of an incompatible version.
    """
    folder = SHIPPED if path is None else Path(path)
    check(folder)
    import spacy

    try:
        nlp = spacy.load(folder)
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"{folder}: the model cannot be loaded: {reason[:300]}") from error
    nlp.max_length = 1 << 31  # our components work in bounded windows
    return nlp


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
