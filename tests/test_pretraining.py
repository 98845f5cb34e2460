"""Pretraining of the token encoder: the stream it reads, and the network in torch against the one in thinc."""

import numpy as np
import pytest
from ie_model_training.stream import read_stream

import ie_model
from ie_model.ml.features import ATTRIBUTES, Batch, sentences_of

LINE = "Năm 2021 , toàn tỉnh có 12.480 người tham_gia bảo_hiểm_xã_hội ."
NETWORK = {"width": 24, "depth": 2, "heads": 2, "rows": [50] * len(ATTRIBUTES), "embed_width": 4}


def test_a_token_of_the_stream_looks_as_it_does_to_the_pipeline():
    nlp = ie_model.load()
    stream = read_stream([LINE])
    doc = nlp.make_doc(LINE.replace("_", " "))
    for name in ("sentence_splitter", "word_segmenter"):
        nlp.get_pipe(name)(doc)
    (sentence,) = sentences_of(doc)
    assert [token.tag_ for token in doc if token.text in ("tham", "gia")] == ["B-W", "I-W"]
    rows = stream.attributes[stream.tokens].tolist()
    places = [i for i, token in enumerate(doc) if token.text not in ("bảo", "hiểm", "xã", "hội")]
    assert [rows[i] for i in places] == [sentence.ids[i].tolist() for i in places]


def test_words_lengths_and_short_lines():
    stream = read_stream([LINE, "một hai", "", LINE])
    assert stream.lengths.tolist() == [15, 15]
    assert len(stream.tokens) == 30 and stream.tokens[:15].tolist() == stream.tokens[15:].tolist()
    assert stream.starts_word[:15].tolist() == [True] * 9 + [False, True, False, False, False, True]


def test_nothing_to_read():
    stream = read_stream([])
    assert len(stream.tokens) == len(stream.lengths) == 0


def test_the_exported_network_computes_what_the_trained_one_does():
    torch = pytest.importorskip("torch")
    from ie_model_training.masked import Encoder, _Data, export
    from spacy.vectors import Vectors

    nlp = ie_model.load()
    torch.manual_seed(0)
    stream = read_stream([LINE, "Tăng 3% so với cùng_kỳ năm trước , theo báo_cáo ."])
    vectors = Vectors(shape=(3, 5))
    vectors.data[:] = np.random.default_rng(0).normal(size=(3, 5))
    vectors.add(nlp.vocab.strings.add("tỉnh"), row=1)
    data = _Data(stream, vectors, NETWORK["rows"], seed=0)
    encoder = Encoder(**NETWORK, vectors=data.vectors, classes=data.classes)
    tokens = torch.from_numpy(stream.tokens[: stream.lengths[0]].astype("i8"))
    with torch.no_grad():
        present = torch.ones(1, len(tokens), dtype=torch.bool)
        buckets = torch.from_numpy(data._buckets.astype("i8"))[tokens][None]
        static = torch.from_numpy(data._static.astype("i8"))[tokens][None]
        expected = encoder(buckets, static, ~present, present)[0].numpy()
    thinc_model = export(encoder, NETWORK)
    ids = stream.attributes[stream.tokens[: stream.lengths[0]]]
    table = data.vectors.numpy()
    static_rows = table[data._static[stream.tokens[: stream.lengths[0]]]].reshape(len(ids), -1)
    found = thinc_model.layers[0].predict(Batch(ids, static_rows, np.array([len(ids)], dtype="i"))).dataXd
    assert np.allclose(found, expected, atol=5e-3)  # the two norms differ in their smallest variance
