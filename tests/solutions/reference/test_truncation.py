"""Truncated BPTT in windows and in chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.bptt import bptt, bptt_mimo
from solutions.reference.errors import CountError, RangeError, ShapeError
from solutions.reference.numeric import relative_error
from solutions.reference.paths import path_terms
from solutions.reference.rnn import rnn_forward
from solutions.reference.truncation import bptt_truncated, bptt_windowed, tbptt
from solutions.reference.verification.mappings import mimo
from solutions.reference.verification.problems import SIZES


def same(found, expected, bound=1e-12):
    assert found.keys() == expected.keys()
    assert max(relative_error(found[name], expected[name]) for name in expected) < bound


def kept_paths(T, k1, k2):
    """Which path (t, k) the definition keeps, counted from 1: t's block ends at e, and k is among e's last k2."""
    keep = np.zeros((T, T))
    for t in range(1, T + 1):
        e = min(-(-t // k1) * k1, T)
        for k in range(max(1, e - k2 + 1), t + 1):
            keep[t - 1, k - 1] = 1
    return keep[:, :, None, None]


@pytest.mark.parametrize(
    ("k1", "k2"), [(1, 1), (1, 3), (2, 2), (2, 3), (2, 5), (3, 4), (4, 4), (4, 5), (6, 6), (5, 9)]
)
def test_only_the_paths_of_the_definition_are_kept(p, X, Tau, k1, k2):
    g, keep = bptt_truncated(p, X, Tau, k1, k2), kept_paths(6, k1, k2)
    for weight in "UW":
        terms = path_terms(p, X, Tau, weight)
        assert relative_error(g[f"d{weight}"], (keep * terms).sum(axis=(0, 1))) < 1e-12


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(0, 4))
def test_looking_back_over_the_whole_series_gives_the_whole_gradient(seed, k1, beyond):
    problem = mimo(seed, **SIZES)
    k2 = max(k1, 6) + beyond
    same(
        bptt_truncated(problem.p, **problem.arguments, k1=k1, k2=k2),
        bptt_mimo(problem.p, **problem.arguments),
        1e-10,
    )


@pytest.mark.parametrize("k", [1, 2, 4, 6, 9])
def test_a_chunk_begins_with_the_state_as_a_number(p, X, Tau, k):
    h, expected = rnn_forward(p, X)["h"], None
    for start in range(0, 6, k):
        chunk = bptt_mimo({**p, "h0": h[start]}, X[start : start + k], Tau[start : start + k])
        if expected is None:
            expected = chunk
        else:
            expected = {name: expected[name] + (name != "dh0") * chunk[name] for name in expected}
    same(tbptt(p, X, Tau, k), expected)


@pytest.mark.parametrize("K", range(1, 8))
def test_in_a_window_every_loss_looks_back_over_K_steps(p, X, Tau, K):
    g = bptt_windowed(p, X, Tau, K)
    total = dict.fromkeys(g, 0.0)
    for t in range(6):
        first = max(0, t - K + 1)
        start, last = {**p, "h0": rnn_forward(p, X)["h"][first]}, np.eye(t + 1 - first)[-1]
        own = bptt(start, X[first : t + 1], Tau[first : t + 1], "softmax-ce", last)
        if first > 0:
            own["dh0"] = np.zeros(4)
        total = {name: total[name] + own[name] for name in total}
    same(g, total)


def test_the_output_layer_loses_nothing(p, X, Tau):
    whole, cut = bptt_mimo(p, X, Tau), tbptt(p, X, Tau, 1)
    for name in ("dV", "dc"):
        assert relative_error(cut[name], whole[name]) < 1e-12
    assert relative_error(cut["dW"], whole["dW"]) > 1e-3


def test_any_head_may_be_named(p, X, Tau):
    expected = bptt(p, X, Tau, "tanh-half-se")
    same(bptt_truncated(p, X, Tau, 2, 6, "tanh-half-se"), expected)
    same(tbptt(p, X, Tau, 6, "tanh-half-se"), expected)
    same(bptt_windowed(p, X, Tau, 6, "tanh-half-se"), expected)


@pytest.mark.parametrize("T", [199, 200])
def test_a_long_series_in_chunks(T):
    problem = mimo(11, **{**SIZES, "T": T})
    g = tbptt(problem.p, **problem.arguments, k=7)
    assert all(np.isfinite(array).all() for array in g.values())


def test_wrong_arguments_are_named(p, X, Tau):
    with pytest.raises(CountError, match="k1 is 0"):
        bptt_truncated(p, X, Tau, 0, 2)
    with pytest.raises(CountError, match=r"k2 is 1\.5"):
        bptt_truncated(p, X, Tau, 1, 1.5)
    with pytest.raises(RangeError, match="k2 is 2, expected at least k1 = 3, or losses would be lost"):
        bptt_truncated(p, X, Tau, 3, 2)
    with pytest.raises(CountError, match="k is 0"):
        tbptt(p, X, Tau, 0)
    with pytest.raises(CountError, match="K is -1"):
        bptt_windowed(p, X, Tau, -1)
    with pytest.raises(ShapeError, match=r"^Tau has shape"):
        tbptt(p, X, Tau[1:], 2)
