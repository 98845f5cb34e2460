"""How a token looks to the model."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ie_model.orthography import norm, prefix, shape, suffix


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("hòa", "hoà"), ("Hòa", "hoà"), ("HÒA", "hoà"), ("khỏe", "khoẻ"), ("thủy", "thuỷ"), ("Ủy", "uỷ"),
        ("tọa", "toạ"), ("lóe", "loé"), ("thúy", "thuý"), ("tuỵ", "tụy"),
        ("“", '"'), ("–", "-"), ("−", "-"), ("Ðồng", "đồng"),
    ],
)  # fmt: skip
def test_spelling_variants_have_one_norm(written, same):
    assert norm(written) == norm(same)


@pytest.mark.parametrize(
    ("left", "right"), [("của", "cua"), ("mùa", "muà"), ("hoàn", "hoạn"), ("quý", "quỳ"), ("tỷ", "tỉ")]
)
def test_different_syllables_keep_different_norms(left, right):
    assert norm(left) != norm(right)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("7", "7"),
        ("12", "12"),
        ("2019", "2000"),
        ("1998", "2000"),
        ("12.480", "00.000"),
        ("98,27", "00,00"),
        ("3150", "0000"),
    ],
)
def test_large_numbers_keep_only_their_form(number, expected):
    assert norm(number) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [("BHXH", "XXXX"), ("Sơn", "Xxx"), ("nghiêng", "xxxx"), ("12.480", "dd.ddd"), ("%", "%"), ("B1", "Xd")],
)
def test_shape(token, expected):
    assert shape(token) == expected


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_decomposed_text_looks_the_same(token):
    decomposed = unicodedata.normalize("NFD", token)
    for look in (norm, shape, prefix, suffix):
        assert look(decomposed) == look(unicodedata.normalize("NFC", token))
