"""What Moodle, Canvas and nbgrader let an instructor have is taken in as they name it."""

import getpass
import io
import os
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autograder.collecting import Options, collect
from autograder.collecting.origin import origin
from autograder.errors import UsageError
from autograder.read import ORIGINAL_NAME
from autograder.roster import update_roster

pytestmark = pytest.mark.xdist_group("sample-course")

NAME = "ch01-tiny.ipynb"
DUE = datetime(2026, 2, 10, tzinfo=UTC)


def moodle_names(class_of_thirty):
    """Each student's folder in Moodle's zip: full name and the participant's number."""
    return {
        each.id: f"{each.first_name} {each.last_name}".strip() + f"_{501 + at}_assignsubmission_file"
        for at, each in enumerate(class_of_thirty)
    }


def worksheet(path, class_of_thirty, *, blind=False):
    head = 'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    lines = [head + '"Last modified (submission)","Last modified (grade)","Feedback comments"']
    for at, each in enumerate(class_of_thirty):
        name = "" if blind else f"{each.first_name} {each.last_name}".strip()
        when = f'"Sunday, {1 + at % 28} February 2026, {at % 12 + 1}:15 PM"' if at else "-"
        lines.append(f'"Participant {501 + at}","{name}",{each.email},Submitted,,4.00,Yes,{when},-,')
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["folders", "older folders", "flat", "unpacked", "groups"])
def test_moodles_download_of_thirty(roster, pack, take, installed, tmp_path, form):
    names = moodle_names(roster)
    tail = {"folders": "/", "older folders": "_/", "flat": "_", "unpacked": "/", "groups": "/"}[form]
    before = "Group 1-" if form == "groups" else ""
    path = pack(
        "BPTT-Exercise 1-4711.zip",
        {f"{before}{name}{tail}{NAME}": who.encode() for who, name in names.items()},
    )
    if form == "unpacked":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "unpacked" / "BPTT-Exercise 1-4711")
        path = tmp_path / "unpacked"
    found = take(path)
    states = {each.student: each.state for each in found}
    same = [each for each in found if each.state == "unplaced"]
    assert {each.student for each in same} == {
        "Anna Schmidt (participant 510)",
        "Anna Schmidt (participant 511)",
    } or {each.student for each in same} == {
        "Group 1-Anna Schmidt (participant 510)",
        "Group 1-Anna Schmidt (participant 511)",
    }
    assert "u09 or u10" in same[0].note
    assert "--worksheet" in same[0].note
    assert sum(state == "new" for state in states.values()) == 28
    for who in names.keys() - {"u09", "u10"}:
        assert installed(who)[NAME] == who.encode()
    again = take(path)
    assert {each.state for each in again} == {"known", "unplaced"}


def test_moodles_worksheet_says_who_and_when(roster, pack, take, installed, tmp_path):
    names = moodle_names(roster)
    path = pack("x.zip", {f"{name}/{NAME}": who.encode() for who, name in names.items()})
    found = take(path, worksheet=worksheet(tmp_path / "grades.csv", roster))
    assert sorted((each.student, each.state) for each in found) == [(each.id, "new") for each in roster]
    for each in roster:
        assert installed(each.id)[NAME] == each.id.encode()
    local = datetime(2026, 2, 11, 23, 15).astimezone(UTC)
    assert next(each.time for each in found if each.student == "u10") == f"{local:%Y-%m-%d %H:%M:%S} UTC"
    # Packed again on another day, with the same worksheet: nothing is new.
    path = pack(
        "y.zip", {f"{name}/{NAME}": who.encode() for who, name in names.items()}, (2026, 3, 3, 3, 3, 4)
    )
    assert {each.state for each in take(path, worksheet=tmp_path / "grades.csv")} == {"known"}


def test_a_worksheet_that_comes_later_puts_times_right(small, roster, pack, take, installed, tmp_path):
    path = pack("x.zip", {f"George Boole_502_assignsubmission_file/{NAME}": b"one"}, (2026, 3, 3, 3, 3, 4))
    assert [each.state for each in take(path)] == ["new"]
    (found,) = take(path, worksheet=worksheet(tmp_path / "grades.csv", roster))
    assert (found.state, found.note) == ("known", "Its time was put right.")
    assert installed("u01")["timestamp.txt"].startswith(b"2026-02-02 ")
    assert len(list(small.course.collected("u01", "ch01-tiny").glob("*/"))) == 1
    (found,) = take(path)
    assert (found.state, found.note) == ("known", "")
    assert installed("u01")["timestamp.txt"].startswith(b"2026-02-02 ")


def test_a_time_put_right_may_make_another_one_count(roster, pack, take, installed, tmp_path):
    path = pack("x.zip", {f"George Boole_502_assignsubmission_file/{NAME}": b"one"}, (2026, 3, 3, 3, 3, 4))
    take(path)
    (tmp_path / "in" / "u01").mkdir(parents=True)
    (tmp_path / "in" / "u01" / NAME).write_bytes(b"two")
    (tmp_path / "in" / "u01" / "timestamp.txt").write_text("2026-02-20 10:00:00 UTC")
    assert take(tmp_path / "in")[0].note == "A later one is there already, and counts."
    (found,) = take(path, worksheet=worksheet(tmp_path / "grades.csv", roster))
    assert found.note == "A later one is there already, and counts. Its time was put right."
    assert installed("u01") == {NAME: b"two", "timestamp.txt": b"2026-02-20 10:00:00.000000 UTC\n"}


def test_blind_marking_needs_the_worksheet(roster, pack, take, installed, tmp_path):
    path = pack("x.zip", {f"Participant_{501 + at}_assignsubmission_file/{NAME}": b"{}" for at in range(3)})
    found = take(path)
    assert {each.state for each in found} == {"unplaced"}
    assert "is nobody's name: give Moodle's grading worksheet" in found[0].note
    found = take(path, worksheet=worksheet(tmp_path / "grades.csv", roster, blind=True))
    assert [each.student for each in found] == ["u00", "u01", "u02"]
    assert installed("u02")[NAME] == b"{}"


def test_moodle_without_a_roster(pack, take, installed, tmp_path, class_of_thirty):
    path = pack(
        "x.zip",
        {
            f"Kurt Go\u0308del_1_assignsubmission_file/{NAME}": b"a",
            f"Anna Schmidt_2_assignsubmission_file/{NAME}": b"b",
            f"Anna Schmidt_3_assignsubmission_file/{NAME}": b"c",
            f"Participant_4_assignsubmission_file/{NAME}": b"d",
        },
    )
    found = {each.student: each.state for each in take(path)}
    assert found == {
        "Kurt Gödel": "new",
        "Anna Schmidt (participant 2)": "unplaced",
        "Anna Schmidt (participant 3)": "unplaced",
        "Participant 4": "new",
    }
    assert installed("Kurt Gödel")[NAME] == b"a"
    names = moodle_names(class_of_thirty)
    path = pack("y.zip", {f"{name}/{NAME}": b"{}" for name in names.values()})
    found = take(path, worksheet=worksheet(tmp_path / "grades.csv", class_of_thirty))
    assert sorted(each.student for each in found) == [each.email for each in class_of_thirty]


@pytest.mark.usefixtures("roster")
def test_in_moodle_typed_text_and_folders_and_a_students_own_zip(pack, take, installed):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"work/{NAME}", b"from the zip")
        archive.writestr("__MACOSX/work/._ch01-tiny.ipynb", b"junk")
        archive.writestr("work/.ipynb_checkpoints/ch01-tiny-checkpoint.ipynb", b"junk")
    path = pack(
        "x.zip",
        {
            "Ada Lovelace_501_assignsubmission_file/ch01.zip": inner.getvalue(),
            "Ada Lovelace_501_assignsubmission_onlinetext/onlinetext.html": b"<p>Hello</p>",
            f"George Boole_502_assignsubmission_file/deep/er/{NAME}": b"deep",
            f"George Boole_502_assignsubmission_file/{NAME}": b"shallow",
            "George Boole_502_assignsubmission_file/timestamp.txt": b"2020-01-01 00:00:00 UTC",
            "readme.txt": b"",
        },
    )
    found = take(path)
    assert [(each.student, each.state) for each in found] == [
        ("readme.txt", "refused"), ("u00", "new"), ("u01", "new")
    ]  # fmt: skip
    assert installed("u00").keys() == {NAME, "onlinetext.html", "timestamp.txt"}
    assert installed("u00")[NAME] == b"from the zip"
    boole = installed("u01")
    assert boole[NAME] == b"shallow"
    assert [data for name, data in boole.items() if name.endswith(f"deep-er-{NAME}")] == [b"deep"]
    assert b"2026-02-20" in boole["timestamp.txt"]  # a student's own counts for nothing


def canvas_member(person, attachment, file, *, late=False):
    name = f"{person.last_name}{person.first_name}".lower()
    word = "".join(letter for letter in name if letter.isalnum() or letter == "_")
    return f"{word}_{'LATE_' if late else ''}{person.lms_user_id}_{attachment}_{file}"


@pytest.mark.parametrize("by", ["number", "name"])
@pytest.mark.parametrize("unpacked", [False, True])
def test_canvas_with_late_ones_and_resubmissions(
    small, class_of_thirty, due, pack, take, installed, tmp_path, by, unpacked
):
    due(DUE)
    update_roster(
        small.course,
        [replace(each, lms_user_id=each.lms_user_id if by == "number" else "") for each in class_of_thirty],
    )
    members = {
        canvas_member(each, 1000 + at, NAME): each.id.encode() for at, each in enumerate(class_of_thirty)
    }
    ada, boole, goedel = class_of_thirty[:3]
    members |= {
        canvas_member(ada, 2001, "ch01-tiny-2.ipynb"): b"third",
        canvas_member(ada, 1999, "ch01-tiny-1.ipynb"): b"second",
        canvas_member(ada, 1998, "data.csv"): b"1,2",
    }
    del members[canvas_member(boole, 1001, NAME)], members[canvas_member(goedel, 1002, NAME)]
    members[canvas_member(boole, 1001, NAME, late=True)] = b"late"
    members[f"gödelkurt_{goedel.lms_user_id}_text.html"] = b"<p>text</p>"
    path = pack("submissions.zip", members)
    if unpacked:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "submissions")
        path = tmp_path / "submissions"
    found = take(path)
    taken = [each for each in found if each.state == "new"]
    left = {each.student: each.note for each in found if each.state != "new"}
    assert installed("u00")[NAME] == b"third"
    assert installed("u00")["data.csv"] == b"1,2"
    assert origin(small.course, "u00", "ch01-tiny") == {
        "canvas": (canvas_member(ada, 2001, "ch01-tiny-2.ipynb"), canvas_member(ada, 1998, "data.csv"))
    }
    assert ORIGINAL_NAME not in installed("u00")  # the number is Canvas's
    kept = small.course.collected("u00", "ch01-tiny")
    notebooks = [next(place.glob("*.ipynb")).read_bytes() for place in sorted(kept.glob("*/"))]
    assert notebooks == [b"u00", b"second", b"third"]
    assert installed("u01")[NAME] == b"late"
    assert installed("u01")["timestamp.txt"] == b"2026-02-10 00:00:01.000000 UTC\n"
    assert installed("u05")["timestamp.txt"] == b"2026-02-10 00:00:00.000000 UTC\n"
    assert "Canvas marks it as late" in next(each.note for each in taken if each.student == "u01")
    if by == "number":
        assert left == {"u02": "It is a text typed into Canvas, no file."}
    else:  # two of a name can't be told apart
        assert {who.partition(" ")[0] for who in left} == {"u02", "schmidtanna"}
    assert len(taken) == 27 + 2 + (2 if by == "number" else 0)
    assert {each.state for each in take(path)} <= {"known", "refused", "unplaced"}


@pytest.mark.usefixtures("roster")
def test_canvas_anonymous(pack, take):
    path = pack("submissions.zip", {f"anon_aB3x9_1001_{NAME}": b"a", f"LATE_anon_Zz_1002_{NAME}": b"b"})
    found = take(path)
    assert {each.state for each in found} == {"unplaced"}
    assert "switch anonymous grading off" in found[0].note
    assert [each.student for each in take(path, add=True)] == ["anon_Zz", "anon_aB3x9"]


@pytest.mark.usefixtures("roster")
def test_number_and_name_that_contradict_each_other(pack, take):
    (found,) = take(pack("submissions.zip", {f"boolegeorge_9000_1001_{NAME}": b"a"}))
    assert found.state == "unplaced"
    assert "may be u00 or u01" in found.note


def test_canvas_without_a_roster_calls_students_by_number(pack, take):
    assert [each.student for each in take(pack("s.zip", {f"boolegeorge_12_1001_{NAME}": b"a"}))] == ["12"]


@pytest.mark.parametrize("secret", ["", "+a-_4567890xY"])
def test_the_exchange(small, take, installed, tmp_path, secret):
    inbound = tmp_path / "inbound"
    for student, second in (("ada", 1), ("ada", 3), ("a+b", 2), ("ada", 2)):
        folder = inbound / f"{student}+ch01-tiny+2026-03-01 11:00:0{second}.000000 UTC{secret}"
        folder.mkdir(parents=True)
        (folder / NAME).write_bytes(f"{student} {second}".encode())
        (folder / "timestamp.txt").write_text(f"2026-03-01 11:00:0{second}.000000 UTC")
        (folder / "submission_secret.txt").write_text("s" * 128)
    (inbound / "eve+ch02-later+2026-03-01 11:00:00.000000 UTC").mkdir()
    found = take(inbound, assignment=None)
    assert sorted((each.student, each.state) for each in found) == [
        ("a+b", "new"), ("ada", "new"), ("ada", "new"), ("ada", "new"), ("eve", "unplaced")
    ]  # fmt: skip
    assert installed("ada")[NAME] == b"ada 3"
    assert installed("ada")["submission_secret.txt"] == b"s" * 128
    assert len(list(small.course.collected("ada", "ch01-tiny").iterdir())) == 3
    assert {each.state for each in take(inbound, assignment="ch01-tiny")} == {"known"}


def test_what_zip_collect_leaves(roster, pack, take, tmp_path):
    path = pack("m.zip", {f"{name}/{NAME}": who.encode() for who, name in moodle_names(roster).items()})
    extracted = tmp_path / "downloaded" / "ch01-tiny" / "extracted"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(extracted / "BPTT-Exercise 1-4711")
    assert sum(each.state == "new" for each in take(extracted, assignment=None)) == 28
    archives = tmp_path / "downloaded" / "ch01-tiny" / "archive"
    archives.mkdir()
    shutil.copy(path, archives)
    found = take(archives, assignment=None)
    assert sum(each.state == "known" for each in found) == 28


def test_the_submitted_layout(take, installed, tmp_path):
    submitted = tmp_path / "old" / "submitted"
    for student in ("ada", "ben"):
        for assignment in ("ch01-tiny", "ch02-later"):
            folder = submitted / student / assignment
            folder.mkdir(parents=True)
            (folder / f"{assignment}.ipynb").write_bytes(student.encode())
            (folder / "timestamp.txt").write_text("2026-02-01 10:00:00 UTC")
    assert [(each.student, each.state) for each in take(submitted)] == [("ada", "new"), ("ben", "new")]
    assert installed("ben")[NAME] == b"ben"
    found = take(submitted, assignment=None)
    assert [(each.state, each.note) for each in found if each.state != "known"] == [
        ("unplaced", "It is for ch02-later, which hasn't been released."),
    ] * 2
    assert take(submitted / "ada")[0].student == "ada"


@pytest.mark.usefixtures("roster")
def test_a_form_that_is_forced(pack, take):
    path = pack(
        "x.zip", {f"Ada Lovelace_501_assignsubmission_file/{NAME}": b"a", f"u05/{NAME}": b"b", "u06/x": b""}
    )
    assert [each.state for each in take(path, form="moodle")] == ["refused", "refused", "new"]
    (none,) = take(path, form="canvas")
    assert (none.state, none.note) == (
        "refused",
        "No name in it is of the form of canvas: leave out --from canvas.",
    )
    found = take(path, form="folders")
    assert {each.student for each in found if each.state != "unplaced"} == {"u05", "u06"}


def test_a_worksheet_that_is_none(pack, take, tmp_path):
    path = pack("x.zip", {f"Ada Lovelace_501_assignsubmission_file/{NAME}": b"a"})
    (tmp_path / "w.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="no column Identifier"):
        take(path, worksheet=tmp_path / "w.csv")
    with pytest.raises(UsageError, match="can't be read"):
        take(path, worksheet=tmp_path / "none.csv")


@pytest.mark.usefixtures("roster")
def test_a_moodle_download_after_the_due_date_is_not_believed_in_silence(due, pack, take):
    due(DUE)
    (found,) = take(pack("x.zip", {f"Ada Lovelace_501_assignsubmission_file/{NAME}": b"a"}))
    assert "may be that of the download" in found.note


@pytest.mark.usefixtures("roster")
def test_a_student_cannot_hand_in_for_another_by_a_files_name(take, installed, tmp_path, pack):
    inbox = tmp_path / "inbox" / "u00"
    inbox.mkdir(parents=True)
    for name in (f"boolegeorge_9001_77_{NAME}", f"gödelkurt_9002_78_{NAME}"):
        (inbox / name).write_bytes(b"forged")
    inner = pack(
        "forged.zip", {f"boolegeorge_9001_77_{NAME}": b"f", f"gödelkurt_9002_78_{NAME}": b"f"}
    ).read_bytes()
    outer = pack("class.zip", {"u00.zip": inner, "u03.zip": inner})
    (tmp_path / "zips").mkdir()
    (tmp_path / "zips" / "u04.zip").write_bytes(inner)
    for path in (inbox.parent, outer, tmp_path / "zips"):
        assert {each.student for each in take(path)} <= {"u00", "u03", "u04"}
    assert installed("u01") == installed("u02") == {}


def test_in_the_exchange_the_time_comes_from_the_name_and_a_wrong_owner_is_named(
    small, monkeypatch, tmp_path
):
    folder = tmp_path / "inbound" / "ada+ch01-tiny+2026-03-01 11:00:00.000000 UTC"
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(b"{}")
    os.utime(folder / NAME, (1, 1))
    (found,) = collect(small.course, [folder.parent], Options()).found
    assert (found.time, found.note) == ("2026-03-01 11:00:00 UTC", "")
    owner = getpass.getuser()
    monkeypatch.setattr("os.getuid", lambda: 54321)
    (found,) = collect(small.course, [folder.parent], Options()).found
    assert found.note == f"Its folder belongs to {owner}, not to ada: somebody else may have handed it in."
