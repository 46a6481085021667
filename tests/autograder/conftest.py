"""Notebooks and courses to try the engine on; the sample course is made once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


@pytest.fixture(scope="session")
def code() -> Callable[..., Any]:
    """code(source, grade_id, **nbgrader) is a code cell, tagged if it has a grade_id."""

    def make(source: str, grade_id: str | None = None, **data: Any) -> Any:
        cell = new_code_cell(source=source)
        if grade_id is not None:
            cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, **data}
        return cell

    return make


@pytest.fixture(scope="session")
def notebook() -> Callable[..., Any]:
    """notebook(*cells) is a notebook; a string is a code cell, and one that starts with # is a text."""

    def make(*cells: Any) -> Any:
        made = [
            cell
            if not isinstance(cell, str)
            else (new_markdown_cell if cell.startswith("#") else new_code_cell)(source=cell)
            for cell in cells
        ]
        return new_notebook(cells=made)

    return make


@pytest.fixture(scope="session")
def raw() -> Callable[[Any], bytes]:
    """raw(notebook) is its file's bytes."""
    return lambda node: (
        json.dumps(node).encode() if isinstance(node, dict) else nbformat.writes(node).encode()
    )
