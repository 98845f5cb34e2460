"""The word segmenter's random field gives the tags of the library that trained it."""

import pickle
from importlib import resources
from io import BytesIO
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger

from ie_model.errors import ModelError
from ie_model.tokenizer import split
from ie_model.word_crf import BEGIN, INSIDE, Weights, WordTagger, _Plain, read_tagger, read_weights, underthesea_tagger

CORPUS = Path(__file__).parents[1] / "corpus"
TAGS = (BEGIN, INSIDE)


@pytest.fixture(scope="module")
def library() -> FastCRFSequenceTagger:
    models = resources.files("underthesea") / "pipeline" / "word_tokenize" / "models"
    tagger = FastCRFSequenceTagger()
    tagger.load(str(max(Path(str(models)).glob("ws_crf_*"))))
    return tagger


def tags_of(library: FastCRFSequenceTagger, tokens: list[str]) -> list[str]:
    return library.predict([[token] for token in tokens])


def test_running_text(library: FastCRFSequenceTagger) -> None:
    lines = [line for path in sorted(CORPUS.glob("*/*.txt"))[::8] for line in path.read_text("utf-8").splitlines()]
    sentences = [[token for token in split(line)[0] if not token.isspace()] for line in lines if line.strip()]
    assert len(sentences) > 300
    assert [underthesea_tagger()(tokens) for tokens in sentences] == [tags_of(library, tokens) for tokens in sentences]


_WORDS = ["Hà", "Nội", "xuất", "khẩu", "một", "B-W", "–", "(", "%", "İ", "ǅ", "ΣΑΣ"]
_NUMBERS = ["007", "-5", "2147483648", "99999999999", "²", "٣"]
_TOKENS = st.sampled_from(_WORDS + _NUMBERS)


@settings(max_examples=300, deadline=None)
@given(tokens=st.lists(_TOKENS | st.text("aàÀđĐ0=,", min_size=1, max_size=4), min_size=1, max_size=9))
def test_any_tokens(library: FastCRFSequenceTagger, tokens: list[str]) -> None:
    ours, theirs = underthesea_tagger()(tokens), tags_of(library, tokens)
    # The same number three times over leaves two sequences with one score: then either is right.
    assert ours == theirs or score(tokens, ours) == pytest.approx(score(tokens, theirs), abs=1e-9)


def test_the_best_sequence_has_the_highest_score() -> None:
    tokens = ["xuất", "khẩu", "gạo"]
    best = underthesea_tagger()(tokens)
    assert all(
        score(tokens, best) > score(tokens, list(other)) for other in product(TAGS, repeat=3) if list(other) != best
    )


def score(tokens: list[str], tags: list[str]) -> float:
    """Of a sequence of tags, against all B-W without transitions."""
    tagger = underthesea_tagger()
    gains = [sum(column) for column in zip(*(c for w in tagger._windows for c in w.columns(tokens)), strict=True)]
    steps = dict(zip(product(TAGS, repeat=2), tagger._transitions, strict=True))
    emitted = sum(gain for gain, tag in zip(gains, tags, strict=True) if tag == INSIDE)
    return emitted + sum(steps[pair] for pair in pairwise(tags))


def test_no_tokens_have_no_tags() -> None:
    assert underthesea_tagger()([]) == []


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    file = tmp_path / "models.bin"
    for content in (b"", b"lCRF", b"x" * 1000):
        file.write_bytes(content)
        with pytest.raises(ModelError, match=r"models\.bin"):
            read_weights(file)


def test_a_pickle_that_names_anything_to_run_is_refused() -> None:
    assert _Plain(BytesIO(pickle.dumps({"xuất khẩu"}))).load() == {"xuất khẩu"}
    for thing in (print, Path("x")):
        with pytest.raises(pickle.UnpicklingError, match="names"):
            _Plain(BytesIO(pickle.dumps(thing))).load()


def test_what_is_forgotten_is_looked_up_again() -> None:
    tagger = underthesea_tagger()
    tags = tagger(["xuất", "khẩu", "gạo"])
    assert any(window._gains.cache_info().currsize for window in tagger._windows)
    tagger.forget()
    assert not any(window._gains.cache_info().currsize for window in tagger._windows)
    assert tagger(["xuất", "khẩu", "gạo"]) == tags


@pytest.mark.parametrize("content", [b"", b"\x80\x04", pickle.dumps(3), pickle.dumps([3]), pickle.dumps(print)])
@pytest.mark.parametrize("name", ["features.bin", "dictionary.bin"])
def test_damaged_files_are_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "features.bin").write_bytes(pickle.dumps(["T[0]"]))
    (tmp_path / "dictionary.bin").write_bytes(pickle.dumps({"gạo"}))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=name):
        read_tagger(tmp_path)


def test_a_model_cut_short_is_named(tmp_path: Path) -> None:
    models = resources.files("underthesea") / "pipeline" / "word_tokenize" / "models"
    whole = next(Path(str(models)).glob("ws_crf_*/models.bin")).read_bytes()
    (tmp_path / "models.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"models\.bin"):
        read_weights(tmp_path / "models.bin")


def test_a_long_phrase_is_not_kept() -> None:
    tagger = underthesea_tagger()
    tagger.forget()
    tagger(["x" * 1000])
    assert all(window._gains.cache_info().currsize <= 3 for window in tagger._windows)


@pytest.mark.parametrize("template", ["T[0].length", "T[a]", "U[0]", "T[3,-3]"])
def test_an_unknown_feature_is_named(template: str) -> None:
    nothing_learned = Weights(["B-W", "I-W"], [], np.zeros((0, 2)), np.zeros((2, 2)))
    with pytest.raises(ModelError, match="feature"):
        WordTagger([template], set(), nothing_learned)
