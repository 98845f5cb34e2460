"""Simple systems to stand beside the model, so that every figure has a neighbour.

A baseline is a function from gold documents, of which it sees the text alone, to documents of the same ids with what it
found. Labels and word lists are in ``labels.toml``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from time import process_time
from typing import Any

from ie_model.records import default_roles
from ie_model.standoff import Document

from ..given import Prediction
from ..system import System

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Baseline = Callable[[Sequence[Document]], list[Document]]


@cache
def settings(section: str) -> Mapping[str, Any]:
    """A section of ``labels.toml``."""
    return tomllib.loads(resources.files(__name__).joinpath("labels.toml").read_text("utf-8"))[section]


def ask_baseline(name: str, baseline: Baseline, gold: Sequence[Document], head_labels: Sequence[str] = ()) -> System:
    """What a baseline says of the gold documents.

    Args:
        head_labels: See :class:`..system.System`; empty for one that finds entities alone.
    """
    baseline([Document("", document.text[:200]) for document in gold[:1]])  # models are loaded at the first call
    start = process_time()
    found = baseline([Document(document.id, document.text) for document in gold])
    seconds = process_time() - start
    return System(name, [Prediction(document) for document in found], None, head_labels, default_roles(), seconds)


def cheap_baselines(gold: Sequence[Document]) -> list[System]:
    """Those that need no training: rules, and underthesea's named-entity recognition."""
    from . import rules, underthesea_ner

    return [
        ask_baseline("rules", rules.find, gold, rules.HEAD_LABELS),
        ask_baseline("underthesea ner", underthesea_ner.find, gold),
    ]
