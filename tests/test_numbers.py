"""What the text of a figure says: one table a phenomenon."""

from __future__ import annotations

import time
from decimal import Decimal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ie_model.records.numbers import Value, parse_value

D = Decimal


def number(text: str) -> int | Decimal | None:
    return parse_value(text).value


def ends(text: str) -> tuple:
    value = parse_value(text)
    assert value.value is None
    return value.low, value.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        ("0", 0),
        ("05", 5),
        ("007", 7),
        ("1250", 1250),
        ("2019", 2019),
        ("1.250", 1250),
        ("12.480", 12480),
        ("514.307.250", 514307250),
        ("2.417.903", 2417903),
        ("1.234.567.890", 1234567890),
        ("2 417 903", 2417903),
        ("12 500", 12500),
        ("2\u00a0417\u00a0903", 2417903),
        ("380. 000", 380000),
        ("1 .250", 1250),
        ("1.250. 000", 1250000),
        ("1,234,567", 1234567),
        ("101,3", D("101.3")),
        ("0,5", D("0.5")),
        ("0,125", D("0.125")),
        ("0.125", D("0.125")),
        ("12.5", D("12.5")),
        ("12.55", D("12.55")),
        ("3,1415", D("3.1415")),
        ("3.1415", D("3.1415")),
        ("1.234,56", D("1234.56")),
        ("1.234.567,8", D("1234567.8")),
        ("1,234.56", D("1234.56")),
        ("1,234,567.8", D("1234567.8")),
        ("2 417 903,5", D("2417903.5")),
        ("1450,3", D("1450.3")),
        ("3,0", D("3.0")),
        ("7,50", D("7.50")),
    ],
)
def test_separators(text, expected):
    value = parse_value(text)
    assert value == Value(value=expected)
    assert str(value.value) == str(expected)  # a decimal keeps the digits as written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.250 %", D("1.250")),  # a thousand percent and more is rarer than three decimals
        ("3,250 tấn", 3250),  # English thousands or Vietnamese decimals
        ("1,250 hộ", 1250),
        ("1,418 tỷ đồng", 1418000000),  # before a magnitude the comma is hardly one of thousands
        ("2345,678", D("2345.678")),
    ],
)
def test_a_guess_says_so(text, expected):
    value = parse_value(text)
    assert (value.value, value.guessed) == (expected, True)


@pytest.mark.parametrize("text", ["0,125 %", "12,345%", "1.418 tỷ đồng", "1.250 hộ", "0.250 ha", "1,234,567 USD"])
def test_a_clear_form_is_no_guess(text):
    assert not parse_value(text).guessed


@pytest.mark.parametrize("text", ["1.2.3", "12.34.567", "1,2,3 tấn", "1234.567.890", "1.25,30,40", "9" * 61, "1." * 40])
def test_digits_in_no_readable_form_give_no_number(text):
    value = parse_value(text)
    assert (value.value, value.low, value.high, value.guessed) == (None, None, None, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 chục", 30),
        ("5 trăm", 500),
        ("12 nghìn", 12_000),
        ("12 ngàn", 12_000),
        ("2 vạn", 20_000),
        ("1,5 vạn", 15_000),
        ("41,7 triệu", 41_700_000),
        ("3 tỷ", 3 * 10**9),
        ("3 tỉ", 3 * 10**9),
        ("3,5 tỷ", 3_500_000_000),
        ("1.250 tỷ", 1250 * 10**9),
        ("2.148.600 tỉ", 2_148_600 * 10**9),
        ("12 nghìn tỷ", 12 * 10**12),
        ("1,4 ngàn tỉ", 1_400_000_000_000),
        ("362,5 nghìn tỷ", 362_500_000_000_000),
        ("3,2 triệu tỷ", 3_200_000_000_000_000),
        ("3 trăm nghìn", 300_000),
        ("5 trăm triệu", 500_000_000),
        ("2 chục triệu", 20_000_000),
        ("3 tỉ 250 triệu", 3_250_000_000),
        ("12 triệu 500 nghìn", 12_500_000),
        ("2 triệu 417 nghìn 903", 2_417_903),
        ("5 nghìn 300", 5_300),
        ("12 nghìn 500 tỷ", 12_500 * 10**9),
        ("1,23456 nghìn", D("1234.56")),
        ("0,0004 triệu", 400),
        ("2 triệu rưỡi", 2_500_000),
        ("3 tỷ rưỡi", 3_500_000_000),
        ("nửa triệu", 500_000),
        ("nửa tỷ", 500_000_000),
        ("200tr", 200_000_000),
        ("50k", 50_000),
        ("5TR", 5_000_000),
        ("12 NGHÌN", 12_000),
    ],
)
def test_magnitudes_are_multiplied_out(text, expected):
    assert number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("1 tỷ 2", 1_200_000_000), ("2 nghìn 5", 2_500), ("3 triệu 25", 3_250_000)]
)
def test_spoken_remainders_are_guesses(text, expected):
    value = parse_value(text)
    assert (value.value, value.guessed) == (expected, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("một", 1),
        ("hai", 2),
        ("ba", 3),
        ("bốn", 4),
        ("sáu", 6),
        ("bảy", 7),
        ("bẩy", 7),
        ("tám", 8),
        ("chín", 9),
        ("mười", 10),
        ("mười một", 11),
        ("mười hai", 12),
        ("mười lăm", 15),
        ("hai mươi", 20),
        ("hai mươi mốt", 21),
        ("hai mươi tư", 24),
        ("hai mươi lăm", 25),
        ("hai mươi nhăm", 25),
        ("ba mươi ba", 33),
        ("chín mươi chín", 99),
        ("ba lăm", 35),
        ("năm mươi", 50),
        ("năm mươi lăm", 55),
        ("năm trăm", 500),
        ("một trăm", 100),
        ("một trăm linh năm", 105),
        ("một trăm lẻ ba", 103),
        ("hai trăm ba mươi lăm", 235),
        ("hai trăm năm mươi", 250),
        ("một nghìn không trăm linh năm", 1005),
        ("hai nghìn ba trăm", 2300),
        ("ba nghìn năm trăm", 3500),
        ("một triệu hai trăm ba mươi nghìn", 1_230_000),
        ("hai triệu rưỡi", 2_500_000),
        ("năm tỷ", 5 * 10**9),
        ("mười hai nghìn tỷ", 12 * 10**12),
        ("không phẩy năm", D("0.5")),
        ("hai phẩy ba", D("2.3")),
        ("Ba", 3),
        ("MƯỜI HAI", 12),
    ],
)
def test_number_words(text, expected):
    assert number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("ba trường hợp", 3, "trường hợp"),
        ("hai ôtô", 2, "ôtô"),
        ("một tài xế", 1, "tài xế"),
        ("năm trường hợp", 5, "trường hợp"),
        ("năm năm", 5, "năm"),
        ("hai năm", 2, "năm"),
        ("hai mươi năm", 20, "năm"),
        ("15 năm", 15, "năm"),
        ("mười năm", 10, "năm"),
        ("hai trăm linh năm hộ", 205, "hộ"),
        ("một tháng rưỡi", D("1.5"), "tháng"),
        ("2 năm rưỡi", D("2.5"), "năm"),
    ],
)
def test_number_words_end_where_the_unit_begins(text, expected, unit):
    value = parse_value(text)
    assert (value.value, value.unit) == (expected, unit)


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("hàng nghìn", 1000, None),
        ("hàng nghìn hộ", 1000, "hộ"),
        ("hàng chục", 10, None),
        ("hàng trăm người", 100, "người"),
        ("hàng chục nghìn hộ", 10_000, "hộ"),
        ("hàng triệu USD", 1_000_000, "USD"),
        ("vài chục người", 10, "người"),
        ("vài trăm triệu đồng", 100_000_000, "đồng"),
        ("mấy nghìn lượt", 1000, "lượt"),
        ("cả nghìn người", 1000, "người"),
        ("mươi người", 10, "người"),
    ],
)
def test_orders_of_magnitude_are_about(text, expected, unit):
    value = parse_value(text)
    assert (value.value, value.unit, value.modifier) == (expected, unit, "about")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("20-25 phút", 20, 25),
        ("20 - 25 phút", 20, 25),
        ("20–25 phút", 20, 25),
        ("từ 50 đến 60 tấn", 50, 60),
        ("50 đến 60 tấn", 50, 60),
        ("50 tới 60 tấn", 50, 60),
        ("từ 3-5%", 3, 5),
        ("1% đến 4%", 1, 4),
        ("từ 1% đến 4%", 1, 4),
        ("95% đến 99,7%", 95, D("99.7")),
        ("1,5-2,5%", D("1.5"), D("2.5")),
        ("150.000-240.000 đồng", 150_000, 240_000),
        ("180.000-380. 000 đồng", 180_000, 380_000),
        ("160.000 đồng đến 330.000 đồng", 160_000, 330_000),
        ("từ 5 triệu đồng đến 10 triệu đồng", 5_000_000, 10_000_000),
        ("500 nghìn đồng - 1 triệu đồng", 500_000, 1_000_000),
        ("15-20 nghìn lượt", 15_000, 20_000),
        ("12 tới 14 triệu khách", 12_000_000, 14_000_000),
        ("từ 1 đến 2 triệu", 1_000_000, 2_000_000),
        ("5-10 nghìn tỷ đồng", 5 * 10**12, 10 * 10**12),
        ("1,2-1,5 tỷ", 1_200_000_000, 1_500_000_000),
        ("1.200-1.300 tỷ", 1200 * 10**9, 1300 * 10**9),
        ("41.000-42.000 tấn", 41_000, 42_000),
        ("500-1.000 người", 500, 1000),
        ("hai đến ba lần", 2, 3),
        ("hai ba người", 2, 3),
        ("ba bốn trăm người", 300, 400),
        ("2-3 lần", 2, 3),
        ("gấp 2-3 lần", 2, 3),
        ("gấp từ 2 đến 3 lần", 2, 3),
        ("3 hoặc 4 người", 3, 4),
        ("từ 50 đến hơn 60 tấn", 50, 60),
        ("10-5%", 5, 10),
        ("từ 20 lên đến 25 tấn", 20, 25),
        ("1.000 ~ 1.500 con", 1000, 1500),
        ("-2 đến 3 độ", -2, 3),
    ],
)
def test_ranges(text, low, high):
    assert ends(text) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("55-60.000 đồng/kg", 55_000, 60_000),
        ("100-150.000 đồng", 100_000, 150_000),
        ("800 - 1 triệu đồng", 800_000, 1_000_000),
    ],
)
def test_ranges_with_thousands_written_once_are_guesses(text, low, high):
    assert ends(text) == (low, high)
    assert parse_value(text).guessed


@pytest.mark.parametrize(
    ("text", "part", "whole", "unit"),
    [
        ("1.874/1.902", 1874, 1902, None),
        ("1.874/1.902 giáo viên", 1874, 1902, "giáo viên"),
        ("118/126 xã", 118, 126, "xã"),
        ("7/9 thành viên", 7, 9, "thành viên"),
        ("1/3", 1, 3, None),
        ("3/4", 3, 4, None),
        ("1 / 3", 1, 3, None),
        ("1.250/1.300 tỷ đồng", 1250 * 10**9, 1300 * 10**9, "đồng"),
        ("30/100.000 dân", 30, 100_000, "dân"),
        ("hai phần ba", 2, 3, None),
        ("một phần tư", 1, 4, None),
        ("ba phần tư", 3, 4, None),
        ("một phần năm", 1, 5, None),
        ("2 phần 3", 2, 3, None),
        ("một nửa", 1, 2, None),
        ("Một nửa", 1, 2, None),
        ("nửa", 1, 2, None),
        ("hơn một nửa", 1, 2, None),
        ("12 trên 15 xã", 12, 15, "xã"),
        ("12 trên tổng số 15 xã", 12, 15, "xã"),
    ],
)
def test_fractions(text, part, whole, unit):
    value = parse_value(text)
    assert (value.value, value.denominator, value.unit) == (part, whole, unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gấp đôi", 2),
        ("gấp rưỡi", D("1.5")),
        ("gấp ba", 3),
        ("gấp tư", 4),
        ("gấp năm", 5),
        ("gấp 3 lần", 3),
        ("gấp ba lần", 3),
        ("gấp 10 lần", 10),
        ("gấp 2,5 lần", D("2.5")),
        ("gấp hơn 2 lần", 2),
        ("gần gấp đôi", 2),
        ("2,5 lần", D("2.5")),
        ("gấp hai lần rưỡi", D("2.5")),
        ("hơn 3 lần", 3),
    ],
)
def test_multiples(text, expected):
    value = parse_value(text)
    assert (value.value, value.unit) == (expected, "lần")


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("+5,2%", D("5.2"), "%"),
        ("-3,1%", D("-3.1"), "%"),
        ("−3,1%", D("-3.1"), "%"),
        ("âm 3,2%", D("-3.2"), "%"),
        ("-140 m", -140, "m"),
        ("5,25%", D("5.25"), "%"),
        ("5,25 %", D("5.25"), "%"),
        ("118,4 %", D("118.4"), "%"),
        ("0.05%", D("0.05"), "%"),
        ("3,0%", D("3.0"), "%"),
        ("100%", 100, "%"),
        ("5 phần trăm", 5, "%"),
        ("năm phần trăm", 5, "%"),
        ("2,3‰", D("2.3"), "‰"),
        ("2 phần nghìn", 2, "‰"),
        ("0,8 điểm phần trăm", D("0.8"), "điểm %"),
        ("0,8 điểm %", D("0.8"), "điểm %"),
        ("1 điểm phần trăm", 1, "điểm %"),
    ],
)
def test_percentages_and_signs(text, expected, unit):
    value = parse_value(text, "PERCENT")
    assert (value.value, value.unit) == (expected, unit)
    assert str(value.value) == str(expected)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5 đồng", "đồng"),
        ("500.000 VNĐ", "đồng"),
        ("500.000 VND", "đồng"),
        ("500.000đ", "đồng"),
        ("500.000 đ", "đồng"),
        ("12 tỷ đồng", "đồng"),
        ("300 trđ", "đồng"),
        ("40 triệu USD", "USD"),
        ("40 triệu usd", "USD"),
        ("$5 triệu", "USD"),
        ("US$ 3,5 tỷ", "USD"),
        ("5$", "USD"),
        ("40 triệu đô la", "USD"),
        ("40 triệu đô la Mỹ", "USD"),
        ("40 triệu đô-la Mỹ", "USD"),
        ("47,5 USD", "USD"),
        ("12 triệu euro", "euro"),
        ("45 doanh nghiệp", "doanh nghiệp"),
        ("1.250 Hộ", "hộ"),
        ("2,6 triệu lượt người", "lượt người"),
        ("8.000 chiếc", "chiếc"),
        ("30 ngày công", "ngày công"),
        ("3,5 ha", "ha"),
        ("4,36 tỉ m3", "m3"),
        ("11,32 tỷ kWh", "kwh"),
        ("2,5 mét khối", "mét khối"),
        ("84,6 điểm", "điểm"),
        ("84,6", None),
        ("41,7 triệu", None),
        ("50kg", "kg"),
        ("12 tổ", "tổ"),
        ("1.250 hộ.", "hộ"),
    ],
)
def test_units(text, unit):
    assert parse_value(text).unit == unit


@pytest.mark.parametrize(
    ("text", "unit", "per"),
    [
        ("5 triệu đồng/tháng", "đồng", "tháng"),
        ("5 triệu đồng / tháng", "đồng", "tháng"),
        ("18 người/km2", "người", "km2"),
        ("6,8%/năm", "%", "năm"),
        ("72 USD/thùng", "USD", "thùng"),
        ("25.000đ/kg", "đồng", "kg"),
        ("500.000 đồng/suất", "đồng", "suất"),
        ("1,2 triệu đồng mỗi tháng", "đồng", "tháng"),
        ("3.000 tỷ mỗi năm", None, "năm"),
        ("500.000 đồng một người", "đồng", "người"),
        ("1 triệu đồng/người/tháng", "đồng", "người/tháng"),
        ("1 triệu đồng mỗi người mỗi tháng", "đồng", "người/tháng"),
        ("5 triệu một tháng", None, "tháng"),
        ("112 bé trai/100 bé gái", "bé trai", "100 bé gái"),
        ("3 lần/ngày", "lần", "ngày"),
        ("3 lần một tuần", "lần", "tuần"),
        ("30 m3/s", "m3", "s"),
        ("2 triệu đồng/1 hộ", "đồng", "hộ"),
        ("10 tấn trên mỗi ha", "tấn", "ha"),
        ("30-35.000 đồng/kg", "đồng", "kg"),
        ("12 tỷ đồng", "đồng", None),
    ],
)
def test_rates(text, unit, per):
    value = parse_value(text)
    assert (value.unit, value.per) == (unit, per)


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("12 tỷ đồng", "exact"),
        ("khoảng 50%", "about"),
        ("xấp xỉ 200 hộ", "about"),
        ("ước 12 tỷ đồng", "about"),
        ("trên dưới 10 tỷ USD", "about"),
        ("chừng 30 người", "about"),
        ("~ 30 người", "about"),
        ("hơn 300 ca", "above"),
        ("Hơn 300 ca", "above"),
        ("trên 9 tỉ USD", "above"),
        ("ít nhất 3 người", "above"),
        ("tối thiểu 15 năm", "above"),
        ("không dưới 20%", "above"),
        ("khoảng hơn 50 người", "above"),
        (">50%", "above"),
        ("hơn một nửa", "above"),
        ("hơn gấp đôi", "above"),
        ("gần 92%", "below"),
        ("dưới 30 năm", "below"),
        ("chưa đến 5%", "below"),
        ("chưa tới 5%", "below"),
        ("không quá 12 tháng", "below"),
        ("tối đa 75%", "below"),
        ("ít hơn 1%", "below"),
        ("gần gấp đôi", "below"),
        ("<5%", "below"),
        ("gấp gần 3 lần", "below"),
        ("từ 8% trở lên", "above"),
        ("10 lao động trở lên", "above"),
        ("50 tấn trở xuống", "below"),
        ("từ 3-5%", "exact"),
        ("khoảng 10-50%", "about"),
    ],
)
def test_approximators(text, modifier):
    assert parse_value(text).modifier == modifier


@pytest.mark.parametrize("text", ["", " ", "nhiều", "số", "đồng", "tỷ lệ", "…", "%", "-", "/", "."])
def test_no_number(text):
    value = parse_value(text)
    assert (value.value, value.low, value.high, value.denominator) == (None, None, None, None)


@pytest.mark.parametrize("text", ["12 tỷ đồng", "hai mươi lăm hộ", "gần gấp đôi", "điểm phần trăm"])
def test_decomposed_letters_read_alike(text):
    assert parse_value(normalize("NFD", text)) == parse_value(normalize("NFC", text))


STYLES = {
    "plain": lambda n: f"{n}",
    "points": lambda n: f"{n:,}".replace(",", "."),
    "spaces": lambda n: f"{n:,}".replace(",", " "),
    "no-break spaces": lambda n: f"{n:,}".replace(",", "\u00a0"),
}


@given(st.integers(0, 10**18), st.sampled_from(sorted(STYLES)))
def test_an_integer_reads_back(n, style):
    assert number(f"{STYLES[style](n)} người") == n


@given(st.integers(1000, 10**18).filter(lambda n: n >= 10**6))
def test_an_integer_with_commas_reads_back(n):
    assert number(f"{n:,}") == n


@given(st.decimals(0, 10**12, places=2), st.booleans())
def test_a_decimal_reads_back_with_its_digits(d, grouped):
    text = (f"{d:,}" if grouped else f"{d}").translate(str.maketrans(",.", ".,"))
    assert str(number(f"{text} tấn")) == str(d)


@given(st.decimals(0, 1000, places=3), st.sampled_from("%‰"))
def test_a_percentage_reads_back_with_its_digits(d, sign):
    assert str(number(str(d).replace(".", ",") + sign)) == str(d)


@given(
    st.integers(1, 999), st.sampled_from([("nghìn", 3), ("triệu", 6), ("tỷ", 9), ("nghìn tỷ", 12), ("triệu tỉ", 15)])
)
def test_a_magnitude_multiplies(n, magnitude):
    word, exponent = magnitude
    assert number(f"{n} {word} đồng") == n * 10**exponent


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_range_reads_back(a, b):
    low, high = sorted((a, b))
    text = f"từ {STYLES['points'](low)} người đến {STYLES['points'](high)} người"
    assert ends(text) == (low, high)


VOCABULARY = """1 12 250 1.250 3,5 0 % ‰ / - – . , + $ từ đến tới gấp đôi rưỡi nửa một hai ba năm mười mươi lăm trăm
linh nghìn triệu tỷ phần không phẩy hàng vài hơn gần trở lên mỗi trên tháng đồng người lần USD điểm k trđ âm ( ) 2019"""


@given(
    st.lists(st.sampled_from(VOCABULARY.split()), max_size=14),
    st.sampled_from(["", " "]),
    st.sampled_from([None, "PERCENT", "QUANTITY"]),
)
def test_no_combination_of_words_raises(words, between, label):
    check(parse_value(between.join(words), label))


@given(st.text(), st.sampled_from([None, "PERCENT"]))
def test_no_text_raises(text, label):
    check(parse_value(text, label))


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
    start = time.perf_counter()
    check(parse_value(text))
    check(parse_value("12 " + text))
    assert time.perf_counter() - start < 20  # about one on a quiet machine; a square of the length is minutes
