"""What a test cell's run earns, and what is said of it, without running one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.asserted import Tried, as_verdict, visible
from autograder.student import Failure

ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "one\n  and two", "traceback": []}
SOURCE = "x = 1\nassert x == 2, 'one and two'"


def result(text, kind="text/plain"):
    return {"output_type": "execute_result", "data": {kind: text}, "metadata": {}, "execution_count": 1}


def stream(name):
    return {"output_type": "stream", "name": name, "text": "x"}


@pytest.mark.parametrize(
    ("outputs", "earned"),
    [
        ([], 3.0),
        ([stream("stdout"), stream("stderr")], 3.0),
        ([result("1.5")], 1.5),
        ([result(["1.", "5"])], 1.5),
        ([result("np.float64(1.5)")], 1.5),
        ([result("np.int64(1)")], 1.0),
        ([result("0")], 0.0),
        ([result("3.0")], 3.0),
        ([result("3.0000001")], 0.0),
        ([result("nan")], 0.0),
        ([result("np.float64(nan)")], 0.0),
        ([result("-0.5")], 0.0),
        ([result("inf")], 0.0),
        ([result("True")], 3.0),
        ([result("'1.5'")], 3.0),
        ([result("array([1.])")], 3.0),
        ([result("")], 3.0),
        ([result("<b>1</b>", "text/html")], 3.0),
        ([result("3"), result("1")], 1.0),
        ([result("3"), ERROR], 0.0),
        ([ERROR, result("3")], 0.0),
        ([stream("stderr"), result("2")], 2.0),
        ([None, 7, {"output_type": "execute_result", "data": 5}], 3.0),
    ],
)
def test_nbgraders_rules_without_their_traps(outputs, earned):
    assert Tried(outputs, passed=True).earned(3.0) == earned
    assert Tried(outputs, passed=False).earned(3.0) == 0
    for failure in Failure:
        assert Tried(outputs, passed=True, failure=failure).earned(3.0) == 0


@given(st.floats(), st.floats(0, 100))
def test_a_score_is_a_number_of_points(number, points):
    score = Tried(passed=True, number=number).earned(points)
    assert math.isfinite(score)
    assert 0 <= score <= points
    assert score in (0, number)


def test_only_the_run_without_hidden_lines_is_told():
    failed, passed = Tried([ERROR], line=2), Tried(passed=True)
    said = as_verdict("a", "A", 2.0, failed, None, SOURCE)
    assert said.messages == ("Line 2 of the test, `assert x == 2, 'one and two'`, failed: one and two.",)
    assert as_verdict("a", "A", 2.0, passed, failed, SOURCE).messages == ("A hidden test failed.",)
    assert as_verdict("a", "A", 2.0, failed, failed, SOURCE).messages == said.messages
    slow = Tried(failure=Failure.TIMEOUT)
    assert "hidden test was stopped" in as_verdict("a", "A", 2.0, passed, slow, SOURCE).messages[0]
    assert "time limit" in as_verdict("a", "A", 2.0, slow, slow, SOURCE).messages[0]
    died = Tried(failure=Failure.DIED)
    assert "had ended" in as_verdict("a", "A", 2.0, died, died, SOURCE).messages[0]
    # By nbgrader's rules the whole cell counts: what hidden lines define may be what the others need.
    whole = as_verdict("a", "A", 2.0, failed, passed, SOURCE)
    assert (whole.score, whole.messages) == (2.0, ())


@pytest.mark.parametrize("line", [None, 0, 9])
def test_a_line_that_is_none_is_not_named(line):
    other = {"output_type": "error", "ename": "NameError", "evalue": "x" * 1000}
    (said,) = as_verdict("a", "", 1.0, Tried([other], line=line), None, SOURCE).messages
    assert said.startswith("The test ended with NameError: xxx")
    assert len(said) < 500


def test_a_test_without_points_is_right_or_not():
    right = as_verdict("a", "", 0.0, Tried(passed=True, number=1.0), None, SOURCE)
    wrong = as_verdict("a", "", 0.0, Tried([ERROR]), None, SOURCE)
    assert [verdict.parts[0].right for verdict in (right, wrong)] == [True, False]
    assert (right.score, right.messages) == (0.0, ())


@given(
    st.lists(
        st.sampled_from(["a", "# BEGIN HIDDEN TESTS", "# END HIDDEN TESTS", "h", "### BEGIN MARK SCHEME"])
    )
)
def test_no_hidden_line_is_visible(lines):
    source = "\n".join(lines)
    seen = visible(source)
    assert visible(seen) == seen
    assert "HIDDEN" not in seen
    assert "SCHEME" not in seen
