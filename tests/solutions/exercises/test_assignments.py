"""Every assignment of the course as it is written: its cells, its points, its model solutions, its docstrings."""

import math
import re
from typing import NamedTuple

import pytest
from through_time.checks import CHECKS

from solutions.course import ASSIGNMENTS, EXERCISES
from solutions.model import AnswerTask, FunctionTask, WrittenTask


class Told(NamedTuple):
    """What an assignment holds: `tables` are the numbers of its exercises with a table of points."""

    title: str
    opening: str
    points: int
    functions: int
    answers: int
    tables: str


TOLD = {
    "ch00-notation": Told("A trial hand-in", "One exercise", 2, 0, 1, ""),
    "ch01-order": Told("Signals with an order", "Three exercises", 6, 1, 2, ""),
    "ch02-paths": Told("Derivatives along paths", "Six exercises", 17, 5, 3, "123"),
    "ch03-mlp-delta-rule": Told("The MLP delta rule", "Six exercises", 20, 4, 3, "123"),
    "ch04-rnn-forward": Told("The RNN and its loss", "Six exercises", 18, 4, 3, "12"),
    "ch05-bptt-unrolled": Told(
        "Backpropagation through time by unrolling", "Nine exercises", 40, 7, 4, "12345"
    ),
    "ch06-homework-dE-dU": Told(
        "Total and immediate derivatives, and the homework", "Eight exercises", 39, 5, 4, "12456"
    ),
    "ch07-any-graph": Told("Any recurrent graph", "Seven exercises", 29, 5, 2, "1234"),
    "ch08-vanish-explode": Told("Vanishing and exploding", "Five exercises", 14, 2, 4, "1"),
    "ch09-remedies": Told("Remedies", "Seven exercises", 23, 4, 3, "123"),
    "ch10-lstm": Told("LSTM", "Three exercises", 14, 2, 1, "12"),
    "ch11-attention": Told("Sequence to sequence and attention", "Four exercises", 13, 2, 1, "123"),
    "ch12-capstones": Told("Capstones", "Three projects and a short one", 50, 14, 3, "1234"),
}
# Where the chapter has another name than the assignment.
PAGES = {"ch06-homework-dE-dU": "book/06-total-immediate"}
# Where a statement names more than "Section 5.2." for the exercise's section, 5.2.
SECTIONS = {
    "3.2": "Sections 3.2 and 3.3.",
    "3.3": "Sections 3.4 and 3.5.",
    "5.1": "Sections 5.1 to 5.3.",
    "6.1": "Sections 6.4 and 6.8.",
    "6.2": "Sections 6.6 and 6.8.",
    "6.3": "Sections 6.4, 6.6 and 6.8.",
    "6.5": "Sections 6.3 and 6.7.",
    "6.7": "Sections 6.4 and 6.8.",
    "7.4": "Sections 7.2 and 7.3.",
    "9.4": "Widget W9.1, section 9.2.",
    "9.7": "Sections 9.1 to 9.6.",
}
# Functions that stand in a table for their part.
PARTS = {"jac_tanh(z)": "J_tanh", "jac_softmax(o)": "J_softmax"}
# Functions that return plain numbers.
UNTYPED = {"two_paths"}
LETTERS = {"3.6": "ABCD", "6.7": "ABC", "9.5": "ABCDE", "12.1": "ABCDE"}


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ASSIGNMENTS])
def assignment(assignments, request):
    return assignments[request.param]


def chapter(assignment):
    return int(assignment.name[2:4])


def wanted_roles(exercise):
    kinds = {
        "statement": True,
        "given": exercise.kind == "bug",
        "solution": exercise.parts,
        "check": exercise.parts,
        "written": exercise.written,
        "explanation": True,
    }
    return [role for role, needed in kinds.items() if needed]


def rows(statement):
    """Name and points of the parts in a statement's table. Parts of the same points may share a row."""
    found = re.findall(
        r"^\| (`[^`\"|]+`(?:, `[^`\"|]+`)*) \|(?: .+ \|)? ([\d.]+)( each)? \|$", statement, re.MULTILINE
    )
    for names, points, each in found:
        parts = re.findall(r"`([^`]+)`", names)
        assert (len(parts) > 1) == bool(each), names
        yield from ((PARTS.get(part, part), float(points)) for part in parts)


def test_header(assignment):
    header, name = assignment.notebook.metadata, assignment.name
    page = PAGES.get(name, f"book/{name.removeprefix('ch')}")
    told = {"assignment": name, "title": TOLD[name].title, "chapter": page}
    assert header["through_time"] == told
    assert header["kernelspec"]["name"] == "python3"


def test_cells_carry_an_exercise_and_a_role_and_nothing_else(assignment):
    setup = [c for c in assignment.cells if "exercise" not in c.metadata and c.metadata]
    assert [dict(c.metadata) for c in setup] == [{"role": "setup"}]
    for cell in assignment.cells:
        if "exercise" in cell.metadata:
            assert set(cell.metadata) == {"exercise", "role"}


def test_every_exercise_has_its_cells_in_order(assignment):
    marked = [c.metadata for c in assignment.cells if "exercise" in c.metadata]
    ids = [exercise.id for exercise in assignment.exercises]
    assert list(dict.fromkeys(each["exercise"] for each in marked)) == ids
    assert ids == [each for each in EXERCISES if each.partition(".")[0] == str(chapter(assignment))]
    for exercise in assignment.exercises:
        roles = [each["role"] for each in marked if each["exercise"] == exercise.id]
        assert roles == wanted_roles(exercise), exercise.id


def test_it_holds_what_the_introduction_tells(assignment):
    told = TOLD[assignment.name]
    assert len(assignment.tasks(AnswerTask)) == told.answers
    assert math.fsum(exercise.points for exercise in assignment.exercises) == told.points
    opening = f"{told.opening} to chapter {chapter(assignment)}, {told.points} points, "
    assert assignment.cells[1].source.startswith(opening)


def test_headings_sections_and_checks_are_those_of_the_exercises(assignment):
    for exercise in assignment.exercises:
        statement = assignment.text(exercise.id, "statement")
        assert statement.startswith(f"## {exercise.id} {exercise.title}\n")
        closing = SECTIONS.get(exercise.id, f"Section {exercise.section}.")
        assert closing in statement
        # Named at the end of a line, and none besides.
        assert re.findall(r"\bSections? \d.*", statement) == re.findall(r"\bSections? \d.*", closing)
        assert exercise.section in closing
        if exercise.parts:
            names = ", ".join(task.name for task in exercise.tasks if not isinstance(task, WrittenTask))
            assert assignment.text(exercise.id, "check") == f'check("{exercise.id}", {names})'


def test_points_in_the_tables_are_those_of_the_parts(assignment):
    for exercise in assignment.exercises:
        statement = assignment.text(exercise.id, "statement")
        found, parts = list(rows(statement)), [(part.name, part.points) for part in exercise.parts]
        if " each |" in statement:
            # Parts that share a row leave their order.
            found, parts = sorted(found), sorted(parts)
        number = exercise.id.partition(".")[2]
        assert found == (parts if number in TOLD[assignment.name].tables else []), exercise.id


def test_letters_are_all_listed(assignment):
    for exercise in assignment.exercises:
        listed = re.findall(r'^\| `"(\w)"` \|', assignment.text(exercise.id, "statement"), re.MULTILINE)
        assert "".join(listed) == LETTERS.get(exercise.id, "ABCDE" if exercise.kind == "bug" else "")


def test_model_solutions_pass_all_checks(assignment):
    told, solved = TOLD[assignment.name], assignment.solved
    assert solved.err == ""
    assert "not right" not in solved.out
    assert len(re.findall(r"^\S+ \w+: right\.$", solved.out, re.MULTILINE)) == told.functions
    assert solved.out.count("its form is right") == told.answers


def test_model_solutions_earn_all_points(assignment, names, verdict):
    for exercise in assignment.exercises:
        found = verdict(exercise.id, names)
        assert found.messages == ()
        assert found.score == exercise.judged
        assert found.score + found.by_hand == exercise.points


def test_checks_know_every_function_of_the_notebook(assignment, names):
    for exercise in assignment.exercises:
        asked = [task.name for task in exercise.tasks if not isinstance(task, WrittenTask)]
        assert [task.name for task in CHECKS[exercise.id]] == asked
        assert set(asked) <= set(names)


def test_docstrings_name_every_argument(assignment, names):
    assert len(assignment.tasks(FunctionTask)) == TOLD[assignment.name].functions
    for task in assignment.tasks(FunctionTask):
        kind = [] if task.name in UNTYPED else ["float64"]
        for word in (*task.arguments, "Returns", *kind):
            assert re.search(rf"\b{re.escape(word)}\b", names[task.name].__doc__), (task.name, word)
