"""Tools over a whole corpus: lists to review, reviewed exceptions, agreement of two annotations, the data card."""

import random
from pathlib import Path

import pytest
from ie_model_training.agreement import Overlap, compare, differences, format_agreement
from ie_model_training.card import BEGIN, END, card, split_at_figures, write_card
from ie_model_training.check import Finding, check_corpus, read_rules
from ie_model_training.duplicates import near_duplicates, similar_pairs
from ie_model_training.gold import read_gold
from ie_model_training.independence import copied_words, read_texts
from ie_model_training.markup import compile_markup
from ie_model_training.review import review_corpus
from ie_model_training.reviewed import format_reviewed, read_reviewed, set_aside
from ie_model_training.vietnews import format_reference, make_reference

from ie_model.cli.main import main
from ie_model.errors import InputError, SchemeError, StandoffError
from ie_model.scheme import read_scheme
from ie_model.standoff import Document, format_annotations, read_corpus

ROOT = Path(__file__).parent.parent
SCHEME = read_scheme(ROOT / "annotations" / "annotation.conf")
RULES = read_rules(ROOT / "annotations" / "checks.toml")


def documents(*markups: str) -> list[Document]:
    """``d1``, ``d2`` …, one for each markup, whose sentences are parted by `` / ``."""
    return [
        document
        for number, markup in enumerate(markups, 1)
        for document in compile_markup(f"=== d{number}\n" + markup.replace(" / ", "\n") + "\n", "f")
    ]


def listed(markups: list[str], code: str) -> list[tuple[str, int, str]]:
    findings = [*check_corpus(documents(*markups), SCHEME, RULES), *review_corpus(documents(*markups), SCHEME, RULES)]
    assert not any(finding.failure for finding in findings)
    return [(f.document, f.line, f.text) for f in findings if f.code == code]


HUE = "ở {Huế|LOC} / đến {Huế|LOC}"


class TestDifferingMentions:
    @pytest.mark.parametrize(
        ("markups", "found"),
        [
            ([HUE, "một / gần HUẾ"], [("d2", 2, "HUẾ")]),  # without case
            ([HUE, "{Huế|ORG} họp"], [("d2", 1, "Huế")]),
            (["{UBND xã|ORG} / {UBND xã|ORG}", "{UBND|ORG} xã"], [("d2", 1, "UBND xã")]),  # a part of it alone
            ([HUE, "bún bò Huế / chợ Huế / {Huế|LOC}"], [("d2", 1, "Huế"), ("d2", 2, "Huế")]),
            ([HUE, "{TP. Huế|LOC} / {Đại học Huế|ORG}"], []),  # inside a longer entity
            (["ở {Huế|LOC}", "gần Huế"], []),  # annotated once only
            ([HUE, "Huếng / Huế-Vinh"], []),  # not on the borders of tokens
            (["{Đức|LOC} / {Đức|LOC}", "đạo đức"], []),  # capital wherever annotated
            (["{hiện|TIME} / {hiện|TIME}", "thực hiện / hiện đại / thể hiện"], []),  # part of other words
            (["{thu|i:INDICATOR} {5|QUANTITY LEVEL_OF=i} / {thu|i:INDICATOR} {5|QUANTITY LEVEL_OF=i}", "thu"], []),
            (["{tỉnh Huế|LOC} / {Huế|LOC} / {tỉnh Huế|LOC} / {Huế|LOC}", "tỉnh Huế"], [("d2", 1, "tỉnh Huế")]),
        ],
    )
    def test_the_minority_is_listed(self, markups, found):
        assert listed(markups, "differs") == found

    def test_the_message_names_both_ways(self):
        (finding,) = [f for f in review_corpus(documents(HUE, "{Huế|ORG}"), SCHEME, RULES) if f.code == "differs"]
        assert str(finding) == "notice: d2, line 1: 'Huế' is ORG here, LOC at 2 of 3 places [differs]"

    def test_composed_and_decomposed_letters_are_one_string(self):
        assert listed([HUE, "gần Hue\u0302\u0301"], "differs") == [("d2", 1, "Hue\u0302\u0301")]


class TestEdges:
    @pytest.mark.parametrize(
        ("markup", "found"),
        [
            ("hơn {5 ha|QUANTITY}", ["5 ha"]),
            ("cao hơn {5 ha|QUANTITY}", []),  # a comparison, not an approximator
            ("{5 ha|QUANTITY} trở lên", ["5 ha"]),
            ("{5 tỷ đồng|QUANTITY}/tháng", ["5 tỷ đồng"]),
            ("{từ 5 ha trở lên|QUANTITY} đất", []),
        ],
    )
    def test_words_left_outside(self, markup, found):
        assert [text for _, _, text in listed([markup], "outside")] == found


class TestGraphs:
    @pytest.mark.parametrize(
        ("markup", "code", "found"),
        [
            ("{Thu|i:INDICATOR} {5|QUANTITY LEVEL_OF=i}, {6|QUANTITY}", "unmeasured", ["6"]),
            ("{Thu|i:INDICATOR} {5|QUANTITY LEVEL_OF=i}, {6|QUANTITY}, {7|QUANTITY}", "unmeasured", []),
            ("{5|QUANTITY}", "unmeasured", []),
            ("{A|o:ORG} {5|QUANTITY SUBJECT=o}, {6|QUANTITY SUBJECT=o}, {7|QUANTITY}", "unshared", ["7"]),
            ("{2020|t:TIME} {5|QUANTITY AT_TIME=t}, {6|QUANTITY AT_TIME=t}, {7|QUANTITY}", "unshared", ["7"]),
            ("{2020|t:TIME} {5|QUANTITY AT_TIME=t}, {7|QUANTITY}", "unshared", []),  # one other is no list
            (
                "{2020|t:TIME} {2021|u:TIME} {5|QUANTITY AT_TIME=t}, {6|QUANTITY AT_TIME=u}, {7|QUANTITY}",
                "unshared",
                [],
            ),
            ("{5|QUANTITY COMPARED_TO=t} so với {2020|t:TIME}", "base-only", ["5"]),
            ("{Thu|i:INDICATOR} {5|QUANTITY INCREASE_OF=i COMPARED_TO=t} {2020|t:TIME}", "base-only", []),
            ("{Thu|i:INDICATOR}" + " {5|QUANTITY LEVEL_OF=i}" * 6, "crowded", []),
            ("{Thu|i:INDICATOR}" + " {5|QUANTITY LEVEL_OF=i}" * 7, "crowded", ["Thu"]),
        ],
    )
    def test_unusual_graphs(self, markup, code, found):
        assert [text for _, _, text in listed([markup], code)] == found

    def test_sentences_are_looked_at_one_by_one(self):
        assert listed(["{Thu|i:INDICATOR} {5|QUANTITY LEVEL_OF=i} / {6|QUANTITY}"], "unmeasured") == []


class TestNumbers:
    @pytest.mark.parametrize(
        "text",
        [
            "1. Thu ngân sách", "2.1. Thu", "Ngày 5/7/2019 họp", "năm 2019", "từ 2019", "Thông tư 39/2018/TT-BYT",
            "Chỉ thị 24-CT/TU", "Nghị quyết số 15", "theo Điều 216", "khoản 3 Điều 54", "bão số 12", "kỳ họp thứ 8",
            "xếp thứ 15/63", "quý 3", "đợt 2", "quận 1, 3 và 10", "quốc lộ 1A", "lúc 13 giờ", "lúc 7h05", "17h30",
            "5 giờ sáng", "trực 24/24", "Bà Lý (62 tuổi)", "tuổi từ 30 đến 50", "SN 1987", "tổng đài 1900 6018",
            "số 0205.3812.456", "Covid-19", "tàu SE6", "xăng A92", "mạng 5G", "cả 3 đơn vị", "khóa 12",
        ],
    )  # fmt: skip
    def test_known_kinds_are_no_figures(self, text):
        assert listed([text], "number") == []

    @pytest.mark.parametrize("text", ["trồng 12 ha", "đạt 98,5%", "thu 1.250 tỷ", "cho 85 cán bộ", "từ 20-25 phút"])
    def test_other_numbers_are_listed_unless_annotated(self, text):
        assert listed([text], "number")
        assert listed([f"{{{text}|QUANTITY}}"], "number") == []

    def test_a_pattern_that_is_none_is_named(self):
        with pytest.raises(SchemeError, match=r"'\(' is no regular expression"):
            list(review_corpus([], SCHEME, {"numbers": {"not_figures": ["("]}}))


class TestNearDuplicates:
    LONG = "Thu ngân sách trên địa bàn tỉnh năm 2020 ước đạt tám trăm tỷ đồng"

    def test_within_and_between_documents(self):
        found = near_duplicates(documents(f"Đầu đề / {self.LONG}", f"{self.LONG}. / Khác / {self.LONG} !"), 0.8, 20)
        assert [(f.document, f.line, f.message[-14:]) for f in found] == [
            ("d2", 1, "like d1, line 2"[-14:]),
            ("d2", 3, "like d1, line 2"[-14:]),
        ]

    def test_short_sentences_are_left_out(self):
        assert list(near_duplicates(documents("Đầu đề", "Đầu đề"), 0.8, 20)) == []

    @pytest.mark.parametrize(
        ("a", "b", "similarity"),
        [
            ("abcdefgh", "abcdefgh", 1.0),
            ("abcdefgh", "ABCDE  FGH", None),  # the space counts, the second does not
            ("Abc  defgh", "abc defgh", 1.0),
            ("abcdefghi", "abcdefghX", 4 / 6),  # 5 runs each, 4 shared
            ("abc", "abc", 1.0),  # shorter than a run
            ("abcdefgh", "hgfedcba", None),
        ],
    )
    def test_similarity_is_that_of_runs_of_five(self, a, b, similarity):
        expected = [] if similarity is None else [(1, 0, pytest.approx(similarity))]
        assert list(similar_pairs([a, b], 0.5)) == expected

    @pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 1.0])
    def test_the_index_misses_no_pair(self, threshold):
        def runs(text):
            return {text[i : i + 5] for i in range(max(1, len(text) - 4))}

        chance = random.Random(0)
        base = ["".join(chance.choices("abc", k=30)) for _ in range(12)]
        texts = [text[: chance.randint(3, 30)] + "".join(chance.choices("abc", k=3)) for text in base * 10]
        every = {
            (j, i)
            for j in range(len(texts))
            for i in range(j)
            if len(runs(texts[i]) & runs(texts[j])) / len(runs(texts[i]) | runs(texts[j])) >= threshold
        }
        assert {(later, earlier) for later, earlier, _ in similar_pairs(texts, threshold)} == every


class TestReviewed:
    FINDINGS = (
        Finding("d1", 3, "differs", "Huế", "m"),
        Finding("d1", 9, "differs", "Huế", "m"),
        Finding("d1", 4, "number", "số #5", "m"),
        Finding("d2", 1, "edge", "a,", "m", failure=True),
    )

    def write(self, folder: Path, *lines: str) -> Path:
        path = folder / "reviewed.txt"
        path.write_bytes("\n".join(lines).encode("utf-8"))
        return path

    def test_listed_findings_are_set_aside_and_unused_lines_told(self, tmp_path):
        path = self.write(
            tmp_path, "# why", "", "differs d1 Huế  # a dish", "differs d2 Huế", "number d1 số #5", "edge d2 a,"
        )
        remaining, unused = set_aside(self.FINDINGS, read_reviewed(path))
        assert remaining == [self.FINDINGS[-1]]  # a failure is never let pass
        assert [(line.line, str(line)) for line in unused] == [(4, "differs d2 Huế"), (6, "edge d2 a,")]

    def test_findings_can_be_written_as_lines(self, tmp_path):
        path = self.write(tmp_path, *map(format_reviewed, self.FINDINGS[:3]))
        assert set_aside(self.FINDINGS[:3], read_reviewed(path)) == ([], [])

    def test_a_missing_file_is_an_empty_one(self, tmp_path):
        assert read_reviewed(tmp_path / "reviewed.txt") == []

    @pytest.mark.parametrize("line", ["differs d1", "differs d1  # why"])
    def test_errors_name_the_line(self, tmp_path, line):
        with pytest.raises(StandoffError, match=r"reviewed\.txt, line 2: expected"):
            read_reviewed(self.write(tmp_path, "#", line))

    def test_the_projects_own_file_can_be_read(self):
        codes = {line.code for line in read_reviewed(ROOT / "annotations" / "reviewed.txt")}
        assert codes <= {
            "first-word", "last-word", "outside", "differs", "unmeasured", "unshared", "crowded", "base-only", "number",
            "duplicate",
        }  # fmt: skip


class TestIndependence:
    NINE = "một hai ba bốn năm sáu bảy tám chín"

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (f"Đầu / MỘT, hai ba bốn năm sáu (bảy) tám chín! / {NINE} mười", [2, 3]),
            (f"không / {NINE} mười mười một", [2]),  # one stretch, however long
            ("một hai ba bốn năm sáu bảy tám", []),
            ("một hai ba bốn / năm sáu bảy tám chín", [1]),  # a line's end parts no words
        ],
    )
    def test_nine_words_in_a_row(self, tmp_path, text, found):
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "a.txt").write_bytes(f"{self.NINE} mười. mười một".encode())
        findings = list(copied_words(documents(text), read_texts(tmp_path)))
        assert [finding.line for finding in findings] == found
        assert all(finding.failure and "a.txt" in finding.message for finding in findings)

    def test_a_folder_without_texts_is_no_measure(self, tmp_path):
        with pytest.raises(InputError, match=r"no \.txt below"):
            read_texts(tmp_path)


A = "{Năm 2020|t:TIME}, {thu|i:INDICATOR} đạt {5 tỷ|QUANTITY LEVEL_OF=i AT_TIME=t} / ở {Huế|LOC}"
B = "{Năm 2020|t:TIME}, {thu|i:INDICATOR} đạt {5 tỷ|QUANTITY TARGET_OF=i AT_TIME=t} / ở {Huế|ORG}"
C = "Năm {2020|t:TIME}, {thu|i:INDICATOR} đạt {5 tỷ|QUANTITY LEVEL_OF=i AT_TIME=t} / ở {Huế|LOC}"


class TestAgreement:
    def test_labels_and_types(self):
        agreement = compare(documents(A), documents(B))
        assert (agreement.documents, agreement.sentences) == (1, 2)
        assert agreement.entities == {
            "INDICATOR": Overlap(1, 0, 0), "LOC": Overlap(0, 1, 0), "ORG": Overlap(0, 0, 1),
            "QUANTITY": Overlap(1, 0, 0), "TIME": Overlap(1, 0, 0),
        }  # fmt: skip
        assert agreement.relations == {
            "AT_TIME": Overlap(1, 0, 0), "LEVEL_OF": Overlap(0, 1, 0), "TARGET_OF": Overlap(0, 0, 1),
        }  # fmt: skip

    def test_a_relation_needs_both_of_its_spans(self):
        agreement = compare(documents(A), documents(C))
        assert agreement.entities["TIME"] == Overlap(0, 1, 1)
        assert agreement.relations == {"AT_TIME": Overlap(0, 1, 1), "LEVEL_OF": Overlap(1, 0, 0)}

    @pytest.mark.parametrize(
        ("overlap", "f1"),
        [(Overlap(3, 1, 1), 0.75), (Overlap(0, 2, 0), 0.0), (Overlap(), 1.0), (Overlap(2, 2, 0), 2 / 3)],
    )
    def test_f1(self, overlap, f1):
        assert overlap.f1 == pytest.approx(f1)

    def test_micro_scores_in_the_table(self):
        lines = format_agreement(compare(documents(A), documents(B))).splitlines()
        assert lines[0] == "1 documents, 2 sentences"
        assert lines[2].split() == ["entities", "3", "1", "1", "0.750"]
        assert next(line for line in lines if line.startswith("relations")).split()[1:] == ["1", "1", "1", "0.500"]

    def test_sentences_that_differ(self):
        assert [d.sentence for d in differences(documents(A), documents(B))] == [1, 2]
        (difference,) = differences(documents(A), documents(C))
        assert difference.a.startswith("{Năm 2020|") and difference.b.startswith("Năm {2020|")

    def test_common_documents_with_the_same_text(self):
        assert compare(documents(A, "một"), documents(A)).documents == 1
        with pytest.raises(StandoffError, match="d1: the two texts differ from sentence 2 on"):
            compare(documents("một / hai"), documents("một / ba"))
        with pytest.raises(StandoffError, match="no document in common"):
            compare(documents("một"), [])


@pytest.fixture
def project(tmp_path):
    """Two written documents and two by reference, of which there is no text; of each kind one is held out."""
    markup = (
        f"=== tax/report-01\n{A}\n".replace(" / ", "\n")
        + "=== tax/news-01\nKhông có số nào ở đây\nThu {6 tỷ|QUANTITY}, bằng {9%|PERCENT}\n"
    )
    for document in compile_markup(markup, "f"):
        for folder, suffix, content in (
            ("corpus", ".txt", document.text),
            ("annotations", ".ann", format_annotations(document.entities, document.relations)),
        ):
            path = tmp_path / folder / (document.id + suffix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8"))
    annotations = tmp_path / "annotations"
    for name in ("annotation.conf", "checks.toml"):
        (annotations / name).write_bytes((ROOT / "annotations" / name).read_bytes())
    (annotations / "held-out.txt").write_text("tax/news-01\n", encoding="utf-8")
    (annotations / "vietnews").mkdir()
    (annotations / "vietnews" / "held-out.txt").write_text("vietnews/000002\n", encoding="utf-8")
    markup = "=== vietnews/000001\nChi {3 tỷ|QUANTITY}\nHết\n"
    markup += "=== vietnews/000002\n{Nay|t:TIME} chi {4 tỷ|QUANTITY AT_TIME=t}\n"
    for document in compile_markup(markup, "f"):
        name = document.id.removeprefix("vietnews/")
        reference = make_reference(document, f"{name}.seg", "0" * 40, document.text.encode("utf-8"))
        (annotations / "vietnews" / f"{name}.json").write_bytes(format_reference(reference).encode("utf-8"))
    return tmp_path


class TestCard:
    def rows(self, project: Path) -> dict[str, list[str]]:
        lines = card(project / "corpus", project / "annotations").splitlines()
        cells = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
        return {name: figures for name, *figures in reversed(cells)}  # of two rows of one name the first

    @pytest.mark.parametrize(
        ("row", "figures"),
        [
            ("documents", ["1", "1", "2", "1", "1", "4"]),
            ("sentences", ["2", "2", "4", "2", "1", "7"]),
            ("syllables", ["8", "11", "19", "–", "–", "–"]),
            ("sentences without a value", ["50.0%", "50.0%", "50.0%", "–", "–", "–"]),
            ("syllables a sentence: quartiles", ["3, 4, 5", "5.25, 5.5, 5.75", "4.25, 5.5, 6", "–", "–", "–"]),
            ("syllables a sentence: maximum", ["6", "6", "6", "–", "–", "–"]),
            ("entities", ["4", "2", "6", "1", "2", "9"]),
            ("QUANTITY", ["1", "1", "2", "1", "1", "4"]),
            ("ORG", ["0", "0", "0", "0", "0", "0"]),
            ("relations", ["2", "0", "2", "0", "1", "3"]),
            ("AT_TIME", ["1", "0", "1", "0", "1", "2"]),
            ("tax", ["2", "1", "4", "19", "6", "2"]),
            ("vietnews (by reference)", ["2", "1", "3", "–", "3", "1"]),
            ("in reports", ["training", "held out"]),
        ],
    )
    def test_rows(self, project, row, figures):
        assert self.rows(project)[row] == figures

    def test_writing_between_the_markers(self, project):
        path = project / "README.md"
        path.write_text(f"# Corpus\n{BEGIN}\nold\n{END}\nrest\n", encoding="utf-8", newline="\n")
        figures = card(project / "corpus", project / "annotations")
        write_card(path, figures)
        write_card(path, figures)
        before, between, after = split_at_figures(path)
        assert (before, between, after) == ("# Corpus\n", figures, "\nrest\n")

    def test_a_file_without_markers_is_left_alone(self, tmp_path):
        (tmp_path / "README.md").write_text(f"{END}{BEGIN}", encoding="utf-8")
        with pytest.raises(StandoffError, match="no part between"):
            write_card(tmp_path / "README.md", "")


def test_the_data_card_is_current():
    path = ROOT / "corpus" / "README.md"
    try:
        _, figures, _ = split_at_figures(path)
    except StandoffError:
        pytest.skip("corpus/README.md has no part for figures")
    assert figures == card(ROOT / "corpus", ROOT / "annotations"), "run: ie-model corpus card --write corpus/README.md"


@pytest.fixture
def clone(tmp_path):
    """A work tree with the two referenced files."""
    for name, text in (("000001", "Chi 3 tỷ\nHết\n"), ("000002", "Nay chi 4 tỷ\n")):
        (tmp_path / f"{name}.seg").write_bytes(text.encode("utf-8"))
    return tmp_path


class TestHeldOutReferences:
    def test_they_are_not_trained_on(self, project, clone):
        train, held_out = read_gold(project / "corpus", project / "annotations", clone)
        assert [document.id for document in train] == ["tax/report-01", "vietnews/000001"]
        assert [document.id for document in held_out] == ["tax/news-01", "vietnews/000002"]

    def test_without_a_list_all_are_for_training(self, project, clone):
        (project / "annotations/vietnews/held-out.txt").unlink()
        train, held_out = read_gold(project / "corpus", project / "annotations", clone)
        assert len(train) == 3 and [document.id for document in held_out] == ["tax/news-01"]

    def test_rebuilding_them(self, project, clone, tmp_path, capsys):
        output = tmp_path / "out"
        call = ["corpus", "rebuild", "--annotations", str(project / "annotations"), "--vietnews", str(clone)]
        assert main([*call, "--output", str(output), "--held-out"]) == 0
        (document,) = read_corpus(output, output)
        assert (document.id, document.text) == ("vietnews/000002", "Nay chi 4 tỷ\n")
        assert [entity.text for entity in document.entities] == ["Nay", "4 tỷ"] and len(document.relations) == 1
        assert main([*call, "--output", str(output)]) == 0
        assert len(read_corpus(output, output)) == 2


class TestCommands:
    def check(self, project: Path, *options: str) -> int:
        folders = ["--corpus", str(project / "corpus"), "--annotations", str(project / "annotations")]
        return main(["corpus", "check", *folders, *options])

    def test_check_prints_notices_and_counts(self, project, capsys):
        assert self.check(project) == 0
        assert capsys.readouterr().out == "2 documents, 4 sentences, 0 errors\n"
        (project / "corpus/tax/news-01.txt").write_text("Không có số nào 12 ở đây\n", encoding="utf-8", newline="\n")
        (project / "annotations/tax/news-01.ann").write_text("T1\tLOC 16 18\t12\n", encoding="utf-8", newline="\n")
        (project / "annotations/tax/report-01.ann").write_text("", encoding="utf-8")
        assert self.check(project) == 0
        assert capsys.readouterr().out == (
            "notice: tax/report-01, line 1: the number in '2020, thu đạt 5 tỷ' is in no entity and of no known kind"
            " [number]\nnotices: 1 number\n2 documents, 3 sentences, 0 errors\n"
        )

    def test_reviewed_notices_are_not_printed_and_unused_lines_are(self, project, capsys):
        (project / "annotations/tax/report-01.ann").write_text("", encoding="utf-8")
        assert self.check(project, "--as-reviewed") == 0
        line = capsys.readouterr().out
        reviewed = project / "annotations" / "reviewed.txt"
        reviewed.write_bytes((line + "number tax/report-01 99\n").encode("utf-8"))
        assert self.check(project) == 0  # the referenced text is not at hand, so no line is known to be unused
        assert capsys.readouterr().out == "2 documents, 4 sentences, 0 errors\n"
        for path in (project / "annotations/vietnews").iterdir():
            path.unlink()
        assert self.check(project) == 0
        assert (
            "line 2: no finding is 'number tax/report-01 99' [unused]\nnotices: 1 unused\n" in capsys.readouterr().out
        )

    def test_failures_give_status_1_and_are_all_that_quiet_prints(self, project, capsys):
        (project / "annotations/tax/report-01.ann").write_text("T1\tX 0 3\tNăm\n", encoding="utf-8")
        assert self.check(project, "--quiet") == 1
        assert capsys.readouterr().out.splitlines() == [
            "error: tax/report-01, line 1: unknown label X [label]",
            "errors: 1 label",
            "2 documents, 4 sentences, 1 errors",
        ]

    def test_copies_are_failures(self, project, capsys):
        (project / "dev").mkdir()
        (project / "dev" / "d.txt").write_text("a b\n" + TestIndependence.NINE, encoding="utf-8")
        assert self.check(project, "--independent-of", str(project / "dev")) == 0
        (project / "corpus/tax/news-01.txt").write_text(TestIndependence.NINE, encoding="utf-8")
        (project / "annotations/tax/news-01.ann").write_text("", encoding="utf-8")
        assert self.check(project, "--independent-of", str(project / "dev")) == 1
        assert "[copied]" in capsys.readouterr().out

    def test_agree_reads_markup_and_folders(self, project, capsys):
        markup = project / "a.mk"
        markup.write_text(f"=== d\n{A}\n=== e\nx\n".replace(" / ", "\n"), encoding="utf-8")
        assert main(["corpus", "agree", str(markup), str(markup)]) == 0
        assert capsys.readouterr().out.startswith("2 documents, 3 sentences\n")
        (document,) = compile_markup(f"=== d\n{B}\n".replace(" / ", "\n"), "f")
        folder = project / "b"
        folder.mkdir()
        (folder / "d.txt").write_bytes(document.text.encode("utf-8"))
        (folder / "d.ann").write_bytes(format_annotations(document.entities, document.relations).encode("utf-8"))
        assert main(["corpus", "agree", str(markup), str(folder), "--differences"]) == 0
        out = capsys.readouterr().out
        assert "=== d, sentence 2\nA  ở {Huế|LOC}\nB  ở {Huế|ORG}\n" in out
        assert out.endswith("1 documents in A alone, left out\n")

    def test_card_prints_or_writes(self, project, capsys):
        folders = ["--corpus", str(project / "corpus"), "--annotations", str(project / "annotations")]
        assert main(["corpus", "card", *folders]) == 0
        printed = capsys.readouterr().out
        path = project / "README.md"
        path.write_text(f"{BEGIN}{END}", encoding="utf-8")
        assert main(["corpus", "card", *folders, "--write", str(path)]) == 0
        assert split_at_figures(path)[1] == printed and capsys.readouterr().out == ""
