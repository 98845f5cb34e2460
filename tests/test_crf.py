"""The conditional random field against enumeration of all sequences."""

import re
from itertools import pairwise, product

import numpy as np
import pytest

from ie_model.ml import crf

TAGS = crf.make_tags(["X", "Y"])
ALLOWED = crf.allowed_transitions(TAGS)
FIRST, LAST = crf.border_masks(TAGS)


def well_formed(path) -> bool:
    return bool(FIRST[path[0]] and LAST[path[-1]]) and all(ALLOWED[a, b] for a, b in pairwise(path))


def weights(emissions, transitions):
    """Every well-formed path of one sentence with its score."""
    length = len(emissions)
    for path in product(range(len(TAGS)), repeat=length):
        if well_formed(path):
            score = sum(emissions[t, tag] for t, tag in enumerate(path))
            yield path, score + sum(transitions[a, b] for a, b in pairwise(path))


@pytest.fixture(params=range(5))
def case(request):
    random = np.random.default_rng(request.param)
    lengths = np.array([3, 1, 2], dtype="i")
    emissions = random.normal(0, 2, (lengths.sum(), len(TAGS))).astype("f")
    transitions = random.normal(0, 1, (len(TAGS), len(TAGS))).astype("f")
    return emissions, lengths, transitions


def sentences(emissions, lengths):
    return np.split(emissions, np.cumsum(lengths)[:-1])


def test_tags_are_bioes():
    assert TAGS == ["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"]


def test_viterbi_finds_the_best_path(case):
    emissions, lengths, transitions = case
    paths = crf.viterbi(crf.pad(emissions, lengths), lengths, transitions, ALLOWED, FIRST, LAST)
    for sentence, path in zip(sentences(emissions, lengths), paths, strict=True):
        assert tuple(path) == max(weights(sentence, transitions), key=lambda item: item[1])[0]


def test_partition_marginals_and_span_probabilities(case):
    emissions, lengths, transitions = case
    lattice = crf.Lattice(crf.pad(emissions, lengths), lengths, transitions, ALLOWED, FIRST, LAST)
    marginals = lattice.marginals()
    for i, sentence in enumerate(sentences(emissions, lengths)):
        paths = list(weights(sentence, transitions))
        total = np.logaddexp.reduce([score for _, score in paths])
        assert lattice.log_partition[i] == pytest.approx(total, abs=1e-3)
        for t in range(lengths[i]):
            for tag in range(len(TAGS)):
                expected = sum(np.exp(score - total) for path, score in paths if path[t] == tag)
                assert marginals[i, t, tag] == pytest.approx(expected, abs=1e-4)
    whole = [path for path, _ in weights(sentences(emissions, lengths)[0], transitions)][7]
    scores = dict(weights(sentences(emissions, lengths)[0], transitions))
    expected = np.exp(scores[whole] - np.logaddexp.reduce(list(scores.values())))
    assert lattice.span_probability(0, 0, list(whole)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("least", [0.01, 0.1])
def test_spans_are_all_that_are_likely_enough(case, least):
    emissions, lengths, transitions = case
    lattice = crf.Lattice(crf.pad(emissions, lengths), lengths, transitions, ALLOWED, FIRST, LAST)
    for i, sentence in enumerate(sentences(emissions, lengths)):
        paths = list(weights(sentence, transitions))
        total = np.logaddexp.reduce([score for _, score in paths])
        expected: dict[tuple[int, int, int], float] = {}
        for path, score in paths:
            for span in spans_of(path):
                expected[span] = expected.get(span, 0.0) + np.exp(score - total)
        expected = {span: probability for span, probability in expected.items() if probability >= least}
        assert lattice.spans(i, least) == pytest.approx(expected, abs=1e-4)


def spans_of(path) -> set[tuple[int, int, int]]:
    text = "".join(TAGS[tag][0] for tag in path)
    labels = [(tag - 1) // 4 for tag in path]
    return {(m.start(), m.end(), labels[m.start()]) for m in re.finditer("S|BI*E", text)}


def test_gradient_is_that_of_the_loss(case):
    emissions, lengths, transitions = case
    gold = np.array([[1, 2, 3], [4, 0, 0], [0, 8, 0]])
    padded = crf.pad(emissions, lengths)

    def loss(e, w):
        return crf.loss_and_gradient(e, lengths, gold, w, ALLOWED, FIRST, LAST)

    _, d_emissions, d_transitions = loss(padded, transitions)
    step = 1e-2
    for place in [(0, 0, 1), (0, 2, 0), (1, 0, 4), (2, 1, 3)]:
        up, down = padded.copy(), padded.copy()
        up[place] += step
        down[place] -= step
        slope = (loss(up, transitions)[0] - loss(down, transitions)[0]) / (2 * step)
        assert d_emissions[place] == pytest.approx(slope, abs=5e-3)
    for place in [(1, 2), (0, 0), (0, 8), (5, 7)]:
        up, down = transitions.copy(), transitions.copy()
        up[place] += step
        down[place] -= step
        slope = (loss(padded, up)[0] - loss(padded, down)[0]) / (2 * step)
        assert d_transitions[place] == pytest.approx(slope, abs=5e-3)


def test_extreme_scores_stay_finite():
    lengths = np.array([40], dtype="i")
    emissions = np.where(np.arange(40 * len(TAGS)).reshape(40, -1) % 2, 300.0, -300.0).astype("f")
    padded = crf.pad(emissions, lengths)
    transitions = np.zeros((len(TAGS), len(TAGS)), dtype="f")
    loss, d_emissions, d_transitions = crf.loss_and_gradient(
        padded, lengths, np.zeros((1, 40), dtype="i"), transitions, ALLOWED, FIRST, LAST
    )
    assert np.isfinite(loss) and np.isfinite(d_emissions).all() and np.isfinite(d_transitions).all()
