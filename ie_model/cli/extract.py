"""``ie-model extract``: the figures of documents, as rows."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ie_model.errors import InputError
from ie_model.writing import FORMATS, check_call

from .main import DONE, SOME_FAILED

if TYPE_CHECKING:
    from ie_model.audit import Audit
    from ie_model.reading import Text
    from ie_model.writing.base import Writer

HELP = "extract the figures of text files, folders or standard input"
_BATCH_CHARACTERS = 200_000  # of the documents that go through the pipeline together


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        default="jsonl",
        help="jsonl: a document a line (default); csv, table, xlsx, parquet, sdmx-csv: a record a line; brat: standoff",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="a file (for brat a folder); default, for formats of text: standard output",
    )
    parser.add_argument(
        "--audit",
        action="store_true",
        help="list each number that is in no record, with the reason: a line each on standard error",
    )
    parser.add_argument("--audit-output", metavar="FILE", help="write that list to a CSV file instead")
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
    check_call(arguments.format, arguments.output)
    from ie_model import load

    nlp = load(arguments.model)
    gc.collect()
    gc.freeze()  # the model stays: the garbage collector need not go through it again and again
    failures: list[str] = []
    try:
        _extract_all(nlp, arguments, failures)
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk: what was written so far is there, and ended
        _fail(f"{arguments.output or 'standard output'}: {(error.strerror or str(error)).lower()}", failures)
    finally:
        gc.unfreeze()
    return SOME_FAILED if failures else DONE


def _extract_all(nlp: Any, arguments: argparse.Namespace, failures: list[str]) -> None:
    from ie_model.writing import open_writer

    with ExitStack() as stack:
        writer = stack.enter_context(open_writer(arguments.format, arguments.output))
        audit = _open_audit(arguments, stack)
        for batch in _batches(_texts(arguments.paths, failures)):
            _extract(nlp, batch, writer, audit, failures, arguments.date)


def _open_audit(arguments: argparse.Namespace, stack: ExitStack) -> Audit | None:
    if not arguments.audit and arguments.audit_output is None:
        return None
    from ie_model.audit import open_audit

    return stack.enter_context(open_audit(arguments.audit_output))


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


def _extract(
    nlp: Any, batch: list[Text], writer: Writer, audit: Audit | None, failures: list[str], date: str | None
) -> None:
    # A memory zone: what a batch adds to the vocabulary is freed after it, so a stream's memory stays flat.
    with nlp.memory_zone():
        try:
            docs = list(nlp.pipe([text.text for text in batch]))
        except ValueError:
            docs = None
        for i, text in enumerate(batch):
            try:
                text.id.encode("utf-8")  # a file name that is no Unicode fails here, before anything is written
                doc = docs[i] if docs else nlp(text.text)
                doc._.date = date
                writer.write(text.id, doc)
                if audit:
                    audit.write(text.id, doc)
            except ValueError as error:
                _fail(f"{text.id}: {error}", failures)
