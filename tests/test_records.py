"""From annotated sentences to records. The sentences are invented, marked up as ``[span|id LABEL]``."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import read, records
from timing import assert_linear

from ie_model.records import Item, Link, Mention, build_records, default_roles, dumps

D = Decimal

WORKED = (
    "[Hết tháng 9/2022|t1], [toàn huyện|l1] có [12.480 người|q1] [tham gia BHXH bắt buộc|i1], đạt [96,2%|p1] kế hoạch, "
    "tăng [3,1%|p2] so với [cùng kỳ năm trước|t2]."
)
WORKED_LINKS = (
    "q1 LEVEL_OF i1; p1 PLAN_RATIO_OF i1; p2 INCREASE_OF i1; q1 AT_TIME t1; p1 AT_TIME t1; p2 AT_TIME t1;"
    "q1 SUBJECT l1; p1 SUBJECT l1; p2 SUBJECT l1; p2 COMPARED_TO t2"
)


def test_every_field_of_a_record():
    text, mentions, relations = read(WORKED, WORKED_LINKS)
    record = build_records(text, [(0, len(text))], mentions, relations)[0]
    assert record.to_dict() == {
        "id": "q1",
        "indicator": "người tham gia BHXH bắt buộc",
        "indicator_id": "i1",
        "kind": "level",
        "status": "actual",
        "value": 12480,
        "low": None,
        "high": None,
        "denominator": None,
        "modifier": "exact",
        "unit": "người",
        "per": None,
        "period": "2022-09",
        "period_point": "end",
        "periods": ["2022-09"],
        "period_text": "Hết tháng 9/2022",
        "cumulative": False,
        "subject": [
            {"id": "l1", "text": "toàn huyện", "label": "LOC", "start": 18, "end": 28, "code": None, "name": None}
        ],
        "compared_to": [],
        "base_type": None,
        "part_of": None,
        "inherited": [],
        "warnings": [],
        "start": 32,
        "end": 44,
        "sentence": [0, len(text)],
        "score": 0.8,
    }


def test_the_keys_stand_in_the_order_of_the_contract():
    keys = [
        "id",
        "indicator",
        "indicator_id",
        "kind",
        "status",
        "value",
        "low",
        "high",
        "denominator",
        "modifier",
        "unit",
        "per",
        "period",
        "period_point",
        "periods",
        "period_text",
        "cumulative",
        "subject",
        "compared_to",
        "base_type",
        "part_of",
        "inherited",
        "warnings",
        "start",
        "end",
        "sentence",
        "score",
    ]
    for record in records(WORKED, WORKED_LINKS).values():
        assert list(record.to_dict()) == keys


def test_a_record_for_each_value_in_text_order():
    assert list(records(WORKED, WORKED_LINKS)) == ["q1", "p1", "p2"]


def test_mentions_in_any_order_give_the_same_records():
    text, mentions, relations = read(WORKED, WORKED_LINKS)
    last = len(mentions) - 1
    turned = [Link(last - link.head, link.type, last - link.tail, link.score) for link in relations]
    span = [(0, len(text))]
    assert build_records(text, span, mentions[::-1], turned) == build_records(text, span, mentions, relations)


def test_a_time_item_has_a_period():
    item = records("[CPI|i1] tăng [0,4%|p1] so với [tháng 12/2019|t1].", "p1 INCREASE_OF i1; p1 COMPARED_TO t1")[
        "p1"
    ].compared_to[0]
    assert item.to_dict()["period"] == "2019-12"
    assert "period" not in Item("l1", "Huế", "LOC", 0, 3).to_dict()


def test_a_value_without_relations_is_a_record():
    record = records("Có [35 cán bộ|q1] dự.")["q1"]
    assert (record.kind, record.indicator, record.indicator_id, record.value) == (None, None, None, 35)
    assert record.score == 0.9


def test_the_likeliest_measure_counts():
    text, mentions, _ = read("[thu|i1] và [chi|i2] [5 tỷ đồng|q1]")
    links = [Link(2, "LEVEL_OF", 0, 0.4), Link(2, "TARGET_OF", 1, 0.6)]
    record = build_records(text, [(0, len(text))], mentions, links)[0]
    assert (record.indicator, record.kind, record.score) == ("chi", "target", 0.6)


# -- indicator


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[6.200 người|q1] [tham gia BHXH tự nguyện|i1]", "người tham gia BHXH tự nguyện"),
        ("[1.250 hộ|q1] [nghèo|i1]", "hộ nghèo"),
        ("[8.000 chiếc|q1] [xe máy|i1]", "chiếc xe máy"),
        ("[Gần 700 Thẻ|q1] [BHYT|i1]", "thẻ BHYT"),
        ("[118/126 xã|q1] [đạt chuẩn nông thôn mới|i1]", "xã đạt chuẩn nông thôn mới"),
        ("[2,6 triệu lượt khách|q1] [quốc tế|i1]", "lượt khách quốc tế"),
        ("[20-25 ca|q1] [mắc mới|i1]", "ca mắc mới"),
        ("[12 tỷ đồng|q1] [thu ngân sách|i1]", "thu ngân sách"),
        ("[40 triệu USD|q1] [vốn đầu tư|i1]", "vốn đầu tư"),
        ("[3,5 ha|q1] [lúa|i1]", "lúa"),
        ("[36.200 tấn|q1] [gạo|i1]", "gạo"),
        ("[2 lần|q1] [điều chỉnh lương|i1]", "điều chỉnh lương"),
        ("[15 năm|q1] [đóng bảo hiểm|i1]", "đóng bảo hiểm"),
        ("[12%|p1] [hộ nghèo|i1]", "hộ nghèo"),
        ("[1,3 triệu|q1] [dân|i1]", "dân"),
        ("[18 người/km2|q1] [mật độ|i1]", "mật độ"),
        ("[56 ca|q1] được [cấp cứu|i1]", "cấp cứu"),
        ("[tập huấn|i1] cho [85 cán bộ|q1]", "tập huấn"),
    ],
)
def test_the_counted_noun_goes_in_front(marked, expected):
    head = re.search(r"\|([qp]1)\]", marked)[1]
    assert records(marked, f"{head} LEVEL_OF i1")[head].indicator == expected


def test_every_record_of_a_mention_carries_the_same_indicator():
    assert {r.indicator for r in records(WORKED, WORKED_LINKS).values()} == {"người tham gia BHXH bắt buộc"}


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("LEVEL_OF", "level"),
        ("TARGET_OF", "target"),
        ("PLAN_RATIO_OF", "plan_ratio"),
        ("INCREASE_OF", "increase"),
        ("DECREASE_OF", "decrease"),
        ("SHARE_OF", "share"),
    ],
)
def test_kind(type_, kind):
    assert records("[Doanh thu|i1]: [5%|p1]", f"p1 {type_} i1")["p1"].kind == kind


# -- status


@pytest.mark.parametrize(
    ("marked", "type_", "status"),
    [
        ("[Số thu|i1] đạt [800 tỷ đồng|q1].", "LEVEL_OF", "actual"),
        ("[Số thu|i1] ước đạt [800 tỷ đồng|q1].", "LEVEL_OF", "estimate"),
        ("[Số thu|i1] ước tính [800 tỷ đồng|q1].", "LEVEL_OF", "estimate"),
        ("Ước cả năm [số thu|i1] đạt [800 tỷ đồng|q1].", "LEVEL_OF", "estimate"),
        ("[Số thu|i1] [ước 800 tỷ đồng|q1].", "LEVEL_OF", "estimate"),
        ("[Số thu|i1] ước đạt 800 tỷ đồng, tăng [7%|p1].", "INCREASE_OF", "estimate"),
        ("Hiệp ước giúp [xuất khẩu|i1] đạt [5 tỷ USD|q1].", "LEVEL_OF", "actual"),
        ("[Số thu|i1] là [900 tỷ đồng|q1].", "TARGET_OF", "plan"),
        ("Chỉ tiêu giao [số thu|i1] [900 tỷ đồng|q1].", "TARGET_OF", "plan"),
        ("Phấn đấu [số thu|i1] đạt [900 tỷ đồng|q1].", "TARGET_OF", "plan"),
        ("Năm tới, tỉnh phấn đấu [số thu|i1] tăng [7%|p1].", "INCREASE_OF", "plan"),
        ("Mục tiêu là [tỷ lệ hộ nghèo|i1] giảm [1,5%|p1].", "DECREASE_OF", "plan"),
        ("[Kế hoạch thu|i1] là [900 tỷ đồng|q1].", "LEVEL_OF", "plan"),
        ("Sở đề xuất giảm [mức đóng|i1] [2%|p1].", "DECREASE_OF", "plan"),
        ("[GRDP|i1] dự kiến đạt [8%|p1].", "TARGET_OF", "forecast"),
        ("[GRDP|i1] dự báo tăng [8%|p1].", "INCREASE_OF", "forecast"),
        ("Theo dự báo, [giá dầu|i1] giảm [5%|p1].", "DECREASE_OF", "forecast"),
        ("[Giá dầu|i1] sẽ giảm [5%|p1].", "DECREASE_OF", "forecast"),
        ("Tỉnh phấn đấu [số thu|i1] sẽ đạt [900 tỷ đồng|q1].", "LEVEL_OF", "plan"),
        ("[Mức đóng BHXH tự nguyện|i1] là [22%|p1].", "LEVEL_OF", "regulation"),
        ("Theo quy định, [phí thẩm định|i1] là [2%|p1].", "LEVEL_OF", "regulation"),
        ("Luật quy định [tuổi nghỉ hưu|i1] là [60 tuổi|q1].", "LEVEL_OF", "regulation"),
        ("[Rà soát mức đóng|i1] [4 lần|q1].", "LEVEL_OF", "actual"),
        ("Đã chi trả đúng quy định cho [300 người|q1] [hưởng trợ cấp|i1].", "LEVEL_OF", "actual"),
        # what a figure is measured against is no status of it
        ("[Số thu|i1] đạt [98%|p1] kế hoạch.", "PLAN_RATIO_OF", "actual"),
        ("[Số thu|i1] đạt [98%|p0] kế hoạch, tăng [7%|p1].", "INCREASE_OF", "actual"),
        ("So với kế hoạch, [số thu|i1] tăng [7%|p1].", "INCREASE_OF", "actual"),
        ("Vượt kế hoạch, [số thu|i1] đạt [800 tỷ đồng|q1].", "LEVEL_OF", "actual"),
        ("[Sở Kế hoạch và Đầu tư|o1] cấp phép [45 dự án|q1] [mới|i1].", "LEVEL_OF", "actual"),
        # how far a cue reaches
        ("Dự kiến chi 5 tỷ đồng; [số thu|i1] đạt [800 tỷ đồng|q1].", "LEVEL_OF", "actual"),
        ("Dự báo GRDP tăng 7%, trong khi [năm trước|t1] [CPI|i1] tăng [6%|p1].", "INCREASE_OF", "actual"),
        ("Để đạt mục tiêu, huyện đã hỗ trợ [500 hộ|q1] [nghèo|i1].", "LEVEL_OF", "actual"),
        ("Kế hoạch năm nay khó khăn, [số thu|i1] đạt [800 tỷ đồng|q1].", "LEVEL_OF", "actual"),
        ("[Số thu|i1] đạt [900 tỷ đồng|q1] (kế hoạch).", "LEVEL_OF", "plan"),
    ],
)
def test_status(marked, type_, status):
    head = re.search(r"\|([qp]1)\]", marked)[1]
    assert records(marked, f"{head} {type_} i1")[head].status == status


def test_status_reads_decomposed_letters():
    marked = normalize(
        "NFD", "[Số thu|i1] ước đạt [800 tỷ đồng|q1], [chi|i2] đạt [5 tỷ đồng|q2]; dự kiến [9 tỷ đồng|q3]."
    )
    found = records(marked, "q1 LEVEL_OF i1")
    assert [found[q].status for q in ("q1", "q2", "q3")] == ["estimate", "estimate", "forecast"]
    assert found["q1"].modifier == "about"


# -- modifier


@pytest.mark.parametrize(
    ("marked", "modifier"),
    [
        ("Thu [800 tỷ đồng|q1]", "exact"),
        ("Thu [hơn 800 tỷ đồng|q1]", "above"),
        ("Thu ước đạt [800 tỷ đồng|q1]", "about"),
        ("Thu ước thực hiện [800 tỷ đồng|q1]", "about"),
        ("Thu ước đạt [hơn 800 tỷ đồng|q1]", "above"),
        ("Thu ước tăng [7%|q1]", "about"),
        ("Thu khoảng [800 tỷ đồng|q1]", "about"),
        ("Thu đạt gần [800 tỷ đồng|q1]", "below"),
        ("Thu không quá [800 tỷ đồng|q1]", "below"),
        ("Từ [10 lao động|q1] trở lên", "above"),
        ("Từ [10 lao động|q1] trở xuống", "below"),
        ("Cao hơn [5%|q1]", "exact"),  # a comparison
        ("Trên [118/126 xã|q1]", "exact"),  # a preposition
        ("[lương tối thiểu|i1] [4 triệu đồng|q1]", "exact"),  # part of the measure
        ("Ước có mưa, thu [800 tỷ đồng|q1]", "exact"),
    ],
)
def test_modifier_counts_approximators_beside_the_span(marked, modifier):
    assert records(marked)["q1"].modifier == modifier


# -- unit and per


@pytest.mark.parametrize(
    ("marked", "per"),
    [
        ("Thu nhập [5 triệu đồng/tháng|q1]", "tháng"),
        ("Thu nhập [5 triệu đồng|q1]/tháng", "tháng"),
        ("Thu nhập [5 triệu đồng|q1] mỗi tháng", "tháng"),
        ("Thu nhập [5 triệu đồng|q1] một tháng", "tháng"),
        ("Mỗi suất trị giá [500.000 đồng|q1]", "suất"),
        ("Trao quà, mỗi suất [500.000 đồng|q1]", "suất"),
        ("Bình quân mỗi người được [30 kg|q1]", "người"),
        ("Bình quân một ngày có [35 lượt|q1]", "ngày"),
        ("Bình quân 1 tuần, cả huyện tiếp nhận [16 đơn|q1]", "tuần"),
        ("[tỷ lệ hộ nghèo|i1] bình quân mỗi năm giảm [1,5%|p1]", "năm"),
        ("Muốn kịp, một tuần tổ phải may [900 áo|q1]", "tuần"),
        ("[Lượng mưa|i1] hàng năm ở mức [1.800 mm|q1]", "năm"),
        ("Họp một ngày, tổ phải chi [2 triệu đồng|q1]", None),
        ("Trao 20 suất quà, trị giá [500.000 đồng|q1]", None),
        ("Mỗi hộ được hỗ trợ, tổng cộng [5 tỷ đồng|q1]", None),
        ("Mỗi người dân đều góp sức; thu [5 tỷ đồng|q1]", None),
        ("Mỗi hộ nhận [2 con|q2] và [5 triệu đồng|q1]", None),
        ("Thu [5 tỷ đồng|q1]", None),
    ],
)
def test_per(marked, per):
    head = re.search(r"\|([qp]1)\]", marked)[1]
    assert records(marked)[head].per == per


def test_a_range_has_ends_and_no_value():
    record = records("Tăng [15-20 nghìn lượt|q1]")["q1"]
    assert (record.value, record.low, record.high, record.unit) == (None, 15_000, 20_000, "lượt")


# -- periods


@pytest.mark.parametrize(
    ("marked", "links", "period", "point", "periods", "text"),
    [
        ("[Năm 2019|t1] thu [5 tỷ đồng|q1]", "q1 AT_TIME t1", "2019", None, ("2019",), "Năm 2019"),
        ("[Cuối năm 2019|t1] có [5 xã|q1]", "q1 AT_TIME t1", "2019", "end", ("2019",), "Cuối năm 2019"),
        ("Tính đến [31/12/2021|t1] có [5 xã|q1]", "q1 AT_TIME t1", "2021-12-31", None, ("2021-12-31",), "31/12/2021"),
        ("[Năm trước|t1] có [5 xã|q1]", "q1 AT_TIME t1", None, None, (), "Năm trước"),
        ("[Năm 2019|t1] có [5 xã|q1]", "", None, None, (), None),
        ("[Năm 2019|t1], [quý I/2019|t2]: [5 ca|q1]", "q1 AT_TIME t1; q1 AT_TIME t2", "2019-Q1", None,
         ("2019", "2019-Q1"), "quý I/2019"),
        ("[Hiện nay|t1], [năm 2019|t2]: [5 ca|q1]", "q1 AT_TIME t1; q1 AT_TIME t2", "2019", None, ("2019",),
         "năm 2019"),
    ],
)  # fmt: skip
def test_period(marked, links, period, point, periods, text):
    record = records(marked, links)["q1"]
    assert (record.period, record.period_point, record.periods, record.period_text) == (period, point, periods, text)


@pytest.mark.parametrize(
    ("marked", "links", "cumulative"),
    [
        ("[9 tháng đầu năm 2019|t1] thu [5 tỷ đồng|q1]", "q1 AT_TIME t1", True),
        ("[9 tháng|t1] thu [5 tỷ đồng|q1]", "q1 AT_TIME t1", True),
        ("[Tháng 9/2019|t1] thu [5 tỷ đồng|q1]", "q1 AT_TIME t1", False),
        ("Lũy kế đến [hết tháng 9/2019|t1] thu [5 tỷ đồng|q1]", "q1 AT_TIME t1", True),
        ("Luỹ kế thu [5 tỷ đồng|q1]", "", True),
        ("Số cộng dồn là [5 tỷ đồng|q1]", "", True),
        ("Từ đầu năm đến nay có [5 ca|q1]", "", True),
        ("Lũy kế thu 5 tỷ đồng; [tháng 9/2019|t1] thu [1 tỷ đồng|q1]", "q1 AT_TIME t1", False),
        ("Lũy kế thu 5 tỷ đồng, riêng [tháng 9/2019|t1] thu [1 tỷ đồng|q1]", "q1 AT_TIME t1", False),
        ("Thu [5 tỷ đồng|q1], lũy kế 9 tỷ đồng", "", False),
    ],
)
def test_cumulative(marked, links, cumulative):
    assert records(marked, links)["q1"].cumulative is cumulative


# -- bases and parts


@pytest.mark.parametrize(
    ("marked", "links", "base"),
    [
        ("[Thu|i1] đạt [98%|p1] kế hoạch", "p1 PLAN_RATIO_OF i1", "plan"),
        ("[Thu|i1] đạt [98%|p1]", "p1 PLAN_RATIO_OF i1", "plan"),
        ("[Thu|i1] tăng [7%|p1] so với kế hoạch", "p1 INCREASE_OF i1", "plan"),
        ("[Thu|i1] giảm [7%|p1] so với dự toán", "p1 DECREASE_OF i1", "plan"),
        ("[Thu|i1] thấp hơn [0,7%|p1] so với chỉ tiêu [HĐND tỉnh|o1] giao", "p1 DECREASE_OF i1", "plan"),
        ("[Thu|i1] vượt [12%|p1] kế hoạch quý", "p1 INCREASE_OF i1", "plan"),
        ("[Thu|i1] tăng [7%|p1]", "p1 INCREASE_OF i1", None),
        ("[Thu|i1] tăng [7%|p1] so với [năm 2018|t1]", "p1 INCREASE_OF i1; p1 COMPARED_TO t1", "period"),
        ("[Thu|i1] gấp [2 lần|p1] [Hà Nội|l1]", "p1 INCREASE_OF i1; p1 COMPARED_TO l1", "place"),
        ("[Thu|i1] gấp [2 lần|p1] [Công ty CP An Phú|o1]", "p1 INCREASE_OF i1; p1 COMPARED_TO o1", "body"),
        ("[Nữ|i1] chiếm [35%|p1] [lao động|i2]", "p1 SHARE_OF i1; p1 COMPARED_TO i2", "indicator"),
        ("[Thu|i1] bằng [89%|p1] [cùng kỳ|t1]", "p1 SHARE_OF i1; p1 COMPARED_TO t1", "period"),
        ("[Thu|i1] gấp đôi [chi|i2] [năm 2010|t1], [5%|p1]", "p1 INCREASE_OF i1; p1 COMPARED_TO t1; p1 COMPARED_TO i2",
         "indicator"),
        ("[Thu|i1] đạt [5 tỷ đồng|p1]", "p1 LEVEL_OF i1", None),
    ],
)  # fmt: skip
def test_base_type(marked, links, base):
    assert records(marked, links)["p1"].base_type == base


def test_subjects_and_bases_stand_in_text_order_once():
    found = records("[Tỉnh|l1] và [BHXH tỉnh|o1] thu [5 tỷ đồng|q1]", "q1 SUBJECT o1; q1 SUBJECT l1; q1 SUBJECT o1")[
        "q1"
    ]
    assert [item.id for item in found.subject] == ["l1", "o1"]


def test_parts_of_a_whole():
    found = records(
        "Thả [40 con|q1] [bò giống|i1], trong đó [15 con|q2] [bò lai|i2] và [2 chuồng|q3] [mới|i3].",
        "q1 LEVEL_OF i1; q2 LEVEL_OF i2; q3 LEVEL_OF i3",
    )
    assert [found[q].part_of for q in ("q1", "q2", "q3")] == [None, "q1", None]


@pytest.mark.parametrize(("rest", "part_of"), [("40 người", "q1"), ("30 người", None)])
def test_parts_after_a_semicolon_must_add_up(rest, part_of):
    found = records(
        f"Có [100 người|q1] [dự|i1], trong đó [60 người|q2] là [nữ|i2]; [{rest}|q3] là [nam|i3].",
        "q1 LEVEL_OF i1; q2 LEVEL_OF i2; q3 LEVEL_OF i3",
    )
    assert (found["q2"].part_of, found["q3"].part_of) == ("q1", part_of)


# -- warnings, sentences, output


@pytest.mark.parametrize(
    ("marked", "links", "warnings"),
    [
        ("[3,250 tấn|q1]", "", ("ambiguous-number",)),
        ("[1.2.3 tấn|q1]", "", ("ambiguous-number",)),
        ("[3.250 tấn|q1]", "", ()),
        ("[Nữ|i1] chiếm [112%|q1]", "q1 SHARE_OF i1", ("share-over-100",)),
        ("[Thu|i1] bằng [112%|q1] cùng kỳ", "q1 SHARE_OF i1", ()),
        ("[130/126 xã|q1]", "", ("part-over-whole",)),
    ],
)
def test_warnings(marked, links, warnings):
    assert records(marked, links)["q1"].warnings == warnings


def test_each_record_has_its_own_sentence():
    found = records("Dự kiến thu [5 tỷ đồng|q1].\nĐã chi [3 tỷ đồng|q2].")
    assert [found[q].sentence for q in ("q1", "q2")] == [(0, 22), (23, 40)]
    assert [found[q].status for q in ("q1", "q2")] == ["forecast", "actual"]


def test_a_value_outside_all_sentences_is_its_own():
    text, mentions, _ = read("Thu [5 tỷ đồng|q1].")
    assert build_records(text, [], mentions, [])[0].sentence == (4, 13)


def test_roles_are_data():
    roles = {**default_roles(), "values": ["NUM"], "kinds": {"IS": "level"}}
    record = build_records("giá 5", [(0, 5)], [Mention("a", "MEASURE", 0, 3), Mention("b", "NUM", 4, 5)],
                           [Link(1, "IS", 0)], roles)[0]  # fmt: skip
    assert (record.indicator, record.kind, record.value) == ("giá", "level", 5)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (12480, "12480"),
        (10**20, "100000000000000000000"),
        (D("5.25"), "5.25"),
        (D("3.0"), "3.0"),
        (D("1E+3"), "1000"),
        (D("0.00000000001"), "0.00000000001"),
        (D("0.1234567890123456789012345678901234567890"), "0.1234567890123456789012345678901234567890"),
        (0.72, "0.72"),
        ('đồng "x"\n\\', '"đồng \\"x\\"\\n\\\\"'),
        ([1, (2, D("3.10"))], "[1, [2, 3.10]]"),
        ({"đ": {}, "a": []}, '{"đ": {}, "a": []}'),
    ],
)
def test_json_keeps_the_digits(value, written):
    assert dumps(value) == written


@pytest.mark.parametrize("value", [D("NaN"), D("Infinity"), float("nan")])
def test_json_has_no_number_for_these(value):
    with pytest.raises(ValueError):
        dumps(value)


def test_records_as_json_read_back():
    for record in records(WORKED, WORKED_LINKS).values():
        assert json.loads(dumps(record), parse_float=Decimal)["value"] == record.value
        assert json.loads(dumps([record])) == [json.loads(dumps(record.to_dict()))]


def test_a_record_as_one_line():
    line = str(records(WORKED, WORKED_LINKS)["p2"])
    assert line == (
        "người tham gia BHXH bắt buộc | increase (actual) | 3.1 % | of toàn huyện | against cùng kỳ năm trước "
        "| at 2022-09"
    )
    assert "\n" not in str(records("[15-20\nnghìn lượt|q1]")["q1"])


# -- properties

PIECES = """[5 tỷ đồng|q]/[7%|p]/[năm 2019|t]/[tỉnh|l]/[số thu|i]/[BHXH|o]/ước đạt/dự kiến/phấn đấu/kế hoạch/lũy kế/
trong đó/mỗi người/;/,/./đã/so với/(/)/\u0301/İ"""


@given(st.lists(st.sampled_from(PIECES.split("/")), max_size=25), st.data())
def test_nothing_raises_and_every_value_is_a_record(pieces, data):
    marked = " ".join(piece.replace("]", f"{n}]") if piece.startswith("[") else piece for n, piece in enumerate(pieces))
    text, mentions, _ = read(marked)
    values = [i for i, mention in enumerate(mentions) if mention.label in ("QUANTITY", "PERCENT")]
    types = [*default_roles()["kinds"], "AT_TIME", "SUBJECT", "COMPARED_TO", "OTHER"]
    links = [
        Link(data.draw(st.sampled_from(values)), data.draw(st.sampled_from(types)), i, data.draw(st.floats(0, 1)))
        for i in range(len(mentions))
        if values
    ]
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    found = build_records(text, lines, mentions, links)
    assert [record.id for record in found] == [mentions[i].id for i in values]
    for record in found:
        assert 0 <= record.score <= 1
        json.loads(dumps(record))


@pytest.mark.parametrize(
    "piece",
    ["[5 người|q] ước ", "[5 người|q], trong đó [2 người|q]; ", "mỗi người [5%|p] kế hoạch, ", "sẽ [5 người|q] "],
)
def test_a_long_sentence_costs_linear_time(piece):
    def prepare(times: int) -> tuple:
        text, mentions, _ = read(piece * times)
        return text, [(0, len(text))], mentions, [Link(i, "LEVEL_OF", 0, 1.0) for i in range(len(mentions))]

    assert_linear(prepare, lambda data: build_records(*data), 2000, 8000)
