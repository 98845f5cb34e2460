"""Figures out of Vietnamese text: entities, relations and records, as a spaCy pipeline.

>>> import ie_model
>>> nlp = ie_model.load()
>>> nlp("Quý I/2020, toàn tỉnh thu 800 tỷ đồng, tăng 7%.")._.records  # doctest: +SKIP
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .loading import load as load
    from .records import Record as Record

try:
    __version__ = version("ie-model")
except PackageNotFoundError:  # a checkout that is not installed
    __version__ = "0.0.0"

__all__ = ["Record", "__version__", "load"]


def __getattr__(name: str) -> Any:
    # Imported at first use: `ie-model --help` must not wait for spaCy.
    if name == "load":
        from .loading import load

        return load
    if name == "Record":
        from .records import Record

        return Record
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
