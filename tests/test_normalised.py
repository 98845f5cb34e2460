"""Hand-normalised values: the file, the records beside it, the command."""

from __future__ import annotations

import argparse
from decimal import Decimal
from pathlib import Path

import pytest
from ie_model_evaluation.commands import normalised as command
from ie_model_evaluation.normalised import COLUMNS, FIELDS, Place, build_normalised, compare, read_normalised

from ie_model.errors import InputError
from ie_model.standoff import Document, Entity, Relation, format_annotations

HEADER = "\t".join(COLUMNS)
DEVELOPMENT = Path(__file__).parent.parent / "evaluation" / "normalised" / "dev.tsv"

TEXT = "Năm 2021, xã Tân An có hơn 1,5 nghìn hộ nghèo, giảm 2% so với năm 2020.\n"
SPANS = [
    ("T1", "TIME", "Năm 2021"),
    ("T2", "QUANTITY", "hơn 1,5 nghìn hộ"),
    ("T3", "INDICATOR", "nghèo"),
    ("T4", "PERCENT", "2%"),
    ("T5", "TIME", "năm 2020"),
]
ENTITIES = [Entity(id_, label, TEXT.index(t), TEXT.index(t) + len(t), t) for id_, label, t in SPANS]
RELATIONS = [
    Relation("R1", "LEVEL_OF", "T2", "T3"),
    Relation("R2", "AT_TIME", "T2", "T1"),
    Relation("R3", "DECREASE_OF", "T4", "T3"),
    Relation("R4", "AT_TIME", "T4", "T1"),
    Relation("R5", "COMPARED_TO", "T4", "T5"),
]
LEVEL, DECREASE = ((entity.start, entity.end) for entity in ENTITIES if entity.id in ("T2", "T4"))


def line(place: tuple[int, int], **cells: str) -> str:
    """A line of the file for a value of the document ``tin``; fields that are not given are as if unsaid."""
    unsaid = {"modifier": "exact", "status": "actual", "cumulative": "false"}
    said = {"document": "tin", "start": str(place[0]), "end": str(place[1]), **unsaid, **cells}
    return "\t".join(said.get(name, "") for name in COLUMNS)


RIGHT = [
    line(LEVEL, value="1500", modifier="above", unit="hộ", kind="level", period="2021"),
    line(DECREASE, value="2.0", unit="%", kind="decrease", period="2021", base_type="period"),
]


def write(folder: Path, *lines: str) -> Path:
    path = folder / "values.tsv"
    path.write_bytes("".join(f"{text}\n" for text in lines).encode())
    return path


def test_cells_become_numbers_flags_and_text(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, line((3, 9), low="3.5", high="4", unit="tỷ m3", cumulative="true"))
    [(place, cells)] = read_normalised(path).items()
    assert place == Place("tin", 3, 9)
    assert cells["low"] == Decimal("3.5")
    assert cells["unit"] == "tỷ m3"
    assert cells["cumulative"] is True
    assert cells["value"] is cells["period"] is None


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], r":1: the columns are not document start end value"),
        ([HEADER.upper()], r":1: the columns are not"),
        ([HEADER, "tin\t1\t2"], r":2: 3 columns instead of 16"),
        ([HEADER, line((3, 9)).replace("\t9\t", "\tx\t")], r":2: start and end are not whole numbers"),
        ([HEADER, line((3, 9)), line((4, 9), value="1,5")], r":3: value cannot be '1,5'"),
        ([HEADER, line((3, 9), value="NaN")], r":2: value cannot be 'NaN'"),
        ([HEADER, line((3, 9), cumulative="yes")], r":2: cumulative cannot be 'yes'"),
        ([HEADER, line((3, 9)), line((3, 9))], r":3: tin 3-9 is there twice"),
    ],
)
def test_a_broken_file_is_one_line_with_its_place(lines: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_normalised(write(tmp_path, *lines))
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.tsv"):
        read_normalised(tmp_path / "missing.tsv")
    (tmp_path / "utf-16.tsv").write_bytes("điểm".encode("utf-16"))
    with pytest.raises(InputError, match="UTF-8"):
        read_normalised(tmp_path / "utf-16.tsv")


def test_records_of_gold_spans_and_relations_agree_with_the_right_values(tmp_path: Path) -> None:
    found = build_normalised([Document("tin", TEXT, ENTITIES, RELATIONS)])
    comparison = compare(read_normalised(write(tmp_path, HEADER, *RIGHT)), found)
    assert comparison.differences == []
    assert (comparison.values.correct, comparison.values.total) == (2, 2)
    assert {(agreement.correct, agreement.total) for agreement in comparison.fields.values()} == {(2, 2)}


def test_what_differs_is_told_and_unsaid_fields_count_apart(tmp_path: Path) -> None:
    wrong = RIGHT[0].replace("1500", "1.5").replace("\t2021\t", "\t\t")
    found = build_normalised([Document("tin", TEXT, ENTITIES, RELATIONS)])
    comparison = compare(read_normalised(write(tmp_path, HEADER, wrong, RIGHT[1])), found)
    assert [(d.place[1:], d.field, d.expected, d.found) for d in comparison.differences] == [
        (LEVEL, "value", Decimal("1.5"), 1500),
        (LEVEL, "period", None, "2021"),
    ]
    period, low = comparison.fields["period"], comparison.fields["low"]
    # What the record says where the file says nothing counts as said.
    assert (period.correct, period.total, period.said_correct, period.said) == (1, 2, 1, 2)
    assert (low.correct, low.total, low.said_correct, low.said) == (2, 2, 0, 0)
    assert (comparison.values.correct, comparison.values.total) == (1, 2)


def test_a_value_that_the_gold_does_not_have_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tin: the gold has no value at 0-8"):
        compare(read_normalised(write(tmp_path, HEADER, line((0, 8)))), build_normalised([]))


def test_the_command_prints_the_accuracy_and_the_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tin.txt").write_bytes(TEXT.encode())
    (tmp_path / "tin.ann").write_bytes(format_annotations(ENTITIES, RELATIONS).encode())
    path = write(tmp_path, HEADER, RIGHT[0], RIGHT[1].replace("decrease", "share"))
    parser = argparse.ArgumentParser()
    command.configure(parser)
    call = ["--corpus", str(tmp_path), "--annotations", str(tmp_path), "--normalised", str(path), "--errors"]
    assert command.run(parser.parse_args(call)) == 0
    table, errors = capsys.readouterr().out.split("\n\n")
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()}
    assert list(rows) == ["field", *FIELDS, "all"]
    assert rows["kind"] == ["1", "2", "50.0", "1", "2", "50.0"]
    assert rows["low"] == ["2", "2", "100.0", "0", "0", "-"]
    start, end = DECREASE
    assert errors.splitlines() == [f"tin:{start}-{end}\t2%\tkind\tfound decrease, expected share"]


def test_the_values_of_the_development_set_are_sound() -> None:
    values = read_normalised(DEVELOPMENT)
    assert len(values) == 483
    for place, cells in values.items():
        low, high, value = cells["low"], cells["high"], cells["value"]
        assert place.start < place.end
        # A value, or a range: never both, never neither.
        assert (value is None) == (isinstance(low, Decimal) and isinstance(high, Decimal) and low < high), place
        assert cells["modifier"] in ("about", "above", "below", "exact")
        assert cells["status"] in ("actual", "estimate", "plan", "forecast", "regulation")
        assert cells["kind"] in ("level", "target", "plan_ratio", "increase", "decrease", "share", None)
        assert cells["base_type"] in ("plan", "period", "place", "body", "indicator", None)
        assert cells["period_point"] is None or cells["period"] is not None


def test_a_period_from_another_sentence_counts_as_none() -> None:
    text = "Năm 2021, xã có 5 hộ nghèo.\nTheo đó, xã có 8 hộ khá.\n"
    spans = [
        ("T1", "TIME", "Năm 2021"),
        ("T2", "QUANTITY", "5 hộ"),
        ("T3", "INDICATOR", "nghèo"),
        ("T4", "QUANTITY", "8 hộ"),
        ("T5", "INDICATOR", "khá"),
    ]
    entities = [Entity(id_, label, text.index(t), text.index(t) + len(t), t) for id_, label, t in spans]
    links = [("LEVEL_OF", "T2", "T3"), ("AT_TIME", "T2", "T1"), ("LEVEL_OF", "T4", "T5")]
    relations = [Relation(f"R{number}", *link) for number, link in enumerate(links)]
    stated, carried = build_normalised([Document("tin", text, entities, relations)]).values()
    assert (stated["period"], carried["period"]) == ("2021", None)
