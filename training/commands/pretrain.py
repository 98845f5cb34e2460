"""``ie-model pretrain``: static vectors from raw text, for ``ie-model train --vectors``."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ie_model.errors import IEModelError, InputError

HELP = "learn static vectors from raw text (needs the extra 'pretrain')"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="text, a sentence a line, words joined by _"
    )
    parser.add_argument("--vietnews", type=Path, metavar="CLONE", help="the training part of a clone of that corpus")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to write")
    parser.add_argument("--size", type=int, default=96, metavar="N", help="width of a vector (default: 96)")
    parser.add_argument("--entries", type=int, default=30_000, metavar="N", help="keys to keep (default: 30000)")
    parser.add_argument("--epochs", type=int, default=3, metavar="N", help="passes over the text (default: 3)")
    parser.add_argument("--seed", type=int, default=0, metavar="N")


def run(arguments: argparse.Namespace) -> int:
    try:
        import gensim  # noqa: F401
    except ImportError:
        raise IEModelError("pretraining needs gensim: pip install 'ie-model[pretrain]'") from None
    from ie_model_training.vectors import key_streams, train_vectors

    if not arguments.files and not arguments.vietnews:
        raise IEModelError("nothing to read: name files, or --vietnews CLONE")
    # The keys go to a file once: each epoch then reads them instead of tokenizing again.
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "keys.txt"
        with cache.open("w", encoding="utf-8", newline="\n") as out:
            for stream in key_streams(_lines(arguments)):
                out.write(" ".join(stream) + "\n")
        train_vectors(
            _Cached(cache), arguments.output,
            size=arguments.size, entries=arguments.entries, epochs=arguments.epochs, seed=arguments.seed,
        )  # fmt: skip
    print(f"{arguments.output}: vectors written")
    return 0


class _Cached:
    """Streams of keys, read anew for each pass."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[list[str]]:
        with self._path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield line.rstrip("\n").split(" ")


def _lines(arguments: argparse.Namespace) -> Iterator[str]:
    from ie_model_training.vietnews import raw_training_texts

    for path in arguments.files:
        try:
            yield from path.read_bytes().decode("utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: {error}") from error
    if arguments.vietnews:
        for text in raw_training_texts(arguments.vietnews):
            yield from text.split("\n")
