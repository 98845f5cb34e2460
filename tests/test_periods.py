"""What a date or period says: SDMX code, point of the period, and whether it accumulates."""

from __future__ import annotations

import time
from calendar import monthrange
from datetime import date
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ie_model.records.periods import Period, parse_period


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # years
        ("2019", "2019"),
        ("năm 2019", "2019"),
        ("Năm 2019", "2019"),
        ("cả năm 2019", "2019"),
        ("trong năm 2019", "2019"),
        ("năm tài chính 2019", "2019"),
        ("đến năm 2025", "2025"),
        # quarters
        ("quý I/2019", "2019-Q1"),
        ("quý 1 năm 2019", "2019-Q1"),
        ("quý I-2019", "2019-Q1"),
        ("quý I năm 2019", "2019-Q1"),
        ("quý II/2015", "2015-Q2"),
        ("quý 3-2017", "2017-Q3"),
        ("quý III năm 2020", "2020-Q3"),
        ("Quý IV/2020", "2020-Q4"),
        ("quý tư năm 2020", "2020-Q4"),
        ("quí II/2018", "2018-Q2"),
        ("Q3/2019", "2019-Q3"),
        ("quý I của năm 2021", "2021-Q1"),
        # half years
        ("nửa đầu năm 2019", "2019-S1"),
        ("nửa cuối năm 2019", "2019-S2"),
        # months
        ("tháng 10/2018", "2018-10"),
        ("tháng 10 năm 2018", "2018-10"),
        ("tháng 10-2018", "2018-10"),
        ("tháng 10.2018", "2018-10"),
        ("tháng 1, năm 2018", "2018-01"),
        ("tháng 01/2018", "2018-01"),
        ("tháng 8/2019", "2019-08"),
        ("T10/2018", "2018-10"),
        ("10/2018", "2018-10"),
        ("tháng tư năm 2018", "2018-04"),
        ("tháng mười hai năm 2018", "2018-12"),
        ("tháng giêng năm 2020", "2020-01"),
        ("tháng năm năm 2020", "2020-05"),
        ("tháng đầu tiên của năm 2021", "2021-01"),
        ("tháng cuối năm 2018", "2018-12"),
        # days
        ("31/12/2021", "2021-12-31"),
        ("31-12-2021", "2021-12-31"),
        ("31.12.2021", "2021-12-31"),
        ("1/1/2020", "2020-01-01"),
        ("01/01/2020", "2020-01-01"),
        ("31/12/21", "2021-12-31"),
        ("ngày 1-1-2020", "2020-01-01"),
        ("ngày 31/12/2016", "2016-12-31"),
        ("ngày 5 tháng 3 năm 2021", "2021-03-05"),
        ("ngày 05 tháng 03 năm 2021", "2021-03-05"),
        ("ngày 5/3 năm 2021", "2021-03-05"),
        ("chiều 12/7/2019", "2019-07-12"),
        ("rạng sáng 5.7.2019", "2019-07-05"),
        ("sáng ngày 5/7/2019", "2019-07-05"),
        ("thứ Hai, 15/7/2024", "2024-07-15"),
        ("Chủ nhật, ngày 14/7/2024", "2024-07-14"),
        ("12h ngày 31/12/2016", "2016-12-31"),
        ("29/2/2020", "2020-02-29"),
        ("2020-05-17", "2020-05-17"),
        # stretches
        ("giai đoạn 2016-2020", "2016/2020"),
        ("giai đoạn 2016 – 2020", "2016/2020"),
        ("nhiệm kỳ 2016-2021", "2016/2021"),
        ("2016-2020", "2016/2020"),
        ("năm 2017-2018", "2017/2018"),
        ("hai năm 2018-2019", "2018/2019"),
        ("5 năm 2016-2020", "2016/2020"),
        ("năm học 2018-2019", "2018/2019"),
        ("từ năm 2018 đến năm 2020", "2018/2020"),
        ("từ 2016 đến 2020", "2016/2020"),
        ("2016 đến 2020", "2016/2020"),
        ("từ tháng 1 đến tháng 9 năm 2019", "2019-01/2019-09"),
        ("từ tháng 10/2018 đến tháng 3/2019", "2018-10/2019-03"),
        ("tháng 1-9/2019", "2019-01/2019-09"),
        ("tháng 3 và tháng 4/2020", "2020-03/2020-04"),
        ("quý I-III/2019", "2019-01/2019-09"),
        ("từ 1/4/2015 đến hết năm 2016", "2015-04-01/2016-12-31"),
        ("7/5/1984 – 7/5/2024", "1984-05-07/2024-05-07"),
        ("ngày 2-6/12/2019", "2019-12-02/2019-12-06"),
        ("từ 1/10 đến 5/10/2019", "2019-10-01/2019-10-05"),
        ("từ năm 2018 đến hết quý I/2020", "2018-01/2020-03"),
        ("ba năm 2022-2024", "2022/2024"),
        ("5 năm (2016-2020)", "2016/2020"),
        ("nhiệm kỳ 2015-2020", "2015/2020"),
        ("thập niên 1990", "1990/1999"),
        ("thập kỷ 2010", "2010/2019"),
        ("từ ngày 1/1/2019 đến ngày 15/3/2019", "2019-01-01/2019-03-15"),
        ("nửa đầu tháng 5/2017", "2017-05-01/2017-05-15"),
        ("nửa đầu tháng 5 năm 2017", "2017-05-01/2017-05-15"),
        ("nửa cuối tháng 2/2020", "2020-02-16/2020-02-29"),
        ("nửa sau tháng 6/2025", "2025-06-16/2025-06-30"),
        # school years, crop years and seasons
        ("năm học 2018–2019", "2018/2019"),
        ("Năm học 2018 - 2019", "2018/2019"),
        ("niên vụ 2023-2024", "2023/2024"),
        ("niên vụ 2025/26", "2025/2026"),
        ("năm học 2019-20", "2019/2020"),
        ("vụ đông xuân 2019-2020", "2019/2020"),
        ("Vụ Đông Xuân 2019-2020", "2019/2020"),
        ("mùa khô 2023-2024", "2023/2024"),
        ("vụ hè thu 2016", "2016"),
        ("vụ mùa năm 2016", "2016"),
        ("mùa hè 2019", "2019"),
        ("tài khóa 2025", "2025"),
        # days said twice
        ("sáng nay (24/4/2019)", "2019-04-24"),
        ("hôm nay 3-7-2020", "2020-07-03"),
        # a stretch that has a code of its own
        ("từ tháng 1 đến tháng 6 năm 2019", "2019-S1"),
        ("tháng 7-12/2019", "2019-S2"),
        ("quý I-II/2019", "2019-S1"),
        ("tháng 4-6/2019", "2019-Q2"),
    ],
)
def test_code(text, code):
    period = parse_period(text)
    assert (period.code, period.point) == (code, None)
    assert not period.cumulative


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9 tháng năm 2019", "2019-01/2019-09"),
        ("9 tháng đầu năm 2019", "2019-01/2019-09"),
        ("9 tháng 2019", "2019-01/2019-09"),
        ("9T/2019", "2019-01/2019-09"),
        ("5 tháng đầu năm 2018", "2018-01/2018-05"),
        ("hai tháng đầu năm 2020", "2020-01/2020-02"),
        ("6 tháng đầu năm 2019", "2019-S1"),
        ("06 tháng đầu năm 2019", "2019-S1"),
        ("6 tháng đầu năm 2019.", "2019-S1"),
        ("sáu tháng đầu năm 2019", "2019-S1"),
        ("6 tháng cuối năm 2019", "2019-S2"),
        ("3 tháng đầu năm 2019", "2019-Q1"),
        ("ba tháng đầu năm 2019", "2019-Q1"),
        ("3 tháng cuối năm 2019", "2019-Q4"),
        ("12 tháng năm 2019", "2019"),
        ("3 quý đầu năm 2020", "2020-01/2020-09"),
        ("từ đầu năm đến hết tháng 9/2019", "2019-01/2019-09"),
        ("lũy kế 8 tháng năm 2019", None),
        ("9 tháng", None),
        ("9 tháng đầu năm", None),
        ("6 tháng qua", None),
        ("từ đầu năm đến nay", None),
        ("từ đầu năm 2019 đến nay", None),
    ],
)
def test_months_taken_together_are_cumulative(text, code):
    period = parse_period(text)
    assert period.cumulative
    if code:
        assert period.code == code


@pytest.mark.parametrize(
    ("text", "code", "point"),
    [
        ("đầu năm 2019", "2019", "start"),
        ("đầu tháng 5/2019", "2019-05", "start"),
        ("giữa năm 2019", "2019", "middle"),
        ("giữa tháng 5/2019", "2019-05", "middle"),
        ("cuối năm 2019", "2019", "end"),
        ("Cuối năm 2019", "2019", "end"),
        ("cuối quý I/2019", "2019-Q1", "end"),
        ("những tháng cuối năm 2019", "2019", "end"),
        ("những tháng đầu năm 2019", "2019", "start"),
        ("hết năm 2017", "2017", "end"),
        ("Hết tháng 9/2022", "2022-09", "end"),
        ("đến hết quý III/2019", "2019-Q3", "end"),
        ("tính đến 31/12/2021", "2021-12-31", "end"),
        ("tính đến hết năm 2017", "2017", "end"),
        ("tính đến cuối tháng 6/2020", "2020-06", "end"),
        ("hết ngày 31-12-2017", "2017-12-31", "end"),
        ("cuối năm", None, "end"),
        ("đầu năm nay", None, "start"),
    ],
)
def test_point(text, code, point):
    assert parse_period(text) == Period(code, point)


@pytest.mark.parametrize(
    "text",
    [
        "năm trước", "năm nay", "năm ngoái", "cùng kỳ", "cùng kỳ năm trước", "cùng kỳ năm 2017", "tháng 8", "quý I",
        "tháng này", "hiện nay", "đến nay", "hiện", "ngày 21-9", "sáng 17-10", "ngày 2-6/12", "5/3", "chiều nay 11-7",
        "3 năm qua", "dịp Tết", "mùa khô", "Tết Nguyên đán 2020", "dịp Tết Giáp Thìn 2024", "vụ đông xuân",
        "niên vụ 2025/27",
        "học kỳ I năm học 2022-2023", "cùng kỳ 2018", "sáng nay", "hôm qua", "tuần trước", "nửa đầu tháng 5",
        "năm học trước", "năm 2019 trở đi", "từ cuối năm 2017 đến giữa năm 2019", "sau năm 2020",
        "", " ", "năm", "tháng", "văn bản", "0", "20190",
    ],
)  # fmt: skip
def test_what_the_text_does_not_fix_has_no_code(text):
    assert parse_period(text).code is None


@pytest.mark.parametrize("text", ["31/2/2020", "29/2/2019", "0/1/2020", "32/1/2020", "1/13/2020", "tháng 13/2019",
                                  "quý V/2019", "tháng 9-3/2019", "2020-2016", "tháng 0/2019"])  # fmt: skip
def test_no_date_of_the_calendar_has_no_code(text):
    assert parse_period(text).code is None


def test_a_finer_period_is_shorter():
    texts = [
        "5/5/2019",
        "nửa đầu tháng 5/2019",
        "tháng 5/2019",
        "quý I/2019",
        "9 tháng năm 2019",
        "2019",
        "từ 2016 đến 2020",
    ]
    lengths = [parse_period(text).length for text in texts]
    assert lengths == [1, 15, 31, 90, 273, 365, 1827]
    assert parse_period("hiện nay").length > lengths[-1]


@pytest.mark.parametrize("text", ["quý I/2019", "tháng mười hai năm 2018", "từ năm 2018 đến năm 2020", "cuối năm 2019"])
def test_decomposed_letters_and_spaces_read_alike(text):
    assert parse_period(normalize("NFD", text)) == parse_period(text.replace(" ", "\u00a0 ")) == parse_period(text)


YEARS = st.integers(1945, 2099)


@given(
    st.dates(date(1000, 1, 1), date(2999, 12, 31)),
    st.sampled_from(["{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "ngày {d} tháng {m} năm {y}", "chiều {d}.{m}.{y}"]),
)
def test_a_date_reads_back(day, form):
    assert parse_period(form.format(d=day.day, m=day.month, y=day.year)).code == day.isoformat()


@given(YEARS, st.integers(1, 12), st.sampled_from(["tháng {m}/{y}", "tháng {m:02} năm {y}", "T{m}-{y}", "{m:02}/{y}"]))
def test_a_month_reads_back(year, month, form):
    assert parse_period(form.format(m=month, y=year)).code == f"{year}-{month:02}"


@given(YEARS, st.integers(1, 12))
def test_months_from_the_start_of_a_year_end_where_they_say(year, months):
    first, _, last = parse_period(f"{months} tháng đầu năm {year}").code.partition("/")
    if last:
        assert (first, last) == (f"{year}-01", f"{year}-{months:02}")
    else:
        assert first == {1: f"{year}-01", 3: f"{year}-Q1", 6: f"{year}-S1", 12: f"{year}"}[months]


@given(YEARS, YEARS, st.sampled_from(["giai đoạn {a}-{b}", "từ năm {a} đến năm {b}", "{a} – {b}"]))
def test_years_read_back(a, b, form):
    code = parse_period(form.format(a=a, b=b)).code
    assert code == (f"{a}/{b}" if a < b else f"{a}" if a == b else None)


WORDS = """năm tháng ngày quý 1 2 6 12 31 2019 2020 / - – . , đầu cuối hết giữa từ đến nay qua cùng kỳ nửa I II một ba T
sáng giai đoạn học lũy kế 99 0 ( )"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12), st.sampled_from(["", " "]))
def test_no_combination_of_words_raises(words, between):
    check(parse_period(between.join(words)))


@given(st.text())
def test_no_text_raises(text):
    check(parse_period(text))


def check(period: Period) -> None:
    assert period.point in (None, "start", "middle", "end")
    if period.code and len(period.code) == 10:
        year, month, day = map(int, period.code.split("-"))
        assert 1 <= day <= monthrange(year, month)[1]


@pytest.mark.parametrize("part", ["1", "1/", "năm ", "đầu ", "2019-", "từ ", "tháng 1 đến ", " ", "1 tháng "])
def test_long_input_costs_linear_time(part):
    start = time.process_time()
    parse_period(part * 50_000)
    parse_period((part * 100)[:199])
    assert time.process_time() - start < 8  # quadratic cost takes minutes
