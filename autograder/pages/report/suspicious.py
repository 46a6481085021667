"""What in a hand-in asks for a person's eye: signs, not proofs, each found by a rule that the report explains."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Any

from autograder.pages.report.gather import HandIn, cell_name

MOST_SOURCE = 100_000

RULES = {
    "not graded": "Nothing could be graded: no notebook could be read, or grading broke off. It has a recorded zero.",
    "mended": "The file had another name than the released one, or something else of it was put right.",
    "released cells": "Locked or graded cells had been changed, deleted, moved or doubled. They were put back before "
    "grading, and of doubled ones the first counts: nothing was gained by it. The usual reason is a slip of the hand.",
    "time limit": "A cell or a function was stopped at its time limit.",
    "process ended": "The notebook's process ended, or sent what is no answer: a crash, too much memory, or an exit.",
    "call refused": "The code asked for what isn't allowed while grading: another program, a connection, a file out "
    "of its reach. It didn't get it.",
    "looks like a verdict": "An output of the student's own has the form of a verdict. It counts for nothing.",
    "reaches outside": "The code names things that no exercise needs: other programs, the interpreter's frames, "
    "loaded modules, or a library's function that it replaces. Read the cell before you conclude anything.",
}
"""The kinds of signs, in the order of the page, and what each means."""

_VERDICT = re.compile(r"Exercise \S+, .{0,200}: [\d.]+ of [\d.]+ points")
_REFUSED = re.compile(
    r"Operation not permitted|No program, process or connection can be started|^PermissionError", re.M
)
_STOPPED = re.compile(r"stopped at its time limit|took too long and was stopped|time limit was reached")
_ENDED = re.compile(r"process (?:had )?ended|The notebook's process")
_ORDERS = re.compile(r"^\s*[!%?].*$", re.MULTILINE)

_MODULES = frozenset((
    "ctypes", "subprocess", "socket", "multiprocessing", "pty", "gc", "inspect", "pickle", "marshal", "urllib",
    "requests", "http",
))  # fmt: skip
_CALLS = frozenset((
    "sys._getframe", "sys.modules", "sys.settrace", "sys.setprofile", "os.system", "os.fork", "os.popen", "os.kill",
    "os._exit", "os.execv", "os.environ", "get_ipython", "builtins.open",
))  # fmt: skip
_PATCHED = frozenset({"np", "numpy", "through_time", "builtins", "plt", "scipy", "math", "sys", "os"})


def signs(handin: HandIn) -> list[tuple[str, str]]:
    """The kinds of signs that a hand-in shows, each with what was found."""
    graded = handin.graded
    if graded.problem:
        return [("not graded", graded.problem)]
    found = [("released cells" if note.startswith("The cell") else "mended", note) for note in graded.notes]
    if handin.duplicates:
        found.append(("released cells", f"More than once in the file: {', '.join(handin.duplicates)}."))
    said = "\n".join(message for verdict in graded.verdicts for message in verdict.messages)
    own = list(_own_cells(handin))
    shown = "\n".join(text for cell in own for text in _texts(cell))
    for kind, pattern in (("time limit", _STOPPED), ("process ended", _ENDED), ("call refused", _REFUSED)):
        hit = pattern.search(said + "\n" + shown)
        if hit:
            found.append((kind, _line_of(said + "\n" + shown, hit.start())))
    if _VERDICT.search(shown):
        found.append(("looks like a verdict", "One of the student's cells puts out a text of this form."))
    reached = sorted(
        {name for cell in own if cell.get("cell_type") == "code" for name in reaches(_source(cell))}
    )
    if reached:
        found.append(("reaches outside", ", ".join(reached)))
    return found


def reaches(source: str) -> Iterator[str]:
    """Names in a cell's code that no exercise needs."""
    source = source[:MOST_SOURCE]
    yield from ("!" for line in _ORDERS.findall(source) if line.lstrip().startswith("!"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(_ORDERS.sub("", source))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in _MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _MODULES:
            yield node.module or ""
        elif isinstance(node, ast.Attribute):
            name = _dotted(node)
            if name in _CALLS:
                yield name
            elif isinstance(node.ctx, ast.Store) and name.partition(".")[0] in _PATCHED:
                yield f"{name} = …"
        elif isinstance(node, ast.Name) and node.id in _CALLS:
            yield node.id


def _dotted(node: ast.Attribute) -> str:
    names = [node.attr]
    inner: ast.expr = node.value
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    return ".".join(reversed([*names, inner.id])) if isinstance(inner, ast.Name) else ""


def _own_cells(handin: HandIn) -> Iterator[Any]:
    for notebook in handin.graded.notebooks.values():
        for cell in notebook.get("cells", ()):
            if not (cell_name(cell) and cell["metadata"]["nbgrader"].get("locked")):
                yield cell


def _texts(cell: Any) -> Iterator[str]:
    """What the outputs of a cell say, as text."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        pieces = (output.get("text", ""), data.get("text/plain", ""), data.get("text/html", ""))
        yield from ("".join(piece) for piece in pieces)
        if output.get("output_type") == "error":
            yield f"{output.get('ename', '')}: {output.get('evalue', '')}"


def _source(cell: Any) -> str:
    return "".join(cell.get("source", ""))


def _line_of(text: str, at: int) -> str:
    """The line that a find stands in, cut to what fits a table."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else None].strip()
    return line if len(line) <= 200 else line[:199] + "…"
