"""Immediate and total derivatives of the states, by forward accumulation and as a sum over uses.

∂⁺ holds every other argument of the step fixed; d takes all paths. Arrays are indexed [i, a, b] for
∂h_i/∂W_ab, and a time axis stands before them.
"""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.jacobians import state_jacobian, step_jacobian
from solutions.reference.rnn import rnn_forward
from solutions.reference.shapes import Array, Params, check_shapes
from solutions.reference.steps import rnn_step


def immediate_dh_dW(p: Params, h_prev: Array, x: Array, f: Activation = TANH) -> Array:
    """Return ∂⁺h_i/∂W_ab = f'(z_i) [i = a] h_prev_b, (d,d,d), for h_prev (d,), x (n,); float64.

    Raises ArrayError. Source: lecture A (explicit derivative).
    """
    return immediate(f.prime(rnn_step(p, x, h_prev, f)[0]), h_prev)


def immediate_dh_dU(p: Params, h_prev: Array, x: Array, f: Activation = TANH) -> Array:
    """Return ∂⁺h_i/∂U_ab = f'(z_i) [i = a] x_b, (d,d,n), for h_prev (d,), x (n,); float64.

    Raises ArrayError. Source: lecture A, for U.
    """
    return immediate(f.prime(rnn_step(p, x, h_prev, f)[0]), x)


def immediate_dh_db(p: Params, h_prev: Array, x: Array, f: Activation = TANH) -> Array:
    """Return ∂⁺h_i/∂b_a = f'(z_i) [i = a], (d,d), for h_prev (d,), x (n,); float64.

    Raises ArrayError. Source: lecture A.
    """
    return np.diag(f.prime(rnn_step(p, x, h_prev, f)[0]))


def immediate(slope: Array, factor: Array) -> Array:
    """Return slope_i [i = a] factor_b, (d,d,m), for slope = f'(z_t) (d,) and what the weight multiplied (m,).

    Float64. Raises nothing. Source: lecture A.
    """
    check_shapes("slope (d) factor (m)", slope, factor)
    return np.diag(slope)[:, :, None] * factor


def total_dh_dW(p: Params, X: Array, f: Activation = TANH) -> Array:
    """Return dh_t/dW for all t, (T,d,d,d), for X (T,n); float64: dh_t/dW = ∂⁺h_t/∂W + J_t dh_{t−1}/dW.

    It stores d³ numbers and works d⁴ per step, against d² for δ. Raises ArrayError. Source: lecture A.
    """
    run = rnn_forward(p, X, f=f)
    return accumulate(p, run["z"], run["h"][:-1], f)


def total_dh_dU(p: Params, X: Array, f: Activation = TANH) -> Array:
    """Return dh_t/dU for all t, (T,d,d,n), for X (T,n); float64. Raises ArrayError. Source: lecture A, for U."""
    return accumulate(p, rnn_forward(p, X, f=f)["z"], X, f)


def total_dh_db(p: Params, X: Array, f: Activation = TANH) -> Array:
    """Return dh_t/db for all t, (T,d,d), for X (T,n); float64. Raises ArrayError. Source: lecture A, for b."""
    # A bias is a weight whose input is 1.
    return accumulate(p, rnn_forward(p, X, f=f)["z"], np.ones((len(X), 1)), f)[..., 0]


def accumulate(p: Params, z: Array, factors: Array, f: Activation = TANH) -> Array:
    """Return the total derivative of every h_t by a weight that multiplied factors (T,m): (T,d,d,m); float64.

    Forward accumulation for z (T,d); it begins with dh_0 = 0, as no weight acts on h_0. Raises ArrayError.
    Source: lecture A.
    """
    check_shapes("W (d,d) z (T,d) factors (T,m)", p["W"], z, factors)
    total = [immediate(f.prime(z[0]), factors[0])]
    for z_t, factor in zip(z[1:], factors[1:], strict=True):
        through_h = np.tensordot(step_jacobian(p["W"], z_t, f), total[-1], axes=1)
        total.append(immediate(f.prime(z_t), factor) + through_h)
    return np.array(total)


def dh_dW_by_uses(p: Params, X: Array, f: Activation = TANH) -> Array:
    """Return dh_t/dW = Σ_{k=1}^t (∂h_t/∂h_k) (∂⁺h_k/∂W) for all t, (T,d,d,d), for X (T,n); float64.

    The recursion of `total_dh_dW`, opened to the end: one term for every use of W. Raises ArrayError.
    Source: lecture A (four lines for s_4), lectures B and E with the ∂⁺ that they leave out.
    """
    run = rnn_forward(p, X, f=f)
    z, h = run["z"], run["h"]
    T, d = z.shape
    total = np.zeros((T, d, d, d))
    for t in range(1, T + 1):
        for k in range(1, t + 1):
            direct = immediate(f.prime(z[k - 1]), h[k - 1])
            total[t - 1] += np.tensordot(state_jacobian(p["W"], z, t, k, f), direct, axes=1)
    return total
