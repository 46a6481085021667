"""Grades in the tables of the platforms, whose columns are as they publish them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.export import Row, canvas_sheet, grade_list, plain_sheet, worksheet
from autograder.export.plain import HEADER
from autograder.export.sheet import Sheet, defused, listed, number, read_sheet

# The head of Canvas's own export: points, what the totals are, and the student for testing.
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,ch05 (1001),Later Work (1002),Quiz (7),Current Score,Final Score
,,,,,Manual Posting,,,,
    Points Possible,,,,,40,10,5,(read only),(read only)
"Lovelace, Ada",11,u-ada,ada,Group 1,,3,5,90,80
"Boole, George",12,u-boole,boole,"Group 1, Group 2",EX,,,,
"Turing, Alan",13,u-alan,=alan,Group 1,7,,,,
"Student, Test",99,,0f1e,Group 1,,,,,
"""
MOODLE = """\
Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 501","Ada Lovelace",ada,a@example.org,"Submitted for grading",,40.00,Yes,\
"Sunday, 1 March 2026, 11:00 AM",-,
"Participant 502","=cmd|' /C calc'!A0",,b@example.org,"No submission",,40.00,Yes,-,-,
"Participant 503","Kurt Gödel",kurt,k@example.org,"No submission",12.00,40.00,No,-,-,"- well done"
"""
TITLES = {"ch05": "Backpropagation", "ch06": "later work"}


def row(student, score, assignment="ch05", **more):
    most = {"ch05": 40.0, "ch06": 10.0}[assignment]
    return Row(student, assignment, most, **{"handed_in": True, "before": score, **more})


@pytest.fixture
def template(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "template.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return read_sheet(path)

    return write


def table(filled, delimiter=","):
    text = filled.sheet.to_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_plain_csv_says_what_counts_and_what_waits():
    rows = [
        row("ada", 30.5, penalty=3.05, late_seconds=90.0, submitted="2026-03-01 12:01:30 UTC", open=True),
        row("eve", 2.0, penalty=5.0),
        Row("=ben", "ch05", 40.0, first_name="+Ben", last_name="-", email="@b"),
    ]
    filled = plain_sheet(rows)
    assert filled.grades == 2
    head, ada, eve, ben = table(filled)
    assert head == list(HEADER)
    assert ada[4:] == ["ch05", "2026-03-01 12:01:30 UTC", "30.5", "3.05", "27.45", "40", "90", "yes"]
    assert eve[6:9] == ["2", "5", "0"]
    assert ben == ["'=ben", "-", "'+Ben", "'@b", "ch05", "", "", "", "", "40", "", ""]


def test_canvas_gets_its_own_file_back_with_our_columns_only(template):
    rows = [
        row("ada", 31.256, penalty=1.0),
        row("boole", 40.0),
        row("x", 20.0, lms_user_id="13"),
        row("nobody", 1.0),
        row("ada", 7.0, "ch06"),
    ]
    filled = canvas_sheet(rows, template(CANVAS), {**TITLES, "ch07": "Gone"})
    assert table(filled) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ch05 (1001)", "Later Work (1002)"],
        ["", "", "", "", "", "Manual Posting", ""],
        ["    Points Possible", "", "", "", "", "40", "10"],
        ["Lovelace, Ada", "11", "u-ada", "ada", "Group 1", "30.26", "7"],
        ["Boole, George", "12", "u-boole", "boole", "Group 1, Group 2", "EX", ""],
        ["Turing, Alan", "13", "u-alan", "'=alan", "Group 1", "20", ""],
        ["Student, Test", "99", "", "0f1e", "Group 1", "", ""],
    ]
    assert filled.grades == 3
    assert filled.left_out == (
        "Not in the template, or not for certain, and left out: nobody.",
        "Excused in Canvas, and left so: boole.",
        "Without a column in the template, and left out: ch07.",
    )


def test_a_filled_in_gradebook_of_canvas_is_a_template_again(template):
    rows = [row("ada", 31.25), row("ada", 7.0, "ch06")]
    once = canvas_sheet(rows, template(CANVAS), TITLES).sheet
    again = canvas_sheet(rows, template(once.to_bytes()), TITLES).sheet
    assert again.to_bytes() == once.to_bytes()


def test_canvas_with_semicolons_decimal_commas_and_a_byte_order_mark(template):
    text = "\ufeffStudent;ID;SIS Login ID;Section;ch05 (1)\nPoints Possible;;;;40,00\nAda;1;ADA ;S;\n"
    filled = canvas_sheet([row("ada", 12.5)], template(text), {"ch05": "x"})
    assert filled.sheet.to_bytes().startswith(b"\xef\xbb\xbfStudent;ID;")
    assert table(filled, ";")[-1] == ["Ada", "1", "ADA ", "S", "12,5"]


def test_a_grade_goes_to_nobody_else(template):
    """Ada's id at the university is Ben's number in Canvas; and Eve stands there twice."""
    text = "Student,ID,SIS User ID,Section,ch05 (1)\nAda,5,7,S,\nBen,7,8,S,\nEve,1,9,S,\nEve,2,9,S,\n"
    rows = [row("7", 1.0), row("8", 2.0), row("9", 3.0)]
    filled = canvas_sheet(rows, template(text), {"ch05": ""})
    assert [line[-1] for line in table(filled)[1:]] == ["1", "", "", ""]
    assert filled.left_out == ("Not in the template, or not for certain, and left out: 8, 9.",)


def test_other_maxima_are_asked_about(template):
    text = CANVAS.replace("Possible,,,,,40", "Possible,,,,,100")
    with pytest.raises(UsageError, match="ch05 has 40 points here and 100 in Canvas"):
        canvas_sheet([row("ada", 20.0)], template(text), TITLES)
    filled = canvas_sheet([row("ada", 20.0)], template(text), TITLES, rescale=True)
    assert table(filled)[3][5] == "50"
    with pytest.raises(UsageError, match="and 0 in Canvas"):
        canvas_sheet([row("ada", 2.0)], template(text.replace("100", "0")), TITLES, rescale=True)
    filled = worksheet([row("ada", 20.0)], template(MOODLE.replace("40.00", '"10,00"')), rescale=True)
    assert [line[5] for line in table(filled)] == ["Grade", "5", "", "12.00"]


def test_moodles_worksheet(template):
    rows = [row("ada", 31.256), row("502", 0.0), row("kurt", 40.0), row("x", 1.0), Row("y", "ch05", 40.0)]
    filled = worksheet(rows, template(MOODLE))
    head, ada, ben, kurt = table(filled)
    assert head == [
        "Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum grade",
        "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
    ]  # fmt: skip
    assert ada[5:] == ["31.26", "40.00", "Yes", "Sunday, 1 March 2026, 11:00 AM", "-"]
    assert (ben[0], ben[1], ben[5]) == ("Participant 502", "'=cmd|' /C calc'!A0", "0")
    assert kurt[5] == "12.00"
    assert filled.grades == 2
    assert filled.left_out == (
        "Not in the template, or not for certain, and left out: x.",
        "Moodle doesn't let these grades be changed: kurt.",
    )
    assert worksheet(rows, filled.sheet).sheet == filled.sheet


def test_moodles_worksheet_finds_by_e_mail(template):
    filled = worksheet([row("kg", 1.0, email="A@Example.org")], template(MOODLE))
    assert table(filled)[1][5] == "1"


def test_moodles_worksheet_finds_by_full_name_if_nothing_speaks_against_it(template):
    named = {"first_name": "Ada", "last_name": "Lovelace"}
    assert table(worksheet([row("x", 1.0, **named)], template(MOODLE)))[1][5] == "1"
    other = worksheet([row("x", 1.0, email="other@example.org", **named)], template(MOODLE))
    assert table(other)[1][5] == ""
    two = worksheet([row("x", 1.0, **named), row("y", 1.0, **named)], template(MOODLE))
    assert table(two)[1][5] == ""
    # One by the key, and another of the same name who isn't in the worksheet.
    two = worksheet([row("ada", 1.0), row("y", 2.0, **named)], template(MOODLE))
    assert table(two)[1][5] == ""
    assert two.left_out[0].endswith("ada, y.")


def test_a_participants_number_is_nobodys_id_at_the_platform(template):
    filled = worksheet([row("x", 1.0, lms_user_id="502")], template(MOODLE))
    assert [line[5] for line in table(filled)[1:3]] == ["", ""]
    filled = worksheet([row("Participant 502", 1.0)], template(MOODLE))
    assert table(filled)[2][5] == "1"


def test_a_list_for_moodles_gradebook():
    rows = [
        row("ada", 1.005),
        row("ben", 3.0, "ch06", first_name="Ben", penalty=0.5),
        Row("eve", "ch05", 40.0),
    ]
    filled = grade_list(rows, ["ch05", "ch06"])
    assert table(filled) == [
        ["ID number", "Last name", "First name", "Email address", "ch05", "ch06"],
        ["ada", "", "", "", number(1.005), ""],
        ["ben", "", "Ben", "", "", "2.5"],
    ]
    assert filled.grades == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (b"\xff\xfe\x00", "not in UTF-8"),
        ('Student,ID\n"Ada', "is no CSV file"),
        ("a,b\n1,2,3\n", "Row 2 of the template .* has 3 cells, its header 2"),
    ],
)
def test_a_template_that_is_no_table(template, text, said):
    with pytest.raises(UsageError, match=said):
        template(text)


def test_a_template_that_is_missing_or_too_large(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="can't be read: No such file"):
        read_sheet(tmp_path / "none.csv")
    (tmp_path / "big.csv").write_text("a,b\n")
    monkeypatch.setattr("autograder.export.sheet.LARGEST", 2)
    with pytest.raises(UsageError, match="is larger than"):
        read_sheet(tmp_path / "big.csv")


def test_a_template_of_something_else(template):
    with pytest.raises(UsageError, match="no gradebook of Canvas"):
        canvas_sheet([], template(MOODLE), TITLES)
    with pytest.raises(UsageError, match="no grading worksheet of Moodle"):
        worksheet([], template(CANVAS))
    with pytest.raises(UsageError, match="has no column for ch09"):
        canvas_sheet([], template(CANVAS), {"ch09": "None"})
    with pytest.raises(UsageError, match=r"more than one column for ch05 \(ch05 \(1001\) and Later"):
        canvas_sheet([], template(CANVAS), {"ch05": "later work"})


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_formulas_are_defused(text):
    assert defused(text) == f"'{text}"
    assert defused(defused(text)) == defused(text)


@pytest.mark.parametrize("text", ["", "Ada", "-", "-3", "+4.5", "3,5", "a=b", "O'Hara"])
def test_other_texts_stay(text):
    assert defused(text) == text


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(",;\t"), st.booleans()
)
def test_what_is_written_is_read_again(tmp_path_factory, rows, delimiter, mark):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    sheet = Sheet(("one", "two", "three"), tuple(rows), delimiter, mark)
    path.write_bytes(sheet.to_bytes())
    assert read_sheet(path) == sheet


def test_a_long_list_of_names_ends_with_a_count():
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"
