"""What is better and worse than in another model: by class, corrected for many tests, and sentence by sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ie_model_evaluation.bootstrap import Difference, correct
from ie_model_evaluation.changes import compare_classes, find_changes, name_differences
from ie_model_evaluation.evaluate import evaluate_documents
from ie_model_evaluation.gold import read_gold
from ie_model_evaluation.scores import Scores, score_entities, score_relations
from ie_model_evaluation.system import System, ask
from spacy.language import Language

from ie_model.standoff import Document, Entity, Relation

TEXT = "Huế thu 5 tỷ\nHà Nội chi 7 tỷ\n"
HUE, FIVE = Entity("T1", "LOC", 0, 3, "Huế"), Entity("T2", "QUANTITY", 8, 12, "5 tỷ")
HANOI, SEVEN = Entity("T3", "LOC", 13, 19, "Hà Nội"), Entity("T4", "QUANTITY", 24, 28, "7 tỷ")
GOLD = Document(
    "d", TEXT, [HUE, FIVE, HANOI, SEVEN], [Relation("R1", "SUBJECT", "T2", "T1"), Relation("R2", "SUBJECT", "T4", "T3")]
)


def scores(gold: list[Document], predicted: list[Document]) -> Scores:
    return Scores(score_entities(gold, predicted), score_relations(gold, predicted))


def differences(*ps: float) -> dict[str, Difference]:
    return {str(i): Difference(0.1, 0.0, 0.2, p) for i, p in enumerate(ps)}


@pytest.mark.parametrize(
    ("ps", "corrected"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),  # 3 · 0.01, then 2 · 0.03, then 0.04, not below the one before
        ([0.5, 0.9], [1.0, 1.0]),
    ],
)
def test_holm(ps: list[float], corrected: list[float]) -> None:
    assert [found.p for found in correct(differences(*ps)).values()] == pytest.approx(corrected)


def test_changes_of_a_sentence() -> None:
    org = replace(HUE, label="ORG")
    mine = Document("d", TEXT, [org, FIVE, HANOI, SEVEN], GOLD.relations[1:])
    theirs = Document("d", TEXT, [HUE, FIVE, HANOI], GOLD.relations[:1])
    first, second = find_changes([GOLD], scores([GOLD], [mine]), scores([GOLD], [theirs]))
    assert (first["document"], TEXT[first["start"] : first["end"]], first["text"]) == ("d", *["Huế thu 5 tỷ"] * 2)
    assert [tuple(change.values()) for change in first["worse"]] == [
        ("entity", "LOC", "Huế", "no longer found"),
        ("entity", "ORG", "Huế", "newly spurious"),
        ("relation", "SUBJECT", "5 tỷ → Huế (LOC)", "no longer found"),
    ]
    assert first["better"] == [] == second["worse"]
    assert [tuple(change.values()) for change in second["better"]] == [
        ("entity", "QUANTITY", "7 tỷ", "found"),
        ("relation", "SUBJECT", "7 tỷ → Hà Nội (LOC)", "found"),
    ]


def test_what_is_spurious_no_more_is_better() -> None:
    spurious = Document("d", TEXT, [*GOLD.entities, Entity("T5", "ORG", 4, 7, "thu")], GOLD.relations)
    [sentence] = find_changes([GOLD], scores([GOLD], [GOLD]), scores([GOLD], [spurious]))
    assert [tuple(change.values()) for change in sentence["better"]] == [("entity", "ORG", "thu", "no longer spurious")]


def test_equal_predictions_change_nothing() -> None:
    same = scores([GOLD], [GOLD])
    assert find_changes([GOLD], same, same) == []
    assert name_differences(compare_classes(same, same, 100, 0)) == []


def test_a_class_that_is_lost_everywhere_is_named_and_the_others_are_not() -> None:
    gold = [replace(GOLD, id=str(i)) for i in range(40)]
    without = [Document(d.id, TEXT, [FIVE, HANOI, SEVEN], d.relations[1:]) for d in gold]
    found = compare_classes(scores(gold, without), scores(gold, gold), 1000, 0)
    # Half of the places and of the relations are gone: F falls from 1 to 2/3.
    assert name_differences(found) == [
        "worse: entities LOC -33.3 (p 0.003)",
        "worse: relations SUBJECT -33.3 (p 0.003)",
    ]
    assert [
        line[:6] for line in name_differences(compare_classes(scores(gold, gold), scores(gold, without), 99, 0))
    ] == ["better"] * 2


def test_chance_differences_of_many_labels_are_seldom_named() -> None:
    """Two taggers of one quality: of the runs, no more than about a twentieth may name any label."""
    generator = np.random.default_rng(0)
    labels = [f"L{i}" for i in range(12)]
    gold = [
        Document(str(i), "", [Entity(label, label, 2 * j, 2 * j + 1, "x") for j, label in enumerate(labels)])
        for i in range(60)
    ]

    def noisy() -> Scores:
        kept = generator.random((60, 12)) < 0.8
        found = [
            Document(d.id, "", [e for e, keep in zip(d.entities, row, strict=True) if keep])
            for d, row in zip(gold, kept, strict=True)
        ]
        return Scores(score_entities(gold, found))

    named = [name_differences(compare_classes(noisy(), noisy(), 200, 0)) for _ in range(40)]
    assert sum(map(bool, named)) <= 6


def shuffle_label(nlp: Language, label: str) -> None:
    """Shuffle the weights by which the tagger scores the tags of one label."""
    tagger = nlp.get_pipe("entity_tagger")
    output = tagger.model.get_ref("output")
    weights = output.get_param("W").copy()
    generator = np.random.default_rng(0)
    for row, tag in enumerate(tagger._tags):
        if tag.endswith(f"-{label}"):
            weights[row] = generator.permutation(weights[row])
    output.set_param("W", weights)


@pytest.fixture(scope="module")
def shipped(nlp: Language) -> System:
    return ask("shipped", nlp, held_out())


def held_out() -> list[Document]:
    root = Path(__file__).parent.parent
    return read_gold(root / "corpus", root / "annotations").documents


@pytest.mark.parametrize("label", ["LOC", "ORG", "TIME"])
def test_a_planted_regression_is_named(label: str, shipped: System) -> None:
    import ie_model

    broken_nlp = ie_model.load()
    shuffle_label(broken_nlp, label)
    root = Path(__file__).parent.parent
    gold = read_gold(root / "corpus", root / "annotations")
    evaluation = evaluate_documents(
        gold,
        ask("broken", broken_nlp, gold.documents),
        against=shipped,
        head_labels=shipped.head_labels,
        samples=1000,
        seed=0,
    )
    [first, *_] = evaluation.to_json()["against"]["named"]
    assert first.startswith(f"worse: entities {label} -")
    assert first in evaluation.text()
    assert first in evaluation.markdown()
    assert any(
        change["name"] == label and change["how"] == "no longer found"
        for sentence in evaluation.to_json()["against"]["changes"]
        for change in sentence["worse"]
    )
