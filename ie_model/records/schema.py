"""The JSON schemas (https://json-schema.org, draft 2020-12) of a document with its records, and of one record."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def document_schema() -> dict[str, Any]:
    """Schema of a document, which is a line of ``ie-model extract --format jsonl``."""
    schema: dict[str, Any] = json.loads(resources.files(__package__).joinpath("schema.json").read_text("utf-8"))
    return schema


def record_schema() -> dict[str, Any]:
    """Schema of a record, as ``Record.to_dict()`` gives it."""
    schema = document_schema()
    return {"$schema": schema["$schema"], "$ref": "#/$defs/record", "$defs": schema["$defs"]}
