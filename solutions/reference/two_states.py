"""An RNN with two hidden states h_t (d,) and m_t (e,) that feed each other.

z^h_t = Uh x_t + Whh h_{t−1} + Whm m_{t−1} + bh, likewise z^m_t; o_t = Vh h_t + Vm m_t + c. The start states are
h0 (d,) and m0 (e,). Each state may have its own activation.
"""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.losses import output_eps, sequence_loss
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import sum_of_outer

TWO_STATES = (
    "Uh (d,n) Whh (d,d) Whm (d,e) bh (d) h0 (d) Um (e,n) Wmm (e,e) Wmh (e,d) bm (e) m0 (e) "
    "Vh (k,d) Vm (k,e) c (k)"
)
Pair = tuple[Activation, Activation]
BOTH_TANH = (TANH, TANH)


def check_two_states(p: Params) -> Sizes:
    """Check the thirteen parameters, and return n, d, e, k. Raises ArrayError."""
    return check_params(TWO_STATES, p)


def two_states_step(
    p: Params, x: Array, h: Array, m: Array, f: Pair = BOTH_TANH
) -> tuple[Array, Array, Array, Array]:
    """Return z^h_t, z^m_t, h_t and m_t, for x (n,), h = h_{t−1} (d,), m = m_{t−1} (e,); float64.

    Raises ArrayError. Source: lecture C (two hidden states).
    """
    check_shapes("x (n) h (d) m (e)", x, h, m, **check_two_states(p))
    zh = p["Uh"] @ x + p["Whh"] @ h + p["Whm"] @ m + p["bh"]
    zm = p["Um"] @ x + p["Wmh"] @ h + p["Wmm"] @ m + p["bm"]
    return zh, zm, f[0].f(zh), f[1].f(zm)


def two_states_delta_step(
    p: Params, zh: Array, zm: Array, eps: Array, deltas_next: tuple[Array, Array], f: Pair = BOTH_TANH
) -> tuple[Array, Array]:
    """Return δ^h_t (d,) and δ^m_t (e,) from eps (k,) and (δ^h_{t+1}, δ^m_{t+1}); float64.

    δ^h_t = f'(z^h_t) ⊙ (Vhᵀ ε_t + Whhᵀ δ^h_{t+1} + Wmhᵀ δ^m_{t+1}): three arrows leave h_t, and three m_t.
    Raises ArrayError. Source: lecture C (two hidden states).
    """
    dh, dm = deltas_next
    check_shapes(
        "zh (d) zm (e) eps (k) delta_h_next (d) delta_m_next (e)", zh, zm, eps, dh, dm, **check_two_states(p)
    )
    into_h = p["Vh"].T @ eps + p["Whh"].T @ dh + p["Wmh"].T @ dm
    into_m = p["Vm"].T @ eps + p["Whm"].T @ dh + p["Wmm"].T @ dm
    return f[0].prime(zh) * into_h, f[1].prime(zm) * into_m


def two_states_forward(p: Params, X: Array, f: Pair = BOTH_TANH) -> dict[str, Array]:
    """Return zh (T,d), zm (T,e), h (T+1,d), m (T+1,e) and o (T,k), for X (T,n); float64.

    Raises ArrayError. Source: lecture C (two hidden states).
    """
    check_shapes("X (T,n)", X, **check_two_states(p))
    z, h, m = [], [p["h0"]], [p["m0"]]
    for x in X:
        zh, zm, h_t, m_t = two_states_step(p, x, h[-1], m[-1], f)
        z.append((zh, zm))
        h.append(h_t)
        m.append(m_t)
    H, M = np.array(h), np.array(m)
    o = H[1:] @ p["Vh"].T + M[1:] @ p["Vm"].T + p["c"]
    return {"zh": np.array([zh for zh, _ in z]), "zm": np.array([zm for _, zm in z]), "h": H, "m": M, "o": o}


def two_states_loss(p: Params, X: Array, Tau: Array, head: str = "softmax-ce", f: Pair = BOTH_TANH) -> float:
    """Return E = Σ_t E_t for X (T,n), Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: lecture C.
    """
    return sequence_loss(two_states_forward(p, X, f)["o"], Tau, head)[0]


def bptt_two_states(
    p: Params, X: Array, Tau: Array, head: str = "softmax-ce", f: Pair = BOTH_TANH
) -> Gradients:
    """Return d<name> of every array of p, of its shape, for X (T,n), Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: lecture C (two hidden states).
    """
    check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_two_states(p))
    run = two_states_forward(p, X, f)
    eps = output_eps(run["o"], Tau, head)
    after = np.zeros(len(p["h0"])), np.zeros(len(p["m0"]))
    deltas = []
    for zh, zm, eps_t in zip(run["zh"][::-1], run["zm"][::-1], eps[::-1], strict=True):
        after = two_states_delta_step(p, zh, zm, eps_t, after, f)
        deltas.append(after)
    dh, dm = (np.array(series[::-1]) for series in zip(*deltas, strict=True))
    h, m = run["h"], run["m"]
    return {
        "dUh": sum_of_outer(dh, X),
        "dUm": sum_of_outer(dm, X),
        "dWhh": sum_of_outer(dh, h[:-1]),
        "dWhm": sum_of_outer(dh, m[:-1]),
        "dWmh": sum_of_outer(dm, h[:-1]),
        "dWmm": sum_of_outer(dm, m[:-1]),
        "dbh": dh.sum(axis=0),
        "dbm": dm.sum(axis=0),
        "dh0": p["Whh"].T @ dh[0] + p["Wmh"].T @ dm[0],
        "dm0": p["Whm"].T @ dh[0] + p["Wmm"].T @ dm[0],
        "dVh": sum_of_outer(eps, h[1:]),
        "dVm": sum_of_outer(eps, m[1:]),
        "dc": eps.sum(axis=0),
    }


def as_one_state(p: Params) -> Params:
    """Return U, W, V, b, c, h0 of the plain RNN with the state (h; m) and the block matrix W; float64.

    Raises ArrayError. Source: lecture C, as one network.
    """
    check_two_states(p)
    return {
        "U": np.concatenate([p["Uh"], p["Um"]]),
        "W": np.block([[p["Whh"], p["Whm"]], [p["Wmh"], p["Wmm"]]]),
        "V": np.concatenate([p["Vh"], p["Vm"]], axis=1),
        "b": np.concatenate([p["bh"], p["bm"]]),
        "c": p["c"].copy(),
        "h0": np.concatenate([p["h0"], p["m0"]]),
    }
