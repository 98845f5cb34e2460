"""The baselines: what they find by their own rules, and that they stand in one table with the model."""

from pathlib import Path

import pytest
from ie_model_evaluation.baselines import ask_baseline, rules, spacy_ner, underthesea_ner
from ie_model_evaluation.baselines.words import locate
from ie_model_evaluation.evaluate import evaluate_documents
from ie_model_evaluation.gold import Gold

from ie_model.errors import IEModelError
from ie_model.standoff import Document, Entity


def found(document: Document) -> set[tuple[str, str]]:
    assert all(document.text[e.start : e.end] == e.text for e in document.entities)
    return {(entity.label, entity.text) for entity in document.entities}


@pytest.mark.parametrize(
    ("words", "text", "places"),
    [
        (["Hà Nội", ",", "2020"], "Hà Nội, 2020", ["Hà Nội", ",", "2020"]),
        (["Hà Nội", "."], "  Hà\u00a0 Nội .", ["Hà\u00a0 Nội", "."]),
        (["a", "x", "b"], "a b", ["a", None, "b"]),  # a word that the tagger changed
        (["a", "a"], "a a", ["a", "a"]),
        ([], "abc", []),
    ],
)
def test_words_are_located(words: list[str], text: str, places: list[str | None]) -> None:
    spans = locate(words, text)
    assert [span and text[slice(*span)] for span in spans] == places
    starts = [span[0] for span in spans if span]
    assert starts == sorted(set(starts))


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("Thu 800 tỷ đồng", {("QUANTITY", "800 tỷ đồng")}),
        ("đạt 97,6% kế hoạch", {("PERCENT", "97,6%")}),
        ("giảm 3 phần trăm", {("PERCENT", "3 phần trăm")}),
        ("có 12.480 người", {("QUANTITY", "12.480 người")}),
        ("theo Nghị định 61/2020/NĐ-CP", set()),
        ("Covid-19 bùng phát", set()),
    ],
)
def test_rules_find_numbers_with_their_units(line: str, values: set[tuple[str, str]]) -> None:
    [document] = rules.find([Document("d", line)])
    assert {(label, text) for label, text in found(document) if label in rules.HEAD_LABELS} == values


def test_rules_relate_a_value_to_the_nearest_year_and_noun_phrase() -> None:
    text = "Năm 2019, dân số đạt 12.480 người.\nDoanh thu đạt 5 tỷ đồng năm 2021, cao hơn năm 2018."
    [document] = rules.find([Document("d", text)])
    names = {entity.id: entity.text for entity in document.entities}
    linked = {(names[r.head], r.type, names[r.tail]) for r in document.relations}
    assert ("12.480 người", "LEVEL_OF", "dân số") in linked
    assert ("5 tỷ đồng", "AT_TIME", "năm 2021") in linked
    assert not any(head == "12.480 người" and "2021" in tail for head, _, tail in linked)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "🙂" * 50, "1" * 5000, "1,2." * 2000, "năm " * 500, "\u0301\u200b", "2020" * 900]
)
def test_rules_take_any_text(text: str) -> None:
    [document] = rules.find([Document("d", text)])
    assert found(document) is not None


def test_underthesea_is_mapped_to_the_scheme() -> None:
    [document] = underthesea_ner.find([Document("d", "\nÔng đến Hà Nội.\nBà ở Huế.\n")])
    assert ("LOC", "Hà Nội") in found(document)
    assert {label for label, _ in found(document)} <= {"ORG", "LOC"}


def towns(count: int) -> list[Document]:
    text = "Anh ở Huế\nChị ở Vinh\n"
    entities = [Entity("T1", "LOC", 6, 9, "Huế"), Entity("T2", "LOC", 16, 20, "Vinh")]
    return [Document(f"d{number}", text, entities) for number in range(count)]


def test_spacy_is_trained_once_on_the_training_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training = towns(20)
    [document] = spacy_ner.trained(tmp_path, training, max_steps=60)(training[:1])
    assert found(document) == {("LOC", "Huế"), ("LOC", "Vinh")}
    monkeypatch.setattr(spacy_ner, "_train", lambda *_: pytest.fail("trained again"))
    assert [found(d) for d in spacy_ner.trained(tmp_path, training)(training[:1])] == [found(document)]
    with pytest.raises(IEModelError, match="trained on other documents"):
        spacy_ner.trained(tmp_path, training[1:])


def test_spacy_needs_something_to_train_on(tmp_path: Path) -> None:
    with pytest.raises(IEModelError, match="no training part"):
        spacy_ner.trained(tmp_path / "x", [])
    assert not (tmp_path / "x").exists()


def test_a_baseline_sees_no_annotation() -> None:
    seen: list[Document] = []

    def spy(documents: list[Document]) -> list[Document]:
        seen.extend(documents)
        return [Document(document.id, document.text) for document in documents]

    ask_baseline("spy", spy, towns(3))
    assert not any(document.entities or document.relations for document in seen)


def test_systems_stand_in_one_table() -> None:
    gold = towns(4)
    perfect = ask_baseline("perfect", lambda documents: towns(len(documents)), gold)
    nothing = ask_baseline("nothing", lambda documents: list(documents), gold, ["LOC"])
    evaluation = evaluate_documents(
        Gold(gold, "g"), perfect, head_labels=["LOC"], baselines=[nothing], samples=10, seed=0
    )
    first, second = evaluation.to_json()["baselines"]
    assert (first["name"], first["entities"]["f"], first["relations"]) == ("perfect", 1.0, None)
    assert (second["name"], second["entities"]["f"], second["rows"]["f"]) == ("nothing", 0.0, 0.0)
    assert first["speed"] > 0 < second["speed"]
    assert "| perfect | 100.00 | – | – |" in evaluation.markdown()
