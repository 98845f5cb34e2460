"""The report page: which errors it finds, what it shows, that hostile text stays text."""

from __future__ import annotations

import argparse
import base64
import json
import re
import shutil
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ie_model_evaluation.commands import evaluate
from ie_model_evaluation.confusion import error_kinds
from ie_model_evaluation.page import render
from ie_model_evaluation.page.errors import count_kinds, find_errors, read_side
from ie_model_evaluation.page.plots import Estimate, dots, lines, reliability
from ie_model_evaluation.page.sentences import sentences_with_errors
from ie_model_evaluation.scores import Scores, score_entities, score_relations

from ie_model.standoff import Document, Entity, Relation, format_annotations

TEXT = "Quý I/2021, tỉnh Bắc Hà thu 300 tỷ đồng.\nHuyện Đông Sơn có 45 trường.\nKhông có gì.\n"


def side(spans: list[tuple[str, int, int]], links: list[tuple[int, str, int]] = ()) -> dict[str, Any]:
    """One side of a document as plain data; links name spans by their place in the list."""
    return {
        "entities": [{"id": f"T{i}", "label": label, "start": s, "end": e} for i, (label, s, e) in enumerate(spans)],
        "relations": [{"head": f"T{head}", "type": type_, "tail": f"T{tail}"} for head, type_, tail in links],
    }


def spans_of(*found: tuple[str, str]) -> list[tuple[str, int, int]]:
    return [(label, TEXT.index(text), TEXT.index(text) + len(text)) for label, text in found]


def kinds(gold: dict[str, Any], predicted: dict[str, Any]) -> list[str]:
    return [error.kind for error in find_errors(read_side(gold, TEXT), read_side(predicted, TEXT))]


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ([("LOC", 0, 4)], [("LOC", 0, 4)], []),
        ([("LOC", 0, 4)], [], ["missing"]),
        ([], [("LOC", 0, 4)], ["spurious"]),
        ([("LOC", 0, 4)], [("LOC", 4, 8)], ["missing", "spurious"]),  # touching is not overlapping
        ([("LOC", 0, 4)], [("ORG", 0, 4)], ["wrong label"]),
        ([("LOC", 0, 4)], [("LOC", 0, 5)], ["wrong border"]),
        ([("LOC", 0, 4)], [("ORG", 2, 5)], ["wrong label and border"]),
        ([("LOC", 0, 9)], [("LOC", 0, 3), ("LOC", 4, 9)], ["wrong border", "spurious"]),  # one partner, the larger part
        ([("LOC", 0, 3), ("LOC", 4, 9)], [("LOC", 0, 9)], ["missing", "wrong border"]),
        ([("LOC", 0, 4), ("LOC", 5, 9)], [("LOC", 5, 9)], ["missing"]),  # an equal span is nobody else's partner
    ],
)
def test_kinds_of_entity_errors(gold: list, predicted: list, expected: list[str]) -> None:
    assert sorted(kinds(side(gold), side(predicted))) == sorted(expected)


VALUE, NAME, TIME = ("QUANTITY", 0, 4), ("INDICATOR", 5, 9), ("TIME", 10, 14)


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ([(0, "LEVEL_OF", 1)], [(0, "LEVEL_OF", 1)], []),
        ([(0, "LEVEL_OF", 1)], [], ["relation missing"]),
        ([], [(0, "LEVEL_OF", 1)], ["relation spurious"]),
        ([(0, "LEVEL_OF", 1)], [(0, "TARGET_OF", 1)], ["relation wrong type"]),
        ([(0, "LEVEL_OF", 1)], [(0, "LEVEL_OF", 2)], ["relation missing", "relation spurious"]),
        (
            [(0, "LEVEL_OF", 1)],
            [(1, "LEVEL_OF", 0)],
            ["relation missing", "relation spurious"],
        ),  # they have a direction
        ([(0, "SHARE_OF", 1), (0, "COMPARED_TO", 1)], [(0, "COMPARED_TO", 1)], ["relation missing"]),
    ],
)
def test_kinds_of_relation_errors(gold: list, predicted: list, expected: list[str]) -> None:
    entities = [VALUE, NAME, TIME]
    assert sorted(kinds(side(entities, gold), side(entities, predicted))) == expected


def test_a_relation_that_is_wrong_because_of_its_entity_is_told_apart() -> None:
    gold = side([VALUE, NAME], [(0, "LEVEL_OF", 1)])
    assert kinds(gold, side([VALUE, ("INDICATOR", 5, 8)], [(0, "LEVEL_OF", 1)])) == [
        "relation missing for a wrong span",
        "relation spurious for a wrong span",
        "wrong border",
    ]
    assert kinds(gold, side([VALUE], [])) == ["relation missing for a wrong span", "missing"]


LABELS, TYPES = ["LOC", "ORG", "TIME"], ["SUBJECT", "AT_TIME"]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of 30 characters with flat entities and no relation twice."""
    borders = sorted(draw(st.sets(st.integers(0, 30), max_size=12)))
    entities = [
        Entity(f"T{i}", draw(st.sampled_from(LABELS)), start, end, "…")
        for i, (start, end) in enumerate(zip(borders[::2], borders[1::2], strict=False))
    ]
    ids = [entity.id for entity in entities]
    pairs = [(a, type_, b) for a in ids for b in ids if a != b for type_ in TYPES]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8)) if pairs else []
    return Document("d", "x" * 30, entities, [Relation(f"R{i}", t, a, b) for i, (a, t, b) in enumerate(chosen)])


def document_data(gold: Document, predicted: Document) -> dict[str, Any]:
    """The two as an item of ``documents``, all of the text one sentence."""
    sides = {}
    for name, document in (("gold", gold), ("predicted", predicted)):
        entities = [{"id": e.id, "label": e.label, "start": e.start, "end": e.end} for e in document.entities]
        relations = [{"head": r.head, "type": r.type, "tail": r.tail} for r in document.relations]
        sides[name] = {"entities": entities, "relations": relations}
    return {"id": gold.id, "text": gold.text, "sentences": [[0, len(gold.text)]], **sides}


@settings(max_examples=200, deadline=None)
@given(documents(), documents())
def test_the_errors_are_those_that_the_strict_scores_count(gold: Document, predicted: Document) -> None:
    data = document_data(gold, predicted)
    counts = count_kinds(find_errors(*(read_side(data[name], gold.text) for name in ("gold", "predicted"))))
    assert counts == error_kinds([gold], [predicted])
    wrong = counts["wrong label"] + counts["wrong border"] + counts["wrong label and border"]
    entities = score_entities([gold], [predicted]).micro
    assert (counts["missing"] + wrong, counts["spurious"] + wrong) == (entities.fn, entities.fp)
    wrong = counts["relation wrong type"]
    relations = score_relations([gold], [predicted]).micro
    missing = counts["relation missing"] + counts["relation missing for a wrong span"]
    spurious = counts["relation spurious"] + counts["relation spurious for a wrong span"]
    assert (missing + wrong, spurious + wrong) == (relations.fn, relations.fp)


@settings(max_examples=100, deadline=None)
@given(documents(), documents())
def test_both_sides_show_the_text_once_and_arcs_between_the_right_entities(gold: Document, predicted: Document) -> None:
    for sentence in sentences_with_errors(document_data(gold, predicted)):
        for document, view in ((gold, sentence.gold), (predicted, sentence.predicted)):
            assert "".join(piece.text for piece in view.pieces) == gold.text
            shown = [piece.span for piece in view.pieces if piece.span]
            assert {(shown[a.head].id, a.type, shown[a.tail].id) for a in view.arcs} == {
                (relation.head, relation.type, relation.tail) for relation in document.relations
            }


def sample() -> dict[str, Any]:
    """Two sentences with errors, one without: a wrong border with its relation, a missing LOC, a wrong label."""
    gold = spans_of(("TIME", "Quý I/2021"), ("LOC", "tỉnh Bắc Hà"), ("QUANTITY", "300 tỷ đồng"))
    predicted = spans_of(("TIME", "Quý I/2021"), ("LOC", "Bắc Hà"), ("QUANTITY", "300 tỷ đồng"))
    gold += spans_of(("LOC", "Huyện Đông Sơn"), ("QUANTITY", "45 trường"))
    predicted += spans_of(("PERCENT", "45 trường"))
    document = {
        "id": "budget/report-1",
        "text": TEXT,
        "sentences": [[match.start(), match.end()] for match in re.finditer(r".+", TEXT)],
        "gold": side(gold, [(2, "AT_TIME", 0), (2, "SUBJECT", 1), (4, "SUBJECT", 3)]),
        "predicted": side(predicted, [(2, "AT_TIME", 0), (2, "SUBJECT", 1)]),
    }
    document["predicted"]["entities"][1]["score"] = 0.625
    return {"scores": scores_of([document]), "documents": [document]}


def scores_of(data: list[dict[str, Any]]) -> dict[str, Any]:
    pair = [[as_document(document, name) for document in data] for name in ("gold", "predicted")]
    scores = Scores(score_entities(*pair), score_relations(*pair)).to_json()
    return {"model": "m", "gold": {"source": "g", "documents": len(data)}, **scores}


def as_document(data: dict[str, Any], name: str) -> Document:
    entities = [Entity(e["id"], e["label"], e["start"], e["end"], "") for e in data[name]["entities"]]
    relations = [Relation("R1", r["type"], r["head"], r["tail"]) for r in data[name]["relations"]]
    return Document(data["id"], data["text"], entities, relations)


class Page(HTMLParser):
    """Text of the page by element, and the elements' attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self.handle_data(" " * (tag in ("td", "th")))  # cells stand apart
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)

    def rows(self) -> list[str]:
        return [" ".join(row.split()) for row in self.texts["tr"]]


def test_without_a_script_sentences_and_errors_can_be_read() -> None:
    page = Page(render(sample()))
    assert page.texts["h3"] == ["budget/report-1 sentence 1", "budget/report-1 sentence 2"]
    rows = page.rows()
    assert "wrong border tỉnh Bắc Hà LOC Bắc Hà LOC 0.62" in rows
    assert "relation missing for a wrong span 300 tỷ đồng SUBJECT tỉnh Bắc Hà –" in rows
    assert "relation spurious for a wrong span – 300 tỷ đồng SUBJECT Bắc Hà" in rows
    assert "missing Huyện Đông Sơn LOC –" in rows
    assert "relation missing for a wrong span 45 trường SUBJECT Huyện Đông Sơn –" in rows
    assert "wrong label 45 trường QUANTITY 45 trường PERCENT" in rows
    assert ("form", {"id": "filter", "hidden": None}) in page.elements  # of no use without the script that shows it


def test_scores_are_shown_in_percent() -> None:
    rows = Page(render(sample())).rows()
    # 2 of 5 gold entities are found, 4 were predicted; LOC: 0 of 2, 1 predicted
    assert "entities 50.0 40.0 44.4 2 2 3" in rows
    assert "LOC 0.0 0.0 0.0 0 1 2" in rows


OPTIONAL = {
    "confusion": {"labels": ["LOC", "none"], "counts": [[17, 1], [2, 0]]},
    "relation_confusion": {"labels": ["SUBJECT", "none"], "counts": [[5, 1], [2, 0]]},
    "calibration": {
        "entities": {"ece": 0.034, "bins": [{"predicted": 0.9, "observed": 0.87, "count": 31}]},
        "relations": {"ece": None, "bins": []},
    },
    "by_length": [
        {"low": 1, "high": 10, "sentences": 12, "entities_f": 0.91, "relations_f": 0.8, "entities": {"f": 0.91}},
        {"low": 11, "high": None, "sentences": 7, "entities_f": 0.82, "relations_f": 0.66, "entities": {"f": 0.82}},
    ],
    "learning_curve": [{"sentences": 1250, "entities_f": 0.7}, {"sentences": 2500, "entities_f": 0.8}],
    "by_field": [{"field": "budget", "documents": 3, "rows_f": 0.512}],
    "baselines": [
        {"name": "rules", "entities": {"f": 0.523}, "relations": {"f": 0.31}, "rows": None, "speed": 21034.4},
        {
            "name": "m",
            "entities": {"f": 0.444},
            "relations": {"f": 0.4},
            "rows": None,
            "speed": 800.0,
        },  # the model itself
        {"name": "tagger", "entities": {"f": 0.14}, "relations": None, "rows": None, "speed": None},
    ],
}
SECTIONS = {
    "confusion": "confusion",
    "calibration": "calibration",
    "by_length": "length",
    "learning_curve": "curve",
    "by_field": "fields",
}


def test_everything_given_is_shown() -> None:
    data = {**sample(), **OPTIONAL}
    ratios = {"p": 0.91, "r": 0.82, "f": 0.863}
    data["scores"]["entities"]["partial"] = ratios
    data["scores"]["relations"]["end_to_end_partial"] = {**ratios, "tp": 3, "fp": 1, "fn": 2}
    data["scores"]["records"] = {"fields": {"unit": {"accuracy": 0.974, **ratios}, "status": {"accuracy": 0.9}}}
    page = Page(render(data))
    rows = page.rows()
    for expected in [
        "LOC 17 1",
        "SUBJECT 5 1",
        "1–10 12 91.0 80.0",
        "≥ 11 7 82.0 66.0",
        "1,250 70.0",
        "budget 3 51.2",
        "rules 52.3 31.0 – 21,034",
        "tagger 14.0 – – –",
        "partial 91.0 82.0 86.3",
        "end to end 91.0 82.0 86.3",
        "unit 97.4 91.0 82.0 86.3",
        "status 90.0 – – –",
    ]:
        assert expected in rows, expected
    assert sum(row.startswith("m ") for row in rows) == 1
    assert any("expected calibration error 3.4%" in caption for caption in page.texts["figcaption"])


@pytest.mark.parametrize("key", SECTIONS)
def test_a_section_without_data_is_left_out(key: str) -> None:
    def sections(data: dict[str, Any]) -> set[str | None]:
        return {found.get("id") for tag, found in Page(render(data)).elements if tag == "section"}

    whole = {**sample(), **OPTIONAL}
    for without in ({k: v for k, v in whole.items() if k != key}, {**whole, key: None}):
        assert sections(whole) - sections(without) == {SECTIONS[key]}


def test_without_documents_there_are_scores_and_no_errors_to_browse() -> None:
    page = Page(render({"scores": sample()["scores"], "documents": []}))
    assert "entities 50.0 40.0 44.4 2 2 3" in page.rows()
    assert [found.get("id") for tag, found in page.elements if tag == "section"] == ["summary", "classes"]
    assert page.count("script") == page.count("form") == 0


def test_a_comparison_is_shown() -> None:
    data = sample()
    other = {"model": "n", **{key: data["scores"][key] for key in ("entities", "relations")}}
    difference = {"f": -0.0512, "interval": [-0.08, -0.011], "p": 0.004}
    data["scores"]["intervals"] = {"level": 0.95, "samples": 1000, "unit": "documents", "f": {}}
    data["scores"]["against"] = {**other, "differences": {"entities.micro": difference}}
    data["scores"]["against"]["classes"] = [
        {"measure": "entities", "name": "ORG", "f": 0.0, "interval": [0.0, 0.0], "p": 1.0},
        {"measure": "entities", "name": "TIME", "f": 0.02, "interval": [-0.01, 0.05], "p": 0.31},
        {"measure": "entities", "name": "LOC", "f": -0.341, "interval": [-0.4, -0.3], "p": 0.001},
    ]
    item = {"what": "entity", "name": "LOC", "text": "Bắc Hà", "how": "no longer found"}
    change = {"document": "a/b", "start": 0, "end": 7, "text": "Ở Bắc Hà", "better": [], "worse": [item]}
    data["scores"]["against"]["changes"] = [change] * 201
    page = Page(render(data))
    rows = page.rows()
    assert "entities 44.4 44.4 -5.1 -8.0 – -1.1 0.004" in rows
    # the surest first; what does not differ is left out
    assert rows.index("entities LOC -34.1 -40.0 – -30.0 0.001") + 1 == rows.index(
        "entities TIME +2.0 -1.0 – +5.0 0.310"
    )
    assert not any(row.startswith("entities ORG") for row in rows)
    assert page.texts["li"].count("no longer found: Bắc Hà LOC") == 200
    assert "The first 200 of 201." in page.texts["p"]


HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=alert(1)> \"'&amp; \u202eabc \0 \ud800 ]]>-->"
)


def hostile() -> dict[str, Any]:
    """Markup in every string that comes from outside."""
    spans = [(HOSTILE, 0, 8), ("LOC", 9, len(HOSTILE))]
    gold, predicted = side(spans, [(0, HOSTILE, 1)]), side(spans[:1])
    document = {"id": HOSTILE, "text": HOSTILE, "sentences": [[0, len(HOSTILE)]], "gold": gold, "predicted": predicted}
    data = {"scores": scores_of([document]), "documents": [document], **OPTIONAL}
    data["scores"]["model"] = data["scores"]["gold"]["source"] = HOSTILE
    data["baselines"] = [{**OPTIONAL["baselines"][0], "name": HOSTILE}]  # type: ignore[index]
    data["confusion"] = {"labels": [HOSTILE], "counts": [[3]]}
    return data


def test_hostile_text_stays_text() -> None:
    html = render(hostile())
    html.encode("utf-8")
    page, harmless = Page(html), Page(render(sample()))
    for tag in ("script", "img", "style", "meta", "link", "iframe"):
        assert page.count(tag) == harmless.count(tag), tag
    assert not any(name.startswith("on") for _, found in page.elements for name in found)
    shown = [text for text in page.texts["p"] if text.startswith("</script><script>document.title='taken'</script>")]
    assert len(shown) == 2  # the sentence on both sides


def test_the_page_loads_nothing() -> None:
    html = render({**sample(), **OPTIONAL})
    for _, found in Page(html).elements:
        assert not found.keys() & {"src", "srcset", "action", "background"}
        assert (found.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import", html)
    [policy] = [found["content"] or "" for _, found in Page(html).elements if "http-equiv" in found]
    assert policy.startswith("default-src 'none';")


def test_a_document_without_sentences_or_entities() -> None:
    empty = {"id": "e", "text": "", "sentences": [], "gold": side([]), "predicted": side([])}
    whole = {"id": "w", "text": "abc", "sentences": [], "gold": side([("LOC", 0, 3)]), "predicted": side([])}
    data = {"scores": scores_of([empty, whole]), "documents": [empty, whole]}
    assert Page(render(data)).texts["h3"] == ["w sentence 1"]


def test_an_entity_over_a_sentence_border_is_shown_whole() -> None:
    document = {"id": "d", "text": "ab\ncd", "sentences": [[0, 2], [3, 5]], "gold": side([]), "predicted": side([])}
    document["predicted"] = side([("LOC", 1, 4)])
    [sentence] = sentences_with_errors(document)
    assert [piece.text for piece in sentence.predicted.pieces] == ["a", "b\nc"]
    assert [piece.text for piece in sentence.gold.pieces] == ["ab\nc"]


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    folders = {}
    for name in ("gold", "predicted"):
        folders[name] = tmp_path / name
        folders[name].mkdir()
        (folders[name] / "a.txt").write_bytes(TEXT.encode())
        document = as_document(sample()["documents"][0], name)
        entities = [Entity(e.id, e.label, e.start, e.end, TEXT[e.start : e.end]) for e in document.entities]
        (folders[name] / "a.ann").write_bytes(format_annotations(entities, document.relations).encode())
    parser = argparse.ArgumentParser()
    evaluate.configure(parser)
    gold = str(folders["gold"])
    call = [
        "--corpus",
        gold,
        "--annotations",
        gold,
        "--predicted",
        str(folders["predicted"]),
        "--report",
        str(tmp_path),
    ]
    assert evaluate.run(parser.parse_args(call)) == 0
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.texts["h3"] == ["a sentence 1", "a sentence 2"]
    assert "missing Huyện Đông Sơn LOC –" in page.rows()


def test_three_thousand_sentences_stay_a_few_megabytes() -> None:
    [document] = sample()["documents"]
    many = [{**document, "id": f"d{i}"} for i in range(1500)]
    start = perf_counter()
    html = render({"scores": scores_of(many), "documents": many})
    assert perf_counter() - start < 30
    assert html.count("<article>") == 3000
    assert len(html.encode()) < 8 * 2**20


def test_one_endless_sentence_costs_no_more_than_its_length() -> None:
    spans = [("LOC", 2 * i, 2 * i + 1) for i in range(40_000)]
    links = [(i, "SUBJECT", i + 1) for i in range(len(spans) - 1)]
    gold, predicted = read_side(side(spans, links), ""), read_side(side(spans[::2]), "")
    start = perf_counter()
    assert len(find_errors(gold, predicted)) == 20_000 + 39_999
    assert perf_counter() - start < 20  # all pairs of entities would take many minutes


def test_a_dot_stands_at_its_share_within_its_interval() -> None:
    svg = str(dots([Estimate("rows", 0.5, (0.4, 0.6), {"rules": 0.25})], "t"))
    [low, high] = map(float, re.search(r'class="whisker" x1="([\d.]+)".*?x2="([\d.]+)"', svg).groups())  # type: ignore[union-attr]
    other, own = (float(x) for x in re.findall(r'<path class="[^"]+" transform="translate\(([\d.]+)', svg))
    assert own == pytest.approx((low + high) / 2)
    assert other - own == pytest.approx(-2.5 * (own - low), abs=0.2)


def test_calibrated_points_lie_on_the_diagonal() -> None:
    bins = [{"predicted": share, "observed": share, "count": 5} for share in (0.1, 0.5, 0.9)]
    svg = str(reliability(bins, "t"))
    x1, y1, x2, y2 = map(float, re.search(r'"diagonal" x1="(.*?)" y1="(.*?)" x2="(.*?)" y2="(.*?)"', svg).groups())  # type: ignore[union-attr]
    points = [(float(x), float(y)) for x, y in re.findall(r'cx="(.*?)" cy="(.*?)"', svg)]
    assert len(points) == 3
    for x, y in points:
        assert (x - x1) / (x2 - x1) == pytest.approx((y - y1) / (y2 - y1), abs=0.01)


def test_a_line_leaves_out_what_is_not_known() -> None:
    svg = str(lines(["a", "b", "c"], {"rows": [0.5, None, 0.7]}, "t", "size"))
    [points] = re.findall(r'<polyline class="series s0" points="(.*?)"', svg)
    assert len(points.split()) == 2


def test_arcs_are_numbers_that_a_script_can_read() -> None:
    page = Page(render(sample()))
    [names] = [json.loads(found["data-names"] or "") for _, found in page.elements if "data-names" in found]
    arcs = [json.loads(found["data-arcs"] or "") for _, found in page.elements if "data-arcs" in found]
    named = [[(head, names[type_], tail, wrong) for head, tail, type_, wrong in view] for view in arcs]
    assert named == [  # both sides of sentence 1, then of sentence 2
        [(2, "AT_TIME", 0, 0), (2, "SUBJECT", 1, 1)],
        [(2, "AT_TIME", 0, 0), (2, "SUBJECT", 1, 1)],
        [(1, "SUBJECT", 0, 1)],
        [],
    ]


# In a real browser: Chromium without a window, driven over WebDriver.

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1366,860"),
]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    binary, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("chromium and chromedriver are not on the path (Debian: chromium, chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()


@pytest.fixture
def show(chromium: Any, tmp_path: Path) -> Any:
    """A function that opens the page of some data, with a fragment of the address."""

    def open_page(data: dict[str, Any], fragment: str = "") -> Any:
        path = tmp_path / "report.html"
        path.write_bytes(render(data).encode("utf-8"))
        chromium.get("about:blank")  # the same address with another fragment would not be loaded again
        chromium.get_log("browser")
        chromium.get(path.as_uri() + fragment)
        return chromium

    return open_page


def shown_sentences(browser: Any) -> list[str]:
    script = """
        const shown = [...document.querySelectorAll('article')].filter((article) => article.getClientRects().length);
        return shown.map((article) => article.querySelector('h3').textContent);"""
    return [title.split()[-1] for title in browser.execute_script(script)]


def choose(browser: Any, name: str, value: str) -> None:
    """As a user does: the field gets the focus and is typed into."""
    field = browser.find_element("name", name)
    field.send_keys(value)
    assert field.get_attribute("value") == value


def test_the_console_stays_empty(show: Any) -> None:
    browser = show({**sample(), **OPTIONAL})
    assert browser.get_log("browser") == []
    browser.execute_script("console.error('planted')")
    assert len(browser.get_log("browser")) == 1  # so that an error would have been seen


def test_hostile_text_does_not_run(show: Any) -> None:
    browser = show(hostile())
    assert browser.title.startswith("Evaluation of </script>")
    assert browser.get_log("browser") == []
    assert len(browser.find_elements("css selector", "article mark")) == 3


def test_the_policy_stops_a_script_that_is_not_ours(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    foreign = "<script>document.title = 'taken'</script></main>"
    path.write_text(render(sample()).replace("</main>", foreign), encoding="utf-8")
    chromium.get(path.as_uri())
    assert chromium.title == "Evaluation of m"
    assert "Content Security Policy" in chromium.get_log("browser")[0]["message"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["1", "2"]),
        ({"label": "LOC"}, ["1", "2"]),
        ({"label": "PERCENT"}, ["2"]),  # a label that only the prediction has
        ({"label": "SUBJECT"}, ["1", "2"]),
        ({"label": "AT_TIME"}, []),  # in the sentence, but right
        ({"kind": "wrong border"}, ["1"]),
        ({"label": "LOC", "kind": "missing"}, ["2"]),
        ({"label": "QUANTITY", "kind": "missing"}, []),  # each in sentence 2, but not of one error
        ({"text": "BẮC HÀ"}, ["1"]),
        ({"text": "report-1", "kind": "relation spurious for a wrong span"}, ["1"]),
    ],
)
def test_filters(show: Any, fields: dict[str, str], expected: list[str]) -> None:
    browser = show(sample())
    for name, value in fields.items():
        choose(browser, name, value)
    assert shown_sentences(browser) == expected
    assert browser.find_element("id", "shown").text == f"{len(expected)} of 2 sentences"
    address = browser.current_url
    browser.get("about:blank")
    browser.get(address)  # a filter can be linked to
    assert shown_sentences(browser) == expected
    browser.find_element("css selector", "button[type=reset]").click()
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    assert shown_sentences(browser) == ["1", "2"]


@pytest.mark.parametrize(("which", "expected"), [("wrong", 3), ("all", 5), ("none", 0)])
def test_relations_are_drawn_as_asked_for(show: Any, which: str, expected: int) -> None:
    browser = show(sample(), f"#arcs={which}")
    browser.execute_script("for (const article of document.querySelectorAll('article')) drawCard(article)")
    heads = browser.find_elements("css selector", "article svg path.head")
    assert len(heads) == expected  # on lines this short each relation is one arc with one arrowhead
    assert browser.get_log("browser") == []


def test_an_arc_ends_at_the_entity_it_is_about(show: Any) -> None:
    browser = show(sample(), "#arcs=wrong")
    script = """
        const sentence = document.querySelectorAll('p.text')[2];
        drawCard(sentence.closest('article'));
        return ['path.head', 'mark'].map((name) => sentence.querySelector(name).getBoundingClientRect().toJSON());"""
    head, mark = browser.execute_script(script)
    assert mark["left"] < head["left"] < head["right"] < mark["right"]
    assert 0 <= mark["top"] - head["bottom"] < 8


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_colour_scheme(show: Any, scheme: str, dark: bool) -> None:
    browser = show({**sample(), **OPTIONAL})
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    paper, ink = (
        sum(map(int, re.findall(r"\d+", browser.execute_script(f"return getComputedStyle(document.body).{name}"))[:3]))
        for name in ("backgroundColor", "color")
    )
    assert (paper < 150 and ink > 600) if dark else (paper > 700 and ink < 150)
    assert colours(browser.get_screenshot_as_png()) > 50
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def colours(png: bytes) -> int:
    """How many different bytes the image's data has; an image of one colour has a handful."""
    data, place = b"", 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    return len(set(zlib.decompress(data)))


def test_an_empty_window_is_told_from_a_page(show: Any) -> None:
    browser = show(sample())
    browser.get("about:blank")
    assert colours(browser.get_screenshot_as_png()) < 10


def test_on_paper_arcs_are_drawn_and_the_form_is_gone(show: Any) -> None:
    browser = show({**sample(), **OPTIONAL}, "#arcs=all")
    browser.execute_script("""
        for (const svg of document.querySelectorAll('article svg')) svg.remove();
        addEventListener('beforeprint', () => { seen = document.querySelectorAll('path.head').length; });""")
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert pdf.startswith(b"%PDF")
    assert browser.execute_script("return seen") == 5
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not browser.find_element("tag name", "form").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_nothing_is_wider_than_a_small_window(show: Any) -> None:
    browser = show(sample())
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 800, "height": 600, "deviceScaleFactor": 1, "mobile": False}
    )
    width = browser.execute_script("return document.documentElement.scrollWidth")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width <= 800


def test_without_scripts_all_errors_are_on_the_page(show: Any, chromium: Any) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser = show(sample())
        assert [a.is_displayed() for a in browser.find_elements("tag name", "article")] == [True, True]
        assert not browser.find_element("tag name", "form").is_displayed()
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
