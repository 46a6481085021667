"""The GRU, forward and backward: one state, a gate that resets it and a gate that updates it.

Blocks are stacked in the order r (reset), u (update), m (candidate).
"""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import sigmoid
from solutions.reference.lstm import stacked_gradients
from solutions.reference.readout import readout_backward, readout_loss
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes

GRU = "Wx (3d,n) Wh (3d,d) bz (3d)"
"""The stacked weights of a GRU; its start state is h0 (d)."""


def check_gru(q: Params) -> Sizes:
    """Check Wx, Wh, bz, h0, and return n, d and 3d. Raises ArrayError."""
    d = check_params("h0 (d)", q)["d"]
    return check_params(GRU, q, **{"d": d, "3d": 3 * d})


def gru_step(q: Params, x: Array, h: Array) -> tuple[Array, Array]:
    """Return h_t = (1 − u) ⊙ h_{t−1} + u ⊙ m, (d,), and the gates (3,d), for x (n,), h (d,); float64.

    The candidate m sees the state after the reset. Raises ArrayError. Source: Chung et al. 2014; in
    Cho et al. 2014 u and 1 − u change places, and some libraries reset after the product with Wh.
    """
    check_shapes("x (n) h (d)", x, h, **check_gru(q))
    return _step(q, q["Wx"] @ x + q["bz"], h)


def _step(q: Params, from_input: Array, h: Array) -> tuple[Array, Array]:
    d = len(h)
    r, u = sigmoid(from_input[: 2 * d] + q["Wh"][: 2 * d] @ h).reshape(2, d)
    m = np.tanh(from_input[2 * d :] + q["Wh"][2 * d :] @ (r * h))
    return (1.0 - u) * h + u * m, np.stack([r, u, m])


def gru_forward(q: Params, X: Array) -> dict[str, Array]:
    """Return h (T+1,d) with h[0] = h_0, and gates (T,3,d), for X (T,n); float64.

    Raises ArrayError. Source: as `gru_step`.
    """
    sizes = check_shapes("X (T,n)", X, **check_gru(q))
    h, gates = np.empty((sizes["T"] + 1, sizes["d"])), np.empty((sizes["T"], 3, sizes["d"]))
    h[0] = q["h0"]
    from_input = X @ q["Wx"].T + q["bz"]
    for t in range(sizes["T"]):
        h[t + 1], gates[t] = _step(q, from_input[t], h[t])
    return {"h": h, "gates": gates}


def gru_delta_step(q: Params, gates: Array, h: Array, dh: Array) -> tuple[Array, Array]:
    """Return δ_t = ∂E/∂z_t (3,d) and ∂E/∂h_{t−1} (d,), from gates (3,d), h = h_{t−1}, dh = ∂E/∂h_t; float64.

    h_{t−1} is heard four times: kept, reset, and by each gate. Raises ArrayError. Source: Chung et al. 2014.
    """
    sizes = check_gru(q)
    check_shapes("gates (3,d) h (d) dh (d)", gates, h, dh, **sizes)
    return _delta_step(q, gates, h, dh)


def _delta_step(q: Params, gates: Array, h: Array, dh: Array) -> tuple[Array, Array]:
    r, u, m = gates
    Wr, Wu, Wm = q["Wh"].reshape(3, len(h), len(h))
    delta_m = dh * u * (1.0 - m**2)
    delta_u = dh * (m - h) * u * (1.0 - u)
    dreset = Wm.T @ delta_m
    delta_r = dreset * h * r * (1.0 - r)
    dh_prev = dh * (1.0 - u) + r * dreset + Wu.T @ delta_u + Wr.T @ delta_r
    return np.stack([delta_r, delta_u, delta_m]), dh_prev


def gru_backward(q: Params, X: Array, dH: Array) -> Gradients:
    """Return dWx, dWh, dbz, dX, dh0, each of its array's shape, for X (T,n), dH (T,d) from outside; float64.

    The candidate's rows of Wh multiplied r ⊙ h_{t−1}, not h_{t−1}. Raises ArrayError.
    Source: Chung et al. 2014, by lecture D's rules for deltas and weights.
    """
    check_shapes("X (T,n) dH (T,d)", X, dH, **check_gru(q))
    return _backward(q, X, gru_forward(q, X), dH)


def _backward(q: Params, X: Array, run: Params, dH: Array) -> Gradients:
    h, gates, (T, d) = run["h"], run["gates"], dH.shape
    delta, dh = np.empty((T, 3, d)), np.zeros(d)
    for t in reversed(range(T)):
        delta[t], dh = _delta_step(q, gates[t], h[t], dH[t] + dh)
    g = stacked_gradients(q, X, h, delta.reshape(T, -1))
    g["dWh"][2 * d :] = delta[:, 2].T @ (gates[:, 0] * h[:-1])
    return {**g, "dh0": dh}


def gru_loss(q: Params, X: Array, Tau: Array, head: str) -> float:
    """Return E = Σ_t E_t of a GRU with output layer V (k,d), c (k,) in q, for X (T,n), Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: as `gru_step`; lecture D for the output layer.
    """
    return readout_loss(q, gru_forward(q, X)["h"], Tau, head)


def gru_bptt(q: Params, X: Array, Tau: Array, head: str) -> Gradients:
    """Return the gradients of `gru_loss`: those of `gru_backward`, and dV, dc; float64.

    Raises ArrayError, UnknownNameError. Source: as `gru_backward`.
    """
    run = gru_forward(q, X)
    dH, g = readout_backward(q, run["h"], Tau, head)
    return {**_backward(q, X, run, dH), **g}
