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
    stay the same within the series. Raises ArrayError, RangeError, UnknownNameError.
    Source: Williams and Peng 1990.
    """
    sizes = check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_rnn(p))
    check_count("k1", k1)
    check_count("k2", k2)
    if k2 < k1:
        raise RangeError("k2", k2, f"at least k1 = {k1}, or losses would be lost")
    run = rnn_forward(p, X, head)
    eps = output_eps(run["o"], Tau, head)
    total = {f"d{name}": np.zeros(p[name].shape) for name in ("U", "W", "V", "b", "c", "h0")}
    for block in range(0, sizes["T"], k1):
        end = min(block + k1, sizes["T"])
        part = _block_gradients(p, X, run, eps, block, end, max(0, end - k2))
        for name, array in part.items():
            total[name] += array
    return total


def _block_gradients(
    p: Params, X: Array, run: dict[str, Array], eps: Array, block: int, end: int, start: int
) -> Gradients:
    """Send the losses of steps block … end back to step start (counted from 0, end not included)."""
    own = np.where(np.arange(start, end)[:, None] >= block, eps[start:end], 0.0)
    window = {"z": run["z"][start:end], "h": run["h"][start : end + 1]}
    g = backward(p, X[start:end], window, own)
    if start > 0:
        # The state that enters a window is carried in as a number; only the first window begins with h_0.
        g["dh0"] = np.zeros_like(g["dh0"])
    return g


def tbptt(p: Params, X: Array, Tau: Array, k: int, head: str = SOFTMAX) -> Gradients:
    """Return the gradients in chunks of k steps from t = 1: the state passes, δ stops; dh0 from the first chunk.

    For X (T,n), Tau (T,k); the last chunk may be short. Raises ArrayError, RangeError, UnknownNameError.
    """
    return bptt_truncated(p, X, Tau, k, k, head)


def bptt_windowed(p: Params, X: Array, Tau: Array, K: int, head: str = SOFTMAX) -> Gradients:
    """Return the gradients when every ε_t goes back over K steps, its own being the first of them.

    For X (T,n), Tau (T,k). Raises ArrayError, RangeError, UnknownNameError.
    """
    return bptt_truncated(p, X, Tau, 1, K, head)
