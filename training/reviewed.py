"""Reviewed exceptions: notices that a person has looked at and let stand, so that they are not shown again.

One a line in ``reviewed.txt``: code, document, and the text it is about; after `` # ``, why. Lines that begin with
``#`` are comments::

    differs trade/news-02 Trung Quốc  # origin of the goods, part of the phrase
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ie_model.errors import StandoffError

from .check import Finding


@dataclass(frozen=True)
class Reviewed:
    """A line of the file: its number, and what it lets stand."""

    line: int
    code: str
    document: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.document} {self.text}"


def read_reviewed(path: Path) -> list[Reviewed]:
    """The lines of a file of exceptions; none where the file is missing.

    Raises:
        StandoffError: A line does not name code, document and text, or the file is not UTF-8.
    """
    if not path.is_file():
        return []
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise StandoffError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
    reviewed = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            parts = line.split(maxsplit=2)
            if len(parts) < 3 or not _plain(parts[2]):
                raise StandoffError(f"{path}, line {number}: expected 'code document text'")
            reviewed.append(Reviewed(number, parts[0], parts[1], _plain(parts[2])))
    return reviewed


def set_aside(findings: Iterable[Finding], reviewed: Iterable[Reviewed]) -> tuple[list[Finding], list[Reviewed]]:
    """The findings that remain, and the exceptions that none of them needed. Failures always remain."""
    known = {(line.code, line.document, line.text): line for line in reviewed}
    remaining: list[Finding] = []
    used: set[tuple[str, str, str]] = set()
    for finding in findings:
        key = (finding.code, finding.document, _plain(finding.text))
        if not finding.failure and key in known:
            used.add(key)
        else:
            remaining.append(finding)
    return remaining, [line for key, line in known.items() if key not in used]


def format_reviewed(finding: Finding) -> str:
    """A finding as a line of the file."""
    return f"{finding.code} {finding.document} {_plain(finding.text)}"


def _plain(text: str) -> str:
    """Without the comment and without differences that one does not see."""
    return " ".join(unicodedata.normalize("NFC", f" {text}".partition(" #")[0]).split())
