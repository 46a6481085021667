"""A gradebook in PostgreSQL, on a real server: the sample class gets the same grades as in SQLite."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.record.gradebook import open_gradebook
from autograder.sample import DUE

pytestmark = pytest.mark.xdist_group("sample-course")

AGAIN = ("ada", "blaise", "isaac", "niels", "rene")
"""Right, wrong, late, empty and unreadable; none that waits for its time limit."""


def rows(course, assignment):
    """All that grading writes of each student into the gradebook."""
    found = {}
    with open_gradebook(course) as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            (notebook,) = submission.notebooks
            found[submission.student.id] = {
                "timestamp": submission.timestamp,
                "penalty": notebook.late_submission_penalty,
                "score": (submission.score, submission.max_score),
                "grades": {each.name: (each.auto_score, each.needs_manual_grade) for each in notebook.grades},
                "comments": {each.name: each.auto_comment for each in notebook.comments},
            }
    return found


def move(classroom, url, cli):
    """Put the course's gradebook at another address, and release into it."""
    with (classroom.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    due = DUE.astimezone().strftime("%Y-%m-%dT%H:%M:%S")
    return cli("--course", classroom.root, "release", classroom.assignment, "--due", due)


def graded(classroom, cli, *options):
    lines = cli("--course", classroom.root, "grade", "--json", *options).stdout.splitlines()
    return {each["student"]: each for each in map(json.loads, lines)}


def exported(classroom, cli):
    cli("--course", classroom.root, "report")
    path = classroom.root / "reports" / f"{classroom.assignment}.csv"
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_sample_class_in_postgresql(sample, made_sample, postgresql, cli):
    address = postgresql.database("sample")
    here = exported(sample, cli)
    (sample.root / "gradebook.db").unlink()
    move(sample, address, cli)

    # The verdict files are there, the database is empty: the grades come from the files.
    first = graded(sample, cli)
    expected = {each["student"]: {**each, "graded_now": False} for each in made_sample.objects}
    assert first == expected
    assert rows(sample.course, sample.assignment) == rows(made_sample.course, sample.assignment)
    assert exported(sample, cli) == here

    # What a person gave stays when all is done again.
    with open_gradebook(sample.course) as gradebook:
        mark = gradebook.find_grade("ex-5-1-check", sample.assignment, sample.assignment, "blaise")
        mark.manual_score, mark.needs_manual_grade = 4.5, False
        comment = gradebook.find_comment("ex-5-1-solution", sample.assignment, sample.assignment, "blaise")
        comment.manual_comment = "Nearly: “Wᵀ”."
        gradebook.db.commit()
    again = graded(sample, cli, "--force", *(part for name in AGAIN for part in ("--student", name)))
    assert again == {name: {**expected[name], "graded_now": True} for name in AGAIN}
    with open_gradebook(sample.course) as gradebook:
        mark = gradebook.find_grade("ex-5-1-check", sample.assignment, sample.assignment, "blaise")
        assert (mark.manual_score, mark.score, mark.needs_manual_grade) == (4.5, 4.5, True)
        comment = gradebook.find_comment("ex-5-1-solution", sample.assignment, sample.assignment, "blaise")
        assert comment.manual_comment == "Nearly: “Wᵀ”."
    cli("--course", sample.root, "feedback")
    page = sample.course.feedback("blaise", sample.assignment) / f"{sample.assignment}.html"
    assert "Nearly: “Wᵀ”." in page.read_text()
    assert not (sample.root / "gradebook.db").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql+psycopg://nbg:geheim@/none?host={folder}", 'database "none" does not exist'),
        ("postgresql+psycopg://nbg:geheim@/x?host={folder}/nowhere", "No such file or directory"),
        ("postgresql+psycopg://nbg:geheim@127.0.0.1:1/x", "Connection refused"),
        ("postgresql+psycopg://nbg:geheim@127.0.0.1:geheim/x", "address can't be read"),
        ("geheim", "address can't be read"),
        ("mysql://nbg:geheim@127.0.0.1/x", "needs a driver that isn't installed: No module named 'MySQLdb'"),
        ("oracel://nbg:geheim@127.0.0.1/x", "needs a driver that isn't installed: Can't load plugin"),
    ],
)
def test_a_server_that_cannot_be_had_is_a_sentence(small, postgresql, cli, address, said):
    with (small.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {address.format(folder=postgresql.folder)!r}\n")
    text = cli("--course", small.root, "grade", code=1).stderr
    assert text.startswith("autograder: The gradebook")
    assert text.count("\n") == 1
    assert said in text
    assert "geheim" not in text


BREAK = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE TRIGGER losing AFTER INSERT ON grade FOR EACH STATEMENT EXECUTE FUNCTION lose()
"""


def test_a_connection_lost_while_grades_are_written(small, postgresql, cli):
    move(small, postgresql.database("small"), cli)
    released = small.course.release(small.assignment).read_bytes()
    small.hand_in("ada", {f"{small.assignment}.ipynb": released.replace(b"word = None", b"word = 'yes'")})
    postgresql.run("psql", "small", "--command", BREAK)
    said = cli("--course", small.root, "grade", code=1).stderr
    assert "No hand-in is half written. See that the server runs" in said
    assert said.count("\n") == 1
    assert rows(small.course, small.assignment) == {}

    postgresql.run("psql", "small", "--command", "DROP FUNCTION lose CASCADE")
    again = graded(small, cli)["ada"]
    assert (again["graded_now"], again["score"]) == (False, 1.0)

    # And nbgrader's own program reads what we wrote.
    nbgrader = [str(Path(sys.executable).parent / "nbgrader"), "export", "--to", "grades.csv"]
    subprocess.run(nbgrader, cwd=small.root, check=True, capture_output=True)
    with (small.root / "grades.csv").open(newline="") as file:
        assert [(row["student_id"], row["score"]) for row in csv.DictReader(file)] == [("ada", "1.0")]
