"""An encoder of Hugging Face in place of ours: tiny random ones, with tokenizers of PhoBERT's and XLM-R's form."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from ie_model_training.run import ANEW, CONFIG, TRANSFORMER_CONFIG, make_config

import ie_model
from ie_model.errors import ModelError
from ie_model.ml.pieces import Pieces, _cut

SYLLABLES = [
    "năm",
    "toàn",
    "tỉnh",
    "có",
    "người",
    "tham",
    "gia",
    "bảo",
    "hiểm",
    "xã",
    "hội",
    "tăng",
    "so",
    "với",
    "cùng",
    "kỳ",
]
WORDS = ["tham_gia", "bảo_hiểm", "xã_hội", "cùng_kỳ", "so_với"]
TEXT = "Năm 2021, toàn tỉnh có 12.480 người tham gia bảo hiểm xã hội."


class Tokenizer:
    """The part of a Hugging Face tokenizer that is used: BPE-like pieces of at most three letters."""

    cls_token_id, bos_token_id, sep_token_id, eos_token_id, pad_token_id = 0, 0, 2, 2, 1
    unk_token = "<unk>"

    def __init__(self, vocabulary):
        self._vocabulary = vocabulary

    def get_vocab(self):
        return self._vocabulary

    def tokenize(self, word):
        parts = [word[i : i + 3] for i in range(0, len(word), 3)]
        return [part + "@@" for part in parts[:-1]] + parts[-1:]

    def convert_tokens_to_ids(self, pieces):
        return [3 + sum(map(ord, piece)) % 90 for piece in pieces]


@pytest.fixture(scope="module")
def doc():
    nlp = ie_model.load()
    doc = nlp.make_doc(TEXT)
    for name in ("sentence_splitter", "word_segmenter"):
        nlp.get_pipe(name)(doc)
    return doc


def all_of(doc):
    return [(0, np.arange(len(doc)))]


def test_every_token_has_pieces_of_its_own_word(doc):
    pieces = Pieces(Tokenizer({"bảo_hiểm": 5}), limit=256)
    assert pieces.joined
    windows = pieces.windows([doc], all_of(doc))
    assert set(windows.tokens.tolist()) == set(range(len(doc)))
    assert windows.ids.shape[0] == 1 and windows.ids[0, 0] == 0 and windows.ids[0, -1] == 2
    # "bảo_hiểm" is cut into bảo _hi ểm: the first piece is the first syllable's alone.
    words = {token.text: place for place, token in enumerate(doc)}
    flat = windows.ids.reshape(-1)
    tokenizer = Tokenizer({})
    assert "I-W" in {token.tag_ for token in doc}
    for word in ("người", "có"):
        expected = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(word))
        assert flat[windows.pieces[windows.tokens == words[word]]].tolist() == expected


def test_a_vocabulary_of_syllables_gets_syllables(doc):
    pieces = Pieces(Tokenizer({"hiểm": 5, "_": 6}), limit=256)
    assert not pieces.joined
    windows = pieces.windows([doc], all_of(doc))
    tokenizer = Tokenizer({})
    flat = windows.ids.reshape(-1)
    for place, token in enumerate(doc):
        expected = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(token.text))
        assert flat[windows.pieces[windows.tokens == place]].tolist() == expected


@pytest.mark.parametrize("limit", [6, 10, 17])
def test_a_sentence_over_the_limit_is_read_in_windows(doc, limit):
    pieces = Pieces(Tokenizer({"bảo_hiểm": 5}), limit=limit)
    windows = pieces.windows([doc], all_of(doc))
    whole = Pieces(Tokenizer({"bảo_hiểm": 5}), limit=1000).windows([doc], all_of(doc))
    assert windows.ids.shape[0] > 1 and windows.ids.shape[1] <= limit
    assert windows.tokens.tolist() == whole.tokens.tolist()
    assert windows.ids.reshape(-1)[windows.pieces].tolist() == whole.ids.reshape(-1)[whole.pieces].tolist()


@pytest.mark.parametrize(("count", "size"), [(1, 4), (4, 4), (5, 4), (11, 4), (100, 7), (1000, 254), (3, 2)])
def test_windows_take_each_piece_once(count, size):
    cuts = _cut(count, size)
    assert [piece for _, _, first, last in cuts for piece in range(first, last)] == list(range(count))
    assert all(start <= first < last <= end and end - start <= size for start, end, first, last in cuts)


def test_a_long_sentence_stays_linear():
    nlp = ie_model.load()
    doc = nlp.make_doc("a" * 50_000 + " " + "dân số " * 5_000)
    windows = Pieces(Tokenizer({}), limit=256).windows([doc], all_of(doc))
    assert windows.ids.size < 3 * 3 * len(doc)


def test_the_second_config_differs_in_its_encoder_alone():
    ours, theirs = make_config(None, {}), make_config(TRANSFORMER_CONFIG, {})
    assert CONFIG != TRANSFORMER_CONFIG and ours["components"]["token_encoder"] != theirs["components"]["token_encoder"]
    # All of it starts anew.
    ours = make_config(None, ANEW)
    for section in ("nlp", "corpora", "training", "system"):
        assert ours[section] == theirs[section]
    for name in ours["components"].keys() - {"token_encoder"}:
        assert ours["components"][name] == theirs["components"][name]


# -- with torch and transformers

TINY = {
    "hidden_size": 24,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}


@pytest.fixture(scope="module", params=["phobert", "xlm-r"])
def encoder_folder(request, tmp_path_factory):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "phobert":
        _write_phobert_tokenizer(folder)
        config = transformers.RobertaConfig(**TINY, vocab_size=200, max_position_embeddings=258)
        transformers.RobertaModel(config).save_pretrained(folder)
    else:
        size = _write_xlmr_tokenizer(folder, transformers)
        config = transformers.XLMRobertaConfig(**TINY, vocab_size=size, max_position_embeddings=66)
        transformers.XLMRobertaModel(config).save_pretrained(folder)
    return folder


def _write_phobert_tokenizer(folder):
    """PhoBERT's own files: ``vocab.txt`` and ``bpe.codes``, for words whose syllables are joined by ``_``."""
    letters = sorted({letter for word in [*SYLLABLES, *WORDS] for letter in word} | set("0123456789.,"))
    merges = [("b", "ả"), ("bả", "o"), ("bảo", "_"), ("h", "ộ"), ("hộ", "i</w>")]
    pieces = [*(f"{letter}@@" for letter in letters), *letters, "bả@@", "bảo@@", "bảo_@@", "hộ@@", "hội"]
    (folder / "vocab.txt").write_text("".join(f"{piece} 1\n" for piece in pieces), encoding="utf-8")
    (folder / "bpe.codes").write_text("".join(f"{a} {b} 1\n" for a, b in merges), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "PhobertTokenizer"}', encoding="utf-8")


def _write_xlmr_tokenizer(folder, transformers) -> int:
    """A SentencePiece model learned from a few lines, in XLM-R's file."""
    sentencepiece = pytest.importorskip("sentencepiece")
    lines = [" ".join(part) for part in itertools.permutations(SYLLABLES[:5])] + [" ".join(SYLLABLES), TEXT]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(folder / "sentencepiece.bpe"),
        vocab_size=80,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "XLMRobertaTokenizer"}', encoding="utf-8")
    return 200


@pytest.fixture(scope="module")
def trained(encoder_folder, tmp_path_factory):
    from ie_model.cli.main import main

    corpus = tmp_path_factory.mktemp("gold")
    line = "Năm 2021, toàn tỉnh có 480 người tham gia bảo hiểm xã hội.\n"
    for name in ("a", "b", "c", "d"):
        (corpus / f"{name}.txt").write_bytes((line * 3).encode())
        (corpus / f"{name}.ann").write_bytes(_annotations(line * 3).encode())
    (corpus / "held-out.txt").write_text("d\n", encoding="utf-8")
    output = tmp_path_factory.mktemp("model") / "out"
    call = ["train", "--corpus", str(corpus), "--annotations", str(corpus), "--output", str(output)]
    assert main([*call, "--transformer", str(encoder_folder), "--epochs", "2"]) == 0
    return output


def _annotations(text: str) -> str:
    found = [
        (label, match.start(), match.end(), match[0])
        for label, pattern in (("TIME", "Năm 2021"), ("LOC", "toàn tỉnh"), ("QUANTITY", "480 người"))
        for match in re.finditer(pattern, text)
    ]
    lines = [f"T{i}\t{label} {start} {end}\t{text_}\n" for i, (label, start, end, text_) in enumerate(found, 1)]
    third = len(found) // 3  # of a label: all times first, then all places, then all values
    links = [(f"R{2 * i + 1}", "AT_TIME", 2 * third + i, i) for i in range(third)]
    links += [(f"R{2 * i + 2}", "SUBJECT", 2 * third + i, third + i) for i in range(third)]
    lines += [f"{id_}\t{type_} Arg1:T{head + 1} Arg2:T{tail + 1}\n" for id_, type_, head, tail in links]
    return "".join(lines)


def test_training_with_it_and_loading_without_its_folder(trained):
    nlp = ie_model.load(trained)
    first = nlp(TEXT)
    again = ie_model.load(trained)(TEXT)
    assert [(e.start, e.end, e.label_, e._.score) for e in first.ents] == [
        (e.start, e.end, e.label_, e._.score) for e in again.ents
    ]
    assert "path = null" in (trained / "config.cfg").read_text(encoding="utf-8").replace("${paths.transformer}", "null")
    assert not list(trained.rglob("*.pt"))


def test_token_vectors_are_the_pooled_hidden_states(trained):
    torch = pytest.importorskip("torch")
    nlp = ie_model.load(trained)
    encoder = nlp.get_pipe("token_encoder")
    doc = nlp.make_doc(TEXT)
    for name in ("sentence_splitter", "word_segmenter"):
        nlp.get_pipe(name)(doc)
    (vectors,) = encoder.model.predict([doc])
    shim = encoder.model.layers[0].shims[0]
    windows = shim.windows([doc], all_of(doc))
    shim._model.eval()
    with torch.no_grad():
        states = shim._model.encoder(torch.from_numpy(windows.ids)).last_hidden_state.reshape(-1, 24).numpy()
    for place in range(len(doc)):
        mean = states[windows.pieces[windows.tokens == place]].mean(0)
        assert np.allclose(vectors[place].astype("f"), mean, atol=5e-3)


def test_sentences_over_the_limit(trained):
    nlp = ie_model.load(trained)
    doc = nlp("dân số " * 600 + TEXT)
    assert doc.text == "dân số " * 600 + TEXT


def test_weights_that_are_no_safetensors_are_refused(encoder_folder, tmp_path):
    import shutil

    from ie_model.ml.huggingface import build_huggingface_encoder

    folder = shutil.copytree(encoder_folder, tmp_path / "encoder")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        build_huggingface_encoder(str(folder), 24, 0.1).initialize()
    with pytest.raises(ModelError, match="hidden size is 24"):
        build_huggingface_encoder(str(encoder_folder), 32, 0.1).initialize()
