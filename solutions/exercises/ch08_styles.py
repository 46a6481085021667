"""Right answers to chapter 8's exercises in other styles, which a grader must take."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from solutions.model import Answer, Array, Function

Parameters = Mapping[str, Array]


def _states(p: Parameters, X: Array) -> list[Array]:
    h = [p["h0"]]
    for x in X:
        h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
    return h


def _every_k_anew(p: Parameters, X: Array) -> Answer:
    """For each k the whole product, written from left to right; norms by singular values."""
    h, T = _states(p, X), len(X)
    J = np.empty((T, len(p["W"]), len(p["W"])))
    for k in range(1, T + 1):
        product = np.eye(len(p["W"]))
        for t in range(T, k, -1):
            product = product @ np.diag(1 - h[t] ** 2) @ p["W"]
        J[k - 1] = product
    return {"J": J, "norms": np.array([np.linalg.svd(each, compute_uv=False)[0] for each in J])}


def _forwards(p: Parameters, X: Array) -> Answer:
    """All derivatives carried along with the states: at step t those of h_t by h_1, ..., h_t."""
    W, J = p["W"], np.empty((0, len(p["W"]), len(p["W"])))
    h = p["h0"]
    for x in X:
        h = np.tanh(p["U"] @ x + W @ h + p["b"])
        step = (1 - h**2)[:, None] * W
        J = np.concatenate([step @ J, np.eye(len(W))[None]])
    return {"J": J, "norms": np.array([np.sqrt(np.linalg.eigvalsh(each.T @ each)[-1]) for each in J])}


def _column_by_column(p: Parameters, X: Array) -> Answer:
    """Column j: what a nudge of component j of h_k becomes, step after step."""
    h, d, T = _states(p, X), len(p["W"]), len(X)
    J = np.zeros((T, d, d))
    for k in range(1, T + 1):
        for j in range(d):
            nudge = np.zeros(d)
            nudge[j] = 1.0
            for t in range(k + 1, T + 1):
                nudge = (1 - h[t] ** 2) * (p["W"] @ nudge)
            J[k - 1, :, j] = nudge
    return {"J": J, "norms": np.array([np.linalg.norm(each, ord=2) for each in J])}


PROFILE_STYLES: Mapping[str, Function] = {
    "every k anew": _every_k_anew,
    "forwards": _forwards,
    "column by column": _column_by_column,
}


def _loop(W: Array, k: int) -> Answer:
    J = np.eye(len(W))
    for _ in range(k):
        J = W @ J
    return {"J": J}


def _by_eigenvalues(W: Array, k: int) -> Answer:
    values, vectors = np.linalg.eig(W)
    return {"J": np.real(vectors @ np.diag(values**k) @ np.linalg.inv(vectors))}


POWER_STYLES: Mapping[str, Function] = {"loop": _loop, "by eigenvalues": _by_eigenvalues}
