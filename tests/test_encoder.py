"""The token encoder: its weights file, the vectors it leaves on a Doc, and its place in the pipeline."""

import numpy as np
import pytest
import srsly

import ie_model
from ie_model.encoder import load_weights, save_weights
from ie_model.errors import ModelError
from ie_model.ml.encoder import build_token_encoder
from ie_model.ml.features import ATTRIBUTES

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


def parameters(encoder):
    return [node.get_param(name) for node in encoder.model.walk() for name in node.param_names if node.has_param(name)]


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
    count = sum(array.size for array in parameters(encoder))
    assert 2 * count < size < 2.2 * count
    for before, after in zip(parameters(encoder), parameters(other), strict=True):
        assert after.dtype == np.float32 and np.array_equal(before.astype("float16").astype("f"), after)


def test_weights_of_a_model_folder(nlp, tmp_path):
    nlp.to_disk(tmp_path / "model")
    model = nlp.get_pipe("token_encoder").model
    expected = {(node.id, name): node.get_param(name).copy() for node in model.walk() for name in node.param_names}
    for node in model.walk():
        for name in node.param_names:
            node.set_param(name, np.zeros_like(node.get_param(name)))
    load_weights(model, tmp_path / "model")
    assert all(
        np.array_equal(node.get_param(name), expected[node.id, name])
        for node in model.walk()
        for name in node.param_names
    )
    with pytest.raises(ModelError, match="no weights"):
        load_weights(model, tmp_path)
