"""Functions that are given with a mistake, and written answers: what each assignment says of them."""

import re
from typing import NamedTuple

import pytest

from autograder.assignment.notebook import source_notebook
from solutions.course import ASSIGNMENTS, EXERCISES

# The function with a mistake in it, and the mistake.
GIVEN = {
    "2.4": ("numeric_grad_buggy", "writes-to-inputs"),
    "3.4": ("train_step_buggy", "updates-inside-loop"),
    "4.6": ("rnn_forward_buggy", "h-wraparound"),
    "5.8": ("bptt_mimo_buggy_a", "assign-not-accumulate"),
    "5.9": ("bptt_mimo_buggy_b", "fprime-output-branch-only"),
    "6.8": ("dh_dW_buggy", "total-for-immediate"),
    "8.5": ("linear_jacobian_buggy", "elementwise-power"),
    "9.6": ("clip_buggy", "clip-per-tensor"),
}


class Text(NamedTuple):
    """A written answer: its heading, its check's points, what is announced, its rubric, and the introduction."""

    heading: str
    checked: float | None
    announced: list[str]
    rubric: list[int]
    introduced: str


ONE = "1 point"
WRITTEN = {
    "6.3": Text("Derivation", 4, ["2 points", ONE, ONE], [2, 1, 1], "A person marks 4 points"),
    "7.7": Text("Derivation", 0, 4 * [ONE], 4 * [1], "a person marks its 4 points"),
    "9.7": Text(
        "Your reading", None, [f"{ONE} for each run", ONE], 4 * [1], "which a person marks (4 points)"
    ),
    "11.4": Text("Why attention helps", None, 4 * [ONE], 4 * [1], "A person marks its 4 points"),
}


def posed(exercises):
    """The ids, each in the group of its assignment."""
    groups = {identifier: name for name, ids in ASSIGNMENTS.items() for identifier in ids}
    return [pytest.param(each, marks=pytest.mark.xdist_group(groups[each])) for each in exercises]


@pytest.fixture
def assignment(assignments, exercise):
    return next(each for each in assignments.values() if exercise in ASSIGNMENTS[each.name])


@pytest.fixture
def stem(exercise):
    """How the ids of its cells begin."""
    return f"ex-{exercise.replace('.', '-')}"


def test_all_of_them_are_here():
    assert list(GIVEN) == [exercise.id for exercise in EXERCISES.values() if exercise.kind == "bug"]
    assert list(WRITTEN) == [exercise.id for exercise in EXERCISES.values() if exercise.written]


@pytest.mark.parametrize("exercise", posed(GIVEN))
class TestGivenFunction:
    def test_it_stands_in_one_locked_cell(self, exercise, assignment, stem):
        function, _ = GIVEN[exercise]
        (cell,) = [c for c in assignment.released if f"def {function}(" in c.source and c.cell_type == "code"]
        assert cell.id == f"{stem}-given"
        assert cell.metadata.nbgrader.locked

    def test_handed_back_unchanged_it_earns_nothing_and_is_named(self, exercise, names, verdict):
        function, misconception = GIVEN[exercise]
        fixed = EXERCISES[exercise].tasks[0].name
        found = verdict(exercise, {fixed: names[function]})
        assert found.score == 0
        assert found.misconceptions == (misconception,)


@pytest.mark.parametrize("exercise", posed(WRITTEN))
class TestWrittenAnswer:
    def test_its_cells_have_the_points_of_the_rubric(self, exercise, assignment, stem):
        cells = {cell.id: cell for cell in source_notebook(assignment.source).cells}
        assert cells[f"{stem}-written"].metadata.nbgrader.points == EXERCISES[exercise].by_hand == 4
        assert f"Marking {exercise} by hand, 4 points." in cells[f"{stem}-rubric"].source
        check = cells.get(f"{stem}-check")
        assert (check and check.metadata.nbgrader.points) == WRITTEN[exercise].checked

    def test_the_student_meets_a_heading_and_room(self, exercise, assignment, stem):
        (written,) = [cell.source for cell in assignment.released if cell.id == f"{stem}-written"]
        assert written == f"**{WRITTEN[exercise].heading}.**\n\nYOUR ANSWER HERE"

    def test_what_is_looked_for_is_announced_with_the_points_of_the_rubric(self, exercise, assignment):
        statement = assignment.text(exercise, "statement")
        announced = re.findall(r"^- .*\((\d points?[^)]*)\)[;.]$", statement, re.MULTILINE)
        assert announced == WRITTEN[exercise].announced
        assert [each.points for each in EXERCISES[exercise].written.rubric] == WRITTEN[exercise].rubric
        assert WRITTEN[exercise].introduced in assignment.cells[1].source

    def test_the_rubric_is_not_shown(self, exercise, assignment):
        for each in EXERCISES[exercise].written.rubric:
            assert not [text for text in (each.full, each.half, each.none) if text in assignment.shown]
