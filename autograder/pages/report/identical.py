"""Answers of several students that are the same program: names, layout, remarks and ways to write a number apart.

It finds what a person should look at, and proves nothing: a short exercise has few right answers.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograder.assignment.notebook import exercise_of
from autograder.pages.report.gather import Gathered, HandIn, cell_name

LEAST_NODES = 60
"""A program of fewer pieces than this is too short to tell anything; a loop with a sum has about eighty."""
LEAST_LETTERS = 120
"""And a written answer of fewer letters."""
MOST_SHARE = 1 / 3
"""What more of the class than this wrote, and more than three, is the usual way of writing it."""
LONG = 150
"""A program of so many pieces has no usual way of writing: where it is the same letter for letter, it is shown."""
MOST_SOURCE = 100_000

_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


@dataclass(frozen=True)
class Group:
    """Students whose answers to these exercises are the same."""

    students: tuple[str, ...]
    exercises: tuple[str, ...]
    literal: bool
    """Whether they are the same letter for letter, remarks and names included, in all of the exercises."""
    points: tuple[str, ...]
    """What they earned there, each different value once."""


def identical(gathered: Gathered) -> list[Group]:
    """Groups of students, those with the most exercises in common first."""
    usual = max(3, math.floor(MOST_SHARE * len(gathered.handins)))
    form_of = cache(normal_form)
    stubs = {form_of(text, kind) for text in gathered.released.values() for kind in ("code", "markdown")}
    forms: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for handin in gathered.handins:
        for label, source, kind in _answers(handin):
            form = form_of(source, kind)
            if form is not None and form not in stubs:
                forms[label, form].append((handin, source.strip()))
    shared: dict[tuple[str, ...], list[tuple[str, list[Answer]]]] = defaultdict(list)
    for (label, form), found in forms.items():
        for same in _groups(form, found, usual):
            shared[tuple(handin.student for handin, _ in same)].append((label, same))
    groups = [_group(who, items) for who, items in shared.items()]
    return sorted(groups, key=lambda group: (-len(group.exercises), group.students))


Answer = tuple[HandIn, str]
"""Whose it is, and its text."""


def _groups(form: str, found: list[Answer], usual: int) -> list[list[Answer]]:
    """The groups to show of those who share a form."""
    if len(found) <= usual:
        return [found] if len(found) > 1 else []
    if form.count("(") < LONG:  # in a dump, each piece of syntax opens one
        return []
    by_text: dict[str, list[Answer]] = defaultdict(list)
    for answer in found:
        by_text[answer[1]].append(answer)
    return [same for same in by_text.values() if len(same) > 1]


def _group(who: tuple[str, ...], items: list[tuple[str, list[Answer]]]) -> Group:
    points = [handin.points(label) or 0.0 for label, same in items for handin, _ in same]
    return Group(
        who,
        tuple(label for label, _ in items),
        all(len({text for _, text in same}) == 1 for _, same in items),
        tuple(f"{each:g}" for each in dict.fromkeys(points)),
    )


def _answers(handin: HandIn) -> list[tuple[str, str, str]]:
    """The student's answers: the exercise or the cell's name, the text, and its kind."""
    if handin.graded.problem:
        return []
    found = []
    for notebook in handin.graded.notebooks.values():
        for cell in notebook.get("cells", ()):
            name = cell_name(cell)
            if name and cell["metadata"]["nbgrader"].get("solution"):
                label = exercise_of(name, "solution") or exercise_of(name, "written") or name
                source = cell.get("source", "")
                found.append((label, "".join(source), str(cell.get("cell_type"))))
    return found


def normal_form(source: str, kind: str = "code") -> str | None:
    """What is left of an answer without its layout and its choice of names; None for one too short to tell."""
    if kind != "code":
        text = " ".join(source.casefold().split())
        return text if len(text) >= LEAST_LETTERS else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a student's escapes in strings
            tree = ast.parse(_MAGIC.sub("", source[:MOST_SOURCE]))
            own = _Names()
            own.visit(tree)
            plain = _Plain(own.found).visit(tree)
            if sum(1 for _ in ast.walk(plain)) < LEAST_NODES:
                return None
            return ast.dump(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Names(ast.NodeVisitor):
    """The names that a program binds itself, numbered in the order in which they come."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def _add(self, name: str) -> None:
        self.found.setdefault(name, f"name{len(self.found)}")

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._add(node.id)

    def visit_arg(self, node: ast.arg) -> None:
        self._add(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._add(node.name)
        self.generic_visit(node)


class _Plain(ast.NodeTransformer):
    """Own names numbered, numbers as floats, no docstrings, no annotations."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> Any:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> Any:
        node.arg, node.annotation = self._names.get(node.arg, node.arg), None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        node.name, node.returns = self._names.get(node.name, node.name), None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return None
        return self.visit(ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno))

    def visit_Expr(self, node: ast.Expr) -> Any:
        # A text alone on its line is a remark.
        if isinstance(node.value, ast.Constant):
            return None
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, int) and not isinstance(node.value, bool) and abs(node.value) < 2**53:
            node.value = float(node.value)
        return node
