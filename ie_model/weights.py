"""Weights that training starts from: those of an encoder in a file, or those of a model's components in its folder."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from thinc.api import Model

from .errors import ModelError
from .ml.types import Array

_log = logging.getLogger(__name__)
# The last two come from numpy, of the name of an array's type.
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError, SystemError)


def save_weights(model: Model, path: Path) -> None:
    """Write all parameters in half precision, in the order of the network's layers."""
    arrays = [np.asarray(node.get_param(name)).astype("float16") for node, name in parameters(model)]
    path.write_bytes(srsly.msgpack_dumps({"arrays": arrays}))


def load_weights(model: Model, path: Path) -> None:
    """Set all parameters of an initialized network.

    Args:
        path: A file as :func:`save_weights` writes it, or the folder of a component within a model.

    Raises:
        ModelError: The weights are of another network, or there are none.
    """
    arrays = _read(path)
    places = list(parameters(model))
    if [array.shape for array in arrays] != [node.get_param(name).shape for node, name in places]:
        raise ModelError(f"{path}: weights of another network; `--encoder none` trains without")
    _set(places, arrays)


def load_if_alike(model: Model, folder: Path, settings: dict[str, Any]) -> bool:
    """As :func:`load_weights`, where settings and shapes are the same; else the network stays as it is, with a warning.

    Args:
        folder: Of a component within a model; where there is none, nothing happens.
        settings: What the component's ``cfg`` must say, to the order: weights of other labels, or of the same
            labels in another order, mean nothing.

    Returns:
        Whether the weights were set.

    Raises:
        ModelError: The folder has no such ``cfg``; or that is alike, but there are no weights.
    """
    if not folder.is_dir():
        return False
    places = list(parameters(model))
    arrays = _read(folder) if is_alike(folder, settings) else []
    if [array.shape for array in arrays] != [node.get_param(name).shape for node, name in places]:
        _log.warning("%s starts anew: other labels, relation types or sizes than in %s", folder.name, folder.parent)
        return False
    _set(places, arrays)
    return True


def is_alike(folder: Path, settings: dict[str, Any]) -> bool:
    """Whether a component within a model has these settings in its ``cfg``, to the order.

    Raises:
        ModelError: The folder has no such ``cfg``.
    """
    try:
        stored = srsly.read_json(folder / "cfg")
        return all(json.dumps(stored[name]) == json.dumps(value) for name, value in settings.items())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder}: holds no component of a model") from error


def parameters(model: Model) -> Iterable[tuple[Model, str]]:
    """All parameters of a network that have a value: layer and name."""
    return [(node, name) for node in model.walk() for name in node.param_names if node.has_param(name)]


def _read(path: Path) -> list[Array]:
    try:
        stored = (_of_folder if path.is_dir() else _of_file)(path)
    except _BROKEN as error:
        raise ModelError(f"{path}: holds no weights") from error
    if not all(isinstance(array, np.ndarray) and array.dtype.kind == "f" for array in stored):
        raise ModelError(f"{path}: holds no weights")
    with np.errstate(over="ignore"):
        arrays = [array.astype("f") for array in stored]  # copies: what msgpack gives cannot be trained
    if not all(np.isfinite(array).all() for array in arrays):
        raise ModelError(f"{path}: holds weights that are no numbers")
    return arrays


def _set(places: Iterable[tuple[Model, str]], arrays: Iterable[Array]) -> None:
    for (node, name), array in zip(places, arrays, strict=True):
        node.set_param(name, array)


def _of_file(path: Path) -> list[Any]:
    return list(srsly.msgpack_loads(path.read_bytes())["arrays"])


def _of_folder(folder: Path) -> list[Any]:
    stored = srsly.msgpack_loads((folder / "model").read_bytes())
    return [value for node in stored["params"] for value in node.values() if value is not None]
