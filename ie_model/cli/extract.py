"""``ie-model extract``: the figures of documents, as rows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ie_model.errors import IEModelError, InputError

from .main import DONE, SOME_FAILED

if TYPE_CHECKING:
    from ie_model.reading import Text
    from ie_model.writing import Writer

HELP = "extract the figures of text files, folders or standard input"
FORMATS = ("jsonl", "csv", "table", "brat")
_BATCH_CHARACTERS = 200_000  # of the documents that go through the pipeline together


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    parser.add_argument(
        "--format", choices=FORMATS, default="jsonl", help="jsonl: a document a line (default); csv: a record a line"
    )
    parser.add_argument("-o", "--output", metavar="OUT", help="a file (for brat a folder); default: standard output")
    parser.add_argument("--model", metavar="DIR", help="a model folder; default: the one that is shipped")
    parser.add_argument(
        "--date",
        metavar="YYYY-MM-DD",
        type=_date,
        help="the date of all inputs, to which e.g. 'tháng trước' refers; default: the one that each gives itself",
    )


def _date(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date of the form YYYY-MM-DD") from None


def run(arguments: argparse.Namespace) -> int:
    if arguments.format == "brat" and not arguments.output:
        raise IEModelError("--format brat needs -o FOLDER")
    from ie_model import load

    nlp = load(arguments.model)
    failures: list[str] = []
    with ExitStack() as stack:
        writer = _open(arguments.format, arguments.output, stack)
        for batch in _batches(_texts(arguments.paths, failures)):
            _extract(nlp, batch, writer, failures, arguments.date)
        writer.close()
    return SOME_FAILED if failures else DONE


def _open(format_: str, output: str | None, stack: ExitStack) -> Writer:
    from ie_model import writing

    if format_ == "brat":
        return writing.Brat(Path(str(output)))
    if output is None:
        return writing.STREAM_FORMATS[format_](sys.stdout.buffer, False)
    try:
        stream = Path(output).open("wb")  # noqa: SIM115  (the stack closes it)
    except OSError as error:
        raise IEModelError(f"{output}: {(error.strerror or str(error)).lower()}") from error
    stack.enter_context(stream)
    return writing.STREAM_FORMATS[format_](stream, True)


def _fail(message: str, failures: list[str]) -> None:
    failures.append(message)
    print(f"ie-model: {message}", file=sys.stderr)


def _texts(paths: Iterable[str], failures: list[str]) -> Iterator[Text]:
    """The documents that can be read; the others are named on standard error as they come."""
    from ie_model.reading import find_documents, read_document

    for found in find_documents(paths):
        try:
            if isinstance(found, InputError):
                raise found
            yield read_document(found)
        except InputError as error:
            _fail(str(error), failures)


def _batches(texts: Iterable[Text]) -> Iterator[list[Text]]:
    batch: list[Text] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text.text)
        if size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _extract(nlp: Any, batch: list[Text], writer: Writer, failures: list[str], date: str | None) -> None:
    # A memory zone: what a batch adds to the vocabulary is freed after it, so a stream's memory stays flat.
    with nlp.memory_zone():
        try:
            docs = list(nlp.pipe([text.text for text in batch]))
        except ValueError:
            docs = None
        for i, text in enumerate(batch):
            try:
                doc = docs[i] if docs else nlp(text.text)
                doc._.date = date
                writer.write(text.id, doc)
            except ValueError as error:
                _fail(f"{text.id}: {error}", failures)
