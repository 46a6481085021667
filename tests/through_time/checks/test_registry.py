"""The checks have what the exercises ask for, and their trials hide nothing that a student should find."""

import numpy as np
import pytest
from through_time import numeric
from through_time.checks import CHECKS
from through_time.tasks import AnswerTask, GradientTask

from solutions.exercises import EXERCISES
from solutions.model import FunctionTask, WrittenTask

GRADIENTS = [
    (exercise, task) for exercise, tasks in CHECKS.items() for task in tasks if isinstance(task, GradientTask)
]
IDS = [exercise for exercise, _ in GRADIENTS]
TASKS = [task for _, task in GRADIENTS]


def test_every_exercise_has_a_check_with_the_same_names_and_arguments():
    assert set(CHECKS) == set(EXERCISES)
    for exercise, tasks in CHECKS.items():
        graded = [task for task in EXERCISES[exercise].tasks if not isinstance(task, WrittenTask)]
        assert [task.name for task in tasks] == [task.name for task in graded]
        for task, other in zip(tasks, graded, strict=True):
            assert isinstance(task, AnswerTask) != isinstance(other, FunctionTask)
            if isinstance(other, FunctionTask):
                assert task.arguments == other.arguments


@pytest.mark.parametrize(("exercise", "task"), GRADIENTS, ids=IDS)
def test_central_difference_is_a_thousand_times_finer_than_the_tolerance(exercise, task):
    reference = next(t.reference for t in EXERCISES[exercise].tasks if t.name == task.name)
    for trial in task.trials():
        g = reference(*trial.arguments)
        slopes = numeric.gradient(task.loss, *trial.arguments)
        for name, slope in slopes.items():
            assert numeric.relative_error(g[name], slope) < 2e-8, (trial.name, name)


@pytest.mark.parametrize("task", TASKS, ids=IDS)
def test_first_trial_has_sizes_that_all_differ(task):
    first = task.trials()[0]
    assert first.sizes["T"] >= 3
    # A word's letters are read and foretold: inputs and outputs have one size.
    sizes = {
        letter: size for letter, size in first.sizes.items() if task.name != "word_bptt" or letter != "k"
    }
    assert len(set(sizes.values())) == len(sizes)
    p = first.arguments[0]
    assert p["U"].shape == (first.sizes["d"], first.sizes["n"])
    assert p["V"].shape == (first.sizes["k"], first.sizes["d"])
    if "W" in p:
        assert np.linalg.norm(p["W"] - p["W"].T) > 0.1


@pytest.mark.parametrize("task", TASKS, ids=IDS)
def test_trials_are_the_same_each_time_and_owned_by_nobody(task):
    once, again = task.trials(), task.trials()
    for one, other in zip(once, again, strict=True):
        assert one.arguments[0] is not other.arguments[0]
        for name in one.arguments[0]:
            assert np.array_equal(one.arguments[0][name], other.arguments[0][name])


def test_answers_say_what_they_should_be():
    for tasks in CHECKS.values():
        for task in tasks:
            if isinstance(task, AnswerTask):
                assert task.wording
                assert task.fault(object())
