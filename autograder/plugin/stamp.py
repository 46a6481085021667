"""The last step of a release: the notebook says which assignment it is, for `python -m through_time check`."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor
from through_time.handin.stamp import put_stamp


class StampNotebook(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Writes the assignment's name and the cells' checksums into the notebook's metadata."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Stamp the notebook that `resources` names."""
        names = resources["nbgrader"]
        # Of several notebooks of an assignment none is that assignment.
        if names["notebook"] == names["assignment"]:
            put_stamp(nb, names["assignment"])
        return nb, resources
