"""``ie-model corpus``: compile markup to standoff, show standoff as markup, check annotations."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from ie_model.errors import IEModelError, StandoffError

HELP = "write, show and check annotated text"


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("check", "check all annotations; errors give exit status 1, notices are places to look at"),
        ("compile", "compile inline markup to .txt and .ann, after checking it"),
        ("show", "print annotated documents as inline markup"),
        ("refer", "turn compiled documents of the vietnews corpus into annotations by reference"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--corpus", type=Path, default=Path("corpus"), metavar="DIR")
        action.add_argument("--annotations", type=Path, default=Path("annotations"), metavar="DIR")
        if name == "check":
            action.add_argument("--quiet", action="store_true", help="print errors only")
        if name in ("check", "refer"):
            action.add_argument("--vietnews", type=Path, metavar="CLONE", help="a clone of the referenced corpus")
        if name in ("compile", "refer"):
            action.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file of inline markup")
        if name == "show":
            action.add_argument("ids", nargs="*", metavar="ID", help="documents, or folders of them; default: all")


def run(arguments: argparse.Namespace) -> int:
    return {"check": _check, "compile": _compile, "show": _show, "refer": _refer}[arguments.action](arguments)


def _check(arguments: argparse.Namespace) -> int:
    from ie_model_training.gold import REFERENCES
    from ie_model_training.vietnews import read_references, rebuild

    from ie_model.standoff import read_corpus

    documents = read_corpus(arguments.corpus, arguments.annotations)
    if arguments.vietnews:
        documents += rebuild(read_references(arguments.annotations / REFERENCES), arguments.vietnews)
    sentences = sum(1 for document in documents for _ in document.lines())
    failures = _report(documents, arguments.annotations, arguments.quiet)
    print(f"{len(documents)} documents, {sentences} sentences, {failures} errors")
    return 1 if failures else 0


def _report(documents: Iterable, annotations: Path, quiet: bool) -> int:
    """Print findings; the number of failures."""
    from ie_model_training.check import check_corpus, read_rules
    from ie_model_training.gold import SCHEME_FILE

    from ie_model.scheme import read_scheme

    scheme = read_scheme(annotations / SCHEME_FILE)
    failures = 0
    for finding in check_corpus(documents, scheme, read_rules(annotations / "checks.toml")):
        failures += finding.failure
        if finding.failure or not quiet:
            print(finding)
    return failures


def _compiled(arguments: argparse.Namespace) -> list:
    from ie_model_training.markup import compile_markup

    documents = []
    for path in arguments.files:
        try:
            markup = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise StandoffError(f"{path}: {error}") from error
        documents += compile_markup(markup, str(path))
    if _report(documents, arguments.annotations, quiet=True):
        raise IEModelError("nothing was written: mend the errors above")
    return documents


def _compile(arguments: argparse.Namespace) -> int:
    from ie_model.standoff import format_annotations

    for document in (documents := _compiled(arguments)):
        for folder, suffix, content in (
            (arguments.corpus, ".txt", document.text),
            (arguments.annotations, ".ann", format_annotations(document.entities, document.relations)),
        ):
            path = folder / (document.id + suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8"))
    print(f"{len(documents)} documents written")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from ie_model_training.markup import format_markup

    from ie_model.standoff import read_corpus

    wanted = tuple(arguments.ids)
    documents = [
        document
        for document in read_corpus(arguments.corpus, arguments.annotations)
        if not wanted or any(document.id == id_ or document.id.startswith(id_.rstrip("/") + "/") for id_ in wanted)
    ]
    sys.stdout.write(format_markup(documents))
    return 0


def _refer(arguments: argparse.Namespace) -> int:
    from ie_model_training.gold import REFERENCES
    from ie_model_training.vietnews import format_reference, make_reference, raw_file

    if not arguments.vietnews:
        raise IEModelError("refer needs --vietnews CLONE")
    folder = arguments.annotations / REFERENCES
    folder.mkdir(parents=True, exist_ok=True)
    documents = _compiled(arguments)
    for document in documents:
        number = document.id.rsplit("/", 1)[-1]
        path, commit, raw = raw_file(arguments.vietnews, number)
        reference = make_reference(document, path, commit, raw)
        (folder / f"{number}.json").write_bytes(format_reference(reference).encode("utf-8"))
    print(f"{len(documents)} references written")
    return 0
