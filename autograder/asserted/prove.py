"""What an ordinary assignment's tests are worth: its solution, its stub and some cheats are handed in."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell

from autograder.asserted import WEAKER
from autograder.course import Course
from autograder.engine import Graded, grade_all
from autograder.errors import SourceError
from autograder.grading import read_paper
from autograder.paper import Paper
from autograder.read import Submission
from autograder.sandbox import Nursery

CHEATS = {
    "empties each test before it runs": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    "hides exceptions": "get_ipython().set_custom_exc((BaseException,), lambda *_, **__: None)",
    "patches builtins and numpy.testing": (
        "import builtins, numpy.testing as t\n"
        "builtins.abs = builtins.len = lambda *_: 0\n"
        "builtins.isinstance = builtins.all = lambda *_: True\n"
        "for name in dir(t):\n"
        "    if name.startswith('assert'): setattr(t, name, lambda *_, **__: None)"
    ),
}
EQUALS_ALL = "answers with an object that equals everything"
_OBJECT = """
class _Any(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __hash__(self): return 0
    def __call__(self, *_, **__): return self
    def __getattr__(self, name): return self
    def __getitem__(self, key): return self
    def __len__(self): return 0
    def __iter__(self): return iter(())
    __abs__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __call__
"""


@dataclass(frozen=True)
class Line:
    """A test: its points, and what solution, stub and the best cheat earn."""

    test: str
    points: float
    solution: float
    stub: float
    cheat: float
    message: str = ""
    """Why the solution doesn't earn all."""


@dataclass(frozen=True)
class Proof:
    """What became of an assignment's tests. `cheats` are the points of each, of `points`."""

    assignment: str
    lines: tuple[Line, ...]
    cheats: Mapping[str, float] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """What tests can give."""
        return sum(line.points for line in self.lines)

    @property
    def ok(self) -> bool:
        """Whether the solution earns all."""
        return all(line.solution == line.points for line in self.lines)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what is lenient."""
        given = [line for line in self.lines if line.stub]
        told = (
            f"the empty notebook earns {line.stub:g} of {line.points:g} points in {line.test}."
            for line in given
        )
        return tuple(told)

    def require(self) -> None:
        """Raise SourceError if the solution doesn't earn all points."""
        for line in self.lines:
            if line.solution != line.points:
                raise SourceError(
                    f"{self.assignment}: the solution earns {line.solution:g} of {line.points:g} points in "
                    f"{line.test}. {line.message}"
                )

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "assignment": self.assignment,
            "kind": "tests in cells",
            "ok": self.ok,
            "points": self.points,
            "tests": [asdict(line) for line in self.lines],
            "cheats": dict(self.cheats),
            "messages": [*self.warnings, WEAKER],
        }


def prove(course: Course, assignment: str, level: str, *, cheats: bool = False) -> Proof:
    """Grade the source's solution and the released stub and, if wanted, the stub with each cheat.

    Raises UnknownName if it hasn't been released.
    """
    paper = read_paper(course, assignment)
    names = course.notebooks(assignment)
    solution = {name: nbformat.read(course.source(assignment, name), 4) for name in names}
    stub = {name: nbformat.read(course.release(assignment, name), 4) for name in names}
    with Nursery(level, course.settings.limits) as nursery:
        right = _graded(assignment, solution, paper, nursery)
        empty = _points(_graded(assignment, stub, paper, nursery))
        tried = {
            name: _points(_graded(assignment, books, paper, nursery))
            for name, books in (_cheating(stub, solution) if cheats else {}).items()
        }
    lines = [
        Line(
            verdict.exercise,
            verdict.max_score,
            verdict.score,
            empty[verdict.exercise],
            max((each[verdict.exercise] for each in tried.values()), default=0.0),
            " ".join(verdict.messages),
        )
        for verdict in right.verdicts
        if verdict.parts
    ]
    return Proof(assignment, tuple(lines), {name: sum(each.values()) for name, each in tried.items()})


def _graded(assignment: str, books: Mapping[str, Any], paper: Paper, nursery: Nursery) -> Graded:
    return grade_all({name: Submission("", assignment, book) for name, book in books.items()}, paper, nursery)


def _points(graded: Graded) -> dict[str, float]:
    return {verdict.exercise: verdict.score for verdict in graded.verdicts}


def _cheating(stub: Mapping[str, Any], solution: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The stub with each cheat, by what it does."""
    made = {
        name: {book: _with_first(code, notebook) for book, notebook in stub.items()}
        for name, code in CHEATS.items()
    }
    return made | {EQUALS_ALL: {book: _answering(stub[book], solution[book]) for book in stub}}


def _with_first(code: str, notebook: Any) -> Any:
    made = copy.deepcopy(notebook)
    made.cells.insert(0, new_code_cell(code))
    return made


def _answering(stub: Any, solution: Any) -> Any:
    """The stub with every name that the solution's answers bind standing for the same accommodating object."""
    names = {
        cell.metadata.nbgrader.grade_id: _bound(cell.source) for cell in solution.cells if _is_answer(cell)
    }
    made = _with_first(_OBJECT, stub)
    for cell in made.cells:
        if _is_answer(cell):
            bound = names.get(cell.metadata.nbgrader.grade_id, [])
            cell.source = "\n".join(f"{name} = _Any()" for name in bound)
    return made


def _is_answer(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _bound(source: str) -> list[str]:
    """The names that a cell binds at its top."""
    try:
        tree = ast.parse(re.sub(r"^\s*[%!?].*$", "", source, flags=re.MULTILINE))
    except SyntaxError:
        return []
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    targets = [
        node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return [*dict.fromkeys((*found, *(node.id for node in targets)))]
