"""The verdict in a notebook: a plain float for nbgrader, and escaped words for people."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook
from nbformat.validator import validate
from nbgrader.utils import determine_grade

from autograder.show import as_html, as_text, verdict_output
from autograder.verdict import ExerciseVerdict, PartVerdict

PARTS = st.lists(
    st.floats(0, 10).flatmap(
        lambda points: st.builds(PartVerdict, st.just("dW"), st.just(points), st.floats(0, points))
    ),
    min_size=1,
    max_size=6,
)


def graded_cell(verdict):
    cell = new_code_cell(source="check(1)", outputs=verdict_output(verdict))
    cell.metadata["nbgrader"] = {
        "grade_id": "a", "grade": True, "solution": False, "locked": True, "schema_version": 3,
        "points": verdict.max_score, "cell_type": "code", "task": False,
    }  # fmt: skip
    return cell


@settings(deadline=None)
@given(PARTS)
def test_nbgrader_reads_the_score(parts):
    verdict = ExerciseVerdict("1.1", "Title", tuple(parts))
    cell = graded_cell(verdict)
    validate(new_notebook(cells=[cell]))
    score, most = determine_grade(cell)
    assert score == verdict.score
    assert most == verdict.max_score
    assert math.isfinite(score)
    assert 0 <= score <= most


@pytest.mark.parametrize("score", [0.0, 1.5, 3])
def test_the_last_output_is_a_plain_float(score):
    outputs = verdict_output(ExerciseVerdict("1.1", "T", (PartVerdict("a", 3.0, score),)))
    assert outputs[-1].output_type == "execute_result"
    assert outputs[-1].data == {"text/plain": repr(float(score))}
    assert all(output.output_type != "stream" for output in outputs)


def test_words():
    verdict = ExerciseVerdict(
        "1.1", "T & t", (PartVerdict("<a>", 1.0, 0.5), PartVerdict("b", 2.0, 2.0)), ("<b>!",)
    )
    assert as_text(verdict).splitlines() == [
        "Exercise 1.1, T & t: 2.5 of 3 points.", "  <a>: 0.5 of 1", "  b: 2 of 2", "<b>!",
    ]  # fmt: skip
    page = as_html(verdict)
    assert "T &amp; t: 2.5 of 3 points" in page
    assert "<code>&lt;a&gt;</code>" in page
    assert "<li>&lt;b&gt;!</li>" in page
    assert page.count("✓") == page.count("✗") == 1


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_everything_is_escaped(title, name, message):
    page = as_html(ExerciseVerdict("1", title, (PartVerdict(name, 1.0, 0.0),), (message,)))
    for tag in ("<script", "<img", "<b>"):
        assert tag not in page
    plain = as_html(ExerciseVerdict("1", "t", (PartVerdict("n", 1.0, 0.0),), ("m",)))
    assert page.count("<") == plain.count("<")


def test_what_a_person_marks_is_said():
    verdict = ExerciseVerdict("1.1", "T", (PartVerdict("a", 1.0, 1.0),), by_hand=2.0)
    assert "marked by hand, for up to 2 more points" in as_text(verdict)
    assert "marked by hand" in as_html(verdict)
    assert "by hand" not in as_text(ExerciseVerdict("1.1", "T", ()))


@settings(deadline=None)
@given(PARTS, st.floats(0, 5))
def test_verdicts_travel_as_json(parts, by_hand):
    verdict = ExerciseVerdict(
        "1.1", "T", tuple(parts), ("m",), ("x",), "1.1", ((1, 0.5),), "label", by_hand=by_hand
    )
    assert ExerciseVerdict.from_json(verdict.to_json()) == verdict


def test_scores_stay_within_their_points():
    parts = (PartVerdict("a", 1.0, 2.0), PartVerdict("b", 1.0, -5.0))
    assert ExerciseVerdict("1", "T", parts).score == 0.0
    assert ExerciseVerdict("1", "T", parts[:1]).score == 1.0
    assert ExerciseVerdict("1", "T", ()).score == 0.0
