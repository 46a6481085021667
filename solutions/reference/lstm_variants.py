"""The LSTM's relatives, each one changed line away from it, by one forward and one backward pass.

Greff et al. 2017 name them: no input gate (NIG), no forget gate (NFG), no output gate (NOG), no input
activation (NIAF), no output activation (NOAF), coupled gates (CIFG, here as i = 1 − f; there f = 1 − i, which
differs by a sign of the weights only), full gate recurrence (FGR). Peepholes
are three vectors `peep`, and the recurrence between gates a matrix `Wg`: the dict has them or has not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solutions.reference.activations import IDENTITY, SIGMOID, TANH, Activation
from solutions.reference.errors import UnknownNameError
from solutions.reference.lstm import check_lstm, stacked_gradients
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import sum_of_outer

OPEN = Activation("open", np.ones_like, np.zeros_like, 0.0)
"""A gate that is always 1, whatever its z: the gate is as good as gone."""


@dataclass(frozen=True)
class Cell:
    """What each block does with its z, what squashes the cell on its way out, and whether i = 1 − f."""

    i: Activation = SIGMOID
    f: Activation = SIGMOID
    g: Activation = TANH
    o: Activation = SIGMOID
    out: Activation = TANH
    coupled: bool = False


VARIANTS = {
    "LSTM": Cell(),
    "NIG": Cell(i=OPEN),
    "NFG": Cell(f=OPEN),
    "NOG": Cell(o=OPEN),
    "NIAF": Cell(g=IDENTITY),
    "NOAF": Cell(out=IDENTITY),
    "CIFG": Cell(coupled=True),
}

GATES = [0, 1, 3]
"""The blocks i, f, o: all but g, which is no gate."""


def variant(name: str) -> Cell:
    """Return the cell of that name. Raises UnknownNameError."""
    if name not in VARIANTS:
        raise UnknownNameError("LSTM variant", name, VARIANTS)
    return VARIANTS[name]


def check_variant(q: Params) -> Sizes:
    """Check an LSTM's arrays and, where the dict has them, peep (3,d) and Wg (3d,3d). Raises ArrayError."""
    sizes = check_lstm(q)
    sizes["3d"] = 3 * sizes["d"]
    if "peep" in q:
        check_params("peep (3,d)", q, **sizes)
    if "Wg" in q:
        check_params("Wg (3d,3d)", q, **sizes)
    return sizes


def variant_forward(q: Params, X: Array, cell: Cell) -> dict[str, Array]:
    """Return z (T,4,d), gates (T+1,4,d), h (T+1,d), c (T+1,d) for X (T,n); row 0 is the start; float64.

    The gates before the first step are 0. Raises ArrayError. Source: Greff et al. 2017.
    """
    sizes = check_shapes("X (T,n)", X, **check_variant(q))
    T, d = sizes["T"], sizes["d"]
    peep, Wg = _extras(q, d)
    h, c, gates = np.empty((T + 1, d)), np.empty((T + 1, d)), np.zeros((T + 1, 4, d))
    h[0], c[0] = q["h0"], q["c0"]
    z = (X @ q["Wx"].T + q["bz"]).reshape(T, 4, d)
    for t in range(T):
        z[t] += (q["Wh"] @ h[t]).reshape(4, d)
        z[t, GATES] += (Wg @ gates[t, GATES].ravel()).reshape(3, d)
        z[t, :2] += peep[:2] * c[t]
        f, g = cell.f.f(z[t, 1]), cell.g.f(z[t, 2])
        i = 1.0 - f if cell.coupled else cell.i.f(z[t, 0])
        c[t + 1] = f * c[t] + i * g
        z[t, 3] += peep[2] * c[t + 1]
        o = cell.o.f(z[t, 3])
        gates[t + 1] = i, f, g, o
        h[t + 1] = o * cell.out.f(c[t + 1])
    return {"z": z, "gates": gates, "h": h, "c": c}


def variant_backward(q: Params, X: Array, dH: Array, cell: Cell) -> Gradients:
    """Return dWx, dWh, dbz, dX, dh0, dc0, and dpeep, dWg where q has them, for X (T,n) and dH (T,d); float64.

    Raises ArrayError. Source: Greff et al. 2017 (appendix, for peepholes); the rest by the same rule.
    """
    check_shapes("X (T,n) dH (T,d)", X, dH, **check_variant(q))
    run = variant_forward(q, X, cell)
    delta, dh0, dc0 = _deltas(q, run, dH, cell)
    g = {**stacked_gradients(q, X, run["h"], delta.reshape(len(X), -1)), "dh0": dh0, "dc0": dc0}
    if "peep" in q:
        g["dpeep"] = np.stack([delta[:, 0], delta[:, 1], delta[:, 3]])
        g["dpeep"] = (g["dpeep"] * np.stack([run["c"][:-1], run["c"][:-1], run["c"][1:]])).sum(axis=1)
    if "Wg" in q:
        g["dWg"] = sum_of_outer(*(a[:, GATES].reshape(len(X), -1) for a in (delta, run["gates"][:-1])))
    return g


def _deltas(q: Params, run: Params, dH: Array, cell: Cell) -> tuple[Array, Array, Array]:
    z, c, (T, d) = run["z"], run["c"], dH.shape
    peep, Wg = _extras(q, d)
    delta, dgates, dh, dc = np.empty_like(z), np.zeros((4, d)), np.zeros(d), np.zeros(d)
    for t in reversed(range(T)):
        i, f, g, o = run["gates"][t + 1]
        dh = dH[t] + dh
        # dgates comes in as what the gates of this step do to the next step's (0 but for Wg).
        delta[t, 3] = (dgates[3] + dh * cell.out.f(c[t + 1])) * cell.o.prime(z[t, 3])
        dc = dc + dh * o * cell.out.prime(c[t + 1]) + peep[2] * delta[t, 3]
        di, df = dgates[0] + dc * g, dgates[1] + dc * c[t]
        if cell.coupled:
            di, df = np.zeros(d), df - di
        delta[t, 0] = di * cell.i.prime(z[t, 0])
        delta[t, 1] = df * cell.f.prime(z[t, 1])
        delta[t, 2] = dc * i * cell.g.prime(z[t, 2])
        dh = q["Wh"].T @ delta[t].ravel()
        dc = dc * f + peep[0] * delta[t, 0] + peep[1] * delta[t, 1]
        dgates[GATES] = (Wg.T @ delta[t, GATES].ravel()).reshape(3, d)
    return delta, dh, dc


def _extras(q: Params, d: int) -> tuple[Array, Array]:
    """The peepholes and the recurrence between gates; zeros, which change nothing, where q has none."""
    return q.get("peep", np.zeros((3, d))), q.get("Wg", np.zeros((3 * d, 3 * d)))
