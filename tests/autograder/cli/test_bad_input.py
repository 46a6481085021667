"""Wrong use and broken things end in one sentence and exit code 1 or 2; nothing is lost."""

import json
import os
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.xdist_group("sample-course")

NAME = "ch01-tiny.ipynb"
IN_A_COURSE = ("release", "grade", "feedback", "report", "export")


def snapshot(root):
    return {path.relative_to(root): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture
def refuses(cli):
    """refuses(code, *arguments) is the one sentence that the program ends with."""

    def run(code, *arguments):
        done = cli(*arguments, code=code)
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1, done.stderr
        assert lines[0].startswith("autograder: ")
        assert lines[0].endswith(".")
        assert done.stdout == ""
        return lines[0]

    return run


@pytest.mark.parametrize("command", IN_A_COURSE)
def test_a_missing_course(refuses, tmp_path, command):
    said = refuses(2, "--course", tmp_path / "nowhere", command)
    assert f"make one with 'autograder init {tmp_path}/nowhere'" in said
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("command", IN_A_COURSE)
def test_a_folder_that_is_no_course(refuses, tmp_path, command):
    (tmp_path / "photo.jpg").write_text("")
    assert "is not a course" in refuses(2, "--course", tmp_path, command)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_file_for_a_course(refuses, tmp_path):
    (tmp_path / "file").write_text("")
    assert "There is no course" in refuses(2, "--course", tmp_path / "file", "grade")
    assert "is a file" in refuses(2, "init", tmp_path / "file")


def test_init_in_a_folder_of_something_else(refuses, tmp_path):
    (tmp_path / "photo.jpg").write_text("")
    assert "isn't empty and isn't a course" in refuses(2, "init", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize("command", IN_A_COURSE)
def test_an_unknown_assignment(refuses, small, command):
    before = snapshot(small.root)
    said = refuses(2, "--course", small.root, command, "ch99")
    assert (
        said
        == "autograder: There is no assignment 'ch99'; the course has: ch01-tiny, ch02-later, ch03-words."
    )
    assert snapshot(small.root) == before


def test_an_unknown_assignment_to_collect(refuses, small, tmp_path):
    (tmp_path / "inbox").mkdir()
    assert "'ch99'" in refuses(
        2, "--course", small.root, "collect", tmp_path / "inbox", "--assignment", "ch99"
    )
    assert "There is nothing to collect in" in refuses(
        2, "--course", small.root, "collect", tmp_path / "inbox"
    )
    assert "hasn't been released" in refuses(
        2, "--course", small.root, "collect", tmp_path / "inbox", "--assignment", "ch02-later"
    )
    assert "There is no file or folder" in refuses(
        2, "--course", small.root, "collect", tmp_path / "none", "--assignment", "ch01-tiny"
    )


def test_an_unreleased_assignment(refuses, empty):
    assert "run 'autograder release ch01-tiny'" in refuses(2, "--course", empty.root, "grade")
    assert "run 'autograder grade ch01-tiny'" in refuses(2, "--course", empty.root, "report")


def test_an_unknown_student(refuses, sample):
    before = snapshot(sample.root)
    said = refuses(2, "--course", sample.root, "grade", "--student", "zoe")
    assert "zoe has handed in nothing" in said
    assert snapshot(sample.root) == before


@pytest.mark.parametrize("command", ["grade", "feedback", "report"])
def test_a_corrupt_gradebook(refuses, sample, command):
    damage = b"not a database" * 1000
    (sample.root / "gradebook.db").write_bytes(damage)
    before = snapshot(sample.root)
    said = refuses(1, "--course", sample.root, command)
    assert "gradebook.db" in said
    assert "backup" in said
    assert snapshot(sample.root) == before


def test_after_a_corrupt_gradebook_the_backup_is_completed(cli, refuses, sample):
    path = sample.root / "gradebook.db"
    shutil.copy(path, sample.root / "backup.db")
    path.write_bytes(path.read_bytes()[:5000])
    refuses(1, "--course", sample.root, "grade")
    shutil.copy(sample.root / "backup.db", path)
    assert "0 graded now, 15 unchanged" in cli("--course", sample.root, "grade").stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("c.Grading.cell_seconds = 'soon'", "cell_seconds"),
        ("c.Grading.cell_seconds = -1", "cell_seconds"),
        ("c.Grading.sandbox = 'paper'", "sandbox"),
        ("c.Grading.exercises = 'no.such.module'", "can't be loaded"),
        ("c.Grading.exercises = 'json'", "can't be loaded"),
        ("c.Grading.exercises = '.'", "can't be loaded"),
        ("this is no Python", "can't be read: SyntaxError"),
        ("1 / 0", "can't be read: ZeroDivisionError"),
    ],
)
def test_a_wrong_setting(refuses, small, line, said):
    config = small.root / "nbgrader_config.py"
    config.write_text(config.read_text() + f"\n{line}\n")
    assert said in refuses(2, "--course", small.root, "grade")


def test_a_lost_secret(refuses, small):
    small.hand_in("ada", {})
    (small.root / ".autograder-secret").unlink()
    assert "secret" in refuses(2, "--course", small.root, "grade")
    (small.root / ".autograder-secret").write_text("no hex")
    assert "secret" in refuses(2, "--course", small.root, "grade")


def test_a_folder_below_a_file(refuses, tmp_path):
    (tmp_path / "file").write_text("")
    assert "can't be written" in refuses(1, "init", tmp_path / "file" / "course")


@pytest.mark.parametrize("place", ["verdicts", "autograded"])
@pytest.mark.usefixtures("warm")
def test_a_file_where_results_should_go(refuses, small, place):
    small.hand_in("ada", {})
    (small.root / place).write_text("in the way")
    assert place in refuses(1, "--course", small.root, "grade")
    assert (small.root / place).read_text() == "in the way"


def test_no_walls_to_be_had(refuses, small, monkeypatch):
    small.hand_in("ada", {})
    monkeypatch.setattr("autograder.sandbox.walls.shutil.which", lambda _: None)
    assert "apt-get install bubblewrap" in refuses(1, "--course", small.root, "grade")


def test_a_sample_of_a_course_that_has_none(cli, tmp_path, made_tiny):
    done = cli("init", tmp_path / "course", "--sample", "--exercises", made_tiny.module, code=2)
    assert done.stderr == "autograder: tinycourse.course has no sample class (RECIPES).\n"


def test_wrong_options(cli, small):
    assert "No such option" in cli("--course", small.root, "grade", "--fast", code=2).stderr
    assert "No such command" in cli("polish", code=2).stderr
    assert "is not one of" in cli("--course", small.root, "grade", "--sandbox", "paper", code=2).stderr
    assert "does not match" in cli("--course", small.root, "release", "--due", "tomorrow", code=2).stderr
    assert "Missing argument" in cli("collect", code=2).stderr


def test_a_bug_keeps_its_trace(cli, small, monkeypatch):
    def bug(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr("autograder.grading.grade_stream", bug)
    with pytest.raises(RuntimeError, match="a bug"):
        cli("--course", small.root, "grade")


EACH = """
import json, sys
from click.testing import CliRunner
from autograder.cli import main
for arguments in json.loads(sys.argv[1]):
    done = CliRunner().invoke(main, arguments)
    print(json.dumps([done.exit_code, done.stderr, repr(done.exception)]))
"""


@pytest.mark.usefixtures("warm")
def test_a_read_only_course(cli, small, tmp_path):
    """In a namespace where the folder can't be written, whoever asks: as root no permission would forbid it."""
    inbox = tmp_path / "inbox" / "ben"
    inbox.mkdir(parents=True)
    (inbox / NAME).write_text("{}")
    small.hand_in("ada", {})
    cli("--course", small.root, "grade")
    small.hand_in("eve", {})
    before = snapshot(small.root)
    commands = [
        ["release", "ch02-later"],
        ["collect", str(inbox.parent), "--assignment", "ch01-tiny"],
        ["grade", "--sandbox", "none"],
        ["feedback"],
        ["report"],
        ["export"],
    ]
    asked = json.dumps([["--course", str(small.root), *command] for command in commands])
    walls = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(small.root), str(small.root), "--"]
    done = subprocess.run(
        [*walls, sys.executable, "-c", EACH, asked],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if "modules" in path)},
    )  # fmt: skip
    for command, line in zip(commands, done.stdout.splitlines(), strict=True):
        code, said, exception = json.loads(line)
        assert (code, exception) == (1, "SystemExit(1)"), (command, said, exception)
        (sentence,) = [line for line in said.splitlines() if line.startswith("autograder: ")]
        assert "can't be" in sentence
    assert snapshot(small.root) == before


def test_no_permission(small, refuses, monkeypatch):
    """As root nothing is forbidden, so the refusal itself is made here."""

    def forbid(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.is_dir", forbid)
    assert "Permission denied. Check permissions" in refuses(1, "--course", small.root, "grade")
