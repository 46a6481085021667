"""The same assignment for stock nbgrader and for otter-grader, and how each of them is run on a class.

Both get the questions and the points that our judge has, as ordinary tests: the hidden inputs and the expected arrays
lie in a file beside the notebook, so that neither spends time on a reference or a diagnosis. Stock nbgrader gets the
very same hand-ins as we do; it puts its own test cells in place of the released ones. Otter keeps its tests in files,
so its copies of the hand-ins lose the cells that ask `check`, which would cost it time for nothing.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from textwrap import indent

from handins import NAME, student
from nbgrader.api import Gradebook
from processes import ENVIRONMENT

from autograder.judge.inputs import questions
from solutions.course import ASSIGNMENTS, EXERCISES
from solutions.model import AnswerTask, Exercise, FunctionTask

BIN = Path(sys.executable).parent
PROBES = "probes.pkl"
# Nbgrader looks for a program, alembic, on PATH when it makes a gradebook.
WITH_BIN = {**ENVIRONMENT, "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])}
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "plain"\n'

OPENING = """\
import copy
import pickle

import numpy as np

with open("probes.pkl", "rb") as file:
    PROBES = pickle.load(file)


def answers(function, name):
    found = []
    for arguments, _ in PROBES[name]:
        given = copy.deepcopy(arguments)
        found.append(function(*given))
        np.testing.assert_equal(given, arguments)
    return found


def check(found, name, part):
    assert found is not None
    for answer, (_, expected) in zip(found, PROBES[name], strict=True):
        assert part not in expected or np.allclose(answer[part], expected[part]), part
"""


def exercises() -> list[Exercise]:
    return [EXERCISES[each] for each in ASSIGNMENTS[NAME]]


def write_probes(folder: Path, secret: bytes) -> None:
    """Each function's hidden arguments and expected parts, as our judge draws them."""
    probes = {
        task.name: [(asked.arguments, dict(asked.expected)) for asked in questions(each.id, task, secret)]
        for each in exercises()
        for task in each.tasks
        if isinstance(task, FunctionTask)
    }
    (folder / PROBES).write_bytes(pickle.dumps(probes))


def right(task: AnswerTask, part: str) -> str:
    """An expression that is true for a right answer."""
    if isinstance(task.answer, dict):
        return f"{task.name}[{part!r}] == {task.answer[part]!r}"
    return f"{task.name} == {task.answer!r}"


def asserts(exercise: Exercise) -> list[tuple[float, str]]:
    """The points and the line of a test, for each part."""
    return [
        (part.points, f"check(found, {task.name!r}, {part.name!r})")
        if isinstance(task, FunctionTask)
        else (part.points, f"assert {right(task, part.name)}")
        for task in exercise.tasks
        for part in task.parts
    ]


def function_of(exercise: Exercise) -> FunctionTask | None:
    return next((task for task in exercise.tasks if isinstance(task, FunctionTask)), None)


# Stock nbgrader


def test_cell(exercise: Exercise) -> str:
    """A test cell with partial credit, as nbgrader's documentation has it: the last value is the score."""
    lines = [OPENING, "score, found = 0.0, None"]
    task = function_of(exercise)
    if task is not None:
        lines += [f"try:\n    found = answers({task.name}, {task.name!r})\nexcept Exception:\n    pass"]
    for points, line in asserts(exercise):
        lines += [f"try:\n{indent(line, '    ')}\n    score += {points}\nexcept Exception:\n    pass"]
    return "\n".join([*lines, "float(score)"])


def make_nbgrader(root: Path, released: bytes, secret: bytes) -> None:
    """A course of its own with nothing but nbgrader's defaults, and the assignment released in it."""
    source = root / "source" / NAME
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    notebook = json.loads(released)
    tests = {f"ex-{each.id.replace('.', '-')}-check": test_cell(each) for each in exercises()}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = tests.pop(name, cell["source"])
    assert not tests, f"the released notebook has no {', '.join(tests)}"
    (source / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    write_probes(source, secret)
    subprocess.run(
        [BIN / "nbgrader", "generate_assignment", NAME],
        cwd=root, env=WITH_BIN, check=True, capture_output=True,
    )  # fmt: skip


def first(count: int) -> str:
    """Nbgrader's pattern for the first so many students, ten at most."""
    return f"{student(0)[:-1]}[0-{count - 1}]"


def nbgrader_scores(root: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "plain") as gradebook:
        return {each.student.id: each.score for each in gradebook.assignment_submissions(NAME)}


# Otter-grader

OTTER_FUNCTION = """
try:
    found = answers({name}, {name!r})
"""

OTTER_LOOP = """\
import json
import sys

from otter.api import grade_submission

zipped, target, *paths = sys.argv[1:]
scores = {path: grade_submission(path, zipped, quiet=True).total for path in paths}
with open(target, "w") as file:
    json.dump(scores, file)
"""


def test_file(exercise: Exercise) -> str:
    """One of otter's files of tests that raise: a test case per part, with its points."""
    task = function_of(exercise)
    lines = ["from otter.test_files import test_case", "OK_FORMAT = False", OPENING]
    lines += [f"name = {exercise.id!r}", "found = None"]
    names = sorted({each.name for each in exercise.tasks})
    for number, (points, line) in enumerate(asserts(exercise)):
        lines += [f"@test_case(points={points})", f"def test_{number}({', '.join(names)}):"]
        if task is not None and number == 0:
            lines += ["    global found", f"    found = answers({task.name}, {task.name!r})"]
        lines += [f"    {line}", ""]
    return "\n".join(lines)


def make_otter(root: Path, secret: bytes, program: Path) -> None:
    """Otter's zip of tests, and its loop over the hand-ins."""
    (root / "tests").mkdir(parents=True)
    for each in exercises():
        name = f"q{each.id.replace('.', '_')}.py"
        (root / "tests" / name).write_text(test_file(each), encoding="utf-8")
    write_probes(root, secret)
    (root / "loop.py").write_text(OTTER_LOOP, encoding="utf-8")
    command = [program / "otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-requirements"]
    subprocess.run([*command, "--no-environment", PROBES], cwd=root, check=True, capture_output=True)


def write_for_otter(root: Path, name: str, data: bytes) -> Path:
    notebook = json.loads(data)
    notebook["cells"] = [
        cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    path = root / "submissions" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def otter_scores(target: Path) -> dict[str, float]:
    found = json.loads(target.read_text(encoding="utf-8"))
    return {Path(path).stem: float(score) for path, score in found.items()}
