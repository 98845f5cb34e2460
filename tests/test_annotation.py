"""Scheme, standoff, markup and checks: what annotators write and what is made of it."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ie_model_training.check import check_corpus, read_rules
from ie_model_training.markup import compile_markup, format_markup
from ie_model_training.vietnews import (
    format_reference,
    make_reference,
    read_references,
    rebuild,
    running_text,
)

from ie_model.errors import InputError, SchemeError, StandoffError
from ie_model.scheme import Scheme, parse_scheme, read_scheme
from ie_model.split import split_documents
from ie_model.standoff import Document, Entity, Relation, format_annotations, parse_annotations, read_corpus

ROOT = Path(__file__).parent.parent
SCHEME = read_scheme(ROOT / "annotations" / "annotation.conf")


class TestScheme:
    def test_the_projects_scheme(self):
        assert SCHEME.labels == ("ORG", "LOC", "INDICATOR", "QUANTITY", "PERCENT", "TIME")
        assert SCHEME.head_labels == {"QUANTITY", "PERCENT"}
        assert SCHEME.allows("LEVEL_OF", "PERCENT", "INDICATOR") and not SCHEME.allows("LEVEL_OF", "TIME", "INDICATOR")
        assert SCHEME.types_for("QUANTITY", "LOC") == ["SUBJECT", "COMPARED_TO"]
        assert [len(group) for group in SCHEME.exclusive] == [6]

    def test_another_scheme_needs_no_code(self):
        scheme = parse_scheme("[entities]\nPER\nORG\n[relations]\nWORKS_FOR Arg1:PER, Arg2:ORG\n")
        assert scheme.relations == {"WORKS_FOR": frozenset({("PER", "ORG")})} and scheme.exclusive == ()

    def test_json_round_trip(self):
        assert Scheme.from_json(SCHEME.to_json()) == SCHEME

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[entities]\n[relations]\n", "no label"),
            ("[entities]\nA\nA\n", "stands twice"),
            ("[entities]\nA\n[relations]\nR Arg1:A\n", "line 4: relation R needs Arg1 and Arg2"),
            ("[entities]\nA\n[relations]\nR Arg1:A, Arg2:B\n", "line 4: R names the label B"),
            ("[entities]\nA\n[relations]\nR nonsense\n", "line 4: expected"),
        ],
    )
    def test_errors_name_the_line(self, text, message):
        with pytest.raises(SchemeError, match=message):
            parse_scheme(text)


class TestStandoff:
    TEXT = "Thu 5 tỷ.\r\nChi 3 tỷ.\n"
    ANN = "T1\tQUANTITY 4 8\t5 tỷ\nT2\tINDICATOR 0 3\tThu\nR1\tLEVEL_OF Arg1:T1 Arg2:T2\t\n#1\tNote T1\tto be read\n"

    def test_reading_and_writing(self):
        entities, relations = parse_annotations(self.ANN, self.TEXT, "x.ann")
        assert [(e.label, e.text) for e in entities] == [("INDICATOR", "Thu"), ("QUANTITY", "5 tỷ")]
        assert relations == [Relation("R1", "LEVEL_OF", "T1", "T2")]
        assert parse_annotations(format_annotations(entities, relations), self.TEXT, "x.ann") == (entities, relations)

    def test_offsets_count_characters_of_the_file_as_it_is(self, tmp_path):
        (tmp_path / "a.txt").write_bytes(self.TEXT.encode("utf-8"))
        (tmp_path / "a.ann").write_bytes(b"T1\tINDICATOR 11 14\tChi\n")
        (document,) = read_corpus(tmp_path, tmp_path)
        assert document.text == self.TEXT and document.entities[0].text == "Chi"

    @pytest.mark.parametrize(
        ("ann", "message"),
        [
            ("T1\tA 0 3\tChi\n", "line 1: the text has 'Thu' there"),
            ("T1\tA 0 99\tThu\n", "outside the text"),
            ("T1\tA 0 3;4 8\tThu 5 tỷ\n", "not a contiguous"),
            ("T1\tA 0 3\tThu\nT1\tA 4 5\t5\n", "line 2: T1 is defined twice"),
            ("T1\tA 0 3\tThu\nR1\tX Arg1:T1 Arg2:T9\n", "names T9"),
            ("R1\tX T1 T2\n", "not a relation"),
        ],
    )
    def test_errors_name_file_and_line(self, ann, message):
        with pytest.raises(StandoffError, match=message):
            parse_annotations(ann, self.TEXT, "x.ann")


MARKUP = (
    "=== tax/report-01\n# a comment\n"
    "{Năm 2020|t:TIME}, {thu ngân sách|i:INDICATOR} đạt {800 tỷ đồng|QUANTITY LEVEL_OF=i AT_TIME=t}.\n"
    "Không có số \\{trong ngoặc\\} nào \\| cả.\n"
)


class TestMarkup:
    def test_compiling(self):
        (document,) = compile_markup(MARKUP, "x")
        assert document.id == "tax/report-01"
        assert document.text == "Năm 2020, thu ngân sách đạt 800 tỷ đồng.\nKhông có số {trong ngoặc} nào | cả.\n"
        assert [(e.label, e.text) for e in document.entities] == [
            ("TIME", "Năm 2020"), ("INDICATOR", "thu ngân sách"), ("QUANTITY", "800 tỷ đồng"),
        ]  # fmt: skip
        assert [(r.type, r.head, r.tail) for r in document.relations] == [
            ("LEVEL_OF", "T3", "T2"),
            ("AT_TIME", "T3", "T1"),
        ]

    def test_formatting_is_the_inverse(self, corpus):
        for document in corpus[:40]:
            (again,) = compile_markup(format_markup([document]), "x")
            assert again.text == document.text
            assert {(e.label, e.start, e.end) for e in again.entities} == {
                (e.label, e.start, e.end) for e in document.entities
            }
            assert len(again.relations) == len(document.relations)

    @given(st.text(alphabet=st.sampled_from("ab{}|\\#= \t5%"), min_size=1, max_size=20).filter(str.strip))
    def test_any_plain_sentence_survives(self, text):
        document = Document("d", text + "\n")
        (again,) = compile_markup(format_markup([document]), "x")
        assert again.text == document.text

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("{a|X", "without '}'"),
            ("a}", "without"),
            ("{a {b|X}|Y}", "do not nest"),
            ("{a|X=}", "cannot read"),
            ("{a|X R=n}", "R=n names nothing"),
            ("{a|n:X} {b|n:X}", "given twice"),
            ("{a|X}b}", "without"),
        ],
    )
    def test_errors_name_file_and_line(self, line, message):
        with pytest.raises(StandoffError, match=f"f.mk, line 2: .*{message}"):
            compile_markup(f"=== d\n{line}\n", "f.mk")

    def test_a_sentence_needs_a_document(self):
        with pytest.raises(StandoffError, match="line 1: a sentence before"):
            compile_markup("Một câu.\n", "f.mk")


def findings(markup: str) -> list[str]:
    rules = read_rules(ROOT / "annotations" / "checks.toml")
    return [str(finding) for finding in check_corpus(compile_markup("=== d\n" + markup, "f"), SCHEME, rules)]


class TestCheck:
    @pytest.mark.parametrize(
        ("markup", "message"),
        [
            ("{a|NAME}", "error: d, line 1: unknown label NAME"),
            ("{ a|ORG}", "white space at an edge"),
            ("{a,|ORG}", "punctuation at an edge"),
            ("{a (b|ORG}", None),
            ("{a (b)|ORG}", None),
            ("{a)|ORG}", "punctuation at an edge"),
            ("{thu|INDICATOR}", "reached by no relation"),
            ("{thu|i:INDICATOR} {5|QUANTITY LEVEL_OF=i TARGET_OF=i}", "another relation of its group"),
            ("{2020|TIME LEVEL_OF=i} {thu|i:INDICATOR}", "not allowed between TIME and INDICATOR"),
            ("{2020|t:TIME} {5|QUANTITY AT_TIME=t AT_TIME=t}", "stands twice"),
            ("gần {5 ha|QUANTITY}", "notice: d, line 1: 'gần' stands outside QUANTITY '5 ha'"),
            ("{đạt thu|i:INDICATOR} {5|QUANTITY LEVEL_OF=i}", "begins with 'đạt'"),
            ("{thu|i:INDICATOR} đạt {5 ha|QUANTITY LEVEL_OF=i} ở {Huế|LOC}", None),
        ],
    )
    def test_findings(self, markup, message):
        found = findings(markup + "\n")
        assert (not found) if message is None else any(message in line for line in found), found

    def test_sentence_borders_and_overlaps(self):
        text = "một hai\nba\n"
        entities = [Entity("T1", "ORG", 0, 7, "một hai"), Entity("T2", "LOC", 4, 10, "hai\nba")]
        found = [f.message for f in check_corpus([Document("d", text, entities)], SCHEME, {})]
        assert any("crosses a sentence border" in message for message in found)
        assert any("overlaps" in message for message in found)

    def test_the_corpus_has_no_error(self, corpus):
        rules = read_rules(ROOT / "annotations" / "checks.toml")
        assert [str(finding) for finding in check_corpus(corpus, SCHEME, rules) if finding.failure] == []


class TestCorpus:
    def test_size_and_plan_language_of_the_held_out_part(self, corpus):
        assert sum(1 for document in corpus for _ in document.lines()) >= 1000
        train, held_out = split_documents(corpus, ROOT / "annotations")
        assert not {d.id for d in train} & {d.id for d in held_out} and len(train) + len(held_out) == len(corpus)
        reports = [document for document in held_out if "/report-" in document.id]
        for type_ in ("TARGET_OF", "PLAN_RATIO_OF"):
            assert sum(r.type == type_ for d in reports for r in d.relations) >= 40

    def test_no_nine_words_of_the_development_set(self, corpus, dev):
        def grams(document):
            for start, end in document.lines():
                words = "".join(c.lower() if c.isalnum() else " " for c in document.text[start:end]).split()
                yield from (tuple(words[i : i + 9]) for i in range(len(words) - 8))

        of_dev = {gram for document in dev for gram in grams(document)}
        assert [document.id for document in corpus if any(gram in of_dev for gram in grams(document))] == []

    def test_split_without_a_file_holds_out_a_tenth(self, tmp_path):
        documents = [Document(f"d{i}", "") for i in range(500)]
        _, held_out = split_documents(documents, tmp_path)
        assert 30 < len(held_out) < 70
        assert split_documents(reversed(documents), tmp_path)[1] == held_out[::-1]


class TestReferences:
    @pytest.mark.parametrize(
        ("segmented", "text"),
        [
            ("Thu_ngân_sách đạt 5 tỷ đồng , tăng 3 % .", "Thu ngân sách đạt 5 tỷ đồng, tăng 3%."),
            ('Ông nói : " Chưa xong " .', 'Ông nói: "Chưa xong".'),
            ("UBND TP ( Huế ) “ họp ” …", "UBND TP (Huế) “họp”…"),
            ("dòng một\n\n dòng  hai \n", "dòng một\ndòng hai"),
            ("giai_đoạn 2016 - 2020 ; 1.250 / 1.300", "giai đoạn 2016 - 2020; 1.250 / 1.300"),
        ],
    )
    def test_running_text_is_frozen(self, segmented, text):
        assert running_text(segmented) == text + "\n"

    @pytest.fixture
    def clone(self, tmp_path):
        path = tmp_path / "clone" / "data" / "train_tokenized" / "000001.txt.seg"
        path.parent.mkdir(parents=True)
        path.write_bytes("Tiêu_đề\n\nThu 5 tỷ .\nChi 3 tỷ .\n".encode())
        return tmp_path / "clone"

    def reference(self, clone):
        raw = (clone / "data/train_tokenized/000001.txt.seg").read_bytes()
        document = Document("vietnews/000001", "Chi 3 tỷ.\n", [Entity("T1", "QUANTITY", 4, 8, "3 tỷ")])
        return make_reference(document, "data/train_tokenized/000001.txt.seg", "0" * 40, raw), document

    def test_there_and_back(self, clone, tmp_path):
        reference, document = self.reference(clone)
        folder = tmp_path / "vietnews"
        folder.mkdir()
        written = format_reference(reference)
        (folder / "000001.json").write_bytes(written.encode("utf-8"))
        assert "Chi" not in written and "3 t" not in written
        assert read_references(folder) == [reference]
        assert rebuild([reference], clone) == [document]

    def test_from_a_bare_git_directory(self, clone, tmp_path):
        def git(*arguments):
            return subprocess.run(
                ["git", "-C", str(clone), "-c", "user.name=x", "-c", "user.email=x@x.invalid", *arguments],
                capture_output=True, check=True, text=True,
            ).stdout.strip()  # fmt: skip

        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "x")
        reference, document = self.reference(clone)
        reference = type(reference)(**{**reference.__dict__, "commit": git("rev-parse", "HEAD")})
        assert rebuild([reference], clone / ".git") == [document]

    def test_another_version_of_the_file_is_refused(self, clone):
        reference, _ = self.reference(clone)
        (clone / reference.path).write_bytes(b"x\n")
        with pytest.raises(InputError, match=r"000001\.txt\.seg: not the file that was annotated"):
            rebuild([reference], clone)

    def test_the_projects_references_hold_no_text(self):
        for reference in read_references(ROOT / "annotations" / "vietnews"):
            assert reference.path.startswith("data/train_tokenized/")
            assert len(reference.raw_sha256) == len(hashlib.sha256().hexdigest())
            for _, label, start, end in reference.entities:
                assert label in SCHEME.labels and 0 <= start < end
