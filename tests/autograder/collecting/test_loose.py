"""One notebook, or hundreds of loose ones: whose and what each is comes from its name, its cells and the roster."""

import json

import pytest

from autograder.collecting import Options, collect
from autograder.collecting.keep import only_one
from autograder.errors import AutograderError, UsageError
from autograder.roster import Person

pytestmark = pytest.mark.xdist_group("sample-course")

NAME = "ch01-tiny.ipynb"
FIRST = ("ex-1-1-solution", "ex-1-1-check", "ex-1-2-solution", "ex-1-2-check")


@pytest.fixture
def loose(tmp_path):
    """loose(name, data) is a file in a folder of loose ones."""

    def put(name, data=b"{}"):
        path = tmp_path / "loose" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return put


@pytest.mark.parametrize(
    "name",
    [
        "u02.ipynb", "U02.IPYNB", "u02@example.org.ipynb", "9002.ipynb", "Kurt Gödel.ipynb", "Godel, Kurt.ipynb",
        "ch01-tiny_u02.ipynb", "u02-ch01-tiny (2).ipynb", "Kurt Gödel - CH01-tiny.ipynb", "u02 (1).ipynb", "u02.zip",
        "kurt_gödel.ipynb",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("roster")
def test_a_file_is_placed_by_its_name(loose, take, installed, pack, name):
    path = pack(name, {"work.ipynb": b"{}"}) if name.endswith(".zip") else loose(name)
    (found,) = take(path)
    assert (found.student, found.state) == ("u02", "new")
    assert installed("u02")[NAME] == b"{}"


def test_hundreds_of_loose_files(roster, loose, take, small):
    for each in roster:
        for number in range(10):
            path = loose(f"{each.id} ({number}).ipynb", f"{each.id} {number}".encode())
    found = take(path.parent)
    assert {each.state for each in found} == {"new"}
    assert len(found) == 300
    assert len(list(small.course.collected("u07", "ch01-tiny").iterdir())) == 10
    assert {each.state for each in take(path.parent)} == {"known"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            NAME,
            "Its name doesn't say whose it is: put the student's id into it, or give it alone with --student.",
        ),
        ("stranger.ipynb", "stranger is not in the roster: add the student by 'autograder roster'"),
        ("Anna Schmidt.ipynb", "Anna Schmidt may be u09 or u10."),
    ],
)
@pytest.mark.usefixtures("roster")
def test_what_cannot_be_placed_is_said(loose, take, small, name, said):
    (found,) = take(loose(name))
    assert found.state == "unplaced"
    assert said in found.note
    assert not (small.root / "submitted").exists()


@pytest.mark.usefixtures("roster")
def test_a_notebook_out_of_its_students_folder(take, tmp_path):
    (tmp_path / "u07").mkdir()
    (tmp_path / "u07" / NAME).write_bytes(b"{}")
    assert [each.student for each in take(tmp_path / "u07" / NAME)] == ["u07"]
    assert [each.student for each in take(tmp_path / "u07")] == ["u07"]


def test_what_a_shell_makes_of_a_star(small, take, tmp_path, pack, loose):
    for student in ("ada", "ben"):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "homework.ipynb").write_bytes(b"{}")
        (tmp_path / "in" / student / "timestamp.txt").write_text("2026-02-01 10:00:00 UTC")
    assert [each.student for each in take(*sorted((tmp_path / "in").iterdir()))] == ["ada", "ben"]
    canvas = [
        loose(f"boolegeorge_12_{at}_ch01-tiny{'-1' if at > 77 else ''}.ipynb", b"%d" % at) for at in (77, 78)
    ]
    found = take(*canvas, loose("boolegeorge_12_79_data.csv"), pack("loveada_13_80_x.zip", {NAME: b"z"}))
    assert [(each.student, each.state) for each in found] == [("12", "new"), ("12", "new"), ("13", "new")]
    assert len(list(small.course.collected("12", "ch01-tiny").glob("*/"))) == 2
    exchange = tmp_path / "inbound" / "eve+ch01-tiny+2026-03-01 11:00:00.000000 UTC"
    exchange.mkdir(parents=True)
    (exchange / NAME).write_bytes(b"{}")
    assert [(each.student, each.time) for each in take(exchange)] == [("eve", "2026-03-01 11:00:00 UTC")]


@pytest.mark.usefixtures("roster")
def test_a_link_that_is_given_is_meant(loose, take, tmp_path):
    (tmp_path / "u04.ipynb").symlink_to(loose("whatever.ipynb"))
    assert [(each.student, each.state) for each in take(tmp_path / "u04.ipynb")] == [("u04", "new")]


@pytest.mark.usefixtures("roster")
def test_by_whom_it_is_can_be_said(loose, take, enrolled):
    path = loose(NAME)
    assert [(each.student, each.state) for each in take(path, student="u03")] == [("u03", "new")]
    with pytest.raises(UsageError, match="zoe is not in the roster"):
        take(path, student="zoe")
    with pytest.raises(UsageError, match="has a slash"):
        take(path, student="../zoe")
    take(path, student="zoe", add=True)
    assert Person("zoe") in enrolled()


@pytest.mark.usefixtures("roster")
def test_strangers_are_added_if_that_is_asked_for(small, loose, take, enrolled):
    done = collect(small.course, [loose("stranger.ipynb")], Options("ch01-tiny", add=True))
    assert [(each.student, each.state) for each in done.found] == [("stranger", "new")]
    assert done.messages == ["Added to the roster: stranger."]
    assert Person("stranger") in enrolled()
    assert take(loose("stranger.ipynb"))[0].state == "known"


def test_a_hand_in_alone_makes_nobody_a_student_of_the_roster(small, cli, loose, take, enrolled):
    take(loose("ada.ipynb"))
    cli("--course", small.root, "grade", "--sandbox", "none")
    assert enrolled() == []
    (loose("ada.ipynb")).unlink()
    assert [each.state for each in take(loose("ben.ipynb"))] == ["new"]


def test_the_assignment_comes_from_names_and_cells(loose, take, notebook_of):
    for name, data in {
        "ada.ipynb": notebook_of(*FIRST),
        "ben_ch01-tiny.ipynb": b"damaged",
        "eve.ipynb": b"damaged",
        "fay_ch02-later.ipynb": b"{}",
        "gus.ipynb": notebook_of("something-else"),
    }.items():
        path = loose(name, data)
    found = {
        each.student: (each.state, each.assignment, each.note) for each in take(path.parent, assignment=None)
    }
    assert found["ada"][:2] == ("new", "ch01-tiny")
    assert found["ben"][:2] == ("new", "ch01-tiny")
    assert (
        found["eve"][2]
        == "Neither the notebook's name nor its cells say what it is for: say it by --assignment."
    )
    assert found["fay_ch02-later"][2] == "It is for ch02-later, which hasn't been released."
    assert found["gus"][0] == "unplaced"


def test_names_and_cells_that_contradict_each_other(small, cli, loose, take, notebook_of):
    cli("--course", small.root, "release", "ch03-words")
    released = json.loads(small.course.release("ch03-words").read_bytes())
    words = [
        cell["metadata"]["nbgrader"]["grade_id"]
        for cell in released["cells"]
        if "nbgrader" in cell["metadata"]
    ]
    shared = sorted(set(words) & set(FIRST))
    said = {
        name: take(loose(name, data), assignment=None)[0]
        for name, data in {
            "ch01-tiny_ada.ipynb": notebook_of(*set(words) - set(FIRST)),
            "ben.ipynb": notebook_of(*shared),
            "eve.ipynb": notebook_of(*words),
        }.items()
    }
    assert "holds the cells of ch03-words" in said["ch01-tiny_ada.ipynb"].note
    assert said["ben.ipynb"].note == "It may be for ch01-tiny or ch03-words: say which by --assignment."
    assert (said["eve.ipynb"].state, said["eve.ipynb"].assignment) == ("new", "ch03-words")


def test_a_zone_that_nobody_knows_is_said(take, tmp_path):
    for student, time in {
        "ada": "2026-02-01 10:00:00 XYZT", "ben": "2026-02-01 10:00:00.5 Mars/Base", "eve": "2099-01-01 10:00:00 UTC",
        "fay": "2026-02-01T10:00:00 QQT", "gus": "yesterday",
    }.items():  # fmt: skip
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / NAME).write_bytes(b"{}")
        (tmp_path / "in" / student / "timestamp.txt").write_text(time)
    ada, ben, eve, fay, gus = take(tmp_path / "in")
    assert ada.time == ben.time == fay.time == "2026-02-01 10:00:00 UTC"
    assert ada.note == "The time zone XYZT of the hand-in is not known here; its time was taken as UTC."
    assert "Mars/Base" in ben.note
    assert "dated in the future (2099-01-01 10:00 UTC)" in eve.note
    assert "can't be read" in gus.note


def test_local_times_are_said_to_be(small, pack):
    done = collect(small.course, [pack("x.zip", {f"ada/{NAME}": b"{}"})], Options("ch01-tiny"))
    assert done.messages[0].startswith(
        "Times without a zone, as in zips and in Moodle's worksheet, were read as local"
    )


def test_more_than_anybody_hands_in(take, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.collecting.content.MAX_FILES", 3)
    (tmp_path / "in" / "ada").mkdir(parents=True)
    for number in range(4):
        (tmp_path / "in" / "ada" / f"{number}.txt").write_text("x")
    (found,) = take(tmp_path / "in")
    assert (found.state, found.note[:38]) == ("refused", "The hand-in has more than 3 files, or ")


def test_two_cannot_collect_at_once(small, loose, take):
    path = loose("ada.ipynb")
    with only_one(small.course), pytest.raises(AutograderError, match="Somebody else is collecting"):
        take(path)


@pytest.mark.usefixtures("roster")
def test_the_command_tells_what_it_could_not_place(cli, small, loose):
    loose("u01.ipynb")
    path = loose("stranger.ipynb")
    done = cli("--course", small.root, "collect", path.parent, "--assignment", "ch01-tiny", code=1)
    assert "could not be placed" in done.stdout
    assert "loose/stranger.ipynb" in done.stdout
    assert done.stdout.endswith("1 new, 0 known, 0 refused, 1 not placed.\n")
    done = cli("--course", small.root, "collect", path.parent, "--assignment", "ch01-tiny", "--json", code=1)
    found = {each["source"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert found["loose/stranger.ipynb"]["state"] == "unplaced"
    assert found["loose/u01.ipynb"]["student"] == "u01"


@pytest.mark.usefixtures("roster")
@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("w.zip", ["week1/u01.ipynb", "week1/u02.ipynb", "__MACOSX/week1/._u01.ipynb"]),
        ("w.zip", ["week1/u01/ch01-tiny/ch01-tiny.ipynb", "week1/u02/ch01-tiny/ch01-tiny.ipynb"]),
        ("w.zip", ["u01/work/final.ipynb", "u02/Untitled.ipynb", "u02/.DS_Store"]),
        ("w.zip", ["a/b/u01@example.org/x.ipynb", "a/b/9002/x.ipynb"]),
        ("u01.zip", ["my work/final.ipynb"]),
        ("u01.zip", ["u01/final.ipynb"]),
        ("u01.zip", ["ch01-tiny.ipynb", "data.csv"]),
        ("u01.zip", ["homework.ipynb"]),
    ],
)
def test_however_a_zip_is_packed(pack, take, installed, name, members):
    found = take(pack(name, dict.fromkeys(members, b"{}")))
    expected = ["u01"] if name == "u01.zip" else ["u01", "u02"]
    assert sorted((each.student, each.state) for each in found) == [(who, "new") for who in expected]
    assert all(installed(who)[NAME] == b"{}" for who in expected)
