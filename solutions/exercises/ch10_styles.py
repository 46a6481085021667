"""Right answers to chapter 10's exercises in other styles, which a grader must take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from solutions.model import Answer, Array, Function

Parameters = Mapping[str, Array]


def _sigmoid(z: Array) -> Array:
    """By tanh, which never overflows."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


def _gates(q: Parameters, x: Array, h: Array) -> tuple[Array, ...]:
    i, f, g, o = np.split(q["Wx"] @ x + q["Wh"] @ h + q["bz"], 4)
    return _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)


def _split(q: Parameters, x: Array, h: Array, c: Array) -> Answer:
    i, f, g, o = _gates(q, x, h)
    c2 = f * c + i * g
    return {"h2": o * np.tanh(c2), "c2": c2, "gates": np.array([i, f, g, o])}


def _one_matrix(q: Parameters, x: Array, h: Array, c: Array) -> Answer:
    """One product with x, h and a 1 below each other."""
    M = np.column_stack([q["Wx"], q["Wh"], q["bz"]])
    blocks = (M @ np.concatenate([x, h, [1.0]])).reshape(4, -1)
    gates = np.where(np.arange(4)[:, None] == 2, np.tanh(blocks), _sigmoid(blocks))
    c2 = gates[1] * c + gates[0] * gates[2]
    return {"h2": gates[3] * np.tanh(c2), "c2": c2, "gates": gates}


def _unit_by_unit(q: Parameters, x: Array, h: Array, c: Array) -> Answer:
    d = len(h)
    h2, c2, gates = np.zeros(d), np.zeros(d), np.zeros((4, d))
    for unit in range(d):
        for block in range(4):
            row = block * d + unit
            z = float(q["Wx"][row] @ x + q["Wh"][row] @ h + q["bz"][row])
            gates[block, unit] = np.tanh(z) if block == 2 else _sigmoid(np.array(z))
        i, f, g, o = gates[:, unit]
        c2[unit] = f * c[unit] + i * g
        h2[unit] = o * np.tanh(c2[unit])
    return {"h2": h2, "c2": c2, "gates": gates}


STEP_STYLES: Mapping[str, Function] = {
    "split": _split,
    "one matrix": _one_matrix,
    "unit by unit": _unit_by_unit,
}


def _run(q: Parameters, X: Array) -> tuple[list[Array], list[Array], list[tuple[Array, ...]]]:
    h, c, gates = [q["h0"]], [q["c0"]], []
    for x in X:
        gates.append(_gates(q, x, h[-1]))
        i, f, g, o = gates[-1]
        c.append(f * c[-1] + i * g)
        h.append(o * np.tanh(c[-1]))
    return h, c, gates


def _into_gates(gates: tuple[Array, ...], c_before: Array) -> Array:
    """∂c_t/∂z_t as a (d, 4d) matrix: four diagonal blocks, the last one zero."""
    i, f, g, o = gates
    blocks = (g * i * (1 - i), c_before * f * (1 - f), i * (1 - g**2), 0 * o)
    return np.concatenate([np.diag(block) for block in blocks], axis=1)


def _out_of_gates(gates: tuple[Array, ...], c: Array, into: Array) -> Array:
    """∂h_t/∂z_t as a (d, 4d) matrix: by way of the cell, and by the output gate."""
    o, d = gates[3], len(c)
    through = (o * (1 - np.tanh(c) ** 2))[:, None] * into
    through[:, 3 * d :] += np.diag(np.tanh(c) * o * (1 - o))
    return np.asarray(through)


def _steps(q: Parameters, X: Array) -> tuple[list[Array], list[dict[str, Array]]]:
    """The states h, and the Jacobians of every step: of h_t and c_t by z_t and by c_{t-1}."""
    h, c, gates = _run(q, X)
    jacobians = []
    for t in range(len(X)):
        into = _into_gates(gates[t], c[t])
        keep = np.diag(gates[t][1])
        slope = (gates[t][3] * (1 - np.tanh(c[t + 1]) ** 2))[:, None]
        jacobians.append(
            {"cz": into, "hz": _out_of_gates(gates[t], c[t + 1], into), "cc": keep, "hc": slope * keep}
        )
    return h, jacobians


def _by_jacobians(q: Parameters, X: Array, dH: Array) -> Answer:
    """Backwards with whole matrices in place of entrywise products."""
    h, jacobians = _steps(q, X)
    dh, dc = np.zeros(len(h[0])), np.zeros(len(h[0]))
    delta = np.zeros((len(X), len(q["bz"])))
    for t in range(len(X) - 1, -1, -1):
        J, dh = jacobians[t], dh + dH[t]
        delta[t] = J["hz"].T @ dh + J["cz"].T @ dc
        dh, dc = q["Wh"].T @ delta[t], J["hc"].T @ dh + J["cc"].T @ dc
    return {
        "dWx": np.einsum("tr,tj->rj", delta, X),
        "dWh": np.einsum("tr,tj->rj", delta, np.array(h[:-1])),
        "dbz": np.einsum("tr->r", delta),
        "dX": np.einsum("tr,rj->tj", delta, q["Wx"]),
        "dh0": dh,
        "dc0": dc,
    }


def _forwards(q: Parameters, X: Array, dH: Array) -> Answer:
    """No step back at all: the derivatives of h and c by everything are carried along with them."""
    names = ("Wx", "Wh", "bz", "X", "h0", "c0")
    place, end = {}, 0
    for name, array in {**q, "X": X}.items():
        if name in names:
            place[name] = slice(end, end + array.size)
            end += array.size
    h, jacobians = _steps(q, X)
    (T, n), (r, d) = X.shape, q["Wh"].shape
    by_h, by_c, total = np.zeros((d, end)), np.zeros((d, end)), np.zeros(end)
    by_h[:, place["h0"]] = by_c[:, place["c0"]] = np.eye(d)
    for t in range(T):
        by_z = q["Wh"] @ by_h
        by_z[:, place["Wx"]] += np.kron(np.eye(r), X[t])
        by_z[:, place["Wh"]] += np.kron(np.eye(r), h[t])
        by_z[:, place["bz"]] += np.eye(r)
        by_z[:, place["X"]][:, t * n : (t + 1) * n] += q["Wx"]
        J = jacobians[t]
        by_h, by_c = J["hz"] @ by_z + J["hc"] @ by_c, J["cz"] @ by_z + J["cc"] @ by_c
        total += dH[t] @ by_h
    shapes: dict[str, Any] = {**q, "X": X}
    return {f"d{name}": total[place[name]].reshape(shapes[name].shape) for name in names}


def _gate_by_gate(q: Parameters, X: Array, dH: Array) -> Answer:
    """Four weight matrices of their own, sums kept up in the loop, slopes from tanh alone."""
    h, c, gates = _run(q, X)
    d = len(h[0])
    Wx, Wh = q["Wx"].reshape(4, d, -1), q["Wh"].reshape(4, d, d)
    dWx, dWh, dbz, dX = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros((4, d)), np.zeros_like(X)
    dh, dc = np.zeros(d), np.zeros(d)
    for t in range(len(X) - 1, -1, -1):
        i, f, g, o = gates[t]
        dh = dh + dH[t]
        shown = np.tanh(c[t + 1])
        dc = dc + dh * o * (1 - shown) * (1 + shown)
        before = dh * 0.0
        parts = (dc * g * i * (1 - i), dc * c[t] * f * (1 - f), dc * i * (1 - g) * (1 + g))
        for block, part in enumerate((*parts, dh * shown * o * (1 - o))):
            dWx[block] += np.outer(part, X[t])
            dWh[block] += np.outer(part, h[t])
            dbz[block] += part
            dX[t] += part @ Wx[block]
            before = before + part @ Wh[block]
        dh, dc = before, dc * f
    return {
        "dWx": dWx.reshape(q["Wx"].shape),
        "dWh": dWh.reshape(q["Wh"].shape),
        "dbz": dbz.ravel(),
        "dX": dX,
        "dh0": dh,
        "dc0": dc,
    }


BACKWARD_STYLES: Mapping[str, Function] = {
    "Jacobian products": _by_jacobians,
    "forwards": _forwards,
    "gate by gate": _gate_by_gate,
}
