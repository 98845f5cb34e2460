"""``ie-model corpus``: compile markup to standoff, show it as markup, check and review it, compare two, count it."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ie_model.errors import IEModelError, StandoffError

if TYPE_CHECKING:
    from ie_model_training.check import Finding

    from ie_model.standoff import Document

HELP = "write, show, check, compare and count annotated text"
RULES = "checks.toml"  # in the folder of the annotations, as the next
REVIEWED = "reviewed.txt"  # exceptions among the notices


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("check", "check all annotations; errors give exit status 1, notices are places to look at"),
        ("compile", "compile inline markup to .txt and .ann, after checking it"),
        ("show", "print annotated documents as inline markup"),
        ("refer", "turn compiled documents of the vietnews corpus into annotations by reference"),
        ("rebuild", "write the referenced documents with their texts, from a clone, as .txt and .ann"),
        ("card", "print the figures of the data card as Markdown tables"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--corpus", type=Path, default=Path("corpus"), metavar="DIR")
        action.add_argument("--annotations", type=Path, default=Path("annotations"), metavar="DIR")
        if name == "check":
            action.add_argument("--quiet", action="store_true", help="print errors only")
            action.add_argument(
                "--as-reviewed", action="store_true", help=f"print only the notices, as lines of {REVIEWED}"
            )
            action.add_argument(
                "--independent-of", type=Path, metavar="DIR", help="nine words in a row from a text below it: an error"
            )
        if name in ("check", "refer", "rebuild"):
            action.add_argument(
                "--vietnews", type=Path, metavar="CLONE", required=name == "rebuild",
                help="a clone of the referenced corpus",
            )  # fmt: skip
        if name == "rebuild":
            action.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to write")
            action.add_argument("--held-out", action="store_true", help="only what is held out of training")
        if name in ("compile", "refer"):
            action.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file of inline markup")
        if name == "show":
            action.add_argument("ids", nargs="*", metavar="ID", help="documents, or folders of them; default: all")
        if name == "card":
            action.add_argument("--write", type=Path, metavar="FILE", help="put them between the markers of this file")
    text = "agreement of two annotations of the same texts"
    agree = actions.add_parser("agree", help=text, description=text)
    for name in ("a", "b"):
        agree.add_argument(name, type=Path, metavar=name.upper(), help="a file of markup, or a folder of .txt and .ann")
    agree.add_argument("--differences", action="store_true", help="print the sentences that differ, as markup")


def run(arguments: argparse.Namespace) -> int:
    actions = {
        "check": _check,
        "compile": _compile,
        "show": _show,
        "refer": _refer,
        "rebuild": _rebuild,
        "card": _card,
        "agree": _agree,
    }
    return actions[arguments.action](arguments)


def _check(arguments: argparse.Namespace) -> int:
    from ie_model_training.gold import REFERENCES
    from ie_model_training.reviewed import format_reviewed
    from ie_model_training.vietnews import read_references, rebuild

    from ie_model.standoff import read_corpus

    documents = read_corpus(arguments.corpus, arguments.annotations)
    references = read_references(arguments.annotations / REFERENCES)
    if arguments.vietnews:
        documents += rebuild(references, arguments.vietnews)
    checked = _checked(documents, arguments.annotations)
    failures = [finding for finding in checked if finding.failure] + _copied(documents, arguments.independent_of)
    notices: list[Finding] = []
    if not arguments.quiet:
        notices = [finding for finding in checked if not finding.failure] + _reviewed(documents, arguments.annotations)
        complete = (bool(arguments.vietnews) or not references) and not arguments.as_reviewed
        notices = _without_exceptions(notices, arguments.annotations / REVIEWED, complete)
    if arguments.as_reviewed:
        sys.stdout.writelines(f"{format_reviewed(notice)}\n" for notice in notices)
        return 0
    _print_findings(failures + notices)
    sentences = sum(1 for document in documents for _ in document.lines())
    print(f"{len(documents)} documents, {sentences} sentences, {len(failures)} errors")
    return 1 if failures else 0


def _copied(documents: list[Document], folder: Path | None) -> list[Finding]:
    from ie_model_training.independence import copied_words, read_texts

    return list(copied_words(documents, read_texts(folder))) if folder else []


def _reviewed(documents: list[Document], annotations: Path) -> list[Finding]:
    from ie_model_training.check import read_rules
    from ie_model_training.gold import SCHEME_FILE
    from ie_model_training.review import review_corpus

    from ie_model.scheme import read_scheme

    return list(review_corpus(documents, read_scheme(annotations / SCHEME_FILE), read_rules(annotations / RULES)))


def _without_exceptions(notices: list[Finding], path: Path, complete: bool) -> list[Finding]:
    """What is left to review, by code; of a complete corpus also the exceptions that no finding needs any more."""
    from ie_model_training.check import Finding
    from ie_model_training.reviewed import read_reviewed, set_aside

    remaining, unused = set_aside(notices, read_reviewed(path))
    remaining.sort(key=lambda finding: finding.code)
    if complete:
        remaining += [Finding(str(path), u.line, "unused", str(u), f"no finding is {str(u)!r}") for u in unused]
    return remaining


def _checked(documents: Iterable[Document], annotations: Path) -> list[Finding]:
    from ie_model_training.check import check_corpus, read_rules
    from ie_model_training.gold import SCHEME_FILE

    from ie_model.scheme import read_scheme

    return list(check_corpus(documents, read_scheme(annotations / SCHEME_FILE), read_rules(annotations / RULES)))


def _print_findings(findings: Iterable[Finding]) -> None:
    counts: Counter[tuple[bool, str]] = Counter()
    for finding in findings:
        counts[finding.failure, finding.code] += 1
        print(finding)
    for failure, name in ((True, "errors"), (False, "notices")):
        if of_kind := [f"{count} {code}" for (kind, code), count in sorted(counts.items()) if kind == failure]:
            print(f"{name}: {', '.join(of_kind)}")


def _read_markup(path: Path) -> list[Document]:
    from ie_model_training.markup import compile_markup

    try:
        markup = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StandoffError(f"{path}: {error}") from error
    return compile_markup(markup, str(path))


def _compiled(arguments: argparse.Namespace) -> list[Document]:
    documents = [document for path in arguments.files for document in _read_markup(path)]
    if failures := [finding for finding in _checked(documents, arguments.annotations) if finding.failure]:
        _print_findings(failures)
        raise IEModelError("nothing was written: mend the errors above")
    return documents


def _compile(arguments: argparse.Namespace) -> int:
    from ie_model.standoff import write_document

    documents = _compiled(arguments)
    for document in documents:
        write_document(document, arguments.corpus, arguments.annotations)
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


def _rebuild(arguments: argparse.Namespace) -> int:
    from ie_model_training.gold import REFERENCES, split_references
    from ie_model_training.vietnews import read_references, rebuild

    from ie_model.standoff import write_document

    documents = rebuild(read_references(arguments.annotations / REFERENCES), arguments.vietnews)
    if arguments.held_out:
        _, documents = split_references(documents, arguments.annotations)
    for document in documents:
        write_document(document, arguments.output, arguments.output)
    print(f"{arguments.output}: {len(documents)} documents, {sum(1 for d in documents for _ in d.lines())} sentences")
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


def _card(arguments: argparse.Namespace) -> int:
    from ie_model_training.card import card, write_card

    figures = card(arguments.corpus, arguments.annotations)
    if arguments.write:
        write_card(arguments.write, figures)
    else:
        sys.stdout.write(figures)
    return 0


def _agree(arguments: argparse.Namespace) -> int:
    from ie_model_training.agreement import compare, differences, format_agreement

    from ie_model.standoff import read_corpus

    a, b = (read_corpus(path, path) if path.is_dir() else _read_markup(path) for path in (arguments.a, arguments.b))
    if arguments.differences:
        for difference in differences(a, b):
            print(f"=== {difference.document}, sentence {difference.sentence}\nA  {difference.a}\nB  {difference.b}\n")
    sys.stdout.write(format_agreement(compare(a, b)))
    for name, here, there in (("A", a, b), ("B", b, a)):
        if alone := len({document.id for document in here} - {document.id for document in there}):
            print(f"{alone} documents in {name} alone, left out")
    return 0
