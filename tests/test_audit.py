"""The audit: every digit of a text is in a record or in a line with the reason why not."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timing import assert_linear

from ie_model.audit import audit, unused_numbers
from ie_model.cli.main import main

# Each number of the second column, in its text, for the reason of the third.
CASES = """
Căn cứ Quyết định số 595/QĐ-BHXH của ngành | 595 | document
Thực hiện Nghị định 115/2015/NĐ-CP | 115/2015 | document
Luật Đất đai số 45/2013/QH13 có hiệu lực | 45/2013; 13 | document
Báo cáo 1125/BC-UBND | 1125 | document
Theo thông tư 59 thì mức này không đổi | 59 | document
theo Điều 5 của Luật | 5 | article
tại khoản 2, 3 và điểm 4 | 2; 3; 4 | article
xem Phụ lục 3 kèm theo | 3 | article
Điện thoại: 0221.3567 | 0221.3567 | telephone
Hotline 1900 6868 phục vụ cả ngày | 1900; 6868 | telephone
anh gọi số 0912 345 678 ngay | 0912; 345; 678 | telephone
nhắn đến +84 912 345 678 | 84; 912; 345; 678 | telephone
1. Tình hình chung | 1 | list
2) Kết quả | 2 | list
- 3. Tồn tại | 3 | list
1.2. Công tác thu | 1.2 | list
2.1 Công tác chi | 2.1 | list
II.3. Kiến nghị | 3 | list
Gồm: (1) đất ở; (2) đất rừng | 1; 2 | list
đứng thứ 3 cả nước | 3 | rank
lần thứ 12 liên tiếp | 12 | rank
vào top 10 tỉnh | 10 | rank
Kỳ họp thứ 7 | 7 | rank
lúc 7 giờ 30 | 7; 30 | clock
từ 14h15 tới 17h | 14; 15; 17 | clock
khai mạc lúc 8:00 | 8:00 | clock
ông Nam, 45 tuổi | 45 | age
trên quốc lộ 14 và QL 1A | 14; 1 | address
tại số nhà 25 đường 30/4 | 25; 30/4 | address
số CCCD 012345678901 | 012345678901 | account
biển số 29A-12345 | 29; 12345 | account
xem https://abc.vn/2020/5 nhé | 2020/5 | web
thư về phong1@abc.gov.vn | 1 | web
họp ngày 12/5 ở huyện | 12/5 | date
báo cáo tháng 9 nêu | 9 | date
ban hành 31/12/2021 | 31/12/2021 | date
số liệu 12/2021 nêu | 12/2021 | date
từ năm 2019 đến nay | 2019 | year
giai đoạn 2016-2020 | 2016-2020 | year
World Cup 2022 | 2022 | year
dịch Covid-19 và mạng 5G | 19; 5 | code
bụi PM2.5 và H5N1 | 2.5; 5; 1 | code
đội U23 ra quân | 23 | code
rộng 500m2 | 500 | other
rộng 500m2 | 2 | unit
thu 12 tỷ đồng | 12 tỷ | other
có 1.250 hộ nghèo | 1.250 | other
làm tuyến đường 12 km | 12 | other
tổng số 450 con | 450 | other
hai trăm linh năm người dự | hai trăm linh năm | other
hàng nghìn hộ mất điện | hàng nghìn | other
""".strip().splitlines()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("case", CASES)
def test_reasons(case, form):
    text, numbers, reason = (unicodedata.normalize(form, part.strip()) for part in case.split(" | "))
    found = [number.text for number in unused_numbers(text, []) if number.reason == reason]
    assert found == numbers.split("; ")


@pytest.mark.parametrize(
    "text", ["một số nơi", "tỷ lệ chung", "ba tỷ lệ ấy", "năm nay", "hai triệu tập", "tháng tư", "phần trăm", "Hồ Tây"]
)
def test_words_that_are_no_number(text):
    assert unused_numbers(text, []) == []


def test_reasons_look_at_their_own_line():
    assert [n.reason for n in unused_numbers("theo Điều\n12 con bò", [])] == ["other"]


def test_a_number_in_an_entity_has_the_entity_s_reason():
    text = "Năm 2020, Trường 19-5 có 31.842 người"
    found = unused_numbers(text, [(25, 37)], [(0, 8, "period"), (10, 21, "name")])
    assert [(n.text, n.reason) for n in found] == [("2020", "period"), ("19-5", "name")]


def test_the_number_s_place_and_a_few_whole_words_around_it():
    text = "Dòng đầu dài dằng dặc không ai đọc hết.\nCó 12 con bò ở đây và nhiều con khác nữa đang gặm cỏ"
    (number,) = unused_numbers(text, [])
    assert text[number.start : number.end] == number.text == "12"
    assert "Có 12 con bò ở đây" in number.context and "\n" not in number.context
    assert set(number.context.split()) <= set(text.split())


def accounted(text: str, figures: list[tuple[int, int]], found) -> set[int]:
    spans = [*figures, *((number.start, number.end) for number in found)]
    return {i for start, end in spans for i in range(start, end)}


PIECES = st.sampled_from(
    [
        "12",
        "1.250",
        "0912 345 678",
        "٣",
        "５",
        "²",
        "/",
        "QĐ-BHXH",
        "Điều ",
        "năm ",
        "hai trăm",
        "\n",
        " ",
        "-",
        "tỷ",
        "(",
        ")",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=30).map("".join), st.data())
def test_every_digit_is_in_a_figure_or_in_a_line(text, data):
    offsets = st.integers(0, len(text))
    span = st.tuples(offsets, offsets).map(sorted).map(tuple)
    figures = data.draw(st.lists(span, max_size=4))
    entities = [(*pair, "name") for pair in data.draw(st.lists(span, max_size=4))]
    found = unused_numbers(text, figures, entities)
    assert {i for i, char in enumerate(text) if char.isdecimal()} <= accounted(text, figures, found)
    assert all(text[number.start : number.end] == number.text and number.reason for number in found)


def test_every_digit_of_the_corpus_is_accounted_for(nlp, corpus):
    for written in corpus[:40]:
        doc = nlp(written.text)
        figures = [(record.start, record.end) for record in doc._.records]
        found = audit(doc)
        assert {i for i, char in enumerate(doc.text) if char.isdecimal()} <= accounted(doc.text, figures, found)
        for number in found:
            assert not any(start < number.end and number.start < end for start, end in figures)


@pytest.mark.parametrize("piece", ["1 ", "1", "một ", "1.", "một tỷ ", "(1", "a1", "Điều ", "\n", "h1:"])
def test_hostile_text_costs_linear_time(piece):
    assert_linear(lambda times: piece * times, lambda text: unused_numbers(text, []), 4_000, 16_000)


class TestCommand:
    TEXT = "Căn cứ Quyết định số 595/QĐ-BHXH, năm 2020 toàn tỉnh có 31.842 người tham gia BHXH, đứng thứ 3 cả nước."

    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "=a.txt"
        path.write_text(self.TEXT, encoding="utf-8")
        return path

    def test_to_standard_error_beside_the_records(self, path, capfdbinary):
        assert main(["extract", str(path), "--format", "csv", "--audit"]) == 0
        out, err = capfdbinary.readouterr()
        lines = err.decode("utf-8").splitlines()
        assert [line.removeprefix(f"{path}:").split(": ")[:3] for line in lines] == [
            ["21-24", "595", "document"], ["38-42", "2020", "period"], ["93-94", "3", "rank"],
        ]  # fmt: skip
        assert b"31842" in out and b"595" not in out

    def test_to_a_file(self, path, tmp_path, capfdbinary):
        target = tmp_path / "audit.csv"
        assert main(["extract", str(path), "--audit-output", str(target)]) == 0
        assert capfdbinary.readouterr().err == b""
        rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"), newline="")))
        assert [(row["number"], row["reason"]) for row in rows] == [
            ("595", "document"), ("2020", "period"), ("3", "rank"),
        ]  # fmt: skip
        assert all(self.TEXT[int(row["start"]) : int(row["end"])] == row["number"] for row in rows)

    def test_a_file_that_cannot_be_written(self, path, tmp_path, capfd):
        assert main(["extract", str(path), "--audit-output", str(tmp_path / "no" / "audit.csv")]) == 2
        assert len(capfd.readouterr().err.splitlines()) == 1
