"""``ie-model context``: how well records take period and subject from their context, against the gold for it."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..gold import PROJECT_ANNOTATIONS, PROJECT_CORPUS

HELP = "score what records take from their context, on gold spans"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, default=PROJECT_CORPUS, metavar="DIR", help="the project's texts")
    parser.add_argument(
        "--annotations", type=Path, default=PROJECT_ANNOTATIONS, metavar="DIR", help="their annotations"
    )


def run(arguments: argparse.Namespace) -> int:
    from ie_model.standoff import read_corpus

    from ..context import score_context

    documents = read_corpus(arguments.corpus, arguments.annotations)
    print(f"{'part':<12} {'field':<8} {'precision':>9} {'recall':>7} {'right':>6} {'wrong':>6} {'missed':>6}")
    for part in ("development", "held-back"):
        for field, found in score_context(documents, part).items():
            counts = f"{found.right:>6} {found.wrong:>6} {found.missed:>6}"
            print(f"{part:<12} {field:<8} {found.precision:>9.3f} {found.recall:>7.3f} {counts}")
    return 0
