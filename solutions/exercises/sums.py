"""Four more ways from the losses to the gradients of an RNN: indices, scalars, recursion, Jacobian products.

Each takes p, X (T,n), h (T+1,d) and eps (T,k), and returns the six gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from solutions.model import Array

Sums = Callable[[Mapping[str, Array], Array, Array, Array], dict[str, Array]]


def einsum(p: Mapping[str, Array], X: Array, h: Array, eps: Array) -> dict[str, Array]:
    """Every sum as one einsum over a tensor of all transitions from step s back to step t."""
    T, d = len(X), len(p["W"])
    slope = 1 - h[1:] ** 2
    back = np.zeros((T, T, d, d))  # back[t, s] takes dE_s/dh_s to its share of dE/dz_t
    for s in range(T):
        back[s, s] = np.diag(slope[s])
        for t in range(s - 1, -1, -1):
            back[t, s] = np.einsum("i,ji,jk->ik", slope[t], p["W"], back[t + 1, s])
    delta = np.einsum("tsij,ki,sk->tj", back.swapaxes(2, 3), p["V"], eps)
    return {
        "dU": np.einsum("ti,tj->ij", delta, X),
        "dW": np.einsum("ti,tj->ij", delta, h[:-1]),
        "dV": np.einsum("ti,tj->ij", eps, h[1:]),
        "db": np.einsum("ti->i", delta),
        "dc": np.einsum("ti->i", eps),
        "dh0": np.einsum("ji,j->i", p["W"], delta[0]),
    }


def loops(p: Mapping[str, Array], X: Array, h: Array, eps: Array) -> dict[str, Array]:
    """Python loops over single numbers, no product of arrays at all."""
    T, n = X.shape
    k, d = p["V"].shape
    W, V = p["W"].tolist(), p["V"].tolist()
    g = {f"d{name}": np.zeros_like(array).tolist() for name, array in p.items()}
    later = [0.0] * d
    for t in range(T - 1, -1, -1):
        delta = []
        for i in range(d):
            total = sum(V[m][i] * eps[t][m] for m in range(k)) + sum(W[j][i] * later[j] for j in range(d))
            delta.append(total * (1.0 - h[t + 1][i] * h[t + 1][i]))
        for i in range(d):
            g["db"][i] += delta[i]
            for j in range(n):
                g["dU"][i][j] += delta[i] * X[t][j]
            for j in range(d):
                g["dW"][i][j] += delta[i] * h[t][j]
        for m in range(k):
            g["dc"][m] += eps[t][m]
            for i in range(d):
                g["dV"][m][i] += eps[t][m] * h[t + 1][i]
        later = delta
    g["dh0"] = [sum(W[j][i] * later[j] for j in range(d)) for i in range(d)]
    return {name: np.array(rows) for name, rows in g.items()}


def recursion(p: Mapping[str, Array], X: Array, h: Array, eps: Array) -> dict[str, Array]:
    """A function that calls itself for the step after; lists and sums of outer products."""
    steps = range(1, len(X) + 1)

    @cache
    def delta(t: int) -> Array:
        above = p["V"].T @ eps[t - 1]
        if t < len(X):
            above = above + p["W"].T @ delta(t + 1)
        return np.asarray(above * (1 - h[t] ** 2))

    return {
        "dU": np.sum([np.outer(delta(t), X[t - 1]) for t in steps], axis=0),
        "dW": np.sum([np.outer(delta(t), h[t - 1]) for t in steps], axis=0),
        "dV": np.sum([np.outer(eps[t - 1], h[t]) for t in steps], axis=0),
        "db": np.sum([delta(t) for t in steps], axis=0),
        "dc": np.sum(eps, axis=0),
        "dh0": p["W"].T @ delta(1),
    }


def jacobians(p: Mapping[str, Array], X: Array, h: Array, eps: Array) -> dict[str, Array]:
    """The products dh_t/dh_s written out as matrices, and gradients as rows times Jacobians."""
    T, d = len(X), len(p["W"])
    J = [np.diag(1 - h[t] ** 2) @ p["W"] for t in range(1, T + 1)]
    g = {f"d{name}": np.zeros_like(array) for name, array in p.items()}
    for t in range(1, T + 1):
        row, through = eps[t - 1] @ p["V"], np.eye(d)
        for s in range(t, 0, -1):
            direct = row @ through @ np.diag(1 - h[s] ** 2)
            g["dU"] += direct[:, None] * X[s - 1]
            g["dW"] += direct[:, None] * h[s - 1]
            g["db"] += direct
            through = through @ J[s - 1]
        g["dh0"] += row @ through
    return {**g, "dV": eps.T @ h[1:], "dc": eps.sum(axis=0)}


SUMS: Mapping[str, Sums] = {
    "einsum": einsum,
    "scalar loops": loops,
    "recursion": recursion,
    "Jacobian products": jacobians,
}
"""By the name that `autograder verify` shows."""
