"""Bidirectional RNN: one chain runs with time, the other against it, and they meet in the output.

The chain with time has U, W, b, h0 (d,·); the one against it Ub, Wb, bb, hb0 (e,·), where hb0 is its state
after step T; the output has V (k,d), Vb (k,e) and c (k,).
"""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.losses import output_eps, output_head
from solutions.reference.recurrence import recurrence_backward, recurrence_forward
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import sum_of_outer

BIDIRECTIONAL = "U (d,n) W (d,d) b (d) h0 (d) Ub (e,n) Wb (e,e) bb (e) hb0 (e) V (k,d) Vb (k,e) c (k)"


def check_bidirectional(p: Params) -> Sizes:
    """Check the eleven parameters, and return n, d, e, k. Raises ArrayError."""
    return check_params(BIDIRECTIONAL, p)


def backward_chain_step(p: Params, x: Array, hb_next: Array, f: Activation = TANH) -> tuple[Array, Array]:
    """Return zb_t = Ub x_t + Wb hb_{t+1} + bb and hb_t = f(zb_t), both (e,), for x (n,), hb_next (e,); float64.

    Raises ArrayError. Source: lecture C (bidirectional slides).
    """
    check_shapes("x (n) hb_next (e)", x, hb_next, **check_bidirectional(p))
    z = p["Ub"] @ x + p["Wb"] @ hb_next + p["bb"]
    return z, f.f(z)


def delta_backward_chain_step(
    zb: Array, Vb: Array, eps: Array, Wb: Array, delta_prev: Array, f: Activation = TANH
) -> Array:
    """Return δb_t = f'(zb_t) ⊙ (Vbᵀ ε_t + Wbᵀ δb_{t−1}), (e,), with δb_0 = 0: from t = 1 upwards; float64.

    For zb (e,), Vb (k,e), eps (k,), Wb (e,e), delta_prev (e,). Raises ArrayError. Source: lecture C.
    """
    check_shapes("zb (e) Vb (k,e) eps (k) Wb (e,e) delta_prev (e)", zb, Vb, eps, Wb, delta_prev)
    return f.prime(zb) * (Vb.T @ eps + Wb.T @ delta_prev)


def backward_chain_gradients(p: Params, deltas: Array, X: Array, hb: Array) -> Gradients:
    """Return dUb = Σ δb_t x_tᵀ, dWb = Σ δb_t hb_{t+1}ᵀ, dbb = Σ δb_t, and dhb0 = Wbᵀ δb_T; float64.

    For deltas (T,e), X (T,n), and hb (T+1,e) = hb_1 … hb_{T+1}. Raises ArrayError. Source: lecture C.
    """
    check_shapes("deltas (T,e) X (T,n) hb (T+1,e)", deltas, X, hb, **check_bidirectional(p))
    return {
        "dUb": sum_of_outer(deltas, X),
        "dWb": sum_of_outer(deltas, hb[1:]),
        "dbb": deltas.sum(axis=0),
        "dhb0": p["Wb"].T @ deltas[-1],
    }


def bidirectional_forward(p: Params, X: Array, f: Activation = TANH) -> dict[str, Array]:
    """Return h (T+1,d) = h_0 … h_T, hb (T+1,e) = hb_1 … hb_{T+1}, and o (T,k), for X (T,n); float64.

    Raises ArrayError. Source: lecture C (bidirectional slides).
    """
    check_bidirectional(p)
    h = recurrence_forward(p, X, f)["h"]
    hb = recurrence_forward(_against_time(p), X[::-1], f)["h"][::-1]
    return {"h": h, "hb": hb, "o": h[1:] @ p["V"].T + hb[:-1] @ p["Vb"].T + p["c"]}


def bidirectional_loss(
    p: Params,
    X: Array,
    Tau: Array,
    head: str = "softmax-ce",
    loss_at: Array | None = None,
    f: Activation = TANH,
) -> float:
    """Return E = Σ_t m_t E_t for X (T,n), Tau (T,k) and the mask m = loss_at (T,), all ones if None; float64.

    A gap in a text has its loss at one step. Raises ArrayError, UnknownNameError. Source: lecture C.
    """
    sizes = check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_bidirectional(p))
    Et = output_head(head).loss(bidirectional_forward(p, X, f)["o"], Tau)
    return float(_mask(loss_at, sizes["T"]) @ Et)


def bptt_bidirectional(
    p: Params,
    X: Array,
    Tau: Array,
    head: str = "softmax-ce",
    loss_at: Array | None = None,
    f: Activation = TANH,
) -> Gradients:
    """Return d<name> of every array of p, of its shape; arguments and errors as `bidirectional_loss`.

    Each chain is a plain recurrence; the one against time sees everything in reverse. Source: lecture C.
    """
    sizes = check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_bidirectional(p))
    run = bidirectional_forward(p, X, f)
    eps = _mask(loss_at, sizes["T"])[:, None] * output_eps(run["o"], Tau, head)
    with_time = _chain_gradients(p, X, eps @ p["V"], f)
    against = _chain_gradients(_against_time(p), X[::-1], (eps @ p["Vb"])[::-1], f)
    return {
        **with_time,
        "dUb": against["dU"],
        "dWb": against["dW"],
        "dbb": against["db"],
        "dhb0": against["dh0"],
        "dV": sum_of_outer(eps, run["h"][1:]),
        "dVb": sum_of_outer(eps, run["hb"][:-1]),
        "dc": eps.sum(axis=0),
    }


def _chain_gradients(chain: Params, X: Array, dH: Array, f: Activation) -> Gradients:
    g = recurrence_backward(chain, X, recurrence_forward(chain, X, f), dH, f)
    del g["dX"]
    return g


def _against_time(p: Params) -> Params:
    return {"U": p["Ub"], "W": p["Wb"], "b": p["bb"], "h0": p["hb0"]}


def _mask(loss_at: Array | None, T: int) -> Array:
    if loss_at is None:
        return np.ones(T)
    check_shapes("loss_at (T)", loss_at, T=T)
    return loss_at
