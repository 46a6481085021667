"""What a person marks: it waits, it is marked in the gradebook, and neither a regrade nor a second run loses it."""

import nbformat
import pytest

from autograder.grading import grade_assignment
from autograder.pages.feedback import write_feedback
from autograder.pages.report import write_report
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import standings
from autograder.release import release

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]

NAME = "ch03-words"


@pytest.fixture
def words(small):
    """The other course with its assignment of a word and a text released."""
    release(small.course, NAME)
    return small


@pytest.fixture
def write(words, raw):
    """write(student, text) hands in the word "yes" and the text, None for the text as released."""

    def put(student, text):
        notebook = nbformat.read(words.course.release(NAME), 4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name == "ex-1-2-solution":
                cell.source = "word = 'yes'"
            if name == "ex-1-3-written" and text is not None:
                cell.source = text
        folder = words.course.submitted(student, NAME)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.ipynb").write_bytes(raw(notebook))

    return put


def stand(words, student="ada"):
    with open_gradebook(words.course) as gradebook:
        return standings(gradebook, NAME)[student]


def test_an_answer_waits_for_a_person(words, write):
    write("ada", "Since it is so.")
    (outcome,) = grade_assignment(words.course, NAME)
    assert (outcome.graded.score, outcome.graded.max_score) == (1.0, 1.0)
    found = stand(words)
    assert (found.score, found.max_score, found.open) == (1.0, 3.0, True)
    assert found.written["1.3"].waiting


def test_an_answer_that_was_not_written_is_zero_without_asking(words, write):
    write("ada", None)
    grade_assignment(words.course, NAME)
    found = stand(words)
    assert (found.score, found.open) == (1.0, False)


def test_a_hand_in_that_cannot_be_read_is_zero_without_asking(words):
    folder = words.course.submitted("ada", NAME)
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_bytes(b"{")
    grade_assignment(words.course, NAME)
    found = stand(words)
    assert (found.score, found.max_score, found.open) == (0.0, 3.0, False)


def test_an_answer_that_was_deleted_comes_back_as_released_and_is_zero(words, write):
    write("ada", "text")
    path = words.course.submitted("ada", NAME) / f"{NAME}.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") != "ex-1-3-written"
    ]
    path.write_text(nbformat.writes(notebook))
    (outcome,) = grade_assignment(words.course, NAME)
    assert "ex-1-3-written had been deleted; it was put back as released" in outcome.graded.notes[0]
    assert (stand(words).score, stand(words).open) == (1.0, False)


def test_a_mark_by_hand_stays(words, write):
    write("ada", "Since it is so.")
    grade_assignment(words.course, NAME)
    with open_gradebook(words.course) as gradebook:
        grade = gradebook.find_grade("ex-1-3-written", NAME, NAME, "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.find_comment("ex-1-3-written", NAME, NAME, "ada").manual_comment = "Half a reason."
        gradebook.db.commit()
    grade_assignment(words.course, NAME)
    found = stand(words)
    assert (found.score, found.open) == (2.5, False)
    assert not found.written["1.3"].waiting
    grade_assignment(words.course, NAME, force=True)
    assert stand(words).score == 2.5
    (page,), _ = write_feedback(words.course, NAME)
    text = page.read_text()
    assert "2.5 of 3 points" in text
    assert "Half a reason." in text


def test_pages_say_that_something_waits(words, write):
    write("ada", "Since it is <b>so</b>.")
    grade_assignment(words.course, NAME)
    (page,), _ = write_feedback(words.course, NAME)
    text = page.read_text()
    assert "marked by hand" in text
    assert "<b>so</b>" not in text
    # The rubric is the marker's.
    assert "a good one" not in text
    assert "marked by hand" in write_report(words.course, NAME).read_text()


def test_the_released_notebook_holds_neither_answer_nor_rubric(words):
    text = words.course.release(NAME).read_text()
    assert "Because." not in text
    assert "a good one" not in text
    assert "YOUR ANSWER HERE" in text
