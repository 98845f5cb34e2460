"""Records as a pandas data frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .extras import require
from .writing.base import COLUMNS, RECORD_FIELDS, joined

if TYPE_CHECKING:
    import pandas
    from spacy.tokens import Doc

Documents = Iterable["Doc | tuple[Doc, Any] | Mapping[str, Any]"]

_NUMBERS = ("value", "low", "high", "denominator")
_TYPES = {"cumulative": "bool", "start": "int64", "end": "int64", "score": "float64"}


def to_frame(documents: Documents) -> pandas.DataFrame:
    """Records as a data frame: a row a record, the columns of ``--format csv``.

    ``value``, ``low``, ``high`` and ``denominator`` are columns of ``Decimal`` with the digits written (``None`` where
    there is none), which sum exactly; for statistics and plots take ``frame["value"].astype(float)``. Lists are joined
    by ``"; "``. polars takes the frame through Arrow: ``polars.from_pandas(frame)``.

    Args:
        documents: Docs, which are numbered from 0 in the column ``document``; or pairs of a Doc and its id, as
            ``nlp.pipe(pairs, as_tuples=True)`` gives them; or documents as read from ``--format jsonl`` (with
            ``json.loads(line, parse_float=Decimal)``, or the digits written are lost).

    Raises:
        IEModelError: pandas is not installed.
    """
    pandas = require("pandas", "frames")
    rows = list(_rows(documents))
    columns = {}
    for i, name in enumerate(COLUMNS):
        values = [row[i] for row in rows]
        type_ = "object" if name in _NUMBERS else _TYPES.get(name, "string")
        columns[name] = pandas.Series(values, dtype=type_)
    return pandas.DataFrame(columns)


def _rows(documents: Documents) -> Iterator[list[Any]]:
    for number, document in enumerate(documents):
        if isinstance(document, Mapping):
            id_, records = document["id"], document["records"]
        else:
            doc, id_ = document if isinstance(document, tuple) else (document, number)
            records = [record.to_dict() for record in doc._.records]
        for record in records:
            yield [str(id_), *(_cell(name, record[name]) for name in RECORD_FIELDS)]


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return joined(tuple(part["text"] if isinstance(part, Mapping) else part for part in value))
    return Decimal(str(value)) if name in _NUMBERS and value is not None else value
