"""A release proves itself: the solution earns all, the empty notebook nothing, or there is no released notebook."""

from datetime import UTC, datetime

import nbformat
import pytest
from through_time.handin.stamp import read_stamp

from autograder.errors import SourceError, UnknownName
from autograder.record.gradebook import open_gradebook
from autograder.release import release

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.xdist_group("sample-course")]


def test_another_course_is_released(small):
    course = small.course
    notebook = nbformat.read(course.release("ch01-tiny"), 4)
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    assert ids == [None, "ex-1-1-statement", "ex-1-1-solution", "ex-1-1-check",
                   "ex-1-2-statement", "ex-1-2-solution", "ex-1-2-check"]  # fmt: skip
    text = course.release("ch01-tiny").read_text()
    assert "x + x" not in text
    assert "Add it to itself" not in text
    assert "raise NotImplementedError" in text
    with open_gradebook(course) as gradebook:
        assert gradebook.find_assignment("ch01-tiny").max_score == 4.0


def test_a_second_release_changes_nothing(small, monkeypatch):
    course = small.course
    before = course.release("ch01-tiny").stat().st_mtime_ns
    monkeypatch.setattr("autograder.release._prove", lambda *_: pytest.fail("proved again"))
    again = release(course, "ch01-tiny")
    assert (again.fresh, again.points) == (False, 4.0)
    assert course.release("ch01-tiny").stat().st_mtime_ns == before


def test_a_wrong_model_solution_is_not_released(empty, tiny):
    tiny.edit("x + x", "x + x + 1e-3")
    course = empty.course
    with pytest.raises(SourceError, match=r"the model solution of 1.1 earns 1 of 3 points \(twice\)"):
        release(course, "ch01-tiny")
    assert not course.release("ch01-tiny").exists()
    # Mended, it goes.
    tiny.edit("x + x + 1e-3", "x + x")
    assert release(empty.course, "ch01-tiny").fresh
    assert course.release("ch01-tiny").exists()


def test_a_wrong_solution_takes_an_earlier_release_away(small, tiny):
    tiny.edit('word = "yes"', 'word = "no"')
    with pytest.raises(SourceError, match=r"the model solution of 1.2 earns 0 of 1 points \(word\).*sign"):
        release(small.course, "ch01-tiny")
    assert not small.course.release("ch01-tiny").exists()
    # Nor does a second try let it pass.
    with pytest.raises(SourceError, match="model solution"):
        release(small.course, "ch01-tiny")


def test_a_stub_that_earns_is_not_released(empty, tiny):
    tiny.edit("word = None", 'word = "yes"')
    with pytest.raises(SourceError, match=r"the empty notebook earns 1 points in 1\.2"):
        release(empty.course, "ch01-tiny")
    assert not empty.course.release("ch01-tiny").exists()


def test_a_solution_that_raises(empty, tiny):
    tiny.edit("x + x", "x + y")
    with pytest.raises(SourceError, match=r"earns 0 of 3 points \(twice, sum\).*NameError"):
        release(empty.course, "ch01-tiny")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"exercise": "1.1", "role": "statement"', '"exercise": "9.9", "role": "statement"', "asks for 9.9"),
        (":role: check\nword", ":role: given\nword", "exercise 1.2 has 0 cells with the role check"),
        (":role: check\nword", ":role: essay\nword", "can't have the role 'essay'"),
        ("x.sum()}\n    ### END SOLUTION", "x.sum()}", "nbgrader couldn't make"),
    ],
    ids=["unknown exercise", "no check", "unknown role", "solution without an end"],
)  # fmt: skip
def test_a_source_that_does_not_hold_together(empty, tiny, old, new, said):
    tiny.edit(old, new)
    with pytest.raises(SourceError, match=said):
        release(empty.course, "ch01-tiny")
    assert not empty.course.release("ch01-tiny").exists()


def test_unknown_names_and_missing_sources(empty, tiny):
    with pytest.raises(UnknownName, match="There is no assignment 'ch09'"):
        release(empty.course, "ch09")
    (tiny.sources / "ch02-later.md").unlink()
    with pytest.raises(SourceError, match=r"ch02-later.md can't be read"):
        release(empty.course, "ch02-later")


def test_the_due_date_is_stored_in_utc(small):
    release(small.course, "ch01-tiny", due=datetime(2026, 3, 1, 12, tzinfo=UTC))
    with open_gradebook(small.course) as gradebook:
        assert gradebook.find_assignment("ch01-tiny").duedate == datetime(2026, 3, 1, 12)
    release(small.course, "ch01-tiny")
    with open_gradebook(small.course) as gradebook:
        assert gradebook.find_assignment("ch01-tiny").duedate is not None
    local = datetime(2026, 3, 1, 12)  # as the command line gives it
    release(small.course, "ch01-tiny", due=local)
    with open_gradebook(small.course) as gradebook:
        found = gradebook.find_assignment("ch01-tiny").duedate
    assert found == local.astimezone(UTC).replace(tzinfo=None)


def test_a_release_of_an_earlier_version_is_made_anew(small):
    path = small.course.release("ch01-tiny")
    notebook = nbformat.read(path, 4)
    del notebook.metadata["through_time"]
    nbformat.write(notebook, path)
    assert release(small.course, "ch01-tiny").fresh
    assert read_stamp(nbformat.read(path, 4)).assignment == "ch01-tiny"
