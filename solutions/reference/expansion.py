"""How a weight reaches a late state: the split in two, the sum over its uses, and the sum taken by use.

Arrays of derivatives are indexed [i, a, b] for ∂h_i/∂W_ab, as in `totals`.
"""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.jacobians import state_jacobian, step_jacobian
from solutions.reference.losses import output_eps
from solutions.reference.rnn import rnn_forward
from solutions.reference.shapes import Array, Params, check_shapes
from solutions.reference.steps import check_rnn, rnn_step
from solutions.reference.totals import immediate, total_dh_dW


def through_state(dE_dh: Array, dh_dW: Array) -> Array:
    """Return dE/dW_ab = Σ_i ∂E/∂h_i dh_i/dW_ab, (d,m), for dE_dh (d,) and dh_dW (d,d,m); float64.

    The sum runs over the state's index, the first axis of dh_dW. Raises ArrayError.
    Source: lectures A (L_4) and B (E_3), with the index that is summed.
    """
    check_shapes("dE_dh (d) dh_dW (d,d,m)", dE_dh, dh_dW)
    return np.tensordot(dE_dh, dh_dW, axes=1)


def explicit_and_implicit(
    p: Params, h_prev: Array, x: Array, dh_prev_dW: Array, f: Activation = TANH
) -> tuple[Array, Array]:
    """Return the two parts of dh_t/dW, (d,d,d) each: ∂⁺h_t/∂W, and J_t dh_{t−1}/dW with J_t = ∂⁺h_t/∂h_{t−1}.

    For h_prev (d,), x (n,), dh_prev_dW (d,d,d); float64. Raises ArrayError.
    Source: lecture A (explicit and implicit parts).
    """
    z, _ = rnn_step(p, x, h_prev, f)
    check_shapes("dh_prev_dW (d,d,d)", dh_prev_dW, d=len(h_prev))
    explicit = immediate(f.prime(z), h_prev)
    implicit = np.tensordot(step_jacobian(p["W"], z, f), dh_prev_dW, axes=1)
    return explicit, implicit


def terms_of_uses(p: Params, X: Array, f: Activation = TANH) -> Array:
    """Return the term of every use k in dh_T/dW, (∂h_T/∂h_k) (∂⁺h_k/∂W), (T,d,d,d) at [k−1], for X (T,n); float64.

    Their sum over k is dh_T/dW. Raises ArrayError. Source: lecture A (the fourth line for s_4).
    """
    run = rnn_forward(p, X, f=f)
    z, h = run["z"], run["h"]
    T = len(z)
    terms = []
    for k in range(1, T + 1):
        direct = immediate(f.prime(z[k - 1]), h[k - 1])
        terms.append(np.tensordot(state_jacobian(p["W"], z, T, k, f), direct, axes=1))
    return np.array(terms)


def last_loss_dW(p: Params, X: Array, tau: Array, head: str = "softmax-ce") -> Array:
    """Return dE_T/dW = (dE_T/dh_T) Σ_k (∂h_T/∂h_k) (∂⁺h_k/∂W), (d,d), for X (T,n) and tau (k,); float64.

    Raises ArrayError, UnknownNameError. Source: lecture A (any t), lecture B (E_3) with the ∂⁺ it leaves out.
    """
    check_shapes("X (T,n) tau (k)", X, tau, **check_rnn(p))
    o_T = rnn_forward(p, X, head)["o"][-1]
    dE_dh = p["V"].T @ output_eps(o_T, tau, head)
    return through_state(dE_dh, terms_of_uses(p, X).sum(axis=0))


def with_start(p: Params, X: Array, dh0_dW: Array, f: Activation = TANH) -> Array:
    """Return dh_T/dW where the start state depends on W: Σ_{k=1}^T … + (∂h_T/∂h_0) dh_0/dW, (d,d,d); float64.

    For X (T,n) and dh0_dW (d,d,d), which is zero for a start that is given. Raises ArrayError.
    Source: lecture B (the sum from k = 0), with the case in which its first term is not zero.
    """
    check_shapes("dh0_dW (d,d,d)", dh0_dW, **check_rnn(p))
    z = rnn_forward(p, X, f=f)["z"]
    from_start = np.tensordot(state_jacobian(p["W"], z, len(z), 0, f), dh0_dW, axes=1)
    return terms_of_uses(p, X, f).sum(axis=0) + from_start


def collected(path_deltas: Array) -> Array:
    """Return δ_k = Σ_{t≥k} δ_k^(t), (T,d), for path_deltas (T,T,d) with δ_k^(t) at [t−1, k−1]; float64.

    A loss has no path to a later step, so entries with k > t are zero and the sum may run over all t.
    Raises ArrayError. Source: lecture A (all paths), by lecture D's δ.
    """
    check_shapes("path_deltas (T,T,d)", path_deltas)
    return path_deltas.sum(axis=0)


def dE_dW_forward(p: Params, X: Array, Tau: Array, head: str = "softmax-ce") -> Array:
    """Return dE/dW = Σ_t (dE_t/dh_t) (dh_t/dW), (d,d), with dh_t/dW carried forward; X (T,n), Tau (T,k); float64.

    Nothing is stored for a backward pass; dh_t/dW has d³ numbers. Raises ArrayError, UnknownNameError.
    Source: Williams and Zipser 1989 (real-time recurrent learning).
    """
    check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_rnn(p))
    eps = output_eps(rnn_forward(p, X, head)["o"], Tau, head)
    each = zip(eps @ p["V"], total_dh_dW(p, X), strict=True)
    return np.sum([through_state(dE_dh, dh_dW) for dE_dh, dh_dW in each], axis=0)
