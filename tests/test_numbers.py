"""What the text of a figure says: a table, the habits of its document, and properties that hold for all numbers."""

from __future__ import annotations

import time
from decimal import Decimal
from unicodedata import normalize

import pytest
from cases import read_cases
from hypothesis import given
from hypothesis import strategies as st

from ie_model.records.numbers import Value, parse_value
from ie_model.records.separators import Habits

D = Decimal


def said(value: Value) -> str:
    """A value as the table of cases writes it."""
    number = "none" if value.value is None else str(value.value)
    if value.low is not None:
        number = f"{value.low}..{value.high}"
    elif value.denominator is not None:
        number = f"{number}/{value.denominator}"
    modifier = "" if value.modifier == "exact" else f" {value.modifier}"
    return number + modifier + " guess" * value.guessed


def number(text: str) -> int | Decimal | None:
    return parse_value(text).value


@pytest.mark.parametrize(("figure", "expected"), read_cases("numbers.txt"))
def test_number(figure, expected):
    assert said(parse_value(figure)) == expected


@pytest.mark.parametrize("figure", ["", " ", "9" * 61, "1." * 40, "1" * 70 + ",5"])
def test_no_number(figure):
    value = parse_value(figure)
    assert (value.value, value.low, value.high, value.denominator) == (None, None, None, None)
    assert value.guessed == bool(figure.strip())


@pytest.mark.parametrize(
    ("document", "figure", "expected"),
    [
        # Nothing in the document decides.
        ([], "3,250 tấn", "3250 guess"),
        (["12 hộ", "3.250 tấn", "4,125 tấn"], "3,250 tấn", "3250 guess"),
        (["2 417 903 người"], "3,250 tấn", "3250 guess"),
        (["12.34.567"], "3,250 tấn", "3250 guess"),
        # Vietnamese writing.
        (["12,5 ha"], "3,250 tấn", "3.250"),
        (["2.417.903 người"], "3,250 tấn", "3.250"),
        (["1.234,5 tấn"], "3,250 tấn", "3.250"),
        (["101,3%"], "3,250 tấn", "3.250"),
        (["12,5 ha"], "3.250 tấn", "3250"),
        (["12,5 tỷ đồng"], "1,418 tỷ đồng", "1418000000"),
        (["12,5 tỷ đồng"], "1.418 tỷ đồng", "1418000000000"),
        (["12,5 ha"], "3,250-3,500 tấn", "3.250..3.500"),
        (["12,5 ha"], "12,375 điểm", "12.375"),
        # English writing.
        (["1,234,567 USD"], "3,250 tấn", "3250"),
        (["12.5 ha"], "3,250 tấn", "3250"),
        (["12.5%"], "3,250 tấn", "3250"),
        (["1,234,567 USD"], "1,418 tỷ đồng", "1418000000000"),
        (["1,234,567 USD"], "3.250 tấn", "3.250"),
        (["1,234.5 tấn"], "3.250 tấn", "3.250"),
        (["1,234.5 tấn"], "1.418 tỷ đồng", "1418000000"),
        # A decimal point now and then is not yet English writing.
        (["12.5 ha"], "3.250 tấn", "3250 guess"),
        (["0.05%"], "3.250 tấn", "3250"),
        (["92.9%", "97,82%"], "3.250 tấn", "3250"),
        (["0.05%", "2.417.903 người"], "3.250 tấn", "3250"),
        # What is counted has no decimals.
        (["12,5 ha"], "1,250 hộ", "1250 guess"),
        (["12.5 ha"], "1.250 hộ", "1250"),
        (["1,234.5 tấn"], "1.250 hộ", "1250"),
        # Percentages go by percentages first.
        (["2.417.903 người", "0.05%", "101,3%"], "1.250%", "1.250"),
        (["2.417.903 người", "101,3%"], "1.250%", "1250"),
        (["2.417.903 người"], "1.250%", "1250"),
        (["1,234,567 người", "0,5%"], "1,250%", "1.250"),
        (["2.417.903 người", "0.05%", "101,3%"], "3,250 tấn", "3.250"),
        ([normalize("NFD", "0.5 phần trăm"), "2.417.903 người"], "1.250%", "1.250"),
        # A document of two minds.
        (["1,234,567 USD", "12,5 ha"], "3,250 tấn", "3250 guess"),
        (["1,234,567 USD", "12,5 ha"], "3,250 tỷ", "3250000000 guess"),
        (["2.417.903 người", "12.5 ha"], "3.250 tấn", "3250"),
        # Where the form is clear, the document has no say.
        (["1,234,567 USD"], "2.417.903 người", "2417903"),
        (["1,234,567 USD"], "12,5 ha", "12.5"),
        (["12,5 ha"], "1,234,567 USD", "1234567"),
        (["2.417.903 người"], "0.125 ha", "0.125"),
    ],
)
def test_the_document_decides_what_the_form_leaves_open(document, figure, expected):
    assert said(parse_value(figure, habits=Habits.of([*document, figure]))) == expected


@pytest.mark.parametrize("text", ["12 tỷ đồng", "hai mươi lăm hộ", "gần gấp đôi", "0,8 điểm phần trăm"])
def test_decomposed_letters_read_alike(text):
    assert parse_value(normalize("NFD", text)) == parse_value(normalize("NFC", text))


@pytest.mark.parametrize("figure", ["2\u00a0417\u00a0903 người", "2\u202f417\u202f903 người", "2417903\u200b người"])
def test_spaces_of_any_width(figure):
    assert parse_value(figure) == Value(value=2417903, unit="người")


def grouped(n: int, separator: str) -> str:
    return f"{n:,}".replace(",", separator)


STYLES = {
    "plain": str,
    "points": lambda n: grouped(n, "."),
    "points torn apart": lambda n: grouped(n, ". "),
    "spaces": lambda n: grouped(n, " "),
    "no-break spaces": lambda n: grouped(n, "\u00a0"),
    "narrow no-break spaces": lambda n: grouped(n, "\u202f"),
}


@given(st.integers(0, 10**18), st.sampled_from(sorted(STYLES)), st.sampled_from(["", "-", "âm "]))
def test_an_integer_reads_back(n, style, sign):
    assert number(f"{sign}{STYLES[style](n)} người") == (-n if sign else n)


@given(st.integers(0, 10**18))
def test_an_integer_in_english_style_reads_back(n):
    value = parse_value(f"{grouped(n, ',')} người", habits=Habits.of(["1,234,567 người", "0.5 ha"]))
    assert (value.value, value.guessed) == (n, False)


@given(st.decimals(0, 10**12, places=3))
def test_a_decimal_reads_back_where_the_document_shows_how(d):
    english = f"{d:,} tấn"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    assert str(parse_value(english, habits=Habits.of(["1,234.5 tấn"])).value) == str(d)
    assert str(parse_value(vietnamese, habits=Habits.of(["1.234,5 tấn"])).value) == str(d)


@given(st.decimals(0, 10**12, places=2), st.booleans())
def test_a_decimal_reads_back_with_its_digits(d, grouped):
    text = (f"{d:,}" if grouped else f"{d}").translate(str.maketrans(",.", ".,"))
    assert str(number(f"{text} tấn")) == str(d)


@given(st.decimals(0, 1000, places=3), st.sampled_from("%‰"))
def test_a_percentage_reads_back_with_its_digits(d, sign):
    assert str(number(str(d).replace(".", ",") + sign)) == str(d)


@given(
    st.decimals("0.01", 999, places=2),
    st.sampled_from([("nghìn", 3), ("triệu", 6), ("tỷ", 9), ("nghìn tỷ", 12), ("triệu tỉ", 15)]),
    st.sampled_from([",", "."]),
)
def test_a_magnitude_multiplies(d, magnitude, mark):
    word, exponent = magnitude
    assert number(f"{d} {word} đồng".replace(".", mark)) == d.scaleb(exponent)


@given(st.integers(1, 999), st.integers(1, 999), st.integers(1, 999))
def test_magnitudes_add_up(billions, millions, thousands):
    text = f"{billions} tỷ {millions} triệu {thousands} nghìn đồng"
    assert number(text) == billions * 10**9 + millions * 10**6 + thousands * 10**3


DIGIT_WORDS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def below_hundred(n: int, choose) -> str:
    tens, ones = divmod(n, 10)
    if not tens:
        return DIGIT_WORDS[n]
    if ones == 5:
        one = choose(["lăm", "nhăm"])
    elif tens > 1 and ones in (1, 4):
        one = "mốt" if ones == 1 else choose(["tư", "bốn"])
    else:
        one = DIGIT_WORDS[ones] if ones else ""
    return f"{'mười' if tens == 1 else DIGIT_WORDS[tens] + ' mươi'} {one}".strip()


def below_thousand(n: int, choose, full: bool = False) -> str:
    """``full``: with the hundreds even where there are none, as behind a thousand."""
    hundreds, rest = divmod(n, 100)
    if not hundreds and not full:
        return below_hundred(rest, choose)
    link = [choose(["linh", "lẻ"])] if 0 < rest < 10 else []
    return " ".join([DIGIT_WORDS[hundreds], "trăm", *link, *([below_hundred(rest, choose)] if rest else [])])


def spelled(n: int, choose) -> str:
    """A number below a million in words; ``choose`` picks one of the words in use."""
    thousands, rest = divmod(n, 1000)
    if not thousands:
        return below_thousand(n, choose)
    behind = [below_thousand(rest, choose, full=True)] if rest else []
    return " ".join([below_thousand(thousands, choose), choose(["nghìn", "ngàn"]), *behind])


@given(st.integers(0, 999_999), st.data())
def test_a_number_in_words_reads_back(n, data):
    words = spelled(n, lambda options: data.draw(st.sampled_from(options)))
    assert said(parse_value(f"{words} đồng")) == str(n), words


def test_all_numbers_in_words_below_ten_thousand_read_back():
    first, last = (lambda options: options[0]), (lambda options: options[-1])
    for n in range(10_000):
        assert number(f"{spelled(n, first)} đồng") == number(f"{spelled(n, last)} đồng") == n


@given(st.integers(0, 99), st.integers(1, 9))
def test_decimals_in_words_read_back(whole, tenth):
    words = f"{below_hundred(whole, lambda options: options[0])} phẩy {DIGIT_WORDS[tenth]}"
    assert number(f"{words} phần trăm") == D(f"{whole}.{tenth}")


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_range_reads_back(a, b):
    low, high = sorted((a, b))
    text = f"từ {STYLES['points'](low)} người đến {STYLES['points'](high)} người"
    value = parse_value(text)
    assert (value.low, value.high) == (low, high)


VOCABULARY = """1 12 250 1.250 3,5 0 % ‰ / - – . , + $ từ đến tới gấp đôi rưỡi nửa một hai ba năm mười mươi lăm trăm
linh nghìn triệu tỷ phần không phẩy hàng vài hơn gần trở lên mỗi trên tháng đồng người lần USD điểm k trđ âm ( ) 2019"""


@given(
    st.lists(st.sampled_from(VOCABULARY.split()), max_size=14),
    st.sampled_from(["", " "]),
)
def test_no_combination_of_words_raises(words, between):
    check(parse_value(between.join(words)))


@given(st.text())
def test_no_text_raises(text):
    check(parse_value(text))


@given(st.lists(st.text("0123456789.,% phầnười")))
def test_no_document_raises(texts):
    habits = Habits.of(texts)
    for text in texts:
        check(parse_value(text, habits=habits))


def check(value: Value) -> None:
    assert value.modifier in ("exact", "about", "above", "below")
    assert (value.low is None) == (value.high is None)
    assert value.low is None or (value.value is None and value.low <= value.high)
    assert value.denominator is None or value.value is not None
    assert all(part is None or part.strip() for part in (value.unit, value.per))


@pytest.mark.parametrize(
    "part",
    ["1.", "1,", "1 ", "1/", "1-", "1 đến ", "hai ", "hai nghìn ", "nghìn ", "hàng ", "từ ", "khoảng ", "gấp ", "mỗi ",
     " ", "đồng/", "không ", "123 456 ", "1 tỷ ", "trở ", "phần ", "9", "$", "( ", "năm ", "\u0301", "a", "1 người "],
)  # fmt: skip
def test_long_input_costs_linear_time(part):
    text = part * 50_000
    start = time.process_time()
    check(parse_value(text))
    check(parse_value("12 " + text))
    Habits.of([text])
    assert time.process_time() - start < 20  # about one on a quiet machine; a square of the length is minutes
