"""Every formula of the reference agrees with every oracle that it has."""

import pytest

from solutions.reference.verification import all_checks


@pytest.mark.parametrize("check", list(all_checks()), ids=lambda c: f"{c.formula}, {c.oracle}")
def test_every_formula_agrees_with_its_oracle(check):
    assert check.worst() < check.bound
