"""The mean of several models' weights: one model of the same size.

Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned models improves accuracy without
increasing inference time". It needs models that start alike, so that their weights lie in one basin: several members of
a training run, or several runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from thinc.api import Model

import ie_model
from ie_model.errors import ModelError
from ie_model.weights import parameters

_OWN = (
    "calibration",
    "group_calibration",
    "entity_calibration",
)  # what a component's settings have of their own: it is fitted anew


def average(folders: Sequence[Path]) -> Language:
    """The mean of models that stand in folders, see :func:`average_models`.

    Raises:
        ModelError: A model cannot be loaded, or has other components, labels, relation types, sizes or static vectors
            than the first.
    """
    models = [ie_model.load(folder) for folder in folders]
    for folder, other in zip(folders[1:], models[1:], strict=True):
        _check_alike(models[0], other, folder)
    return average_models(models)


def average_models(models: Sequence[Language]) -> Language:
    """The first model, with the mean of all models' weights, not yet calibrated.

    Args:
        models: Alike in all but their weights.
    """
    first, *others = models
    for name in first.pipe_names:
        component: Any = first.get_pipe(name)
        for own in _OWN:
            if hasattr(component, own):
                setattr(component, own, None)
        networks = [_network(nlp, name) for nlp in (first, *others)]
        if networks[0] is None:
            continue
        for places in zip(*(parameters(network) for network in networks if network), strict=True):
            arrays = [np.asarray(node.get_param(parameter), dtype="f") for node, parameter in places]
            node, parameter = places[0]
            node.set_param(parameter, np.mean(arrays, axis=0, dtype="f"))
    return first


def _check_alike(first: Language, other: Language, folder: Path) -> None:
    reason = ""
    if first.pipe_names != other.pipe_names:
        reason = "components"
    elif any(_settings(first, name) != _settings(other, name) for name in first.pipe_names):
        reason = "labels, relation types or settings"
    elif any(_shapes(first, name) != _shapes(other, name) for name in first.pipe_names):
        reason = "sizes"
    elif not np.array_equal(first.vocab.vectors.data, other.vocab.vectors.data):
        reason = "static vectors"
    if reason:
        raise ModelError(f"{folder}: has other {reason} than the first model; there is no mean of the two")


def _settings(nlp: Language, name: str) -> dict[str, Any]:
    settings = getattr(nlp.get_pipe(name), "cfg", {})
    return {key: value for key, value in settings.items() if key not in _OWN}


def _shapes(nlp: Language, name: str) -> list[tuple[str, Any]]:
    network = _network(nlp, name)
    return [(parameter, node.get_param(parameter).shape) for node, parameter in parameters(network)] if network else []


def _network(nlp: Language, name: str) -> Model | None:
    network = getattr(nlp.get_pipe(name), "model", None)
    return network if isinstance(network, Model) else None
