"""Cross-validation: folds by document, a cache that is resumed, one score over all folds, ablations, learning curve."""

import json
import re
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ie_model_evaluation.crossval import evaluate_runs, read_cache, read_learning_curve
from ie_model_training import crossval
from ie_model_training.commands.folds import read_ablations
from ie_model_training.crossval import Plan, Variant, run_folds
from ie_model_training.folds import make_folds
from ie_model_training.markup import compile_markup
from ie_model_training.vietnews import format_reference, make_reference

from ie_model.cli.main import main
from ie_model.errors import IEModelError, InputError
from ie_model.standoff import Document, format_annotations

NAMES = ["Hoa", "Minh", "Bình", "Phúc", "Lộc", "Sơn", "Hải", "Long", "Đức", "Tân", "Việt", "Thắng"]
MARKUP = "".join(
    f"=== part/doc-{i}\n{{Ông An|PER WORKS_FOR=c}} làm ở {{Công ty {name}|c:ORG}} từ năm 20{i:02}.\n"
    f"Trời hôm nay đẹp.\n{{Bà Lan {name}|PER}} nghỉ hưu.\n"
    for i, name in enumerate(NAMES)
)
# A network that learns nothing in no time.
SMALL = [
    "components.token_encoder.model.width=8", "components.token_encoder.model.heads=1",
    "components.token_encoder.model.depth=1", "components.entity_tagger.model.hidden=8",
    "components.relation_extractor.model.width=8", "components.relation_extractor.model.hidden=8",
    "training.max_epochs=1", "paths.encoder=null",
]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    for document in compile_markup(MARKUP, "x"):
        path = folder / document.id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".txt").write_bytes(document.text.encode("utf-8"))
        ann = format_annotations(document.entities, document.relations)
        path.with_suffix(".ann").write_bytes(ann.encode("utf-8"))
    (folder / "annotation.conf").write_text("[entities]\nPER\nORG\n[relations]\nWORKS_FOR\tArg1:PER, Arg2:ORG\n")
    (folder / "held-out.txt").write_text("part/doc-3\n")
    return folder


@pytest.fixture
def trained(monkeypatch):
    """What was trained, without training: each project's ids by part, and the options of the call."""
    calls = []

    def train(project, model, options):
        ids = {path.relative_to(project).with_suffix("").as_posix() for path in project.rglob("*.txt")} - {"held-out"}
        held_out = set((project / "held-out.txt").read_text(encoding="utf-8").split())
        calls.append({"train": ids - held_out, "held_out": held_out, "options": options})

    def predict(model, documents):
        """All entities, and none of the relations."""
        return [
            {"id": d.id, "text": d.text, "entities": [vars(e) for e in d.entities], "relations": []} for d in documents
        ]

    monkeypatch.setattr(crossval, "train", train)
    monkeypatch.setattr(crossval, "predict", predict)
    return calls


def documents(count):
    return [Document(f"d{i}", "Một câu.") for i in range(count)]


@given(st.integers(4, 60), st.integers(2, 8), st.integers(0, 3))
def test_folds_share_no_document_and_hold_all(count, folds, seed):
    if count < folds:
        return
    everything = {document.id for document in documents(count)}
    made = make_folds(documents(count), folds, seed)
    tested = [document.id for fold in made for document in fold.test]
    assert len(made) == folds and sorted(tested) == sorted(everything)
    for fold in made:
        ids = [document.id for part in (fold.test, fold.held_out, fold.train) for document in part]
        assert sorted(ids) == sorted(everything)
        assert fold.held_out and len(fold.test) in (count // folds, count // folds + 1)


def test_folds_depend_on_the_seed_and_not_on_the_order():
    made = make_folds(documents(20), 4)
    assert make_folds(documents(20)[::-1], 4) == made
    assert make_folds(documents(20), 4, seed=1) != made


@pytest.mark.parametrize(("count", "folds"), [(3, 4), (3, 2), (10, 1), (10, 0), (0, 2)])
def test_too_few_documents_or_folds_are_refused(count, folds):
    with pytest.raises(IEModelError):
        make_folds(documents(count), folds)


def test_no_model_sees_its_fold_or_what_the_project_holds_out(project, trained, tmp_path):
    plan = Plan(project, project, folds=3)
    run_folds(plan, [Variant("full", "full")], tmp_path / "cache")
    assert len(trained) == 3
    for call, fold in zip(trained, plan.parts, strict=True):
        seen = call["train"] | call["held_out"]
        assert seen.isdisjoint({document.id for document in fold.test}) and "part/doc-3" not in seen
        assert call["train"].isdisjoint(call["held_out"]) and len(seen) + len(fold.test) == 11


def test_a_second_call_trains_nothing_and_a_cut_off_one_goes_on(project, trained, tmp_path, monkeypatch):
    plan, variants = Plan(project, project, folds=3), [Variant("full", "full")]
    whole = crossval.train

    def fails_at_the_second(*arguments):
        if len(trained) == 1:
            raise IEModelError("no more")
        whole(*arguments)

    monkeypatch.setattr(crossval, "train", fails_at_the_second)
    with pytest.raises(IEModelError, match="no more"):
        run_folds(plan, variants, tmp_path / "cache")
    monkeypatch.setattr(crossval, "train", whole)
    run_folds(plan, variants, tmp_path / "cache")
    assert len(trained) == 3
    run_folds(Plan(project, project, folds=3), variants, tmp_path / "cache")
    assert len(trained) == 3


def test_another_config_seed_number_of_folds_or_corpus_is_trained_anew(project, trained, tmp_path):
    def calls(settings=None, **plan):
        before = len(trained)
        run_folds(Plan(project, project, **plan), [Variant("full", "full", settings or {})], tmp_path / "cache")
        return len(trained) - before

    assert calls(folds=2) == 2
    assert calls(folds=2, settings={"training.dropout": 0.5}) == 2
    assert calls(folds=2, seed=1) == 2
    assert calls(folds=3) == 3
    config = tmp_path / "own.cfg"
    shutil.copyfile(crossval.PRETRAINED.with_name("config.cfg"), config)
    assert calls(folds=2, config=config) == 2  # even a copy of the default: its epochs hold where parts start anew
    assert calls(folds=2, config=config) == 0
    changed = re.sub(r"max_epochs = \d+", "max_epochs = 7", config.read_text(encoding="utf-8"))
    config.write_text(changed, encoding="utf-8")
    assert calls(folds=2, config=config) == 2
    (project / "part" / "doc-5.ann").write_bytes(b"")
    assert calls(folds=2) == 2


def test_pretrained_weights_count_by_their_content(tmp_path):
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    for path, content in ((one, b"1"), (same, b"1"), (other, b"2")):
        path.mkdir()
        (path / "vectors").write_bytes(content)
    keys = [Variant("full", "full", {"paths.vectors": str(path)}).key(None) for path in (one, other)]
    assert keys[0] != keys[1]
    (one / "vectors").write_bytes(b"2")
    assert Variant("full", "full", {"paths.vectors": str(one)}).key(None) != keys[0]


def test_a_share_trains_on_less_and_is_scored_on_the_same(project, trained, tmp_path):
    variants = [Variant("full", "full"), Variant("share-0.5", "share", share=0.5)]
    cache = tmp_path / "cache"
    run_folds(Plan(project, project, folds=2), variants, cache)
    full, half = trained[:2], trained[2:]
    assert all(less["train"] < more["train"] for less, more in zip(half, full, strict=True))
    assert [call["held_out"] for call in half] == [call["held_out"] for call in full]
    gold, runs = read_cache(cache)
    assert [len(run.system.documents) for run in runs] == [11, 11] == [len(gold.documents)] * 2
    assert runs[1].sentences < runs[0].sentences


def test_a_variant_with_nothing_to_train_on_is_refused(project, trained, tmp_path):
    variants = [Variant("full", "full"), Variant("share-0", "share", share=0.0)]
    with pytest.raises(IEModelError, match="share-0: nothing is left"):
        run_folds(Plan(project, project), variants, tmp_path / "cache")
    assert trained == []  # known before anything is trained


def test_a_choice_among_sources_needs_more_than_one(project, trained, tmp_path):
    with pytest.raises(IEModelError, match=r"written-only: .* --vietnews"):
        run_folds(Plan(project, project), [Variant("written-only", "ablation", sources="written")], tmp_path / "cache")


def test_written_only_leaves_the_news_out_of_training_and_in_the_scores(project, trained, tmp_path):
    (project / "vietnews").mkdir()
    news = {f"vietnews/{i}" for i in range(4)}
    for id_ in news:
        document = Document(id_, f"Tin số {id_[-1]}.\n")
        file = f"{id_[-1]}.seg"
        (tmp_path / file).write_bytes(document.text.encode("utf-8"))
        reference = make_reference(document, file, "0" * 40, document.text.encode("utf-8"))
        (project / f"{id_}.json").write_bytes(format_reference(reference).encode("utf-8"))
    switch = Variant("written-only", "ablation", **read_ablations()["written-only"])
    cache = tmp_path / "cache"
    run_folds(Plan(project, project, clone=tmp_path, folds=2), [Variant("full", "full"), switch], cache)
    assert all(call["train"] & news for call in trained[:2]) and not any(call["train"] & news for call in trained[2:])
    gold, runs = read_cache(cache)
    assert news < {document.id for document in gold.documents} and len(runs[1].system.documents) == 15


@pytest.mark.parametrize("name", sorted(read_ablations()))
def test_an_ablation_changes_the_model(name):
    ablation = Variant(name, "ablation", **read_ablations()[name])
    assert ablation.key(None) != Variant("full", "full").key(None)


def test_scores_are_those_of_all_folds_together(project, trained, tmp_path):
    cache = tmp_path / "cache"
    run_folds(Plan(project, project, folds=3), [Variant("full", "full")], cache)
    gold, runs = read_cache(cache)
    evaluation = evaluate_runs(gold, runs, samples=20, seed=0)
    # 11 documents with three entities and one relation each; the stand-in finds all entities and no relation.
    entities, relations = evaluation.scores.entities.micro, evaluation.scores.relations.micro
    assert (entities.tp, entities.fp, entities.fn) == (33, 0, 0)
    assert (relations.tp, relations.fp, relations.fn) == (0, 0, 11)
    assert "ablations" not in evaluation.details and "learning_curve" not in evaluation.details


def test_an_ablation_that_loses_everything_stands_in_the_table(project, trained, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    run_folds(Plan(project, project, folds=3), [Variant("full", "full")], cache)

    def nothing(model, documents):
        return [{"id": d.id, "text": d.text, "entities": [], "relations": []} for d in documents]

    monkeypatch.setattr(crossval, "predict", nothing)
    variants = [Variant("full", "full"), Variant("blind", "ablation", {"training.dropout": 0.9})]
    run_folds(Plan(project, project, folds=3), variants, cache)
    evaluation = evaluate_runs(*read_cache(cache), samples=200, seed=0)
    found = {part["measure"]: part for part in evaluation.details["ablations"] if part["name"] == "blind"}
    assert found["entities.micro"]["difference"] == -1 and found["entities.micro"]["p"] < 0.05
    assert found["relations.end_to_end"]["difference"] == 0 and found["relations.end_to_end"]["p"] == 1
    assert "blind: entities" in evaluation.text() and "-100.00" in evaluation.text()


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "3", '[{"f": 1}]', '[{"sentences": 1, "x": 2}]', '[{"sentences": "1"}]',
        '[{"sentences": 1, "a_f": 1}, {"sentences": 2}]',
    ],
)  # fmt: skip
def test_what_is_no_learning_curve_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "curve.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"curve\.json: no learning curve"):
        read_learning_curve(path)


def test_a_broken_cache_is_refused_in_one_line(project, trained, tmp_path):
    cache = tmp_path / "cache"
    with pytest.raises(InputError, match=r"folds\.json: No such file"):
        read_cache(cache)
    run_folds(Plan(project, project, folds=2), [Variant("full", "full")], cache)
    (fold,) = cache.rglob("fold-1.jsonl")
    fold.unlink()
    with pytest.raises(InputError, match="no prediction for part/doc-"):
        read_cache(cache)


def test_the_command_reports_scores_ablations_and_the_curve(project, trained, tmp_path, capsys):
    folders = [f"--corpus={project}", f"--annotations={project}"]
    curve, report = tmp_path / "curve.json", tmp_path / "report"
    call = ["crossval", *folders, "--folds=2", "--samples=20", "--ablate", "no-upper-case", "--share", "0.5", "1"]
    call += [f"--cache={tmp_path / 'cache'}", f"--report={report}", f"--learning-curve={curve}"]
    assert main(call) == 0
    assert len(trained) == 6 and "--set=corpora.train.upper=0.0" in trained[2]["options"]
    assert main(call) == 0 and len(trained) == 6
    printed = capsys.readouterr().out
    assert "no-upper-case: rows" in printed and "sentences to train on" in printed and "in the cache" in printed
    points = json.loads(curve.read_text(encoding="utf-8"))
    assert [set(point) for point in points] == [{"sentences", "entities_f", "relations_f", "rows_f"}] * 2
    assert points[0]["sentences"] < points[1]["sentences"]
    scores = json.loads((report / "scores.json").read_text(encoding="utf-8"))
    assert scores["learning_curve"] == points and scores["gold"]["documents"] == 11
    assert 'id="curve"' in (report / "report.html").read_text(encoding="utf-8")


def test_evaluate_shows_a_curve_in_its_report(project, tmp_path):
    curve = [{"sentences": 10, "entities_f": 0.5}, {"sentences": 20, "entities_f": 0.75}]
    (tmp_path / "curve.json").write_text(json.dumps(curve), encoding="utf-8")
    call = ["evaluate", f"--corpus={project}", f"--annotations={project}", f"--predicted={project}", "--samples=10"]
    call += [f"--report={tmp_path / 'report'}", f"--learning-curve={tmp_path / 'curve.json'}"]
    assert main(call) == 0
    assert 'id="curve"' in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "call",
    [
        ["crossval", "--cache=c", "--ablate", "no-such-thing"],
        ["crossval", "--cache=c", "--corpus=x"],
        ["crossval", "--cache=c", "--learning-curve=f.json"],
        ["evaluate", "--learning-curve=f.json"],
    ],
)
def test_calls_that_cannot_be_meant_are_refused(call, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(call) == 2
    assert capsys.readouterr().err.startswith("ie-model: ") and list(tmp_path.iterdir()) == []


def test_models_are_trained_by_the_train_command(project, tmp_path, capsys):
    call = ["crossval", f"--corpus={project}", f"--annotations={project}", "--folds=2", "--samples=10"]
    call += [f"--cache={tmp_path / 'cache'}", *(f"--set={setting}" for setting in SMALL)]
    assert main(call) == 0, capsys.readouterr().err
    lines = [
        json.loads(line) for path in (tmp_path / "cache").rglob("*.jsonl") for line in path.read_bytes().splitlines()
    ]
    assert len(lines) == 11 and all("records" in line for line in lines)
    assert not list((tmp_path / "cache").rglob("meta.json"))  # the models are not kept


def test_a_training_run_that_fails_says_why(project, tmp_path, capsys):
    call = ["folds", f"--corpus={project}", f"--annotations={project}", "--folds=2", f"--cache={tmp_path / 'cache'}"]
    assert main([*call, "--set=components.token_encoder.model.depth=2"]) == 2
    assert "training failed: " in capsys.readouterr().err
