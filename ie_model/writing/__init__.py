"""Extracted documents in the output formats, one module a format.

A writer takes documents one by one and writes each at once, so memory does not grow with their number. A format's
module, and the library it needs, is imported when the format is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import IEModelError

if TYPE_CHECKING:
    from .base import Writer


class Format(NamedTuple):
    """Where a format's writer is, and what it writes to.

    Attributes:
        module: Its module in this package, with a function ``create``.
        target: ``stream`` (a file or standard output), ``file`` (a file only) or ``folder``.
    """

    module: str
    target: str = "stream"


FORMATS = {
    "jsonl": Format("jsonl"),
    "csv": Format("csv"),
    "table": Format("table"),
    "xlsx": Format("xlsx", "file"),
    "parquet": Format("parquet", "file"),
    "sdmx-csv": Format("sdmx"),
    "brat": Format("brat", "folder"),
}


def check_call(name: str, output: str | None) -> None:
    """Find out before anything is done whether a format can be written.

    Raises:
        IEModelError: The format needs an output, or a library that is not installed.
    """
    if output is None and FORMATS[name].target != "stream":
        raise IEModelError(f"--format {name} needs -o {FORMATS[name].target.upper()}")
    import_module(f".{FORMATS[name].module}", __name__)


@contextmanager
def open_writer(name: str, output: str | None) -> Iterator[Writer]:
    """The writer of a format. Leaving the context ends the output, after an error too: what was written can be read.

    Args:
        name: One of :data:`FORMATS`.
        output: A file, or a folder for a format of several files; None for standard output.

    Raises:
        IEModelError: See :func:`check_call`; or the output cannot be written.
    """
    check_call(name, output)
    from .base import output_file

    module = import_module(f".{FORMATS[name].module}", __name__)
    with ExitStack() as stack:
        if output is None:
            writer = module.create(sys.stdout.buffer, to_file=False)
        elif FORMATS[name].target == "folder":
            writer = module.create(Path(output))
        else:
            stream = stack.enter_context(output_file(output))
            writer = module.create(stream, to_file=True)
        stack.callback(writer.close)
        yield writer
