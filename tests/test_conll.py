"""CoNLL files: schemes, columns, tokens as given, errors."""

from pathlib import Path

import pytest
import spacy

from ie_model.conll import BIOES, IOB1, IOB2, conll_doc, decode_tags, detect_scheme, read_conll
from ie_model.errors import InputError


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "test.conll"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("scheme", "tags", "spans"),
    [
        # One span, two touching spans of one label, two touching spans of two labels, a span at each end.
        (IOB1, "O I-ORG I-ORG O", [("ORG", 1, 3)]),
        (IOB2, "O B-ORG I-ORG O", [("ORG", 1, 3)]),
        (BIOES, "O B-ORG E-ORG O", [("ORG", 1, 3)]),
        (IOB1, "I-ORG I-ORG B-ORG O", [("ORG", 0, 2), ("ORG", 2, 3)]),
        (IOB2, "B-ORG I-ORG B-ORG O", [("ORG", 0, 2), ("ORG", 2, 3)]),
        (BIOES, "B-ORG E-ORG S-ORG O", [("ORG", 0, 2), ("ORG", 2, 3)]),
        (IOB1, "I-ORG I-LOC I-LOC", [("ORG", 0, 1), ("LOC", 1, 3)]),
        (IOB2, "B-ORG B-LOC I-LOC", [("ORG", 0, 1), ("LOC", 1, 3)]),
        (BIOES, "S-ORG B-LOC I-LOC E-LOC", [("ORG", 0, 1), ("LOC", 1, 4)]),
        (IOB2, "O O", []),
    ],
)
def test_each_scheme_is_recognised_and_decoded(scheme: str, tags: str, spans: list) -> None:
    assert detect_scheme([tags.split()]) == scheme
    assert decode_tags(tags.split()) == spans


def test_the_scheme_is_that_of_the_file_not_of_a_sentence() -> None:
    assert detect_scheme([["B-LOC"], ["O", "S-LOC"]]) == BIOES
    assert detect_scheme([["I-LOC", "B-LOC"], ["I-LOC"]]) == IOB1


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-ORG I-LOC", [("ORG", 0, 1), ("LOC", 1, 2)]),  # a change of label opens a span
        ("B-ORG O I-ORG", [("ORG", 0, 1), ("ORG", 2, 3)]),  # an I- after O too
        ("B-ORG S-ORG I-ORG", [("ORG", 0, 1), ("ORG", 1, 2), ("ORG", 2, 3)]),  # nothing goes on after S-
        ("E-ORG", [("ORG", 0, 1)]),
        ("B-ORG I-ORG", [("ORG", 0, 2)]),  # the end of the sentence closes
        ("B-MISC-X I-MISC-X", [("MISC-X", 0, 2)]),  # only the first hyphen parts prefix and label
    ],
)
def test_tags_that_break_the_rules_are_read_as_conlleval_does(tags: str, spans: list) -> None:
    assert decode_tags(tags.split()) == spans


def test_mixed_schemes_are_read_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    [sentence] = read_conll(write(tmp_path, "a B-ORG\nb O\nc I-ORG\n"))
    assert sentence.spans == [("ORG", 0, 1), ("ORG", 2, 3)]
    assert "mixed" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "BHXH\tB-ORG\ntỉnh\tI-ORG\n\nthu\tO\n",
        "BHXH B-ORG\ntỉnh I-ORG\n\nthu O",  # blanks, no line end at the end
        "BHXH\tNp\tB-NP\tB-ORG\ntỉnh\tN\tI-NP\tI-ORG\n\nthu\tV\tB-VP\tO\n",  # more columns
        "BHXH\tB-ORG\r\ntỉnh\tI-ORG\r\n\r\nthu\tO\r\n",
        "\ufeffBHXH\tB-ORG\ntỉnh\tI-ORG\n\nthu\tO\n",
        "-DOCSTART- -X- O\n\nBHXH B-ORG\ntỉnh I-ORG\n \n\n\nthu O\n\n",  # several blank lines, one with a blank
        "BHXH\tB-ORG\t\ntỉnh\tI-ORG \n\nthu\tO\n",  # white space at the end of a line
    ],
)
def test_layouts_of_one_and_the_same_content(tmp_path: Path, text: str) -> None:
    first, second = read_conll(write(tmp_path, text))
    assert (first.tokens, first.spans) == (["BHXH", "tỉnh"], [("ORG", 0, 2)])
    assert (second.tokens, second.spans) == (["thu"], [])


@pytest.mark.parametrize("token", ["Hà_Nội", "12.480", "31/12/2021", "a\u2028b", "Ha\u0300", "#", "TP.HCM", "\u00a0"])
def test_tokens_stay_as_given(tmp_path: Path, token: str) -> None:
    [sentence] = read_conll(write(tmp_path, f"{token}\tS-LOC\n.\tO\n"))
    assert sentence.tokens == [token, "."]
    doc = conll_doc(spacy.blank("xx").vocab, sentence.tokens)
    assert [word.text for word in doc] == [token, "."]


def test_a_token_may_hold_blanks_where_tabs_part_the_columns(tmp_path: Path) -> None:
    [sentence] = read_conll(write(tmp_path, "Hà Nội\tB-LOC\n"))
    assert sentence.tokens == ["Hà Nội"]


@pytest.mark.parametrize("tokens", [["thu"], ["BHXH", "tỉnh", ".", "Thu"]])
def test_a_doc_is_one_sentence(tokens: list[str]) -> None:
    doc = conll_doc(spacy.blank("xx").vocab, tokens)
    assert doc.has_annotation("SENT_START")  # so the sentence splitter leaves it alone
    assert [len(sentence) for sentence in doc.sents] == [len(tokens)]


def test_an_empty_file_has_no_sentences(tmp_path: Path) -> None:
    assert read_conll(write(tmp_path, "")) == []
    assert read_conll(write(tmp_path, "\n\n")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thu\tO\nBHXH\n", r"test\.conll, line 2: expected a token and its tag, found 'BHXH'"),
        ("\tO\n", r"line 1: expected a token and its tag"),
        ("thu O\n\nBHXH ORG\n", r"line 3: 'ORG' is no tag"),
        ("BHXH B-\n", r"line 1: 'B-' is no tag"),
        ("BHXH X-ORG\n", r"line 1: 'X-ORG' is no tag"),
        ("Huế O\n".encode("utf-16"), r"test\.conll: not UTF-8"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_conll(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.conll: No such file"):
        read_conll(tmp_path / "nowhere.conll")
