"""``ie-model pretrain``: from raw text, static vectors, the token encoder's weights, and text annotated by models."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ie_model.errors import IEModelError, InputError

HELP = "learn static vectors or the token encoder's first weights from raw text, or annotate it with models"
_SILVER = "silver"  # folder of the documents below the output
_LIBRARIES = {"vectors": "gensim", "encoder": "torch"}  # of the extra `pretrain`


def configure(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="{vectors,encoder,silver}")
    vectors = kinds.add_parser("vectors", help="skip-gram vectors, for `ie-model train --vectors`")
    vectors.add_argument("--size", type=int, default=96, metavar="N", help="width of a vector (default: 96)")
    vectors.add_argument("--entries", type=int, default=30_000, metavar="N", help="keys to keep (default: 30000)")
    vectors.add_argument("--epochs", type=int, default=3, metavar="N", help="passes over the text (default: 3)")
    vectors.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to write")
    encoder = kinds.add_parser("encoder", help="weights by guessing masked words, for `ie-model train --encoder`")
    encoder.add_argument("--vectors", type=Path, metavar="DIR", help="static vectors (default: the shipped model's)")
    encoder.add_argument("--config", type=Path, metavar="FILE", help="training config with the network's size")
    encoder.add_argument("--tokens", type=float, default=40, metavar="N", help="millions to read (default: 40)")
    encoder.add_argument("--threads", type=int, default=1, metavar="N", help="cores to use (default: 1)")
    encoder.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="file to write; a run goes on where it was cut off"
    )
    silver = kinds.add_parser("silver", help="raw sentences annotated by the vote of models, to train on")
    silver.add_argument(
        "--model",
        type=Path,
        action="append",
        metavar="DIR",
        help="a model that votes; may be repeated (default: shipped)",
    )
    silver.add_argument("--sentences", type=int, default=40_000, metavar="N", help="how many (default: 40000)")
    silver.add_argument(
        "--independent-of", type=Path, action="append", default=[], metavar="DIR",
        help="none with nine words in a row from a text below it, nor from annotated documents; may be repeated",
    )  # fmt: skip
    silver.add_argument(
        "--annotations", type=Path, default=Path("annotations"), metavar="DIR", help="folder of the annotation.conf"
    )
    silver.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder to write .txt and .ann to")
    for kind in (vectors, encoder, silver):
        kind.add_argument(
            "files", nargs="*", type=Path, metavar="FILE", help="text, a sentence a line, words joined by _"
        )
        kind.add_argument("--vietnews", type=Path, metavar="CLONE", help="the training part of a clone of that corpus")
        kind.add_argument("--seed", type=int, default=0, metavar="N")


def run(arguments: argparse.Namespace) -> int:
    if not arguments.files and not arguments.vietnews:
        raise IEModelError("nothing to read: name files, or --vietnews CLONE")
    if library := _LIBRARIES.get(arguments.kind):
        try:
            __import__(library)
        except ImportError:
            raise IEModelError(f"pretraining needs {library}: pip install 'ie-model[pretrain]'") from None
    return {"vectors": _vectors, "encoder": _encoder, "silver": _silver}[arguments.kind](arguments)


def _vectors(arguments: argparse.Namespace) -> int:
    from ie_model_training.vectors import key_streams, train_vectors

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


def _encoder(arguments: argparse.Namespace) -> int:
    import torch
    from ie_model_training.masked import Settings, pretrain_encoder
    from ie_model_training.run import make_config
    from ie_model_training.stream import read_stream
    from spacy.strings import StringStore
    from spacy.vectors import Vectors

    from ie_model.loading import SHIPPED

    folder = arguments.vectors or SHIPPED / "vocab"
    if not (folder / "vectors").is_file():
        raise IEModelError(f"{folder}: no vectors there")
    vectors = Vectors(strings=StringStore()).from_disk(folder)
    network = dict(make_config(arguments.config, {})["components"]["token_encoder"]["model"])
    del network["@architectures"]
    torch.set_num_threads(arguments.threads)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    stream = read_stream(_lines(arguments))
    if not len(stream.lengths):
        raise IEModelError("no sentence to read there")
    print(f"{len(stream.tokens)} tokens in {len(stream.lengths)} sentences")
    settings = Settings(tokens=int(arguments.tokens * 1e6), seed=arguments.seed)
    loss = pretrain_encoder(stream, vectors, network, arguments.output, settings)
    print(f"{arguments.output}: weights written, loss {loss:.3f}")
    return 0


def _silver(arguments: argparse.Namespace) -> int:
    from ie_model_training.gold import REFERENCES, SCHEME_FILE
    from ie_model_training.independence import read_texts, shares_words
    from ie_model_training.silver import annotate, check_scheme, choose_sentences
    from ie_model_training.vietnews import read_references, rebuild, running_text

    import ie_model
    from ie_model.scheme import read_scheme
    from ie_model.standoff import write_document

    if arguments.sentences < 1:
        raise IEModelError("--sentences: a number from 1 on")
    if (arguments.output / _SILVER).is_dir():
        raise IEModelError(f"{arguments.output}: has silver sentences already; name another --output")
    conf = arguments.annotations / SCHEME_FILE
    models = [ie_model.load(path) for path in arguments.model or [None]]
    scheme = read_scheme(conf)
    check_scheme(models, scheme)
    texts = [text for folder in arguments.independent_of for text in read_texts(folder).values()]
    if arguments.vietnews:
        annotated = rebuild(read_references(arguments.annotations / REFERENCES), arguments.vietnews)
        texts += [document.text for document in annotated]
    running = (running_text(line).strip() for line in _lines(arguments))
    sentences = choose_sentences(running, arguments.sentences, arguments.seed, shares_words(texts))
    if not sentences:
        raise IEModelError("no sentence to read there")
    for document in annotate(models, scheme, sentences, _SILVER):
        write_document(document, arguments.output, arguments.output)
    shutil.copyfile(conf, arguments.output / SCHEME_FILE)
    print(f"{arguments.output}: {len(sentences)} sentences annotated by {len(models)} models")
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
