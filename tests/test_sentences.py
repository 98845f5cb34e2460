"""Sentence splitting of running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from ie_model.sentences import split_sentences
from ie_model.tokenizer import SyllableTokenizer, split

tokenize = SyllableTokenizer(Vocab())


def sentences(text: str, max_tokens: int = 400) -> list[str]:
    words, spaces = split(text)
    tokens = [word + " " * space for word, space in zip(words, spaces, strict=True)]
    starts = split_sentences(tokens, max_tokens)
    return ["".join(tokens[a:b]).strip() for a, b in zip(starts, [*starts[1:], len(tokens)], strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        # "|" marks the borders
        "Thu đạt 800 tỷ đồng.| Chi đạt 500 tỷ đồng.",
        "Ông đến TP. Huế hôm qua.| Bà đến TX. Hương Trà.",
        "ThS. Lê Thị Hoa và PGS. TS. Trần Văn Nam dự họp.| Hội nghị bế mạc.",
        "Ông Nguyễn V. Hùng phát biểu.| Sau đó họp kín.",
        "Chi trả 1.000 đồng, 380. 000 đồng và 2,5 tỷ đồng.| Còn lại chuyển sang năm sau.",
        "Đạt bao nhiêu?| Chưa rõ!| Đang chờ…| Sẽ báo cáo sau.",
        "“Chúng tôi đã làm xong.”| Ông nói thêm như vậy.",
        "(Kèm theo Phụ lục 2.)| Đề nghị các đơn vị thực hiện.",
        "Tăng 5,2%.| 15 doanh nghiệp giải thể.",
        "1. Công tác thu\n|Số thu đạt 90%.\n|2. Công tác chi\n|Đã chi 70%.",
        "- BHXH: 120 người\n|- BHYT: 300 người\n|+ BHTN: 80 người",
        "BÁO CÁO\n|Kết quả 6 tháng\n\n|Kính gửi: UBND tỉnh",
        "Website bhxh.gov.vn có thông tin.| Xem thêm tại đây.",
        "Giá xăng E5 v.v. đều giảm.",
        "Số dư là 3.| Năm nay khác.",
    ],
)
def test_borders(text):
    assert sentences(text.replace("|", "")) == [part.strip() for part in text.split("|")]


def test_hard_wrapped_lines_are_joined():
    wrapped = (
        "Trong 6 tháng đầu năm, số người tham gia bảo hiểm xã hội\n"
        "trên địa bàn tỉnh tăng nhanh so với cùng kỳ, nhất là ở khu\n"
        "vực Nhà nước. Số thu cũng vượt kế hoạch đã giao cho các\n"
        "đơn vị."
    )
    assert len(sentences(wrapped)) == 2


def test_a_sentence_without_end_is_cut_after_a_comma():
    lengths = [len(split(sentence)[0]) for sentence in sentences("một hai ba bốn năm, " * 100, max_tokens=50)]
    assert max(lengths) <= 50
    assert lengths[0] == 48


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120), st.integers(2, 30))
def test_any_text_is_covered_by_bounded_sentences(text, max_tokens):
    words, spaces = split(text)
    tokens = [word + " " * space for word, space in zip(words, spaces, strict=True)]
    starts = split_sentences(tokens, max_tokens)
    assert starts == sorted(set(starts)) and starts[0] == 0
    assert all(b - a <= max_tokens for a, b in zip(starts, [*starts[1:], len(tokens)], strict=True))


def test_borders_that_are_there_already_are_left_alone(nlp):
    doc = nlp.make_doc("Một câu. Hai câu.")
    for token in doc:
        token.is_sent_start = token.i == 0
    assert len(list(nlp.get_pipe("sentence_splitter")(doc).sents)) == 1
