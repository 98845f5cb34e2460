"""Bootstrap intervals and the paired test, over counts of documents."""

import numpy as np
import pytest
from ie_model_evaluation.bootstrap import compare, interval, micro_f, resample

DOCUMENTS = 60


def counts(quality: float, seed: int = 1) -> np.ndarray:
    """tp, fp, fn of documents with 20 gold items each, of which about ``quality`` are found."""
    tp = np.random.default_rng(seed).binomial(20, quality, size=DOCUMENTS)
    return np.stack([tp, 20 - tp, 20 - tp], axis=1)


def test_a_resample_holds_as_many_documents_as_there_are() -> None:
    draws = resample(DOCUMENTS, samples=200)
    assert draws.shape == (200, DOCUMENTS)
    assert (draws.sum(axis=1) == DOCUMENTS).all()


@pytest.mark.parametrize(("sums", "f"), [([3, 1, 2], 6 / 9), ([0, 1, 0], 0.0), ([0, 0, 0], 0.0), ([4, 0, 0], 1.0)])
def test_micro_f_is_that_of_the_sums(sums: list[int], f: float) -> None:
    assert micro_f(np.array(sums)) == pytest.approx(f)


def test_the_interval_holds_the_score_and_narrows_with_more_documents() -> None:
    few, many = counts(0.8), np.tile(counts(0.8), (16, 1))
    low, high = interval(few, resample(len(few)))
    assert low < micro_f(few.sum(axis=0)) < high
    narrow_low, narrow_high = interval(many, resample(len(many)))
    assert narrow_high - narrow_low == pytest.approx((high - low) / 4, rel=0.2)


def test_the_interval_is_about_that_of_the_normal_approximation() -> None:
    found = counts(0.8)
    share = found[:, 0] / 20  # here F of the sums is the mean of the documents' shares
    low, high = interval(found, resample(DOCUMENTS, samples=5000))
    assert (high - low) / 2 == pytest.approx(1.96 * share.std() / DOCUMENTS**0.5, rel=0.1)


def test_equal_documents_leave_no_doubt() -> None:
    assert interval(np.tile([8, 2, 2], (DOCUMENTS, 1)), resample(DOCUMENTS)) == pytest.approx((0.8, 0.8))


def test_identical_models_do_not_differ() -> None:
    difference = compare(counts(0.8), counts(0.8), resample(DOCUMENTS))
    assert (difference.f, difference.low, difference.high, difference.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_clearly_better_model_has_a_small_p_either_way_round() -> None:
    draws = resample(DOCUMENTS)
    better, worse = counts(0.9, seed=1), counts(0.7, seed=2)
    difference, reverse = compare(better, worse, draws), compare(worse, better, draws)
    assert difference.p == reverse.p == pytest.approx(1 / 1001)
    assert 0 < difference.low < difference.f < difference.high
    assert reverse.f == -difference.f


def test_equally_good_models_rarely_have_a_small_p() -> None:
    draws = resample(DOCUMENTS)
    ps = [compare(counts(0.8, seed=2 * i), counts(0.8, seed=2 * i + 1), draws).p for i in range(100)]
    assert np.mean(np.array(ps) < 0.05) < 0.12


def test_a_small_steady_gain_counts_for_more_than_one_document_s() -> None:
    base = np.tile([10, 10, 10], (DOCUMENTS, 1))
    steady, single = base.copy(), base.copy()
    steady[::2] += [1, -1, -1]
    single[0] += [10, -10, -10]
    draws = resample(DOCUMENTS)
    assert compare(steady, base, draws).p < 0.01
    assert compare(single, base, draws).p > 0.3


def test_the_seed_decides_the_draws() -> None:
    assert (resample(DOCUMENTS, seed=3) == resample(DOCUMENTS, seed=3)).all()
    assert (resample(DOCUMENTS, seed=3) != resample(DOCUMENTS, seed=4)).any()
