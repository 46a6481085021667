"""One time step of the RNN, and beside each forward step the rule that carries derivatives back."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

from solutions.reference.activations import TANH, Activation
from solutions.reference.errors import ShapeError
from solutions.reference.shapes import Array, Params, Sizes, check_params, check_shapes

RNN = "U (d,n) W (d,d) V (k,d) b (d) c (k) h0 (d)"
"""The parameters of a plain RNN."""


def check_rnn(p: Params) -> Sizes:
    """Check the six parameters, and return n, d, k. Raises MissingArrayError, ShapeError, DtypeError."""
    return check_params(RNN, p)


def rnn_step(p: Params, x: Array, h_prev: Array, f: Activation = TANH) -> tuple[Array, Array]:
    """Return z_t = U x_t + W h_{t−1} + b and h_t = f(z_t), both (d,), for x (n,), h_prev (d,); float64.

    Raises ArrayError. Source: lectures A to E.
    """
    check_shapes("x (n) h_prev (d)", x, h_prev, **check_rnn(p))
    z = p["U"] @ x + p["W"] @ h_prev + p["b"]
    return z, f.f(z)


def delta_step(z: Array, V: Array, eps: Array, W: Array, delta_next: Array, f: Activation = TANH) -> Array:
    """Return δ_t = f'(z_t) ⊙ (Vᵀ ε_t + Wᵀ δ_{t+1}), (d,), for eps (k,), delta_next (d,); float64.

    Two arrows leave h_t, to o_t and to z_{t+1}, so two terms come back. Raises ArrayError.
    Source: lecture D (SIMO and MIMO slides), with t+1 on the right.
    """
    check_shapes("z (d) V (k,d) eps (k) W (d,d) delta_next (d)", z, V, eps, W, delta_next)
    return f.prime(z) * (V.T @ eps + W.T @ delta_next)


def delta_siso_step(z: Array, W: Array, delta_next: Array, f: Activation = TANH) -> Array:
    """Return δ_t = f'(z_t) ⊙ (Wᵀ δ_{t+1}), (d,), at a step without a loss of its own; float64.

    Raises ArrayError. Source: lecture D (SISO slides).
    """
    check_shapes("z (d) W (d,d) delta_next (d)", z, W, delta_next)
    return f.prime(z) * (W.T @ delta_next)


def delta_last(z: Array, V: Array, eps: Array, f: Activation = TANH) -> Array:
    """Return δ_T = f'(z_T) ⊙ (Vᵀ ε_T), (d,), for z (d,), V (k,d), eps (k,); float64.

    Raises ArrayError. Source: lecture D (SISO slides).
    """
    check_shapes("z (d) V (k,d) eps (k)", z, V, eps)
    return f.prime(z) * (V.T @ eps)


def output_step(p: Params, h: Array) -> Array:
    """Return o_t = V h_t + c, (k,), for h (d,); float64. Raises ArrayError. Source: lecture D (MIMO)."""
    check_shapes("h (d)", h, **check_rnn(p))
    return p["V"] @ h + p["c"]


def grad_V(eps: Array, h: Array) -> Array:
    """Return ∂E/∂V = Σ_t ε_t h_tᵀ, (k,d), for eps (T,k) and h (T+1,d); float64.

    Raises ArrayError. Source: lectures B and D.
    """
    check_shapes("eps (T,k) h (T+1,d)", eps, h)
    return sum_of_outer(eps, h[1:])


def grad_W(deltas: Array, h: Array) -> Array:
    """Return ∂E/∂W = Σ_t δ_t h_{t−1}ᵀ, (d,d), for deltas (T,d) and h (T+1,d); float64.

    The sum begins at t = 1, with h_0. Raises ArrayError. Source: lecture D (from t = 2, as its h_0 is 0).
    """
    check_shapes("deltas (T,d) h (T+1,d)", deltas, h)
    return sum_of_outer(deltas, h[:-1])


def grad_U(deltas: Array, X: Array) -> Array:
    """Return ∂E/∂U = Σ_t δ_t x_tᵀ, (d,n), for deltas (T,d) and X (T,n); float64.

    Raises ArrayError. Source: lecture D (MIMO slides).
    """
    check_shapes("deltas (T,d) X (T,n)", deltas, X)
    return sum_of_outer(deltas, X)


def grad_biases(deltas: Array, eps: Array) -> tuple[Array, Array]:
    """Return ∂E/∂b = Σ_t δ_t (d,) and ∂E/∂c = Σ_t ε_t (k,), for deltas (T,d) and eps (T,k); float64.

    Raises ArrayError. Source: lecture C (hidden bias).
    """
    check_shapes("deltas (T,d) eps (T,k)", deltas, eps)
    return deltas.sum(axis=0), eps.sum(axis=0)


def grad_h0(W: Array, deltas: Array) -> Array:
    """Return ∂E/∂h_0 = Wᵀ δ_1, (d,), for W (d,d) and deltas (T,d); float64.

    Raises ArrayError. Source: chapter 5.
    """
    check_shapes("W (d,d) deltas (T,d)", W, deltas)
    return W.T @ deltas[0]


def grad_X(U: Array, deltas: Array) -> Array:
    """Return ∂E/∂x_t = Uᵀ δ_t for all t, (T,n), for U (d,n) and deltas (T,d); float64.

    Raises ArrayError. Source: chapter 5.
    """
    check_shapes("U (d,n) deltas (T,d)", U, deltas)
    return deltas @ U


def outer_per_use(deltas: Array, inputs: Array) -> Array:
    """Return each use's share δ_t a_tᵀ of a weight's gradient, (T,d,m), for deltas (T,d), inputs (T,m).

    Raises ArrayError. Source: lecture C (with the part of the total loss that a use is answerable for).
    Float64.
    """
    check_shapes("deltas (T,d) inputs (T,m)", deltas, inputs)
    return deltas[:, :, None] * inputs[:, None, :]


def shared_gradient(per_use: Array) -> Array:
    """Return ∂E/∂W = Σ_t ∂E/∂W_t, the sum over a shared weight's uses, (d,m) for per_use (T,d,m); float64.

    Raises ArrayError. Source: lectures C and D.
    """
    check_shapes("per_use (T,d,m)", per_use)
    return per_use.sum(axis=0)


def sum_of_outer(left: Array, right: Array) -> Array:
    """Return Σ_t left_t right_tᵀ, (a,b), for left (T,a), right (T,b), or (T,B,·) with a batch; float64.

    A matrix product sums over t by itself: (leftᵀ right)_ij = Σ_t left_ti right_tj. Raises ShapeError.
    Source: lecture D's sums.
    """
    if left.shape[:-1] != right.shape[:-1]:
        raise ShapeError("right", f"{left.shape[:-1]} before its last axis", right.shape)
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])
