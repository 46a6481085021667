"""Read a submitted notebook for nbgrader without failing: a file that can't be read becomes an empty notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_notebook

from autograder.errors import SubmissionProblem
from autograder.read import parse, read_bytes


class SafeNotebookExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert has no types
    """Nbconvert's notebook exporter, for files that students made.

    What was wrong with the file is found again, and said, by the step that judges it.
    """

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """Export the notebook at `filename`."""
        path = Path(filename)
        try:
            notebook = parse(read_bytes(path), path.name)
        except SubmissionProblem:
            notebook = new_notebook()
        found = {**(resources or {}), "metadata": {"name": path.stem, "path": str(path.parent)}}
        return self.from_notebook_node(notebook, resources=found, **options)
