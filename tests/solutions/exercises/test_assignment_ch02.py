"""The assignment of chapter 2: its hints, and what is said of the given function."""

import numpy as np
import pytest

NAME = "ch02-paths"
pytestmark = pytest.mark.xdist_group(NAME)


def test_hints_are_true(names):
    theta = np.array([[0.5, -1.0], [2.0, 0.1]])
    slope = names["numeric_grad"](lambda theta: (theta**2).sum(), theta)
    assert slope == pytest.approx(2 * theta, abs=1e-9)
    assert names["two_paths"](0.7, 0.0)[2] == 0
    assert names["two_paths"](0.0, 0.6) == (0, 0, 0)
    assert np.abs(names["jac_softmax"](theta.ravel()).sum(axis=0)).max() < 1e-15


def test_what_is_said_of_the_given_function_is_true(names):
    theta = np.array([[0.5, -1.0], [2.0, 0.1]])
    work = theta.copy()
    found = names["numeric_grad_buggy"](lambda theta: theta.sum() ** 2, work, 1e-3)
    exact = np.full(theta.shape, 2 * theta.sum())
    assert not np.array_equal(work, theta)
    wrong = np.abs(found - exact) > 1e-6
    assert wrong.ravel().tolist() == [False, True, True, True]
