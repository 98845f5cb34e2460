"""``ie-model average``: one model of the mean of several models' weights."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ie_model.errors import IEModelError, StandoffError

HELP = "one model of the mean of several models' weights (seeds of one training run)"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL", help="folders that `ie-model train` wrote")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="model folder to write")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="folder of texts whose held-out part calibrates (default: corpus)"
    )
    parser.add_argument("--annotations", type=Path, metavar="DIR", help="folder of annotations (default: annotations)")


def run(arguments: argparse.Namespace) -> int:
    if len(arguments.models) < 2:
        raise IEModelError("average: name two models or more")
    if (arguments.corpus is None) != (arguments.annotations is None):
        raise IEModelError("--corpus and --annotations belong together")
    from ie_model_training.averaging import average
    from ie_model_training.readers import create_brat_reader
    from ie_model_training.run import check_output, write_model

    check_output(arguments.output)
    corpus, annotations = arguments.corpus or Path("corpus"), arguments.annotations or Path("annotations")
    nlp = average(arguments.models)
    read = create_brat_reader(corpus, annotations, "held-out")
    held_out = list(read(nlp))
    if not held_out:
        raise StandoffError(f"{corpus}: no held-out document to calibrate on")
    performance = {name: score for name, score in nlp.evaluate(list(read(nlp))).items() if name != "speed"}
    scores = write_model(nlp, arguments.output, held_out, performance, _provenance(arguments.models))
    print(f"{arguments.output}: " + ", ".join(f"{name} {score:.4f}" for name, score in scores.items()))
    return 0


def _provenance(folders: list[Path]) -> dict[str, Any]:
    """How each model was made; what all of them share stands for the mean too."""
    from ie_model.loading import check

    members = [check(folder)["ie_model"] for folder in folders]
    own = {"format", "libraries", "held_out"}
    facts = [{key: value for key, value in member.items() if key not in own} for member in members]
    shared = {key: value for key, value in facts[0].items() if all(fact.get(key) == value for fact in facts)}
    return {**shared, "command": f"ie-model average ({len(folders)} models)", "members": facts}
