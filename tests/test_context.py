"""What records take from the title, a heading or the sentence before, and what they leave open. ``v`` is asked for.

Each case: the text, the links, the figure, and the period and subject it takes (None where it takes nothing).
"""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from ie_model_evaluation.context import read_context_gold, score_context
from marked import read, records
from timing import assert_linear

from ie_model.records import Link, build_records
from ie_model.records.context import last_month

TITLE = "[BHXH tỉnh Sơn La|o1]: kết quả [9 tháng năm 2022|t1]\n"
NINE = "2022-01/2022-09"
SLA = "BHXH tỉnh Sơn La"

CASES = [
    # the title of a report
    (TITLE + "[Số thu|i1] đạt [800 tỷ đồng|q1].", "q1 LEVEL_OF i1", NINE, SLA),
    (TITLE + "[Số thu|i1] ước đạt [800 tỷ đồng|q1].", "q1 LEVEL_OF i1", NINE, SLA),
    (TITLE + "[Số thu|i1] tăng [7%|p1] so với [cùng kỳ|t2].", "p1 INCREASE_OF i1; p1 COMPARED_TO t2", NINE, SLA),
    ("[UBND xã Tà Cạ|o1]\nBÁO CÁO tình hình [năm 2021|t1]\nCó [35 hộ|q1] [nghèo|i1].", "q1 LEVEL_OF i1", "2021",
     "UBND xã Tà Cạ"),
    ("Báo cáo thu ngân sách [quý I/2020|t1] của [tỉnh Hòa Bình|l1]\n[Thu|i1] đạt [8 tỷ đồng|q1].", "q1 LEVEL_OF i1",
     "2020-Q1", "tỉnh Hòa Bình"),
    ("BÁO CÁO KẾT QUẢ [NĂM 2021|t1], PHƯƠNG HƯỚNG [NĂM 2022|t2]\nCó [35 hộ|q1] [nghèo|i1].", "q1 LEVEL_OF i1", "2021",
     None),
    ("Kết quả thực hiện nhiệm vụ [năm 2021|t1], nhiệm vụ [năm 2022|t2]\nCó [35 hộ|q1] [nghèo|i1].", "q1 LEVEL_OF i1",
     "2021", None),
    ("TỔNG HỢP THIỆT HẠI - [PHƯỜNG HỒNG HÀ|l1], [TP HẠ LONG|l2]\nSập [3 nhà|q1] [cấp 4|i1].", "q1 LEVEL_OF i1", None,
     "PHƯỜNG HỒNG HÀ"),
    ("[UBND TỈNH HƯNG YÊN|o1]\n[BHXH TỈNH HƯNG YÊN|o2]\n[Hưng Yên|l1], ngày [05/7/2022|t1]\nBÁO CÁO\n"
     "Kết quả [6 tháng đầu năm 2022|t2]\n\n1. Thu\n[Số thu|i1] đạt [8 tỷ đồng|q1].", "q1 LEVEL_OF i1", "2022-S1",
     "BHXH TỈNH HƯNG YÊN"),
    ("Báo cáo [6 tháng đầu năm 2022|t1]\nĐến [30/6/2022|t2] thu [9 tỷ đồng|q2].\n[Chi|i1] [5 tỷ đồng|q1].",
     "q2 AT_TIME t2; q1 LEVEL_OF i1", "2022-S1", None),
    # its period does not hold
    ("Báo cáo [6 tháng đầu năm 2022|t1]\nĐến [28/2/2022|t2] thu [9 tỷ đồng|q2].\n[Chi|i1] [5 tỷ đồng|q1].",
     "q2 AT_TIME t2; q1 LEVEL_OF i1", None, None),
    (TITLE + "[Năm 2023|t2], phấn đấu [thu|i2] [9 tỷ đồng|q2].\nPhấn đấu [nợ|i1] [5 tỷ đồng|q1].",
     "q2 TARGET_OF i2; q2 AT_TIME t2; q1 TARGET_OF i1", None, SLA),
    (TITLE + "Đến [tháng 8|t2], đã [giải ngân|i1] [5 tỷ đồng|q1].", "q1 LEVEL_OF i1", None, SLA),
    (TITLE + "[Tháng 2/2020|t2] thu [9 tỷ đồng|q2].\n[Chi|i1] [5 tỷ đồng|q1].", "q2 AT_TIME t2; q1 LEVEL_OF i1", None,
     SLA),
    (TITLE + "Chỉ tiêu [số thu|i1] là [900 tỷ đồng|q1].", "q1 TARGET_OF i1", None, SLA),
    (TITLE + "[Mức đóng|i1] theo quy định là [22%|p1].", "p1 LEVEL_OF i1", None, None),
    (TITLE + "[Tỷ lệ nợ|i1] giảm từ [5%|p1] xuống 4%.", "p1 LEVEL_OF i1", None, SLA),
    ("Báo cáo lao động [quý III|t1] và [9 tháng năm 2016|t2]\nCó [35 người|q1] [mất việc|i1].", "q1 LEVEL_OF i1",
     None, None),
    ("Báo cáo giá [tháng 4/2016|t1] và [4 tháng năm 2016|t2]\n[CPI|i1] tăng [0,5%|p1].", "p1 INCREASE_OF i1", None,
     None),
    # its subject does not hold
    (TITLE + "[Huyện Mai Sơn|l2] có [35 hộ|q1] [nghèo|i1].", "q1 LEVEL_OF i1", NINE, None),
    (TITLE + "Đơn vị này có [35 người|q1] [mất việc|i1].", "q1 LEVEL_OF i1", NINE, None),
    ("[Cục Thống kê Thanh Hoá|o1] - Báo cáo [tháng 4/2016|t1]\n[Bán lẻ|i1] đạt [8 tỷ đồng|q1].", "q1 LEVEL_OF i1",
     "2016-04", None),
    ("[Cục Thống kê Thanh Hoá|o1] - Báo cáo [tháng 4/2016|t1]\n[Toàn tỉnh|l1] có [9 chợ|q2].\n"
     "[Bán lẻ|i1] [8 tỷ đồng|q1].", "q2 SUBJECT l1; q1 LEVEL_OF i1", "2016-04", "Toàn tỉnh"),
    ("Báo cáo phối hợp giữa [BHXH tỉnh|o1] và [Sở Y tế|o2]\nCó [35 người|q1] [dự|i1].", "q1 LEVEL_OF i1", None, None),
    # no title of a report
    ("[Sơn La|l1] đón mưa lớn [tháng 9/2022|t1]\nCó [35 nhà|q1] [sập|i1].", "q1 LEVEL_OF i1", None, None),
    ("[Sơn La|l1]: mưa lớn [tháng 9/2022|t1]\nCó [35 nhà|q1] [sập|i1].", "q1 LEVEL_OF i1", None, None),
    ("[BHXH tỉnh Sơn La|o1] báo cáo [tháng 9/2022|t1].\nCó [35 nhà|q1] [sập|i1].", "q1 LEVEL_OF i1", None, None),
    ("[Năm 2021|t1] có [9 hội nghị|q2].\nCó [35 nhà|q1] [sập|i1].", "q2 AT_TIME t1; q1 LEVEL_OF i1", None, None),
    # the sentence before, where the text goes on
    ("[Năm 2020|t1], [BHXH huyện|o1] mở [9 lớp|q2].\nTheo đó, [năm 2021|t2] mở được [76 lớp|q1] [học|i1].",
     "q2 AT_TIME t1; q2 SUBJECT o1; q1 LEVEL_OF i1; q1 AT_TIME t2", None, "BHXH huyện"),
    ("[Năm 2021|t1], [BHXH huyện|o1] có [90 người|q2] [dự|i2].\nTrong đó, [40 người|q1] là [nữ|i1].",
     "q2 LEVEL_OF i2; q2 AT_TIME t1; q2 SUBJECT o1; q1 LEVEL_OF i1", "2021", "BHXH huyện"),
    ("[Năm 2021|t1], [cả nước|l1] có [90 ca|q2].\nRiêng [Hà Nội|l2] có [40 ca|q1] [mắc|i1].",
     "q2 AT_TIME t1; q2 SUBJECT l1; q1 LEVEL_OF i1; q1 SUBJECT l2", "2021", None),
    ("[Quý I/2021|t1], [tỉnh|l1] có [90 ca|q2].\nRiêng [tháng 3|t2] có [40 ca|q1] [mắc|i1].",
     "q2 AT_TIME t1; q2 SUBJECT l1; q1 LEVEL_OF i1; q1 AT_TIME t2", None, "tỉnh"),
    ("[Năm 2021|t1] có [9 ca|q2], [năm 2022|t2] [8 ca|q3].\nTrong đó, [4 ca|q1] [nặng|i1].",
     "q2 AT_TIME t1; q3 AT_TIME t2; q1 LEVEL_OF i1", None, None),
    ("[Năm 2021|t1] có [9 ca|q2].\nTrời mưa to.\nTrong đó, [4 ca|q1] [nặng|i1].", "q2 AT_TIME t1; q1 LEVEL_OF i1", None,
     None),
    ("Lãnh đạo [Quốc hội|o1]: Thủ đô có kết quả ấn tượng\nCó [35 nhà|q1] [sập|i1].", "q1 LEVEL_OF i1", None, None),
    (TITLE + "II. [Huyện Mai Sơn|l1]\nCó [35 nhà|q1] [sập|i1].", "q1 LEVEL_OF i1", NINE, None),
    (TITLE + "II. Phương hướng [năm 2023|t2]\nCó [35 nhà|q1] [sập|i1].", "q1 LEVEL_OF i1", None, SLA),
    # a list under its heading
    ("Kết quả của [Hà Nội|l1] [năm 2014|t1]:\n[Thu|i1] tăng [9%|p1].", "p1 INCREASE_OF i1", "2014", "Hà Nội"),
    ("Kết quả:\n[Năm 2021|t1], tại [huyện Mai Sơn|l1]:\n- [Thu|i1]: [8 tỷ đồng|q1]", "q1 LEVEL_OF i1", "2021",
     "huyện Mai Sơn"),
    ("Mục tiêu [năm 2023|t1]:\n- [Thu|i1]: [8 tỷ đồng|q1]", "q1 TARGET_OF i1", "2023", None),
    ("Kết quả:\n[Năm 2021|t1]:\n- Chi: [9 tỷ đồng|q2]\nCòn lại là [thu|i1]: [8 tỷ đồng|q1]", "q1 LEVEL_OF i1", None,
     None),
    ("Kết quả:\n[Năm 2021|t1]:\n- [Thu|i1] [tháng 5|t2]: [8 tỷ đồng|q1]", "q1 LEVEL_OF i1; q1 AT_TIME t2", None, None),
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("marked", "links", "period", "subject"), CASES)
def test_what_is_taken_from_the_context(marked, links, period, subject, form):
    head = re.search(r"\|([qp]1)\]", marked)[1]
    record = records(normalize(form, marked), links)[head]
    taken = record.period if "period" in record.inherited else None
    whose = normalize("NFC", record.subject[0].text) if "subject" in record.inherited else None
    assert (taken, whose) == (period, subject)


NINE_MONTHS = "[9 tháng năm 2022|t1], [thu ngân sách|i1] đạt [900 tỷ đồng|q2].\n"


@pytest.mark.parametrize(
    ("sentence", "indicator"),
    [
        ("Riêng [tháng 9|t2] đạt [120 tỷ đồng|q1].", "thu ngân sách"),
        ("Trong đó, [tháng 9|t2] là [120 tỷ đồng|q1].", "thu ngân sách"),
        ("[Tháng 9|t2] đạt [120 tỷ đồng|q1].", None),
        ("Riêng [tháng 9|t2] tăng [120 tỷ đồng|q1].", None),
        ("Riêng [tháng 9|t2] có [12 người|q1].", None),
        ("Trời mưa.\nRiêng [tháng 9|t2] đạt [120 tỷ đồng|q1].", None),
    ],
)
def test_the_indicator_of_one_more_level(sentence, indicator):
    record = records(NINE_MONTHS + sentence, "q2 LEVEL_OF i1; q2 AT_TIME t1; q1 AT_TIME t2")["q1"]
    assert record.indicator == indicator
    assert (record.kind, record.inherited) == (("level", ("indicator", "kind")) if indicator else (None, ()))


def test_an_inherited_period_comes_with_its_words_and_is_named():
    record = records(TITLE + "[Số thu|i1] đạt [800 tỷ đồng|q1].", "q1 LEVEL_OF i1")["q1"]
    assert (record.period, record.periods, record.period_text) == (NINE, (NINE,), "9 tháng năm 2022")
    assert (record.cumulative, record.inherited) == (True, ("period", "cumulative", "subject"))


@pytest.mark.parametrize(
    ("code", "month"),
    [
        ("2022", "2022-12"),
        ("2022-Q3", "2022-09"),
        ("2022-S1", "2022-06"),
        ("2022-02", "2022-02"),
        ("2022-06-30", "2022-06"),
        ("2016/2020", "2020-12"),
        ("2022-01/2022-09", "2022-09"),
    ],
)
def test_the_month_in_which_a_period_ends(code, month):
    assert last_month(code) == month


def test_what_the_sentence_states_stays():
    marked = TITLE + "[Năm 2021|t2], [Sơn La|l1] có [35 hộ|q1] [nghèo|i1]."
    record = records(marked, "q1 LEVEL_OF i1; q1 AT_TIME t2; q1 SUBJECT l1")["q1"]
    assert (record.period, record.subject[0].text, record.inherited) == ("2021", "Sơn La", ())


def test_the_gold_names_values_and_sources_of_the_corpus(corpus):
    parts, sources = read_context_gold()
    assert len(parts) >= 40 and {source.document for source in sources} <= set(parts)
    documents = {document.id: document for document in corpus}
    for source in sources:
        spans = {(entity.start, entity.end) for entity in documents[source.document].entities}
        assert (source.start, source.end) in spans and source.value in {start for start, _ in spans}


@pytest.mark.parametrize("field", ["period", "subject"])
def test_held_back_documents_are_read_with_a_precision_of_nine_tenths(corpus, field):
    found = score_context(corpus, "held-back")[field]
    assert found.precision >= 0.9 and found.right >= 20


@pytest.mark.parametrize("piece", ["Theo đó có [5 người|q].\n", "- [5%|p] của [tỉnh|l]\n", "[Năm 2020|t]:\n"])
def test_a_long_document_costs_linear_time(piece):
    def prepare(times: int) -> tuple:
        text, mentions, _ = read(TITLE + piece * times)
        lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
        values = [n for n, mention in enumerate(mentions) if mention.label in ("QUANTITY", "PERCENT")]
        return text, lines, mentions, [Link(n, "LEVEL_OF", 0) for n in values]

    assert_linear(prepare, lambda data: build_records(*data), 1000, 4000)
