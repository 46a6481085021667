"""Feedback goes back under the names that the platforms themselves look for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collecting.names import parse
from autograder.collecting.origin import origin, remember
from autograder.errors import UsageError
from autograder.export.rows import Row
from autograder.handback.names import canvas_files, moodle_folder, moodle_folders


def moodle_reads(path, *, strict):
    """The participant and the file's name, as Moodle finds them in a feedback zip; `strict` before version 4.1."""
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < (5 if strict else 4) or not info[1].isdecimal():
            continue
        assert info[2:4] == ["assignsubmission", "file"]
        return int(info[1]), "/".join([*info[4:], *parts]).lstrip("/")
    return None


def canvas_reads(name):
    """The user and the attachment, as Canvas finds them in a file's name."""
    parts = [part for part in name.split("_") if part != "LATE"]
    if parts[0] == "anon":
        return parts[1], parts[2]
    return tuple([part for part in parts if re.fullmatch(r"\d+", part)][:2])


@given(st.text(), st.integers(1, 10**9), st.booleans())
def test_moodle_finds_the_participant_whatever_the_name(name, number, strict):
    folder = moodle_folder(name, str(number))
    assert moodle_reads(f"import/{folder}/ch05.html", strict=strict) == (number, "ch05.html")
    assert not re.search(r'[<>:"\\|?*/\x00-\x1f]', folder)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace_4711_assignsubmission_file",
        "Ada Lovelace_4711_assignsubmission_file_",
        "Ada Lovelace_4711_assignsubmission_file_ch05-bptt-unrolled.ipynb",
        "Group 1-Ada Lovelace_4711_assignsubmission_file",
        "Participant_4711_assignsubmission_file",
        "Ada Lovelace_4711_assignsubmission_onlinetext",
    ],
)
def test_moodles_own_names_go_back(name):
    folders = moodle_folders(["ada"], {"ada": {"moodle": (name,)}}, [], None)
    assert moodle_reads(f"{folders['ada']}/a.html", strict=True) == (4711, "a.html")


def test_moodles_folder_names_may_be_the_students_ids():
    student = "Ada Lovelace_12_assignsubmission_file_"
    assert moodle_folders([student, "ben"], {student: {}, "ben": {}}, [], None) == {student: student}


def test_the_worksheet_tells_who_the_others_are(tmp_path):
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(
        "Identifier,Full name,ID number,Email address\n"
        "Participant 7,Ada Lovelace,ada,\nParticipant 8,Ben_X / Y,,ben@example.org\nParticipant 9,Eve,,\n"
    )
    rows = [Row("ada", "a", 1), Row("ben", "a", 1, email="ben@example.org"), Row("zoe", "a", 1)]
    origins = {"ada": {"moodle": ("Ada Lovelace_5_assignsubmission_file",)}, "ben": {}, "zoe": {}}
    found = moodle_folders(list(origins), origins, rows, sheet)
    assert found == {
        "ada": "Ada Lovelace_7_assignsubmission_file_",
        "ben": "Ben X Y_8_assignsubmission_file_",
    }
    sheet.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="no column Identifier"):
        moodle_folders(["ada"], origins, rows, sheet)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("lovelaceada_1234_56789_ch05-bptt-unrolled.ipynb", ("1234", "56789")),
        ("lovelaceada_LATE_1234_56789_ch05-bptt-unrolled-1.ipynb", ("1234", "56789")),
        ("anon_x7Ab_56789_ch05-bptt-unrolled.ipynb", ("x7Ab", "56789")),
        ("lovelaceada_1234_56789_99_my work.ipynb", ("1234", "56789")),
    ],
)
def test_canvas_finds_the_attachment(name, ids):
    assert canvas_files(["ada"], {"ada": {"canvas": (name,)}}) == {"ada": name}
    assert canvas_reads(name) == ids
    named = parse("canvas", name)
    assert (named.account.removeprefix("anon_"), str(named.attachment)) == ids


def test_canvas_gets_the_notebook_back_and_no_typed_text():
    names = ("xada_1_2_notes.txt", "xada_1_3_ch05.ipynb", "xada_1_text.html", "../xada_1_4_evil.ipynb")
    assert canvas_files(["ada"], {"ada": {"canvas": names}}) == {"ada": "xada_1_3_ch05.ipynb"}
    assert canvas_files(["ada"], {"ada": {"canvas": ("xada_1_text.html",)}}) == {}


def test_what_is_remembered(made_small, tmp_path):
    course = made_small.copy(tmp_path / "course").course
    assert origin(course, "ada", "ch01-tiny") == {}
    remember(course, "ada", "ch01-tiny", "moodle", ["Ada_1_assignsubmission_file"])
    remember(course, "ada", "ch01-tiny", "canvas", ["ada_1_2_a.ipynb", "b\udcff"])
    remember(course, "ada", "ch01-tiny", "canvas", ["ada_1_3_a.ipynb"])
    assert origin(course, "ada", "ch01-tiny") == {
        "canvas": ("ada_1_3_a.ipynb",),
        "moodle": ("Ada_1_assignsubmission_file",),
    }
    path = course.collected("ada", "ch01-tiny") / "origin.json"
    for broken in ("[1]", "{", '{"moodle": 5, "canvas": [1, "x"]}'):
        path.write_text(broken)
        assert origin(course, "ada", "ch01-tiny") in ({}, {"canvas": ("x",)})
