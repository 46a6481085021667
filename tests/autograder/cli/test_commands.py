"""Every command's happy path, on the sample course and on another one."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main

pytestmark = pytest.mark.xdist_group("sample-course")

NAME = "ch01-tiny.ipynb"
COMMANDS = sorted(main.lazy)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(cli, command):
    shown = " ".join(cli(command, "--help").output.split())
    assert f"Example: autograder {command}" in shown
    assert "Usage:" in shown


def test_the_program_names_its_commands_and_version(cli):
    shown = cli("--help").output
    assert all(command in shown for command in ("init", "release", "collect", "grade", "feedback", "report"))
    assert cli("-h").output == shown
    assert "0." in cli("--version").output


def test_the_script_is_installed():
    program = Path(sys.executable).with_name("autograder")
    done = subprocess.run(
        [program, "--help"], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    assert "Usage: autograder" in done.stdout


def test_init(cli, tmp_path):
    root = tmp_path / 'a "course" é'
    done = cli("init", root, "--book-url", 'https://x.org/"b"')
    assert "nbgrader_config.py" in done.stdout
    secret = root / ".autograder-secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(secret.read_text())) == 32
    before = {path: path.read_bytes() for path in root.iterdir()}
    cli("init", root)
    assert {path: path.read_bytes() for path in root.iterdir()} == before


def test_init_with_a_sample(made_sample):
    assert len(list((made_sample.root / "inbox").iterdir())) == 15


def test_release_says_what_it_did(cli, small):
    done = cli("--course", small.root, "release", "ch01-tiny")
    assert done.stdout == (f"ch01-tiny: unchanged, 4 points, {small.root}/release/ch01-tiny/{NAME}\n")


@pytest.mark.usefixtures("warm")
def test_collect_and_grade_with_json(cli, small, tmp_path):
    inbox = tmp_path / "inbox"
    for name, data in {"ada": b"{}", "ben": b""}.items():
        (inbox / name).mkdir(parents=True)
        (inbox / name / NAME).write_bytes(data)
    (inbox / "notes.txt").write_text("")
    done = cli("--course", small.root, "collect", inbox, "--assignment", "ch01-tiny", "--json", code=1)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["student"], each["state"]) for each in found] == [
        ("notes.txt", "refused"), ("ada", "new"), ("ben", "new")
    ]  # fmt: skip
    (inbox / "notes.txt").unlink()
    done = cli("--course", small.root, "collect", inbox, "--assignment", "ch01-tiny")
    assert done.stdout.endswith("0 new, 2 known, 0 refused.\n")
    done = cli("--course", small.root, "grade", "--json")
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["student"] for each in objects] == ["ada", "ben"]
    assert objects[0]["parts"] == [
        {"exercise": "1.1", "part": "twice", "score": 0.0, "max_score": 2.0},
        {"exercise": "1.1", "part": "sum", "score": 0.0, "max_score": 1.0},
        {"exercise": "1.2", "part": "word", "score": 0.0, "max_score": 1.0},
    ]
    assert "not a notebook" in objects[0]["messages"][0]
    assert "is empty" in objects[1]["messages"][0]


def test_collect_says_what_it_did(cli, small, tmp_path):
    inbox = tmp_path / "inbox"
    for name, time in {"ada": "2026-02-02", "ben": "2026-02-02"}.items():
        (inbox / name).mkdir(parents=True)
        (inbox / name / "timestamp.txt").write_text(time)
    cli("--course", small.root, "collect", inbox, "--assignment", "ch01-tiny")
    (inbox / "ada" / "timestamp.txt").write_text("2026-02-01")
    done = cli("--course", small.root, "collect", inbox, "--assignment", "ch01-tiny")
    assert done.stdout == "ada: new. A later one is there already, and counts.\n1 new, 1 known, 0 refused.\n"


def test_grade_says_what_it_did(cli, sample):
    done = cli("--course", sample.root, "grade")
    assert "0 graded now, 15 unchanged." in done.stdout
    assert "15.3 of 40" in done.stdout
    assert done.stderr == ""


def test_grade_one_student(cli, sample):
    done = cli("--course", sample.root, "grade", "--student", "niels", "--force", "--json")
    (found,) = map(json.loads, done.stdout.splitlines())
    assert (found["student"], found["score"], found["graded_now"]) == ("niels", 0.0, True)


def test_without_walls_it_is_said_each_time(cli, small):
    small.hand_in("ada", {})
    done = cli("--course", small.root, "grade", "--sandbox", "none")
    assert "student code runs without walls" in done.stderr
    done = cli("--course", small.root, "grade", "--sandbox", "none", "--json")
    assert json.loads(done.stdout)["student"] == "ada"


def test_feedback_and_report(cli, sample):
    done = cli("--course", sample.root, "feedback", sample.assignment)
    assert done.stdout == f"{sample.assignment}: 15 feedback pages, 0 of them new or changed.\n"
    done = cli("--course", sample.root, "report")
    assert done.stdout.splitlines() == [
        f"{sample.assignment}: {sample.root}/reports/{sample.assignment}.html",
        f"all assignments: {sample.root}/reports/index.html",
    ]


@pytest.mark.usefixtures("warm")
def test_without_names_only_what_is_ready_is_worked_on(cli, small):
    small.hand_in("ada", {})
    assert "ch02-later" not in cli("--course", small.root, "grade").output
    assert "ch02-later" not in cli("--course", small.root, "feedback").output
    assert "ch02-later" not in cli("--course", small.root, "report").output


def test_the_course_may_come_from_the_environment_or_the_folder(cli, small, monkeypatch):
    small.hand_in("ada", {})
    monkeypatch.setenv("AUTOGRADER_COURSE", str(small.root))
    assert "ada" in cli("grade", "--sandbox", "none").output
    monkeypatch.delenv("AUTOGRADER_COURSE")
    monkeypatch.chdir(small.root)
    assert "ada" in cli("grade", "--sandbox", "none").output


@pytest.mark.parametrize("name", ["[red]", "[b", ":car:", "[link=x]", "a]b[c"])
@pytest.mark.usefixtures("warm")
def test_names_are_printed_as_they_are(cli, small, name, tmp_path):
    inbox = tmp_path / "inbox" / name
    inbox.mkdir(parents=True)
    (inbox / f"{name[:2]}[/x].ipynb".replace("/", "-")).write_text("")
    done = cli("--course", small.root, "collect", inbox.parent, "--assignment", "ch01-tiny")
    assert done.stdout.endswith("1 new, 0 known, 0 refused.\n")
    assert name in cli("--course", small.root, "grade").stdout


@pytest.mark.usefixtures("warm")
def test_a_note_with_markup_in_it_does_not_stop_the_table(cli, small):
    small.hand_in("ada", {"[bold](1).ipynb": b"{}"})
    assert "[bold](1).ipynb" in cli("--course", small.root, "grade").stdout
    small.hand_in("ben", {"[": b"", "b[-x].ipynb": b"", "c[].ipynb": b""})
    assert "b[-x].ipynb" in cli("--course", small.root, "grade").stdout


def test_the_program_needs_no_activated_environment(small):
    small.hand_in("ada", {})
    (small.root / "gradebook.db").unlink()
    program = Path(sys.executable).with_name("autograder")
    modules = os.pathsep.join(path for path in sys.path if "modules" in path)
    done = subprocess.run(
        [program, "--course", small.root, "grade", "ch01-tiny"],
        capture_output=True, text=True, check=False, cwd="/", env={"PYTHONPATH": modules},
    )  # fmt: skip
    # A new gradebook, and nothing released in it.
    assert done.returncode == 2, done.stderr
    assert "hasn't been released" in done.stderr


def test_summary(sample, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["summary", str(sample.root)])
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.delitem(sys.modules, "autograder.summary", raising=False)
    runpy.run_module("autograder.summary", run_name="__main__")
    shown = capsys.readouterr().out
    assert "40 of 40" in shown
    assert "could not be read" in shown
    assert "8 taken off for lateness" in shown
    # What nobody handed in has no table.
    assert shown.count("student") == 1
