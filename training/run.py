"""A training run: from a config to a model folder that says how it was made."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.strings import StringStore
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as spacy_train
from spacy.util import load_config, registry
from thinc.api import Config

from ie_model import __version__
from ie_model.errors import IEModelError
from ie_model.loading import FORMAT

from .averaging import average_models
from .calibration import calibrate_pipeline

CONFIG = Path(__file__).parent / "config.cfg"
TRANSFORMER_CONFIG = CONFIG.with_name("transformer.cfg")
# The trained components of a model that began with `pretrain encoder` and was trained on `pretrain silver`'s sentences.
PRETRAINED = CONFIG.with_name("pretrained")
# Instead of the config's, where the tagger or the extractor starts anew: there is more to learn, and from less.
ANEW = {
    "training.max_epochs": 6,
    "training.eval_frequency": 200,
    "components.entity_tagger.model.dropout": 0.4,
    "components.relation_extractor.model.dropout": 0.4,
}
_TOKENS_OF_SYLLABLE = 1.28  # punctuation, and the sentences that come again in upper case
_NEXT_MEMBER = 1_000_003  # added to a seed: no other run's seed
_THREADS = "OMP_NUM_THREADS"
_LIBRARIES = ("spacy", "thinc", "numpy", "underthesea", "underthesea-core")


def make_config(path: Path | None, overrides: dict[str, Any]) -> Config:
    """The project's config, or another one, with some values set."""
    return load_config(path or CONFIG, overrides=overrides, interpolate=False)


def entities_only(config: Config) -> Config:
    """The same run without relations and records, as for gold that has entities alone."""
    dropped = ("relation_extractor", "record_builder")
    config = config.copy()
    config["nlp"]["pipeline"] = [name for name in config["nlp"]["pipeline"] if name not in dropped]
    for name in dropped:
        config["components"].pop(name, None)
        config["initialize"]["components"].pop(name, None)
    if "entity_tagger" in config["components"]:
        config["components"]["entity_tagger"]["candidates"] = None  # no component would read them
    weights = config["training"]["score_weights"]
    config["training"]["score_weights"] = {name: w for name, w in weights.items() if not name.startswith("relations_")}
    config["training"]["score_weights"]["ents_f"] = 1.0
    return config


def without_scheme(config: Config) -> Config:
    """The same run with labels and relation types taken from the gold itself."""
    config = config.copy()
    for settings in config["initialize"]["components"].values():
        settings.pop("labels", None)
    return config


def fit_to_corpus(config: Config, syllables: int) -> Config:
    """The same run with the learning rate falling to nothing, and the evaluations falling, where they should.

    Args:
        syllables: Of the training part, separated by white space.
    """
    config = config.copy()
    training = config["training"]
    steps_of_epoch = max(1, round(syllables * _TOKENS_OF_SYLLABLE / training["batcher"]["size"]))
    steps = steps_of_epoch * training["max_epochs"]
    schedule = training["optimizer"]["learn_rate"]
    if isinstance(schedule, dict) and "total_steps" in schedule:
        schedule["total_steps"] = steps
        schedule["warmup_steps"] = min(schedule["warmup_steps"], steps // 10)
    # On a small corpus an epoch is fewer steps than the config's interval; the best model is chosen at evaluations.
    training["eval_frequency"] = min(training["eval_frequency"], steps_of_epoch)
    return config


def check_output(output: Path) -> None:
    """Refuse to write over anything but a model or an empty folder.

    Raises:
        IEModelError: ``output`` is a file, or a folder that holds something else.
    """
    if output.is_dir() and ((output / "meta.json").is_file() or not any(output.iterdir())):
        return
    if output.exists():
        raise IEModelError(f"{output}: exists and is no model folder; name another --output")


def train_model(config: Config, output: Path, provenance: dict[str, Any], members: int = 1) -> dict[str, float]:
    """Train, keep the best model by its held-out score, write it to ``output``.

    Args:
        provenance: Goes into the model's ``meta.json`` under ``ie_model``.
        members: Runs that start with the same weights and see the data in another order, a process each; the mean of
            their weights is kept.

    Returns:
        The kept model's held-out scores.

    Raises:
        IEModelError: see :func:`check_output`.
    """
    check_output(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent) as folder:
        if members == 1:
            train_member(config.to_str(), 0, Path(folder))
            model = spacy.load(Path(folder) / "0" / "model-best")
            performance = model.meta["performance"]
        else:
            model = average_models(train_members(config, members, Path(folder)))
            performance = model.evaluate(list(_held_out(model, config)))
            performance.pop("speed")
    return write_model(model, output, list(_held_out(model, config)), performance, provenance)


def train_members(config: Config, members: int, folder: Path) -> list[Language]:
    """Train each member in a process of its own, as many at once as there are cores."""
    cores = os.cpu_count() or 1
    at_once = min(members, cores)
    given = os.environ.get(_THREADS)
    os.environ[_THREADS] = given or str(max(1, cores // at_once))  # read when a process imports numpy
    try:
        with ProcessPoolExecutor(at_once, get_context("spawn")) as pool:
            runs = [pool.submit(train_member, config.to_str(), number, folder) for number in range(members)]
            for run in runs:
                run.result()
    finally:
        os.environ.pop(_THREADS)
        if given:
            os.environ[_THREADS] = given
    return [spacy.load(folder / str(number) / "model-best") for number in range(members)]


def train_member(config: str, number: int, folder: Path) -> None:
    """Train one member and write its models below ``folder / str(number)``; the first one reports on it.

    Args:
        config: As text.
    """
    nlp = init_nlp(Config().from_str(config, interpolate=False))
    if number:
        logging.disable(logging.WARNING)
        seed = nlp.config.interpolate()["training"]["seed"]
        nlp.config["training"]["seed"] = None if seed is None else seed + number * _NEXT_MEMBER
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        out, err = (nowhere, nowhere) if number else (sys.stdout, sys.stderr)
        output = folder / str(number)
        output.mkdir()
        spacy_train(nlp, output, stdout=out, stderr=err)


def write_model(
    nlp: Language, output: Path, held_out: list[Example], performance: dict[str, Any], provenance: dict[str, Any]
) -> dict[str, float]:
    """Calibrate a trained pipeline and write it, with how it was made and without what belongs to this machine.

    Args:
        held_out: Gold that it was not trained on, for the calibration.
        performance: Scores by :mod:`spacy`'s names.
        provenance: Goes into the model's ``meta.json`` under ``ie_model``.

    Returns:
        The scores among ``performance``.
    """
    try:
        calibrate_pipeline(nlp, held_out)
    except ImportError:
        print("scores are not calibrated, that needs scikit-learn: pip install 'ie-model[train]'")
    scores = {
        name: round(x, 4) for name, x in performance.items() if isinstance(x, float) and not name.endswith("_loss")
    }
    nlp.meta["performance"] = scores
    nlp.meta.update(name="ie_model", version=__version__, description="Figures of Vietnamese reports and news")
    nlp.meta["ie_model"] = {
        "format": FORMAT,
        "libraries": {name: version(name) for name in _LIBRARIES},
        **provenance,
        "held_out": scores,
    }
    # Where the texts were on this machine is nobody's business, and a run on another one sets it anyway.
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])
    for part in nlp.config.get("corpora", {}).values():
        part.update({name: None for name in ("corpus", "annotations", "clone", "path") if name in part})
    if output.exists():
        shutil.rmtree(output)
    nlp.to_disk(output)
    # Those of the training texts, which would add up from each training to the next. Nothing looks them up: vectors
    # have their keys as hashes, and labels come with the components.
    StringStore().to_disk(output / "vocab" / "strings.json")
    return scores


def _held_out(nlp: Language, config: Config) -> Iterator[Example]:
    corpora = registry.resolve(config.interpolate()["corpora"])
    return corpora["dev"](nlp)
