"""Collecting keeps every hand-in byte for byte, installs the latest, and refuses what isn't an ordinary file."""

import os
from datetime import UTC, datetime

import pytest
from nbgrader.utils import parse_utc

from autograder.collecting import Options, collect
from autograder.errors import CourseError, UsageError
from autograder.read import ORIGINAL_NAME, read_submission
from autograder.times import STAMP

pytestmark = pytest.mark.xdist_group("sample-course")

NAME = "ch01-tiny.ipynb"


@pytest.fixture
def inbox(tmp_path):
    """inbox(student, **files) writes a hand-in into the download folder and returns that folder."""
    root = tmp_path / "inbox"
    root.mkdir()

    def put(student=None, files=(), time=None):
        if student is not None:
            folder = root / student
            folder.mkdir(exist_ok=True)
            for name, data in dict(files).items():
                (folder / name).write_bytes(data)
            if time is not None:
                (folder / "timestamp.txt").write_text(time)
        return root

    return put


@pytest.fixture
def take(small):
    """take(folder) collects it, and gives (student, state, note) of each hand-in."""
    return lambda folder: [
        (each.student, each.state, each.note)
        for each in collect(small.course, [folder], Options("ch01-tiny")).found
    ]


def installed(small, student="ada"):
    folder = small.course.submitted(student, "ch01-tiny")
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def kept(small, student="ada"):
    """The collected hand-ins of a student, oldest first."""
    folder = small.course.collected(student, "ch01-tiny")
    return [
        {path.name: path.read_bytes() for path in each.iterdir()}
        for each in sorted(folder.iterdir(), key=lambda p: p.name)
    ]


def test_a_hand_in_is_kept_and_installed(small, inbox, take):
    folder = inbox("ada", {NAME: b"one", "data.csv": b"1,2"}, "2026-02-01 10:00:00 UTC\n")
    assert take(folder) == [("ada", "new", "")]
    assert installed(small) == {
        NAME: b"one", "data.csv": b"1,2", "timestamp.txt": b"2026-02-01 10:00:00.000000 UTC\n"
    }  # fmt: skip
    assert kept(small) == [{NAME: b"one", "data.csv": b"1,2", "timestamp.txt": b"2026-02-01 10:00:00 UTC\n"}]


def test_again_is_known(small, inbox, take):
    folder = inbox("ada", {NAME: b"one"}, "2026-02-01 10:00:00 UTC")
    take(folder)
    before = [path.stat().st_mtime_ns for path in small.course.submitted("ada", "ch01-tiny").iterdir()]
    assert take(folder) == [("ada", "known", "")]
    assert [
        path.stat().st_mtime_ns for path in small.course.submitted("ada", "ch01-tiny").iterdir()
    ] == before
    assert len(kept(small)) == 1


def test_a_newer_one_counts_and_the_older_one_is_kept(small, inbox, take):
    take(inbox("ada", {NAME: b"one", "helper.py": b"x"}, "2026-02-01 10:00:00 UTC"))
    (inbox() / "ada" / "helper.py").unlink()
    assert take(inbox("ada", {NAME: b"two"}, "2026-02-02 10:00:00 UTC")) == [("ada", "new", "")]
    assert installed(small)[NAME] == b"two"
    assert "helper.py" not in installed(small)
    assert [each[NAME] for each in kept(small)] == [b"one", b"two"]


def test_an_older_one_does_not_replace_a_newer_one(small, inbox, take):
    take(inbox("ada", {NAME: b"two"}, "2026-02-02 10:00:00 UTC"))
    assert take(inbox("ada", {NAME: b"one"}, "2026-02-01 10:00:00 UTC")) == [
        ("ada", "new", "A later one is there already, and counts.")
    ]
    assert installed(small)[NAME] == b"two"
    assert [each[NAME] for each in kept(small)] == [b"one", b"two"]


def test_other_work_of_the_same_time_is_kept_too_and_counts(small, inbox, take):
    for data in (b"one", b"two", b"three"):
        assert take(inbox("ada", {NAME: data}, "2026-02-01 10:00:00 UTC")) == [("ada", "new", "")]
        assert installed(small)[NAME] == data
    assert [each[NAME] for each in kept(small)] == [b"one", b"two", b"three"]
    assert take(inbox("ada", {NAME: b"two"}))[0][1] == "known"
    assert installed(small)[NAME] == b"three"


def test_a_collection_that_was_cut_short_is_completed(small, inbox, take):
    folder = inbox("ada", {NAME: b"one", "data.csv": b"1"}, "2026-02-01 10:00:00 UTC")
    take(folder)
    (next(small.course.collected("ada", "ch01-tiny").iterdir()) / NAME).unlink()
    for path in small.course.submitted("ada", "ch01-tiny").iterdir():
        path.unlink()
    take(folder)
    assert kept(small)[0][NAME] == b"one"
    assert installed(small)[NAME] == b"one"
    assert len(kept(small)) == 1


def test_what_nbgrader_or_a_person_put_there_is_kept(small, inbox, take):
    small.hand_in("ada", {NAME: b"by nbgrader", "timestamp.txt": b"2026-02-01 09:00:00 UTC"})
    take(inbox("ada", {NAME: b"newer"}, "2026-02-01 10:00:00 UTC"))
    assert installed(small)[NAME] == b"newer"
    assert [each[NAME] for each in kept(small)] == [b"by nbgrader", b"newer"]
    # Mended by the instructor, and collected again: the mended one stays.
    small.hand_in("ada", {NAME: b"mended"})
    take(inbox("ada", {NAME: b"newer"}, "2026-02-01 10:00:00 UTC"))
    assert installed(small)[NAME] == b"mended"
    assert [each[NAME] for each in kept(small)] == [b"by nbgrader", b"newer", b"mended"]


def test_a_folder_in_the_submitted_folder_stays(small, inbox, take):
    (small.hand_in("ada", {}) / ".ipynb_checkpoints").mkdir()
    take(inbox("ada", {NAME: b"one"}, "2026-02-01 10:00:00 UTC"))
    assert (small.course.submitted("ada", "ch01-tiny") / ".ipynb_checkpoints").is_dir()


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-02-01 10:00:00.250000 UTC", datetime(2026, 2, 1, 10, 0, 0, 250000, UTC)),
        ("2026-02-01T10:00:00+02:00", datetime(2026, 2, 1, 8, tzinfo=UTC)),
        ("2026-02-01 10:00:00 +0200", datetime(2026, 2, 1, 8, tzinfo=UTC)),
        ("2026-02-01 10:00:00 -05:30", datetime(2026, 2, 1, 15, 30, tzinfo=UTC)),
        ("2026-07-01 10:00:00 Europe/Berlin", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("2026-02-01 10:00:00", datetime(2026, 2, 1, 10, tzinfo=UTC)),
        ("\ufeff2026-02-01T10:00:00Z\r\n", datetime(2026, 2, 1, 10, tzinfo=UTC)),
    ],
)
def test_times_are_kept_in_utc(small, inbox, take, text, utc):
    take(inbox("ada", {NAME: b"one"}, text))
    written = installed(small)["timestamp.txt"].decode().strip()
    assert written == utc.strftime(STAMP)
    assert parse_utc(written).replace(tzinfo=UTC) == utc


@pytest.mark.parametrize("text", [None, "", "yesterday", "99999-01-01", "1" * 5000])
def test_without_a_readable_time_the_latest_change_of_a_file_counts(small, inbox, take, text):
    folder = inbox("ada", {NAME: b"one", "old.txt": b"0"}, text)
    changed = datetime(2026, 2, 1, 10, tzinfo=UTC).timestamp()
    for path in (folder / "ada").iterdir():
        os.utime(path, (changed, changed if path.name == NAME else changed - 99))
    take(folder)
    assert installed(small)["timestamp.txt"] == b"2026-02-01 10:00:00.000000 UTC\n"


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: path.symlink_to("/dev/zero"),
        os.mkfifo,
        lambda path: path.mkdir(),
        lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 21 * 2**20),
    ],
    ids=["link", "device", "FIFO", "folder", "too large"],
)
def test_what_is_no_ordinary_file_is_refused_by_name(small, inbox, take, make):
    folder = inbox("ada", {}, "2026-02-01 10:00:00 UTC")
    make(folder / "ada" / NAME)
    ((student, state, note),) = take(folder)
    assert (student, state) == ("ada", "new")
    assert note.startswith(NAME)
    assert list(installed(small)) == ["timestamp.txt"]
    (folder / "ada" / "timestamp.txt").unlink()
    ((_, state, note),) = take(folder)
    assert (state, note.startswith(NAME)) == ("refused", True)


def test_what_is_no_folder_of_a_student_is_refused(small, inbox, take, tmp_path):
    folder = inbox("ada", {NAME: b"one"})
    (folder / "notes.txt").write_text("x")
    (folder / ".cache").mkdir()
    (folder / "link").symlink_to(tmp_path)
    (folder / os.fsdecode(b"\xff\n")).mkdir()
    (folder / "empty").mkdir()
    found = take(folder)
    assert [(student, state) for student, state, _ in found] == [
        (".cache", "refused"), ("link", "refused"), ("notes.txt", "refused"), ("??", "refused"),
        ("ada", "new"), ("empty", "refused"),
    ]  # fmt: skip
    assert found[-1][2] == "The folder is empty."
    assert [path.name for path in (small.root / "submitted").iterdir()] == ["ada"]


def test_a_single_notebook_gets_its_name_and_remembers_the_old_one(small, inbox, take):
    take(inbox("ada", {"Untitled (1).ipynb": b"{}"}))
    assert installed(small)[NAME] == b"{}"
    assert installed(small)[ORIGINAL_NAME] == b"Untitled (1).ipynb\n"
    read = read_submission(small.course.submitted("ada", "ch01-tiny"), "ada", "ch01-tiny")
    assert "Your file was called Untitled (1).ipynb" in read.notes[0]
    # With the right name the next time, nothing of it is left.
    take(inbox("ada", {NAME: b"{ }"}, "2099-01-01"))
    assert kept(small)[-1][NAME] == b"{ }"


def test_several_notebooks_keep_their_names(small, inbox, take):
    take(inbox("ada", {"a.ipynb": b"{}", "b.ipynb": b"{}"}))
    assert {"a.ipynb", "b.ipynb"} < set(installed(small))
    assert ORIGINAL_NAME not in installed(small)


def test_long_and_strange_names(small, inbox, take):
    strange = os.fsdecode(b"\xff\x1b[31m.ipynb")
    take(inbox("ada", {strange: b"{}"}))
    assert installed(small)[ORIGINAL_NAME] == b"??[31m.ipynb\n"
    assert take(inbox("eve", {"a" * 249 + ".ipynb": b"{}"}))[1][:2] == ("eve", "new")


def test_wrong_use(small, inbox, tmp_path):
    with pytest.raises(UsageError, match="There is no file or folder"):
        collect(small.course, [tmp_path / "missing"], Options("ch01-tiny"))
    with pytest.raises(UsageError, match="There is nothing to collect in"):
        collect(small.course, [inbox()], Options("ch01-tiny"))
    with pytest.raises(CourseError, match="ch02-later hasn't been released"):
        collect(small.course, [inbox()], Options("ch02-later"))
