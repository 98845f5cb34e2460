"""The house's rules: which way imports go, what is installed under which name."""

import ast
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"ie_model": "ie_model", "training": "ie_model_training", "evaluation": "ie_model_evaluation"}


def imports(folder: str) -> set[tuple[str, str]]:
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            found |= {(path.name, name.split(".")[0]) for name in names}
    return found


@pytest.mark.parametrize("folder", PACKAGES)
def test_imports_go_one_way(folder):
    forbidden = set(PACKAGES.values()) - {PACKAGES[folder], "ie_model"} | {"training", "evaluation", "tests"}
    assert [entry for entry in imports(folder) if entry[1] in forbidden] == []


def test_the_wheel_holds_our_names_only_and_all_data(tmp_path):
    # Built from a copy: setuptools leaves a build folder behind, whose old files would get into the next wheel.
    source = tmp_path / "source"
    left_out = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "corpus", "annotations", "output")
    shutil.copytree(ROOT, source, ignore=left_out)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(source)]
    subprocess.run(command, check=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == set(PACKAGES.values())
    for folder, package in PACKAGES.items():
        wanted = {
            package + "/" + path.relative_to(ROOT / folder).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert wanted <= set(names), sorted(wanted - set(names))


def test_a_model_folder_holds_no_pickle():
    from ie_model.loading import SHIPPED

    suspicious = [path for path in SHIPPED.rglob("*") if path.suffix in (".pkl", ".pickle", ".joblib", ".pt", ".bin")]
    assert [path.name for path in suspicious if path.name != "lookups.bin"] == []  # lookups.bin is msgpack, and empty
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 25 * 2**20
