"""A course's folder: its settings, its secret, and where things lie; and how it is made."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError
from traitlets.config import Config

from autograder.course import CONFIG_NAME, SECRET_NAME, Course, Grading
from autograder.errors import CourseError, UnknownName, WriteError
from autograder.inside.limits import Limits
from autograder.setup import make_course


@pytest.fixture
def made(tmp_path):
    return make_course(tmp_path / "course", exercises="solutions.course")


def add(course, *lines):
    """The course with these lines at the end of its settings."""
    path = course.root / CONFIG_NAME
    path.write_text(path.read_text() + "\n".join(["", *lines, ""]))
    return Course.open(course.root)


def test_a_new_course(made):
    assert {path.name for path in made.root.iterdir()} == {CONFIG_NAME, SECRET_NAME}
    assert made.directory.course_id == "course"
    assert made.directory.db_url == f"sqlite:///{made.root}/gradebook.db"
    assert made.settings.limits == Limits()
    assert made.settings.sandbox == "bubblewrap"
    assert "AssignLatePenalties" not in made.config
    assert "ch05-bptt-unrolled" in made.catalogue.assignments


def test_its_options(tmp_path):
    course = make_course(
        tmp_path / "c", exercises="x.y", late_penalty=True, cell_seconds=2.5, book_url="https://b"
    )
    assert course.settings.exercises == "x.y"
    assert course.settings.cell_seconds == 2.5
    assert course.settings.book_url == "https://b"
    assert course.config.AssignLatePenalties.plugin_class == "autograder.record.late.PerDayPenalty"
    assert course.config.PerDayPenalty.share_per_day == 0.1


def test_what_is_there_stays(made):
    (made.root / CONFIG_NAME).write_text("c = get_config()\nc.Grading.cell_seconds = 3\n")
    secret = made.secret
    again = make_course(made.root, exercises="other")
    assert again.settings.cell_seconds == 3
    assert again.secret == secret


def test_each_course_has_its_own_secret(tmp_path):
    secrets = {make_course(tmp_path / name, exercises="x").secret for name in "abc"}
    assert len(secrets) == 3
    assert {len(secret) for secret in secrets} == {32}
    assert (tmp_path / "a" / SECRET_NAME).stat().st_mode & 0o077 == 0


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=20))
def test_any_name_of_a_folder(tmp_path_factory, name):
    root = tmp_path_factory.mktemp("names") / f"x{name}"
    course = make_course(root, exercises="solutions.course", book_url=name)
    assert course.directory.course_id == f"x{name}".strip()  # nbgrader strips it
    assert course.settings.book_url == name


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "photo.jpg").write_text("")
    with pytest.raises(CourseError, match="isn't empty and isn't a course"):
        make_course(tmp_path, exercises="x")
    with pytest.raises(CourseError, match="is a file"):
        make_course(tmp_path / "photo.jpg", exercises="x")
    with pytest.raises(WriteError, match="can't be written"):
        make_course(tmp_path / "photo.jpg" / "course", exercises="x")
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_what_is_no_course(tmp_path):
    with pytest.raises(CourseError, match="There is no course at"):
        Course.open(tmp_path / "missing")
    with pytest.raises(CourseError, match=r"is not a course: it has no nbgrader_config\.py"):
        Course.open(tmp_path)


@pytest.mark.parametrize(
    ("line", "trait"),
    [
        ("c.Grading.cell_seconds = 0", "cell_seconds"),
        ("c.Grading.notebook_seconds = 'long'", "notebook_seconds"),
        ("c.Grading.memory_bytes = 1", "memory_bytes"),
        ("c.Grading.sandbox = 'docker'", "sandbox"),
    ],
)
def test_wrong_settings_name_themselves(made, line, trait):
    with pytest.raises(TraitError, match=trait):
        _ = add(made, line).settings


def test_every_limit_of_a_submission_is_a_setting():
    """But what the judge reads, which no honest notebook comes near."""
    assert {field.name for field in fields(Limits)} - {"answer_bytes"} <= set(Grading.class_traits())
    config = Config({"Grading": {"packages": ["pandas"], "processes": 8, "disk_files": 99}})
    assert Grading(config=config).limits == Limits(packages=("pandas",), processes=8, disk_files=99)


def test_limits_come_from_the_settings(made):
    course = add(
        made, "c.Grading.cell_seconds = 1", "c.Grading.notebook_seconds = 5", "c.Grading.memory_bytes = 2**29"
    )
    assert course.settings.limits == Limits(cell_seconds=1, notebook_seconds=5, memory_bytes=2**29)


@pytest.mark.parametrize("text", [None, "", "zz", "0x12", "ab" * 31, "é"])
def test_a_lost_or_spoilt_secret(made, text):
    path = made.root / SECRET_NAME
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    course = Course.open(made.root)
    with pytest.raises(CourseError, match="without it the hidden inputs change"):
        _ = course.secret


def test_places(made):
    root = made.root
    assert made.source("a") == root / "source" / "a" / "a.ipynb"
    assert made.release("a") == root / "release" / "a" / "a.ipynb"
    assert made.submitted("s", "a") == root / "submitted" / "s" / "a"
    assert made.autograded("s", "a") == root / "autograded" / "s" / "a"
    assert made.feedback("s", "a") == root / "feedback" / "s" / "a"
    assert made.verdict("s", "a") == root / "verdicts" / "a" / "s.json"
    assert made.collected("s", "a") == root / "collected" / "a" / "s"
    assert made.reports() == root / "reports"


def test_nbgraders_own_folders_are_followed(made):
    course = add(made, "c.CourseDirectory.submitted_directory = 'handed_in'")
    assert course.submitted("s", "a") == made.root / "handed_in" / "s" / "a"


def test_students_with_a_hand_in(made):
    assert list(made.students_with("a")) == []
    for student in ("ben", "ada"):
        made.submitted(student, "a").mkdir(parents=True)
    made.submitted("cleo", "b").mkdir(parents=True)
    (made.root / "submitted" / "notes.txt").write_text("")
    assert list(made.students_with("a")) == ["ada", "ben"]


def test_names_of_assignments(made):
    known = made.assignment_names(())
    assert "ch05-bptt-unrolled" in known
    assert made.assignment_names(("ch05-bptt-unrolled",)) == ("ch05-bptt-unrolled",)
    with pytest.raises(UnknownName, match="There is no assignment 'ch5'; the course has: "):
        made.assignment_names(("ch05-bptt-unrolled", "ch5"))


def test_released_and_graded(made):
    name = "ch05-bptt-unrolled"
    assert not made.is_released(name)
    assert not made.is_graded(name)
    made.release(name).parent.mkdir(parents=True)
    made.release(name).write_text("")
    made.verdict("s", name).parent.mkdir(parents=True)
    assert made.is_released(name)
    assert made.is_graded(name)


def test_assignments_of_its_own(made):
    ours = made.assignments
    folder = made.source_folder("hw1")
    folder.mkdir(parents=True)
    assert made.assignments == ours
    for place in ("hw1/b.ipynb", "hw1/a.ipynb", ".ipynb_checkpoints/c.ipynb"):
        path = folder.parent / place
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert made.assignments == (*ours, "hw1")
    assert made.notebooks("hw1") == ("a", "b")
    assert made.title("hw1") == "hw1"
    assert not made.has_exercises("hw1")
    made.release_folder("hw1").mkdir(parents=True)
    made.release("hw1", "a").write_text("")
    assert not made.is_released("hw1")
    made.release("hw1", "b").write_text("")
    assert made.is_released("hw1")
