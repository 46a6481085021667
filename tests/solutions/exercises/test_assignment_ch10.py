"""The assignment of chapter 10: the numbers of its explanation, and a hint."""

import numpy as np
import pytest

NAME = "ch10-lstm"
pytestmark = pytest.mark.xdist_group(NAME)


def test_numbers_of_the_explanations_are_true(text):
    told = text("10.3", "explanation")
    f = 0.5 ** (1 / 100)
    assert (f"{f:.5f}", f"{f / (1 - f):.1f}", f"{np.log(f / (1 - f)):.3f}") == ("0.99309", "143.8", "4.968")
    kept = 1 / (1 + np.exp(-3.0))
    assert (f"{kept:.2f}", f"{100 * kept**100:.1f}") == ("0.95", "0.8")
    for shown in ("0.99309", "143.8", "4.968", "0.95", "0.8 %", "0.7 %"):
        assert shown in told
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert 1 / (1 + np.exp(np.float64(710))) == 0.0
    np.exp(np.float64(709))


def test_the_hint_about_open_gates_is_true(names):
    q = {"Wx": np.zeros((4, 1)), "Wh": np.zeros((4, 1)), "bz": np.array([-1000.0, 1000.0, 0.3, 0.0])}
    _, c, gates = names["lstm_step"](q, np.ones(1), np.ones(1), np.array([0.7]))
    assert c.tolist() == [0.7]
    assert gates[:2, 0].tolist() == [0.0, 1.0]
