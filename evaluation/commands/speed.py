"""``ie-model speed``: syllables per second on one core, text to records, beside underthesea's NER."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from ie_model.errors import IEModelError

HELP = "time the whole pipeline on one core, beside underthesea's NER"

# Numeric libraries read these once, when they are first imported.
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="TEXT_OR_FOLDER", help="a text file, or a folder of them")
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="a folder that `train` wrote (default: the shipped model)"
    )
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="counted runs of each (default: 5)")
    parser.add_argument(
        "--cold", action="store_true", help="time `extract` from a cold start instead, beside importing the libraries"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.runs < 1:
        raise IEModelError("--runs takes a number from 1 up")
    if arguments.cold:
        return _time_cold_start(arguments)
    if any(os.environ.get(name) != "1" for name in _THREADS):
        return _run_with_one_thread(arguments)
    core = _pin()
    texts = _read(arguments.path)

    from ie_model import load

    from ..timing import measure, tag_lines

    timing = measure(load(arguments.model), texts, tag_lines, arguments.runs)
    documents = f"{len(texts)} document{'s' if len(texts) > 1 else ''}"
    print(f"{arguments.path}: {documents}, {timing.syllables} syllables; medians of {arguments.runs} runs, {core}")
    print()
    print(f"{'text to records':<20} {timing.syllables / timing.ours:>10,.0f} syllables/s {timing.ours:>10.3f} s")
    print(f"{'underthesea.ner':<20} {timing.syllables / timing.theirs:>10,.0f} syllables/s {timing.theirs:>10.3f} s")
    print(f"{'ratio':<20} {timing.theirs / timing.ours:>10.2f}")
    print()
    total = sum(timing.stages.values())
    for name, seconds in timing.stages.items():
        print(f"{name:<20} {seconds:>10.3f} s {seconds / total:>7.1%}")
    return 0


def _time_cold_start(arguments: argparse.Namespace) -> int:
    """New processes in alternating runs, after one of each that is not counted: the wait for one short file."""
    extract = [sys.executable, "-m", "ie_model.cli.main", "extract", arguments.path]
    if arguments.model is not None:
        extract.append(f"--model={arguments.model}")
    libraries = [sys.executable, "-c", "import spacy, underthesea"]
    seconds: dict[str, list[float]] = {"extract": [], "import": []}
    for number in range(arguments.runs + 1):
        for name, command in (("extract", extract), ("import", libraries)):
            start = perf_counter()
            if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
                raise IEModelError(f"{arguments.path}: could not be extracted")
            if number:
                seconds[name].append(perf_counter() - start)
    ours, theirs = median(seconds["extract"]), median(seconds["import"])
    print(f"{'extract, cold':<28} {ours:>8.2f} s")
    print(f"{'import spacy, underthesea':<28} {theirs:>8.2f} s")
    print(f"{'ratio':<28} {ours / theirs:>8.2f}")
    return 0


def _run_with_one_thread(arguments: argparse.Namespace) -> int:
    """Run again as a process of its own, where no numeric library has started its threads yet."""
    command = [sys.executable, "-m", "ie_model.cli.main", "speed", f"--runs={arguments.runs}"]
    if arguments.model is not None:
        command.append(f"--model={arguments.model}")
    environment = {**os.environ, **dict.fromkeys(_THREADS, "1")}
    return subprocess.run([*command, "--", arguments.path], env=environment, check=False).returncode


def _pin() -> str:
    """Bind the process to one core; says what was done."""
    if not hasattr(os, "sched_setaffinity"):
        return "one thread (this system binds no process to a core)"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"one thread on core {core}"


def _read(path: str) -> list[str]:
    """The texts to be timed; unlike `extract`, one that cannot be read ends the command."""
    from ie_model.reading import find_documents, read_document

    texts = []
    for found in find_documents([path]):
        if isinstance(found, IEModelError):
            raise found
        texts.append(read_document(found).text)
    if not any(text.strip() for text in texts):
        raise IEModelError(f"{path}: no text there to time")
    return texts
