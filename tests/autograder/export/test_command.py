"""The command, on a gradebook."""

import csv
import json
from datetime import datetime

import pytest

from autograder.export import read_rows
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import standings

NAME = "ch01-tiny"
CANVAS = "Student,ID,SIS Login ID,Section,Tiny (55)\nPoints Possible,,,,4\nAda,1,ada,S,\nCy,3,cy,S,2\n"
MOODLE = "Identifier,Full name,ID number,Grade,Maximum grade,Last modified (grade)\nParticipant 9,Ada,ada,,4.00,-\n"


@pytest.fixture
def marked(small, cli):
    """Ada has 3 of 4 points by hand, less a day late; Ben is in the list alone; Cy waits for a mark."""
    for student, day in {"ada": "02", "cy": "01"}.items():
        small.hand_in(
            student, {"ch01-tiny.ipynb": b"{}", "timestamp.txt": f"2026-03-{day} 12:00:00 UTC".encode()}
        )
    config = small.root / "nbgrader_config.py"
    late = 'c.AssignLatePenalties.plugin_class = "autograder.record.late.PerDayPenalty"\n'
    config.write_text(config.read_text() + "\n" + late)
    cli("--course", small.root, "grade", "--sandbox", "none")
    with open_gradebook(small.course) as gradebook:
        gradebook.find_assignment(NAME).duedate = datetime(2026, 3, 1, 12)
        gradebook.add_student("ben", first_name="=Ben")
        for student, score in {"ada": 3.0, "cy": None}.items():
            for grade in gradebook.find_submission(NAME, student).notebooks[0].grades:
                grade.manual_score = score if grade.max_score == 3.0 else None
                grade.needs_manual_grade = student == "cy"
        gradebook.db.commit()
    cli("--course", small.root, "grade", "--sandbox", "none")
    return small


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_rows_are_what_the_gradebook_says(marked):
    rows = {row.student: row for row in read_rows(marked.course, (NAME, "ch02-later"))}
    assert list(rows) == ["ada", "ben", "cy"]
    with open_gradebook(marked.course) as gradebook:
        for student in ("ada", "cy"):
            stand, row = standings(gradebook, NAME)[student], rows[student]
            assert (stand.score, stand.max_score, stand.penalty) == (row.score, row.max_score, row.penalty)
            assert stand.open == row.open
    assert (rows["ada"].before, rows["ada"].late_seconds) == (3.0, 86400.0)
    assert rows["ada"].penalty == pytest.approx(0.3)


def test_csv(cli, marked):
    done = cli("--course", marked.root, "export", code=1)
    path = marked.root / "exports" / "grades.csv"
    assert done.stdout.splitlines() == [
        f"{path}: 2 grades.",
        "Not final, since something is still to be marked by hand: cy.",
    ]
    ada, ben, cy = read(path)
    assert (ada["score_before_penalty"], ada["score"], ada["late_seconds"]) == ("3", "2.7", "86400")
    assert (ben["first_name"], ben["score"]) == ("'=Ben", "")
    assert cy["needs_manual_marking"] == "yes"


def test_canvas_and_moodle_from_their_templates(cli, marked, tmp_path):
    for form, text in {"canvas": CANVAS, "moodle": MOODLE}.items():
        template, out = tmp_path / f"{form}.csv", tmp_path / "new" / f"{form}.csv"
        template.write_text(text)
        asked = ["--course", marked.root, "export", "--format", form, "--template", template, "--output", out]
        done = cli(*asked, "--json", code=1)
        (ada, *others) = [line for line in read(out) if line.get("ID") != ""]
        assert ada["Tiny (55)" if form == "canvas" else "Grade"] == "2.7"
        assert [line["Tiny (55)"] for line in others] == (["0"] if form == "canvas" else [])
        said = json.loads(done.stdout)
        assert (said["file"], said["grades"]) == (str(out), 2 if form == "canvas" else 1)
        assert template.read_text() == text


def test_moodle_without_a_template(cli, marked):
    cli("--course", marked.root, "export", "--format", "moodle", NAME, code=1)
    assert [line[NAME] for line in read(marked.root / "exports" / "moodle.csv")] == ["2.7", "0"]


def test_no_file_is_replaced_unasked(cli, marked, tmp_path):
    out = tmp_path / "grades.csv"
    asked = ["--course", marked.root, "export", "--output", out]
    out.write_text("mine")
    done = cli(*asked, code=2)
    assert (
        done.stderr
        == f"autograder: {out} is there already: name another with --output, or replace it with --force.\n"
    )
    assert out.read_text() == "mine"
    cli(*asked, "--force", code=1)
    written = out.read_bytes()
    cli(*asked, code=1)
    assert out.read_bytes() == written
    assert "is a folder" in cli(*asked[:-1], tmp_path, code=2).stderr


def test_the_template_is_never_written(cli, marked, tmp_path):
    template = tmp_path / "canvas.csv"
    template.write_text(CANVAS)
    asked = ["--format", "canvas", "--template", template, "--output", template, "--force"]
    assert "is the template itself" in cli("--course", marked.root, "export", *asked, code=2).stderr
    assert template.read_text() == CANVAS


def test_what_was_handed_in_and_has_no_grade_is_said(cli, marked):
    marked.hand_in("dan", {"ch01-tiny.ipynb": b"{}"})
    assert "Handed in and not graded yet: dan." in cli("--course", marked.root, "export", code=1).stdout


def test_wrong_use(cli, small, tmp_path):
    def refused(*arguments):
        return cli("--course", small.root, "export", *arguments, code=2).stderr

    assert "No hand-in has been graded yet" in refused()
    assert "No hand-in of ch01-tiny has been graded" in refused(NAME)
    assert "no assignment 'ch99'" in refused("ch99")
    for name in (NAME, "ch02-later"):
        (small.root / "verdicts" / name).mkdir(parents=True)
    template = tmp_path / "x.csv"
    assert "needs no template" in refused("--template", template)
    assert "give it by --template" in refused("--format", "canvas")
    assert "is of one assignment" in refused("--format", "moodle", "--template", template)
    assert "can't be read: No such file" in refused(NAME, "--format", "moodle", "--template", template)
    assert not (small.root / "exports").exists()
