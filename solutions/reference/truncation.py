"""Truncated BPTT: states go on through the whole series, derivatives only a few steps back."""

from __future__ import annotations

import numpy as np

from solutions.reference.backward import backward
from solutions.reference.errors import RangeError
from solutions.reference.losses import output_eps
from solutions.reference.rnn import rnn_forward
from solutions.reference.shapes import Array, Gradients, Params, check_count, check_shapes
from solutions.reference.steps import check_rnn

SOFTMAX = "softmax-ce"


def bptt_truncated(p: Params, X: Array, Tau: Array, k1: int, k2: int, head: str = SOFTMAX) -> Gradients:
    """Return dU … dh0 where, after every k1 steps, the losses of those steps go back over the last k2 steps.

    For X (T,n), Tau (T,k), k2 ≥ k1; the last block may be short. k2 ≥ T gives the whole gradient. The weights
    stay the same within the series. Raises ArrayError, CountError, RangeError, UnknownNameError.
    Source: Williams and Peng 1990. Float64.
    """
    check_count("k1", k1)
    check_count("k2", k2)
    if k2 < k1:
        raise RangeError("k2", k2, f"at least k1 = {k1}, or losses would be lost")
    blocks = _blocks(len(X), k1)
    return _sum_of_windows(p, X, Tau, [(max(0, end - k2), block, end) for block, end in blocks], head)


def tbptt(p: Params, X: Array, Tau: Array, k: int, head: str = SOFTMAX) -> Gradients:
    """Return the gradients in chunks of k steps from t = 1: the state passes, δ stops; dh0 from the first chunk.

    For X (T,n), Tau (T,k); the last chunk may be short. Raises ArrayError, CountError, UnknownNameError.
    Float64. Source: chapter 9.
    """
    check_count("k", k)
    return _sum_of_windows(p, X, Tau, [(block, block, end) for block, end in _blocks(len(X), k)], head)


def bptt_windowed(p: Params, X: Array, Tau: Array, K: int, head: str = SOFTMAX) -> Gradients:
    """Return the gradients when every ε_t goes back over K steps, its own being the first of them.

    For X (T,n), Tau (T,k). Raises ArrayError, CountError, UnknownNameError. Float64. Source: chapter 9.
    """
    check_count("K", K)
    return bptt_truncated(p, X, Tau, 1, K, head)


def _blocks(T: int, k: int) -> list[tuple[int, int]]:
    """Return (begin, end) of the blocks of k steps, counted from 0, end not included."""
    return [(begin, min(begin + k, T)) for begin in range(0, T, k)]


def _sum_of_windows(
    p: Params, X: Array, Tau: Array, windows: list[tuple[int, int, int]], head: str
) -> Gradients:
    """Add up windows (start, block, end): the losses of steps block … end go back to step start, and no further."""
    check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_rnn(p))
    run = rnn_forward(p, X, head)
    eps = output_eps(run["o"], Tau, head)
    total = {f"d{name}": np.zeros(p[name].shape) for name in ("U", "W", "V", "b", "c", "h0")}
    for start, block, end in windows:
        own = np.where(np.arange(start, end)[:, None] >= block, eps[start:end], 0.0)
        window = {"z": run["z"][start:end], "h": run["h"][start : end + 1]}
        g = backward(p, X[start:end], window, own)
        if start > 0:
            # The state that enters a window is carried in as a number; only the first begins with h_0.
            del g["dh0"]
        for name, array in g.items():
            total[name] += array
    return total
