"""The token encoder: its weights file, the vectors it leaves on a Doc, and its place in the pipeline."""

from pathlib import Path

import numpy as np
import pytest
import srsly

import ie_model
from ie_model.errors import ModelError
from ie_model.ml.encoder import build_token_encoder
from ie_model.ml.features import ATTRIBUTES
from ie_model.weights import load_if_alike, load_weights, parameters, save_weights

TEXT = "Năm 2021, toàn tỉnh có 12.480 người tham gia BHXH.\n  \nTăng 3% so với năm 2020."


@pytest.fixture(scope="module")
def nlp():
    return ie_model.load()


@pytest.fixture
def doc(nlp):
    doc = nlp.make_doc(TEXT)
    for name in ("sentence_splitter", "word_segmenter"):
        nlp.get_pipe(name)(doc)
    return doc


def msgpack_of_type(name):
    """A file with an array of two numbers whose type is called otherwise."""
    return srsly.msgpack_dumps({"arrays": [np.ones(2, dtype="f")]}).replace(b"<f4", name)


def small(doc, width=16):
    model = build_token_encoder(width=width, depth=1, heads=2, rows=[20] * len(ATTRIBUTES), embed_width=4)
    model.initialize(X=[doc])
    return model


def test_weights_come_back_in_half_precision(doc, tmp_path):
    first, second = small(doc), small(doc)
    save_weights(first, tmp_path / "weights")
    load_weights(second, tmp_path / "weights")
    assert np.allclose(first.predict([doc])[0], second.predict([doc])[0], atol=0.02)


def test_weights_of_another_network_are_refused(doc, tmp_path):
    save_weights(small(doc), tmp_path / "weights")
    with pytest.raises(ModelError, match="another network"):
        load_weights(small(doc, width=32), tmp_path / "weights")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xc1",
        *map(srsly.msgpack_dumps, ({"weights": []}, [1], {"arrays": 3}, {"arrays": ["x"]}, {"arrays": [[[]], "y"]})),
        *(msgpack_of_type(name) for name in (b",", b"<U1", b"<i4")),
    ],
)
def test_a_file_that_holds_no_weights_is_refused(doc, tmp_path, content):
    (tmp_path / "weights").write_bytes(content)
    with pytest.raises(ModelError, match="no weights"):
        load_weights(small(doc), tmp_path / "weights")


def test_white_space_has_no_vector_and_sentences_do_not_see_each_other(nlp, doc):
    model = small(doc)
    vectors = model.predict([doc])[0]
    assert vectors.shape == (len(doc), 16)
    assert not vectors[[token.is_space for token in doc]].any()
    alone = nlp.make_doc(TEXT.split("\n")[0])
    for name in ("sentence_splitter", "word_segmenter"):
        nlp.get_pipe(name)(alone)
    assert np.allclose(vectors[: len(alone)], model.predict([alone])[0], atol=1e-5)


def test_documents_without_words_pass(nlp):
    docs = list(nlp.pipe(["", " \n ", TEXT]))
    assert [len(doc.ents) > 0 for doc in docs] == [False, False, True]


def test_no_vectors_stay_on_the_documents(nlp):
    doc = nlp(TEXT)
    assert doc.tensor is None or doc.tensor.size == 0
    assert doc._.records


def values(model):
    return [node.get_param(name).copy() for node, name in parameters(model)]


def same(model, expected):
    return all(np.array_equal(x, y) for x, y in zip(values(model), expected, strict=True))


@pytest.mark.parametrize("through", ["bytes", "disk"])
def test_a_component_comes_back_with_half_the_bytes(nlp, doc, tmp_path, through):
    encoder = nlp.create_pipe(
        "token_encoder", config={"model": {"width": 16, "depth": 1, "heads": 2, "embed_width": 4}}
    )
    encoder.model.initialize(X=[doc])
    other = nlp.create_pipe("token_encoder", config={"model": {"width": 16, "depth": 1, "heads": 2, "embed_width": 4}})
    if through == "bytes":
        size = len(encoder.to_bytes(exclude=["vocab"]))
        other.from_bytes(encoder.to_bytes())
    else:
        encoder.to_disk(tmp_path / "encoder")
        size = (tmp_path / "encoder" / "model").stat().st_size
        other.from_disk(tmp_path / "encoder")
    count = sum(array.size for array in values(encoder.model))
    assert 2 * count < size < 2.2 * count
    assert all(array.dtype == np.float32 for array in values(other.model))
    assert same(other.model, [array.astype("float16").astype("f") for array in values(encoder.model)])


@pytest.fixture
def stored(tmp_path):
    """A model of one's own, and the folder where it is stored."""
    nlp = ie_model.load()
    nlp.to_disk(tmp_path / "model")
    return nlp, tmp_path / "model"


def settings_of(nlp):
    return {
        "entity_tagger": {"labels": list(nlp.get_pipe("entity_tagger").labels)},
        "relation_extractor": {"scheme": nlp.get_pipe("relation_extractor").cfg["scheme"]},
    }


def test_weights_of_a_model_folder(stored):
    nlp, folder = stored
    for name in ("token_encoder", "entity_tagger", "relation_extractor"):
        model = nlp.get_pipe(name).model
        before = values(model)
        for node, key in parameters(model):
            node.set_param(key, np.zeros_like(node.get_param(key)))
        if name == "token_encoder":
            load_weights(model, folder / name)
        else:
            assert load_if_alike(model, folder / name, settings_of(nlp)[name])
        assert same(model, before)
        assert all(node.get_param(key).flags.writeable for node, key in parameters(model))
    with pytest.raises(ModelError, match="no weights"):
        load_weights(nlp.get_pipe("token_encoder").model, folder)


def test_heads_of_other_labels_or_shapes_start_anew(stored, caplog):
    nlp, folder = stored
    tagger, extractor = (nlp.get_pipe(name).model for name in ("entity_tagger", "relation_extractor"))
    before = values(tagger), values(extractor)
    assert not load_if_alike(tagger, folder / "entity_tagger", {"labels": ["ORG"]})
    assert "entity_tagger starts anew" in caplog.text
    assert not load_if_alike(extractor, folder / "entity_tagger", {})  # other shapes
    scheme = settings_of(nlp)["relation_extractor"]["scheme"]
    types = dict(reversed(scheme["relations"].items()))  # the same types; what they weigh stands in another order
    assert not load_if_alike(extractor, folder / "relation_extractor", {"scheme": {**scheme, "relations": types}})
    assert not load_if_alike(tagger, folder / "none", {})
    assert same(tagger, before[0]) and same(extractor, before[1])


@pytest.mark.parametrize(("part", "content"), [("cfg", b"[]"), ("cfg", b"{"), ("model", b""), ("model", b"\xc1")])
def test_a_broken_head_is_refused(stored, part, content):
    nlp, folder = stored
    (folder / "entity_tagger" / part).write_bytes(content)
    with pytest.raises(ModelError, match="holds no"):
        load_if_alike(nlp.get_pipe("entity_tagger").model, folder / "entity_tagger", settings_of(nlp)["entity_tagger"])


def test_the_pretrained_heads_are_those_of_this_projects_labels():
    from ie_model_training.run import PRETRAINED

    from ie_model.scheme import read_scheme

    scheme = read_scheme(Path(__file__).parents[1] / "annotations" / "annotation.conf")
    nlp = ie_model.load()
    labels, types = {"labels": list(scheme.labels)}, {"scheme": scheme.to_json()}
    assert load_if_alike(nlp.get_pipe("entity_tagger").model, PRETRAINED / "entity_tagger", labels)
    assert load_if_alike(nlp.get_pipe("relation_extractor").model, PRETRAINED / "relation_extractor", types)
    load_weights(nlp.get_pipe("token_encoder").model, PRETRAINED / "token_encoder")
