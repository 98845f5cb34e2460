"""Figures out of Vietnamese text: entities, relations and records, as a spaCy pipeline.

>>> import ie_model
>>> nlp = ie_model.load()
>>> nlp("Quý I/2020, toàn tỉnh thu 800 tỷ đồng, tăng 7%.")._.records  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .frames import to_frame as to_frame
    from .loading import load as load
    from .plot import plot_indicator as plot_indicator
    from .records import Record as Record
    from .records.schema import document_schema as document_schema
    from .records.schema import record_schema as record_schema

try:
    __version__ = version("ie-model")
except PackageNotFoundError:  # a checkout that is not installed
    __version__ = "0.0.0"

# Imported at first use: `ie-model --help` must not wait for spaCy, nor a prediction for pandas.
_HOMES = {
    "Record": "records.record",
    "document_schema": "records.schema",
    "load": "loading",
    "plot_indicator": "plot",
    "record_schema": "records.schema",
    "to_frame": "frames",
}

__all__ = ["Record", "__version__", "document_schema", "load", "plot_indicator", "record_schema", "to_frame"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
