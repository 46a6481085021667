"""Of some cases one right draw is enough: the others are forgiven, and not asked once they aren't needed."""

import pytest

from autograder.judge.direct import DirectStudent
from autograder.judge.judge import judge
from solutions.model import Case, Exercise, FunctionTask, Part


def a_seed(rng):
    return (int(rng.integers(10**6)),)


@pytest.fixture
def verdict():
    """verdict(answers): what is said of a student whose n-th call gives answers[n], the last one ever after."""

    def run(*answers, enough=1):
        calls = []

        def function(seed):
            calls.append(seed)
            # The question that is asked again must have the same answer.
            order = list(dict.fromkeys(calls))
            answer = answers[min(order.index(seed), len(answers) - 1)]
            if isinstance(answer, Exception):
                raise answer
            return {"seed": float(seed), **answer}

        task = FunctionTask(
            name="learn",
            signature="learn(seed) -> dict",
            arguments=("seed",),
            parts=(Part("one", 1), Part("two", 2)),
            cases=(Case("seeds", a_seed, draws=3, parts=("one", "two", "seed"), enough=enough),),
            reference=lambda seed: {"one": 1.0, "two": 1.0, "seed": float(seed)},
        )
        found = judge(
            Exercise("0.0", "Learn", "code", "0.0", (task,)), DirectStudent({"learn": function}), b"x", {}
        )
        return {part.name: part.score for part in found.parts}, found, len(calls)

    return run


RIGHT, STUCK = {"one": 1.0, "two": 1.0}, {"one": 1.0, "two": 0.5}


def test_a_right_first_draw_is_asked_again_and_no_other_is_asked(verdict):
    scores, found, calls = verdict(RIGHT)
    assert scores == {"one": 1, "two": 2}
    assert calls == 2
    assert not found.messages


def test_an_unlucky_start_is_forgiven(verdict):
    scores, found, calls = verdict(STUCK, STUCK, RIGHT)
    assert scores == {"one": 1, "two": 2}
    assert calls == 4
    assert not found.messages
    assert all(part.error is None or part.error < 1e-6 for part in found.parts)


def test_each_part_counts_its_own_draws(verdict):
    scores, _, calls = verdict({"one": 0.0, "two": 1.0}, STUCK, {"one": 0.0, "two": 0.0})
    assert scores == {"one": 1, "two": 2}
    assert calls == 3


def test_a_part_that_is_never_right_earns_nothing_and_is_named(verdict):
    scores, found, calls = verdict(STUCK)
    assert scores == {"one": 1, "two": 0}
    assert calls == 4
    assert "Right: one. Not right: two" in found.messages[0]


def test_an_exception_costs_a_draw_and_no_more(verdict):
    scores, found, _ = verdict(FloatingPointError("overflow"), RIGHT)
    assert scores == {"one": 1, "two": 2}
    assert not found.messages
    scores, found, _ = verdict(FloatingPointError("overflow"))
    assert scores == {"one": 0, "two": 0}
    assert "FloatingPointError" in found.messages[0]


@pytest.mark.parametrize(("answers", "two"), [((STUCK, RIGHT, RIGHT), 2), ((STUCK, STUCK, RIGHT), 0)])
def test_more_than_one_draw_may_be_needed(answers, two, verdict):
    scores, _, _ = verdict(*answers, enough=2)
    assert scores == {"one": 1, "two": two}
