"""Every check of the reference holds, and the checks themselves notice a wrong gradient."""

import numpy as np
import pytest

from solutions.reference import bptt
from solutions.reference.verification import all_checks, oracles
from solutions.reference.verification.check import Check, gradient_checks
from solutions.reference.verification.mappings import mimo
from solutions.reference.verification.problems import SIZES


@pytest.mark.parametrize("check", list(all_checks()), ids=lambda c: f"{c.formula}, {c.oracle}")
def test_every_formula_agrees_with_its_oracle(check):
    assert check.worst() < check.bound


@pytest.mark.parametrize("name", ["dU", "dW", "dV", "db", "dc", "dh0"])
def test_a_gradient_wrong_by_a_millionth_is_noticed_by_every_oracle(name):
    def wrong(p, **arguments):
        g = bptt.bptt_mimo(p, **arguments)
        return {**g, name: g[name] * (1 + 1e-6)}

    value, *slopes = gradient_checks("wrong", wrong, bptt.mimo_loss, oracles.mimo, [mimo(11, **SIZES)])

    assert value.worst() < value.bound
    assert [check.oracle for check in slopes] == ["central differences", "autograd", "complex step"]
    assert [check.worst() for check in slopes] == pytest.approx([1e-6] * 3, rel=0.1)


def test_a_gradient_that_is_no_number_fails():
    assert Check("f", "oracle", 1.0, lambda: [0.0, np.nan]).worst() == np.inf


def test_a_check_without_problems_fails():
    assert Check("f", "oracle", 1.0, list).worst() == np.inf
