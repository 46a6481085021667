"""The assignment of chapter 4: its hints, its numbers, and what is said of the given function."""

import numpy as np
import pytest

from solutions.exercises.ch04 import EXERCISES

NAME = "ch04-rnn-forward"
pytestmark = pytest.mark.xdist_group(NAME)


@pytest.fixture
def asked():
    return EXERCISES["4.6"].tasks[0].cases[0].make(np.random.default_rng(11))


def test_what_is_said_of_the_given_function_is_true(names, asked):
    p, X = asked
    right, wrong = names["rnn_forward"](p, X), names["rnn_forward_buggy"](p, X)
    assert np.array_equal(wrong["h"][0], p["h0"])
    assert not np.allclose(wrong["z"][0], right["z"][0])
    zero = {**p, "h0": np.zeros_like(p["h0"])}
    for part, array in names["rnn_forward"](zero, X).items():
        assert np.allclose(names["rnn_forward_buggy"](zero, X)[part], array)
    # It reads a row of zeros at t = 1, and not h_T; every later step reads the right row.
    assert np.allclose(wrong["z"][0], p["U"] @ X[0] + p["b"])
    for t in range(1, len(X)):
        assert np.allclose(wrong["z"][t], p["U"] @ X[t] + p["W"] @ wrong["h"][t] + p["b"])


def test_hints_are_true(names, asked):
    p, X = asked
    whole = names["rnn_forward"](p, X)
    first = names["rnn_forward"](p, X[:3])
    second = names["rnn_forward"]({**p, "h0": first["h"][-1]}, X[3:])
    assert np.allclose(second["h"], whole["h"][3:])

    equal = np.full((6, 5), 0.3)
    _, Et = names["sequence_loss"](equal, np.full((6, 5), 0.2), "softmax-ce")
    assert pytest.approx(np.log(5)) == Et
    assert np.allclose(names["softmax"](whole["o"] + 7), whole["y"])


def test_numbers_of_the_explanations(text):
    h = {w_h: np.tanh(1.0) for w_h in (0.9, 1.0, 1.1, -0.9)}
    for _ in range(59):
        h = {w_h: np.tanh(w_h * state) for w_h, state in h.items()}
    explanation = text("4.5", "explanation")
    for shown in (f"{h[0.9]:.4f}", f"{h[1.0]:.3f}", f"{h[1.1]:.3f}"):
        assert shown in explanation
    assert f"{np.tanh(1.1 * 0.503):.3f}" == "0.503"
    assert "12 + 16 + 20 + 4 + 5 = 57" in text("4.4", "explanation")
    assert 12 + 16 + 20 == 48
