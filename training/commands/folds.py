"""``ie-model folds``: predictions for each fold by a model of the other folds, which ``ie-model crossval`` scores."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ie_model.errors import IEModelError

from .train import setting

if TYPE_CHECKING:
    from ..crossval import Variant

HELP = "train a model for each fold of the training documents and keep what it says of the fold"
ABLATIONS = Path(__file__).parent.parent / "ablations.json"
FULL = "full"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder of texts (default: corpus)")
    parser.add_argument("--annotations", type=Path, metavar="DIR", help="folder of annotations (default: annotations)")
    parser.add_argument(
        "--vietnews", type=Path, metavar="CLONE", help="a clone of the corpus that annotations/vietnews refers to"
    )
    parser.add_argument("--folds", type=int, default=5, metavar="N", help="number of folds (default: 5)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of folds and training (default: 0)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="another training config (default: the project's)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=setting,
        help="another value in the config, for all models; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--ablate", nargs="+", default=[], metavar="NAME",
        help=f"the same folds again with something changed: {', '.join(read_ablations())}",
    )  # fmt: skip
    parser.add_argument(
        "--share", nargs="+", type=_share, default=[], metavar="S",
        help="the same folds again with a share of the training documents, for a learning curve",
    )  # fmt: skip
    parser.add_argument(
        "--cache", type=Path, required=True, metavar="DIR", help="keeps what is done; a second call goes on from there"
    )


def run(arguments: argparse.Namespace) -> int:
    from ..crossval import Plan, run_folds

    if (arguments.corpus is None) != (arguments.annotations is None):
        raise IEModelError("--corpus and --annotations belong together")
    corpus, annotations = arguments.corpus or Path("corpus"), arguments.annotations or Path("annotations")
    plan = Plan(corpus, annotations, arguments.vietnews, arguments.config, arguments.folds, arguments.seed)
    print(f"{run_folds(plan, _variants(arguments), arguments.cache)}: written")
    return 0


def read_ablations() -> dict[str, dict[str, Any]]:
    """The switches by name: fields of a :class:`.crossval.Variant`."""
    return json.loads(ABLATIONS.read_bytes())


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share above 0 and up to 1")
    return share


def _variants(arguments: argparse.Namespace) -> list[Variant]:
    """The config as it is, then each ablation and share."""
    from ..crossval import Variant

    settings, known = dict(arguments.set), read_ablations()
    variants = [Variant(FULL, "full", settings)]
    for name in dict.fromkeys(arguments.ablate):
        if name not in known:
            raise IEModelError(f"no ablation {name!r} (choose from {', '.join(known)})")
        variants.append(
            Variant(name, "ablation", **{**known[name], "settings": settings | known[name].get("settings", {})})
        )
    shares = sorted(set(arguments.share) - {1.0})  # all of it is the config as it is
    return variants + [Variant(f"share-{share:g}", "share", settings, share=share) for share in shares]
