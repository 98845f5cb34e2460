"""``ie-model normalised``: scores what records say with gold spans and relations against hand-normalised values."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..normalised import Agreement, Cell, Comparison
    from ..report import Table

HELP = "score numbers, units, periods and cues against hand-normalised values of gold documents"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, metavar="DIR", required=True, help="gold texts")
    parser.add_argument(
        "--annotations", type=Path, metavar="DIR", required=True, help="their annotations; may be the same folder"
    )
    parser.add_argument(
        "--normalised", type=Path, metavar="FILE", required=True, help="the values, as in evaluation/normalised/dev.tsv"
    )
    parser.add_argument("--errors", action="store_true", help="list what differs as well, a field of a value a line")


def run(arguments: argparse.Namespace) -> int:
    from ie_model.standoff import read_corpus

    from ..normalised import build_normalised, compare, read_normalised

    expected = read_normalised(arguments.normalised)
    documents = read_corpus(arguments.corpus, arguments.annotations)
    comparison = compare(expected, build_normalised(documents))
    print(_table(comparison).text())
    if arguments.errors:
        _print_errors(comparison, {document.id: document.text for document in documents})
    return 0


def _table(comparison: Comparison) -> Table:
    from ..report import Table

    header = ["correct", "of", "%", "where said", "of", "%"]
    rows = [[name, *_figures(agreement)] for name, agreement in comparison.fields.items()]
    return Table("field", header, [*rows, ["all fields", *_figures(comparison.values)]])


def _figures(agreement: Agreement) -> list[str]:
    pairs = ((agreement.correct, agreement.total), (agreement.said_correct, agreement.said))
    return [cell for part, whole in pairs for cell in (str(part), str(whole), _percent(part, whole))]


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"[:-1] if whole else "-"


def _print_errors(comparison: Comparison, texts: Mapping[str, str]) -> None:
    print()
    for difference in comparison.differences:
        document, start, end = difference.place
        print(
            f"{document}:{start}-{end}\t{texts[document][start:end]}\t{difference.field}"
            f"\tfound {_cell(difference.found)}, expected {_cell(difference.expected)}"
        )


def _cell(cell: Cell) -> str:
    return "nothing" if cell is None else str(cell).lower() if isinstance(cell, bool) else format(cell, "")
