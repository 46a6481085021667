"""Written answers the whole way: a cell that a person marks, its rubric for the marker only, and the marks."""

import importlib
import json
import shutil
import sys

import nbformat
import pytest
from nbgrader.utils import is_grade, is_locked, is_solution

from autograder.assignment.notebook import exercise_of, source_notebook, student_notebook
from autograder.assignment.page import exercise_page, text_stub
from autograder.course import Course
from autograder.errors import SourceError
from autograder.grading import grade_assignment
from autograder.judge import DirectStudent, judge
from autograder.loader import load_catalogue
from autograder.pages.feedback import write_feedback
from autograder.pages.report import write_report
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import standings
from autograder.show import as_html, as_text, points
from autograder.verdict import ExerciseVerdict
from autograder.verify import verify_exercise

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("written")]

NAME = "ch01-essay"

COURSE = """
from pathlib import Path

from solutions.model import AnswerTask, Criterion, Exercise, Part, WrittenTask

WORD = AnswerTask(
    "word", str, "a word", (Part("word", 1),), lambda value: {"word": float(value == "yes")}, answer="yes"
)
WHY = WrittenTask(
    "why",
    (
        Criterion("the reason", 2, "named and shown", "named", "not named"),
        Criterion("an example", 1, "one that fits", "one that nearly fits", "none"),
    ),
)
EXERCISES = {
    "1.1": Exercise("1.1", "Say yes, and why", "written", "1.1", (WORD, WHY)),
    "1.2": Exercise("1.2", "Only why", "written", "1.2", (WHY,)),
}
ASSIGNMENTS = {"ch01-essay": ("1.1", "1.2")}
MISCONCEPTIONS = {}
SOURCES = Path(__file__).parent / "essays"
"""

SOURCE = """\
---
through_time:
  title: Essay
  chapter: book/01-essay
---

# Essay

+++ {"exercise": "1.1", "role": "statement"}

## 1.1 Say yes, and why

```{code-cell} ipython3
:exercise: "1.1"
:role: solution
word = None
### BEGIN SOLUTION
word = "yes"
### END SOLUTION
```

```{code-cell} ipython3
:exercise: "1.1"
:role: check
word
```

+++ {"exercise": "1.1", "role": "written"}

**Why?**

### BEGIN SOLUTION
Because it is so, as in the case of swans.
### END SOLUTION

+++ {"exercise": "1.2", "role": "statement"}

## 1.2 Only why

+++ {"exercise": "1.2", "role": "written"}

Since nothing else is.
"""


@pytest.fixture(scope="module")
def essays(tmp_path_factory):
    """The course's module, importable, and its one source."""
    place = tmp_path_factory.mktemp("essays")
    (place / "essays").mkdir()
    (place / "essaycourse.py").write_text(COURSE)
    (place / "essays" / f"{NAME}.md").write_text(SOURCE)
    sys.path.insert(0, str(place))
    importlib.invalidate_caches()
    yield load_catalogue("essaycourse")
    sys.path.remove(str(place))


@pytest.fixture(scope="module")
def released(essays, tmp_path_factory, cli):
    """A course with the assignment released; nbgrader takes seconds for a new gradebook."""
    root = tmp_path_factory.mktemp("released") / "course"
    cli("init", root, "--exercises", essays.module)
    cli("--course", root, "release", NAME)
    return root


@pytest.fixture
def course(released, tmp_path):
    return Course.open(shutil.copytree(released, tmp_path / "course"))


@pytest.fixture
def hand_in(course, raw):
    """hand_in(student, word, text of 1.1, text of 1.2); None leaves a text as it was released."""

    def put(student, word="yes", *texts):
        notebook = nbformat.read(course.release(NAME), 4)
        cells = {
            cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata
        }
        cells["ex-1-1-solution"].source = f"word = {word!r}"
        for number, text in enumerate(texts, 1):
            if text is not None:
                cells[f"ex-1-{number}-written"].source = text
        folder = course.submitted(student, NAME)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.ipynb").write_bytes(raw(notebook))

    return put


@pytest.fixture
def mark(course):
    """mark(student, exercise, score, comment) as formgrader's page does."""

    def give(student, exercise, score, comment=""):
        name = f"ex-{exercise.replace('.', '-')}-written"
        with open_gradebook(course) as gradebook:
            notebook = gradebook.find_submission_notebook(NAME, NAME, student)
            grade = next(each for each in notebook.grades if each.name == name)
            grade.manual_score, grade.needs_manual_grade = score, False
            next(each for each in notebook.comments if each.name == name).manual_comment = comment
            gradebook.db.commit()

    return give


def test_the_marker_finds_the_rubric_below_what_was_written(course, hand_in):
    hand_in("ada", "yes", "Since swans do.")
    grade_assignment(course, NAME)
    cells = nbformat.read(course.autograded("ada", NAME) / f"{NAME}.ipynb", 4).cells
    places = [cell.metadata.get("nbgrader", {}).get("grade_id", cell.id) for cell in cells]
    for written in ("ex-1-1", "ex-1-2"):
        assert places[places.index(f"{written}-written") + 1] == f"{written}-rubric"
    assert "named and shown" in cells[places.index("ex-1-1-rubric")].source


def stand_of(course, student):
    with open_gradebook(course) as gradebook:
        return standings(gradebook, NAME)[student]


def test_points_of_an_exercise(essays):
    both, alone = essays.exercises.values()
    assert (both.judged, both.by_hand, both.points) == (1, 3, 4)
    assert (alone.judged, alone.by_hand, alone.points) == (0, 3, 3)
    assert (both.written.name, alone.parts) == ("why", ())
    assert essays.source(NAME).points == 7


@pytest.mark.parametrize("thirds", [3, 6, 9])
def test_thirds_add_up_to_whole_points(thirds):
    parts = [{"name": str(n), "points": 1 / 3, "score": 1 / 3} for n in range(thirds)]
    made = {
        "exercise": "1.1",
        "title": "",
        "parts": parts,
        "messages": [],
        "misconceptions": [],
        "section": "",
    }
    verdict = ExerciseVerdict.from_json(made | {"curve": []})
    assert (verdict.score, verdict.max_score) == (thirds / 3, thirds / 3)


def test_the_cell_is_nbgrader_s_manually_graded_one(essays):
    cells = {cell.id: cell for cell in source_notebook(essays.source(NAME)).cells}
    cell = cells["ex-1-1-written"]
    assert (cell.cell_type, cell.metadata.nbgrader.points) == ("markdown", 3)
    assert (is_grade(cell), is_solution(cell), is_locked(cell)) == (True, True, False)
    assert cells["ex-1-1-check"].metadata.nbgrader.points == 1
    assert "ex-1-2-check" not in cells
    assert exercise_of("ex-1-1-written") is None
    assert exercise_of("ex-10-11-written", "written") == "10.11"


def test_the_rubric_is_for_the_marker_only(essays):
    source = essays.source(NAME)
    cells = source_notebook(source).cells
    rubric = next(cell for cell in cells if cell.id == "ex-1-1-rubric")
    assert rubric.metadata.tags == ["instructor"]
    assert "| the reason | 2 | named and shown | named | not named |" in rubric.source
    assert [cell.id for cell in cells].index("ex-1-1-rubric") == 1 + [cell.id for cell in cells].index(
        "ex-1-1-written"
    )
    released = nbformat.writes(student_notebook(source))
    for text in (released, exercise_page(source)):
        for secret in ("the reason", "nearly fits", "swans", "nothing else", "BEGIN SOLUTION"):
            assert secret not in text
        assert "**Why?**" in text
        assert text.count("YOUR ANSWER HERE") == 2


def test_the_page_counts_all_points(essays):
    page = exercise_page(essays.source(NAME))
    assert "2 exercises, 7 points." in page
    assert "| Say yes, and why | written | 4 |" in page


def test_a_text_without_a_marked_solution_is_one():
    assert text_stub("All of it.") == "YOUR ANSWER HERE"
    assert (
        text_stub("Keep.\n### BEGIN SOLUTION\nx\n### END SOLUTION\nAnd this.")
        == "Keep.\nYOUR ANSWER HERE\nAnd this."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"1.2", "role": "written"',
            '"1.2", "role": "explanation"',
            "exercise 1.2 has 0 cells with the role written",
        ),
        (
            '"1.2", "role": "statement"',
            '"1.1", "role": "written"',
            "exercise 1.1 has 2 cells with the role written",
        ),
        (':exercise: "1.1"\n:role: check', ':exercise: "1.2"\n:role: check', "cells with the role check"),
    ],
)
@pytest.mark.usefixtures("essays")
def test_a_source_has_the_cells_that_its_tasks_need(tmp_path, monkeypatch, old, new, said):
    assert SOURCE.count(old) == 1
    (tmp_path / f"{NAME}.md").write_text(SOURCE.replace(old, new))
    monkeypatch.setattr(sys.modules["essaycourse"], "SOURCES", tmp_path)
    with pytest.raises(SourceError, match=said):
        load_catalogue("essaycourse").source(NAME)


@pytest.mark.usefixtures("essays")
def test_a_code_cell_is_no_text(tmp_path, monkeypatch):
    (tmp_path / f"{NAME}.md").write_text(SOURCE.replace(":role: check", ":role: written"))
    monkeypatch.setattr(sys.modules["essaycourse"], "SOURCES", tmp_path)
    with pytest.raises(SourceError, match="code cell can't have the role 'written'"):
        load_catalogue("essaycourse").source(NAME)


def test_the_judge_neither_gives_nor_takes(essays):
    both, alone = essays.exercises.values()
    right = judge(both, DirectStudent(values={"word": "yes"}), b"secret", {})
    wrong = judge(both, DirectStudent(values={"word": "no"}), b"secret", {})
    assert (right.score, right.max_score, right.by_hand) == (1, 1, 3)
    assert (wrong.score, wrong.max_score, wrong.by_hand) == (0, 1, 3)
    nobody = DirectStudent()
    assert judge(alone, nobody, b"secret", {}).by_hand == 3
    assert nobody.calls == 0
    assert ExerciseVerdict.from_json(right.to_json()) == right
    for shown in (as_text(right), as_html(right)):
        assert "1 of 1 points" in shown
        assert "What you wrote is marked by hand, for up to 3 more points." in shown


def test_verify_knows_what_is_left_to_a_person(essays):
    for exercise in essays.exercises.values():
        found = verify_exercise(exercise, {})
        assert found.ok
        assert found.summary()["by hand"] == "1 of 1"
    rows = verify_exercise(essays.exercises["1.2"], {}).rows
    assert [(row.kind, row.name) for row in rows] == [("written", "left to a person")]


def test_release_proves_only_what_is_judged(course):
    notebook = nbformat.read(course.release(NAME), 4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    assert cells["ex-1-2-written"].source == "YOUR ANSWER HERE"
    assert "reason" not in nbformat.writes(notebook)


def test_marks_by_hand(course, hand_in, mark):
    hand_in("ada", "yes", "Because of swans.", "Since it is so.")
    hand_in("ben", "no", None, "Who knows.")
    (ada, ben) = [outcome.graded for outcome in grade_assignment(course, NAME)]
    assert (ada.score, ada.max_score, ada.by_hand) == (1, 1, 6)
    assert [(v.exercise, v.score, v.max_score, v.by_hand) for v in ada.verdicts] == [
        ("1.1", 1, 1, 3),
        ("1.2", 0, 0, 3),
    ]
    assert [v.score for v in ben.verdicts] == [0, 0]

    stand = stand_of(course, "ada")
    assert (stand.score, stand.max_score, stand.open) == (1, 7, True)
    assert {name: each.waiting for name, each in stand.written.items()} == {"1.1": True, "1.2": True}
    # What was left as released is 0 and asks nobody.
    untouched = stand_of(course, "ben").written["1.1"]
    assert (untouched.score, untouched.max_score, untouched.waiting) == (0, 3, False)

    mark("ada", "1.1", 2.5, "Which swans?")
    stand = stand_of(course, "ada")
    assert (stand.score, stand.written["1.1"].score, stand.written["1.1"].waiting, stand.open) == (
        3.5,
        2.5,
        False,
        True,
    )
    grade_assignment(course, NAME)
    assert stand_of(course, "ada").score == 3.5
    grade_assignment(course, NAME, force=True)
    assert stand_of(course, "ada").score == 3.5


def test_the_command_says_what_is_left(course, hand_in, cli):
    hand_in("ada", "yes", "Because.", "Since.")
    said = cli("--course", course.root, "grade", NAME).output
    assert "6 more points are given by hand" in said
    assert json.loads(cli("--course", course.root, "grade", NAME, "--json").stdout)["by_hand"] == 6


def test_feedback_and_report(course, hand_in, mark):
    hand_in("ada", "yes", "Because of swans.", "Since it is so.")
    hand_in("ben", "no", None, None)
    grade_assignment(course, NAME)
    mark("ada", "1.1", 2.5, "Which <swans>?")
    pages, _ = write_feedback(course, NAME)
    ada, ben = [path.read_text() for path in sorted(pages)]
    assert "1.1 Say yes, and why:\n 3.5 of 4</h2>" in ada
    assert "1.2 Only why:\n 0 of 3</h2>" in ada
    assert ada.count("<td>still to be marked by hand</td>") == 1
    assert ada.count("<td>marked by hand</td>") == 1
    assert "Some answers are still to be marked by hand." in ada
    assert "<strong>1.1, what you wrote</strong>: Which &lt;swans&gt;?" in ada
    assert "still to be marked" not in ben
    assert "the reason" not in ada + ben
    assert "<p>Because of swans.</p>" in ada

    report = write_report(course, NAME)
    page, table = report.read_text(), report.with_suffix(".csv").read_text()
    assert "2 hand-ins, 7 points to earn" in page
    assert "1.1 Say yes, and why: 3 points by hand" in page
    assert "named and shown" in page
    assert "Nobody waits." in page
    assert "2 marked, 1.2 on average" in page
    assert "Waiting: ada." in page
    assert "ada,3.5,7.0,0.0,3.5,0.0" in table


def test_a_hand_in_that_can_t_be_read(course):
    folder = course.submitted("eve", NAME)
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_bytes(b"{")
    (outcome,) = grade_assignment(course, NAME)
    assert [(v.exercise, v.score, v.by_hand) for v in outcome.graded.verdicts] == [
        ("1.1", 0, 3),
        ("1.2", 0, 3),
    ]
    stand = stand_of(course, "eve")
    assert (stand.score, stand.open) == (0, False)


def test_exercises_come_in_the_released_order(course, hand_in, raw):
    hand_in("ada", "yes", "Because.", "Since.")
    path = course.submitted("ada", NAME) / f"{NAME}.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells.reverse()
    path.write_bytes(raw(notebook))
    (outcome,) = grade_assignment(course, NAME)
    assert [verdict.exercise for verdict in outcome.graded.verdicts] == ["1.1", "1.2"]
    assert outcome.graded.score == 1


@pytest.mark.parametrize(
    ("value", "shown"), [(4.0, "4"), (2 / 3, "0.67"), (10 / 3, "3.33"), (0.5, "0.5"), (0, "0")]
)
def test_points_for_people_have_two_decimals_at_most(value, shown):
    assert points(value) == shown
