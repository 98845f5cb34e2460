"""The command ``ie-model`` as users call it: streams, formats, bad input, exit status."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

REPORT = Path(__file__).parent.parent / "examples" / "bao-cao-bhxh-6-thang.txt"
SENTENCE = "Quý I/2020, toàn tỉnh thu 800,50 tỷ đồng, tăng 7,10% so với cùng kỳ năm trước."
FIELDS = [
    "id", "indicator", "indicator_id", "kind", "status", "value", "low", "high", "denominator", "modifier", "unit",
    "per", "period", "period_point", "periods", "period_text", "cumulative", "subject", "compared_to", "base_type",
    "part_of", "inherited", "warnings", "start", "end", "sentence", "score",
]  # fmt: skip


def ie_model(*arguments, stdin: bytes = b"", **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "ie_model.cli.main", *map(str, arguments)],
        input=stdin, capture_output=True, env={**os.environ, **environment}, timeout=120,
    )  # fmt: skip


def error_lines(run) -> list[str]:
    return run.stderr.decode("utf-8").splitlines()


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "b").mkdir()
    (folder / "a.txt").write_bytes(SENTENCE.encode("utf-8"))
    (folder / "b" / "crlf.txt").write_bytes(("\ufeff" + SENTENCE + "\r\n" + SENTENCE + "\r\n").encode("utf-8"))
    (folder / "b" / "empty.txt").write_bytes(b"")
    (folder / "note.md").write_bytes(b"not read from a folder")
    return folder


class TestJsonLines:
    @pytest.fixture(scope="class")
    def run(self, texts):
        return ie_model("extract", texts, LC_ALL="C", PYTHONIOENCODING="ascii")

    def test_a_document_a_line_in_utf8_under_any_locale(self, run, texts):
        assert run.returncode == 0 and run.stderr == b""
        documents = [json.loads(line) for line in run.stdout.decode("utf-8").splitlines()]
        assert [d["id"] for d in documents] == [
            str(texts / "a.txt"),
            str(texts / "b/crlf.txt"),
            str(texts / "b/empty.txt"),
        ]
        assert documents[1]["text"] == SENTENCE + "\r\n" + SENTENCE + "\r\n"
        assert documents[2] == {
            "id": str(texts / "b/empty.txt"),
            "text": "",
            "entities": [],
            "relations": [],
            "records": [],
        }

    def test_every_field_of_the_contract(self, run):
        document = json.loads(run.stdout.decode("utf-8").splitlines()[0])
        assert list(document) == ["id", "text", "entities", "relations", "records"]
        ids = [entity["id"] for entity in document["entities"]]
        for entity in document["entities"]:
            assert list(entity) == ["id", "label", "start", "end", "text", "score"]
            assert document["text"][entity["start"] : entity["end"]] == entity["text"] and 0 <= entity["score"] <= 1
        for relation in document["relations"]:
            assert list(relation) == ["head", "type", "tail", "score"]
            assert relation["head"] in ids and relation["tail"] in ids
        level, rise = document["records"]
        assert list(level) == FIELDS
        assert level["id"] in ids and level["indicator_id"] in ids
        assert (level["value"], level["unit"], level["period"]) == (800500000000, "đồng", "2020-Q1")
        assert rise["kind"] == "increase" and rise["sentence"] == [0, len(SENTENCE)]
        assert [list(item) for item in level["subject"]] == [["id", "text", "label", "start", "end", "code", "name"]]
        assert [list(item)[-1] for item in rise["compared_to"]] == ["period"]

    def test_numbers_keep_the_digits_written(self, run):
        first = run.stdout.decode("utf-8").splitlines()[0]
        rise = json.loads(first, parse_float=Decimal)["records"][1]
        assert str(rise["value"]) == "7.10"


def test_standard_input():
    run = ie_model("extract", "-", stdin=SENTENCE.encode("utf-8"))
    document = json.loads(run.stdout.decode("utf-8"))
    assert document["id"] == "-" and len(document["records"]) == 2


def test_a_given_date_is_that_of_all_inputs():
    text = SENTENCE.replace("Quý I/2020", "Quý I").encode("utf-8")
    periods = {}
    for date in ("", "2020-04-15", "2021-04-15"):
        run = ie_model("extract", "-", *["--date", date][: 2 * bool(date)], stdin=text)
        periods[date] = [record["period"] for record in json.loads(run.stdout)["records"]]
    assert periods == {"": [None, None], "2020-04-15": ["2020-Q1"] * 2, "2021-04-15": ["2021-Q1"] * 2}


def test_csv_to_standard_output_and_to_a_file(texts, tmp_path):
    run = ie_model("extract", texts / "a.txt", "--format", "csv")
    header, *rows = csv.reader(io.StringIO(run.stdout.decode("utf-8"), newline=""))
    assert header == ["document", *FIELDS]
    assert len(rows) == 2 and rows[0][header.index("value")] == "800500000000"
    assert (
        rows[1][header.index("compared_to")] == "cùng kỳ năm trước" and rows[1][header.index("cumulative")] == "false"
    )
    ie_model("extract", texts / "a.txt", "--format", "csv", "-o", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"\xef\xbb\xbf" + run.stdout


def test_csv_text_cannot_run_as_a_formula(nlp):
    from ie_model.writing.csv import Csv

    stream = io.BytesIO()
    doc = nlp(SENTENCE)
    Csv(stream, mark=False).write("=cmd()", doc)
    assert stream.getvalue().decode("utf-8").splitlines()[1].startswith("'=cmd()")


def test_brat_output_is_standoff_again(tmp_path):
    from ie_model.standoff import read_corpus

    assert ie_model("extract", REPORT, "--format", "brat", "-o", tmp_path / "out").returncode == 0
    (document,) = read_corpus(tmp_path / "out", tmp_path / "out")
    assert document.text == REPORT.read_bytes().decode("utf-8") and document.relations


def test_table_of_the_sample_report():
    run = ie_model("extract", REPORT, "--format", "table")
    text = run.stdout.decode("utf-8")
    assert "31.842 người" in text and "plan_ratio" in text


class TestBadInput:
    def test_each_bad_file_is_one_line_and_the_others_are_done(self, texts, tmp_path):
        (tmp_path / "binary.txt").write_bytes(b"PK\x03\x04\x00\x00\x00")
        (tmp_path / "tcvn.txt").write_bytes("Quý".encode("cp1258", "replace") + b"\xfd\xfe")
        (tmp_path / "dir.txt").mkdir()
        (tmp_path / "utf16.txt").write_bytes(SENTENCE.encode("utf-16"))
        paths = [tmp_path / "missing.txt", tmp_path / "binary.txt", tmp_path / "tcvn.txt", tmp_path / "dir.txt"]
        run = ie_model("extract", *paths, texts / "a.txt", tmp_path / "utf16.txt")
        assert run.returncode == 1
        assert [json.loads(line)["text"] for line in run.stdout.decode("utf-8").splitlines()] == [SENTENCE, SENTENCE]
        lines = error_lines(run)
        assert len(lines) == 4
        for line, path, reason in zip(
            lines, paths, ["no such file", "binary", "not UTF-8", "no file there"], strict=True
        ):
            assert line.startswith("ie-model: ") and str(path) in line and reason in line

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
    def test_an_unreadable_folder(self, tmp_path):
        (tmp_path / "closed").mkdir(mode=0)
        run = ie_model("extract", tmp_path)
        assert run.returncode == 1 and "permission denied" in error_lines(run)[0]

    @pytest.mark.parametrize(
        "arguments",
        [
            [], ["extract"], ["nonsense"], ["extract", "x", "--format", "docx"],
            ["extract", "x", "--date", "31/12/2020"],
            ["extract", "x", "--format", "brat"], ["extract", "x", "--model", "nowhere"],
            ["train", "--corpus", "x"], ["train", "--corpus", "x", "--annotations", "y"],
            ["evaluate", "--corpus", "x"], ["evaluate", "--model", "nowhere", "--corpus", "x", "--annotations", "x"],
        ],
    )  # fmt: skip
    def test_a_wrong_call(self, arguments, tmp_path):
        run = subprocess.run(
            [sys.executable, "-m", "ie_model.cli.main", *arguments], capture_output=True, cwd=tmp_path, timeout=120
        )
        assert run.returncode == 2 and run.stdout == b"" and b"Traceback" not in run.stderr

    def test_output_that_cannot_be_written(self, tmp_path):
        run = ie_model("extract", REPORT, "-o", tmp_path / "no" / "out.jsonl")
        assert run.returncode == 2 and len(error_lines(run)) == 1

    def test_a_reader_that_goes_away_is_no_error(self):
        command = f'"{sys.executable}" -m ie_model.cli.main extract "{REPORT}" "{REPORT}" | true'
        run = subprocess.run(command, shell=True, capture_output=True, timeout=120)
        assert b"Traceback" not in run.stderr


class TestStart:
    def test_help_names_all_commands_within_a_second(self):
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            run = ie_model("--help")
            seconds.append(time.perf_counter() - start)
        assert min(seconds) < 1
        assert all(name in run.stdout.decode() for name in ("extract", "train", "evaluate", "corpus", "speed"))

    def test_version(self):
        assert ie_model("--version").stdout.decode().startswith("ie-model ")

    def test_a_prediction_imports_nothing_heavy_that_it_does_not_need(self):
        code = (
            "import sys, ie_model; ie_model.load()('Thu 5 tỷ đồng.')._.records; "
            "print([m for m in ('sklearn', 'datasets', 'pandas', 'torch', 'gensim', 'ie_model_training', "
            "'ie_model_evaluation') if m in sys.modules])"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
        assert run.stdout.decode().strip() == "[]"
