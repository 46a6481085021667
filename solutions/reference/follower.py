"""Two hidden states, of which the second follows the first within the step: the graph of exercise 7.7.

z^h_t = Uh x_t + Whh h_{t−1} + Whm m_{t−1} + bh, and z^m_t = Wmh h_t + Wmm m_{t−1} + bm: m_t hears h_t, not h_{t−1},
and has no input of its own. o_t = Vh h_t + Vm m_t + c. The start states are h0 (d,) and m0 (e,).
"""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.losses import output_eps, sequence_loss
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import sum_of_outer

FOLLOWER = (
    "Uh (d,n) Whh (d,d) Whm (d,e) bh (d) h0 (d) Wmh (e,d) Wmm (e,e) bm (e) m0 (e) Vh (k,d) Vm (k,e) c (k)"
)


def check_follower(p: Params) -> Sizes:
    """Check the twelve parameters, and return n, d, e, k. Raises ArrayError."""
    return check_params(FOLLOWER, p)


def follower_forward(p: Params, X: Array, f: Activation = TANH) -> dict[str, Array]:
    """Return zh (T,d), zm (T,e), h (T+1,d), m (T+1,e) and o (T,k), for X (T,n); float64.

    Raises ArrayError. Source: lecture C (two hidden states), with one arrow moved.
    """
    check_shapes("X (T,n)", X, **check_follower(p))
    z, h, m = [], [p["h0"]], [p["m0"]]
    for x in X:
        zh = p["Uh"] @ x + p["Whh"] @ h[-1] + p["Whm"] @ m[-1] + p["bh"]
        h.append(f.f(zh))
        zm = p["Wmh"] @ h[-1] + p["Wmm"] @ m[-1] + p["bm"]
        m.append(f.f(zm))
        z.append((zh, zm))
    H, M = np.array(h), np.array(m)
    o = H[1:] @ p["Vh"].T + M[1:] @ p["Vm"].T + p["c"]
    return {"zh": np.array([zh for zh, _ in z]), "zm": np.array([zm for _, zm in z]), "h": H, "m": M, "o": o}


def follower_loss(p: Params, X: Array, Tau: Array, head: str = "softmax-ce", f: Activation = TANH) -> float:
    """Return E = Σ_t E_t for X (T,n), Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: as `bptt_follower`.
    """
    return sequence_loss(follower_forward(p, X, f)["o"], Tau, head)[0]


def bptt_follower(
    p: Params, X: Array, Tau: Array, head: str = "softmax-ce", f: Activation = TANH
) -> Gradients:
    """Return d<name> of every array of p, of its shape, for X (T,n), Tau (T,k); float64.

    δ^m_t = f'(z^m_t) ⊙ (Vmᵀ ε_t + Wmmᵀ δ^m_{t+1} + Whmᵀ δ^h_{t+1}) comes first, since h_t feeds z^m_t:
    δ^h_t = f'(z^h_t) ⊙ (Vhᵀ ε_t + Whhᵀ δ^h_{t+1} + Wmhᵀ δ^m_t). Raises ArrayError, UnknownNameError.
    Source: lecture C (two hidden states), with one arrow moved.
    """
    check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_follower(p))
    run = follower_forward(p, X, f)
    eps = output_eps(run["o"], Tau, head)
    dh, dm = np.zeros_like(run["zh"]), np.zeros_like(run["zm"])
    next_h, next_m = np.zeros(len(p["h0"])), np.zeros(len(p["m0"]))
    for t in reversed(range(len(X))):
        at_m = p["Vm"].T @ eps[t] + p["Wmm"].T @ next_m + p["Whm"].T @ next_h
        next_m = dm[t] = f.prime(run["zm"][t]) * at_m
        at_h = p["Vh"].T @ eps[t] + p["Whh"].T @ next_h + p["Wmh"].T @ next_m
        next_h = dh[t] = f.prime(run["zh"][t]) * at_h
    h, m = run["h"], run["m"]
    return {
        "dUh": sum_of_outer(dh, X),
        "dWhh": sum_of_outer(dh, h[:-1]),
        "dWhm": sum_of_outer(dh, m[:-1]),
        "dWmh": sum_of_outer(dm, h[1:]),
        "dWmm": sum_of_outer(dm, m[:-1]),
        "dbh": dh.sum(axis=0),
        "dbm": dm.sum(axis=0),
        "dh0": p["Whh"].T @ dh[0],
        "dm0": p["Whm"].T @ dh[0] + p["Wmm"].T @ dm[0],
        "dVh": sum_of_outer(eps, h[1:]),
        "dVm": sum_of_outer(eps, m[1:]),
        "dc": eps.sum(axis=0),
    }
