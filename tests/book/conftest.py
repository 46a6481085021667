"""Fixtures for the book's sources, its Sphinx extension, and the built site."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "book" / "extensions"))


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def chapters(root):
    """Text of every chapter by its number: {5: "…"}."""
    return {
        int(path.name[:2]): path.read_text(encoding="utf-8") for path in root.glob("book/[0-9][0-9]-*.md")
    }


@pytest.fixture(scope="session")
def site(root):
    """The built site's folder."""
    site = root / "_build" / "html"
    if not (site / "book" / "index.html").is_file():
        pytest.fail("The book is not built: run `make book`.")
    return site
