"""Documents from paths: bytes are decoded explicitly, and the text stays as it was written."""

from __future__ import annotations

import codecs
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .errors import InputError

STANDARD_INPUT = "-"
SUFFIXES = frozenset({".txt"})  # what is read from a folder; a file that is named is tried whatever its suffix
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Text(NamedTuple):
    """A document as read: its path as given, and its text without a byte order mark."""

    id: str
    text: str


def find_documents(paths: Iterable[str]) -> Iterator[str | InputError]:
    """The files that the paths mean, folders opened in sorted order; what cannot be opened comes as its error."""
    for path in paths:
        if path == STANDARD_INPUT or not os.path.isdir(path):  # noqa: PTH112  (paths stay as given)
            yield path
            continue
        failures: list[OSError] = []
        found = False
        for folder, folders, files in os.walk(path, onerror=failures.append):
            folders.sort()
            for name in sorted(files):
                if Path(name).suffix.lower() in SUFFIXES:
                    found = True
                    yield os.path.join(folder, name)  # noqa: PTH118
        yield from (InputError(f"{failure.filename}: {_reason(failure)}") for failure in failures)
        if not found and not failures:
            yield InputError(f"{path}: no file there that can be read ({', '.join(sorted(SUFFIXES))})")


def read_document(path: str) -> Text:
    """Read one file, or standard input for ``-``.

    Raises:
        InputError: The file is missing, unreadable, binary, or in an encoding that is not Unicode's.
    """
    try:
        if path == STANDARD_INPUT:
            data = sys.stdin.buffer.read()
        else:
            if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
                raise InputError(f"{path}: not a regular file")
            data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {_reason(error)}") from error
    except ValueError as error:  # a NUL in the path
        raise InputError(f"{path!r}: {error}") from error
    return Text(path, decode(data, path))


def decode(data: bytes, name: str) -> str:
    """Text from bytes: UTF-8, or UTF-16 with its mark.

    Raises:
        InputError: see :func:`read_document`.
    """
    encoding = "utf-8"
    for mark, marked in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], marked
            break
    else:
        if b"\x00" in data[:65536]:
            raise InputError(f"{name}: a binary file, not text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not {encoding.upper()} text ({error.reason} at byte {error.start})") from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
