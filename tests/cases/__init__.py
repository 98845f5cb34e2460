"""Tables of figures and what they say, one a line, as someone who knows the reports writes them down."""

from __future__ import annotations

from pathlib import Path


def read_cases(name: str) -> list[tuple[str, str]]:
    """The ``figure = what it says`` lines of a table; ``[…]`` opens a section, ``#`` a comment."""
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    cases = [line.rpartition(" = ") for line in lines if line and line[0] not in "[#"]
    return [(figure, said) for figure, _, said in cases]
