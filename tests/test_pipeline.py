"""The shipped pipeline as a whole: contract, round trips, processes, invariances, bounds."""

import os
import subprocess
import sys
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, DocBin

import ie_model
from ie_model.convert import make_doc
from ie_model.loading import SHIPPED

REPORT = (Path(__file__).parent.parent / "examples" / "bao-cao-bhxh-6-thang.txt").read_bytes().decode("utf-8")
SENTENCE = (
    "Hết tháng 9/2022, toàn huyện có 12.480 người tham gia BHXH bắt buộc, đạt 96,2% kế hoạch, "
    "tăng 3,1% so với cùng kỳ năm trước."
)


def annotations(doc: Doc) -> tuple:
    spans = [(span.label_, span.start_char, span.end_char) for span in doc.ents]
    return spans, [(h.start_char, type_, t.start_char) for h, type_, t in doc._.relations]


class TestContract:
    def test_entities_relations_and_records_of_a_sentence(self, nlp):
        doc = nlp(SENTENCE)
        assert doc.text == SENTENCE
        assert [(span.text, span.label_) for span in doc.ents] == [
            ("Hết tháng 9/2022", "TIME"), ("toàn huyện", "LOC"), ("12.480 người", "QUANTITY"),
            ("tham gia BHXH bắt buộc", "INDICATOR"), ("96,2%", "PERCENT"), ("3,1%", "PERCENT"),
            ("cùng kỳ năm trước", "TIME"),
        ]  # fmt: skip
        assert all(0 <= span._.score <= 1 for span in doc.ents)
        relations = {(head.text, type_, tail.text) for head, type_, tail in doc._.relations}
        assert ("96,2%", "PLAN_RATIO_OF", "tham gia BHXH bắt buộc") in relations
        assert ("3,1%", "COMPARED_TO", "cùng kỳ năm trước") in relations
        level, ratio, rise = doc._.records
        assert isinstance(level, ie_model.Record)
        assert [record.kind for record in doc._.records] == ["level", "plan_ratio", "increase"]
        assert (level.value, level.unit, level.indicator) == (12480, "người", "người tham gia BHXH bắt buộc")
        assert (ratio.value, ratio.base_type) == (Decimal("96.2"), "plan")
        assert rise.indicator == level.indicator and rise.compared_to[0].text == "cùng kỳ năm trước"
        assert level.period == "2022-09" and level.period_point == "end"

    def test_heads_are_values_and_a_value_has_one_indicator(self, nlp):
        doc = nlp(REPORT)
        kinds = nlp.get_pipe("relation_extractor").scheme.exclusive[0]
        heads = [head for head, type_, _ in doc._.relations if type_ in kinds]
        assert {head.label_ for head, _, _ in doc._.relations} <= {"QUANTITY", "PERCENT"}
        assert len(heads) == len({head.start for head in heads})
        assert len(doc._.records) == sum(span.label_ in ("QUANTITY", "PERCENT") for span in doc.ents)

    @pytest.mark.parametrize("text", ["", " ", "\n\n", "\x1d", "Không có số liệu nào."])
    def test_documents_without_figures(self, nlp, text):
        doc = nlp(text)
        assert doc.text == text and doc._.records == [] and doc._.relations == []

    def test_a_lone_surrogate_is_a_value_error(self, nlp):
        with pytest.raises(ValueError, match="lone surrogate"):
            nlp("Thu \ud800 5 tỷ")

    def test_what_is_missing_or_of_another_format_is_one_clear_line(self, tmp_path):
        from ie_model.errors import ModelError

        for folder, meta in (("none", None), ("other", '{"lang": "xx"}'), ("broken", "{")):
            (tmp_path / folder).mkdir()
            if meta is not None:
                (tmp_path / folder / "meta.json").write_text(meta)
            with pytest.raises(ModelError, match=rf"^\S*{folder}: [^\n]+$"):
                ie_model.load(tmp_path / folder)


class TestRoundTrips:
    def test_doc_bytes_and_docbin_carry_relations_and_records(self, nlp):
        doc = nlp(REPORT)
        for again in (
            Doc(nlp.vocab).from_bytes(doc.to_bytes()),
            next(DocBin(store_user_data=True, docs=[doc]).get_docs(nlp.vocab)),
        ):
            assert again._.records == doc._.records
            assert [span._.score for span in again.ents] == [span._.score for span in doc.ents]

    def test_model_bytes_and_disk(self, nlp, tmp_path):
        nlp.to_disk(tmp_path / "model")
        expected = annotations(nlp(REPORT))
        assert annotations(spacy.load(tmp_path / "model")(REPORT)) == expected
        again = spacy.util.load_model_from_config(nlp.config)
        assert annotations(again.from_bytes(nlp.to_bytes())(REPORT)) == expected

    def test_a_sentence_does_not_depend_on_its_neighbours_in_a_batch(self, nlp):
        lines = [line for line in REPORT.split("\n") if line.strip()]
        alone = [annotations(nlp(line)) for line in lines]
        assert [annotations(doc) for doc in nlp.pipe(lines)] == alone
        assert [annotations(doc) for doc in nlp.pipe(lines[::-1], batch_size=3)] == alone[::-1]

    def test_spacy_loads_it_without_an_import_of_ours(self):
        code = f"import spacy; nlp = spacy.load({str(SHIPPED)!r}); print(len(nlp('Thu đạt 5 tỷ đồng.')._.records))"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"1"

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_several_processes(self, nlp, method, tmp_path):
        script = tmp_path / "script.py"
        script.write_text(
            "import multiprocessing, sys, ie_model\n"
            "def annotations(doc):\n"
            "    relations = [tuple(relation[:5]) for relation in doc._.stored_relations]\n"
            "    return [(s.label_, s.start, s.end) for s in doc.ents], relations\n"
            "if __name__ == '__main__':\n"
            "    multiprocessing.set_start_method(sys.argv[1], force=True)\n"
            "    nlp = ie_model.load()\n"
            "    texts = [line for line in open(sys.argv[2], encoding='utf-8') if line.strip()]\n"
            "    alone = [annotations(doc) for doc in nlp.pipe(texts)]\n"
            "    assert any(relations for _, relations in alone)\n"
            "    assert [annotations(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=4)] == alone\n",
            encoding="utf-8",
        )
        if method == "fork" and sys.platform == "win32":
            pytest.skip("no fork there")
        text = tmp_path / "text.txt"
        text.write_text(REPORT, encoding="utf-8")
        subprocess.run([sys.executable, str(script), method, str(text)], check=True, timeout=120)


class TestInvariance:
    """Spelling does not change what is found; measured on the development set."""

    @staticmethod
    def found(nlp, texts, position=lambda text, offset: offset):
        out = []
        for text, doc in zip(texts, nlp.pipe(texts), strict=True):
            spans, relations = annotations(doc)
            out.append((
                [(label, position(text, a), position(text, b)) for label, a, b in spans],
                [(position(text, a), type_, position(text, b)) for a, type_, b in relations],
            ))  # fmt: skip
        return out

    @pytest.fixture(scope="class")
    def lines(self, dev):
        return [unicodedata.normalize("NFC", document.text[a:b]) for document in dev for a, b in document.lines()]

    @pytest.fixture(scope="class")
    def plain(self, nlp, lines):
        return self.found(nlp, lines, self.visible)

    @staticmethod
    def visible(text: str, offset: int) -> int:
        """Position among the characters that are neither white space nor combining marks."""
        piece = unicodedata.normalize("NFC", text[:offset])
        return sum(not char.isspace() for char in piece)

    def test_decomposed(self, nlp, lines, plain):
        assert self.found(nlp, [unicodedata.normalize("NFD", line) for line in lines], self.visible) == plain

    def test_doubled_blanks(self, nlp, lines, plain):
        assert self.found(nlp, [line.replace(" ", "  ") for line in lines], self.visible) == plain

    def agreement(self, left, right) -> float:
        a = {(i, span) for i, (spans, _) in enumerate(left) for span in spans}
        b = {(i, span) for i, (spans, _) in enumerate(right) for span in spans}
        return 2 * len(a & b) / (len(a) + len(b))

    def test_other_tone_marks(self, nlp, lines, plain):
        pairs = [
            ("oà", "òa"),
            ("oá", "óa"),
            ("oả", "ỏa"),
            ("oạ", "ọa"),
            ("uỷ", "ủy"),
            ("uý", "úy"),
            ("uỵ", "ụy"),
            ("oè", "òe"),
        ]
        changed = lines
        for new, old in pairs:
            changed = [
                " ".join(w.replace(new, old) if w.strip(".,;:!?()\"").endswith(new) and "qu" not in w.lower() else w
                         for w in line.split(" "))
                for line in changed
            ]  # fmt: skip
        assert changed != lines
        assert self.agreement(self.found(nlp, changed, self.visible), plain) > 0.995

    def test_upper_case(self, nlp, lines, plain):
        upper = [line.upper() for line in lines]
        assert all(len(a) == len(b) for a, b in zip(upper, lines, strict=True))
        assert self.agreement(self.found(nlp, upper, self.visible), plain) > 0.9

    def test_whole_documents_lose_little_against_single_lines(self, nlp, dev):
        from ie_model_evaluation.scores import score_entities, score_relations

        from ie_model.convert import to_document

        def f1(docs):
            predicted = [to_document(doc, gold.id) for doc, gold in zip(docs, dev, strict=True)]
            return score_entities(dev, predicted).micro.f, score_relations(dev, predicted).micro.f

        by_line = f1(list(nlp.pipe([make_doc(nlp, document) for document in dev])))
        running = f1(list(nlp.pipe([document.text for document in dev])))
        assert all(b > a - 0.02 for a, b in zip(by_line, running, strict=True))


@pytest.mark.slow
def test_five_megabytes_on_one_line_take_linear_time_and_less_than_a_gigabyte(tmp_path):
    pytest.importorskip("resource")
    script = tmp_path / "script.py"
    script.write_text(
        "import resource, sys, time, ie_model\n"
        "nlp = ie_model.load()\n"
        "piece = ' '.join(open(sys.argv[1], encoding='utf-8').read().split()) + ' '\n"
        "def seconds(size):\n"
        "    text = piece * (size // len(piece.encode()))\n"
        "    start = time.process_time()\n"
        "    doc = nlp(text)\n"
        "    assert doc.text == text and len(doc.ents) > size // 200, len(doc.ents)\n"
        "    return time.process_time() - start\n"
        "seconds(20_000)\n"
        "small, large = seconds(500_000), seconds(5_000_000)\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(round(small, 1), round(large, 1), round(peak))\n"
        "assert large < 15 * small, (small, large)\n"
        "assert peak < 1000, peak\n",
        encoding="utf-8",
    )
    report = Path(__file__).parent.parent / "examples" / "bao-cao-bhxh-6-thang.txt"
    # One thread: others that wait for work would count as work.
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, str(script), str(report)], check=True, timeout=900, env=env)
