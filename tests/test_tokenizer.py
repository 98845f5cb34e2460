"""The tokenizer changes nothing and cuts finely enough."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab
from timing import assert_linear

from ie_model.tokenizer import SyllableTokenizer, split

tokenize = SyllableTokenizer(Vocab())
TEXT = st.text(alphabet=st.one_of(
    st.characters(codec="utf-8"),
    st.sampled_from(" \t\n\r\u00a0\u001d\u200b\u0301\u0303.,;:%-/()[]{}0123456789aàạđĐBHXH"),
), max_size=80)  # fmt: skip


@given(TEXT)
def test_the_text_is_preserved_to_the_letter(text):
    doc = tokenize(text)
    assert doc.text == text
    assert [text[token.idx : token.idx + len(token)] for token in doc] == [token.text for token in doc]


@given(TEXT)
def test_tokens_are_white_space_or_hold_none(text):
    words, spaces = split(text)
    assert "".join(word + " " * space for word, space in zip(words, spaces, strict=True)) == text
    assert all(word.isspace() or not any(char.isspace() for char in word) for word in words)


@given(TEXT)
def test_decomposed_text_has_the_same_tokens(text):
    composed = unicodedata.normalize("NFC", text)
    if unicodedata.normalize("NFC", unicodedata.normalize("NFD", composed)) != composed or any(
        unicodedata.combining(char) for char in composed
    ):
        return  # marks that compose with nothing may stand in another order
    decomposed = unicodedata.normalize("NFD", composed)
    if all(unicodedata.category(char) in ("Mn", "Lu", "Ll", "Zs", "Nd", "Po", "Pd") for char in decomposed):
        assert [norm.norm_ for norm in tokenize(decomposed)] == [norm.norm_ for norm in tokenize(composed)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("98,27%", "98,27 %"),
        ("1.874/1.902", "1.874 / 1.902"),
        ("20-25", "20 - 25"),
        ("15/8/2017", "15 / 8 / 2017"),
        ("21-NQ/TW", "21 - NQ / TW"),
        ("6-7", "6 - 7"),
        ("TP.HCM", "TP . HCM"),
        ("18.000m2", "18.000 m 2"),
        ("2.417.903", "2.417.903"),
        ("380. 000", "380 . 000"),
        ("năm 2018.", "năm 2018 ."),
        ("1.2.2019", "1.2 . 2019"),
        ("7km", "7 km"),
        ("“Tiếng hát”…", "“ Tiếng hát ” …"),
    ],
)
def test_tokens(text, tokens):
    assert [token.text for token in tokenize(text) if not token.is_space] == tokens.split()


@pytest.mark.parametrize("text", ["\ud800", "tăng 5% \udfff so với"])
def test_a_lone_surrogate_is_one_clear_error(text):
    with pytest.raises(ValueError, match="lone surrogate at offset"):
        tokenize(text)


def test_every_gold_span_falls_on_token_borders(corpus):
    for document in corpus:
        doc = tokenize(document.text)
        for entity in document.entities:
            assert doc.char_span(entity.start, entity.end) is not None, (document.id, entity)


def test_every_gold_span_of_the_development_set_falls_on_token_borders(dev):
    for form in ("NFC", "NFD"):
        for document in dev:
            doc = tokenize(unicodedata.normalize(form, document.text))
            for entity in document.entities:
                start = len(unicodedata.normalize(form, document.text[: entity.start]))
                end = len(unicodedata.normalize(form, document.text[: entity.end]))
                assert doc.char_span(start, end) is not None, (document.id, entity)


@pytest.mark.parametrize("piece", ["a", "1", "1.", "1.000", " ", "a\u0301", "\u0301", "1.234,"])
def test_cost_is_linear_on_hostile_text(piece):
    assert_linear(lambda length: piece * (length // len(piece)), split, 100_000, 800_000, floor=0.002)
