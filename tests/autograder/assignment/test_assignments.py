"""One source makes nbgrader's notebook, the student's notebook and the book's page; none gives an answer away."""

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.assignment.notebook import (
    INSTRUCTOR_TAG,
    exercise_of,
    grade_id,
    source_notebook,
    student_notebook,
    without_instructor_cells,
)
from autograder.assignment.page import exercise_page, stub, write_exercise_pages
from autograder.assignment.source import read_source
from autograder.errors import SourceError
from autograder.loader import load_catalogue
from solutions.model import AnswerTask, Criterion, Exercise, Part, WrittenTask

CATALOGUE = load_catalogue()


@pytest.fixture(params=list(CATALOGUE.assignments))
def source(request):
    return CATALOGUE.source(request.param)


def tags(cell):
    return cell.metadata.get("nbgrader", {})


def test_the_notebook_for_nbgrader(source):
    notebook = source_notebook(source)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    ids = [tags(cell)["grade_id"] for cell in notebook.cells if tags(cell)]
    assert len(set(ids)) == len(ids)
    assert sum(tags(cell).get("points", 0) for cell in notebook.cells) == pytest.approx(source.points)
    for exercise in source.exercises.values():
        if exercise.parts:
            check = ids.index(grade_id(exercise.id, "check"))
            assert ids.index(grade_id(exercise.id, "solution")) < check
    assert nbformat.writes(source_notebook(source)) == nbformat.writes(notebook)


def test_the_students_notebook_has_no_answer(source):
    notebook = student_notebook(source)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook)
    for trace in ("BEGIN SOLUTION", "END SOLUTION", "**Solution.**", "Marking", INSTRUCTOR_TAG):
        assert trace not in text
    answers = [cell for cell in notebook.cells if tags(cell).get("solution")]
    assert answers
    assert all("YOUR CODE HERE" in cell.source or "YOUR ANSWER HERE" in cell.source for cell in answers)
    locked = [cell for cell in notebook.cells if tags(cell).get("locked")]
    assert len(locked) > len(source.exercises)


def test_the_page_has_statements_stubs_and_points_but_no_answer(source):
    page = exercise_page(source)
    assert page.startswith(f"# Exercises: {source.title}\n")
    assert f"{{download}}`{source.name}.ipynb" in page
    for exercise in source.exercises.values():
        assert f"(exercise-{exercise.id.replace('.', '-')})=" in page
        assert f"| {exercise.title} | {exercise.kind} | {exercise.points:g} |" in page
    for trace in ("BEGIN SOLUTION", "END SOLUTION", "**Solution.**"):
        assert trace not in page
    solutions = [cell.source for cell in source.cells if cell.role == "explanation"]
    assert all(text not in page for text in solutions)


def test_pages_are_written_once(tmp_path):
    pages = write_exercise_pages(tmp_path)
    assert {path.name for path in pages} == {f"{name}.md" for name in CATALOGUE.assignments}
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(before) == 2 * len(pages)
    write_exercise_pages(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("exercise", "role", "name"),
    [
        ("5.1", "check", "ex-5-1-check"),
        ("12.10", "written", "ex-12-10-written"),
        ("A.1", "solution", "ex-A-1-solution"),
    ],
)
def test_ids(exercise, role, name):
    assert grade_id(exercise, role) == name
    assert exercise_of(name, role) == exercise
    assert exercise_of(f"{name}-2", role) is None
    assert exercise_of(f"x{name}", role) is None


def hidden(text):
    return f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"


STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


@pytest.mark.parametrize(
    ("solution", "left"),
    [
        (f"x = None\n{hidden('x = 1')}\ny = 2", f"x = None\n{STUB}\ny = 2"),
        (f"a\n{hidden('b')}\nc\n{hidden('d')}", f"a\n{STUB}\nc\n{STUB}"),
        (hidden("everything"), STUB),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_stubs(solution, left):
    assert stub(solution) == left


def test_a_stub_keeps_its_indentation():
    solution = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    assert stub(solution) == "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def test_instructor_cells():
    made = source_notebook(CATALOGUE.source("ch05-bptt-unrolled"))
    before = len(made.cells)
    left = without_instructor_cells(made)
    assert 0 < len(left.cells) < before


WORD = AnswerTask("word", str, "a word", (Part("word", 1),), lambda _: {"word": 1.0}, answer="x")
ESSAY = WrittenTask("essay", (Criterion("clear", 2, "very", "a bit", "not"),))
EXERCISES = {
    "1.1": Exercise("1.1", "Word", "predict", "1.1", (WORD,)),
    "1.2": Exercise("1.2", "Essay", "essay", "1.2", (ESSAY,)),
}


def md(*cells, exercise="1.1"):
    parts = []
    for role in cells:
        if role in ("solution", "check", "given", "essay!"):
            parts.append(f'```{{code-cell}} ipython3\n:exercise: "{exercise}"\n:role: {role}\nword = 1\n```')
        else:
            parts.append(f'+++ {{"exercise": "{exercise}", "role": "{role}"}}\n\nSome text.')
    return "\n\n".join(parts)


@pytest.fixture
def read(tmp_path):
    def make(text):
        path = tmp_path / "ch01-x.md"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_source(path, EXERCISES)

    return make


def test_a_small_source(read):
    found = read("---\nthrough_time:\n  title: X\n---\n\n# X\n\n" + md("statement", "solution", "check"))
    assert (found.name, found.title, found.chapter, found.points) == ("ch01-x", "X", "", 1.0)
    assert [cell.role for cell in found.cells] == ["text", "statement", "solution", "check"]


def test_without_a_header_the_name_is_the_title(read):
    assert read(md("statement", "solution", "check")).title == "ch01-x"


def test_a_written_answer_needs_no_check(read):
    found = read(md("statement", "written", exercise="1.2"))
    assert found.points == 2.0
    notebook = source_notebook(found)
    written = next(cell for cell in notebook.cells if tags(cell).get("grade_id") == "ex-1-2-written")
    assert (tags(written)["grade"], tags(written)["solution"], tags(written)["points"]) == (True, True, 2.0)
    rubric = notebook.cells[-1]
    assert "| clear | 2 | very | a bit | not |" in rubric.source
    assert "very" not in nbformat.writes(student_notebook(found))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (md("solution", "check"), "exercise 1.1 has 0 cells with the role statement"),
        (md("statement", "check"), "exercise 1.1 has 0 cells with the role solution"),
        (md("statement", "solution"), "exercise 1.1 has 0 cells with the role check"),
        (
            md("statement", "solution", "check", "check"),
            "has 2 cells with the role check; it needs exactly one",
        ),
        (md("statement", "solution", "check", "written"), "role written; it needs none"),
        (md("statement", "solution", "check", exercise="7.7"), r"asks for 7\.7, but no such exercise"),
        (md("poem"), "cell 1: a markdown cell can't have the role 'poem'"),
        (md("essay!"), "cell 1: a code cell can't have the role 'essay!'"),
        (b"\xff\xfe", "can't be read as a MyST notebook"),
    ],
)
def test_what_does_not_hold_together_is_said(read, text, said):
    with pytest.raises(SourceError, match=said):
        read(text)


def test_a_missing_file(tmp_path):
    with pytest.raises(SourceError, match=r"missing\.md can't be read"):
        read_source(tmp_path / "missing.md", EXERCISES)
