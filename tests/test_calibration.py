"""Scores as probabilities: the map, its fit, and its place in the pipeline."""

import json

import numpy as np
import pytest

import ie_model
from ie_model.calibration import calibrate

TEXT = "Năm 2021, toàn tỉnh có 12.480 người tham gia BHXH, tăng 3% so với năm 2020."


def test_linear_between_the_knots_and_level_outside_of_them():
    knots = [[0.2, 0.6, 1.0], [0.1, 0.3, 0.9]]
    assert calibrate([0.0, 0.2, 0.4, 0.8, 1.0], knots) == pytest.approx([0.1, 0.1, 0.2, 0.6, 0.9])
    assert calibrate([0.25], None) == [0.25]
    assert calibrate([], knots) == []


def test_overconfident_scores_come_down_to_how_often_they_were_right():
    pytest.importorskip("sklearn")
    from ie_model_training.calibration import fit

    rng = np.random.default_rng(0)
    scores = rng.uniform(0.5, 1, size=4000)
    right = rng.uniform(size=4000) < scores**3
    knots = fit(list(zip(scores.tolist(), right.tolist(), strict=True)))
    assert knots is not None and knots[1] == sorted(knots[1])
    tries = [0.6, 0.75, 0.9]
    assert calibrate(tries, knots) == pytest.approx([x**3 for x in tries], abs=0.06)


def test_a_higher_score_is_never_less_certain():
    pytest.importorskip("sklearn")
    from ie_model_training.calibration import fit

    rng = np.random.default_rng(0)
    scores = rng.uniform(0, 1, size=2000)
    for chance in (1 - scores, scores * (1 - scores) * 4):
        knots = fit(list(zip(scores.tolist(), (rng.uniform(size=2000) < chance).tolist(), strict=True)))
        assert knots is not None and knots[1] == sorted(knots[1])
        assert np.mean(knots[1]) == pytest.approx(chance.mean(), abs=0.05)


@pytest.mark.parametrize("decisions", [[], [(0.5, True)] * 20, [(0.5, True)] * 500])
def test_too_little_to_fit(decisions):
    pytest.importorskip("sklearn")
    from ie_model_training.calibration import fit

    assert fit(decisions) is None


def test_the_maps_are_used_and_travel_with_the_model(tmp_path):
    nlp = ie_model.load()
    half = [[0.0, 1.0], [0.0, 0.5]]
    for name in ("entity_tagger", "relation_extractor", "record_builder"):
        nlp.get_pipe(name).calibration = half
    extractor = nlp.get_pipe("relation_extractor")
    extractor.group_calibration = extractor.entity_calibration = half
    nlp.to_disk(tmp_path / "model")
    doc = ie_model.load(tmp_path / "model")(TEXT)
    assert doc.ents and all(span._.score <= 0.5 for span in doc.ents)
    # The probability of a relation whose types compete covers its tail; one of another has both ends' scores in it.
    most = {type_: 0.5 * 0.5 for group in extractor.scheme.exclusive for type_ in group}
    assert doc._.stored_relations
    assert all(relation[5] <= most.get(relation[2], 0.5 * 0.25) for relation in doc._.stored_relations)
    assert all(record.score <= 0.25 for record in doc._.records)
    assert json.loads((tmp_path / "model" / "record_builder" / "roles.json").read_text("utf-8"))["calibration"] == half


def test_a_map_of_its_own_for_relations_whose_types_compete():
    nlp = ie_model.load()
    extractor = nlp.get_pipe("relation_extractor")
    grouped = {type_ for group in extractor.scheme.exclusive for type_ in group}
    extractor.calibration, extractor.group_calibration = [[0.0, 1.0], [0.1, 0.1]], [[0.0, 1.0], [0.2, 0.2]]
    found = {relation[2]: relation[5] for relation in nlp(TEXT)._.stored_relations}
    assert found.keys() & grouped and found.keys() - grouped
    assert found == {type_: 0.2 if type_ in grouped else 0.1 for type_ in found}


def test_a_span_under_the_threshold_is_left_out_before_calibration():
    nlp = ie_model.load()
    nlp.disable_pipe("relation_extractor")
    tagger = nlp.get_pipe("entity_tagger")
    tagger.calibration, tagger.cfg["threshold"] = None, 0.0
    raw = {(span.start, span.end, span.label_): span._.score for span in nlp(TEXT * 3).ents}
    scores = sorted(set(raw.values()))
    threshold = (scores[0] + scores[1]) / 2
    tagger.cfg["threshold"] = threshold
    kept = {(span.start, span.end, span.label_) for span in nlp(TEXT * 3).ents}
    assert kept == {span for span, score in raw.items() if score >= threshold}
