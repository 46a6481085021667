"""The assignment of chapter 8: its hints, and a table of points in a form of its own."""

import re

import numpy as np
import pytest

from solutions.exercises.ch08 import EXERCISES

NAME = "ch08-vanish-explode"
pytestmark = pytest.mark.xdist_group(NAME)


def test_points_of_the_two_values_are_those_of_the_parts(text):
    rows = re.findall(r"^\| .+ \| (\d+) \|$", text("8.4", "statement"), re.MULTILINE)
    assert [int(points) for points in rows] == [part.points for part in EXERCISES["8.4"].parts]


def test_hints_are_true(names):
    R = np.array([[0.6, 0.8], [-0.8, 0.6]])
    by_hand = np.array([[-0.28, 0.96], [-0.96, -0.28]])
    assert names["linear_jacobian_fixed"](R, 2) == pytest.approx(by_hand)
    assert not np.allclose(names["linear_jacobian_buggy"](R, 2), by_hand)
    assert np.abs(R**10).max() < 0.11
    assert np.linalg.norm(np.eye(4)) == 2
