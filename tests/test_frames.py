"""Records as a data frame, and an indicator drawn over its periods."""

import json
import sys
from datetime import date
from decimal import Decimal as D  # noqa: N817

import matplotlib
import pandas
import polars
import pyarrow
import pytest
from documents import document, place, record

import ie_model
from ie_model.errors import IEModelError
from ie_model.records.calendar import bounds
from ie_model.records.record import dumps
from ie_model.writing.jsonl import document_json

matplotlib.use("Agg")
SENTENCE = "Quý I/2020, toàn tỉnh thu 800,50 tỷ đồng, tăng 7,10% so với cùng kỳ năm trước."


class TestFrame:
    def test_a_row_a_record_and_the_document_first(self):
        frame = ie_model.to_frame([document(record(), record(id="T9")), document(), document(record())])
        assert list(frame.columns) == ["document", *record().to_dict()]
        assert list(frame["document"]) == ["0", "0", "2"] and list(frame["id"]) == ["T1", "T9", "T1"]

    def test_numbers_are_exact_decimals(self):
        frame = ie_model.to_frame([document(record(value=D("0.10")), record(value=10**20), record(value=None))])
        assert [str(value) for value in frame["value"][:2]] == ["0.10", "100000000000000000000"]
        assert frame["value"][2] is None and frame["value"].dropna().sum() == D("100000000000000000000.10")
        assert frame["value"].astype(float)[0] == 0.1

    def test_missing_text_is_missing_and_lists_are_joined(self):
        frame = ie_model.to_frame([document(record(indicator=None, subject=(place("A"), place("B"))))])
        assert frame["indicator"].isna().all() and list(frame["subject"]) == ["A; B"]
        assert frame["cumulative"].dtype == bool and frame["score"].dtype == float

    def test_no_document_is_a_frame_of_no_rows(self):
        frame = ie_model.to_frame([])
        assert len(frame) == 0 and "indicator" in frame.columns

    def test_docs_pairs_and_json_give_the_same_rows(self, nlp):
        doc = nlp(SENTENCE)
        parsed = json.loads(dumps(document_json("a.txt", doc)), parse_float=D)
        ((piped, id_),) = nlp.pipe([(SENTENCE, "a.txt")], as_tuples=True)
        frame = ie_model.to_frame([(piped, id_)])
        pandas.testing.assert_frame_equal(frame, ie_model.to_frame([parsed]))
        pandas.testing.assert_frame_equal(
            frame.drop(columns="document"), ie_model.to_frame([doc]).drop(columns="document")
        )
        assert list(frame["value"]) == [800500000000, D("7.10")]

    def test_polars_takes_it_through_arrow(self):
        frame = ie_model.to_frame([document(record(value=D("0.10")), record(value=1250))])
        for taken in (polars.from_pandas(frame), polars.from_arrow(pyarrow.Table.from_pandas(frame))):
            assert taken["value"].to_list() == [D("0.10"), D(1250)] and taken["indicator"][0] == "số hộ nghèo"


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2019", (2019, 1, 1), (2019, 12, 31)),
        ("2019-Q1", (2019, 1, 1), (2019, 3, 31)),
        ("2019-Q4", (2019, 10, 1), (2019, 12, 31)),
        ("2019-S1", (2019, 1, 1), (2019, 6, 30)),
        ("2019-S2", (2019, 7, 1), (2019, 12, 31)),
        ("2020-02", (2020, 2, 1), (2020, 2, 29)),
        ("2019-12-31", (2019, 12, 31), (2019, 12, 31)),
        ("2016/2020", (2016, 1, 1), (2020, 12, 31)),
        ("2019-01/2019-09", (2019, 1, 1), (2019, 9, 30)),
        ("2019-01-05/2019-02-15", (2019, 1, 5), (2019, 2, 15)),
    ],
)
def test_a_period_s_first_and_last_day(code, first, last):
    assert bounds(code) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "code", ["", "19", "2019-13", "2019-Q5", "2019-02-30", "năm 2019", "2019/", "/2019", "2019-Q1-01"]
)
def test_what_is_no_period(code):
    with pytest.raises(ValueError):
        bounds(code)


class TestPlot:
    @pytest.fixture
    def frame(self):
        return ie_model.to_frame(
            [
                document(
                    record(value=100, period="2020"),
                    record(value=90, period="2018"),
                    record(value=95, period="2019", period_point="end"),
                    record(value=40, period="2020-S1"),
                    record(value=200, period="2021", status="plan"),
                    record(value=None, low=60, high=80, period="2019", subject=(place("tỉnh Lai Châu"),)),
                    record(value=7, period=None),
                    record(value=8, kind="increase", period="2020", unit="%"),
                    record(value=1, period="2020", indicator="dân số"),
                )
            ]
        )

    @pytest.fixture(autouse=True)
    def closed(self):
        yield
        matplotlib.pyplot.close("all")

    @staticmethod
    def lines(ax) -> list[list[tuple[date, float]]]:
        day = matplotlib.dates.num2date
        found = []
        for line in ax.get_lines():
            days = [x if isinstance(x, date) else day(x).date() for x in line.get_xdata()]
            found.append(list(zip(days, map(float, line.get_ydata()), strict=True)))
        return found

    def test_a_line_for_each_subject_status_and_length_of_period_in_order_of_time(self, frame):
        ax = ie_model.plot_indicator(frame, "số hộ nghèo")
        assert sorted(map(len, self.lines(ax))) == [1, 1, 1, 3]
        years = next(line for line in self.lines(ax) if len(line) == 3)
        assert years == [(date(2018, 7, 2), 90), (date(2019, 12, 31), 95), (date(2020, 7, 1), 100)]
        assert ax.get_ylabel() == "hộ" and ax.get_title() == "số hộ nghèo"
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [
            "tỉnh Sơn La", "tỉnh Sơn La, plan", "tỉnh Lai Châu",
        ]  # fmt: skip

    def test_what_is_planned_is_hollow_and_dashed(self, frame):
        ax = ie_model.plot_indicator(frame, "số hộ nghèo")
        styles = {(line.get_linestyle(), line.get_markerfacecolor() == "white") for line in ax.get_lines()}
        assert styles == {("-", False), ("--", True)}

    def test_another_kind_on_given_axes(self, frame):
        given = matplotlib.pyplot.figure().subplots()
        assert ie_model.plot_indicator(frame, "SỐ HỘ NGHÈO", kind="increase", ax=given) is given
        assert self.lines(given) == [[(date(2020, 7, 1), 8)]] and given.get_ylabel() == "%"

    def test_documents_instead_of_a_frame(self):
        ax = ie_model.plot_indicator([document(record())], "số hộ nghèo")
        assert self.lines(ax) == [[(date(2019, 7, 2), 1250)]]

    def test_large_numbers_are_written_as_in_vietnamese(self):
        ax = ie_model.plot_indicator([document(record(value=800500000000), record(value=0))], "số hộ nghèo")
        assert ax.yaxis.get_major_formatter()(800500000000) == "800.500.000.000"
        assert ax.yaxis.get_major_formatter()(1.5) == "1,5"

    @pytest.mark.parametrize(("name", "kind"), [("số hộ ngheo", "level"), ("gdp", "level"), ("dân số", "share")])
    def test_nothing_to_draw_is_said(self, frame, name, kind):
        with pytest.raises(IEModelError, match=name) as raised:
            ie_model.plot_indicator(frame, name, kind=kind)
        assert ("số hộ nghèo" in str(raised.value)) == (name == "số hộ ngheo")


@pytest.mark.parametrize(
    ("call", "library", "extra"),
    [
        (lambda: ie_model.to_frame([]), "pandas", "frames"),
        (lambda: ie_model.plot_indicator([document(record())], "số hộ nghèo"), "matplotlib", "plot"),
    ],
)
def test_a_missing_library_is_one_line(call, library, extra, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(IEModelError, match=rf"{library} is not installed: pip install 'ie-model\[{extra}\]'"):
        call()
