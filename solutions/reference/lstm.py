"""The LSTM, forward and backward: a cell state c_t beside h_t, and gates that write, keep and show it.

The letters clash: here o is the output gate and c the cell state, not the logits and the output bias.
Blocks are stacked in the order i (write), f (keep), g (what to write), o (show).
"""

# mypy: disable-error-code="no-any-return"
# NumPy types what is unpacked from an array as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import sigmoid
from solutions.reference.readout import readout_backward, readout_loss
from solutions.reference.shapes import (
    Array,
    Gradients,
    Params,
    Sizes,
    check_params,
    check_shapes,
)
from solutions.reference.steps import sum_of_outer

LSTM = "Wx (4d,n) Wh (4d,d) bz (4d)"
"""The stacked weights of an LSTM; its start states are h0 (d) and c0 (d)."""


def check_lstm(q: Params) -> Sizes:
    """Check Wx, Wh, bz, h0, c0, and return n, d and 4d. Raises ArrayError."""
    d = check_params("h0 (d) c0 (d)", q)["d"]
    return check_params(LSTM, q, **{"d": d, "4d": 4 * d})


def open_gates(z: Array) -> Array:
    """Return the gates (4,d) from z (4d,): i, f, o = σ(z), g = tanh(z); float64.

    Raises ArrayError. Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.
    """
    check_shapes("z (4d)", z)
    check_shapes("z (4d)", z, **{"4d": len(z) // 4 * 4})
    blocks = z.reshape(4, -1)
    gates = sigmoid(blocks)
    gates[2] = np.tanh(blocks[2])
    return gates


def cell_step(gates: Array, c: Array) -> Array:
    """Return c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t, (d,), for gates (4,d) and c = c_{t−1} (d,); float64.

    Raises ArrayError. Source: lecture D (the cell state as a conveyor belt).
    """
    check_shapes("gates (4,d) c (d)", gates, c)
    i, f, g, _ = gates
    return f * c + i * g


def show_step(gates: Array, c: Array) -> Array:
    """Return h_t = o_t ⊙ tanh(c_t), (d,), for gates (4,d) and c = c_t (d,); float64.

    Raises ArrayError. Source: Hochreiter and Schmidhuber 1997.
    """
    check_shapes("gates (4,d) c (d)", gates, c)
    return gates[3] * np.tanh(c)


def lstm_step(q: Params, x: Array, h: Array, c: Array) -> tuple[Array, Array, Array]:
    """Return h_t (d,), c_t (d,) and the gates (4,d), for x (n,), h = h_{t−1} (d,), c = c_{t−1} (d,); float64.

    Raises ArrayError. Source: lecture D names the cell; Greff et al. 2017 write it out.
    """
    check_shapes("x (n) h (d) c (d)", x, h, c, **check_lstm(q))
    gates = open_gates(q["Wx"] @ x + q["Wh"] @ h + q["bz"])
    c_next = cell_step(gates, c)
    return show_step(gates, c_next), c_next, gates


def lstm_forward(q: Params, X: Array) -> dict[str, Array]:
    """Return h (T+1,d), c (T+1,d) with the start states in row 0, and gates (T,4,d), for X (T,n); float64.

    Raises ArrayError. Source: as `lstm_step`.
    """
    sizes = check_shapes("X (T,n)", X, **check_lstm(q))
    T, d = sizes["T"], sizes["d"]
    h, c, gates = np.empty((T + 1, d)), np.empty((T + 1, d)), np.empty((T, 4, d))
    h[0], c[0] = q["h0"], q["c0"]
    z = X @ q["Wx"].T + q["bz"]
    for t in range(T):
        gates[t] = open_gates(z[t] + q["Wh"] @ h[t])
        c[t + 1] = cell_step(gates[t], c[t])
        h[t + 1] = show_step(gates[t], c[t + 1])
    return {"h": h, "c": c, "gates": gates}


def cell_delta(gates: Array, c: Array, dh: Array, dc_next: Array) -> Array:
    """Return ∂E/∂c_t = ∂E/∂h_t ⊙ o_t ⊙ (1 − tanh² c_t) + dc_next, (d,), for gates (4,d); float64.

    dc_next = f_{t+1} ⊙ ∂E/∂c_{t+1} comes along the cell path. Raises ArrayError.
    Source: Greff et al. 2017 (appendix).
    """
    check_shapes("gates (4,d) c (d) dh (d) dc_next (d)", gates, c, dh, dc_next)
    return dh * gates[3] * (1.0 - np.tanh(c) ** 2) + dc_next


def gate_deltas(gates: Array, c_prev: Array, c: Array, dh: Array, dc: Array) -> Array:
    """Return δ = ∂E/∂z_t of the four blocks, (4,d), from dh = ∂E/∂h_t and dc = ∂E/∂c_t (d,); float64.

    Each is the gate's partner in the forward product, times the gate's own slope. Raises ArrayError.
    Source: Greff et al. 2017 (appendix).
    """
    check_shapes("gates (4,d) c_prev (d) c (d) dh (d) dc (d)", gates, c_prev, c, dh, dc)
    i, f, g, o = gates
    return np.stack(
        [
            dc * g * i * (1.0 - i),
            dc * c_prev * f * (1.0 - f),
            dc * i * (1.0 - g**2),
            dh * np.tanh(c) * o * (1.0 - o),
        ]
    )


def lstm_deltas(q: Params, run: Params, dH: Array) -> tuple[Array, Array, Array]:
    """Return δ (T,4d), dh0 (d,), dc0 (d,), from the run of `lstm_forward` and dH (T,d) from outside; float64.

    Two carries go back: ∂E/∂h through Whᵀ, ∂E/∂c through the forget gate alone. Raises ArrayError.
    Source: Greff et al. 2017 (appendix).
    """
    h, c, gates = run["h"], run["c"], run["gates"]
    sizes = check_shapes("h (T+1,d) c (T+1,d) gates (T,4,d) dH (T,d)", h, c, gates, dH, **check_lstm(q))
    delta = np.empty((sizes["T"], sizes["4d"]))
    dh_next, dc_next = np.zeros(sizes["d"]), np.zeros(sizes["d"])
    for t in reversed(range(sizes["T"])):
        dh = dH[t] + dh_next
        dc = cell_delta(gates[t], c[t + 1], dh, dc_next)
        delta[t] = gate_deltas(gates[t], c[t], c[t + 1], dh, dc).ravel()
        dh_next, dc_next = q["Wh"].T @ delta[t], gates[t, 1] * dc
    return delta, dh_next, dc_next


def lstm_backward(q: Params, X: Array, dH: Array) -> Gradients:
    """Return dWx, dWh, dbz, dX, dh0, dc0, each of its array's shape, for X (T,n) and dH (T,d); float64.

    dH_t is what E takes from h_t outside the recurrence, Vᵀ ε_t for an output layer. Raises ArrayError.
    Source: Greff et al. 2017 (appendix).
    """
    return _backward(q, X, lstm_forward(q, X), dH)


def _backward(q: Params, X: Array, run: Params, dH: Array) -> Gradients:
    delta, dh0, dc0 = lstm_deltas(q, run, dH)
    return {**stacked_gradients(q, X, run["h"], delta), "dh0": dh0, "dc0": dc0}


def stacked_gradients(q: Params, X: Array, h: Array, delta: Array) -> Gradients:
    """Return dWx, dWh, dbz, dX from δ of all stacked blocks, (T,r), with X (T,n) and h (T+1,d); float64.

    Raises ArrayError. Source: lecture D's rule of thumb, δ of the block times what the weight multiplied.
    """
    sizes = check_params("Wx (r,n) Wh (r,d) bz (r)", q)
    check_shapes("X (T,n) h (T+1,d) delta (T,r)", X, h, delta, **sizes)
    return {
        "dWx": sum_of_outer(delta, X),
        "dWh": sum_of_outer(delta, h[:-1]),
        "dbz": delta.sum(axis=0),
        "dX": delta @ q["Wx"],
    }


def lstm_loss(q: Params, X: Array, Tau: Array, head: str) -> float:
    """Return E = Σ_t E_t of an LSTM with output layer V (k,d), c (k,) in q, for X (T,n), Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: as `lstm_step`; lecture D for the output layer.
    """
    return readout_loss(q, lstm_forward(q, X)["h"], Tau, head)


def lstm_bptt(q: Params, X: Array, Tau: Array, head: str) -> Gradients:
    """Return the gradients of `lstm_loss`: those of `lstm_backward`, and dV, dc; float64.

    Raises ArrayError, UnknownNameError. Source: as `lstm_backward`.
    """
    run = lstm_forward(q, X)
    dH, g = readout_backward(q, run["h"], Tau, head)
    return {**_backward(q, X, run, dH), **g}
