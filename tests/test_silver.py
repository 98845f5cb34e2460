"""Sentences annotated by the vote of models: which are drawn, how votes are counted, what the command writes."""

from pathlib import Path

import pytest
import spacy
from ie_model_training.independence import shares_words
from ie_model_training.silver import check_scheme, choose_sentences, join, vote
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from ie_model import extensions  # noqa: F401
from ie_model.cli.main import main
from ie_model.errors import IEModelError
from ie_model.scheme import Scheme
from ie_model.standoff import read_corpus

ANNOTATIONS = Path(__file__).parents[1] / "annotations"
SCHEME = Scheme(
    ("N", "X"),
    {"IS": frozenset({("N", "X")}), "WAS": frozenset({("N", "X")}), "OF": frozenset({("N", "X")})},
    (frozenset({"IS", "WAS"}),),
)
WORDS = ["một", "hai", "ba", "bốn", "năm", "sáu"]
PLAIN = "Câu này không có con số nào trong đó và dài hơn bốn mươi ký tự, số {}."
DENSE = "Câu thứ {} nói rằng 12 xã có 3.400 hộ và 15% trong đó là hộ nghèo của tỉnh."


def annotated(
    entities: list[tuple[int, int, str, float]], relations: list[tuple[int, int, str, int, int, float]]
) -> Doc:
    doc = Doc(Vocab(), words=WORDS)
    doc.set_ents([Span(doc, start, end, label=label) for start, end, label, _ in entities])
    doc._.entity_scores = tuple((start, end, score) for start, end, _, score in entities)
    doc._.stored_relations = tuple(relations)
    return doc


def found(*docs: Doc) -> tuple[set, set]:
    document = vote(docs, SCHEME)
    texts = {entity.id: entity.text for entity in document.entities}
    entities = {(entity.label, entity.text) for entity in document.entities}
    return entities, {(r.type, texts[r.head], texts[r.tail]) for r in document.relations}


def test_one_model_elects_what_it_is_sure_enough_of():
    doc = annotated([(0, 1, "N", 0.9), (2, 4, "X", 0.3), (5, 6, "X", 0.2)], [(0, 1, "IS", 2, 4, 0.3)])
    assert found(doc) == ({("N", "một"), ("X", "ba bốn")}, {("IS", "một", "ba bốn")})


def test_silence_is_a_vote_against():
    sure, unsure = annotated([(0, 1, "N", 0.8)], []), annotated([(2, 3, "X", 0.4)], [])
    assert found(sure, unsure) == ({("N", "một")}, set())


def test_of_two_that_overlap_the_one_with_more_behind_it_stays_and_keeps_its_relations():
    short = annotated([(0, 1, "N", 1.0), (2, 3, "X", 0.9)], [(0, 1, "IS", 2, 3, 0.9)])
    long = annotated([(0, 1, "N", 1.0), (2, 4, "X", 0.8)], [(0, 1, "IS", 2, 4, 0.8)])
    assert found(short, long) == ({("N", "một"), ("X", "ba")}, {("IS", "một", "ba")})
    assert found(short, long, long) == ({("N", "một"), ("X", "ba bốn")}, {("IS", "một", "ba bốn")})


def test_types_that_exclude_each_other_and_pairs_with_two_types():
    entities = [(0, 1, "N", 1.0), (2, 3, "X", 1.0), (4, 5, "X", 1.0)]
    first = annotated(entities, [(0, 1, "IS", 2, 3, 0.9), (0, 1, "OF", 4, 5, 0.9)])
    second = annotated(entities, [(0, 1, "WAS", 4, 5, 0.8)])
    assert found(first, second)[1] == {("IS", "một", "ba"), ("OF", "một", "năm")}


def test_figures_are_drawn_before_other_sentences_and_nothing_that_is_to_be_avoided():
    lines = [PLAIN.format(i) for i in range(300)] + [DENSE.format(i) for i in range(300)] * 2
    drawn = choose_sentences(lines, 100, seed=1)
    assert len(drawn) == len(set(drawn)) == 100
    assert sum(line.startswith("Câu thứ") for line in drawn) > 80
    assert drawn == choose_sentences(lines, 100, seed=1) != choose_sentences(lines, 100, seed=2)
    avoided = shares_words([DENSE.format(7)])
    assert not any("3.400" in line for line in choose_sentences(lines, 100, seed=1, avoid=avoided))


def test_sentences_become_lines_of_one_document(nlp):
    parts = [
        vote([doc], nlp.get_pipe("relation_extractor").scheme) for doc in nlp.pipe([DENSE.format(1), DENSE.format(2)])
    ]
    document = join("s/1", parts)
    assert document.text == DENSE.format(1) + "\n" + DENSE.format(2) + "\n"
    assert all(document.text[e.start : e.end] == e.text for e in document.entities)
    assert len({e.id for e in document.entities}) == len(document.entities) == sum(len(part.entities) for part in parts)
    ids = {e.id for e in document.entities}
    assert document.relations and all(r.head in ids and r.tail in ids for r in document.relations)


def test_many_sentences_have_ids_of_their_own(nlp):
    scheme = nlp.get_pipe("relation_extractor").scheme
    document = join("s/1", [vote([doc], scheme) for doc in nlp.pipe(DENSE.format(i) for i in range(120))])
    assert len({e.id for e in document.entities}) == len(document.entities) > 240


def test_a_line_that_comes_again_has_one_lot():
    often = DENSE.format("này")
    lines = [DENSE.format(i) for i in range(1000)] + [often] * 1000
    assert sum(often in choose_sentences(lines, 50, seed) for seed in range(40)) < 12


def test_models_that_do_not_fit_the_scheme_do_not_vote(nlp):
    check_scheme([nlp], nlp.get_pipe("relation_extractor").scheme)
    with pytest.raises(IEModelError, match="other labels"):
        check_scheme([nlp], SCHEME)
    with pytest.raises(IEModelError, match="entities alone"):
        check_scheme([spacy.blank("xx")], SCHEME)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw.txt").write_text("".join(DENSE.format(i) + "\n" for i in range(50)), encoding="utf-8")
    return tmp_path / "raw.txt"


def call(raw: Path, *more: str) -> list[str]:
    output = str(raw.parent / "silver")
    return ["pretrain", "silver", "--annotations", str(ANNOTATIONS), "--output", output, *more, str(raw)]


def test_the_command_writes_a_corpus_to_train_on(raw, capsys):
    held = raw.parent / "held"
    held.mkdir()
    (held / "a.txt").write_text(DENSE.format(7) + "\n", encoding="utf-8")
    # All sentences share nine words with that text but for its own beginning: none may be drawn.
    assert main(call(raw, "--independent-of", str(held))) == 2
    assert "no sentence" in capsys.readouterr().err
    assert main(call(raw, "--sentences", "45")) == 0
    assert "45 sentences" in capsys.readouterr().out
    output = raw.parent / "silver"
    documents = read_corpus(output, output)
    assert sum(1 for document in documents for _ in document.lines()) == 45
    assert all(document.entities and document.relations for document in documents)
    assert (output / "annotation.conf").read_bytes() == (ANNOTATIONS / "annotation.conf").read_bytes()
    assert main(call(raw, "--sentences", "5")) == 2
    assert "already" in capsys.readouterr().err


def test_no_sentences_are_wanted(raw, capsys):
    assert main(call(raw, "--sentences", "0")) == 2
    assert "--sentences" in capsys.readouterr().err
