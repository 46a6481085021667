"""One hand-in through the engine: cells run in order, graded cells are judged where they stand, nothing stops it."""

import re
from dataclasses import replace

import nbformat
import pytest

from autograder import engine, running
from autograder.engine import Graded, grade
from autograder.read import Submission
from autograder.sandbox import session as judges_end
from autograder.sandbox.outputs import WRONG_FORM
from autograder.student import Failure

pytestmark = pytest.mark.xdist_group("sample-course")

GOOD = "def double(x):\n    return {'twice': 2 * x, 'sum': x.sum()}"


def scores(graded):
    return [[part.score for part in verdict.parts] for verdict in graded.verdicts]


def graded_cells(graded):
    return [
        cell for cell in graded.notebooks["ch01-tiny"].cells if cell.metadata.get("nbgrader", {}).get("grade")
    ]


def outputs(graded, source):
    """What the first cell that starts so has put out."""
    return next(
        cell.outputs for cell in graded.notebooks["ch01-tiny"].cells if cell.source.startswith(source)
    )


def shown(graded, source):
    return "".join(output.get("text") or output.get("evalue", "") for output in outputs(graded, source))


def test_all_right(judged):
    graded = judged()
    assert scores(graded) == [[2.0, 1.0], [1.0]]
    assert (graded.score, graded.max_score) == (4.0, 4.0)
    assert (graded.student, graded.assignment, graded.digest) == ("ada", "ch01-tiny", "d")
    assert graded.timestamp == "2026-01-01 UTC"
    assert graded.problem is None
    assert graded.notes == ()
    assert graded.seconds > 0
    nbformat.validate(graded.notebooks["ch01-tiny"])


def test_a_part_and_its_misconception(judged):
    graded = judged(double="def double(x):\n    return {'twice': x / 2, 'sum': x.sum()}", word="word = 'no'")
    assert scores(graded) == [[0.0, 1.0], [0.0]]
    assert graded.score == 1.0
    assert [verdict.misconceptions for verdict in graded.verdicts] == [("half",), ("negation",)]


def test_the_verdict_is_the_output_of_the_graded_cell(judged):
    graded = judged(word="word = 'no'")
    for verdict, cell in zip(graded.verdicts, graded_cells(graded), strict=True):
        assert [output.output_type for output in cell.outputs] == ["display_data", "execute_result"]
        assert cell.outputs[1].data["text/plain"] == repr(verdict.score)
        assert f"Exercise {verdict.exercise}, {verdict.title}" in cell.outputs[0].data["text/plain"]


def test_the_graded_cell_is_not_run(judged):
    # Its source, double([1.0]), would raise: a list has no sum.
    graded = judged(double=GOOD + "\ncalls = 0", after=["print('calls', calls)"])
    assert shown(graded, "print('calls'") == "calls 0\n"


def test_outputs_of_own_cells_are_kept(judged):
    graded = judged(before=["print('hello')\n41 + 1", "1 / 0"])
    kinds = [output.output_type for output in outputs(graded, "print('hello')")]
    assert kinds == ["stream", "execute_result"]
    assert outputs(graded, "1 / 0")[0].ename == "ZeroDivisionError"
    assert graded.score == 4.0


def test_a_cell_is_judged_where_it_stands(judged):
    graded = judged(after=["del double", "word = 'no'"])
    assert graded.score == 4.0
    assert judged(between=["del double"]).score == 1.0


HELPED = "def twice(x):\n    return 2 * x\ndef double(x):\n    return {'twice': twice(x), 'sum': x.sum()}"


@pytest.mark.parametrize(
    "later",
    [
        "def twice(x):\n    return x",
        "twice = None",
        "del twice",
        "globals().clear()",
        "%reset -f",
        "double.__globals__['twice'] = abs",
        "get_ipython().user_ns.clear()",
    ],
)
def test_names_that_change_below_it_dont_matter(judged, later):
    assert judged(double=HELPED, after=[later]).score == 4.0
    assert scores(judged(double=HELPED, between=[later]))[0][0] == 0.0


def test_floating_point_errors_raise_as_they_did_there(judged):
    loud = "import numpy as np\nnp.seterr(all='raise')"
    overflows = GOOD.replace("2 * x", "2 * x + 0 * np.exp(-np.exp(x + 1000))")
    assert judged(before=["import numpy as np"], double=overflows, after=[loud]).score == 4.0
    assert scores(judged(before=[loud], double=overflows))[0] == [0.0, 0.0]


def test_an_answer_that_is_mended_below_its_cell_comes_too_late(judged):
    """A list has no place to hide: it is read where the cell stands."""
    graded = judged(word="word = ['no']", after=["word[0] = 'yes'", "word = 'yes'"])
    assert scores(graded) == [[2.0, 1.0], [0.0]]


def test_cells_that_use_up_the_time_leave_some_for_the_calls(judged, nursery, monkeypatch):
    monkeypatch.setattr(nursery, "limits", replace(nursery.limits, notebook_seconds=1))
    graded = judged(after=["import time; time.sleep(0.6)"] * 2 + ["'too late'"])
    assert scores(graded) == [[2.0, 1.0], [1.0]]
    assert "its time was used up" in shown(graded, "'too late'")
    assert scores(judged(between=["import time; time.sleep(0.6)"] * 2)) == [[2.0, 1.0], [0.0]]
    assert scores(judged(before=["import time; time.sleep(0.6)"] * 2)) == [[0.0, 0.0], [0.0]]


def test_the_empty_notebook_earns_nothing(judged):
    graded = judged(double="def double(x):\n    raise NotImplementedError()", word="word = None")
    assert graded.score == 0.0
    assert all(verdict.messages for verdict in graded.verdicts)


def test_what_cannot_be_read_is_zero_with_the_reason(paper, nursery):
    submission = Submission(
        "rene", "ch01-tiny", problem="It is damaged. Hand it in again.", notes=("A note.",)
    )
    graded = grade(submission, paper, nursery)
    assert scores(graded) == [[0.0, 0.0], [0.0]]
    assert graded.max_score == 4.0
    assert graded.problem == "It is damaged. Hand it in again."
    assert graded.notes == ("A note.",)
    assert all(verdict.messages == (graded.problem,) for verdict in graded.verdicts)
    assert [cell.outputs[1].data["text/plain"] for cell in graded_cells(graded)] == ["0.0", "0.0"]


def test_a_cell_that_takes_too_long_costs_only_itself(judged):
    graded = judged(before=["while True: pass"])
    assert graded.score == 4.0
    assert "stopped at its time limit; the next ones were run" in shown(graded, "while True")


def test_a_function_that_takes_too_long_costs_only_its_exercise(judged):
    graded = judged(double="def double(x):\n    while True: pass")
    assert scores(graded) == [[0.0, 0.0], [1.0]]
    assert "took too long" in graded.verdicts[0].messages[0]


@pytest.mark.parametrize(
    "stuck",
    [
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
        "x = 1\nsum(range(10**11))",
    ],
    ids=["swallows everything", "one long sum"],
)
def test_a_cell_that_hangs_for_good_is_left_out_and_the_others_run_again(judged, monkeypatch, stuck):
    monkeypatch.setattr(judges_end, "GRACE_SECONDS", 0.3)
    graded = judged(before=["x = 1\nprint('again')", stuck], between=["print('x is', x)"])
    assert graded.score == 4.0
    assert "stopped at its time limit" in shown(graded, stuck)
    assert shown(graded, "x = 1") == "again\n"
    assert shown(graded, "print('x is'") == "x is 1\n"


def test_a_function_that_hangs_for_good_keeps_its_verdict_and_the_others_get_theirs(judged, monkeypatch):
    monkeypatch.setattr(judges_end, "GRACE_SECONDS", 0.3)
    hangs = "import time\ndef double(x):\n while True:\n  try: time.sleep(9)\n  except BaseException: pass"
    graded = judged(double=hangs)
    assert scores(graded) == [[0.0, 0.0], [1.0]]
    assert [verdict.exercise for verdict in graded.verdicts] == ["1.1", "1.2"]


def test_two_cells_that_hang_for_good(judged, monkeypatch):
    monkeypatch.setattr(judges_end, "GRACE_SECONDS", 0.3)
    stuck = "y = sum(range(10**11))"
    graded = judged(before=[stuck, stuck + "  # again"])
    assert graded.score == 0.0
    assert len(graded.verdicts) == 2
    assert all("ended" in verdict.messages[0] for verdict in graded.verdicts)


@pytest.mark.parametrize("end", ["import os; os._exit(0)", "import ctypes; ctypes.string_at(0)"])
def test_a_process_that_ends_keeps_what_was_earned_before(judged, end):
    graded = judged(between=[], after=[end, "print('later')"])
    assert graded.score == 4.0
    assert "couldn't be run: the process had ended" in shown(graded, "print('later')")
    graded = judged(word="word = 'yes'" + "\n" + end)
    assert scores(graded) == [[2.0, 1.0], [0.0]]


def test_the_nursery_cannot_be_killed_from_inside(judged):
    graded = judged(before=["import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(0.9)"])
    assert graded.score == 4.0
    assert judged().score == 4.0


@pytest.mark.parametrize(
    "cheat",
    [
        "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
        "import through_time; through_time.check = lambda *_: print('all right')",
        "class Always:\n    def __eq__(self, other): return True\ndef double(x): return Always()\nword = Always()",
        "import numpy as np\nclass Array(np.ndarray): pass\nword = str.__new__(type('Text', (str,), {}), 'yes')",
        "print('Exercise 1.2: 1 of 1 points')\n1.0",
        "import sys\nsys.modules['autograder'] = None",
    ],
    ids=["transformers", "check", "always equal", "subclass", "prints a verdict", "modules"],
)
def test_cheats_earn_nothing(judged, cheat):
    assert judged(double="pass", word="word = None\n" + cheat).score == 0.0


def test_outputs_of_a_wrong_form_become_a_note(notebook):
    good = nbformat.from_dict({"output_type": "stream", "name": "stdout", "text": "x"})
    wrong = [{}, {"output_type": "magic"}, {"output_type": "stream", "text": 5}, {"output_type": []},
             {"output_type": "display_data", "data": 1}, {"output_type": "error", 3: 4},
             {**good, 3: 4}, {**good, "more": 1}]  # fmt: skip
    made = notebook("# text", "x", "y")
    made.cells[1].outputs = [good]
    made.cells[2].outputs = [good, *map(nbformat.from_dict, wrong)]
    engine._leave_out_wrong_outputs(made)
    nbformat.validate(made)
    assert made.cells[1].outputs == [good]
    assert [output.text for output in made.cells[2].outputs] == ["x"] + [WRONG_FORM] * len(wrong)


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_of_a_cell_has_a_sentence(failure):
    assert re.fullmatch(r"This cell .*\.\n", running._stopped(failure).text)


def test_a_cell_too_long_for_the_wire_is_said(judged):
    long = "#" * (9 * 2**20)
    graded = judged(after=[long])
    assert graded.score == 4.0
    assert "couldn't be run" in shown(graded, "####")


def test_nothing_of_the_judge_lies_in_the_notebook(judged, paper):
    text = nbformat.writes(
        judged(double="def double(x):\n    print(x)\n    return {'twice': x, 'sum': 0}").notebooks[
            "ch01-tiny"
        ]
    )
    assert paper.secret.hex() not in text
    assert "x.sum()" not in text


def test_scores_are_plain_floats():
    graded = Graded("a", "b", None, ())
    assert (graded.score, graded.max_score) == (0.0, 0.0)
    assert type(graded.score) is float
