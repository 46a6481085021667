"""Right answers to chapter 6's exercises in other styles, which a grader must take."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solutions.model import Answer, Array, Function

Params = Mapping[str, Array]


def _states(p: Params, X: Array) -> list[Array]:
    h = [p["h0"]]
    for x in X:
        h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
    return h


def _eps(p: Params, h: Array, tau: Array) -> Array:
    o = p["V"] @ h + p["c"]
    e = np.exp(o - o.max())
    return e / e.sum() - tau


def _three(paths: Sequence[Array]) -> Answer:
    return {"total": sum(paths), **{f"paths[{k}]": path for k, path in enumerate(paths)}}


def _by_rows(p: Params, X: Array, tau: Array) -> Answer:
    """Rows times Jacobians, from the loss back; the immediate derivative has three indices."""
    h, d = _states(p, X), len(p["b"])
    paths: list[Array] = []
    row = _eps(p, h[-1], tau) @ p["V"]
    for k in range(len(X), 0, -1):
        slope = np.diag(1 - h[k] ** 2)
        direct = np.einsum("ij,ja,b->iab", slope, np.eye(d), X[k - 1])
        paths.insert(0, np.einsum("i,iab->ab", row, direct))
        row = row @ slope @ p["W"]
    return _three(paths)


def _by_copies(p: Params, X: Array, tau: Array) -> Answer:
    """Forward: one copy of U for each step, and the derivative of the state by each of them carried along."""
    h, d, n = p["h0"], len(p["b"]), X.shape[1]
    carried: list[Array] = []
    for x in X:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
        slope = (1 - h**2)[:, None, None]
        carried = [slope * np.tensordot(p["W"], each, axes=1) for each in carried]
        carried.append(slope * np.eye(d)[:, :, None] * np.broadcast_to(x, (d, d, n)))
    row = p["V"].T @ _eps(p, h, tau)
    return _three([np.tensordot(row, each, axes=1) for each in carried])


THREE_PATHS_STYLES: Mapping[str, Function] = {
    "rows and Jacobians": _by_rows,
    "forward, by copies": _by_copies,
}


def _list_of_outers(p: Params, X: Array, Tau: Array) -> Answer:
    h = _states(p, X)
    later, deltas = np.zeros(len(p["b"])), []
    for t in range(len(X), 0, -1):
        at_h = p["V"].T @ _eps(p, h[t], Tau[t - 1]) + p["W"].T @ later
        later = at_h * (1 - h[t] ** 2)
        deltas.append(later)
    rows = np.array(deltas[::-1])
    return {
        "dU": np.sum([np.outer(delta, x) for delta, x in zip(rows, X, strict=True)], axis=0),
        "deltas": rows,
    }


def _scalars(p: Params, X: Array, Tau: Array) -> Answer:
    """Python numbers in loops, no product of arrays on the way back."""
    h, (d, n) = _states(p, X), p["U"].shape
    W, V = p["W"].tolist(), p["V"].tolist()
    dU = [[0.0] * n for _ in range(d)]
    later, rows = [0.0] * d, list[list[float]]()
    for t in range(len(X), 0, -1):
        eps, delta = _eps(p, h[t], Tau[t - 1]).tolist(), []
        for i in range(d):
            own = sum(V[m][i] * eps[m] for m in range(len(eps)))
            carried = sum(W[j][i] * later[j] for j in range(d))
            delta.append((own + carried) * (1.0 - h[t][i] * h[t][i]))
            for j in range(n):
                dU[i][j] += delta[i] * X[t - 1][j]
        rows.insert(0, delta)
        later = delta
    return {"dU": np.array(dU), "deltas": np.array(rows)}


def _forward_dU(p: Params, X: Array, Tau: Array) -> Answer:
    """dU carried forward with the state; the deltas by a loop back."""
    h, d = _states(p, X), len(p["b"])
    dh, dU = np.zeros((d, *p["U"].shape)), np.zeros(p["U"].shape)
    for t in range(1, len(X) + 1):
        direct = np.eye(d)[:, :, None] * X[t - 1]
        dh = (1 - h[t] ** 2)[:, None, None] * (direct + np.tensordot(p["W"], dh, axes=1))
        dU += np.tensordot(_eps(p, h[t], Tau[t - 1]) @ p["V"], dh, axes=1)
    return {"dU": dU, "deltas": _list_of_outers(p, X, Tau)["deltas"]}


ANY_T_STYLES: Mapping[str, Function] = {
    "list of outer products": _list_of_outers,
    "scalar loops": _scalars,
    "dU carried forward": _forward_dU,
}


def _immediate_loop(p: Params, h_prev: Array, x: Array) -> Answer:
    d = len(h_prev)
    h = np.tanh(p["U"] @ x + p["W"] @ h_prev + p["b"])
    D = np.zeros((d, d, d))
    for i in range(d):
        D[i, i] = (1 - h[i] ** 2) * h_prev
    return {"D": D}


def _immediate_kron(p: Params, h_prev: Array, x: Array) -> Answer:
    """z by the flattened W is I ⊗ h_prevᵀ."""
    d = len(h_prev)
    slope = 1 / np.cosh(p["U"] @ x + p["W"] @ h_prev + p["b"]) ** 2
    return {"D": (np.diag(slope) @ np.kron(np.eye(d), h_prev)).reshape(d, d, d)}


IMMEDIATE_STYLES: Mapping[str, Function] = {"row by row": _immediate_loop, "Kronecker": _immediate_kron}


def _direct(h: Array, h_prev: Array) -> Array:
    return np.einsum("i,ia,b->iab", 1 - h**2, np.eye(len(h)), h_prev)


def _split(total: Sequence[Array]) -> Answer:
    rows = np.array(total)
    return {"t = 1": rows[:1], "t > 1": rows[1:]}


def _over_uses(p: Params, X: Array) -> Answer:
    """The sum over k, with the products of Jacobians made anew for each t."""
    h, total = _states(p, X), []
    for t in range(1, len(X) + 1):
        J, dh = np.eye(len(p["b"])), np.zeros((len(p["b"]),) * 3)
        for k in range(t, 0, -1):
            dh += np.einsum("ij,jab->iab", J, _direct(h[k], h[k - 1]))
            J = J @ np.diag(1 - h[k] ** 2) @ p["W"]
        total.append(dh)
    return _split(total)


def _flattened(p: Params, X: Array) -> Answer:
    """W as one long vector: the derivative of a state is a matrix (d, d²)."""
    h, d = _states(p, X), len(p["b"])
    dh, total = np.zeros((d, d * d)), []
    for t in range(1, len(X) + 1):
        dh = np.diag(1 - h[t] ** 2) @ (np.kron(np.eye(d), h[t - 1]) + p["W"] @ dh)
        total.append(dh.reshape(d, d, d))
    return _split(total)


TOTAL_STYLES: Mapping[str, Function] = {"sum over uses": _over_uses, "W flattened": _flattened}
