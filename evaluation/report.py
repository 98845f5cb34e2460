"""An evaluation as text for the terminal, as Markdown, and as ``scores.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .bootstrap import LEVEL, Difference, compare, interval, resample
from .changes import Class, compare_classes, name_differences
from .scores import Scores
from .tables import (
    COUNTS,
    TITLES,
    Table,
    baseline_tables,
    bounds,
    by_class,
    detail_tables,
    figures,
    matrix_tables,
    percent,
)

_SHOWN = 10  # changed sentences in a text
_SHOWN_EACH = 6  # changes of a sentence there


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
        classes: F of each label and type less that of the other, p corrected for their number.
        details: What else goes into ``scores.json``, see :func:`.details.describe`.
        changes: The sentences in which the two models differ, see :func:`.changes.find_changes`.
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
    classes: dict[Class, Difference] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[Mapping[str, Any]] = ()

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
            **self.details,
        }
        if self.against_scores is not None:
            out["against"] = {
                "model": self.against,
                **self.against_scores.to_json(),
                "differences": {path: _plain(found) for path, found in self.differences.items()},
                "classes": [
                    {"measure": measure, "name": name, **_plain(found)}
                    for (measure, name), found in self.classes.items()
                ],
                "named": name_differences(self.classes),
                "changes": list(self.changes),
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
            lines.append("Differences are the model's F less that of the other, in points; p is of the paired test,")
            lines.append("of labels and relation types corrected for their number (Holm).")
        return lines

    def tables(self) -> list[Table]:
        """Overall scores, the comparison if there is one, the baselines, scores by class, all else but the matrices."""
        scores = self.to_json()
        tables = [self._overall()]
        if self.against_scores is not None:
            tables.append(self._comparison(self.against_scores))
        tables += baseline_tables(scores)
        tables.append(by_class("label", self.scores.entities.per_class()))
        if self.scores.relations is not None:
            tables.append(by_class("relation, end to end", self.scores.relations.per_class()))
        if self.scores.relations_on_gold is not None:
            tables.append(by_class("relation, gold entities", self.scores.relations_on_gold.per_class()))
        return tables + detail_tables(scores)

    def text(self) -> str:
        """For the terminal."""
        parts = [
            "\n".join(self.head()),
            *(table.text() for table in self.tables()),
            *("\n".join(lines) for lines in self._differences() if lines),
            "\n".join(self.notes()),
        ]
        return "\n\n".join(parts)

    def markdown(self) -> str:
        """The content of ``report.md``, for a pull request: what matters first, the rest folded away."""
        tables = [table.markdown() for table in [*self.tables(), *matrix_tables(self.to_json())]]
        shown = 1 if self.against_scores is None else 2
        named, changed = self._differences()
        parts = ["# Evaluation", _bullets(self.head()), *tables[:shown]]
        parts += [_bullets(named)] if named else []
        parts += ["\n".join(self.notes()), *_folded("Tables", tables[shown:])]
        parts += _folded("Changed sentences", [_verbatim(changed)] if changed else [])
        return "\n\n".join(parts) + "\n"

    def _overall(self) -> Table:
        rows = [
            [TITLES[path], *figures(tally.micro), bounds(self.intervals[path])]
            for path, tally in self.scores.measures().items()
        ]
        return Table("measure", [*COUNTS, f"F {LEVEL:.0%}"], rows)

    def _comparison(self, other_scores: Scores) -> Table:
        measures, other = self.scores.measures(), other_scores.measures()
        rows = [
            [
                TITLES[path],
                percent(measures[path].micro.f),
                percent(other[path].micro.f),
                f"{100 * found.f:+.2f}",
                bounds((found.low, found.high), "+"),
                f"{found.p:.3f}",
            ]
            for path, found in self.differences.items()
        ]
        return Table("comparison", ["F", "other F", "difference", f"{LEVEL:.0%}", "p"], rows)

    def _differences(self) -> tuple[list[str], list[str]]:
        """Lines that name labels and types, and lines on the sentences that changed most."""
        if self.against is None:
            return [], []
        named = name_differences(self.classes) or ["no label or relation type differs significantly"]
        return named, [*_changed_lines(self.changes)]


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
    details: Mapping[str, Any] | None = None,
    changes: Sequence[Mapping[str, Any]] = (),
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
        classes=compare_classes(scores, against_scores, samples, seed) if against_scores is not None else {},
        details=details or {},
        changes=changes,
    )


def _changed_lines(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A summary, and the sentences in which most changed."""
    if not changes:
        return
    worse, better = (sum(len(sentence[side]) for sentence in changes) for side in ("worse", "better"))
    yield f"{len(changes)} sentences changed: {worse} worse, {better} better"
    shown = sorted(changes, key=lambda sentence: -abs(len(sentence["better"]) - len(sentence["worse"])))[:_SHOWN]
    for sentence in shown:
        yield f"{sentence['document']} {sentence['start']}: {_shorten(sentence['text'])}"
        lines = [
            f"  {sign} {found['how']}: {found['name']} {_shorten(found['text'])}"
            for side, sign in (("worse", "-"), ("better", "+"))
            for found in sentence[side]
        ]
        yield from lines[:_SHOWN_EACH]
        if len(lines) > _SHOWN_EACH:
            yield f"    and {len(lines) - _SHOWN_EACH} more"
    if len(changes) > len(shown):
        yield f"and {len(changes) - len(shown)} more sentences"


def _shorten(text: str, width: int = 100) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def _plain(found: Difference) -> dict[str, Any]:
    return {"f": found.f, "interval": [found.low, found.high], "p": found.p}


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _verbatim(lines: Sequence[str]) -> str:
    """Lines as an indented block, which no text can end."""
    return "\n".join(f"    {line}" for line in lines)


def _folded(title: str, parts: Sequence[str]) -> list[str]:
    """Parts that a reader on the forge opens by a click."""
    return [f"<details><summary>{title}</summary>", *parts, "</details>"] if parts else []
