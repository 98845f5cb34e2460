"""Word segmentation reaches the tokens as a feature."""

import unicodedata

import spacy
from spacy.tokens import Doc

from ie_model.segmenter import WordSegmenter
from ie_model.tokenizer import SyllableTokenizer

NLP = spacy.blank("xx")
NLP.tokenizer = SyllableTokenizer(NLP.vocab)
segment = WordSegmenter(NLP, "word_segmenter")


def words(text: str) -> list[str]:
    doc = segment(NLP.make_doc(text))
    return [token.lemma_ for token in doc if token.tag_ == "B-W"]


def test_syllables_of_a_word_share_its_lemma():
    doc = segment(NLP.make_doc("Số người tham gia bảo hiểm"))
    assert [(token.lemma_, token.tag_) for token in doc][2:4] == [("tham_gia", "B-W"), ("tham_gia", "I-W")]


def test_spelling_and_white_space_do_not_matter():
    text = "Doanh nghiệp xuất khẩu thủy sản"
    expected = words(text)
    assert words(unicodedata.normalize("NFD", text)) == expected
    assert words(text.replace(" ", "  ")) == expected
    assert words(text.replace(" ", "\n")) == expected


def test_given_words_are_kept():
    doc = segment(Doc(NLP.vocab, words=["Bảo_hiểm_xã_hội", "Việt_Nam", "chi", "trả"]))
    assert [token.lemma_ for token in doc] == ["bảo_hiểm_xã_hội", "việt_nam", "chi", "trả"]
    assert {token.tag_ for token in doc} == {"B-W"}


def test_nothing_and_white_space_alone():
    assert words("") == [] and words(" \n\t ") == []
