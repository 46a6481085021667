"""The Sphinx extension of the book: what jupyter-book doesn't do by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book_extensions import (
    access,
    appendices,
    drawing,
    exercises,
    freshness,
    glossary,
    icons,
    manual,
    numbering,
    numpy_source,
    offline,
    reading_aids,
    widgets,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect all parts. Called by Sphinx."""
    for part in (
        access,
        appendices,
        drawing,
        exercises,
        freshness,
        glossary,
        icons,
        manual,
        numbering,
        numpy_source,
        offline,
        reading_aids,
        widgets,
    ):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
