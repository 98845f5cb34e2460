"""``ie-model train``: a model from annotated text."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ie_model.errors import IEModelError, StandoffError

HELP = "train a model on annotated text (brat standoff or CoNLL)"
UP_TO_DATE, OLDER = 0, 1


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder of texts (default: corpus)")
    parser.add_argument("--annotations", type=Path, metavar="DIR", help="folder of annotations (default: annotations)")
    parser.add_argument(
        "--output", type=Path, default=Path("output"), metavar="DIR", help="model folder to write (default: output)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same model (default: 0)")
    parser.add_argument(
        "--vietnews", type=Path, metavar="CLONE", help="a clone of the corpus that annotations/vietnews refers to"
    )
    parser.add_argument(
        "--conll", nargs=2, type=Path, metavar=("TRAIN", "DEV"), help="train the entity part alone, on CoNLL files"
    )
    parser.add_argument(
        "--vectors", type=Path, metavar="DIR", help="folder of static vectors (default: the shipped model's)"
    )
    parser.add_argument(
        "--encoder", metavar="PATH",
        help="weights to start from: a file of the token encoder's, a model's folder (tagger and extractor too, where "
        "labels, relation types and sizes are the same), or `none` (default: this package's)",
    )  # fmt: skip
    parser.add_argument(
        "--transformer", type=Path, metavar="DIR",
        help="fine-tune the Hugging Face encoder of a local folder instead (extra `transformers`)",
    )  # fmt: skip
    parser.add_argument("--config", type=Path, metavar="FILE", help="another training config (default: the project's)")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the training part (default: the config's)")
    parser.add_argument(
        "--members", type=int, default=1, metavar="N",
        help="runs that see the data in other orders, a process each, whose weights' mean is kept (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=setting,
        help="another value in the config, as in --set components.entity_tagger.model.hidden=64; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--sources", choices=("both", "written", "referenced"), default="both", help="what to train on (default: both)"
    )
    parser.add_argument("--share", type=float, default=1.0, metavar="S", help="share of the training documents, 0 to 1")
    parser.add_argument(
        "--check", action="store_true", help="only say whether the shipped model is older than the corpus"
    )


def setting(text: str) -> tuple[str, object]:
    """A config key and its value, which is read as JSON where it is JSON, else as text."""
    key, mark, value = text.partition("=")
    if not mark or "." not in key:
        raise argparse.ArgumentTypeError(f"{text!r} is not SECTION.KEY=VALUE")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def run(arguments: argparse.Namespace) -> int:
    if (arguments.corpus is None) != (arguments.annotations is None):
        raise IEModelError("--corpus and --annotations belong together")
    if arguments.conll and arguments.corpus:
        raise IEModelError("--conll and --corpus exclude each other")
    if arguments.encoder and arguments.transformer:
        raise IEModelError("--encoder and --transformer exclude each other")
    if arguments.members < 1:
        raise IEModelError("--members: a number from 1 on")
    corpus, annotations = arguments.corpus or Path("corpus"), arguments.annotations or Path("annotations")
    if arguments.check:
        return _check(corpus, annotations)
    from ie_model_training import run as training

    overrides: dict = {"system.seed": arguments.seed, "paths.vectors": _vectors(arguments.vectors, arguments.encoder)}
    if arguments.epochs:
        overrides["training.max_epochs"] = arguments.epochs
    overrides["paths.encoder"] = None if arguments.transformer else _encoder(arguments.encoder)
    if arguments.transformer:
        arguments.config = arguments.config or training.TRANSFORMER_CONFIG
        overrides |= {"paths.transformer": str(arguments.transformer)}
        overrides |= {"components.token_encoder.model.width": _hidden_size(arguments.transformer)}
    overrides |= dict(arguments.set)
    provenance: dict = {"command": _command(arguments), "seed": arguments.seed}
    if arguments.conll:
        config, facts = _conll_run(arguments, overrides)
    else:
        config, facts = _brat_run(arguments, corpus, annotations, overrides)
    scores = training.train_model(config, arguments.output, {**provenance, **facts}, arguments.members)
    print(f"{arguments.output}: " + ", ".join(f"{name} {score:.4f}" for name, score in scores.items()))
    return 0


def _brat_run(arguments: argparse.Namespace, corpus: Path, annotations: Path, overrides: dict) -> tuple:
    from ie_model_training import run as training
    from ie_model_training.gold import REFERENCES, SCHEME_FILE, fingerprint, read_gold

    train, held_out = read_gold(corpus, annotations, arguments.vietnews, arguments.sources, arguments.share)
    if not train:
        raise StandoffError(
            f"{corpus}: no annotated document to train on (a .txt whose .ann stands below {annotations})"
        )
    if not held_out:
        raise StandoffError(f"{corpus}: one document alone cannot be split into training and held-out part")
    counts = {"train": len(train), "held_out": len(held_out)}
    sentences = {"train": _sentences(train), "held_out": _sentences(held_out)}
    print(f"training on {counts['train']} documents ({sentences['train']} sentences), "
          f"held out: {counts['held_out']} ({sentences['held_out']})")  # fmt: skip
    if (annotations / REFERENCES).is_dir() and not arguments.vietnews:
        print("without the annotations by reference: --vietnews CLONE takes them in")
    scheme = annotations / SCHEME_FILE
    overrides |= {"paths.corpus": str(corpus), "paths.annotations": str(annotations), "paths.scheme": str(scheme)}
    overrides["paths.clone"] = str(arguments.vietnews) if arguments.vietnews else None
    overrides |= {"corpora.train.sources": arguments.sources, "corpora.train.share": arguments.share}
    if not (arguments.config or _knows(overrides["paths.encoder"], scheme)):
        overrides = {**training.ANEW, **overrides}
    config = training.make_config(arguments.config, overrides)
    if not scheme.is_file():
        print(f"no {scheme}: labels and relation types are those of the annotations")
        config = training.without_scheme(config)
    config = training.fit_to_corpus(config, sum(len(document.text.split()) for document in train))
    facts = {"corpus_sha256": fingerprint(corpus, annotations), "with_references": bool(arguments.vietnews)}
    return config, {**facts, "documents": counts, "sentences": sentences}


def _conll_run(arguments: argparse.Namespace, overrides: dict) -> tuple:
    from ie_model_training import run as training

    from ie_model.conll import read_conll

    parts = [read_conll(path) for path in arguments.conll]
    counts = [len(part) for part in parts]
    if not all(counts):
        raise IEModelError(f"{arguments.conll[counts.index(0)]}: no sentence there")
    if not arguments.config:
        overrides = {**training.ANEW, **overrides}
    config = training.without_scheme(training.entities_only(training.make_config(arguments.config, overrides)))
    config = training.fit_to_corpus(config, sum(len(sentence.tokens) for sentence in parts[0]))
    for part, path in zip(("train", "dev"), arguments.conll, strict=True):
        config["corpora"][part] = {"@readers": "ie_model.ConllCorpus.v1", "path": str(path)}
    return config, {"sentences": {"train": counts[0], "held_out": counts[1]}}


def _sentences(documents: list) -> int:
    return sum(1 for document in documents for _ in document.lines())


def _vectors(given: Path | None, start: str | None) -> str | None:
    """Folder of the static vectors: the one given, else that of the model to start from, else the shipped model's."""
    from ie_model.loading import SHIPPED

    if given is not None and not (given / "vectors").is_file():
        raise IEModelError(f"{given}: no vectors there")
    folders = [given] if given else [Path(start or "none") / "vocab", SHIPPED / "vocab"]
    return next((str(folder) for folder in folders if (folder / "vectors").is_file()), None)


def _encoder(given: str | None) -> str | None:
    from ie_model_training.run import PRETRAINED

    from ie_model.loading import check

    if given == "none":
        return None
    path = Path(given) if given else PRETRAINED
    if not path.is_file() and not (path / "token_encoder" / "model").is_file():
        raise IEModelError(f"{path}: no weights there")
    if (path / "meta.json").is_file():
        check(path)
    return str(path)


def _knows(start: str | None, scheme: Path) -> bool:
    """Whether the model that training starts from has been trained for the labels and relation types of a scheme."""
    from ie_model.scheme import read_scheme
    from ie_model.weights import is_alike

    if start is None or not (Path(start) / "relation_extractor").is_dir() or not scheme.is_file():
        return False
    wanted = read_scheme(scheme)
    components: dict[str, dict] = {
        "entity_tagger": {"labels": list(wanted.labels)},
        "relation_extractor": {"scheme": wanted.to_json()},
    }
    return all(is_alike(Path(start) / name, settings) for name, settings in components.items())


def _hidden_size(folder: Path) -> int:
    """Width of the encoder in a folder of Hugging Face's form."""
    try:
        return int(json.loads((folder / "config.json").read_bytes())["hidden_size"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IEModelError(f"{folder}: no config.json of an encoder there") from error


def _command(arguments: argparse.Namespace) -> str:
    """The call, without paths that mean something on one machine only."""
    words = ["ie-model train", f"--seed {arguments.seed}"]
    folders = ("vietnews", "conll", "vectors", "encoder", "transformer", "config")
    words += [f"--{name} …" for name in folders if getattr(arguments, name)]
    if arguments.sources != "both":
        words.append(f"--sources {arguments.sources}")
    if arguments.share != 1:
        words.append(f"--share {arguments.share:g}")
    words += [f"--set {key}={json.dumps(value)}" for key, value in arguments.set]
    if arguments.epochs:
        words.append(f"--epochs {arguments.epochs}")
    if arguments.members > 1:
        words.append(f"--members {arguments.members}")
    return " ".join(words)


def _check(corpus: Path, annotations: Path) -> int:
    from ie_model_training.gold import fingerprint

    from ie_model.loading import SHIPPED, check

    made_from = check(SHIPPED)["ie_model"].get("corpus_sha256")
    if made_from == fingerprint(corpus, annotations):
        print("the shipped model was trained on this corpus")
        return UP_TO_DATE
    print("the shipped model is older than the corpus: `ie-model train` makes a new one")
    return OLDER
