"""Shared fixtures. Tests that measure on the development set run where it lies beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from ie_model.standoff import Document, read_corpus

ROOT = Path(__file__).parent.parent
DEV = ROOT.parent / "shared" / "dev"


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The shipped model."""
    import ie_model

    return ie_model.load()


@pytest.fixture(scope="session")
def corpus() -> list[Document]:
    """The project's own annotated documents."""
    return read_corpus(ROOT / "corpus", ROOT / "annotations")


@pytest.fixture(scope="session")
def dev() -> list[Document]:
    if not DEV.is_dir():
        pytest.skip("the development set is not beside the checkout")
    return read_corpus(DEV, DEV)
