"""Predictions from files, limits, and the command that uses both."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from ie_model_evaluation import optional
from ie_model_evaluation.commands import evaluate
from ie_model_evaluation.given import read_predictions
from ie_model_evaluation.limits import failures, parse_limits

from ie_model.errors import IEModelError, InputError, StandoffError
from ie_model.standoff import Document, Entity, Relation, format_annotations

TEXT = "Thu 800 tỷ năm 2020\nHuế tăng 7%\n"
THU, AMOUNT = Entity("T1", "INDICATOR", 0, 3, "Thu"), Entity("T2", "QUANTITY", 4, 10, "800 tỷ")
TIME, PLACE = Entity("T3", "TIME", 11, 19, "năm 2020"), Entity("T4", "LOC", 20, 23, "Huế")
RATE = Entity("T5", "PERCENT", 29, 31, "7%")
GOLD = Document(
    "x/a",
    TEXT,
    [THU, AMOUNT, TIME, PLACE, RATE],
    [
        Relation("R1", "LEVEL_OF", "T2", "T1"),
        Relation("R2", "AT_TIME", "T2", "T3"),
        Relation("R3", "SUBJECT", "T5", "T4"),
    ],
)


def write(folder: Path, document: Document) -> Path:
    path = folder / f"{document.id}.ann"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(format_annotations(document.entities, document.relations).encode())
    path.with_suffix(".txt").write_bytes(document.text.encode())
    return folder


def line(document: Document, id_: str = "texts/x/a.txt", **more: Any) -> str:
    content = {
        "id": id_,
        "text": document.text,
        "entities": [
            {"id": e.id, "label": e.label, "start": e.start, "end": e.end, "text": e.text, "score": 0.9}
            for e in document.entities
        ],
        "relations": [{"head": r.head, "type": r.type, "tail": r.tail, "score": 0.8} for r in document.relations],
    }
    return json.dumps({**content, **more}, ensure_ascii=False) + "\n"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write(tmp_path / "gold", GOLD)


def run(*call: str | Path) -> int:
    parser = argparse.ArgumentParser()
    evaluate.configure(parser)
    return evaluate.run(parser.parse_args(list(map(str, call))))


def scores(gold: Path, predicted: Path, out: Path) -> dict[str, Any]:
    assert run("--corpus", gold, "--annotations", gold, "--predicted", predicted, "--report", out) == 0
    return json.loads((out / "scores.json").read_text("utf-8"))


@pytest.mark.parametrize("id_", ["x/a", "a"])
def test_standoff_lies_where_the_id_says_or_in_the_folder_itself(id_: str, tmp_path: Path) -> None:
    folder = write(tmp_path, Document(id_, TEXT, [THU]))
    [found] = read_predictions(folder, [GOLD])
    assert found.document == Document("x/a", TEXT, [THU])


def test_standoff_that_is_missing_or_on_another_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.ann: no such file"):
        read_predictions(tmp_path, [GOLD])
    write(tmp_path, Document("x/a", TEXT, [Entity("T1", "LOC", 0, 3, "Chi")]))
    with pytest.raises(StandoffError, match="the text has 'Thu' there"):
        read_predictions(tmp_path, [GOLD])


@pytest.mark.parametrize("id_", ["x/a", "x/a.txt", "a.txt", "data/x/a.txt", "data\\x\\a.txt"])
def test_json_lines_are_found_by_the_end_of_their_id(id_: str, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(line(Document("", "Huế"), "x/b.txt") + line(GOLD, id_), "utf-8")
    [found] = read_predictions(path, [GOLD])
    assert found.document == GOLD
    assert found.scores == {
        **dict.fromkeys(["T1", "T2", "T3", "T4", "T5"], 0.9),
        **dict.fromkeys(["R1", "R2", "R3"], 0.8),
    }
    assert found.records is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"no document x/a"),
        ("{\n", r"line 1: no document of the contract's JSON"),
        ("[]\n", r"line 1: no document of the contract's JSON"),
        ("\n" + line(Document("", "Chi")), r"line 2: the text is not that of x/a"),
        (line(GOLD, entities=[{"id": "T1"}], relations=[]), r"line 1: no document of the contract's JSON \('start'\)"),
        (line(GOLD, entities=[]), r"line 1: .*no entity T"),
        (line(GOLD, records=[{"id": "T2"}]), r"line 1: no document of the contract's JSON"),
        (line(Document("", TEXT, [Entity("T1", "LOC", 0, 999, "")])), r"offsets 0 999 are outside the text"),
        (line(Document("", TEXT, [THU])).replace("0.9", "1.9"), r"a score of 1.9"),
    ],
)
def test_broken_json_lines(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_predictions(path, [GOLD])
    assert "\n" not in str(caught.value)


def test_gold_against_itself_is_perfect(gold: Path, tmp_path: Path) -> None:
    found = scores(gold, gold, tmp_path / "out")
    measures = (found["entities"]["micro"], found["relations"]["end_to_end"], found["rows"], found["records"]["whole"])
    assert [measure["f"] for measure in measures] == [1.0] * 4
    assert found["entities"]["exact"]["f"] == found["relations"]["end_to_end_partial"]["f"] == 1.0
    assert "calibration" not in found or found["calibration"] == {}
    assert "gold_entities" not in found["relations"]


def test_json_lines_are_scored_like_standoff_and_for_calibration_too(gold: Path, tmp_path: Path) -> None:
    wrong = Document("x/a", TEXT, [THU, AMOUNT, RATE], GOLD.relations[:1])
    path = tmp_path / "out.jsonl"
    path.write_text(line(wrong), "utf-8")
    lines, standoff = scores(gold, path, tmp_path / "1"), scores(gold, write(tmp_path / "p", wrong), tmp_path / "2")
    assert lines["entities"] == standoff["entities"]
    assert lines["rows"] == standoff["rows"]
    assert lines["entities"]["micro"]["tp"] == 3
    assert lines["calibration"]["entities"]["ece"] == pytest.approx(0.1)  # all three are right, and said to be at .9
    assert lines["calibration"]["relations"]["ece"] == pytest.approx(0.2)


def test_without_the_extra_there_are_the_strict_scores_and_a_warning(
    gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(optional, "find_spec", lambda name: None)
    optional.has_extra.cache_clear()
    try:
        found = scores(gold, gold, tmp_path / "out")
    finally:
        optional.has_extra.cache_clear()
    assert found["entities"]["micro"]["f"] == found["rows"]["f"] == 1.0
    assert {"confusion", "calibration"}.isdisjoint(found)
    [message] = caplog.messages
    assert message.endswith("pip install 'ie-model[evaluate]'")


def test_conll_against_conll(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, predicted = tmp_path / "gold.conll", tmp_path / "predicted.conll"
    gold.write_text("Huế\tB-LOC\nthu\tO\n\nHà\tB-LOC\nNội\tI-LOC\n", "utf-8")
    predicted.write_text("Huế\tB-LOC\nthu\tO\n\nHà\tO\nNội\tB-LOC\n", "utf-8")
    assert run("--conll", gold, "--predicted", predicted, "--fail-under", "0.6") == 1
    captured = capsys.readouterr()
    assert captured.err == "ie-model: below the limit: entities 0.5000 < 0.6\n"
    predicted.write_text("Huế\tB-LOC\n\nHà\tO\nNội\tB-LOC\n", "utf-8")
    with pytest.raises(InputError, match="sentence 1 has other tokens"):
        run("--conll", gold, "--predicted", predicted)


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        ([], {}),
        (["0.5"], {"entities": 0.5}),
        (["entities=0.9", "rows=0"], {"entities": 0.9, "rows": 0.0}),
        (["entities.per_label.LOC=1"], {"entities.per_label.LOC": 1.0}),
    ],
)
def test_limits(given: list[str], limits: dict[str, float]) -> None:
    assert parse_limits(given) == limits


@pytest.mark.parametrize("given", ["", "x", "rows=", "=0.5", "rows=x", "91", "-1", "nan", "rows=inf"])
def test_what_is_no_limit(given: str) -> None:
    with pytest.raises(IEModelError, match="--fail-under takes a score from 0 to 1"):
        parse_limits([given])


def test_failures_name_the_measure_its_score_and_its_limit() -> None:
    found = {"entities": {"micro": {"f": 0.8}, "per_label": {"LOC": {"f": 0.25}}}, "rows": {"f": 0.5, "p": 0.4}}
    assert failures({"entities": 0.8, "rows": 0.5}, found) == []
    limits = {"entities": 0.81, "entities.per_label.LOC": 0.3, "rows.p": 0.5}
    assert failures(limits, found) == [
        "entities 0.8000 < 0.81",
        "entities.per_label.LOC 0.2500 < 0.3",
        "rows.p 0.4000 < 0.5",
    ]
    with pytest.raises(IEModelError, match="no score 'records'"):
        failures({"records": 0.5}, found)


def test_the_status_tells_whether_a_limit_is_kept(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ("--corpus", gold, "--annotations", gold, "--predicted", gold)
    assert run(*call, "--fail-under", "entities=0.9", "--fail-under", "rows=0.4") == 0
    assert capsys.readouterr().err == ""
    (gold / "x" / "a.ann").write_bytes(b"")
    assert run(*call[:4], "--predicted", gold, "--fail-under", "0.9") == 1
