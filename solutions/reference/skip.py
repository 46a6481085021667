"""Skip connections: across time, from h_{t−s} to z_t, and across the network, from x_t to o_t."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.backward import backward
from solutions.reference.losses import output_eps, sequence_loss
from solutions.reference.rnn import rnn_forward
from solutions.reference.shapes import Array, Gradients, Params, check_count, check_shapes
from solutions.reference.steps import check_rnn, sum_of_outer

SOFTMAX = "softmax-ce"


def skip_step(
    p: Params, S: Array, x: Array, h_prev: Array, h_skip: Array, f: Activation = TANH
) -> tuple[Array, Array]:
    """Return z_t = U x_t + W h_{t−1} + S h_{t−s} + b and h_t = f(z_t), both (d,), for h_skip = h_{t−s} (d,); float64.

    For S (d,d), x (n,), h_prev (d,). Raises ArrayError. Source: lecture C (skip connections).
    """
    check_shapes("S (d,d) x (n) h_prev (d) h_skip (d)", S, x, h_prev, h_skip, **check_rnn(p))
    z = p["U"] @ x + p["W"] @ h_prev + S @ h_skip + p["b"]
    return z, f.f(z)


def delta_skip_step(
    p: Params, S: Array, z: Array, eps: Array, delta_next: Array, delta_skip: Array, f: Activation = TANH
) -> Array:
    """Return δ_t = f'(z_t) ⊙ (Vᵀ ε_t + Wᵀ δ_{t+1} + Sᵀ δ_{t+s}), (d,), for delta_skip = δ_{t+s} (d,); float64.

    A third arrow leaves h_t. For z (d,), eps (k,), delta_next (d,). Raises ArrayError. Source: lecture C.
    """
    check_shapes(
        "S (d,d) z (d) eps (k) delta_next (d) delta_skip (d)",
        S,
        z,
        eps,
        delta_next,
        delta_skip,
        **check_rnn(p),
    )
    return f.prime(z) * (p["V"].T @ eps + p["W"].T @ delta_next + S.T @ delta_skip)


def skip_sums(p: Params, S: Array, deltas: Array, h: Array, s: int) -> tuple[Array, Array]:
    """Return dS = Σ_t δ_t h_{t−s}ᵀ (d,d) and dh0 = Wᵀ δ_1 + Sᵀ Σ_{t≤s} δ_t (d,), where h_j = h_0 for j ≤ 0; float64.

    For S (d,d), deltas (T,d), h (T+1,d). Raises ArrayError, CountError. Source: lecture C.
    """
    sizes = check_shapes("S (d,d) deltas (T,d) h (T+1,d)", S, deltas, h, **check_rnn(p))
    check_count("s", s)
    tails = h[np.maximum(np.arange(1, sizes["T"] + 1) - s, 0)]
    return sum_of_outer(deltas, tails), p["W"].T @ deltas[0] + S.T @ deltas[:s].sum(axis=0)


def skip_forward(p: Params, S: Array, past: Array, X: Array, f: Activation = TANH) -> dict[str, Array]:
    """Return z (T,d), o (T,k), and the states h (s+T,d) = h_{1−s} … h_T, for past (s,d) = h_{1−s} … h_0; float64.

    For S (d,d), X (T,n). Raises ArrayError. Source: lecture C (skip connections).
    """
    sizes = check_shapes("S (d,d) past (s,d) X (T,n)", S, past, X, **check_rnn(p))
    T, s = sizes["T"], sizes["s"]
    z = X @ p["U"].T + p["b"]
    h = np.concatenate([past, np.empty_like(z)])
    for t in range(T):
        # Row s − 1 is h_0, so h_{t−1} and h_{t−s} of step t + 1 are rows t + s − 1 and t.
        z[t] += p["W"] @ h[t + s - 1] + S @ h[t]
        h[t + s] = f.f(z[t])
    return {"z": z, "h": h, "o": h[s:] @ p["V"].T + p["c"]}


def skip_gradients(
    p: Params, S: Array, past: Array, X: Array, Tau: Array, head: str = SOFTMAX, f: Activation = TANH
) -> Gradients:
    """Return dU, dW, dV, db, dc, dS (d,d), and dpast (s,d) = ∂E/∂h_j for j = 1−s … 0; float64.

    For Tau (T,k) and as `skip_forward`. Raises ArrayError, UnknownNameError. Source: lecture C.
    """
    sizes = check_shapes("S (d,d) past (s,d) X (T,n) Tau (T,k)", S, past, X, Tau, **check_rnn(p))
    T, s = sizes["T"], sizes["s"]
    run = skip_forward(p, S, past, X, f)
    eps, slope, h = output_eps(run["o"], Tau, head), f.prime(run["z"]), run["h"]
    # dh collects what each state is answerable for; rows as in h.
    dh = np.concatenate([np.zeros((s, sizes["d"])), eps @ p["V"]])
    delta = np.empty_like(slope)
    for t in reversed(range(T)):
        delta[t] = slope[t] * dh[t + s]
        dh[t + s - 1] += p["W"].T @ delta[t]
        dh[t] += S.T @ delta[t]
    return {
        "dU": sum_of_outer(delta, X),
        "dW": sum_of_outer(delta, h[s - 1 : s - 1 + T]),
        "dS": sum_of_outer(delta, h[:T]),
        "dV": sum_of_outer(eps, h[s:]),
        "db": delta.sum(axis=0),
        "dc": eps.sum(axis=0),
        "dpast": dh[:s].copy(),
    }


def skip_loss(p: Params, S: Array, s: int, X: Array, Tau: Array, head: str = SOFTMAX) -> float:
    """Return E = Σ_t E_t with h_j = h_0 for every j ≤ 0, for S (d,d), X (T,n), Tau (T,k); float64.

    Raises ArrayError, CountError, UnknownNameError. Source: lecture C.
    """
    run = skip_forward(p, S, _h0_always(p, s), X)
    return sequence_loss(run["o"], Tau, head)[0]


def bptt_skip(p: Params, S: Array, s: int, X: Array, Tau: Array, head: str = SOFTMAX) -> Gradients:
    """Return dU, dW, dV, db, dc, dh0, dS of `skip_loss`; h_0 is used s times by S and once by W.

    Raises ArrayError, CountError, UnknownNameError. Source: lecture C.
    """
    g = skip_gradients(p, S, _h0_always(p, s), X, Tau, head)
    g["dh0"] = g.pop("dpast").sum(axis=0)
    return g


def _h0_always(p: Params, s: int) -> Array:
    check_rnn(p)
    check_count("s", s)
    return np.tile(p["h0"], (s, 1))


def skip_loss_without_past(p: Params, S: Array, s: int, X: Array, Tau: Array, head: str = SOFTMAX) -> float:
    """Return E when the skip term is absent for t < s, as if h_j = 0 for j < 0; arguments and errors as above."""
    run = skip_forward(p, S, _only_h0(p, s), X)
    return sequence_loss(run["o"], Tau, head)[0]


def bptt_skip_without_past(
    p: Params, S: Array, s: int, X: Array, Tau: Array, head: str = SOFTMAX
) -> Gradients:
    """Return dU, dW, dV, db, dc, dh0, dS of `skip_loss_without_past`; arguments and errors as above."""
    g = skip_gradients(p, S, _only_h0(p, s), X, Tau, head)
    g["dh0"] = g.pop("dpast")[-1].copy()
    return g


def _only_h0(p: Params, s: int) -> Array:
    check_rnn(p)
    check_count("s", s)
    return np.concatenate([np.zeros((s - 1, len(p["h0"]))), p["h0"][None]])


def input_skip_loss(p: Params, D: Array, X: Array, Tau: Array, head: str = SOFTMAX) -> float:
    """Return E for o_t = V h_t + D x_t + c, D (k,n), X (T,n), Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: lecture C (skip connections).
    """
    check_shapes("D (k,n) X (T,n) Tau (T,k)", D, X, Tau, **check_rnn(p))
    return sequence_loss(rnn_forward(p, X)["o"] + X @ D.T, Tau, head)[0]


def bptt_input_skip(p: Params, D: Array, X: Array, Tau: Array, head: str = SOFTMAX) -> Gradients:
    """Return the six gradients and dD = Σ_t ε_t x_tᵀ (k,n) of `input_skip_loss`; the δ rule is as without D.

    Raises ArrayError, UnknownNameError. Source: lecture C.
    """
    check_shapes("D (k,n) X (T,n) Tau (T,k)", D, X, Tau, **check_rnn(p))
    run = rnn_forward(p, X)
    eps = output_eps(run["o"] + X @ D.T, Tau, head)
    return {**backward(p, X, run, eps), "dD": sum_of_outer(eps, X)}
