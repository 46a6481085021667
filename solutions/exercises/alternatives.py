"""Right answers to the BPTT exercises in other styles than the reference's; a grader must take them.

"paths" adds up every path from a loss at step t back to a use of a weight at step s;
"forward" carries the derivative of the state along with the state, from the first step to the last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from solutions.exercises.sums import SUMS, Sums
from solutions.model import Answer, Array, Function


def alternatives_for(mapping: str) -> Mapping[str, Function]:
    """The styles for one mapping: "siso", "simo", "mimo", "many-to-one" or "batch"."""
    heads: Mapping[str, Callable[[Sums], Function]] = {
        "siso": _siso,
        "simo": _simo,
        "mimo": _mimo,
        "many-to-one": _many_to_one,
        "batch": _batch,
    }
    styles: Mapping[str, Sums] = {"paths": _paths, "forward": _forward_mode, **SUMS}
    return {name: heads[mapping](sums) for name, sums in styles.items()}


def _siso(sums: Sums) -> Function:
    def answer(p: Mapping[str, Array], x: Array, tau: Array, T: int) -> Answer:
        X = np.zeros((T, len(x)))
        X[0] = x
        h, o = _run(p, X)
        y = np.tanh(o[-1])
        return sums(p, X, h, _last((y - tau) * (1 - y**2), T))

    return answer


def _simo(sums: Sums) -> Function:
    def answer(p: Mapping[str, Array], x: Array, Tau: Array) -> Answer:
        X = np.zeros((len(Tau), len(x)))
        X[0] = x
        h, o = _run(p, X)
        y = np.tanh(o)
        return sums(p, X, h, (y - Tau) * (1 - y**2))

    return answer


def _mimo(sums: Sums) -> Function:
    def answer(p: Mapping[str, Array], X: Array, Tau: Array) -> Answer:
        h, o = _run(p, X)
        e = np.exp(o - o.max(axis=1, keepdims=True))
        return sums(p, X, h, e / e.sum(axis=1, keepdims=True) - Tau)

    return answer


def _many_to_one(sums: Sums) -> Function:
    def answer(p: Mapping[str, Array], X: Array, tau: Array) -> Answer:
        h, o = _run(p, X)
        return sums(p, X, h, _last(1 / (1 + np.exp(-o[-1])) - tau, len(X)))

    return answer


def _batch(sums: Sums) -> Function:
    single = _mimo(sums)

    def answer(p: Mapping[str, Array], X: Array, Tau: Array) -> Answer:
        each = [single(p, X_i, Tau_i) for X_i, Tau_i in zip(X, Tau, strict=True)]
        return {name: sum(g[name] for g in each) for name in each[0]}

    return answer


def _last(eps_T: Array, T: int) -> Array:
    eps = np.zeros((T, len(eps_T)))
    eps[-1] = eps_T
    return eps


def _run(p: Mapping[str, Array], X: Array) -> tuple[Array, Array]:
    h = [p["h0"]]
    for x in X:
        h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
    states = np.array(h)
    return states, states[1:] @ p["V"].T + p["c"]


def _paths(p: Mapping[str, Array], X: Array, h: Array, eps: Array) -> dict[str, Array]:
    g = {f"d{name}": np.zeros_like(array) for name, array in p.items()}
    for t in range(1, len(X) + 1):
        g["dV"] += np.outer(eps[t - 1], h[t])
        g["dc"] += eps[t - 1]
        at_h = p["V"].T @ eps[t - 1]
        for s in range(t, 0, -1):
            at_z = (1 - h[s] ** 2) * at_h
            g["dW"] += np.outer(at_z, h[s - 1])
            g["dU"] += np.outer(at_z, X[s - 1])
            g["db"] += at_z
            at_h = p["W"].T @ at_z
        g["dh0"] += at_h
    return g


def _forward_mode(p: Mapping[str, Array], X: Array, h: Array, eps: Array) -> dict[str, Array]:
    d, n = p["U"].shape
    # Derivatives of h_t, axis 0, by W, U, b and h0; all but the last are zero at t = 0.
    by = {"W": np.zeros((d, d, d)), "U": np.zeros((d, d, n)), "b": np.zeros((d, d)), "h0": np.eye(d)}
    g = {f"d{name}": np.zeros_like(array) for name, array in p.items()}
    for t in range(1, len(X) + 1):
        direct = {
            "W": np.einsum("ia,b->iab", np.eye(d), h[t - 1]),
            "U": np.einsum("ia,b->iab", np.eye(d), X[t - 1]),
            "b": np.eye(d),
            "h0": np.zeros((d, d)),
        }
        for name, old in by.items():
            through = direct[name] + np.tensordot(p["W"], old, axes=1)
            by[name] = np.einsum("i,i...->i...", 1 - h[t] ** 2, through)
            g[f"d{name}"] += np.tensordot(p["V"].T @ eps[t - 1], by[name], axes=1)
        g["dV"] += np.outer(eps[t - 1], h[t])
        g["dc"] += eps[t - 1]
    return g
