"""Libraries that only some features need, each installed by an extra of the package."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import IEModelError


def require(module: str, extra: str) -> Any:
    """Import a library that an extra installs.

    Raises:
        IEModelError: It is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        if (error.name or library).partition(".")[0] != library:
            raise
        raise IEModelError(f"{library} is not installed: pip install 'ie-model[{extra}]'") from None
