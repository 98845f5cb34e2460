"""The libraries of the extra ``evaluate``, which the strict scores do without."""

from __future__ import annotations

import logging
from functools import cache
from importlib.util import find_spec

_LIBRARIES = ("nervaluate", "sklearn")
logger = logging.getLogger(__name__)


@cache
def has_extra() -> bool:
    """Whether they are installed; says once what is left out if they are not."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        logger.warning(
            "no %s here, so no matching schemes, confusion and calibration: pip install 'ie-model[evaluate]'",
            " and ".join(missing),
        )
    return not missing
