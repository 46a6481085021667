"""A function may hand its parts over in lists, and may be handed a function."""

import numpy as np
import pytest
from through_time.functions import Known

from autograder.judge.direct import DirectStudent
from autograder.judge.judge import judge
from autograder.verify import verify_exercise
from solutions.model import Case, Exercise, FunctionTask, Misfit, Packing, Part


def ends(f, xs):
    """The first and the last of a list of arrays, f applied."""
    return [f(x) for x in xs]


def shows(array, shape):
    return "axis-swapped" if np.shape(array) == shape[::-1] else ""


def unpack(value, arguments):
    if not isinstance(value, list) or len(value) != len(arguments[1]):
        return None
    shape = arguments[1][-1].shape
    fits = np.shape(value[-1]) == shape
    last = (
        value[-1]
        if fits
        else Misfit(f"has shape {np.shape(value[-1])}, expected {shape}", shows(value[-1], shape))
    )
    return {"first": value[0], "last": last}


def reference(f, xs):
    first, last = ends(f, xs)
    return {"first": first, "last": last}


TASK = FunctionTask(
    name="ends",
    signature="ends(f, [x, y]) -> [f(x), f(y)]",
    arguments=("f", "xs"),
    parts=(Part("first", 1), Part("last", 2)),
    cases=(Case("one", lambda rng: (Known("tanh"), [rng.normal(size=2), rng.normal(size=(4, 3))]), draws=2),),
    reference=reference,
    twists={"f-skipped-last": lambda f, xs: {"first": f(xs[0]), "last": xs[1]}},
    returns=Packing("a list of two arrays", unpack, lambda parts, _: [parts["first"], parts["last"]]),
)
EXERCISE = Exercise("0.0", "Ends", "code", "0.0", (TASK,))


@pytest.fixture
def verdict():
    def run(function):
        found = judge(EXERCISE, DirectStudent({"ends": function}), b"secret", {})
        return [part.score for part in found.parts], " ".join(found.messages), found.misconceptions

    return run


def test_right_list_earns_all(verdict):
    assert verdict(ends) == ([1, 2], "", ())


def test_other_container_is_told_what_is_wanted(verdict):
    scores, told, _ = verdict(lambda f, xs: tuple(ends(f, xs)))
    assert scores == [0, 0]
    assert "`ends` returned a tuple of length 2; it has to return a list of two arrays." in told


def test_misfit_costs_its_own_part(verdict):
    scores, told, named = verdict(lambda f, xs: [f(xs[0]), f(xs[1])[0]])
    assert scores == [1, 0]
    assert "`last` has shape (3,), expected (4, 3)." in told
    assert named == ()


def test_form_can_give_a_mistake_away(verdict):
    scores, told, named = verdict(lambda f, xs: [f(xs[0]), f(xs[1]).T])
    assert scores == [1, 0]
    assert "`last` has shape (3, 4), expected (4, 3)." in told
    assert named == ("axis-swapped",)


def test_mistake_in_a_list_is_named(verdict):
    scores, _, named = verdict(lambda f, xs: [f(xs[0]), xs[1]])
    assert scores == [1, 0]
    assert named == ("f-skipped-last",)


def test_writing_into_a_list_is_seen(verdict):
    def write(f, xs):
        found = ends(f, xs)
        xs[1] += 1
        return found

    scores, _, named = verdict(write)
    assert scores == [0, 0]
    assert named == ("writes-to-inputs",)


def test_exercise_can_be_verified():
    found = verify_exercise(EXERCISE, {})
    assert found.ok, [row for row in found.rows if row.outcome == "failed"]
