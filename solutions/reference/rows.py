"""The same gradients in rows, as lectures C and E write them: states are rows, and weights stand on the right."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.losses import eps_sigmoid_cross_entropy
from solutions.reference.shapes import Array, check_shapes


def many_to_one_rows(
    w_i: Array, w_h: Array, w_o: Array, o_0: Array, X: Array, tau: Array
) -> tuple[Array, Array, Array]:
    """Return dw_i (n,d), dw_h (d,d), dw_o (d,1) of o_t = tanh(x_t w_i + o_{t−1} w_h), ŷ = σ(o_T w_o); float64.

    The states o_t are rows (1,d), o_0 (1,d), X (T,n), tau (1,1); the loss is cross entropy at T. The transposes
    are `bptt_many_to_one` with U, W, V and no biases. Raises ArrayError. Source: lecture E.
    """
    check_shapes("w_i (n,d) w_h (d,d) w_o (d,1) o_0 (1,d) X (T,n) tau (1,1)", w_i, w_h, w_o, o_0, X, tau)
    o = [o_0]
    for x in X:
        o.append(np.tanh(x[None] @ w_i + o[-1] @ w_h))
    eps = eps_sigmoid_cross_entropy(o[-1] @ w_o, tau)
    delta = (eps @ w_o.T) * (1.0 - o[-1] ** 2)
    dw_i, dw_h = np.zeros_like(w_i), np.zeros_like(w_h)
    for t in reversed(range(len(X))):
        dw_i += X[t][:, None] @ delta
        dw_h += o[t].T @ delta
        delta = (delta @ w_h.T) * (1.0 - o[t] ** 2)
    return dw_i, dw_h, o[-1].T @ eps


def row_gradient_of_state(
    dz_above: Array, W_up: Array, dz_next: Array, W_in: Array, J: Array
) -> tuple[Array, Array]:
    """Return the rows ∇_h = ∇_{z above} W_up + ∇_{z next} W_in and ∇_z = ∇_h J, both (1,d); float64.

    For dz_above (1,e), W_up (e,d), dz_next (1,d), W_in (d,d), J (d,d) = ∇_z h. Raises ArrayError.
    Source: lecture C (L-layer network).
    """
    check_shapes(
        "dz_above (1,e) W_up (e,d) dz_next (1,d) W_in (d,d) J (d,d)", dz_above, W_up, dz_next, W_in, J
    )
    dh = dz_above @ W_up + dz_next @ W_in
    return dh, dh @ J


def row_gradient_of_weight(dz: Sequence[Array], h: Sequence[Array]) -> Array:
    """Return ∇_W = Σ_t (∇_{z_t})ᵀ h_tᵀ, (e,d), for rows dz[t] (1,e) and the columns h[t] (d,1) that W multiplied.

    Gradients of vectors are rows and those of matrices are not, hence the transpose. Raises ArrayError.
    Source: lecture C (L-layer network). Float64.
    """
    for dz_t, h_t in zip(dz, h, strict=True):
        check_shapes("dz (1,e) h (d,1)", dz_t, h_t)
    return np.sum([dz_t.T @ h_t.T for dz_t, h_t in zip(dz, h, strict=True)], axis=0)
