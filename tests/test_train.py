"""Training: from the user's own annotations and scheme, repeatable, on CoNLL files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ie_model_training.commands.train import _knows
from ie_model_training.markup import compile_markup
from ie_model_training.run import _NEXT_MEMBER, PRETRAINED

from ie_model.standoff import format_annotations

SCHEME_OF_THE_CORPUS = Path(__file__).parent.parent / "annotations" / "annotation.conf"
MARKUP = "".join(
    f"=== doc-{i}\n{{Ông An|p:PER}} làm ở {{Công ty {name}|c:ORG}} từ năm 20{i:02}.\n".replace(
        "{Ông An|p:PER}", "{Ông An|PER WORKS_FOR=c}"
    )
    + f"Trời hôm nay đẹp.\n{{Bà Lan {name}|PER}} nghỉ hưu.\n"
    for i, name in enumerate(
        ["Hoa", "Minh", "Bình", "Phúc", "Lộc", "Sơn", "Hải", "Long", "Đức", "Tân", "Việt", "Thắng"]
    )
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Documents of another scheme than ours, texts and annotations in one folder."""
    folder = tmp_path_factory.mktemp("project")
    for document in compile_markup(MARKUP, "x"):
        (folder / f"{document.id}.txt").write_bytes(document.text.encode("utf-8"))
        ann = format_annotations(document.entities, document.relations)
        (folder / f"{document.id}.ann").write_bytes(ann.encode("utf-8"))
    (folder / "annotation.conf").write_text("[entities]\nPER\nORG\n[relations]\nWORKS_FOR\tArg1:PER, Arg2:ORG\n")
    return folder


def run(*arguments, cwd) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "ie_model.cli.main", *map(str, arguments)],
        cwd=cwd, capture_output=True, timeout=300, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained(project, tmp_path_factory):
    output = tmp_path_factory.mktemp("trained") / "model"
    call = run("train", "--corpus", project, "--annotations", project, "--output", output, "--epochs", 60, cwd=project)
    assert call.returncode == 0, call.stderr.decode()
    return output


def test_another_scheme_trains_without_touching_code(trained):
    import ie_model

    nlp = ie_model.load(trained)
    doc = nlp("Ông An làm ở Công ty Hoa từ năm 2001.")
    assert [(head.label_, type_, tail.label_) for head, type_, tail in doc._.relations] == [("PER", "WORKS_FOR", "ORG")]


def test_strings_of_the_training_texts_do_not_stay_in_the_model(trained):
    assert json.loads((trained / "vocab" / "strings.json").read_text(encoding="utf-8")) == []


def test_the_model_says_how_it_was_made(trained):
    facts = json.loads((trained / "meta.json").read_text(encoding="utf-8"))["ie_model"]
    assert facts["command"].startswith("ie-model train --seed 0") and len(facts["corpus_sha256"]) == 64
    assert facts["documents"] == {"train": 11, "held_out": 1} or facts["documents"]["held_out"] >= 1
    assert {"spacy", "thinc", "underthesea"} <= set(facts["libraries"]) and "ents_f" in facts["held_out"]
    config = (trained / "config.cfg").read_text(encoding="utf-8")
    assert str(trained.parent) not in config
    assert "max_epochs = 60\n" in config


def test_which_labels_and_types_the_first_weights_know(project, trained):
    ours, theirs = SCHEME_OF_THE_CORPUS, project / "annotation.conf"
    assert _knows(str(PRETRAINED), ours) and _knows(str(trained), theirs)
    assert not _knows(str(PRETRAINED), theirs) and not _knows(str(trained), ours)
    assert not _knows(None, ours) and not _knows(str(PRETRAINED), project / "none.conf")


def test_the_same_seed_gives_the_same_model(project, trained, tmp_path):
    output = tmp_path / "again"
    run("train", "--corpus", project, "--annotations", project, "--output", output, "--epochs", 60, cwd=project)
    for part in ("entity_tagger/model", "relation_extractor/model"):
        assert (output / part).read_bytes() == (trained / part).read_bytes()


def test_training_goes_on_from_a_model_with_the_same_labels(project, trained, tmp_path):
    import ie_model

    output = tmp_path / "model"
    arguments = ["train", "--corpus", project, "--annotations", project, "--encoder", trained, "--output", output]
    # One epoch at next to no learning rate: what the heads know, they know from the model.
    call = run(*arguments, "--epochs", 1, "--set", "training.optimizer.learn_rate.initial_rate=1e-7", cwd=project)
    assert call.returncode == 0, call.stderr.decode()
    text = "Ông An làm ở Công ty Hoa từ năm 2001."
    doc, other = ie_model.load(trained)(text), ie_model.load(output)(text)
    assert [(e.text, e.label_) for e in other.ents] == [(e.text, e.label_) for e in doc.ents]
    assert len(other._.relations) == len(doc._.relations) == 1


def test_a_run_of_two_members_keeps_the_mean_of_their_weights(project, trained, tmp_path):
    import numpy as np

    import ie_model
    from ie_model.weights import parameters

    arguments = ["train", "--corpus", project, "--annotations", project, "--encoder", trained, "--epochs", 2]
    arguments += ["--set", "training.optimizer.learn_rate.initial_rate=0.001", "--set", "corpora.train.upper=0"]
    runs = {"first": [], "second": ["--seed", _NEXT_MEMBER], "both": ["--members", 2]}
    for name, options in runs.items():
        call = run(*arguments, *options, "--output", tmp_path / name, cwd=project)
        assert call.returncode == 0, call.stderr.decode()
    facts = json.loads((tmp_path / "both" / "meta.json").read_text(encoding="utf-8"))["ie_model"]
    assert facts["command"].endswith("--members 2")
    for name in ("token_encoder", "entity_tagger", "relation_extractor"):
        networks = [parameters(ie_model.load(tmp_path / run).get_pipe(name).model) for run in runs]
        arrays = [np.concatenate([node.get_param(key).ravel() for node, key in network]) for network in networks]
        first, second, both = arrays
        assert np.abs(first - second).max() > 1e-3
        np.testing.assert_allclose(both, (first + second) / 2, rtol=2e-3, atol=2e-3)


def test_a_run_without_members_is_refused(project):
    call = run("train", "--corpus", project, "--annotations", project, "--members", 0, cwd=project)
    assert call.returncode == 2 and call.stderr.count(b"\n") == 1 and b"--members" in call.stderr


def test_an_output_folder_that_holds_something_else_is_left_alone(project):
    before = sorted(path.name for path in project.iterdir())
    call = run("train", "--corpus", project, "--annotations", project, "--output", project, cwd=project)
    assert call.returncode == 2 and b"is no model folder" in call.stderr
    assert sorted(path.name for path in project.iterdir()) == before


def test_evaluation_of_the_users_model(project, trained, tmp_path):
    call = run(
        "evaluate", "--model", trained, "--corpus", project, "--annotations", project, "--report", tmp_path, cwd=project
    )
    assert call.returncode == 0, call.stderr.decode()
    scores = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert scores["entities"]["micro"]["f"] > 0.9 and set(scores["entities"]["per_label"]) == {"PER", "ORG"}


def test_conll_trains_and_scores_the_entity_part(tmp_path):
    train = "\n".join(f"Ông\tO\nAn_{c}\tB-PER\nở\tO\nThành_phố\tB-LOC\n{c}\tI-LOC\n" for c in "ABCDEFGHIK" * 3)
    for name in ("train", "dev"):
        (tmp_path / f"{name}.conll").write_text(train + "\n", encoding="utf-8")
    output = tmp_path / "model"
    call = run("train", "--conll", "train.conll", "dev.conll", "--output", output, "--epochs", 60, cwd=tmp_path)
    assert call.returncode == 0, call.stderr.decode()
    call = run("evaluate", "--model", output, "--conll", "dev.conll", "--report", tmp_path / "r", cwd=tmp_path)
    scores = json.loads((tmp_path / "r" / "scores.json").read_text(encoding="utf-8"))
    assert scores["entities"]["micro"]["f"] > 0.9 and "relations" not in scores


@pytest.mark.parametrize(("given", "epochs"), [((), 6), (("--epochs", 1), 1), (("--set", "training.max_epochs=2"), 2)])
def test_a_tagger_that_starts_anew_has_more_epochs(tmp_path, given, epochs):
    (tmp_path / "x.conll").write_text("Ông\tO\nAn\tB-PER\n\n" * 20, encoding="utf-8")
    call = run("train", "--conll", "x.conll", "x.conll", "--output", "model", *given, cwd=tmp_path)
    assert call.returncode == 0, call.stderr.decode()
    assert b"entity_tagger starts anew" in call.stderr
    assert f"max_epochs = {epochs}\n" in (tmp_path / "model" / "config.cfg").read_text(encoding="utf-8")


def test_check_says_whether_the_model_is_older_than_the_corpus(project):
    call = run("train", "--check", "--corpus", project, "--annotations", project, cwd=project)
    assert call.returncode == 1 and b"older than the corpus" in call.stdout


def test_weights_of_another_network_are_refused_in_one_line(project, tmp_path):
    arguments = ["train", "--corpus", project, "--annotations", project, "--output", tmp_path / "model"]
    call = run(*arguments, "--set", "components.token_encoder.model.depth=2", cwd=project)
    assert call.returncode == 2 and not (tmp_path / "model").exists()
    assert call.stderr.decode("utf-8").strip().splitlines()[-1].startswith("ie-model: ")
    assert b"weights of another network" in call.stderr and b"Traceback" not in call.stderr


def test_the_learning_rate_falls_with_the_corpus():
    from ie_model_training.run import fit_to_corpus, make_config

    small, large = (fit_to_corpus(make_config(None, {"training.max_epochs": 5}), n) for n in (2_000, 200_000))
    steps = [config["training"]["optimizer"]["learn_rate"]["total_steps"] for config in (small, large)]
    assert steps == [15, 1600]
    assert [config["training"]["eval_frequency"] for config in (small, large)] == [3, 320]
    constant = make_config(None, {"training.optimizer.learn_rate": 0.001})
    assert fit_to_corpus(constant, 5_000)["training"]["optimizer"]["learn_rate"] == 0.001
