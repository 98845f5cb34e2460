"""What the evaluation scores on, what it asks a pipeline, and its report."""

import argparse
import json
from pathlib import Path

import pytest
import spacy
from ie_model_evaluation.commands import evaluate
from ie_model_evaluation.details import page_data
from ie_model_evaluation.evaluate import evaluate_documents
from ie_model_evaluation.gold import Gold, read_gold
from ie_model_evaluation.predict import conll_gold, predict, predict_conll, predict_on_gold_entities
from ie_model_evaluation.report import make_evaluation
from ie_model_evaluation.scores import Scores, score_entities
from ie_model_evaluation.system import ask
from ie_model_evaluation.tables import Table
from ie_model_evaluation.timing import time_stages
from spacy.language import Language
from spacy.tokens import Doc, Span

from ie_model.conll import ConllSentence
from ie_model.errors import IEModelError, StandoffError
from ie_model.scheme import Scheme
from ie_model.standoff import Document, Entity, Relation, format_annotations

TEXT = "Thu 800 tỷ\nHuế tăng\n"


def write_corpus(corpus: Path, annotations: Path, ids: list[str]) -> None:
    for folder in (corpus, annotations):
        folder.mkdir(exist_ok=True)
    for id_ in ids:
        (corpus / f"{id_}.txt").write_bytes(TEXT.encode())
        (annotations / f"{id_}.ann").write_bytes("T1\tQUANTITY 4 10\t800 tỷ\n".encode())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current directory with ``corpus/`` and ``annotations/`` of 40 documents."""
    monkeypatch.chdir(tmp_path)
    write_corpus(tmp_path / "corpus", tmp_path / "annotations", [f"d{i:02}" for i in range(40)])
    return tmp_path


def ids_of(documents: list[Document]) -> list[str]:
    return [document.id for document in documents]


def test_gold_is_the_listed_held_out_part(project: Path) -> None:
    (project / "annotations" / "held-out.txt").write_text("d03\nd07\n")
    assert ids_of(read_gold().documents) == ["d03", "d07"]
    assert ids_of(read_gold(project / "corpus", project / "annotations").documents) == ["d03", "d07"]


def test_without_a_list_gold_of_the_project_is_the_part_held_out_by_hash(project: Path) -> None:
    assert 0 < len(read_gold().documents) < 12


def test_without_a_list_gold_of_named_folders_is_all_of_them(project: Path) -> None:
    assert len(read_gold(project / "corpus", project / "annotations").documents) == 40


def test_corpus_and_annotations_may_be_one_folder(tmp_path: Path) -> None:
    write_corpus(tmp_path / "gold", tmp_path / "gold", ["a", "b"])
    (tmp_path / "gold" / "held-out.txt").write_text("b\n")
    assert ids_of(read_gold(tmp_path / "gold", tmp_path / "gold").documents) == ["b"]


def test_no_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StandoffError, match="no annotated documents"):
        read_gold(tmp_path, tmp_path)


def test_overlapping_gold_is_an_error(tmp_path: Path) -> None:
    write_corpus(tmp_path, tmp_path, ["a"])
    entities = [Entity("T1", "QUANTITY", 4, 10, TEXT[4:10]), Entity("T2", "TIME", 8, 10, TEXT[8:10])]
    (tmp_path / "a.ann").write_bytes(format_annotations(entities, []).encode())
    with pytest.raises(StandoffError, match=r"a: T1 '800 tỷ' and T2 'tỷ' overlap"):
        read_gold(tmp_path, tmp_path)


@pytest.mark.parametrize(
    "call",
    [
        ["--corpus", "x"],
        ["--annotations", "x"],
        ["--corpus", "x", "--annotations", "x"],
        ["--conll", "x"],
        ["--conll", "x", "--running"],
        ["--conll", "x", "--corpus", "x", "--annotations", "x"],
        ["--predicted", "x", "--model", "x"],
        ["--predicted", "x", "--running"],
        ["--conll", "x", "--baselines"],
        ["--fail-under", "91"],
        ["--samples", "0"],
        ["--seed", "-1"],
    ],
)
def test_wrong_calls(call: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    evaluate.configure(parser)
    with pytest.raises(IEModelError) as caught:
        evaluate.run(parser.parse_args(call))
    assert "\n" not in str(caught.value)


@Language.component("every_digit_is_a_quantity")
def every_digit_is_a_quantity(doc: Doc) -> Doc:
    doc.set_ents([Span(doc, token.i, token.i + 1, label="QUANTITY") for token in doc if token.is_digit])
    return doc


@Language.component("first_entity_to_each_other_of_its_sentence")
def first_entity_to_each_other_of_its_sentence(doc: Doc) -> Doc:
    sentences = (
        [list(sentence.ents) for sentence in doc.sents] if doc.has_annotation("SENT_START") else [list(doc.ents)]
    )
    doc._.stored_relations = [
        [ents[0].start, ents[0].end, "SUBJECT", tail.start, tail.end, 1.0] for ents in sentences for tail in ents[1:]
    ]
    return doc


first_entity_to_each_other_of_its_sentence.scheme = Scheme(
    ("QUANTITY", "LOC"), {"SUBJECT": frozenset({("QUANTITY", "LOC")})}
)


@pytest.fixture
def nlp() -> Language:
    nlp = spacy.blank("xx")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("every_digit_is_a_quantity", name="entity_tagger")
    nlp.add_pipe("first_entity_to_each_other_of_its_sentence", name="relation_extractor")
    return nlp


def found(document: Document) -> tuple[list[str], list[tuple[str, str]]]:
    texts = {entity.id: entity.text for entity in document.entities}
    return list(texts.values()), [(texts[r.head], texts[r.tail]) for r in document.relations]


def test_gold_lines_are_the_sentences_unless_the_text_is_running(nlp: Language) -> None:
    gold = [Document("a", "1 2\n3 4")]
    [lines] = predict(nlp, gold)
    assert found(lines.document) == (["1", "2", "3", "4"], [("1", "2"), ("3", "4")])
    [running] = predict(nlp, gold, running=True)
    assert found(running.document)[1] == [("1", "2"), ("1", "3"), ("1", "4")]


def test_relations_on_gold_entities_see_neither_the_tagger_nor_gold_relations(nlp: Language) -> None:
    entities = [Entity("T1", "LOC", 0, 1, "a"), Entity("T2", "LOC", 4, 5, "b"), Entity("T3", "LOC", 6, 7, "c")]
    gold = [Document("a", "a 1\nb c", entities, [Relation("R1", "SUBJECT", "T1", "T2")])]
    assert [found(document) for document in predict_on_gold_entities(nlp, gold)] == [(["a", "b", "c"], [("b", "c")])]


def test_a_sentence_of_conll_is_scored_by_token_offsets(nlp: Language) -> None:
    sentences = [ConllSentence(["Hà_Nội", "800", "31-12"], [("LOC", 0, 1), ("QUANTITY", 1, 2)])]
    tally = score_entities(conll_gold(sentences), predict_conll(nlp, sentences))
    assert {label: (c.tp, c.fp, c.fn) for label, c in tally.per_class().items()} == {
        "LOC": (0, 0, 1),
        "QUANTITY": (1, 0, 0),
    }


def test_tables_are_aligned_by_blanks_or_by_bars() -> None:
    table = Table("label", ["F", "TP"], [["QUANTITY", "98.00", "7"], ["LOC", "100.00", "12"]])
    assert table.text() == "\n".join(
        [
            "label          F  TP",
            "QUANTITY   98.00   7",
            "LOC       100.00  12",
        ]
    )
    assert table.markdown().splitlines()[:2] == ["| label | F | TP |", "| --- | ---: | ---: |"]


def test_scores_json_has_intervals_and_differences() -> None:
    gold = [Document(str(i), "", [Entity("T1", "LOC", 0, i + 1, "…")]) for i in range(8)]
    nothing = [Document(document.id, "") for document in gold]
    evaluation = make_evaluation(
        model="m",
        gold="g",
        size={"documents": 8},
        unit="documents",
        scores=Scores(score_entities(gold, gold)),
        against="n",
        against_scores=Scores(score_entities(gold, nothing)),
        samples=100,
        seed=0,
    )
    written = json.loads(json.dumps(evaluation.to_json()))
    assert written["gold"] == {"source": "g", "documents": 8}
    assert written["intervals"]["f"] == {"entities.micro": [1.0, 1.0]}
    assert written["against"]["model"] == "n"
    assert written["against"]["entities"]["micro"]["fn"] == 8
    assert written["against"]["differences"]["entities.micro"]["f"] == 1.0
    assert "100.00" in evaluation.text()
    assert "| LOC |" in evaluation.markdown()


def test_the_data_of_a_page(nlp: Language) -> None:
    text = "\n1 b\nc 2\n"
    entities = [Entity("T1", "QUANTITY", 1, 2, "1"), Entity("T2", "LOC", 3, 4, "b"), Entity("T3", "LOC", 5, 6, "c")]
    documents = [Document("x/a", text, entities, [Relation("R1", "SUBJECT", "T1", "T2")])]
    system = ask("m", nlp, documents)
    evaluation = evaluate_documents(Gold(documents, "g"), system, head_labels={"QUANTITY"}, samples=10, seed=0)
    data = json.loads(json.dumps(page_data(evaluation, documents, system)))
    [document] = data["documents"]
    assert document["sentences"] == [[1, 4], [5, 8]]
    assert document["gold"]["relations"] == [{"head": "T1", "type": "SUBJECT", "tail": "T2"}]
    assert [(e["label"], e["start"], e["end"]) for e in document["predicted"]["entities"]] == [
        ("QUANTITY", 1, 2),
        ("QUANTITY", 7, 8),
    ]
    assert data["scores"]["entities"]["micro"]["tp"] == 1
    assert data["error_kinds"]["missing"] == 2
    assert data["confusion"]["labels"] == ["LOC", "QUANTITY", "none"]
    assert [part["field"] for part in data["by_field"]] == ["x"]
    assert [(part["low"], part["sentences"]) for part in data["by_length"]] == [(1, 2)]
    assert data["scores"]["speed"] > 0


def test_relations_that_a_pipeline_is_sure_of_are_in_the_calibration(nlp: Language) -> None:
    documents = [Document("a", "1 2\n", [Entity("T1", "QUANTITY", 0, 1, "1"), Entity("T2", "QUANTITY", 2, 3, "2")])]
    system = ask("m", nlp, documents)
    [prediction] = system.predictions
    assert dict(prediction.scores) == {"R1": 1.0}  # this tagger gives entities no score
    evaluation = evaluate_documents(Gold(documents, "g"), system, head_labels={"QUANTITY"}, samples=10, seed=0)
    calibration = evaluation.to_json()["calibration"]
    assert calibration["relations"]["ece"] == 1.0  # sure, and wrong
    assert "entities" not in calibration


def test_every_stage_is_timed_in_the_order_in_which_it_runs(nlp: Language) -> None:
    times = time_stages(nlp, ["a b", "c"])
    assert list(times) == ["tokenizer", "sentencizer", "entity_tagger", "relation_extractor", "records"]
    assert all(seconds >= 0 for seconds in times.values())
