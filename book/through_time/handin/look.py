"""Look at a notebook's file without running it: name, size, structure, cells, and what isn't filled in."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat

from through_time._text import listing, plain
from through_time.handin.stamp import Stamp, checksum, grading, is_answer, read_stamp

MOST_BYTES = 20 * 2**20
"""What the grader takes."""

_ANEW = "Take the notebook that you were given, and copy your answers into it."
_UNSTAMPED = (
    "The notebook doesn't say which assignment it is; it may be an older one, or a tool has dropped that."
)
_CODE_STUB = re.compile(r"#+ *YOUR CODE HERE[^\n]*\n\s*raise NotImplementedError")
_TEXT_STUB = "YOUR ANSWER HERE"


class Unusable(Exception):  # noqa: N818  (reads as what it is)
    """The file is no notebook that could be looked at further. Its text says why, and what to do."""


def load(path: Path) -> Any:
    """The notebook in `path`. Raises Unusable if it is too large, damaged or not valid, OSError if it can't be read."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Unusable(
            f"The file has {size / 2**20:.1f} MB, and the grader takes {MOST_BYTES // 2**20}. In Jupyter, clear all "
            "outputs (Edit, Clear Outputs of All Cells) and save."
        )
    again = "Open it in Jupyter and save it, or take your last copy that opens."
    try:
        tree = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unusable(f"The file is not text, so it is no notebook. {again}") from error
    except (ValueError, RecursionError) as error:
        place = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Unusable(f"The file is damaged: it stops being valid JSON{place}. {again}") from error
    if not (isinstance(tree, dict) and "nbformat" in tree):
        raise Unusable(f"The file is JSON, but no notebook. {again}")
    try:
        notebook = _with_ids(nbformat.convert(nbformat.reader.reads(json.dumps(tree)), 4))
        nbformat.validate(notebook)
    except Exception as error:
        # nbformat raises many kinds of exception for wrong structures.
        first = plain((str(error).strip().splitlines() or [type(error).__name__])[0])[:200]
        raise Unusable(f"The file is not a valid notebook: {first} {again}") from error
    return notebook


def _with_ids(notebook: Any) -> Any:
    """`notebook` at nbformat 4.5; a missing or doubled id is no reason to send anybody away."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def faults_of(notebook: Any, name: str) -> list[str]:
    """What is wrong with the file's name and with the cells of the assignment: a sentence for each."""
    stamp = read_stamp(notebook)
    if stamp is None:
        return [f"{_UNSTAMPED} {_ANEW}"]
    found = []
    wanted = f"{stamp.assignment}.ipynb"
    if name != wanted:
        found.append(f"The file has to be called {plain(wanted)}: rename it. The grader goes by the name.")
    return found + _cell_faults(notebook, stamp)


def _cell_faults(notebook: Any, stamp: Stamp) -> list[str]:
    expected = {**stamp.locked, **stamp.answers}
    cells = [(grading(cell)["grade_id"], cell) for cell in notebook.cells if grading(cell)]
    counts = Counter(name for name, _ in cells)
    gone = [name for name in expected if not counts[name]]
    changed = {name for name, cell in cells if name in stamp.locked and checksum(cell) != stamp.locked[name]}
    swapped = {name for name, cell in cells if name in stamp.answers and not is_answer(grading(cell))}
    twice = [name for name in expected if counts[name] > 1]
    found = []
    if gone:
        found.append(f"{_cells(gone)} missing: the grader can't see what stood there. {_ANEW}")
    if changed | swapped:
        names = [name for name in expected if name in changed | swapped]
        found.append(
            f"{_cells(names)} no longer as you got {'it' if len(names) == 1 else 'them'}; the grader puts the first "
            f"text back, whatever stands there now. {_ANEW}"
        )
    if twice:
        found.append(
            f"{_cells(twice)} in the notebook more than once, and the grader takes the first. Delete the copies; "
            "where Jupyter doesn't let you, take the notebook that you were given, and copy your answers into it."
        )
    return found


def unfilled(notebook: Any) -> list[str]:
    """The ids of the answer cells that are still as released, or hold a stub."""
    stamp = read_stamp(notebook)
    released = stamp.answers if stamp else {}
    found = []
    for cell in notebook.cells:
        data = grading(cell)
        if not (data and is_answer(data)):
            continue
        untouched = released.get(data["grade_id"]) == checksum(cell)
        stub = cell.cell_type == "code" and _CODE_STUB.search(cell.source)
        if untouched or stub or (cell.cell_type == "markdown" and _TEXT_STUB in cell.source):
            found.append(data["grade_id"])
    return list(dict.fromkeys(found))


def exercise_of(name: str) -> str:
    """What a student calls a cell: "ex-5-1-check" is "5.1"; any other id stays as it is."""
    found = re.fullmatch(r"ex-([0-9A-Za-z]+(?:-[0-9A-Za-z]+)*)-([a-z]+)(-\d+)?", name)
    return found[1].replace("-", ".") if found else plain(name)


def called(name: str) -> str:
    """A cell in a sentence: "5.1 (check)"; ids that aren't of this form stay as they are."""
    found = re.fullmatch(r"ex-.+?-([a-z]+)(-\d+)?", name)
    return f"{exercise_of(name)} ({found[1]})" if found else plain(name)


def _cells(names: list[str]) -> str:
    which = listing(map(called, names))
    return f"The cell {which} is" if len(names) == 1 else f"The cells {which} are"
