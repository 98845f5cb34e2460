"""Each output format, read back by another program's library."""

import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
import warnings
import zipfile
from decimal import Decimal as D  # noqa: N817
from pathlib import Path

import jsonschema
import openpyxl
import pandas
import pyarrow.parquet as pq
import pytest
from documents import document, place, record
from hypothesis import given, settings
from hypothesis import strategies as st

import ie_model
from ie_model.cli.main import main
from ie_model.errors import IEModelError
from ie_model.records import Record
from ie_model.records.record import dumps
from ie_model.writing import FORMATS, open_writer, sdmx, xlsx
from ie_model.writing.csv import Csv
from ie_model.writing.jsonl import document_json
from ie_model.writing.parquet import Parquet

SENTENCE = "Quý I/2020, toàn tỉnh thu 800,50 tỷ đồng, tăng 7,10% so với cùng kỳ năm trước."
FORMULAS = ["=1+1", "+84 1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]
REPORT = Path(__file__).parent.parent / "examples" / "bao-cao-bhxh-6-thang.txt"
anything = st.text(st.characters(exclude_categories=["Cs"]))


def written(format_: str, *documents, folder: Path) -> Path:
    path = folder / f"out.{format_}"
    with open_writer(format_, str(path)) as writer:
        for i, doc in enumerate(documents):
            writer.write(f"d{i}.txt", doc)
    return path


# -- JSON schema


def validator(schema: dict) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_documents_of_the_pipeline_keep_to_the_schema(nlp):
    validate = validator(ie_model.document_schema()).validate
    for text in ["", SENTENCE, REPORT.read_bytes().decode("utf-8")]:
        validate(json.loads(dumps(document_json("a.txt", nlp(text))), parse_float=D))


def test_the_schema_of_a_record_has_the_record_s_fields_and_no_others():
    assert ie_model.document_schema()["$defs"]["record"]["required"] == list(record().to_dict())
    validator(ie_model.record_schema()).validate(json.loads(dumps(record(value=D("5.250"), period="2016/2020"))))


@pytest.mark.parametrize(
    "change",
    [
        {"value": "12"}, {"status": "guess"}, {"modifier": None}, {"period": "năm 2019"}, {"period": "2019-Q5"},
        {"sentence": [1]}, {"score": 1.5}, {"start": -1}, {"subject": [{"id": "T1"}]}, {"base_type": "year"},
    ],
)  # fmt: skip
def test_the_schema_refuses(change):
    plain = {**json.loads(dumps(record())), **change}
    assert not validator(ie_model.record_schema()).is_valid(plain)


# -- csv


@given(anything, anything, st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_csv_gives_every_text_and_number_back(indicator, id_, value):
    stream = io.BytesIO()
    Csv(stream, mark=False).write(id_, document(record(indicator=indicator, value=value)))
    (row,) = csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8"), newline=""))
    assert row["indicator"].removeprefix("'") == indicator.removeprefix("'")
    assert row["document"].removeprefix("'") == id_.removeprefix("'")
    assert D(row["value"]) == value and "E" not in row["value"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_text_format_starts_like_a_formula(text, tmp_path):
    hostile = record(indicator=text, unit=text, per=text, subject=(place(text),), period_text=text, part_of=text)
    for format_ in ("csv", "sdmx-csv"):
        path = written(format_, document(hostile, text=text), folder=tmp_path)
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            assert [cell for cell in row if cell.startswith(tuple("=+-@\t\r＝"))] == []


# -- xlsx


def sheets(path: Path) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


class TestXlsx:
    def test_rows_typed_with_their_sources(self, tmp_path):
        doc = document(
            record(value=D("7.10"), unit="%", cumulative=True, start=11, end=16, sentence=(0, 17)),
            text="số hộ tăng 7,10%.",
        )
        found = sheets(written("xlsx", doc, folder=tmp_path))
        head, row = found["records"]
        values = dict(zip(head, row, strict=True))
        assert head[0] == "document" and list(head[1:]) == list(record().to_dict())
        assert values["value"] == 7.1 and values["cumulative"] is True and values["low"] is None
        assert values["subject"] == "tỉnh Sơn La" and values["periods"] == "2019"
        assert found["sources"][1] == ("d0.txt", "T1", "7,10%", doc.text, 11, 16, 0, 17)

    def test_frozen_head_and_filter_over_all_rows(self, tmp_path):
        path = written("xlsx", document(record(), record(id="T9")), document(record()), folder=tmp_path)
        for sheet in openpyxl.load_workbook(path):
            assert sheet.freeze_panes == "A2"
            assert sheet.auto_filter.ref.startswith("A1:") and sheet.auto_filter.ref.endswith("4")

    @pytest.mark.parametrize(
        ("number", "typed"),
        [
            (0, 0), (-3, -3), (800500000000, 800500000000), (D("0.05"), 0.05),
            (D("1234567890.12345"), 1234567890.12345),
            (999999999999999, 999999999999999), (10**18, 10**18),
            # A spreadsheet would drop digits of these.
            (1234567890123456, "1234567890123456"), (D("0.1234567890123456"), "0.1234567890123456"),
            (10**30 + 1, str(10**30 + 1)), (10**301, str(10**301)),
        ],
    )  # fmt: skip
    def test_a_number_is_one_where_no_digit_is_lost(self, number, typed, tmp_path):
        cells = sheets(written("xlsx", document(record(value=number)), folder=tmp_path))["records"]
        value = dict(zip(*cells, strict=True))["value"]
        assert value == typed and isinstance(value, str) == isinstance(typed, str)

    def test_a_number_shows_the_decimals_written(self, tmp_path):
        path = written("xlsx", document(record(value=D("7.10")), record(value=1250)), folder=tmp_path)
        sheet = openpyxl.load_workbook(path)["records"]
        column = [cell.value for cell in sheet[1]].index("value") + 1
        assert [sheet.cell(row, column).number_format for row in (2, 3)] == ["#,##0.00", "#,##0"]

    @pytest.mark.parametrize("text", [*FORMULAS, "{=1}", "http://a.vn", "mailto:a@b.vn", "internal:Sheet1!A1"])
    def test_text_stays_text(self, text, tmp_path):
        path = written("xlsx", document(record(indicator=text, unit=text), text=text), folder=tmp_path)
        for sheet in openpyxl.load_workbook(path):
            assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {
                "s",
                "n",
                "b",
                "inlineStr",
            }
            assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
        with zipfile.ZipFile(path) as parts:
            assert all(b"<f" not in re.sub(rb"<formatP\w+|<fonts?", b"", parts.read(name)) for name in parts.namelist()
                       if name.startswith("xl/worksheets/"))  # fmt: skip
        (cell,) = [cell for cell in openpyxl.load_workbook(path)["records"][2] if cell.column_letter == "C"]
        assert cell.quotePrefix == (text in FORMULAS)

    @pytest.mark.parametrize(
        "text", ["<r>a & b</r>", "</is></c>", "_x0041_", "a\x00\x0b\x1f\ufffe\uffff", "\u0301", " a "]
    )
    def test_hostile_text_leaves_a_sound_file(self, text, tmp_path):
        path = written("xlsx", document(record(indicator=text), text=text), folder=tmp_path)
        (_, row) = sheets(path)["records"]
        assert row[2] is not None and row[1] == "T1"

    def test_a_text_longer_than_a_cell_is_cut_with_a_sign(self, tmp_path):
        rows = sheets(written("xlsx", document(record(indicator="a" * 40_000)), folder=tmp_path))["records"]
        assert len(rows[1][2]) == 32_767 and rows[1][2].endswith("…")

    def test_more_rows_than_a_sheet_holds_go_on_in_the_next(self):
        stream = io.BytesIO()
        writer = xlsx.Xlsx(stream, rows=3)
        for i in range(5):
            writer.write(f"d{i}", document(record()))
        writer.close()
        found = sheets(stream)
        names = ["records", "sources", "records 2", "sources 2", "records 3", "sources 3"]
        assert sorted(found) == sorted(names)
        rows = [row[0] for name in names if name.startswith("records") for row in found[name][1:]]
        assert rows == ["d0", "d1", "d2", "d3", "d4"]


# -- parquet


class TestParquet:
    def test_numbers_are_exact_and_lists_are_lists(self, tmp_path):
        big = D("12345678901234567890.1234567890")
        path = written("parquet", document(record(value=big, subject=(place("A", "01"), place("B")))), folder=tmp_path)
        (row,) = pq.read_table(path).to_pylist()
        assert row["value"] == big and row["low"] is None and row["periods"] == ["2019"]
        assert [item["code"] for item in row["subject"]] == ["01", None]
        assert row["figure"] == row["sentence_text"] == "1.250 hộ" and row["sentence"] == [0, 8]
        assert list(row)[:-2] == ["document", *record().to_dict()]

    @pytest.mark.parametrize("number", [10**28, D("1e-11"), D("0.00000000005"), 10**60])
    def test_a_number_that_does_not_fit_is_said_and_not_rounded(self, number, tmp_path):
        path = written("parquet", document(record(value=number, warnings=("a",)), record()), folder=tmp_path)
        first, second = pq.read_table(path).to_pylist()
        assert first["value"] is None and first["warnings"] == ["a", "number-too-long"]
        assert second["value"] == 1250 and second["warnings"] == []

    def test_rows_are_written_in_groups(self):
        stream = io.BytesIO()
        writer = Parquet(stream, row_group=4)
        for _ in range(5):
            writer.write("d", document(record(), record()))
        writer.close()
        assert [pq.ParquetFile(stream).metadata.row_group(i).num_rows for i in range(3)] == [4, 4, 2]

    def test_no_record_is_a_table_of_no_rows(self, tmp_path):
        table = pq.read_table(written("parquet", document(), folder=tmp_path))
        assert table.num_rows == 0 and "indicator" in table.column_names

    def test_pandas_polars(self, tmp_path):
        import polars

        path = written("parquet", document(record(value=D("7.10"))), folder=tmp_path)
        assert pandas.read_parquet(path)["value"][0] == D("7.1")
        assert polars.read_parquet(path)["value"][0] == D("7.1")


# -- sdmx-csv


STRUCTURE = Path(sdmx.__file__).with_name("structure.xml")


class TestSdmxCsv:
    HOSTILE = 'số "thu", chi\r\n\u2028năm\x85nay; 1: 2'

    @pytest.fixture
    def path(self, tmp_path):
        ranged = record(
            id="T2", value=None, low=50, high=D("60.5"), unit="tấn", status="plan", period="2019-01/2019-09"
        )
        bare = record(
            id="T3", indicator=None, kind=None, period=None, periods=(), subject=(), unit=None, status="estimate"
        )
        odd = record(id="T4", indicator=self.HOSTILE, subject=(place("huyện A", "123"), place("xã B")))
        return written("sdmx-csv", document(record(), ranged), document(bare, odd, text=self.HOSTILE), folder=tmp_path)

    def test_the_columns_that_sdmx_3_wants(self, path):
        head, first, *_ = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
        assert head[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
        assert first[:3] == ["datastructure", "IE_MODEL:FIGURES(1.0)", "I"]
        wanted = {
            "INDICATOR",
            "REF_AREA",
            "TIME_PERIOD",
            "OBS_VALUE",
            "UNIT_MEASURE",
            "UNIT_MULT",
            "OBS_STATUS",
            "COMMENT_OBS",
        }
        assert wanted <= set(head) and len(set(head)) == len(head)

    def test_pysdmx_reads_it(self, path):
        from pysdmx.io import get_datasets

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            (dataset,) = get_datasets(path, STRUCTURE)
        assert dataset.structure.short_urn == "DataStructure=IE_MODEL:FIGURES(1.0)"
        data = dataset.data
        assert set(data.columns) == {component.id for component in dataset.structure.components}
        assert list(data["OBS_STATUS"]) == ["A", "O", "E", "A"]
        assert list(data["TIME_PERIOD"]) == ["2019", "2019-01-01/P9M", "", "2019"]
        assert list(data["REF_AREA"]) == ["tỉnh Sơn La", "tỉnh Sơn La", "_Z", "123; xã B"]
        assert [float(x) for x in (data["OBS_LOW"][1], data["OBS_HIGH"][1], data["OBS_VALUE"][0])] == [50, 60.5, 1250]

    def test_sdmx1_reads_it(self, path, caplog):
        from sdmx import read_sdmx
        from sdmx.reader.csv import Reader

        structure = read_sdmx(STRUCTURE).structure["FIGURES"]
        with path.open("rb") as stream, caplog.at_level("WARNING"):
            message = Reader().convert(stream, structure=structure)
        assert caplog.records == []
        (dataset,) = message.data
        assert len(dataset.obs) == 4
        keys = [tuple(str(obs.dimension[name].value) for name in sdmx.DIMENSIONS) for obs in dataset.obs]
        assert len(set(keys)) == 4 and dataset.obs[0].value == "1250"
        assert "năm nay" in keys[3][0]

    def test_pandas_reads_it_as_it_is(self, path):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            frame = pandas.read_csv(path)
        assert list(frame["OBS_VALUE"].dropna()) == [1250, 1250, 1250] and frame["UNIT_MULT"].eq(0).all()
        assert frame.columns[0] == "STRUCTURE"

    def test_pandas_takes_a_large_file_without_a_warning(self, tmp_path):
        # It reads a large file in stretches, and warns where a column's type differs between them.
        usual = document(*[record(id=f"T{i}") for i in range(100)], text="năm 2019 còn 1.250 hộ nghèo " * 5)
        rare = document(
            record(part_of="T1", per="tháng", value=None, low=1, high=D("2.5"), period_point="end", base_type="plan"),
            record(compared_to=(place("cả nước"),), warnings=("ambiguous-number",), denominator=7, unit=None),
        )
        path = written("sdmx-csv", *[usual] * 200, rare, folder=tmp_path)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            frame = pandas.read_csv(path)
        assert len(frame) == 20_002

    @pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
    def test_libreoffice_reads_it(self, path, tmp_path):
        shutil.copy(path, tmp_path / "figures.csv")
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx"]
        command += ["--infilter=CSV:44,34,76,1", "--outdir", str(tmp_path), str(tmp_path / "figures.csv")]
        run = subprocess.run(command, capture_output=True, timeout=300)
        assert run.returncode == 0 and b"Error" not in run.stderr
        (rows,) = sheets(tmp_path / "figures.xlsx").values()
        assert rows[1][3] == "số hộ nghèo" and rows[1][rows[0].index("OBS_VALUE")] == 1250

    @pytest.mark.parametrize(
        ("code", "written"),
        [
            (None, ""), ("2019", "2019"), ("2019-Q1", "2019-Q1"), ("2019-S2", "2019-S2"), ("2019-10", "2019-10"),
            ("2019-12-31", "2019-12-31"), ("2016/2020", "2016-01-01/P5Y"), ("2019-01/2019-09", "2019-01-01/P9M"),
            ("2019-07/2020-06", "2019-07-01/P1Y"), ("2018-11/2019-02", "2018-11-01/P4M"),
            ("2019-01-05/2019-01-15", "2019-01-05/P11D"), ("2020-02-01/2020-02-29", "2020-02-01/P1M"),
            ("2019-12-31/2020-01-01", "2019-12-31/P2D"),
        ],
    )  # fmt: skip
    def test_time_periods(self, code, written):
        assert sdmx.time_period(code) == written

    @pytest.mark.parametrize(
        ("status", "code"), [("actual", "A"), ("estimate", "E"), ("plan", "F"), ("forecast", "F"), ("regulation", "A")]
    )
    def test_the_status_is_a_code_of_the_code_list(self, status, code):
        assert sdmx.obs_status(record(status=status)) == code

    @given(anything, anything)
    def test_an_observation_is_one_line_whatever_the_text(self, indicator, text):
        cells = sdmx.observation(indicator, record(indicator=indicator, unit=text, sentence=(0, len(text))), text)
        assert len(cells) == len(sdmx.COLUMNS) and all(len(cell.splitlines()) <= 1 for cell in cells)


# -- all formats


@settings(max_examples=20, deadline=None)
@given(
    indicator=anything, value=st.one_of(st.none(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False))
)
def test_no_text_and_no_number_stops_a_format_of_rows(indicator, value, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    doc = document(record(indicator=indicator, value=value), text=unicodedata.normalize("NFD", indicator))
    for format_ in ("csv", "sdmx-csv", "xlsx", "parquet"):
        written(format_, doc, folder=folder)
    assert pq.read_table(folder / "out.parquet")["indicator"][0].as_py() == indicator
    assert len(sheets(folder / "out.xlsx")["records"]) == 2


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("format_", ["csv", "sdmx-csv", "xlsx", "parquet"])
def test_what_was_written_before_an_error_is_a_sound_file(format_, tmp_path):
    path = tmp_path / "out"
    with pytest.raises(StoppedError), open_writer(format_, str(path)) as writer:
        writer.write("d", document(record()))
        raise StoppedError
    read = {
        "csv": pandas.read_csv, "sdmx-csv": pandas.read_csv, "parquet": pandas.read_parquet, "xlsx": pandas.read_excel,
    }  # fmt: skip
    assert len(read[format_](io.BytesIO(path.read_bytes()))) == 1


@pytest.mark.parametrize("format_", FORMATS)
def test_a_bad_input_among_many_leaves_a_complete_output(format_, tmp_path, capsys):
    for name in ("a", "c"):
        (tmp_path / f"{name}.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    out = tmp_path / "out"
    assert main(["extract", *(str(tmp_path / f"{n}.txt") for n in "abc"), "--format", format_, "-o", str(out)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "b.txt" in line
    if format_ == "brat":
        assert sorted(path.name for path in out.iterdir()) == ["a.ann", "a.txt", "c.ann", "c.txt"]
    elif format_ == "parquet":
        assert pq.read_table(out).num_rows == 4
    elif format_ == "xlsx":
        assert len(sheets(io.BytesIO(out.read_bytes()))["records"]) == 5
    else:
        text = out.read_bytes().decode("utf-8-sig")
        assert "a.txt" in text and "c.txt" in text and text.endswith("\n")


@pytest.mark.parametrize("format_", ["xlsx", "parquet", "brat"])
def test_without_an_output_these_are_a_wrong_call(format_, capsys):
    assert main(["extract", str(REPORT), "--format", format_]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(("format_", "library"), [("xlsx", "xlsxwriter"), ("parquet", "pyarrow")])
def test_a_missing_library_is_named_before_the_output_is_touched(format_, library, tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"ie_model.writing.{FORMATS[format_].module}", raising=False)
    with (
        pytest.raises(IEModelError, match=rf"pip install 'ie-model\[{format_}\]'"),
        open_writer(format_, str(tmp_path / "out")),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("format_", ["jsonl", "csv", "xlsx", "parquet", "sdmx-csv"])
def test_a_full_disk_is_one_line(format_, capsys):
    assert main(["extract", str(REPORT), "--format", format_, "-o", "/dev/full"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_record_says_itself_in_one_line():
    assert str(record()) == "số hộ nghèo | level (actual) | 1250 hộ | of tỉnh Sơn La | at 2019"
    assert isinstance(record(), Record)
