"""Chapter 0's exercise: six shapes, and what wrong ones show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge import DirectStudent, judge
from solutions.exercises.ch00 import EXERCISES, SHAPES, TASK
from solutions.misconceptions import MISCONCEPTIONS


def verdict(value):
    return judge(EXERCISES["0.1"], DirectStudent({}, {"ans_0_1": value}), b"for tests", MISCONCEPTIONS)


def test_points():
    exercise = EXERCISES["0.1"]
    assert (exercise.points, exercise.kind, exercise.section) == (2, "conceptual", "0.2")
    assert [part.points for part in exercise.parts] == [pytest.approx(1 / 3)] * 6


def test_shapes_are_those_of_a_network():
    n, d, k = 3, 4, 5
    U, W, V = np.ones((d, n)), np.ones((d, d)), np.ones((k, d))
    h = U @ np.ones(n) + W @ np.ones(d)
    assert {"U": U.shape, "W": W.shape, "V": V.shape, "dU": U.shape} == {
        name: SHAPES[name] for name in ("U", "W", "V", "dU")
    }
    assert SHAPES["dh_dz"] == np.outer(h, h).shape
    assert SHAPES["eps"] == (V @ h).shape


def test_right_answer_earns_all():
    assert verdict(SHAPES).score == pytest.approx(2)
    assert verdict({name: list(shape) for name, shape in SHAPES.items()}).score == pytest.approx(2)
    assert verdict({name: tuple(map(np.int64, shape)) for name, shape in SHAPES.items()}).score == 2


@pytest.mark.parametrize("name", TASK.wrong)
def test_wrong_answers_are_named(name):
    found = verdict(TASK.wrong[name])
    assert found.misconceptions == (name,)
    assert 0 < found.score < 2
    assert name in MISCONCEPTIONS


def test_each_shape_earns_its_third():
    for name in SHAPES:
        assert verdict({**SHAPES, name: (9, 9)}).score == pytest.approx(5 / 3)
    assert verdict({"U": (4, 3)}).score == pytest.approx(1 / 3)
    assert verdict({"U": (4, 3)}).misconceptions == ()


@given(
    value=st.dictionaries(
        st.sampled_from(sorted(SHAPES)) | st.text(),
        st.none() | st.integers() | st.text() | st.tuples(st.text()),
    )
)
def test_no_dict_earns_by_accident_or_breaks_the_judge(value):
    assert verdict(value).score == 0
