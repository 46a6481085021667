"""An ordinary nbgrader assignment, with tests in its cells, is graded by nbgrader's rules without their traps."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps import NbGrader, NbGraderAPI
from nbgrader.utils import determine_grade

from autograder.grading import grade_assignment
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import standings
from autograder.record.verdicts import verdicts

pytestmark = pytest.mark.xdist_group("ordinary-course")

GOOD = {
    "add": "def add(a, b):\n    return a + b",
    "values": "values = [1, 2, 3]",
    "why": "Because.",
    "read": "import csv\ntotal = sum(int(row[0]) for row in csv.reader(open('data.csv')))",
    "root": "def root(x):\n    return x ** 0.5",
}
CLASS = {
    "good": GOOD,
    "guesses": {**GOOD, "add": "add = lambda a, b: 3", "values": "values = [1, 2]", "root": "root = lambda x: 2.0"},
    "wrong": {**GOOD, "add": "def add(a, b):\n    return 0", "values": "values = 7"},
    "nan": {**GOOD, "values": "values = []\nclass float(float): __repr__ = lambda self: 'nan'"},
    "large": {**GOOD, "values": "values = []\nfloat = lambda score: 3.1"},
    "text": {**GOOD, "values": "values = [1]\nfloat = str"},
    "slow": {**GOOD, "add": "def add(a, b):\n    while True: pass"},
    "dies": {**GOOD, "add": "import os\ndef add(a, b):\n    os._exit(0)"},
    "warns": {**GOOD, "root": "import sys\ndef root(x):\n    print('careful', file=sys.stderr)\n    return x ** 0.5"},
    "stub": {},
}  # fmt: skip
NBGRADERS_OWN = pytest.mark.filterwarnings(
    # Nbgrader makes a submission before it puts it into the session; its rows are right all the same.
    "ignore:Object of type <.*> not in session, add operation:sqlalchemy.exc.SAWarning"
)
POINTS = {
    "good": [2, 3, 1, 2],
    "guesses": [0, 2, 1, 0],
    "wrong": [0, 0, 1, 2],
    "nan": [2, 0, 1, 2],
    "large": [2, 0, 1, 2],
    "text": [2, 3, 1, 2],
    "slow": [0, 3, 1, 2],
    "dies": [0, 0, 1, 2],
    "warns": [2, 3, 1, 2],
    "stub": [0, 1, 0, 0],
}
"""Of test-add, test-values, test and test-root, by nbgrader's rules, without full marks for what is no credit."""
SECRETS = ("secret_seven", "hush", "root(9", "Axes: 2", "BEGIN HIDDEN", "MARK SCHEME")


PRYING = {
    **GOOD,
    "add": "import sys\ndef add(a, b):\n    print(a, sys._getframe(1).f_code.co_consts)\n    return a + b",
    "root": "print(In)\ndef root(x):\n    if x == 9:\n        raise ValueError(str(In))\n    return x ** 0.5",
    "read": GOOD["read"] + "\nprint(globals())",
}


@pytest.fixture(scope="module")
def handed_in(made_ordinary, tmp_path_factory):
    """The class has handed in, one of them only half. Not to be changed."""
    course = made_ordinary.copy(tmp_path_factory.mktemp("handed-in") / "course")
    for student, answers in {**CLASS, "prying": PRYING}.items():
        course.hand_in(student, answers, timestamp_txt=b"2026-01-01 00:00:00 UTC")
    course.hand_in("half", GOOD, leave_out="p2", timestamp_txt=b"2026-01-01 00:00:00 UTC")
    return course


@pytest.fixture(scope="module")
def graded(handed_in, tmp_path_factory, cli):
    """The class is graded, and has feedback. Not to be changed."""
    course = handed_in.copy(tmp_path_factory.mktemp("graded") / "course")
    cli("--course", course.root, "grade", "--jobs", 2)
    cli("--course", course.root, "feedback")
    return course


@pytest.fixture
def private(tmp_path, monkeypatch):
    """The user's own Jupyter settings stay out of it, and the programs are found."""
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / "jupyter" / name.lower()))
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def rows(course):
    """All that the gradebook holds of each student's cells."""
    with open_gradebook(course.course) as gradebook:
        return {
            submission.student_id: [
                submission.timestamp,
                *sorted(
                    (book.name, grade.name, repr(grade.auto_score), grade.needs_manual_grade)
                    for book in submission.notebooks
                    for grade in book.grades
                ),
                *sorted(
                    (book.name, comment.name, repr(comment.auto_comment))
                    for book in submission.notebooks
                    for comment in book.comments
                ),
                *sorted((book.name, repr(book.late_submission_penalty)) for book in submission.notebooks),
            ]
            for submission in gradebook.assignment_submissions("hw1")
        }


def points(graded):
    return [verdict.score for verdict in graded.verdicts if verdict.parts]


def test_scores_follow_nbgraders_rules_without_their_traps(graded):
    found = {each.student: each for each in verdicts(graded.course, "hw1")}
    assert {student: points(found[student]) for student in CLASS} == POINTS
    assert points(found["half"]) == [2, 3, 0, 0]
    with open_gradebook(graded.course) as gradebook:
        stands = standings(gradebook, "hw1")
        for student, stand in stands.items():
            assert stand.score == sum(points(found[student]))
            assert {name: mark.max_score for name, mark in stand.written.items()} == {"why": 4, "plot": 5}
    assert stands["good"].open
    assert not stands["half"].written["plot"].waiting  # nothing was handed in that a person could look at
    for each in found.values():
        scores = {verdict.exercise: verdict.score for verdict in each.verdicts}
        for cell in (cell for book in each.notebooks.values() for cell in book.cells):
            known = cell.metadata.get("nbgrader", {})
            if known.get("grade") and not known["solution"]:
                assert determine_grade(cell)[0] == scores[known["grade_id"]]


@NBGRADERS_OWN
@pytest.mark.usefixtures("private")
def test_nbgraders_command_and_formgraders_call_give_the_same(
    handed_in, graded, tmp_path, monkeypatch, nursery
):
    course = handed_in.copy(tmp_path / "course")
    monkeypatch.chdir(course.root)
    monkeypatch.setattr("autograder.bulk.work.Nursery", lambda *_: nullcontext(nursery))
    app = NbGrader()
    app.load_config_file()
    result = NbGraderAPI(config=app.config).autograde("hw1", "guesses")
    assert result["success"], result.get("error") or result.get("log")
    done = subprocess.run(
        ["nbgrader", "autograde", "hw1"], cwd=course.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Skipping existing assignment" in done.stderr  # the one that the call has graded
    assert rows(course) == rows(graded)
    # The bulk command knows these hand-ins now, and runs none of them again.
    assert not any(outcome.fresh for outcome in grade_assignment(course.course, "hw1"))


@pytest.mark.usefixtures("private")
def test_what_students_get_names_no_hidden_test(graded, tmp_path, cli):
    said = cli("--course", graded.root, "grade", "--json").stdout
    messages = {item["student"]: item["messages"] for item in map(json.loads, said.splitlines())}
    assert messages["guesses"] == ["test-add: A hidden test failed.", "test-root: A hidden test failed."]
    assert (
        'test-add: Line 1 of the test, `assert add(1, 2) == 3, "one and two are three"`, failed: one and two are three.'
        in messages["wrong"]
    )
    assert any("time limit" in text for text in messages["slow"])
    assert any("3.1, which is no number of points from 0 to 3" in text for text in messages["large"])
    own = [path.read_text() for path in (graded.root / "feedback").rglob("*.html")]
    theirs = graded.copy(tmp_path / "theirs")
    shutil.rmtree(theirs.root / "feedback")
    subprocess.run(
        ["nbgrader", "generate_feedback", "hw1", "--student", "prying"],
        cwd=theirs.root,
        check=True,
        capture_output=True,
    )
    pages = [path.read_text() for path in (theirs.root / "feedback").rglob("*.html")]
    release = [path.read_text() for path in (graded.root / "release").rglob("*.ipynb")]
    assert len(own) == len(CLASS) + 2
    assert len(pages) == 2
    outputs = [
        str(cell.get("outputs"))
        for each in verdicts(graded.course, "hw1", notebooks=True)
        for book in each.notebooks.values()
        for cell in book.cells
    ]
    for text in (said, *own, *pages, *release, *outputs):
        assert not [secret for secret in SECRETS if secret in text]


CHEATS = {
    "transformers": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    "cleanup": "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
    "syntax": "import ast\nclass Off(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
    "get_ipython().ast_transformers.append(Off())",
    "handler": "get_ipython().set_custom_exc((BaseException,), lambda *_, **__: None)",
    "shell": "from IPython.core.interactiveshell import InteractiveShell, ExecutionResult\n"
    "def run(self, *_, **__): return ExecutionResult(None)\nInteractiveShell.run_cell = run\n"
    "type(get_ipython()).run_cell = run",
    "instance": "from IPython.core.interactiveshell import ExecutionResult\n"
    "get_ipython().run_cell = lambda *_, **__: ExecutionResult(None)",
    "compile": "import ast\nget_ipython().compile.ast_parse = lambda *_, **__: ast.parse('pass')",
    "event": "def skip(info): info.raw_cell = 'pass'\nget_ipython().events.register('pre_run_cell', skip)",
    "trace": "import sys\ndef jump(frame, event, arg):\n    if event == 'line' and frame.f_code.co_name[0] == '<':\n"
    "        frame.f_lineno = frame.f_lineno + 1\n    return jump\nsys.settrace(jump)",
    "builtins": "import builtins\nbuiltins.len = builtins.abs = lambda *_: 0\nbuiltins.compile = lambda *_, **__: None",
    "printer": "plain = get_ipython().display_formatter.formatters['text/plain']\n"
    "plain.for_type(float, lambda value, printer, cycle: printer.text('3.0'))",
    "silence": "get_ipython().ast_node_interactivity = 'none'",
    "hook": "shell = get_ipython()\nshell.display_trap.hook = print\nshell.displayhook = print",
    "numpy": "import numpy.testing as t\nt.assert_allclose = lambda *_, **__: None",
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_what_is_cheap_to_restore_is_restored(ordinary, nursery, monkeypatch, cheat):
    monkeypatch.setattr("autograder.bulk.work.Nursery", lambda *_: nullcontext(nursery))
    wrong = {"add": CHEATS[cheat], "values": "values = []", "root": CHEATS[cheat] + "\nroot = lambda x: 7"}
    ordinary.hand_in("mallory", wrong)
    (outcome,) = grade_assignment(ordinary.course, "hw1")
    assert points(outcome.graded) == [0, 0, 0, 0]


def test_files_beside_the_notebooks(ordinary, cli):
    mine = {**GOOD, "read": "import helper\ntotal = helper.total\nprint(open('data.csv').read())"}
    ordinary.hand_in("ada", mine, helper_py=b"total = 6", data_csv=b"nine")
    cli("--course", ordinary.root, "grade")
    (graded,) = verdicts(ordinary.course, "hw1", notebooks=True)
    assert points(graded) == [2, 3, 1, 2]
    outputs = graded.notebooks["p2"].cells[0].outputs
    assert "1\n2\n3" in str(outputs[0].text)  # the instructor's file, as with nbgrader
    assert not any(outcome.fresh for outcome in grade_assignment(ordinary.course, "hw1"))
    ordinary.course.submitted("ada", "hw1").joinpath("helper.py").write_bytes(b"total = 5")
    (outcome,) = grade_assignment(ordinary.course, "hw1")
    assert outcome.fresh
    assert points(outcome.graded) == [2, 3, 0, 2]


def test_release_warns_of_what_is_lenient_and_refuses_what_is_wrong(ordinary, cli):
    assert "unchanged, 17 points" in cli("--course", ordinary.root, "release", "hw1").stdout
    source = ordinary.course.source("hw1", "p1")
    book = nbformat.read(source, 4)
    nbformat.write(book, source)
    done = cli("--course", ordinary.root, "release", "hw1", "--json")
    told = json.loads(done.stdout)
    assert told["fresh"] is True
    assert told["warnings"] == ["the empty notebook earns 1 of 3 points in test-values."]
    assert told["bundle"] is None
    book.cells[1].source = book.cells[1].source.replace("a + b", "a - b")
    nbformat.write(book, source)
    done = cli("--course", ordinary.root, "release", "hw1", code=2)
    assert "the solution earns 0 of 2 points in test-add. Line 1 of the test" in done.stderr
    assert not ordinary.course.is_released("hw1")
    book.cells[2].metadata.nbgrader.points = -1
    nbformat.write(book, source)
    assert "nbgrader couldn't make" in cli("--course", ordinary.root, "release", "hw1", code=2).stderr
    book.metadata.kernelspec.language = "R"
    nbformat.write(book, source)
    assert "only notebooks in Python" in cli("--course", ordinary.root, "release", "hw1", code=2).stderr
    assert "no assignment 'hw2'" in cli("--course", ordinary.root, "release", "hw2", code=2).stderr


def test_verify_says_that_such_tests_are_weaker(made_ordinary, cli):
    done = cli("--course", made_ordinary.root, "verify", "hw1")
    assert "run inside the student's process" in " ".join(done.stdout.split())
    told = json.loads(cli("--course", made_ordinary.root, "verify", "--json").stdout)
    assert told["ok"] is True
    lines = {line["test"]: line for line in told["tests"]}
    assert [lines["test-add"][key] for key in ("points", "solution", "stub", "cheat")] == [2, 2, 0, 2]
    stub = sum(line["stub"] for line in told["tests"])
    cheats = told["cheats"]
    assert cheats.pop("answers with an object that equals everything") > stub
    assert set(cheats.values()) <= {0, stub}


def test_reports_and_exports_of_such_an_assignment(graded, cli):
    cli("--course", graded.root, "report")
    report = (graded.root / "reports" / "hw1.html").read_text()
    assert "run inside the student's process" in report.replace("&#39;", "'")
    assert (graded.root / "reports" / "index.html").exists()
    cli("--course", graded.root, "export", code=1)
    assert "hw1" in (graded.root / "exports" / "grades.csv").read_text()
