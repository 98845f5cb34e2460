"""The mean of several models' weights."""

import json
import shutil

import numpy as np
import pytest
from ie_model_training.averaging import average
from ie_model_training.markup import compile_markup

import ie_model
from ie_model.cli.main import main
from ie_model.errors import ModelError
from ie_model.standoff import format_annotations
from ie_model.weights import parameters

TEXT = "Năm 2021, toàn tỉnh có 12.480 người tham gia BHXH, tăng 3% so với năm 2020."
TRAINED = ("token_encoder", "entity_tagger", "relation_extractor")


def moved(folder, by: float):
    """The shipped model with all weights moved, as a folder."""
    nlp = ie_model.load()
    for name in TRAINED:
        for node, parameter in parameters(nlp.get_pipe(name).model):
            node.set_param(parameter, np.asarray(node.get_param(parameter)) + np.float32(by))
    nlp.to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return moved(folder / "up", 0.25), moved(folder / "down", -0.25)


def test_the_mean_of_all_weights(pair):
    shipped, mean = ie_model.load(), average(pair)
    for name in TRAINED:
        places = zip(parameters(shipped.get_pipe(name).model), parameters(mean.get_pipe(name).model), strict=True)
        for (node, parameter), (other, _) in places:
            # Folders hold half precision, whose steps are 1/1024 of a weight.
            np.testing.assert_allclose(other.get_param(parameter), node.get_param(parameter), rtol=2e-3, atol=2e-3)
    for name in ("entity_tagger", "relation_extractor", "record_builder"):
        assert shipped.get_pipe(name).calibration and not mean.get_pipe(name).calibration
    found = [[(span.text, span.label_) for span in nlp(TEXT).ents] for nlp in (shipped, mean)]
    assert found[0] and found[0] == found[1]


def edited(folder, tmp_path, change):
    copy = tmp_path / "edited"
    shutil.copytree(folder, copy)
    change(copy)
    return copy


def _reverse_labels(folder):
    path = folder / "entity_tagger" / "cfg"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**settings, "labels": settings["labels"][::-1]}), encoding="utf-8")


def _other_vectors(folder):
    nlp = ie_model.load(folder)
    nlp.vocab.vectors.data[0] += 1
    nlp.to_disk(folder)


@pytest.mark.parametrize(
    ("change", "reason"), [(_reverse_labels, "labels, relation types or settings"), (_other_vectors, "static vectors")]
)
def test_models_that_are_not_alike_have_no_mean(pair, tmp_path, change, reason):
    other = edited(pair[1], tmp_path, change)
    with pytest.raises(ModelError, match=f"edited: has other {reason}"):
        average([pair[0], other])


def test_the_command_writes_a_model_that_says_what_it_is_the_mean_of(pair, tmp_path, capsys):
    markup = "".join(f"=== doc-{n}\nToàn tỉnh có {{1{n} người|QUANTITY}}.\n" for n in range(12))
    for document in compile_markup(markup, "x"):
        (tmp_path / f"{document.id}.txt").write_bytes(document.text.encode("utf-8"))
        ann = format_annotations(document.entities, document.relations)
        (tmp_path / f"{document.id}.ann").write_bytes(ann.encode("utf-8"))
    output = tmp_path / "mean"
    gold = ["--corpus", str(tmp_path), "--annotations", str(tmp_path)]
    assert main(["average", *map(str, pair), "--output", str(output), *gold]) == 0
    assert "ents_f" in capsys.readouterr().out
    facts = json.loads((output / "meta.json").read_text(encoding="utf-8"))["ie_model"]
    shipped = ie_model.load().meta["ie_model"]
    assert len(facts["members"]) == 2 and facts["corpus_sha256"] == shipped["corpus_sha256"]
    assert ie_model.load(output)(TEXT).ents


@pytest.mark.parametrize("arguments", [["one"], ["nowhere", "either"]])
def test_too_few_models_and_none(arguments, tmp_path, capsys):
    assert main(["average", *arguments, "--output", str(tmp_path / "mean")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
