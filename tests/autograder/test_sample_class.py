"""The sample class the whole way: every hand-in gets the grade that its recipe is worth, and nothing stops the run."""

import csv
import json

import nbformat
import pytest

from autograder.record.gradebook import open_gradebook
from autograder.record.standings import standings
from autograder.record.verdicts import read_verdict
from autograder.wire import encode
from solutions.course import EXERCISES, RECIPES

pytestmark = pytest.mark.xdist_group("sample-course")

OTHERS = ("5.6", "5.7")
FUNCTIONS = ("5.1", "5.2", "5.3", "5.4", "5.5", "5.8", "5.9")
DELTAS = {"dU", "dW", "db", "dh0"}
"""The arrays that are made from the deltas, so that a wrong one spoils all of them."""


POINTS = {(one, part.name): part.points for one in FUNCTIONS + OTHERS for part in EXERCISES[one].parts}


def lost(exercises, parts=None):
    """(exercise, part) for the named parts, or all, of each exercise."""
    return {(one, part) for one, part in POINTS if one in exercises and (parts is None or part in parts)}


def functions(*exercises):
    """All parts of the exercises' functions; a letter beside a function is not lost with it."""
    return {key for key in lost(exercises) if not key[1].startswith("bug_")}


EVERYTHING = set(POINTS)
LOST = {
    "ada": set(),
    "emmy": set(),
    "blaise": lost(FUNCTIONS, DELTAS),
    "carl": lost(FUNCTIONS, DELTAS),
    "grace": lost({"5.3", "5.4", "5.5", "5.7", "5.8", "5.9"}),
    "niels": EVERYTHING,
    "kurt": functions("5.3", "5.5", "5.8", "5.9"),
    "alan": lost(["5.2"]),
    "sofia": set(),
    "rene": EVERYTHING,
    "maria": set(),
    "isaac": set(),
    "leonhard": set(),
    "joseph": lost(FUNCTIONS, DELTAS) | lost(["5.2"]),
    "hypatia": functions("5.3", "5.5", "5.8", "5.9"),
}


@pytest.fixture(scope="module")
def by_name(made_sample):
    return {each["student"]: each for each in made_sample.objects}


@pytest.fixture(scope="module")
def stands(made_sample):
    course = made_sample.course
    with open_gradebook(course) as gradebook:
        found = standings(gradebook, made_sample.assignment)
        return {student: found[student] for student in LOST}


def test_the_whole_class_is_there(by_name):
    assert set(by_name) == set(LOST) == {recipe.student for recipe in RECIPES}
    assert len(by_name) >= 12


@pytest.mark.parametrize("student", LOST)
def test_each_student_loses_exactly_what_is_wrong(by_name, student):
    parts = {(part["exercise"], part["part"]): part for part in by_name[student]["parts"]}
    assert set(parts) == set(POINTS)
    assert {key: part["max_score"] for key, part in parts.items()} == POINTS
    assert {key for key, part in parts.items() if part["score"] < part["max_score"]} == LOST[student]
    expected = sum(points for key, points in POINTS.items() if key not in LOST[student])
    assert by_name[student]["score"] == pytest.approx(expected)
    assert by_name[student]["max_score"] == 40.0


@pytest.mark.parametrize("student", LOST)
def test_the_gradebook_says_the_same(by_name, stands, student):
    stand = stands[student]
    assert stand.max_score == 40.0
    assert stand.penalty == pytest.approx(8.0 if student == "isaac" else 0.0)
    assert stand.score == pytest.approx(by_name[student]["score"] - stand.penalty)
    assert by_name[student]["late_penalty"] == pytest.approx(stand.penalty)
    assert not stand.open


@pytest.mark.parametrize(
    ("student", "exercises", "name"),
    [
        ("blaise", FUNCTIONS[:5], "w-not-transposed"),
        ("carl", FUNCTIONS[:5], "immediate-only"),
        ("joseph", FUNCTIONS[:5], "fprime-missing"),
        ("joseph", ["5.2"], "half-forgotten"),
        ("hypatia", ["5.3"], "writes-to-inputs"),
    ],
)
def test_mistakes_are_named_where_they_are_made(made_sample, student, exercises, name):
    graded = read_verdict(made_sample.course, student, made_sample.assignment)
    named = {verdict.exercise for verdict in graded.verdicts if name in verdict.misconceptions}
    assert named >= set(exercises)
    assert all(verdict.messages for verdict in graded.verdicts if verdict.exercise in exercises)


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("rene", "damaged: it is not valid JSON"),
        ("maria", "Your file was called Untitled1.ipynb"),
        ("sofia", "ex-5-1-check, ex-5-2-check"),
        ("alan", "took too long"),
        ("kurt", "There is no function `bptt_mimo`"),
        ("niels", "isn't written yet"),
    ],
)
def test_the_message_says_what_happened(by_name, student, said):
    assert any(said in message for message in by_name[student]["messages"])


@pytest.mark.parametrize("student", ["ada", "emmy", "isaac", "leonhard"])
def test_right_work_has_no_messages(by_name, student):
    assert by_name[student]["messages"] == []
    assert by_name[student]["misconceptions"] == []


def test_objects_are_for_programs(by_name):
    for each in by_name.values():
        assert {"student", "assignment", "score", "max_score", "parts", "messages"} <= set(each)
        assert each["assignment"] == "ch05-bptt-unrolled"
        assert each["graded_now"] is True
        assert encode(each)


def test_graded_notebooks_are_valid_and_hold_their_verdicts(made_sample, by_name):
    course = made_sample.course
    for student, each in by_name.items():
        notebook = nbformat.read(
            course.autograded(student, made_sample.assignment) / f"{made_sample.assignment}.ipynb", 4
        )
        nbformat.validate(notebook)
        cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        assert sum(float(cell.outputs[1].data["text/plain"]) for cell in cells) == pytest.approx(
            each["score"]
        )


def test_a_plot_and_a_print_are_in_the_notebook(made_sample):
    notebook = (
        made_sample.course.autograded("leonhard", made_sample.assignment) / f"{made_sample.assignment}.ipynb"
    )
    outputs = [output for cell in nbformat.read(notebook, 4).cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert any("states (7, 4)" in output.get("text", "") for output in outputs)
    assert any(output.get("name") == "stderr" and "only a warning" in output.text for output in outputs)


def test_feedback_for_everybody(made_sample, by_name):
    course = made_sample.course
    for student in by_name:
        page = (
            course.feedback(student, made_sample.assignment) / f"{made_sample.assignment}.html"
        ).read_text()
        assert f"Feedback for <strong>{student}</strong>" in page
        assert "<script" not in page


def test_the_report_and_its_table(made_sample, by_name, stands):
    page = (made_sample.root / "reports" / f"{made_sample.assignment}.html").read_text()
    assert all(student in page for student in by_name)
    with (made_sample.root / "reports" / f"{made_sample.assignment}.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(by_name)
    for student, row in rows.items():
        assert float(row["score"]) == pytest.approx(stands[student].score)
        assert sum(float(row[one]) for one in EXERCISES if one in row) == pytest.approx(
            by_name[student]["score"]
        )


def test_no_answer_and_no_secret_leave_the_course(made_sample):
    secret = (made_sample.root / ".autograder-secret").read_text().strip()
    for folder in ("release", "autograded", "feedback", "reports", "verdicts"):
        for path in (made_sample.root / folder).rglob("*.*"):
            text = path.read_text()
            assert secret not in text
            assert "BEGIN SOLUTION" not in text
    released = json.loads(made_sample.course.release(made_sample.assignment).read_text())
    assert "from_above = W.T @ delta" not in json.dumps(released)
