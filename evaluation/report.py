"""An evaluation as tables, for the terminal and for Markdown, and as ``scores.json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .bootstrap import LEVEL, Difference, compare, interval, resample
from .scores import Counts, Scores, Tally

TITLES = {
    "entities.micro": "entities",
    "relations.end_to_end": "relations, end to end",
    "relations.gold_entities": "relations, gold entities",
    "rows": "rows",
}
_COUNTS = ["P", "R", "F", "TP", "FP", "FN"]


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
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True)
class Evaluation:
    """Everything that one call of ``ie-model evaluate`` found out.

    Attributes:
        model, gold: Where they lie, for people.
        size: How much gold there is: documents, sentences.
        unit: What is resampled: ``documents`` or ``sentences``.
        scores: The model's.
        intervals: Of micro F, by the measure's path in ``scores.json``.
        against: The model compared with, or None.
        against_scores: Its scores.
        differences: Micro F of the model less that of the other, by path.
    """

    model: str
    gold: str
    size: dict[str, int]
    unit: str
    samples: int
    seed: int
    scores: Scores
    intervals: dict[str, tuple[float, float]]
    against: str | None = None
    against_scores: Scores | None = None
    differences: dict[str, Difference] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The content of ``scores.json``."""
        out = {
            "model": self.model,
            "gold": {"source": self.gold, **self.size},
            **self.scores.to_json(),
            "intervals": {
                "level": LEVEL,
                "samples": self.samples,
                "seed": self.seed,
                "unit": self.unit,
                "f": {path: list(bounds) for path, bounds in self.intervals.items()},
            },
            "against": None,
        }
        if self.against_scores is not None:
            out["against"] = {
                "model": self.against,
                **self.against_scores.to_json(),
                "differences": {
                    path: {"f": found.f, "interval": [found.low, found.high], "p": found.p}
                    for path, found in self.differences.items()
                },
            }
        return out

    def head(self) -> list[str]:
        """What was scored on what, a line each."""
        size = ", ".join(f"{count} {name}" for name, count in self.size.items())
        lines = [f"model: {self.model}", f"gold: {self.gold}: {size}"]
        return lines if self.against is None else [lines[0], f"against: {self.against}", lines[1]]

    def notes(self) -> list[str]:
        """How to read the figures, a line each."""
        what = f"{self.samples} bootstrap resamples of the {self.unit}, seed {self.seed}"
        lines = [f"Strict scores in percent; {LEVEL:.0%} intervals of F from {what}."]
        if self.differences:
            lines.append("Differences are the model's F less that of the other, in points; p is of the paired test.")
        return lines

    def tables(self) -> list[Table]:
        """Overall scores, the comparison if there is one, then scores by class."""
        measures = self.scores.measures()
        overall = [
            [TITLES[path], *_figures(tally.micro), _bounds(self.intervals[path])] for path, tally in measures.items()
        ]
        tables = [Table("measure", [*_COUNTS, f"F {LEVEL:.0%}"], overall)]
        if self.against_scores is not None:
            other = self.against_scores.measures()
            rows = [
                [
                    TITLES[path],
                    _percent(measures[path].micro.f),
                    _percent(other[path].micro.f),
                    f"{100 * found.f:+.2f}",
                    _bounds((found.low, found.high), "+"),
                    f"{found.p:.3f}",
                ]
                for path, found in self.differences.items()
            ]
            tables.append(Table("comparison", ["F", "other F", "difference", f"{LEVEL:.0%}", "p"], rows))
        tables.append(_by_class("label", self.scores.entities))
        if self.scores.relations is not None:
            tables.append(_by_class("relation, end to end", self.scores.relations))
        if self.scores.relations_on_gold is not None:
            tables.append(_by_class("relation, gold entities", self.scores.relations_on_gold))
        return tables

    def text(self) -> str:
        """For the terminal."""
        return "\n\n".join(
            ["\n".join(self.head()), *(table.text() for table in self.tables()), "\n".join(self.notes())]
        )

    def markdown(self) -> str:
        """The content of ``report.md``."""
        head = "\n".join(f"- {line}" for line in self.head())
        parts = ["# Evaluation", head, *(table.markdown() for table in self.tables()), "\n".join(self.notes())]
        return "\n\n".join(parts) + "\n"


def make_evaluation(
    *,
    model: str,
    gold: str,
    size: dict[str, int],
    unit: str,
    scores: Scores,
    against: str | None = None,
    against_scores: Scores | None = None,
    samples: int,
    seed: int,
) -> Evaluation:
    """Add intervals and, for two models, differences to scores; parameters as in :class:`Evaluation`."""
    measures = scores.measures()
    other = against_scores.measures() if against_scores is not None else {}
    draws = resample(len(scores.entities.documents), samples, seed)
    return Evaluation(
        model=model,
        gold=gold,
        size=size,
        unit=unit,
        samples=samples,
        seed=seed,
        scores=scores,
        intervals={path: interval(tally.array(), draws) for path, tally in measures.items()},
        against=against,
        against_scores=against_scores,
        differences={
            path: compare(tally.array(), other[path].array(), draws)
            for path, tally in measures.items()
            if path in other
        },
    )


def _by_class(title: str, tally: Tally) -> Table:
    return Table(title, _COUNTS, [[name, *_figures(counts)] for name, counts in tally.per_class().items()])


def _figures(counts: Counts) -> list[str]:
    return [*map(_percent, (counts.p, counts.r, counts.f)), *map(str, (counts.tp, counts.fp, counts.fn))]


def _percent(share: float) -> str:
    return f"{100 * share:.2f}"


def _bounds(bounds: tuple[float, float], sign: str = "") -> str:
    return " – ".join(format(100 * bound, f"{sign}.2f") for bound in bounds)
