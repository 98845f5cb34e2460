"""What the words around a figure say of it: tables written from the language. ``v`` is the figure that is asked for.

The figures are marked ``[span|id]``; ids ``q`` and ``p`` are counts and percentages, ``i`` indicators (see ``marked``).
"""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from marked import read, records
from timing import assert_linear

from ie_model.records import Link, Record, build_records

LEVEL, TARGET, RATIO = "LEVEL_OF", "TARGET_OF", "PLAN_RATIO_OF"
UP, DOWN, SHARE = "INCREASE_OF", "DECREASE_OF", "SHARE_OF"


def record(marked: str, type_: str, more: str = "") -> Record:
    """The record of the value q1 or p1, linked to i1 by the type given; ``more`` links as in :func:`marked.read`."""
    head = re.search(r"\|([qp]1)\]", marked)[1]
    return records(marked, f"{head} {type_} i1; {more}")[head]


def both_forms(cases):
    """Each case as it stands and with its letters decomposed and no-break spaces."""
    return cases + [(normalize("NFD", marked).replace(" ", "\u00a0"), *rest) for marked, *rest in cases]


STATUS = [
    # actual: nothing said, or said to have happened
    ("[Số thu|i1] đạt [800 tỷ đồng|q1].", LEVEL, "actual"),
    ("[Số thu|i1]: [800 tỷ đồng|q1].", LEVEL, "actual"),
    ("Toàn tỉnh có [1.250 hộ|q1] [nghèo|i1].", LEVEL, "actual"),
    ("[CPI|i1] tăng [0,4%|p1] so với tháng trước.", UP, "actual"),
    ("Đã giải ngân [120 tỷ đồng|q1] [vốn đầu tư công|i1].", LEVEL, "actual"),
    ("Thực tế, [số thu|i1] chỉ đạt [700 tỷ đồng|q1].", LEVEL, "actual"),
    ("[Số thu|i1] đạt [98%|p1] kế hoạch.", RATIO, "actual"),
    ("[Số thu|i1] bằng [98%|p1] chỉ tiêu được giao.", RATIO, "actual"),
    ("[Số thu|i1] hoàn thành [98%|p1] dự toán trung ương giao.", RATIO, "actual"),
    ("Thực hiện kế hoạch của tỉnh, huyện [trồng mới|i1] [45 ha|q1] rừng.", LEVEL, "actual"),
    ("Triển khai kế hoạch năm 2022, trạm đã [tiêm|i1] [1.200 liều|q1].", LEVEL, "actual"),
    ("Hoàn thành mục tiêu, xã [xóa|i1] [35 nhà|q1] tạm.", LEVEL, "actual"),
    ("Kế hoạch là 900 tỷ đồng, thực hiện [số thu|i1] [800 tỷ đồng|q1].", LEVEL, "actual"),
    ("Dự kiến thu 900 tỷ đồng nhưng [số thu|i1] chỉ đạt [800 tỷ đồng|q1].", LEVEL, "actual"),
    ("Chương trình mục tiêu quốc gia đã hỗ trợ [300 hộ|q1] [vay vốn|i1].", LEVEL, "actual"),
    ("Phòng Tài chính - Kế hoạch có [12 biên chế|q1] [hành chính|i1].", LEVEL, "actual"),
    ("Xử lý [14 vụ|q1] [vi phạm quy định|i1] về giá.", LEVEL, "actual"),
    ("Em mơ ước có [1 chiếc|q1] [xe đạp|i1].", LEVEL, "actual"),
    ("Công ước này được [120 quốc gia|q1] [phê chuẩn|i1].", LEVEL, "actual"),
    ("Trần Văn An là một trong [5 người|q1] [trúng cử|i1].", LEVEL, "actual"),
    ("Mưa làm sập trần nhà của [3 lớp|q1] [học|i1].", LEVEL, "actual"),
    # estimate
    ("[Số thu|i1] ước đạt [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Số thu|i1] ước khoảng [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Số thu|i1] ước tính đạt [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Số thu|i1] ước thực hiện [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Số thu|i1] cả năm ước được [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Số thu|i1] [ước 800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Số thu|i1] đạt [ước khoảng 800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("Ước tháng 6, [số thu|i1] đạt [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("Ước tính đến hết năm, [số thu|i1] đạt [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("Theo ước tính, [số thu|i1] là [800 tỷ đồng|q1].", LEVEL, "estimate"),
    ("Theo số liệu sơ bộ, [kim ngạch|i1] đạt [40 tỷ USD|q1].", LEVEL, "estimate"),
    ("Sơ bộ [thiệt hại|i1] [12 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Chi phí|i1] tạm tính [12 tỷ đồng|q1].", LEVEL, "estimate"),
    ("[Số thu|i1] ước đạt 800 tỷ đồng, tăng [7%|p1] so với cùng kỳ.", UP, "estimate"),
    ("[Số thu|i1] ước đạt 800 tỷ đồng, bằng [98%|p1] kế hoạch.", RATIO, "estimate"),
    ("[Số thu|i1] ước giảm [7%|p1].", DOWN, "estimate"),
    ("[Thiệt hại|i1] [12 tỷ đồng|q1] (ước tính).", LEVEL, "estimate"),
    ("[Thiệt hại|i1] [12 tỷ đồng|q1] (sơ bộ).", LEVEL, "estimate"),
    ("[Giá trị|i1] được ước tính vào khoảng [12 tỷ đồng|q1].", LEVEL, "estimate"),
    # plan
    ("[Chỉ tiêu|i1]: [900 tỷ đồng|q1].", TARGET, "plan"),
    ("Phấn đấu [số thu|i1] đạt [900 tỷ đồng|q1].", TARGET, "plan"),
    ("Năm 2023, huyện phấn đấu [tỷ lệ hộ nghèo|i1] giảm còn [3%|p1].", TARGET, "plan"),
    ("Năm tới, tỉnh phấn đấu [số thu|i1] tăng [7%|p1].", UP, "plan"),
    ("Mục tiêu đến năm 2025, [số hộ nghèo|i1] giảm [1.200 hộ|q1].", DOWN, "plan"),
    ("Tỉnh đặt mục tiêu [GRDP|i1] tăng [8%|p1].", UP, "plan"),
    ("Nghị quyết đề ra [tỷ lệ che phủ rừng|i1] [45%|p1].", TARGET, "plan"),
    ("Kế hoạch [năm 2023|t1], [doanh thu|i1] tăng [10%|p1].", UP, "plan"),
    ("Theo kế hoạch, [doanh thu|i1] sẽ đạt [90 tỷ đồng|q1].", TARGET, "plan"),
    ("Tỉnh giao huyện [trồng mới|i1] [45 ha|q1].", TARGET, "plan"),
    ("[Dự toán thu|i1] là [900 tỷ đồng|q1].", LEVEL, "plan"),
    ("Bộ đề xuất giảm [thuế|i1] [2%|p1].", DOWN, "plan"),
    ("Sở kiến nghị tăng [học phí|i1] [5%|p1].", UP, "plan"),
    ("Công ty cam kết tăng [lương|i1] [5%|p1].", UP, "plan"),
    ("Cả huyện quyết tâm đưa [số xã đạt chuẩn|i1] tăng [2 xã|q1].", UP, "plan"),
    ("[Số thu|i1] đạt [900 tỷ đồng|q1] (kế hoạch).", LEVEL, "plan"),
    ("[Số thu|i1] 800 tỷ đồng (kế hoạch [900 tỷ đồng|q1]).", TARGET, "plan"),
    ("[Số thu|i1] đạt 98% so với chỉ tiêu giao [900 tỷ đồng|q1].", TARGET, "plan"),
    ("Dự toán giao [thu|i1] [900 tỷ đồng|q1].", TARGET, "plan"),
    ("Nhiệm vụ năm 2024: [thu hút|i1] [2 triệu lượt khách|q1].", TARGET, "plan"),
    ("Mục tiêu [6 tháng cuối năm|t1]: [doanh thu|i1] tăng [20%|p1].", UP, "plan"),
    ("Chỉ tiêu đến [năm 2025|t1]: [số hộ nghèo|i1] giảm [120 hộ|q1].", DOWN, "plan"),
    ("- Chỉ tiêu: thu 50 tỷ đồng, [số thu|i1] tăng [5%|p1].", UP, "plan"),
    ("Kế hoạch: 900 tỷ đồng, thực hiện [số thu|i1]: [800 tỷ đồng|q1].", LEVEL, "actual"),
    # forecast
    ("[GRDP|i1] dự kiến đạt [8%|p1].", TARGET, "forecast"),
    ("Dự kiến [số thu|i1] cả năm đạt [900 tỷ đồng|q1].", TARGET, "forecast"),
    ("[GRDP|i1] dự báo tăng [8%|p1].", UP, "forecast"),
    ("[GRDP|i1] được dự báo tăng [8%|p1].", UP, "forecast"),
    ("Ngân hàng Thế giới dự báo [GDP|i1] tăng [6%|p1].", UP, "forecast"),
    ("Theo dự báo, [giá dầu|i1] giảm [5%|p1].", DOWN, "forecast"),
    ("[Giá dầu|i1] có thể tăng [5%|p1].", UP, "forecast"),
    ("[Giá dầu|i1] có khả năng giảm [5%|p1].", DOWN, "forecast"),
    ("[Giá dầu|i1] nhiều khả năng tăng [5%|p1].", UP, "forecast"),
    ("[Giá dầu|i1] sẽ giảm [5%|p1].", DOWN, "forecast"),
    ("[Nhu cầu|i1] dự đoán tăng [5%|p1].", UP, "forecast"),
    ("Công ty kỳ vọng [doanh thu|i1] tăng [5%|p1].", UP, "forecast"),
    ("Trong kịch bản lạc quan, [xuất khẩu|i1] tăng [12%|p1].", UP, "forecast"),
    ("Theo tính toán, đến năm 2030 [nhu cầu điện|i1] sẽ tăng [9%|p1].", UP, "forecast"),
    # regulation
    ("[Mức đóng BHXH tự nguyện|i1] là [22%|p1].", LEVEL, "regulation"),
    ("[Mức hưởng BHYT|i1] là [80%|p1] chi phí.", LEVEL, "regulation"),
    ("[Lương cơ sở|i1] là [1,8 triệu đồng|q1].", LEVEL, "regulation"),
    ("[Mức lương tối thiểu vùng 1|i1] là [4,96 triệu đồng|q1].", LEVEL, "regulation"),
    ("Theo quy định, [phí thẩm định|i1] là [2%|p1].", LEVEL, "regulation"),
    ("Theo quy định mới, [phí|i1] là [2%|p1].", LEVEL, "regulation"),
    ("Luật quy định [tuổi nghỉ hưu|i1] là [60 tuổi|q1].", LEVEL, "regulation"),
    ("Nghị định quy định [mức phạt|i1] từ [2 triệu đồng|q1].", LEVEL, "regulation"),
    ("Hành vi này bị [phạt tiền|i1] [5 triệu đồng|q1].", LEVEL, "regulation"),
    ("Người vi phạm bị phạt tiền [từ 3-5 triệu đồng|q1] với hành vi [lấn chiếm|i1].", LEVEL, "regulation"),
    ("[Thuế suất|i1] áp dụng là [10%|p1].", LEVEL, "regulation"),
    ("[Thời hạn giải quyết|i1] theo quy định là [15 ngày|q1].", LEVEL, "regulation"),
    ("[Giá trần|i1] của xăng là [24.000 đồng|q1].", LEVEL, "regulation"),
    ("[Chuẩn nghèo|i1] khu vực nông thôn là [1,5 triệu đồng|q1].", LEVEL, "regulation"),
    ("Thông tư quy định [sĩ số|i1] tối đa [35 học sinh|q1].", LEVEL, "regulation"),
    ("Căn cứ Nghị định 20, [mức trợ cấp|i1] là [360.000 đồng|q1].", LEVEL, "regulation"),
    # proposals, votes and drafts
    ("Sở đã đề xuất ba phương án: tăng [8%|p1] [học phí|i1]; 7% và 6%.", UP, "plan"),
    ("Sở đã đề xuất ba phương án về [học phí|i1]: tăng 8% (120.000 đồng); [7%|p1] (100.000 đồng) và 6%.", UP, "plan"),
    ("Hãng đề nghị các mức sau: [giá vé|i1] tăng 8%; giá cước tăng [5%|p1].", UP, "plan"),
    ("Phương án 2: [giá nước|i1] tăng [9%|p1].", UP, "plan"),
    ("Phương án 1 tăng [giá nước|i1] bình quân [9%|p1].", UP, "plan"),
    ("Theo hiệp hội, [giá cước|i1] chỉ nên tăng ở mức [3%|p1].", UP, "plan"),
    ("Cổ đông đã bỏ phiếu thông qua mức [cổ tức|i1] [12%|p1].", LEVEL, "plan"),
    ("Hội đồng trường đã thống nhất điều chỉnh [học phí|i1] tăng thêm [6%|p1].", UP, "plan"),
    ("Hội đồng đã chốt mức tăng [lương tối thiểu|i1] [6%|p1].", UP, "plan"),
    ("Dự thảo nâng [mức phạt|i1] lên [6 triệu đồng|q1].", LEVEL, "plan"),
    ("Từ tháng 7, [lương cơ sở|i1] sẽ tăng [20%|p1].", UP, "plan"),
    ("Từ tháng 7, [lương cơ sở|i1] sẽ tăng từ [1,49 triệu đồng|q1] lên 1,8 triệu đồng.", LEVEL, "regulation"),
    ("Từ tháng 7, [lương cơ sở|i1] sẽ tăng từ 1,49 triệu đồng lên [1,8 triệu đồng|q1].", LEVEL, "plan"),
    ("[Chỉ tiêu được giao|i1] quá cao, tăng tới [12%|p1] so với năm trước.", UP, "plan"),
    ("Hội nghị đã bỏ phiếu bầu [15 ủy viên|q1] [ban chấp hành|i1].", LEVEL, "actual"),
    ("Bộ đề xuất giảm [thuế|i2] 2%, giúp người dân [tiết kiệm|i1] [5 tỷ đồng|q1].", LEVEL, "forecast"),
    ("Hãng đề xuất [giá vé|i1] tăng 5% so với hiện hành, tức tăng [9.000 đồng|q1].", UP, "plan"),
    ("Dự toán [năm 2020|t1]: thu 90 tỷ đồng, ước tăng 2%; [chi|i1] [80 tỷ đồng|q1].", LEVEL, "plan"),
    # rules
    ("[Mức trợ giúp xã hội|i1] là [500.000 đồng|q1].", LEVEL, "actual"),
    ("[Trợ cấp|i1] được tính bằng [50%|p1] tiền lương.", LEVEL, "regulation"),
    ("Cứ thêm một năm [công tác|i1] được tính thêm [2%|p1].", LEVEL, "regulation"),
    ("[Tỷ lệ đóng quỹ hưu trí|i1] là [8%|p1].", LEVEL, "regulation"),
    ("[Tỷ lệ hưởng lương hưu|i1] là [75%|p1].", LEVEL, "regulation"),
    ("[Người lao động đóng|i1] [8%|p1], doanh nghiệp đóng 14%.", LEVEL, "regulation"),
    ("[Doanh nghiệp đóng góp|i1] [8%|p1] ngân sách.", LEVEL, "actual"),
    ("[Doanh nghiệp đóng cửa|i1] tăng [8%|p1].", UP, "actual"),
    # how far a cue reaches
    ("Dự kiến chi 5 tỷ đồng; [số thu|i1] đạt [800 tỷ đồng|q1].", LEVEL, "actual"),
    ("Dự kiến chi 5 tỷ đồng. [Số thu|i1] đạt [800 tỷ đồng|q1].", LEVEL, "actual"),
    ("Kế hoạch năm nay khó khăn, [số thu|i1] đạt [800 tỷ đồng|q1].", LEVEL, "actual"),
    ("[Số thu|i1] đạt [800 tỷ đồng|q1], dự kiến cả năm 900 tỷ đồng.", LEVEL, "actual"),
    ("[Số thu|i1] đạt [800 tỷ đồng|q1], phấn đấu cả năm đạt 900 tỷ đồng.", LEVEL, "actual"),
    ("[Số thu|i1] đạt [800 tỷ đồng|q1] (kế hoạch [900 tỷ đồng|q2]).", LEVEL, "actual"),
    ("Phấn đấu [số thu|i1] đạt 900 tỷ đồng, tăng [7%|p1] so với thực hiện năm 2022.", UP, "plan"),
    ("Để đạt mục tiêu, huyện đã hỗ trợ [500 hộ|q1] [nghèo|i1].", LEVEL, "actual"),
]


@pytest.mark.parametrize(("marked", "type_", "status"), both_forms(STATUS))
def test_status(marked, type_, status):
    assert record(marked, type_).status == status


# What a figure takes from others: the items of a list, the parts of a figure, the sentence before, the same figure.
CARRIED = [
    ("[Mức phạt|i2] xe máy tăng từ [2 triệu|q2] lên [3 triệu|q3]; ô tô từ [4 triệu|q4] lên [5 triệu|q1].",
     "q2 LEVEL_OF i2; q3 LEVEL_OF i2; q4 LEVEL_OF i2; q1 LEVEL_OF i2", "regulation"),
    ("Dự kiến [giá nước|i2] tăng [5%|p2]; [giá điện|i1] [4%|p1].", "p2 INCREASE_OF i2; p1 INCREASE_OF i1", "forecast"),
    ("Dự kiến [giá nước|i2] tăng [5%|p2]; [giá điện|i1] đã tăng [4%|p1].",
     "p2 INCREASE_OF i2; p1 INCREASE_OF i1", "actual"),
    ("[Lương cơ sở|i2] sẽ tăng từ [2 triệu|q2] lên [3 triệu|q3]; vùng sâu từ [1 triệu|q1] lên [4 triệu|q4].",
     "q2 LEVEL_OF i2; q3 LEVEL_OF i2; q4 LEVEL_OF i2; q1 LEVEL_OF i2", "regulation"),
    ("[Lương cơ sở|i2] sẽ tăng từ [2 triệu|q2] lên [3 triệu|q3]; vùng sâu từ [1 triệu|q4] lên [4 triệu|q1].",
     "q2 LEVEL_OF i2; q3 LEVEL_OF i2; q4 LEVEL_OF i2; q1 LEVEL_OF i2", "plan"),
    ("[Tỷ lệ đóng|i2] là [3%|p2], trong đó [chủ tàu|i1] [2%|p1] và [thủy thủ|i3] [1%|p3].",
     "p2 LEVEL_OF i2; p1 LEVEL_OF i1; p3 LEVEL_OF i3", "regulation"),
    ("Nợ [thuế|i2] [9%|p2] (trần cho phép: [5%|p3]), trong đó [khó thu|i1] [2%|p1].",
     "p2 LEVEL_OF i2; p3 TARGET_OF i2; p1 LEVEL_OF i1", "actual"),
    ("[Mức đóng|i2] là [3%|p2].\nTrong đó [chủ tàu|i1] [2%|p1].", "p2 LEVEL_OF i2; p1 LEVEL_OF i1", "regulation"),
    ("[Mức đóng|i2] là [3%|p2].\n[Chủ tàu|i1] có [2 con|q1] tàu.", "p2 LEVEL_OF i2; q1 LEVEL_OF i1", "actual"),
    ("Sở công bố dự thảo về [giá vé|i2].\nCụ thể, [vé|i1] tăng [3%|p1].", "p1 INCREASE_OF i1", "plan"),
    ("Sở đã họp về [giá vé|i2].\nCụ thể, [vé|i1] tăng [3%|p1].", "p1 INCREASE_OF i1", "actual"),
    ("Hãng đề xuất [giá vé|i2] tăng [3,5%|p2].\nVới [mức tăng|i1] [3,5%|p1], khách sẽ ít đi.",
     "p2 INCREASE_OF i2; p1 INCREASE_OF i1", "plan"),
    ("Hãng đề xuất [giá vé|i2] tăng [3,5%|p2].\n[Giá xăng|i1] tăng [3,5%|p1].",
     "p2 INCREASE_OF i2; p1 INCREASE_OF i1", "actual"),
    ("[Giá vé|i1] tăng [3,5%|p1]\nHãng đề xuất [giá vé|i2] tăng [3,5%|p2].",
     "p2 INCREASE_OF i2; p1 INCREASE_OF i1", "plan"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "links", "status"), both_forms(CARRIED))
def test_status_taken_from_other_figures(marked, links, status):
    found = records(marked, links)
    assert found["p1" if "p1" in found else "q1"].status == status


def test_a_status_from_another_sentence_is_named():
    marked = "[Mức đóng|i2] là [3%|p2].\nTrong đó [chủ tàu|i1] [2%|p1]."
    found = records(marked, "p2 LEVEL_OF i2; p1 LEVEL_OF i1")
    assert (found["p2"].inherited, found["p1"].inherited) == ((), ("status",))


BASE = [
    ("[Thu|i1] đạt 90 tỷ đồng, vượt [12%|p1]", UP, "", "plan"),
    ("[Thu|i1] đạt 90 tỷ đồng, vượt [8 tỷ đồng|q1]; chi đạt kế hoạch", UP, "", "plan"),
    ("[Thu|i1] vượt [8 tỷ đồng|q1] so với [năm 2018|t1]", UP, "q1 COMPARED_TO t1", "period"),
    (
        "[Giá gạo Lào Cai|i1] bằng [80%|p1] [giá gạo|i2] [Huế|l1]",
        SHARE,
        "p1 COMPARED_TO i2; p1 COMPARED_TO l1",
        "place",
    ),
    ("[Nữ|i1] chiếm [35%|p1] [lao động|i2] [Huế|l1]", SHARE, "p1 COMPARED_TO i2; p1 COMPARED_TO l1", "indicator"),
    (
        "[Giá thuê|i1] tăng [gấp 3 lần|q1] [thu nhập|i2] [cả nước|l1]",
        UP,
        "q1 COMPARED_TO i2; q1 COMPARED_TO l1",
        "indicator",
    ),
    (
        "[Thu nhập|i1] cao hơn [3 lần|q1] [thu nhập|i2] [cả nước|l1]",
        UP,
        "q1 COMPARED_TO i2; q1 COMPARED_TO l1",
        "place",
    ),
    ("[Thu|i1] đạt [98%|p1] kế hoạch", RATIO, "", "plan"),
    ("[Thu|i1] đạt [98%|p1]", RATIO, "", "plan"),
    ("[Thu|i1] tăng [7%|p1] so với kế hoạch", UP, "", "plan"),
    ("[Thu|i1] giảm [7%|p1] so với dự toán", DOWN, "", "plan"),
    ("[Thu|i1] thiếu [7 tỷ đồng|q1] so với chỉ tiêu giao", DOWN, "", "plan"),
    ("[Thu|i1] vượt [12%|p1] kế hoạch", UP, "", "plan"),
    ("[Thu|i1] vượt [12%|p1] so với mục tiêu đề ra", UP, "", "plan"),
    ("[Thu|i1] vượt kế hoạch [12%|p1]", UP, "", "plan"),
    ("[Thu|i1] vượt dự toán [5 tỷ đồng|q1]", UP, "", "plan"),
    ("[Thu|i1] vượt mức kế hoạch [12%|p1]", UP, "", "plan"),
    ("[Thu|i1] cao hơn kế hoạch [12%|p1]", UP, "", "plan"),
    ("[Thu|i1] thấp hơn chỉ tiêu [12%|p1]", DOWN, "", "plan"),
    ("[Thu|i1] so với kế hoạch tăng [12%|p1]", UP, "", "plan"),
    ("So với kế hoạch, [thu|i1] tăng [12%|p1]", UP, "", "plan"),
    ("So với dự toán, [thu|i1] hụt [12 tỷ đồng|q1]", DOWN, "", "plan"),
    ("[Thu|i1] tăng [12%|p1] so với kế hoạch năm và tăng 7% so với [năm 2018|t1]", UP, "", "plan"),
    ("[Thu|i1] tăng [7%|p1]", UP, "", None),
    ("[Thu|i1] tăng [7%|p1], đạt kế hoạch", UP, "", None),
    ("Hoàn thành kế hoạch, [thu|i1] tăng [7%|p1]", UP, "", None),
    ("[Thu|i1] tăng 7% so với kế hoạch, [chi|i2] tăng [2%|p1]", UP, "", None),
    ("[Thu|i1] tăng [7%|p1] theo kế hoạch", UP, "", None),
    ("[Thu|i1] đạt [5 tỷ đồng|q1], vượt kế hoạch", LEVEL, "", None),
    ("[Thu|i1] tăng [7%|p1] so với [năm 2018|t1]", UP, "p1 COMPARED_TO t1", "period"),
    ("[Thu|i1] bằng [89%|p1] [cùng kỳ|t1]", SHARE, "p1 COMPARED_TO t1", "period"),
    ("[Thu|i1] gấp [2 lần|q1] [Hà Nội|l1]", UP, "q1 COMPARED_TO l1", "place"),
    ("[Thu|i1] cao hơn [2%|p1] so với [Công ty CP An Phú|o1]", UP, "p1 COMPARED_TO o1", "body"),
    ("[Nữ|i1] chiếm [35%|p1] [lao động|i2]", SHARE, "p1 COMPARED_TO i2", "indicator"),
    ("[Thu|i1] đạt [98%|p1] kế hoạch và bằng 110% [cùng kỳ|t1]", RATIO, "p1 COMPARED_TO t1", "plan"),
    ("[Thu|i1] tăng 7% so với [năm 2018|t1] và vượt kế hoạch [2%|p1]", UP, "", "plan"),
    ("[Thu|i1] vượt kế hoạch 2%, tăng [7%|p1] so với [năm 2018|t1]", UP, "p1 COMPARED_TO t1", "period"),
]


@pytest.mark.parametrize(("marked", "type_", "links", "base"), both_forms(BASE))
def test_base_type(marked, type_, links, base):
    assert record(marked, type_, links).base_type == base


MODIFIER = [
    ("Thu [800 tỷ đồng|q1]", "exact"),
    ("Thu [khoảng 800 tỷ đồng|q1]", "about"),
    ("Thu khoảng [800 tỷ đồng|q1]", "about"),
    ("Thu ước đạt [800 tỷ đồng|q1]", "about"),
    ("Thu ước tăng [7%|p1]", "about"),
    ("Thu ước đạt: [800 tỷ đồng|q1]", "about"),
    ("Thu ước cả năm tăng [7%|p1]", "about"),
    ("Thu ước 6 tháng đạt [800 tỷ đồng|q1]", "about"),
    ("Thu đạt xấp xỉ [800 tỷ đồng|q1]", "about"),
    ("Thu đạt [xấp xỉ 800 tỷ đồng|q1]", "about"),
    ("Thu lên đến khoảng [800 tỷ đồng|q1]", "about"),
    ("Có [hàng nghìn hộ|q1] bị ngập", "about"),
    ("Thu [800 tỷ đồng|q1] (ước tính)", "exact"),
    ("Thu [hơn 800 tỷ đồng|q1]", "above"),
    ("Thu đạt [trên 800 tỷ đồng|q1]", "above"),
    ("Thu ước đạt [hơn 800 tỷ đồng|q1]", "above"),
    ("Thu ít nhất [800 tỷ đồng|q1]", "above"),
    ("Thu không dưới [800 tỷ đồng|q1]", "above"),
    ("Từ [10 lao động|q1] trở lên", "above"),
    ("Có [từ 10 lao động trở lên|q1]", "above"),
    ("Thu [gần 800 tỷ đồng|q1]", "below"),
    ("Thu đạt gần [800 tỷ đồng|q1]", "below"),
    ("Thu chưa đến [800 tỷ đồng|q1]", "below"),
    ("Thu không quá [800 tỷ đồng|q1]", "below"),
    ("Thu tối đa [800 tỷ đồng|q1]", "below"),
    ("Thu [tối đa 800 tỷ đồng|q1]", "below"),
    ("Từ [10 lao động|q1] trở xuống", "below"),
    ("Thu cao hơn [5%|p1]", "exact"),
    ("Nhiều hơn [5 xã|q1] so với năm trước", "exact"),
    ("Trên [118/126 xã|q1]", "exact"),
    ("Nằm gần trường là [2 chợ|q1]", "exact"),
    ("Gần đây có [2 chợ|q1]", "exact"),
]


@pytest.mark.parametrize(("marked", "modifier"), both_forms(MODIFIER))
def test_modifier(marked, modifier):
    (found,) = records(marked).values()
    assert found.modifier == modifier


CUMULATIVE = [
    ("[9 tháng đầu năm 2019|t1] thu [5 tỷ đồng|q1]", True),
    ("[6 tháng|t1] thu [5 tỷ đồng|q1]", True),
    ("Lũy kế đến [hết tháng 9/2019|t1] thu [5 tỷ đồng|q1]", True),
    ("Luỹ kế [9 tháng|t1] thu [5 tỷ đồng|q1]", True),
    ("[Tháng 9/2019|t1] cộng dồn thu [5 tỷ đồng|q1]", True),
    ("Từ đầu năm đến [nay|t1] có [5 ca|q1]", True),
    ("Tính chung [9 tháng năm 2019|t1], thu [5 tỷ đồng|q1]", True),
    ("Từ đầu mùa dịch đến [nay|t1] có [5 ca|q1]", True),
    ("[Tháng 9/2019|t1] thu [5 tỷ đồng|q1]", False),
    ("[Năm 2019|t1] thu [5 tỷ đồng|q1]", False),
    ("Tính đến [31/12/2021|t1] có [5 xã|q1] đạt chuẩn", False),
    ("Lũy kế thu 5 tỷ đồng; [tháng 9/2019|t1] thu [1 tỷ đồng|q1]", False),
    ("Lũy kế thu 5 tỷ đồng, riêng [tháng 9/2019|t1] thu [1 tỷ đồng|q1]", False),
]


@pytest.mark.parametrize(("marked", "cumulative"), both_forms(CUMULATIVE))
def test_cumulative(marked, cumulative):
    (found,) = records(marked, "q1 AT_TIME t1").values()
    assert found.cumulative is cumulative


PART_OF = [
    ("Có [40 con|q2] [bò|i2], trong đó có [15 con|q1] [bò lai|i1].", "q2"),
    ("Có [40 con|q2] [bò|i2], trong số đó [15 con|q1] là [bò lai|i1].", "q2"),
    ("Có [40 con|q2] [bò|i2] (trong đó [15 con|q1] [bò lai|i1]).", "q2"),
    ("Có [40 con|q2] [bò|i2], bao gồm [15 con|q1] [bò lai|i1] và [25 con|q3] [bò vàng|i3].", "q2"),
    ("Có [40 con|q2] [bò|i2], gồm [25 con|q3] [bò vàng|i3] và [15 con|q1] [bò lai|i1].", "q2"),
    ("Có [40 con|q2] [bò|i2] ([25 con|q3] [bò vàng|i3], [15 con|q1] [bò lai|i1]).", None),
    ("Có [40 con|q2] [bò|i2] và [15 con|q1] [lợn|i1].", None),
    ("Có [40 con|q2] [bò|i2], trong đó có [15 hộ|q1] [nuôi|i1].", None),
    ("Có [40 con|q2] [bò|i2], trong đó có [50 con|q1] [gà|i1].", None),
    ("Có [40 con|q2] [bò|i2], trong đó có 15 con bò lai; [10 con|q1] [lợn|i1].", None),
    ("Đoàn gồm [40 người|q2] [dự|i2] và [15 người|q1] [phục vụ|i1].", None),
]


@pytest.mark.parametrize(("marked", "whole"), both_forms(PART_OF))
def test_part_of(marked, whole):
    assert (
        record(marked, LEVEL, "q2 LEVEL_OF i2; q3 LEVEL_OF i3" if "q3" in marked else "q2 LEVEL_OF i2").part_of == whole
    )


# A difference of two rates is one of percentage points, whatever the text writes.
POINTS = [
    ("[Tỷ lệ hộ nghèo|i1] giảm [1,2%|p1].", DOWN, "", "điểm %"),
    ("[Tỉ lệ thất nghiệp|i1] tăng [0,2%|p1].", UP, "", "điểm %"),
    ("[Tỷ lệ bao phủ BHYT|i1] thấp hơn [0,7%|p1] so với chỉ tiêu.", DOWN, "", "điểm %"),
    ("[Lãi suất huy động|i1] tăng [0,5%|p1].", UP, "", "điểm %"),
    ("[Mức lãi suất cho vay|i1] giảm [0,5%|p1].", DOWN, "", "điểm %"),
    ("[Mặt bằng lãi suất|i1] giảm [0,5%/năm|p1].", DOWN, "", "điểm %"),
    ("[Độ che phủ rừng|i1] tăng [0,3%|p1].", UP, "", "điểm %"),
    ("[Tốc độ tăng GRDP|i1] cao hơn [0,6%|p1] so với cả nước.", UP, "", "điểm %"),
    ("[Thị phần|i1] tăng [2%|p1].", UP, "", "điểm %"),
    ("[Tỷ trọng nông nghiệp|i1] giảm [2,1%|p1].", DOWN, "", "điểm %"),
    ("[Tỷ suất lợi nhuận|i1] giảm [2,1%|p1].", DOWN, "", "điểm %"),
    ("[Tỷ lệ lấp đầy|i1] giảm [2,1 điểm phần trăm|p1].", DOWN, "", "điểm %"),
    ("[Tỷ lệ hộ nghèo|i1] giảm từ [5%|p2] xuống [3,8%|p3], tức giảm [1,2%|p1].", DOWN,
     "p2 LEVEL_OF i1; p3 LEVEL_OF i1", "điểm %"),
    ("[Tỷ lệ hộ nghèo|i1] còn [3,8%|p2], giảm [1,2%|p1].", DOWN, "p2 LEVEL_OF i1", "điểm %"),
    ("[Tỷ lệ hộ nghèo|i1] bình quân giảm [từ 1-1,5%|p1]/năm.", DOWN, "", "điểm %"),
    # relative: the levels, the size or the words say so
    ("[Tỷ lệ sử dụng|i1] tăng [15%|p1] so với cùng kỳ (từ [20%|p2] lên [23%|p3]).", UP,
     "p2 LEVEL_OF i1; p3 LEVEL_OF i1", "%"),
    ("[Tỷ lệ tử vong|i1] giảm từ [4%|p2] xuống [3%|p3], tức giảm [25%|p1].", DOWN,
     "p2 LEVEL_OF i1; p3 LEVEL_OF i1", "%"),
    ("[Tỷ lệ sử dụng|i1] đạt [12%|p2], tăng [20%|p1] so với năm trước.", UP, "p2 LEVEL_OF i1", "%"),
    ("[Tỷ lệ sử dụng|i1] tăng [150%|p1].", UP, "", "%"),
    # not a rate, or not a difference
    ("[GDP|i1] tăng [5%|p1].", UP, "", "%"),
    ("[Số hộ nghèo|i1] giảm [5%|p1].", DOWN, "", "%"),
    ("[Chi phí lãi suất|i1] tăng [5%|p1].", UP, "", "%"),
    ("[Dư nợ|i1] tăng [5%|p1], lãi suất giảm.", UP, "", "%"),
    ("[CPI|i1] tăng [0,4%|p1].", UP, "", "%"),
    ("[Tỷ lệ hộ nghèo|i1] còn [3%|p1].", LEVEL, "", "%"),
    ("[Tỷ lệ bao phủ|i1] đạt [98%|p1] kế hoạch.", RATIO, "", "%"),
    ("[Tỷ lệ hộ nghèo|i1] giảm [2 lần|q1].", DOWN, "", "lần"),
    ("[Tỷ lệ sinh|i1] giảm [2‰|p1].", DOWN, "", "‰"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "type_", "links", "unit"), both_forms(POINTS))
def test_a_difference_of_rates_is_in_points(marked, type_, links, unit):
    assert record(marked, type_, links).unit == unit


@pytest.mark.parametrize(
    "part", ["Dự kiến: thu {}; ", "; ", "Trong đó, sẽ tăng từ {} lên {}; ", "(dự thảo: {}), ", "tổng {}, "]
)
def test_statuses_cost_linear_time(part):
    def prepare(times: int) -> tuple:
        marked, number = "[lương cơ sở|i1] ", iter(range(10**6))
        marked += "".join(part.replace("{}", f"[{n % 90} tỷ|q{next(number)}]") for n in range(times))
        text, mentions, _ = read(marked)
        return text, [(0, len(text))], mentions, [Link(i, "LEVEL_OF", 0, 0.8) for i in range(1, len(mentions))]

    assert_linear(prepare, lambda data: build_records(*data), 500, 2000)
