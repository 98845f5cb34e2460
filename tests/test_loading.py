"""Loading a model folder: it is data, and what is no model is refused with one line."""

import json
import pickle
import shutil

import pytest

import ie_model
from ie_model.errors import ModelError
from ie_model.loading import SHIPPED


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "model")


def refused(folder) -> str:
    with pytest.raises(ModelError) as caught:
        ie_model.load(folder)
    message = str(caught.value)
    assert str(folder) in message and "\n" not in message
    return message


def test_a_copy_of_the_shipped_model_loads(folder):
    assert ie_model.load(folder).pipe_names == ie_model.load().pipe_names


@pytest.mark.parametrize("name", ["evil.Tokenizer.v1", "os.system", "ie_model.Tokenizer.v1\\n"])
def test_a_function_that_is_none_of_ours(folder, name):
    path = folder / "config.cfg"
    text = path.read_text(encoding="utf-8")
    assert '"ie_model.Tokenizer.v1"' in text
    path.write_text(text.replace('"ie_model.Tokenizer.v1"', f'"{name}"'), encoding="utf-8")
    assert "none of ours" in refused(folder)


def test_a_factory_that_is_none_of_ours(folder):
    path = folder / "config.cfg"
    text = path.read_text(encoding="utf-8").replace('factory = "record_builder"', 'factory = "evil"')
    path.write_text(text, encoding="utf-8")
    assert "factory 'evil'" in refused(folder)


def test_a_callback_that_is_none_of_ours(folder):
    path = folder / "config.cfg"
    text = path.read_text(encoding="utf-8").replace("before_creation = null", "")
    text += '\n[nlp.before_creation]\n@callbacks = "evil.callback"\n'
    path.write_text(text, encoding="utf-8")
    refused(folder)


@pytest.mark.parametrize("name", ["extra.pkl", "token_encoder/model"])
def test_a_pickle_is_not_read(folder, name):
    class Boom:
        def __reduce__(self):
            return (pytest.fail, ("it was executed",))

    (folder / name).write_bytes(pickle.dumps(Boom()))
    assert "may execute" in refused(folder)


@pytest.mark.parametrize("version", [1, None, "2"])
def test_another_format(folder, version):
    path = folder / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta["ie_model"]["format"] = version
    path.write_text(json.dumps(meta), encoding="utf-8")
    assert "format" in refused(folder)


@pytest.mark.parametrize("threshold", ["a", 2, -1])
@pytest.mark.parametrize("name", ["entity_tagger", "relation_extractor"])
def test_a_threshold_that_is_no_probability(folder, name, threshold):
    path = folder / name / "cfg"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**settings, "threshold": threshold}), encoding="utf-8")
    assert "no probability" in refused(folder)


@pytest.mark.parametrize("least", ["a", 2, 0, 1e-9])
def test_candidates_without_end(folder, least):
    path = folder / "entity_tagger" / "cfg"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**settings, "candidates": least}), encoding="utf-8")
    assert "candidates" in refused(folder)


def test_a_config_that_is_none(folder):
    (folder / "config.cfg").write_text("[nlp", encoding="utf-8")
    assert "config.cfg" in refused(folder)
