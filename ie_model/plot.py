"""An indicator over time, drawn with matplotlib."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from .errors import IEModelError
from .extras import require
from .frames import Documents, to_frame
from .records.calendar import bounds

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

# Told apart by line and marker as well as by colour, for print and for the colour-blind.
_MARKERS = "osD^vPX"
_HOLLOW = ("plan", "forecast", "estimate")


def plot_indicator(
    data: pandas.DataFrame | Documents, indicator: str, *, kind: str = "level", ax: Axes | None = None
) -> Axes:
    """Draw an indicator's figures over their periods.

    Each figure is a marker in the middle of its period, or where in the period the text puts it (*cuối năm 2019*), and
    a bar over all of the period. Figures of one subject and unit share a colour; those of one status and length of
    period are joined to a line. What is planned, forecast or estimated is hollow and dashed. A range is an upright
    bar. Figures whose period the text does not fix cannot be drawn and are left out.

    Args:
        data: A frame of :func:`ie_model.to_frame`, or documents as that function takes them.
        indicator: The indicator, in any case and Unicode form.
        kind: Which of its figures: ``level``, ``increase`` …
        ax: Where to draw; default: new axes.

    Raises:
        IEModelError: matplotlib or pandas is not installed, or no figure with a period has that indicator and kind.
    """
    pyplot = require("matplotlib.pyplot", "plot")
    frame = data if hasattr(data, "columns") else to_frame(data)
    figures = _select(frame, indicator, kind)
    if ax is None:
        ax = pyplot.subplots(figsize=(8, 4.5), layout="constrained")[1]
    units = [str(unit) for unit in figures["unit"].dropna().unique()]
    groups = figures.groupby(["subject", "unit"], sort=False, dropna=False)
    for number, ((subject, unit), group) in enumerate(groups):
        name = ", ".join(filter(None, [subject, str(unit) if len(units) > 1 else ""]))
        for status, part in group.groupby("status", sort=False):
            label = ", ".join(filter(None, [name, status if status != "actual" else ""])) or None
            for _, line in part.groupby("length", sort=False):
                _draw(ax, line.sort_values("day"), label, number, hollow=status in _HOLLOW)
                label = None
    ax.set_title(indicator)
    ax.set_ylabel(units[0] if len(units) == 1 else "")
    ax.margins(0.08, 0.15)
    ax.grid(axis="y", alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    ax.yaxis.set_major_formatter(lambda y, _: _vietnamese(y))
    if ax.get_legend_handles_labels()[1]:
        ax.legend(frameon=False)
    return ax


def _select(frame: pandas.DataFrame, indicator: str, kind: str) -> pandas.DataFrame:
    """The figures to draw, with the first and last day of their periods, the day of the marker, the length in months.

    Raises:
        IEModelError: There are none.
    """
    wanted = _fold(indicator)
    names = frame["indicator"].dropna()
    found = frame.loc[names.index[[_fold(name) == wanted for name in names]]]
    found = found[(found["kind"] == kind) & found["period"].notna()]
    found = found[found["value"].notna() | (found["low"].notna() & found["high"].notna())]
    if not len(found):
        close = get_close_matches(wanted, {_fold(name) for name in names}, n=3)
        hint = f" (close: {'; '.join(close)})" if close and wanted not in close else ""
        raise IEModelError(f"no {kind} of {indicator!r} with a period{hint}")
    stretches = [bounds(period) for period in found["period"]]
    return found.assign(
        first=[first for first, _ in stretches],
        last=[last for _, last in stretches],
        day=[_day(*stretch, point) for stretch, point in zip(stretches, found["period_point"], strict=True)],
        length=[round((last - first).days / 30.4) for first, last in stretches],
    )


def _day(first: date, last: date, point: object) -> date:
    return {"start": first, "end": last}.get(str(point), first + (last - first) / 2)


def _draw(ax: Axes, figures: pandas.DataFrame, label: str | None, number: int, hollow: bool) -> None:
    """Draw figures as one line; ``number`` is that of its colour and marker."""
    color = f"C{number % 10}"
    days: list[Any] = list(figures["day"])
    ends = [
        (float(low if value is None else value), float(high if value is None else value))
        for value, low, high in zip(figures["value"], figures["low"], figures["high"], strict=True)
    ]
    middles = [(low + high) / 2 for low, high in ends]
    ax.hlines(middles, list(figures["first"]), list(figures["last"]), color=color, alpha=0.3, linewidth=4)
    ax.vlines(days, *zip(*ends, strict=True), color=color)
    ax.plot(
        days,
        middles,
        color=color,
        marker=_MARKERS[number % len(_MARKERS)],
        linestyle="--" if hollow else "-",
        markerfacecolor="white" if hollow else color,
        label=label,
    )


def _vietnamese(number: float) -> str:
    """A number with points between thousands and a decimal comma."""
    return f"{number:,.12g}".translate(str.maketrans(",.", ".,"))


def _fold(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().split())
