"""The gold as Hugging Face datasets: the same documents as those of a training run."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from ie_model_training.gold import read_gold

from ie_model.errors import IEModelError
from ie_model.standoff import Document, Entity, Relation

datasets = pytest.importorskip("datasets")

from ie_model_training.dataset import FEATURES, load_dataset, to_dataset, to_documents  # noqa: E402

# Decomposed letters, a no-break space, a letter outside the first plane, a blank line, Windows line ends.
TEXT = "So\u0302\u0301 thu đa\u0323t 5\u00a0tỷ.\r\n\n𝟝 ngày"
DOCUMENT = Document(
    "a/b",
    TEXT,
    [Entity("T2", "INDICATOR", 0, 8, "So\u0302\u0301 thu"), Entity("T1", "QUANTITY", 14, 18, "5\u00a0tỷ")],
    [Relation("R7", "LEVEL_OF", "T1", "T2")],
)


def test_documents_come_back_as_they_were(corpus):
    documents = [*corpus, DOCUMENT, Document("empty", "")]
    assert to_documents(to_dataset(documents)) == documents


def test_a_saved_dataset_gives_the_documents_of_a_training_run(tmp_path):
    load_dataset(ROOT / "corpus", ROOT / "annotations").save_to_disk(str(tmp_path / "saved"))
    saved = datasets.load_from_disk(str(tmp_path / "saved"))
    train, held_out = read_gold(ROOT / "corpus", ROOT / "annotations")
    assert (to_documents(saved["train"]), to_documents(saved["held_out"])) == (train, held_out)


def test_every_feature_is_documented():
    dataset = to_dataset([DOCUMENT])
    assert set(dataset.features) == set(FEATURES)
    assert all(f"{name}: " in dataset.info.description for name in dataset.features)


def test_offsets_point_into_the_text():
    (row,) = to_dataset([DOCUMENT])
    assert [row["text"][s["start"] : s["end"]] for s in row["sentences"]] == [
        "So\u0302\u0301 thu đa\u0323t 5\u00a0tỷ.\r",
        "𝟝 ngày",
    ]
    assert [row["text"][e["start"] : e["end"]] for e in row["entities"]] == [e["text"] for e in row["entities"]]


def test_splits_without_documents_have_the_features_all_the_same(tmp_path):
    (tmp_path / "one.txt").write_text("Một.\n", encoding="utf-8")
    (tmp_path / "one.ann").write_text("", encoding="utf-8")
    loaded = load_dataset(tmp_path, tmp_path)
    assert {name: len(part) for name, part in loaded.items()} == {"train": 1, "held_out": 0}
    assert set(loaded["held_out"].features) == set(FEATURES)


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(IEModelError, match=r"pip install 'ie-model\[datasets\]'"):
        load_dataset(Path("corpus"), Path("annotations"))


def test_training_does_not_import_it():
    code = (
        "import sys, ie_model_training.run, ie_model_training.readers, ie_model_training.dataset; "
        "sys.exit('datasets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0
