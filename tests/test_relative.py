"""Periods that a sentence or the document's date fixes, and the date that a document gives itself."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_records import read

from ie_model.errors import IEModelError
from ie_model.records import Record, build_records, document_date, iso_date
from ie_model.records.reference import resolve
from ie_model.records.sdmx import CODE, bounds, shift_years

TODAY = date(2019, 9, 5)  # a Thursday


@pytest.mark.parametrize(
    ("text", "own", "base"),
    [
        # the same stretch of another year
        ("cùng kỳ", "2022-09", "2021-09"),
        ("cùng kỳ", "2022", "2021"),
        ("cùng kỳ năm trước", "2022-09", "2021-09"),
        ("cùng kỳ năm trước", "2022-01/2022-09", "2021-01/2021-09"),
        ("cùng kỳ năm trước", "2022-Q1", "2021-Q1"),
        ("cùng kỳ năm ngoái", "2022-S1", "2021-S1"),
        ("cùng kỳ năm trước", "2022-06-30", "2021-06-30"),
        ("cùng kỳ năm trước", "2020-02-29", "2019-02-28"),
        ("cùng kỳ năm trước", "2018-10/2019-03", "2017-10/2018-03"),
        ("cùng kỳ năm 2019", "2022-01/2022-09", "2019-01/2019-09"),
        ("cùng kỳ 2019", "2022-Q3", "2019-Q3"),
        ("cùng kì năm ngoái", "2022-09", "2021-09"),
        ("cùng kỳ hai năm trước", "2022-09", "2020-09"),
        ("cùng thời điểm năm trước", "2022-06-30", "2021-06-30"),
        ("cùng tháng năm trước", "2022-09", "2021-09"),
        ("cùng quý năm 2018", "2019-Q2", "2018-Q2"),
        ("một năm trước", "2022-Q2", "2021-Q2"),
        # the one before
        ("tháng trước", "2022-01", "2021-12"),
        ("tháng trước", "2022-07-31", "2022-06"),
        ("tháng liền trước", "2022-09", "2022-08"),
        ("quý trước", "2022-Q1", "2021-Q4"),
        ("quý liền trước", "2022-Q3", "2022-Q2"),
        ("năm trước", "2022", "2021"),
        ("năm ngoái", "2022-09", "2021"),
        ("năm liền trước", "2022", "2021"),
        ("tuần trước", "2019-09-05", "2019-08-26/2019-09-01"),
        ("hôm qua", "2019-09-01", "2019-08-31"),
        ("năm học trước", "2018/2019", "2017/2018"),
        ("niên vụ trước", "2023/2024", "2022/2023"),
        # part of a year that is said in relation, or not at all
        ("tháng 8", "2022-09", "2022-08"),
        ("tháng 12", "2022-01", "2021-12"),
        ("quý I", "2022-Q2", "2022-Q1"),
        ("quý IV", "2022-Q1", "2021-Q4"),
        ("tháng 12 năm trước", "2022-03", "2021-12"),
        ("quý II năm ngoái", "2022-Q2", "2021-Q2"),
        ("cuối năm ngoái", "2022-06-30", "2021"),
        ("cuối năm trước", "2022-Q3", "2021"),
        ("đầu năm", "2022-06-30", "2022"),
        ("đầu năm", "2022-Q2", "2022"),
        # what the record's period does not fix
        ("cùng kỳ năm 2022", "2022-09", None),
        ("cùng tháng năm trước", "2022", None),
        ("tháng trước", "2022", None),
        ("tháng trước", "2022-01/2022-09", None),
        ("quý trước", "2022", None),
        ("tuần trước", "2022-09", None),
        ("năm trước", "2016/2020", None),
        ("năm học trước", "2019", None),
        ("cuối năm", "2022-06", None),
        ("cùng kỳ các năm trước", "2022-09", None),
        ("năm nay", "2025", None),
        ("dịp Tết", "2022", None),
    ],
)
def test_a_base_refers_to_the_period_of_its_record(text, own, base):
    assert resolve(text, anchor=own, base=True).code == base


@pytest.mark.parametrize(
    ("text", "base"),
    [("năm ngoái", "2018"), ("hôm qua", "2019-09-04"), ("hiện nay", "2019-09-05"), ("năm trước", None),
     ("tháng trước", None), ("cùng kỳ", None), ("cùng kỳ năm 2018", None), ("tháng 8", None)],
)  # fmt: skip
def test_a_base_of_a_record_without_period(text, base):
    assert resolve(text, today=TODAY, base=True).code == base


def test_the_last_year_of_a_plan_is_the_documents():
    assert resolve("năm ngoái", anchor="2020", today=TODAY, base=True).code == "2018"
    assert resolve("năm nay", anchor="2020", today=TODAY, base=True).code == "2019"


@pytest.mark.parametrize(
    ("text", "code", "point"),
    [
        ("hôm nay", "2019-09-05", None),
        ("sáng nay", "2019-09-05", None),
        ("hôm qua", "2019-09-04", None),
        ("tối qua", "2019-09-04", None),
        ("thứ Ba", "2019-09-03", None),
        ("sáng thứ Năm", "2019-09-05", None),
        ("Chủ nhật", "2019-09-01", None),
        ("tuần này", "2019-09-02/2019-09-08", None),
        ("tuần trước", "2019-08-26/2019-09-01", None),
        ("tháng này", "2019-09", None),
        ("tháng trước", "2019-08", None),
        ("tháng qua", "2019-08", None),
        ("đầu tháng này", "2019-09", "start"),
        ("cuối tháng trước", "2019-08", "end"),
        ("quý này", "2019-Q3", None),
        ("quý trước", "2019-Q2", None),
        ("năm nay", "2019", None),
        ("năm ngoái", "2018", None),
        ("năm trước", "2018", None),
        ("cuối năm ngoái", "2018", "end"),
        ("đầu năm nay", "2019", "start"),
        ("đầu năm", "2019", "start"),
        ("cả năm", "2019", None),
        ("hai năm trước", "2017", None),
        ("cách đây 10 năm", "2009", None),
        ("đến nay", "2019-09-05", "end"),
        ("hiện nay", "2019-09-05", "end"),
        ("Hiện", "2019-09-05", "end"),
        ("từ đầu năm đến nay", "2019-01-01/2019-09-05", None),
        ("từ năm 2011 đến nay", "2011-01-01/2019-09-05", None),
        ("từ tháng 6 đến nay", "2019-06-01/2019-09-05", None),
        ("3 năm qua", "2017/2019", None),
        ("ba năm gần đây", "2017/2019", None),
        ("6 tháng qua", "2019-03/2019-08", None),
        ("tháng 8", "2019-08", None),
        ("cuối tháng 8", "2019-08", "end"),
        ("tháng Tám", "2019-08", None),
        ("hết tháng 8", "2019-08", "end"),
        ("ngày 15/8", "2019-08-15", None),
        ("chiều 4-9", "2019-09-04", None),
        ("chiều nay 5-9", "2019-09-05", None),
        ("ngày 20 tháng 8", "2019-08-20", None),
        ("từ 1/6 đến 30/8", "2019-06-01/2019-08-30", None),
        ("nửa đầu tháng 8", "2019-08-01/2019-08-15", None),
        ("quý II", "2019-Q2", None),
        ("6 tháng đầu năm", "2019-S1", None),
        ("nửa đầu năm", "2019-S1", None),
        ("8 tháng", "2019-01/2019-08", None),
        ("tám tháng đầu năm nay", "2019-01/2019-08", None),
        ("6 tháng cuối năm", "2019-S2", None),
        ("tháng 8 năm ngoái", "2018-08", None),
        ("quý II năm trước", "2018-Q2", None),
        ("quý I năm nay", "2019-Q1", None),
        ("tháng 7 vừa qua", "2019-07", None),
        ("tháng 5 tới", "2020-05", None),
        ("tháng 11 tới", "2019-11", None),
        ("sang năm", "2020", None),
        # no one can tell
        ("tháng 11", None, None),
        ("quý IV", None, None),
        ("9 tháng đầu năm sau đó", None, None),
        ("2 tháng", None, None),
        ("một tháng", None, None),
        ("một năm", None, None),
        ("5 năm", None, None),
        ("năm qua", None, None),
        ("những năm qua", None, None),
        ("các năm trước", None, None),
        ("hai năm trước đó", None, None),
        ("hằng năm", None, None),
        ("đầu nhiệm kỳ", None, "start"),
        ("nhiệm kỳ trước", None, None),
        ("dịp Tết", None, None),
        ("mùng 7 Tết", None, None),
        ("23 tháng Chạp", None, None),
        ("29/2", None, None),
        ("cuối tháng", None, "end"),
        ("sáng", None, None),
        ("ngày", None, None),
        ("năm học", None, None),
        ("giai đoạn trước", None, None),
        ("cùng kỳ", None, None),
        ("tháng liền trước", None, None),
        ("quý V", None, None),
    ],
)
def test_what_happened_refers_to_the_documents_date(text, code, point):
    period = resolve(text, today=TODAY)
    assert (period.code, period.point) == (code, point)
    assert resolve(normalize("NFD", text), today=TODAY) == period


@pytest.mark.parametrize(
    ("text", "today", "ahead", "code"),
    [
        ("tháng 8", "2019-09-05", False, "2019-08"),
        ("tháng 9", "2019-09-25", False, "2019-09"),
        ("tháng 11", "2019-02-10", False, "2018-11"),
        ("tháng 11", "2019-02-10", True, "2019-11"),
        ("quý IV", "2019-01-20", False, "2018-Q4"),
        ("quý I", "2019-12-20", True, "2020-Q1"),
        ("quý IV", "2019-09-05", True, "2019-Q4"),
        ("ngày 31/12", "2019-01-05", False, "2018-12-31"),
        ("ngày 1/7", "2019-06-20", True, "2019-07-01"),
        ("ngày 1/7", "2019-06-20", None, "2019-07-01"),
        ("9 tháng", "2019-09-28", False, "2019-01/2019-09"),
        ("12 tháng", "2019-01-04", False, "2018"),
        ("cả năm", "2019-01-04", False, "2018"),
        ("cả năm", "2019-01-04", True, "2019"),
        ("cuối năm", "2019-07-01", True, "2019"),
        ("đầu năm", "2019-01-20", False, None),
        ("6 tháng đầu năm", "2019-01-20", False, "2018-S1"),
        ("9 tháng đầu năm", "2019-05-20", False, None),
        ("năm qua", "2019-01-15", False, "2018"),
        ("năm qua", "2019-12-20", False, "2019"),
        ("3 năm qua", "2019-01-15", False, "2016/2018"),
        ("tháng qua", "2019-08-29", False, "2019-08"),
        ("8 tháng qua", "2019-08-29", False, "2019-01/2019-08"),
        ("quý vừa qua", "2019-04-10", False, "2019-Q1"),
        ("từ nay đến cuối năm", "2019-09-05", True, "2019-09-05/2019-12-31"),
        ("29/2", "2020-03-05", False, "2020-02-29"),
        ("thứ Hai", "2019-09-05", True, None),
    ],
)
def test_the_nearest_one_on_the_side_of_the_figure(text, today, ahead, code):
    assert resolve(text, today=date.fromisoformat(today), ahead=ahead).code == code


@pytest.mark.parametrize(
    ("text", "anchor", "code"),
    [
        ("tháng 9", "2022", "2022-09"),
        ("riêng tháng 9", "2022-01/2022-09", "2022-09"),
        ("6 tháng cuối năm", "2022", "2022-S2"),
        ("6 tháng", "2022", "2022-S1"),
        ("ngày 30/6", "2022", "2022-06-30"),
        ("cuối năm", "2022", "2022"),
        ("tháng 1", "2018-12", "2019-01"),
        ("tháng 12", "2019-01", "2018-12"),
        ("tháng 8", "2019-09", "2019-08"),
        ("cùng kỳ năm trước", "2019-01/2019-09", "2018-01/2018-09"),
        ("năm trước", "2019", "2018"),
        ("năm trước đó", "2019", "2018"),
        ("tháng trước", "2019-01", "2018-12"),
        ("năm sau", "2019", "2020"),
        ("một năm trước", "2019-10", "2018-10"),
        ("tháng 9", "2016/2020", None),
        ("hai tháng", "2022", None),
        ("năm nay", "2022", None),
        ("hiện nay", "2022", None),
    ],
)
def test_what_the_sentence_speaks_of_comes_first(text, anchor, code):
    assert resolve(text, anchor=anchor).code == code


def records(marked: str, links: str, date: str | None = None) -> dict[str, Record]:
    text, mentions, relations = read(marked, links)
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    return {record.id: record for record in build_records(text, lines, mentions, relations, date=date)}


CHANGE = "[Tháng 8|t1] [thu|i1] [5 tỷ đồng|q1], tăng [7%|p1] so với [cùng kỳ năm trước|t2]."
CHANGE_LINKS = "q1 LEVEL_OF i1; q1 AT_TIME t1; p1 INCREASE_OF i1; p1 AT_TIME t1; p1 COMPARED_TO t2"


class TestRecords:
    def test_nothing_is_guessed_without_a_date(self):
        found = records(CHANGE, CHANGE_LINKS)
        assert (found["q1"].period, found["q1"].period_text, found["q1"].periods) == (None, "Tháng 8", ())
        assert found["p1"].compared_to[0].period is None

    def test_the_given_date(self):
        found = records(CHANGE, CHANGE_LINKS, "2019-09-05")
        assert (found["q1"].period, found["q1"].period_text, found["q1"].periods) == (
            "2019-08",
            "Tháng 8",
            ("2019-08",),
        )
        assert found["p1"].compared_to[0].period == "2018-08"
        assert found["p1"].inherited == ()

    def test_the_date_of_the_document_and_that_a_given_one_comes_first(self):
        document = "Thứ Năm, 5/9/2019\n" + CHANGE
        assert records(document, CHANGE_LINKS)["q1"].period == "2019-08"
        assert records(document, CHANGE_LINKS, "2021-09-05")["q1"].period == "2021-08"

    def test_a_wrong_date_is_an_error(self):
        with pytest.raises(IEModelError, match="5/9/2019"):
            records(CHANGE, CHANGE_LINKS, "5/9/2019")

    def test_a_year_said_once_counts_before_the_documents_date(self):
        found = records(
            "[Năm 2022|t1] [thu|i1] [50 tỷ đồng|q1], riêng [tháng 9|t2] [5 tỷ đồng|q2].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; q2 LEVEL_OF i1; q2 AT_TIME t2",
            "2023-10-01",
        )
        assert found["q2"].period == "2022-09"

    def test_the_other_time_of_the_same_record(self):
        found = records(
            "[Tháng 9|t1] [thu|i1] [5 tỷ đồng|q1] trong [năm 2022|t2].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; q1 AT_TIME t2",
        )
        assert (found["q1"].period, found["q1"].periods) == ("2022-09", ("2022-09", "2022"))

    def test_the_base_of_comparison_gives_no_year(self):
        found = records(
            "[Tháng 9|t1] [thu|i1] [5 tỷ đồng|q1], tăng [7%|p1] so với [tháng 9/2019|t2].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; p1 INCREASE_OF i1; p1 AT_TIME t1; p1 COMPARED_TO t2",
        )
        assert found["q1"].period is None

    @pytest.mark.parametrize(
        ("own", "base", "period", "base_period"),
        [
            ("9 tháng", "cùng kỳ năm 2018", "2019-01/2019-09", "2018-01/2018-09"),
            ("Quý III", "cùng kỳ 2018", "2019-Q3", "2018-Q3"),
            ("Hai tháng", "cùng kỳ 2018", None, None),
        ],
    )
    def test_the_same_stretch_of_a_named_year_is_that_of_the_year_before(self, own, base, period, base_period):
        found = records(
            f"[{own}|t1] [thu|i1] [5 tỷ đồng|q1], tăng [7%|p1] so với [{base}|t2].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; p1 INCREASE_OF i1; p1 AT_TIME t1; p1 COMPARED_TO t2",
        )
        assert (found["q1"].period, found["p1"].compared_to[0].period) == (period, base_period)

    @pytest.mark.parametrize(
        ("stated", "open_", "period"),
        [
            ("Năm 2022", "tháng 9", "2022-09"),
            ("Tháng 9/2022", "9 tháng", "2022-01/2022-09"),
            ("Tháng 9/2022", "quý III", "2022-Q3"),
            ("Tháng 9/2022", "năm nay", "2022"),
            ("Tháng 9/2022", "tháng này", "2022-09"),
            ("Năm 2022", "tháng này", None),
            ("Năm 2022", "8 tháng đầu năm nay", None),
            ("Tháng 8/2022", "8 tháng đầu năm nay", "2022-01/2022-08"),
            ("Năm 2022", "tháng 1", None),  # or of the next year, in which the text may be written
            ("Tháng 9/2022", "ngày 5/9", None),
            ("Tháng 9/2022", "năm ngoái", None),
            ("Tháng 9/2022", "đến nay", None),
            ("Năm 2021-2022", "tháng 9", None),
        ],
    )
    def test_the_year_that_the_whole_document_reports_on(self, stated, open_, period):
        found = records(
            f"[{stated}|t1], [thu|i1] được [5 tỷ đồng|q1].\n[{open_}|t2], [chi|i2] là [4 tỷ đồng|q2].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; q2 LEVEL_OF i2; q2 AT_TIME t2",
        )
        assert found["q2"].period == period

    @pytest.mark.parametrize(
        ("more", "period"),
        [
            ("Vườn được lập [năm 1996|t3].", "2022-09"),
            ("[Năm 2023|t3] vườn đóng cửa.", None),
            ("[Năm 2020|t3] thu [3 tỷ đồng|q3].", None),
            ("Kế hoạch [năm 2023|t3] là [3 tỷ đồng|q3].", "2022-09"),
        ],
    )
    def test_a_document_of_several_years_gives_none(self, more, period):
        found = records(
            f"[Năm 2022|t1], [thu|i1] được [5 tỷ đồng|q1]. {more}\n[Tháng 9|t2], [chi|i2] là [4 tỷ đồng|q2].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; q2 LEVEL_OF i2; q2 AT_TIME t2; "
            + ("q3 LEVEL_OF i1; q3 AT_TIME t3" if "q3" in more else ""),
        )
        assert found["q2"].period == period

    def test_this_year_is_not_the_one_named_beside_it(self):
        found = records(
            "[Năm 2022|t1], [thu|i1] được [5 tỷ đồng|q1].\n"
            "[Điểm|i2] từ [6,8|q2] [năm 2022|t2] lên [7,1|q3] [năm nay|t3].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; q2 LEVEL_OF i2; q2 AT_TIME t2; q3 LEVEL_OF i2; q3 AT_TIME t3",
        )
        assert found["q3"].period is None

    def test_a_part_of_a_year_named_without_a_figure(self):
        found = records(
            "Trong [8 tháng đầu năm 2019|t1], riêng [tháng 8|t2] [thu|i1] [5 tỷ đồng|q1]. ",
            "q1 LEVEL_OF i1; q1 AT_TIME t2",
        )
        assert found["q1"].period == "2019-08"

    def test_of_two_alike_the_one_without_a_year_is_of_another(self):
        found = records(
            "Sau [ba tháng|t1] [thu|i1] [5 tỷ đồng|q1], hơn mức [4 tỷ đồng|q2] của [quý I/2024|t2].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; q2 LEVEL_OF i1; q2 AT_TIME t2",
        )
        assert (found["q1"].period, found["q2"].period) == (None, "2024-Q1")

    def test_no_figure_is_of_the_time_to_come_unless_planned(self):
        text = "Năm [2022|t1] giao [50 tỷ đồng|q1]; [quý IV|t2] [thu|i1] [5 tỷ đồng|q2]."
        links = "q1 AT_TIME t1; q2 LEVEL_OF i1; q2 AT_TIME t2"
        assert records(text, links, "2022-12-31")["q2"].period == "2022-Q4"
        assert records(text, links, "2022-05-31")["q2"].period is None

    def test_the_same_period_in_brackets_refers_to_the_one_before(self):
        found = records(
            "[9 tháng năm 2019|t1] [thu|i1] [50 tỷ đồng|q1] ([cùng kỳ năm trước|t2] [45 tỷ đồng|q2]), "
            "riêng [tháng 9|t3] [6 tỷ đồng|q3].",
            "q1 LEVEL_OF i1; q1 AT_TIME t1; q2 LEVEL_OF i1; q2 AT_TIME t2; q3 LEVEL_OF i1; q3 AT_TIME t3",
        )
        assert [found[q].period for q in ("q1", "q2", "q3")] == ["2019-01/2019-09", "2018-01/2018-09", "2019-09"]

    def test_the_end_of_a_plan_is_not_the_year_of_what_happened(self):
        found = records(
            "[6 tháng đầu năm|t1] [tỷ lệ|i1] đạt [54%|p1], phấn đấu đạt [80%|p2] vào [năm 2030|t2].",
            "p1 LEVEL_OF i1; p1 AT_TIME t1; p2 TARGET_OF i1; p2 AT_TIME t2",
        )
        assert (found["p1"].period, found["p2"].period) == (None, "2030")

    def test_a_plan_lies_ahead(self):
        found = records(
            "[Kế hoạch thu|i1] [tháng 11|t1]: [5 tỷ đồng|q1]", "q1 TARGET_OF i1; q1 AT_TIME t1", "2019-02-10"
        )
        assert found["q1"].period == "2019-11"

    def test_as_of_the_end_where_words_in_front_say_so(self):
        found = records(
            "Tính đến [tháng 8|t1], có [35 xã|q1] [đạt chuẩn|i1].", "q1 LEVEL_OF i1; q1 AT_TIME t1", "2019-09-05"
        )
        assert (found["q1"].period, found["q1"].period_point) == ("2019-08", "end")

    def test_two_times_of_which_the_base_takes_the_one_that_it_fits(self):
        found = records(
            "[Tháng 9|t1] và [9 tháng năm 2019|t2], [thu|i1] tăng [7%|p1] so với [tháng trước|t3].",
            "p1 INCREASE_OF i1; p1 AT_TIME t1; p1 AT_TIME t2; p1 COMPARED_TO t3",
        )
        assert found["p1"].compared_to[0].period == "2019-08"

    def test_decomposed_letters(self):
        found = records(normalize("NFD", CHANGE), CHANGE_LINKS, "2019-09-05")
        assert (found["q1"].period, found["p1"].compared_to[0].period) == ("2019-08", "2018-08")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Thứ Hai, 15/7/2024, 08:30 (GMT+7)\nGiá gạo tăng\nGiá gạo hôm nay tăng.", "2024-07-15"),
        ("Giá gạo tăng\nChủ Nhật, 21/07/2024 14:05 GMT+7\nGiá gạo tăng.", "2024-07-21"),
        ("Giá gạo tăng\nCập nhật: 15/07/2024 08:30", "2024-07-15"),
        ("Giá gạo tăng\nNgày đăng: 15/07/2024 - Lượt xem: 1.230", "2024-07-15"),
        ("Giá gạo tăng\n08:30 | 15/07/2024", "2024-07-15"),
        ("(Chinhphu.vn) - 15/9/2022 - Giá gạo tăng.", "2022-09-15"),
        ("Hà Nội (TTXVN 15/9/2022) - Giá gạo tăng.", "2022-09-15"),
        ("QĐND - Thứ hai, 15/07/2024 | 08:30 (GMT+7)\nGiá gạo tăng", "2024-07-15"),
        ("TP. Hồ Chí Minh, ngày 5 tháng 10 năm 2022\nBÁO CÁO", "2022-10-05"),
        ("UBND TỈNH\nSố: 215/BC-UBND\u00a0\u00a0 Hà Nội, ngày 15 tháng 9 năm 2022\nBÁO CÁO", "2022-09-15"),
        ("UBND XÃ\nSố: 215/BC-UBND ngày 15/9/2022\nBÁO CÁO", "2022-09-15"),
        ("BÁO CÁO\n" + "Thu đạt 5 tỷ đồng.\n" * 50 + "Hà Nội, ngày 5 tháng 10 năm 2022\nGIÁM ĐỐC\n", "2022-10-05"),
        # today's date above the article's own
        ("Thứ Hai, 15/7/2024\nTrang chủ\nGiá gạo tăng\nThứ Sáu, 12/07/2024 - 08:30\nGiá gạo tăng.", "2024-07-12"),
        ("Hôm nay: 15/7/2024\n\nGiá gạo tăng\nĐăng lúc 08:30 ngày 12/07/2024", "2024-07-12"),
        ("12/7/2024\nGiá gạo tăng\nCập nhật: 15/7/2024", "2024-07-12"),
        ("2024-07-15T08:30:00+07:00\nGiá gạo tăng", "2024-07-15"),
        # dates of something else
        ("Căn cứ Kế hoạch số 359/KH-UBND ngày 18/12/2018, UBND tỉnh báo cáo.", None),
        ("Ngày 15/9/2022, tại Hà Nội, Bộ Y tế họp.", None),
        ("Tính đến ngày 31/12/2021", None),
        ("Giá vàng 15/7/2024", None),
        ("31/12/2021: 500 tỷ đồng", None),
        ("Đại hội ngày 15/7/2024 thành công", None),
        # no dates
        ("Thứ Hai, 15/7/1024", None),
        ("Thứ Hai, 31/2/2024", None),
        ("Hà Nội, ngày    tháng 9 năm 2022", None),
        ("Thu đạt 5 tỷ đồng.\n" * 60 + "Thứ Hai, 15/7/2024\n" + "Chi đạt 5 tỷ đồng.\n" * 60, None),
        ("", None),
        ("\n \n", None),
    ],
)  # fmt: skip
def test_the_date_that_a_document_gives_itself(text, day, form):
    assert document_date(normalize(form, text)) == day


def test_a_date_is_year_month_day():
    assert iso_date("2019-09-05") == TODAY
    assert iso_date(None) is None
    for wrong in ("2019-02-30", "20190905", "5/9/2019", "", "2019-9-5"):
        with pytest.raises(IEModelError):
            iso_date(wrong)


def test_the_date_of_a_doc():
    import spacy

    import ie_model.extensions  # noqa: F401

    doc = spacy.blank("xx")("Thứ Hai, 15/7/2024\nGiá gạo tăng")
    assert doc._.date == "2024-07-15"
    doc._.date = "2020-01-31"
    assert doc._.date == "2020-01-31"
    with pytest.raises(IEModelError):
        doc._.date = "31/1/2020"
    doc._.date = None
    assert doc._.date == "2024-07-15"


WORDS = """cùng kỳ năm nay ngoái trước tháng 8 2 9 quý IV tuần qua hôm sáng đến từ đầu cuối nửa cả hết 6 đó liền một hai
vừa tới 15/8 2018 hiện thứ Ba nay trở lại đây cách học vụ sau này ngày 29/2 ( ) , - giữa 31/12 99 sang"""
CODES = [
    "2019",
    "2019-Q1",
    "2019-S2",
    "2020-02-29",
    "2019-01/2019-09",
    "2016/2020",
    "2018/2019",
    "0001",
    "9999-12",
    None,
]


@given(
    st.one_of(
        st.lists(st.sampled_from(WORDS.split()), max_size=7).map(" ".join),
        st.text(alphabet=st.characters(), max_size=20),
    ),
    st.sampled_from(CODES),
    st.one_of(st.none(), st.dates()),
    st.sampled_from([True, False, None]),
    st.booleans(),
)
def test_any_text_gives_a_time_period_or_none(text, anchor, today, ahead, base):
    period = resolve(text, anchor=anchor, today=today, ahead=ahead, base=base)
    assert period == resolve(text, anchor=anchor, today=today, ahead=ahead, base=base)
    assert period.point in (None, "start", "middle", "end")
    if period.code:
        assert CODE.fullmatch(period.code)
        start, end = bounds(period.code)
        assert start <= end


@given(st.dates(date(1990, 1, 1), date(2050, 12, 31)), st.integers(1, 12))
def test_a_month_that_happened_is_not_ahead_and_one_planned_not_long_past(today, month):
    past = resolve(f"tháng {month}", today=today, ahead=False).code
    if past:
        assert bounds(past)[0] <= today
        assert today - bounds(past)[0] < timedelta(days=366)
    planned = resolve(f"tháng {month}", today=today, ahead=True).code
    assert planned and -366 < (bounds(planned)[0] - today).days < 366


@given(st.sampled_from([code for code in CODES if code]), st.integers(-30, 30))
def test_years_shift_back_and_forth(code, years):
    there = shift_years(code, years)
    if there and "-02-2" not in code:
        assert shift_years(there, -years) == code


@given(st.text())
def test_no_document_raises(text):
    day = document_date(text)
    assert day is None or date.fromisoformat(day)


@pytest.mark.parametrize(
    "part", ["1/", "15/7/2024 ", "Hà ", "a", "\n", " \n", "\u00a0", "ngày ", "Số: 1/a ", "(", "12:30 ", "- "]
)
def test_a_date_is_found_in_linear_time(part):
    start = time.process_time()
    document_date(part * 200_000)
    assert time.process_time() - start < 8  # quadratic cost takes minutes


@pytest.mark.parametrize("part", ["từ ", "đến ", "cùng kỳ ", "năm ", "đầu ", "hết ", "cả năm ", "1 ", "tháng 1 đến "])
def test_relative_periods_are_read_in_linear_time(part):
    start = time.process_time()
    resolve(part * 50_000, today=TODAY)
    resolve((part * 100)[:99], today=TODAY)
    assert time.process_time() - start < 8  # quadratic cost takes minutes


def test_a_long_sentence_of_relative_periods_costs_linear_time():
    parts, links = [], []
    for i in range(1500):
        parts.append(f"[tháng {i % 12 + 1}|t{i}] [{i} ca|q{i}] so với [cùng kỳ|t9{i}]")
        links.append(f"q{i} AT_TIME t{i}; q{i} COMPARED_TO t9{i}")
    text, mentions, relations = read(", ".join(parts), "; ".join(links))
    start = time.process_time()
    build_records(text, [(0, len(text))], mentions, relations, date="2019-09-05")
    assert time.process_time() - start < 20  # quadratic cost takes minutes
