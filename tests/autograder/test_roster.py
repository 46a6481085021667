"""The roster: tables of instructors and platforms go into the gradebook, and nothing contradictory does."""

import json

import pytest
from nbgrader.api import Student

from autograder.errors import UsageError
from autograder.matching import People
from autograder.record.gradebook import open_gradebook
from autograder.roster import Person, students, update_roster
from autograder.rostertable import read_roster

pytestmark = pytest.mark.xdist_group("sample-course")


@pytest.fixture
def table(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def rows(small):
    """rows() is what the gradebook has of its students."""

    def look():
        with open_gradebook(small.course) as gradebook:
            return {each.id: each for each in students(gradebook)}

    return look


OURS = (
    "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,a@x.org,11\nboole,George,Boole,b@x.org,12\n"
)
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,ch05 (1001),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,40,(read only)
"Lovelace, Ada",11,u-ada,ada,Group 1,,90
"Boole, George",12,u-boole,boole,"Group 1, Group 2",,
"Student, Test",99,,0f1e,Group 1,,
"""
PARTICIPANTS = (
    "First name,Last name,ID number,Email address\nAda,Lovelace,11,ada@x.org\nGeorge,Boole,,boole@x.org\n"
)
UPLOAD = (
    "username;firstname;lastname;email;idnumber\nada;Ada;Lovelace;a@x.org;11\nboole;George;Boole;b@x.org;12\n"
)
SURNAME = (
    '"First name",Surname,Username,"ID number",Institution\nAda,Lovelace,ada,11,\nGeorge,Boole,boole,12,\n'
)
NAMED = "Name;E-Mail;ID\nAda Lovelace;a@x.org;ada\nBoole, George;;boole\n"
WORKSHEET = (
    'Identifier,"Full name",Username\nParticipant 1,Ada Lovelace,ada\nParticipant 2,George Boole,boole\n'
)


@pytest.mark.parametrize(
    ("text", "column", "ada"),
    [
        (OURS, "id", Person("ada", "Ada", "Lovelace", "a@x.org", "11")),
        (OURS.replace(",", ";"), "id", Person("ada", "Ada", "Lovelace", "a@x.org", "11")),
        (OURS.replace("\n", "\r\n"), "id", Person("ada", "Ada", "Lovelace", "a@x.org", "11")),
        (CANVAS, "SIS Login ID", Person("ada", "Ada", "Lovelace", "", "11")),
        (CANVAS.replace("SIS Login ID", "x"), "SIS User ID", Person("u-ada", "Ada", "Lovelace", "", "11")),
        (PARTICIPANTS, "Email address", Person("ada@x.org", "Ada", "Lovelace", "ada@x.org", "11")),
        (UPLOAD, "username", Person("ada", "Ada", "Lovelace", "a@x.org", "11")),
        (SURNAME, "Username", Person("ada", "Ada", "Lovelace", "", "11")),
        (WORKSHEET, "Username", Person("ada", "Ada", "Lovelace")),
        (NAMED, "ID", Person("ada", "Ada", "Lovelace", "a@x.org")),
        ("ID\nada\nboole\n", "ID", Person("ada")),
    ],
    ids=[
        "ours", "semicolons", "crlf", "canvas", "sis", "moodle", "upload", "surname", "worksheet", "names", "ids",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_tables_of_many_kinds(table, text, column, ada, encoding):
    found, used = read_roster(table(text, encoding))
    assert used == column
    assert found[0] == ada
    assert len(found) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("id,email\n", "has no students"),
        ("name,grade\nAda,1\n", "has no column id"),
        ("id,email\nada,a\n,b\n", "Row 3 of the roster"),
        ("id,email\nada,a\nada,b\n", "stands in the roster"),
        ("id,email\nada,a\nADA,a\n", "twice, with different data"),
        ("id,email\n../ada,a\n", "has a slash"),
        ("id,email\n.ada,a\n", "begins with a point"),
        ("id,email\n" + "a" * 129 + ",a\n", "longer than 128"),
        ("id,email\nada," + "a" * 129 + "\n", "email is longer than 128"),
        ("id,email\nada,a,b\n", "has 3 cells"),
        ("First name,ID number,Email address\nAda,,\n", "No column of the roster"),
    ],
)
def test_tables_that_are_refused(table, text, said):
    with pytest.raises(UsageError, match=said.replace("(", r"\(")):
        read_roster(table(text))


def test_a_table_that_is_no_text(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"The roster .* is not in UTF-8"):
        read_roster(tmp_path / "x.csv")
    with pytest.raises(UsageError, match=r"The roster .* can't be read"):
        read_roster(tmp_path / "none.csv")


def test_the_same_row_twice_is_one_student(table):
    assert len(read_roster(table(OURS + "ada,Ada,Lovelace,a@x.org,11\n"))[0]) == 2


def test_an_update_deletes_nothing(small, rows):
    with open_gradebook(small.course) as gradebook:
        gradebook.db.add(Student(id="niels"))  # of a hand-in alone
        gradebook.db.commit()
    first = update_roster(
        small.course, [Person("ada", "Ada", "L", "a@x.org"), Person("boole", "George", "Boole", "b@x.org")]
    )
    assert [(each.person.id, each.state) for each in first] == [("ada", "new"), ("boole", "new")]
    second = update_roster(
        small.course, [Person("ada", "", "Lovelace", "", "11"), Person("niels", "Niels", "Abel")]
    )
    assert [(each.person.id, each.state, each.text()) for each in second] == [
        ("ada", "changed", "last_name L -> Lovelace, lms_user_id nothing -> 11"),
        ("boole", "kept", ""),
        ("niels", "new", ""),
    ]
    assert rows() == {
        "ada": Person("ada", "Ada", "Lovelace", "a@x.org", "11"),
        "boole": Person("boole", "George", "Boole", "b@x.org"),
        "niels": Person("niels", "Niels", "Abel"),
    }
    assert {each.state for each in update_roster(small.course, list(rows().values()))} == {"unchanged"}


@pytest.mark.parametrize(
    "table",
    [
        [Person("eve", email="A@x.org")],
        [Person("eve", email="e@x.org"), Person("fay", email="e@x.org")],
        [Person("eve", lms_user_id="11")],
        [Person("ADA")],
    ],
)
def test_contradictions_change_nothing(small, rows, table):
    update_roster(small.course, [Person("ada", "Ada", "Lovelace", "a@x.org", "11")])
    before = rows()
    with pytest.raises(UsageError, match="would have the same") as refused:
        update_roster(small.course, [Person("zoe"), *table])
    assert str(refused.value).endswith("Nothing was changed.")
    assert rows() == before


def test_an_address_may_move_from_one_to_another_in_one_table(small, rows):
    update_roster(small.course, [Person("ada", email="a@x.org"), Person("eve", email="e@x.org")])
    update_roster(small.course, [Person("ada", email="e@x.org"), Person("eve", email="a@x.org")])
    assert rows()["eve"].email == "a@x.org"


def test_the_command(cli, small, table):
    done = cli("--course", small.root, "roster")
    assert done.stdout.startswith("There is no roster: whoever hands in is taken in.")
    done = cli("--course", small.root, "roster", table(OURS))
    assert done.stdout == (
        "ada: new, Ada Lovelace.\nboole: new, George Boole.\n"
        "The ids are those of the column id. 2 new, 0 changed, 0 unchanged.\n"
    )
    done = cli("--course", small.root, "roster", table("id,email\nada,ada@x.org\n"))
    assert "ada: changed, email a@x.org -> ada@x.org.\n" in done.stdout
    assert "1 in the gradebook aren't in the file, and stay" in done.stdout
    done = cli("--course", small.root, "roster", "--json")
    assert json.loads(done.stdout.splitlines()[0]) == {
        "id": "ada", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@x.org", "lms_user_id": "11"
    }  # fmt: skip
    done = cli("--course", small.root, "roster", table(OURS), "--json")
    assert [json.loads(line)["state"] for line in done.stdout.splitlines()] == ["changed", "unchanged"]
    assert "2 students." in cli("--course", small.root, "roster").stdout
    done = cli("--course", small.root, "roster", table("id,email\nada,b@x.org\n"), code=2)
    assert done.stderr.count("\n") == 1
    assert (
        "boole and ada would have the same" in done.stderr
        or "ada and boole would have the same" in done.stderr
    )


def test_who_is_who():
    found = People(
        [
            ("ada", ("ada", "11", "a@x.org"), ("Ada", "Lovelace")),
            ("jose", ("jose",), ("José", "Álvarez")),
            ("jose2", ("jose2",), ("Jose", "Alvarez")),
            ("kurt", ("kurt", "", "k@x.org"), ("Kurt", "Gödel")),
        ]
    )
    assert found.fitting(["ADA "]) == {"ada"}
    assert found.fitting(["", " "]) == set()
    assert found.fitting([], ["lovelaceada"]) == {"ada"}
    assert found.fitting([], ["JOSÉ ÁLVAREZ"]) == {"jose"}
    assert found.fitting([], ["Jose Álvarez"]) == {"jose", "jose2"}
    assert found.fitting([], ["Godel, Kurt"]) == {"kurt"}
    assert found.fitting(["k2@x.org"], ["Kurt Gödel"]) == set()
    assert found.fitting(["11"], ["Kurt Gödel"]) == {"ada", "kurt"}
    assert found.fitting(["11", "kurt"], ["Kurt Gödel"]) == {"kurt"}
