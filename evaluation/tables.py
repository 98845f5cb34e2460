"""Tables of an evaluation, for the terminal and for Markdown, from the plain data of ``scores.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .scores import Counts

TITLES = {
    "entities.micro": "entities",
    "relations.end_to_end": "relations, end to end",
    "relations.gold_entities": "relations, gold entities",
    "rows": "rows",
    "records.whole": "records, every field",
}
COUNTS = ["P", "R", "F", "TP", "FP", "FN"]
_UNKNOWN = "–"


@dataclass(frozen=True)
class Table:
    """A titled table; the first column holds names, the others figures."""

    title: str
    header: list[str]
    rows: list[list[str]]

    def text(self) -> str:
        """Columns aligned by blanks."""
        lines = [[self.title, *self.header], *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        aligned = ([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])] for line in lines)
        return "\n".join("  ".join(cells) for cells in aligned)

    def markdown(self) -> str:
        lines = [[self.title, *self.header], ["---", *["---:"] * len(self.header)], *self.rows]
        escaped = ([cell.replace("|", "\\|") for cell in line] for line in lines)
        return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


def figures(counts: Counts) -> list[str]:
    return [*map(percent, (counts.p, counts.r, counts.f)), *map(str, (counts.tp, counts.fp, counts.fn))]


def percent(share: float | None) -> str:
    return _UNKNOWN if share is None else f"{100 * share:.2f}"


def bounds(found: tuple[float, float], sign: str = "") -> str:
    return " – ".join(format(100 * bound, f"{sign}.2f") for bound in found)


def by_class(title: str, classes: Mapping[str, Counts]) -> Table:
    return Table(title, COUNTS, [[name, *figures(counts)] for name, counts in classes.items()])


def detail_tables(scores: Mapping[str, Any]) -> list[Table]:
    """What ``scores.json`` holds beside the strict scores; what is not there has no table."""
    tables = [
        _ablations(scores.get("ablations", [])),
        _learning_curve(scores.get("learning_curve", [])),
        _schemes(scores["entities"]),
        _partial(scores.get("relations", {})),
        _fields(scores.get("records", {})),
        _known(scores.get("seen", {})),
        _parts("field", scores.get("by_field", []), lambda part: part["field"]),
        _parts("syllables", scores.get("by_length", []), _length),
        _calibration(scores.get("calibration", {})),
        Table("error", ["count"], [[kind, str(n)] for kind, n in scores.get("error_kinds", {}).items()]),
    ]
    return [table for table in tables if table.rows]


def matrix_tables(scores: Mapping[str, Any]) -> list[Table]:
    """The confusion matrices: gold in rows, predictions in columns."""
    found = {"gold label": scores.get("confusion"), "gold type": scores.get("relation_confusion")}
    return [
        Table(
            title,
            matrix["labels"],
            [[label, *map(str, row)] for label, row in zip(matrix["labels"], matrix["counts"], strict=True)],
        )
        for title, matrix in found.items()
        if matrix
    ]


def baseline_tables(scores: Mapping[str, Any]) -> list[Table]:
    """Every system beside the model: accuracy and speed, then F by label."""
    systems = scores.get("baselines", [])
    if not systems:
        return []
    overall = [
        [
            system["name"],
            *(percent((system.get(measure) or {}).get("f")) for measure in ("entities", "relations", "rows")),
            _UNKNOWN if system.get("speed") is None else f"{system['speed']:,.0f}",
        ]
        for system in systems
    ]
    labels = sorted({label for system in systems for label in system["per_label"]})
    rows = [
        [label, *(percent((system["per_label"].get(label) or {}).get("f")) for system in systems)] for label in labels
    ]
    return [
        Table("system", ["entities F", "relations F", "rows F", "syllables/s"], overall),
        Table("label F", [system["name"] for system in systems], rows),
    ]


def _ablations(found: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        [
            f"{part['name']}: {TITLES[part['measure']]}",
            percent(part["f"]),
            f"{100 * part['difference']:+.2f}",
            bounds(part["interval"], "+"),
            f"{part['p']:.3f}",
        ]
        for part in found
    ]
    return Table("change of the training", ["F", "difference", "95%", "p"], rows)


def _learning_curve(points: Sequence[Mapping[str, Any]]) -> Table:
    measures = [name for name in points[0] if name.endswith("_f")] if points else []
    rows = [[str(point["sentences"]), *(percent(point[name]) for name in measures)] for point in points]
    return Table("sentences to train on", [f"{name.removesuffix('_f')} F" for name in measures], rows)


def _schemes(entities: Mapping[str, Any]) -> Table:
    header = ["P", "R", "F", "correct", "incorrect", "partial", "missed", "spurious"]
    rows = [
        [name, *(percent(found[key]) for key in "prf"), *(str(found[key]) for key in header[3:])]
        for name, found in entities.items()
        if "correct" in found
    ]
    return Table("entities by scheme", header, rows)


def _partial(relations: Mapping[str, Any]) -> Table:
    names = {"end_to_end_partial": "end to end", "gold_entities_partial": "gold entities"}
    rows = [[names[key], *_six(found)] for key, found in relations.items() if key in names]
    return Table("relations, overlapping spans", COUNTS, rows)


def _fields(records: Mapping[str, Any]) -> Table:
    rows = [
        [name, percent(found["accuracy"]), *(_six(found) if "f" in found else [_UNKNOWN] * len(COUNTS))]
        for name, found in records.get("fields", {}).items()
    ]
    return Table("record field", ["accuracy", *COUNTS], rows)


def _known(seen: Mapping[str, Mapping[str, float]]) -> Table:
    return Table("entity strings in training", COUNTS, [[name, *_six(found)] for name, found in seen.items()])


def _parts(title: str, parts: Sequence[Mapping[str, Any]], name: Any) -> Table:
    measures = [key for key in parts[0] if key.endswith("_f")] if parts else []
    rows = [[name(part), str(part["sentences"]), *(percent(part[key]) for key in measures)] for part in parts]
    return Table(title, ["sentences", *(f"{key[:-2].replace('_', ' ')} F" for key in measures)], rows)


def _length(part: Mapping[str, Any]) -> str:
    return f"{part['low']}–{part['high']}" if part["high"] else f"{part['low']} and more"


def _calibration(found: Mapping[str, Any]) -> Table:
    rows = [[name, percent(part["ece"]), f"{part['brier']:.4f}", str(part["count"])] for name, part in found.items()]
    return Table("calibration", ["ECE", "Brier", "decisions"], rows)


def _six(found: Mapping[str, float]) -> list[str]:
    return figures(Counts(int(found["tp"]), int(found["fp"]), int(found["fn"])))
