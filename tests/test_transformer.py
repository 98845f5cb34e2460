"""The transformer blocks: gradients against finite differences, sentences for themselves, bounded attention."""

import numpy as np
import pytest
from thinc.api import Ragged

from ie_model.ml.norm import build_norm
from ie_model.ml.transformer import LONGEST, build_attention, build_transformer


def _ragged(lengths, width, seed=0):
    values = np.random.default_rng(seed).normal(size=(sum(lengths), width)).astype("f")
    return Ragged(values, np.array(lengths, dtype="i"))


def _attention(width=8, heads=2, seed=1):
    model = build_attention(width, heads)
    model.initialize()
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        layer.set_param("W", rng.normal(scale=0.5, size=layer.get_param("W").shape).astype("f"))
        layer.set_param("b", rng.normal(scale=0.5, size=layer.get_param("b").shape).astype("f"))
    return model


def test_gradient_of_attention_matches_finite_differences():
    model, X = _attention(), _ragged([3, 5, 1], 8)
    target = np.random.default_rng(2).normal(size=X.dataXd.shape)
    _, backprop = model.begin_update(X)
    gradient = backprop(Ragged(target.astype("f"), X.lengths)).dataXd
    step = 1e-2
    for row, column in [(0, 0), (2, 5), (3, 1), (6, 7), (8, 3)]:
        losses = []
        for sign in (1, -1):
            moved = X.dataXd.copy()
            moved[row, column] += sign * step
            losses.append(float((model.predict(Ragged(moved, X.lengths)).dataXd * target).sum()))
        assert gradient[row, column] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=2e-2, abs=2e-3)


def test_a_sentence_attends_to_itself_alone():
    model, batch = build_transformer(16, 2, 4, dropout=0.0), _ragged([4, 9, 2], 16)
    model.initialize(X=batch)
    together = model.predict(batch).dataXd
    alone = model.predict(Ragged(batch.dataXd[4:13], np.array([9], dtype="i"))).dataXd
    assert np.allclose(together[4:13], alone, atol=1e-5)


def test_a_token_far_away_in_the_sentence_is_seen_and_order_matters():
    model, X = _attention(), _ragged([30], 8)
    before = model.predict(X).dataXd
    changed = X.dataXd.copy()
    changed[29] += 3
    assert not np.allclose(before[0], model.predict(Ragged(changed, X.lengths)).dataXd[0])
    swapped = X.dataXd.copy()
    swapped[[10, 20]] = swapped[[20, 10]]
    assert not np.allclose(before[0], model.predict(Ragged(swapped, X.lengths)).dataXd[0], atol=1e-4)


def test_a_long_sentence_is_cut_so_that_cost_stays_linear():
    model, X = _attention(), _ragged([2 * LONGEST + 7], 8)
    whole = model.predict(X).dataXd
    first = model.predict(Ragged(X.dataXd[:LONGEST], np.array([LONGEST], dtype="i"))).dataXd
    assert np.allclose(whole[:LONGEST], first, atol=1e-5)
    assert len(whole) == 2 * LONGEST + 7


def test_width_must_fit_the_heads():
    with pytest.raises(ValueError, match="no multiple"):
        build_attention(10, 4)


def test_norm_has_mean_0_variance_1_and_the_gradient_of_finite_differences():
    norm, X = build_norm(6), _ragged([5], 6).dataXd * 3 + 1
    norm.initialize()
    assert np.allclose(norm.predict(X).mean(axis=1), 0, atol=1e-5)
    assert np.allclose(norm.predict(X).std(axis=1), 1, atol=1e-3)
    rng = np.random.default_rng(3)
    norm.set_param("G", rng.normal(size=6).astype("f"))
    norm.set_param("b", rng.normal(size=6).astype("f"))
    target = rng.normal(size=X.shape).astype("f")
    Y, backprop = norm.begin_update(X)
    assert np.allclose(Y, norm.predict(X), atol=1e-6)
    gradient = backprop(target)
    step = 1e-2
    for place in [(0, 0), (2, 3), (4, 5)]:
        losses = []
        for sign in (1, -1):
            moved = X.copy()
            moved[place] += sign * step
            losses.append(float((norm.predict(moved) * target).sum()))
        assert gradient[place] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=2e-2, abs=2e-3)
