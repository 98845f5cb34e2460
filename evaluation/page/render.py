"""The page's template filled from plain data."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2  # a requirement of spaCy's
from markupsafe import Markup

from ..tables import TITLES
from . import plots
from .errors import KINDS, Error, Link, count_kinds
from .sentences import View, sentences_with_errors

MOST_SENTENCES = 5000
"""A browser gets slow beyond; what is left out is said on the page."""
MOST_CHANGES = 200

_HUES = 8
_FOLDER = Path(__file__).parent


def render(data: Mapping[str, Any]) -> str:
    """The page as HTML: one file that loads nothing else.

    Args:
        data: Plain data, as JSON holds it. Shares are from 0 to 1, offsets count characters of ``text``. Only the first
            two keys are needed; a section without data is left out, without documents those on errors.

            - ``scores``: the content of ``scores.json``.
            - ``documents``: ``id``, ``text``, ``sentences`` as ``[start, end]``, ``gold`` and ``predicted``, each with
              ``entities`` (``id, label, start, end``) and ``relations`` (``head, type, tail``, by entity id); items of
              ``predicted`` may have a ``score``.
            - ``confusion``, ``relation_confusion``: ``labels``, and ``counts`` with a row for each gold label.
            - ``calibration``: by measure, ``ece`` and ``bins`` with ``predicted``, ``observed`` and ``count``.
            - ``by_length``: ``low``, ``high`` (null: no bound), ``sentences``, and scores whose names end in ``_f``.
            - ``learning_curve``: ``sentences``, and scores whose names end in ``_f``.
            - ``by_field``: rows of a table, all with the same keys.
            - ``baselines``: other systems (the model itself is passed over): ``name``, ``entities``, ``relations``,
              ``rows`` (each with ``f``, or null), ``speed`` in syllables per second.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"percent": _percent, "bounds": _bounds, "figure": _figure}
    environment.tests["numeric"] = _is_number
    style, script = (Markup((_FOLDER / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    page = environment.get_template("page.html.j2").render(
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'",
        **_overview(data),
        **_details(data),
        **_errors(data),
    )
    # A lone surrogate, which some decoders let through, could not be written as UTF-8.
    return page.encode("utf-8", "replace").decode("utf-8")


def _digest(source: str) -> str:
    """The source in a content security policy: with it nothing but our own style and script can run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")


def _overview(data: Mapping[str, Any]) -> dict[str, Any]:
    scores = data["scores"]
    baselines = [row for row in data.get("baselines") or [] if row["name"] != scores["model"]]
    intervals = scores.get("intervals") or {}
    bounds = intervals.get("f", {})
    measures = {path: found for path in TITLES if (found := _measure(scores, path)) is not None}
    estimates = [
        plots.Estimate(TITLES[path], found["f"], bounds.get(path), _others(baselines, path))
        for path, found in measures.items()
    ]
    against = scores.get("against") or {}
    return {
        "scores": scores,
        "titles": TITLES,
        "measures": measures,
        "intervals": intervals,
        "bounds": bounds,
        "summary_plot": plots.dots(estimates, "F of each measure with its interval, in percent"),
        "baselines": baselines,
        "key": plots.key,
        "against": against,
        "class_differences": _class_differences(against),
        "changes": (against.get("changes") or [])[:MOST_CHANGES],
        "against_measures": {path: _measure(against, path) for path in measures} if against else {},
    }


def _class_differences(against: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Labels and types that differ, the surest difference first, then the largest."""
    differences = [found for found in against.get("classes") or [] if found["f"]]
    return sorted(differences, key=lambda found: (found["p"], -abs(found["f"])))


def _measure(scores: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    found: Any = scores
    for key in path.split("."):
        found = found.get(key) if found else None
    return found


def _others(baselines: Iterable[Mapping[str, Any]], path: str) -> dict[str, float]:
    """F of the baselines on a measure; they are not asked for relations between gold entities."""
    key = path.split(".")[0]
    if path.endswith("gold_entities"):
        return {}
    return {row["name"]: row[key]["f"] for row in baselines if row.get(key)}


def _details(data: Mapping[str, Any]) -> dict[str, Any]:
    by_length, curve = data.get("by_length") or [], data.get("learning_curve") or []
    lengths = [f"{row['low']}–{row['high']}" if row["high"] is not None else f"≥ {row['low']}" for row in by_length]
    length_rows = [
        {"syllables": length, **{key: value for key, value in row.items() if key not in ("low", "high")}}
        for length, row in zip(lengths, by_length, strict=True)
    ]
    sizes = [f"{row['sentences']:,}" for row in curve]
    calibration = {name: found for name, found in (data.get("calibration") or {}).items() if found and found["bins"]}
    return {
        "further": _further(data["scores"]),
        "confusion": _confusion(data.get("confusion")),
        "relation_confusion": _confusion(data.get("relation_confusion")),
        "calibration": [
            (name, found, plots.reliability(found["bins"], f"{name}: share of right ones by score"))
            for name, found in calibration.items()
        ],
        "by_field": data.get("by_field") or [],
        "by_length": length_rows,
        "length_plot": plots.lines(lengths, _series(by_length), "F by sentence length", "syllables of the sentence"),
        "learning_curve": curve,
        "curve_plot": plots.lines(sizes, _series(curve), "F by size of the training data", "sentences to train on"),
    }


def _series(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[float | None]]:
    names = [name for name in rows[0] if name.endswith("_f")] if rows else []
    return {name.removesuffix("_f").replace("_", " "): [row[name] for row in rows] for name in names}


def _further(scores: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Precision, recall, F and accuracy beyond the strict scores, as far as there are any: by title, then by name."""
    groups = {
        "Entities by scheme": {
            name: found for name, found in scores["entities"].items() if name not in ("micro", "per_label")
        },
        "Relations, overlapping spans": {
            name.removesuffix("_partial").replace("_", " "): found
            for name, found in (scores.get("relations") or {}).items()
            if name.endswith("_partial")
        },
        "Record field": (scores.get("records") or {}).get("fields") or {},
        "Entity string in training": scores.get("seen") or {},
    }
    kept = {
        title: {name: found for name, found in rows.items() if found.keys() & {"f", "accuracy"}}
        for title, rows in groups.items()
    }
    return [(title, rows) for title, rows in kept.items() if rows]


def _confusion(data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Each count with its shade from 0 to 9, by the share of its row, and whether it lies on the diagonal."""
    if not data:
        return None
    rows = []
    for label, counts in zip(data["labels"], data["counts"], strict=True):
        total = max(sum(counts), 1)
        cells = zip(data["labels"], counts, strict=True)
        rows.append((label, [(count, -(-9 * count // total), other == label) for other, count in cells]))
    return {"labels": data["labels"], "rows": rows}


def _errors(data: Mapping[str, Any]) -> dict[str, Any]:
    sentences = [sentence for document in data["documents"] for sentence in sentences_with_errors(document)]
    errors = [error for sentence in sentences for error in sentence.errors]
    counts = count_kinds(errors)
    labels = _names(data, "entities", "label")
    types = _names(data, "relations", "type")
    names = {name: number for number, name in enumerate(dict.fromkeys([*labels, *types]))}
    return {
        "has_documents": bool(data["documents"]),
        "kinds": KINDS,
        "kind_counts": counts,
        "kinds_plot": plots.bars({kind: count for kind, count in counts.items() if count}, "Errors by kind"),
        "labels": labels,
        "types": types,
        "names": names,
        "hues": {label: number % _HUES for number, label in enumerate(labels)},
        "sentences": sentences[:MOST_SENTENCES],
        "left_out": max(len(sentences) - MOST_SENTENCES, 0),
        "total_sentences": sum(len(document["sentences"]) for document in data["documents"]),
        "name_list": json.dumps(list(names)),
        "arcs": lambda view: _arcs(view, names),
        "keys": lambda error: " ".join(str(names[name]) for name in error.names),
        "quote": _quote,
    }


def _names(data: Mapping[str, Any], items: str, key: str) -> list[str]:
    sides = (document[side] for document in data["documents"] for side in ("gold", "predicted"))
    return sorted({item[key] for side in sides for item in side[items]})


def _arcs(view: View, names: Mapping[str, int]) -> str:
    """Head, tail, type and whether it is wrong, for the script that draws them."""
    return json.dumps(
        [[arc.head, arc.tail, names[arc.type], int(arc.kind is not None)] for arc in view.arcs],
        separators=(",", ":"),
    )


def _quote(error: Error, side: str) -> list[str] | None:
    """Texts of the entity, or of head and tail, on one side of an error; None where there is nothing."""
    found = getattr(error, side)
    if found is None:
        return None
    spans = [found.head, found.tail] if isinstance(found, Link) else [found]
    return [span.text for span in spans]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _bounds(bounds: Sequence[float]) -> str:
    return "–".join(map(_percent, bounds))


def _figure(value: Any) -> str:
    """A cell of a free table: shares in percent, other numbers whole and grouped by thousands."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return _percent(value) if 0 <= value <= 1 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
