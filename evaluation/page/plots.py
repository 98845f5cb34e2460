"""Plots as inline SVG. Colours and fonts come from the page's style sheet, so they follow light, dark and print.

All are drawn in CSS pixels and scale down with the page. Shares are from 0 to 1. Series differ by the marker's shape as
well as by colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor, sqrt
from typing import Any

from markupsafe import Markup, escape

_ROW, _FOOT = 30, 26
_OUTLINES = (  # circle, square, diamond, triangle, triangle on its tip, around the origin
    "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
    "M-4 -4h8v8h-8z",
    "M0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z",
    "M0 -5l5 9h-10z",
    "M0 5l5 -9h-10z",
)
SHAPES = len(_OUTLINES)


@dataclass(frozen=True)
class Estimate:
    """A named share with its interval, if known, and what others reach on the same scale."""

    name: str
    value: float
    interval: tuple[float, float] | None = None
    others: Mapping[str, float] = field(default_factory=dict)


def dots(estimates: Sequence[Estimate], title: str) -> Markup:
    """A row for each estimate: a dot with its interval as a bar, hollow shapes for the others."""
    width, left, right = 560, 160, 14
    bottom = _ROW * len(estimates)

    def x(share: float) -> float:
        return left + share * (width - left - right)

    parts = [_grid_x(x, bottom)]
    for row, estimate in enumerate(estimates):
        y = _ROW * row + _ROW / 2
        parts.append(_text(left - 14, y, estimate.name, "end"))
        if estimate.interval:
            low, high = estimate.interval
            parts.append(_line(x(low), y, x(high), y, "whisker"))
        for number, (name, value) in enumerate(estimate.others.items(), 1):
            parts.append(_marker(number, x(value), y, f"other s{number % SHAPES}", f"{name}: {100 * value:.1f}"))
        parts.append(_marker(0, x(estimate.value), y, "dot", f"{estimate.name}: {100 * estimate.value:.1f}"))
    return _svg(width, bottom + _FOOT, title, parts)


def bars(counts: Mapping[str, int], title: str) -> Markup:
    """A bar for each count, the count at its end."""
    width, left, right = 640, 220, 50
    most = max([*counts.values(), 1])
    parts = []
    for row, (name, count) in enumerate(counts.items()):
        y = 24 * row + 12
        length = (width - left - right) * count / most
        parts.append(_text(left - 14, y, name, "end"))
        parts.append(f'<rect class="bar" x="{left}" y="{y - 7}" width="{length:.1f}" height="14"/>')
        parts.append(_text(left + length + 7, y, str(count), "start", "value"))
    return _svg(width, 24 * len(counts), title, parts)


def reliability(bins: Iterable[Mapping[str, Any]], title: str) -> Markup:
    """Observed against predicted probability; the area of a point is the share of items in its bin.

    Points on the diagonal are calibrated (Niculescu-Mizil and Caruana 2005, Predicting good probabilities).
    """
    size, left, top = 190, 44, 10
    points = [(bin_["predicted"], bin_["observed"], bin_["count"]) for bin_ in bins if bin_["count"]]
    total = sum(count for *_, count in points)

    def x(share: float) -> float:
        return left + share * size

    def y(share: float) -> float:
        return top + (1 - share) * size

    parts = [_line(x(0), y(0), x(1), y(1), "diagonal")]
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts += [_line(x(0), y(share), x(1), y(share), "grid"), _line(x(share), y(0), x(share), y(1), "grid")]
        if share in (0, 0.5, 1):
            parts.append(_text(x(share), y(0) + 14, f"{100 * share:.0f}", "middle", "tick"))
            parts.append(_text(left - 8, y(share), f"{100 * share:.0f}", "end", "tick"))
    parts.append(_text(x(0.5), y(0) + 31, "score, %", "middle", "tick"))
    parts.append(_path([(x(p), y(o)) for p, o, _ in points], "series s0"))
    for predicted, observed, count in points:
        note = f"score {100 * predicted:.1f}, right {100 * observed:.1f}, {count} items"
        radius = 2 + 9 * sqrt(count / total)
        parts.append(
            f'<circle class="bubble" cx="{x(predicted):.1f}" cy="{y(observed):.1f}" r="{radius:.1f}">'
            f"<title>{escape(note)}</title></circle>"
        )
    return _svg(left + size + 14, top + size + 40, title, parts)


def lines(ticks: Sequence[str], series: Mapping[str, Sequence[float | None]], title: str, axis: str) -> Markup:
    """A line for each series over evenly spaced ticks; None leaves the point out. The y axis is in percent."""
    width, height, left, right, top = 560, 220, 40, 125, 10
    values = [value for line in series.values() for value in line if value is not None]
    bottom = min(0.8, floor(10 * min([*values, 1.0]) - 0.05) / 10) if values else 0.0
    bottom = max(bottom, 0.0)

    def x(place: int) -> float:
        return left + (place + 0.5) * (width - left - right) / len(ticks)

    def y(share: float) -> float:
        return top + (1 - share) / (1 - bottom) * height

    parts = []
    for step in range(round(10 * bottom), 11):
        parts.append(_line(left, y(step / 10), width - right, y(step / 10), "grid"))
        parts.append(_text(left - 8, y(step / 10), str(10 * step), "end", "tick"))
    parts += [_text(x(place), top + height + 14, tick, "middle", "tick") for place, tick in enumerate(ticks)]
    parts.append(_text((left + width - right) / 2, top + height + 32, axis, "middle", "tick"))
    ends = []
    for number, (name, line) in enumerate(series.items()):
        points = [(x(place), y(value)) for place, value in enumerate(line) if value is not None]
        parts.append(_path(points, f"series s{number % SHAPES}"))
        parts += [_marker(number, px, py, f"point s{number % SHAPES}") for px, py in points]
        if points:
            ends.append((points[-1][1], number, name))
    place = 0.0
    for end, number, name in sorted(ends):
        place = max(end, place + 15)  # names of lines that end close together stand below each other
        parts.append(_text(width - right + 10, place, name, "start", f"name s{number % SHAPES}"))
    return _svg(width, top + height + 42, title, parts)


def key(number: int) -> Markup:
    """The marker of the others' ``number``-th, counted from 1, for a caption."""
    marker = _marker(number, 0, 0, f"other s{number % SHAPES}")
    return Markup(f'<svg class="key" aria-hidden="true" viewBox="-6 -6 12 12" width="12" height="12">{marker}</svg>')


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> Markup:
    return Markup(
        f'<svg role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _grid_x(x: Any, bottom: float) -> str:
    parts = []
    for share in range(0, 101, 20):
        parts.append(_line(x(share / 100), 0, x(share / 100), bottom, "grid"))
        parts.append(_text(x(share / 100), bottom + 14, str(share), "middle", "tick"))
    return "".join(parts)


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _path(points: Sequence[tuple[float, float]], name: str) -> str:
    return f'<polyline class="{name}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def _text(x: float, y: float, text: str, anchor: str, name: str = "") -> str:
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" dy=".35em" text-anchor="{anchor}">{escape(text)}</text>'


def _marker(shape: int, x: float, y: float, name: str, note: str = "") -> str:
    """One of the shapes around a point; ``note`` shows under the pointer."""
    outline = _OUTLINES[shape % SHAPES]
    title = f"<title>{escape(note)}</title>" if note else ""
    return f'<path class="{name}" transform="translate({x:.1f} {y:.1f})" d="{outline}">{title}</path>'
