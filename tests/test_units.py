"""Units and what figures are per: a table, and that the word lists agree with each other."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from cases import read_cases
from hypothesis import given
from hypothesis import strategies as st

from ie_model.records.data import meanings, sections
from ie_model.records.numbers import parse_value
from ie_model.records.units import Unit, is_counted, read_unit

UNITS = sections("units.txt")
CANONICAL = {*meanings(UNITS["canonical"]).values(), *meanings(UNITS["spellings"]).values()}


@pytest.mark.parametrize(("figure", "expected"), read_cases("units.txt"))
def test_unit_and_rate(figure, expected):
    value = parse_value(figure)
    assert (value.unit or "none") + (f" per {value.per}" if value.per else "") == expected


@pytest.mark.parametrize("figure", ["25 mét vuông", "đồng/mét khối", "3 độ C", "4 triệu đồng/người/tháng"])
def test_decomposed_letters_read_alike(figure):
    assert parse_value(normalize("NFD", figure)) == parse_value(normalize("NFC", figure))


@pytest.mark.parametrize("unit", sorted(CANONICAL))
def test_a_canonical_name_stands_for_itself(unit):
    assert read_unit(unit.lower()).name == unit


@pytest.mark.parametrize("spelling", sorted(meanings(UNITS["spellings"])))
def test_a_spelling_has_one_meaning_as_unit_and_as_rate(spelling):
    unit = read_unit(spelling).name
    assert unit in CANONICAL
    assert read_unit(f"người/{spelling}") == Unit("người", unit)


@pytest.mark.parametrize("text", ["hộ", "người nghèo", "lượt khách", "đồng chí", "con"])
def test_what_is_counted(text):
    assert is_counted(text, 0)


@pytest.mark.parametrize("text", ["tấn", "ha", "mét khối", "đồng", "% dân số", "usd/thùng", "điểm", "", "/kg", "- 5"])
def test_what_is_measured_or_nothing(text):
    assert not is_counted(text, 0)


@given(st.text())
def test_no_text_raises(text):
    unit = read_unit(text.lower())
    assert all(part is None or part.strip() for part in (unit.name, unit.per))
