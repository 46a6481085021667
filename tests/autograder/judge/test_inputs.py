"""Hidden inputs come from the secret, the exercise, the case and the draw, and from nothing else."""

from itertools import combinations

import numpy as np
import pytest

from autograder.judge.inputs import freeze, generator, questions, sizes

BASE = {"secret": b"one", "exercise": "5.3", "case": "STD", "draw": 0}


def numbers(**changes):
    return generator(**(BASE | changes)).random(4).tolist()


def test_same_label_same_numbers():
    assert numbers() == numbers()


def test_any_other_label_other_numbers():
    drawn = [numbers(), *(numbers(**change) for change in ({"secret": b"two"}, {"exercise": "5.4"}))]
    drawn += [numbers(case="EQ"), numbers(draw=1), numbers(exercise="5", case=".3STD")]
    assert all(one != other for one, other in combinations(drawn, 2))


def test_inputs_are_frozen_and_reproducible(exercise):
    ex = exercise("mimo")
    one, two = (list(questions(ex.id, ex.tasks[0], b"secret")) for _ in range(2))
    assert len(one) == sum(case.draws for case in ex.tasks[0].cases)
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a.arguments[1], b.arguments[1])
        for array in (*a.arguments[0].values(), *a.arguments[1:]):
            with pytest.raises(ValueError, match="read-only"):
                array.fill(1.0)


def test_draws_of_a_case_differ(exercise):
    ex = exercise("mimo")
    first, second = list(questions(ex.id, ex.tasks[0], b"secret"))[:2]
    assert not np.array_equal(first.arguments[1], second.arguments[1])


def test_freezing_goes_into_containers():
    inner = np.zeros(2)
    freeze(({"a": [inner]},))
    assert not inner.flags.writeable


def test_sizes_tell_shapes_and_no_values(exercise):
    task = exercise("siso").tasks[0]
    case = next(questions("5.1", task, b"secret"))
    assert sizes(task, case.arguments) == "U (4, 3), W (4, 4), V (5, 4), x (3,), tau (5,), T = 6"
