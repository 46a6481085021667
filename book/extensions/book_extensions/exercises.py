"""Write the exercise pages and released notebooks before Sphinx looks for its documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError

from autograder.assignment.page import write_exercise_pages
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

BEFORE_THE_TABLE_OF_CONTENTS = 1
"""Priority: sphinx-external-toc reads the list of files at the same event, at the usual 500."""


def refresh(folder: Path, write: Callable[[Path], list[Path]] = write_exercise_pages) -> None:
    """Write the pages into `folder`, and remove those of assignments that are no more.

    Raises ExtensionError with the sentence of the assignment's own error.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        pages = write(folder)
    except AutograderError as error:
        raise ExtensionError(str(error)) from error
    wanted = {page.stem for page in pages}
    for path in folder.iterdir():
        if path.suffix in {".md", ".ipynb"} and path.stem not in wanted:
            path.unlink()


def write_pages(app: Sphinx, _config: Config) -> None:
    """Bring `book/exercises` up to the assignments' sources."""
    refresh(Path(app.srcdir) / "book" / "exercises")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("config-inited", write_pages, priority=BEFORE_THE_TABLE_OF_CONTENTS)
