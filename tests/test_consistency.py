"""Figures of a sentence that contradict each other, and those that only look so. ``i1`` is measured by all values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from marked import read, records
from timing import assert_linear

from ie_model.records import Link, build_records
from ie_model.records.rounding import resolution

RATIO = "q1 LEVEL_OF i1; q2 TARGET_OF i1; p1 PLAN_RATIO_OF i1"
RISE = "q1 LEVEL_OF i1; q2 INCREASE_OF i1; p1 INCREASE_OF i1"
FALL = "q1 LEVEL_OF i1; q2 DECREASE_OF i1; p1 DECREASE_OF i1"
FROM_TO = "q1 LEVEL_OF i1; q2 LEVEL_OF i1; p1 INCREASE_OF i1"
RATES = "p2 LEVEL_OF i1; p3 LEVEL_OF i1; p1 DECREASE_OF i1"
FRACTION = "q1 LEVEL_OF i1; p1 SHARE_OF i1"
PARTS = "q1 LEVEL_OF i1; q2 LEVEL_OF i2; q3 LEVEL_OF i3; p1 SHARE_OF i2"
STRUCTURE = "p1 SHARE_OF i1; p2 SHARE_OF i2; p3 SHARE_OF i3"

CASES = [
    # a level, its plan, and how much of it is reached
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [88,9%|p1] kế hoạch ([900 tỷ đồng|q2])", RATIO, None),
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [89%|p1] kế hoạch ([900 tỷ đồng|q2])", RATIO, None),
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [98,9%|p1] kế hoạch ([900 tỷ đồng|q2])", RATIO, "ratio-disagrees-with-plan"),
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [hơn 98%|p1] kế hoạch ([900 tỷ đồng|q2])", RATIO, "ratio-disagrees-with-plan"),
    ("[Thu|i1] [gần 890 tỷ đồng|q1], đạt [98%|p1] kế hoạch ([900 tỷ đồng|q2])", RATIO, None),
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [98,9%|p1] kế hoạch ([900 hộ|q2])", RATIO, None),
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [80%|p1] kế hoạch, còn phải thu [200 tỷ đồng|q2]", RATIO, None),
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [98,9%|p1] kế hoạch; dự báo cả năm [900 tỷ đồng|q2]", RATIO, None),
    ("[Thu|i1] [800 tỷ đồng|q1], đạt [98,9%|p1] kế hoạch tỉnh giao, [88,9%|p2] kế hoạch bộ giao ([900 tỷ đồng|q2])",
     RATIO + "; p2 PLAN_RATIO_OF i1", None),
    # a level, its change, and the change in percent
    ("[Số dự|i1] [1.100 người|q1], tăng [100 người|q2] ([10%|p1])", RISE, None),
    ("[Số dự|i1] [1.100 người|q1], tăng [100 người|q2], tương ứng [10%|p1]", RISE, None),
    ("[Số dự|i1] [1.100 người|q1], tăng [100 người|q2], tương ứng tăng [9,1%|p1]", RISE, "changes-disagree"),
    ("[Số dự|i1] [1.100 người|q1], tăng [100 người|q2] ([khoảng 9,5%|p1])", RISE, None),
    ("[Số dự|i1] [900 người|q1], giảm [100 người|q2] ([10%|p1])", FALL, None),
    ("[Số dự|i1] [900 người|q1], giảm [100 người|q2] ([12,3%|p1])", FALL, "changes-disagree"),
    ("[Số dự|i1] [900 người|q1], giảm [100 người|q2] so với tháng trước, giảm [20%|p1] so với năm trước", FALL, None),
    # two levels and the change between them
    ("[Thu|i1] tăng [25%|p1], từ [80 tỷ đồng|q1] lên [100 tỷ đồng|q2]", FROM_TO, None),
    ("[Thu|i1] tăng [20%|p1], từ [80 tỷ đồng|q1] lên [100 tỷ đồng|q2]", FROM_TO, "levels-disagree-with-change"),
    ("[Thu|i1] tăng từ [80 tỷ đồng|q1] lên [100 tỷ đồng|q2], tức tăng [20%|p1]", FROM_TO,
     "levels-disagree-with-change"),
    ("[Thu|i1] tăng từ [80 tỷ đồng|q1] lên [100 tỷ đồng|q2], cao hơn cả nước [20%|p1]", FROM_TO, None),
    ("[Thu|i1] tháng trước [80 tỷ đồng|q1], tháng này [100 tỷ đồng|q2], tăng [20%|p1]", FROM_TO, None),
    ("[Tỷ lệ hộ nghèo|i1] giảm [1,2%|p1], từ [5%|p2] xuống [3,8%|p3]", RATES, None),
    ("[Tỷ lệ hộ nghèo|i1] giảm [2,4 điểm phần trăm|p1], từ [5,0%|p2] xuống [3,8%|p3]", RATES,
     "levels-disagree-with-change"),
    ("[Tỷ lệ hộ nghèo|i1] giảm từ [5%|p2] xuống [3,8%|p3], giảm [0,4%/năm|p1]", RATES, None),
    # a part and its share
    ("[Đạt chuẩn|i1] [118/126 xã|q1] ([93,7%|p1])", FRACTION, None),
    ("[Đạt chuẩn|i1] [118/126 xã|q1], chiếm [94%|p1]", FRACTION, None),
    ("[Đạt chuẩn|i1] [118/126 xã|q1] ([97,3%|p1])", FRACTION, "share-disagrees-with-parts"),
    ("Có [40 con|q1] [bò|i1], trong đó [15 con|q2] ([37,5%|p1]) [bò lai|i2]", PARTS, None),
    ("Có [40 con|q1] [bò|i1], trong đó [15 con|q2] ([35,7%|p1]) [bò lai|i2]", PARTS, "share-disagrees-with-parts"),
    # parts and their whole
    ("Có [40 con|q1] [bò|i1], gồm [15 con|q2] [bò lai|i2] và [25 con|q3] [bò vàng|i3]", PARTS, None),
    ("Có [4.000 con|q1] [bò|i1], gồm [1.500 con|q2] [bò lai|i2] và [2.510 con|q3] [bò vàng|i3]", PARTS,
     "parts-do-not-add-up"),
    ("Thu [12,5 tỷ đồng|q1] [thuế|i1], gồm [7,3 tỷ đồng|q2] [thuế đất|i2] và [5,3 tỷ đồng|q3] [thuế nhà|i3]", PARTS,
     None),
    ("Có [40 con|q1] [bò|i1], trong đó [15 con|q2] [bò lai|i2] và [5 con|q3] [bò sữa|i3]", PARTS, None),
    ("Có [40 người|q1] [dự|i1], trong đó [25 người|q2] [nữ|i2] và [20 người|q3] [dân tộc Thái|i3]", PARTS, None),
    # shares of one structure
    ("Cơ cấu kinh tế: [nông nghiệp|i1] [32%|p1], [công nghiệp|i2] [38%|p2], [dịch vụ|i3] [30%|p3]", STRUCTURE, None),
    ("Cơ cấu kinh tế: [nông nghiệp|i1] [32%|p1], [công nghiệp|i2] [48%|p2], [dịch vụ|i3] [30%|p3]", STRUCTURE,
     "shares-over-100"),
    ("Cơ cấu kinh tế: [nông nghiệp|i1] [32,4%|p1], [công nghiệp|i2] [38,3%|p2], [dịch vụ|i3] [29,4%|p3]", STRUCTURE,
     None),
    ("Cơ cấu đại biểu: [nữ|i1] [40%|p1], [trẻ tuổi|i2] [48%|p2], [tái cử|i3] [30%|p3]", STRUCTURE, None),
    # one figure against itself
    ("[Nữ|i1] chiếm [112%|p1]", "p1 SHARE_OF i1", "share-over-100"),
    ("[Đạt chuẩn|i1] [130/126 xã|q1]", "q1 LEVEL_OF i1", "part-over-whole"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "links", "code"), CASES)
def test_only_what_no_rounding_explains_is_named(marked, links, code):
    links = "; ".join(link for link in links.split("; ") if f"|{link.split()[0]}]" in marked)
    assert [warning for r in records(marked, links).values() for warning in r.warnings] == ([code] if code else [])


def test_a_warning_corrects_nothing():
    marked = "[Số dự|i1] [1.100 người|q1], tăng [100 người|q2] ([9,1%|p1])"
    assert [r.value for r in records(marked, RISE).values()] == [1100, 100, Decimal("9.1")]


def test_figures_of_two_sentences_are_not_compared():
    marked = "[Thu|i1] [800 tỷ đồng|q1]\nđạt [98,9%|p1] kế hoạch\n([900 tỷ đồng|q2])"
    assert not any(r.warnings for r in records(marked, RATIO).values())


@pytest.mark.parametrize(
    ("value", "written", "step"),
    [
        (3_500_000_000, "3,5 tỷ đồng", 100_000_000),
        (3_500_000_000, "3,50 tỷ đồng", 10_000_000),
        (3_250_000_000, "3 tỷ 250 triệu đồng", 1_000_000),
        (12480, "12.480 người", 1),
        (Decimal("0.05"), "0,05%", Decimal("0.01")),
        (20, "20 km2", 1),
        (3, "ba trường hợp", 0),
        (0, "0 ca", 0),
    ],
)
def test_resolution_is_the_unit_of_the_last_digit(value, written, step):
    assert resolution(value, written) == step


@pytest.mark.parametrize("piece", ["[5 người|q], gồm [2 người|q], ", "tăng [5%|p] ([3 người|q]), ", "cơ cấu [9%|p], "])
def test_a_long_sentence_costs_linear_time(piece):
    def prepare(times: int) -> tuple:
        text, mentions, _ = read("[tỷ lệ|i] " + piece * times)
        types = ("LEVEL_OF", "INCREASE_OF", "SHARE_OF", "PLAN_RATIO_OF")
        links = [Link(n, types[n % len(types)], 0) for n in range(1, len(mentions))]
        return text, [(0, len(text))], mentions, links

    assert_linear(prepare, lambda data: build_records(*data), 2000, 8000)
