"""Throughput of the whole pipeline, text to records, and of underthesea's NER on the same text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median
from time import perf_counter

from spacy.language import Language
from spacy.tokens import Doc

from ie_model.word_crf import underthesea_tagger

TOKENIZER, RECORDS = "tokenizer", "records"


@dataclass(frozen=True)
class Timing:
    """Seconds for the same texts, each the median of the runs.

    Attributes:
        syllables: White-space separated pieces in the texts.
        ours: Of :func:`extract`.
        theirs: Of the other program.
        stages: Of each stage of ours, by name, in the order in which they run.
    """

    syllables: int
    ours: float
    theirs: float
    stages: dict[str, float]


def measure(nlp: Language, texts: Sequence[str], other: Callable[[Sequence[str]], object], runs: int) -> Timing:
    """Time both programs in alternating runs, after a run of each that is not counted.

    The stages are timed in runs of their own, which the clock's many readings do not slow down. The phrases that word
    segmentation has seen are forgotten before each run of ours: a text is read once in real use.
    """
    ours, theirs = [], []
    stages: list[dict[str, float]] = []
    for number in range(runs + 1):
        underthesea_tagger().forget()
        our_time, their_time = _seconds(lambda: extract(nlp, texts)), _seconds(lambda: other(texts))
        underthesea_tagger().forget()
        stage_times = time_stages(nlp, texts)
        if number:
            ours.append(our_time)
            theirs.append(their_time)
            stages.append(stage_times)
    return Timing(
        syllables=sum(len(text.split()) for text in texts),
        ours=median(ours),
        theirs=median(theirs),
        stages={name: median(times[name] for times in stages) for name in stages[0]},
    )


def extract(nlp: Language, texts: Sequence[str]) -> int:
    """Text to records, a text a document; returns how many records there are."""
    return sum(len(doc._.records) for doc in nlp.pipe(texts))


def tag_lines(texts: Sequence[str]) -> int:
    """underthesea's NER, a line at a time; returns how many lines there are."""
    from underthesea import ner

    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    for line in lines:
        ner(line)
    return len(lines)


def time_stages(nlp: Language, texts: Sequence[str]) -> dict[str, float]:
    """Seconds in the tokenizer, in each component, and in building the records."""
    times = dict.fromkeys([TOKENIZER, *nlp.pipe_names, RECORDS], 0.0)
    for batch in _batches(texts, nlp.batch_size):
        start = perf_counter()
        docs = [nlp.make_doc(text) for text in batch]
        times[TOKENIZER] += perf_counter() - start
        for name, component in nlp.pipeline:
            start = perf_counter()
            docs = _apply(component, docs, nlp.batch_size)
            times[name] += perf_counter() - start
        start = perf_counter()
        for doc in docs:
            doc._.records  # noqa: B018  (a getter that computes)
        times[RECORDS] += perf_counter() - start
    return times


def _apply(component: Callable[[Doc], Doc], docs: list[Doc], batch_size: int) -> list[Doc]:
    """What ``Language.pipe`` does with one component."""
    if hasattr(component, "pipe"):
        return list(component.pipe(docs, batch_size=batch_size))
    return [component(doc) for doc in docs]


def _batches(texts: Sequence[str], size: int) -> Iterator[list[str]]:
    remaining = iter(texts)
    while batch := list(islice(remaining, size)):
        yield batch


def _seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start
