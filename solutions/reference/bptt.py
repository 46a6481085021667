"""BPTT for SISO, SIMO, MIMO, many-to-one and a batch: each mapping's loss, then its gradients."""

# mypy: disable-error-code="no-any-return"
# NumPy types a comparison's result as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH
from solutions.reference.backward import backward, gradient_sums
from solutions.reference.losses import output_eps, output_head, sequence_loss
from solutions.reference.rnn import batch_forward, only_first, only_last, rnn_forward
from solutions.reference.shapes import Array, Gradients, Params, check_shapes
from solutions.reference.steps import check_rnn, sum_of_outer


def loss(p: Params, X: Array, Tau: Array, head: str, loss_at: Array | None = None) -> float:
    """Return E = Σ_t m_t E_t for X (T,n), Tau (T,k), and the mask m = loss_at (T,), float64.

    Without a mask every step's loss counts. Raises ArrayError, UnknownNameError.
    Source: lectures A, B and D.
    """
    sizes = check_shapes("X (T,n) Tau (T,k)", X, Tau)
    _, Et = sequence_loss(rnn_forward(p, X, head)["o"], Tau, head)
    return float(_mask(loss_at, sizes["T"]) @ Et)


def bptt(p: Params, X: Array, Tau: Array, head: str, loss_at: Array | None = None) -> Gradients:
    """Return the gradients of `loss`: one loop for every mapping, arguments and errors as there.

    Steps without an input have a zero row in X; steps without a loss have a zero in the mask.
    """
    sizes = check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_rnn(p))
    run = rnn_forward(p, X, head)
    eps = _mask(loss_at, sizes["T"])[:, None] * output_eps(run["o"], Tau, head)
    return backward(p, X, run, eps)


def _mask(loss_at: Array | None, T: int) -> Array:
    if loss_at is None:
        return np.ones(T)
    check_shapes("loss_at (T)", loss_at, T=T)
    return loss_at


def _at_end(T: int) -> Array:
    return (np.arange(T) == T - 1).astype(float)


def siso_loss(p: Params, x: Array, tau: Array, T: int) -> float:
    """Return ½ ‖y_T − τ‖², y = tanh o, for input x (n,) at 1 and tau (k,); float64.

    Raises ArrayError, CountError. Source: lecture D (SISO slides).
    """
    check_shapes("x (n) tau (k)", x, tau, **check_rnn(p))
    return loss(p, only_first(x, T), only_last(tau, T), "tanh-half-se", _at_end(T))


def bptt_siso(p: Params, x: Array, tau: Array, T: int) -> Gradients:
    """Return the gradients of `siso_loss`. Raises ArrayError, CountError. Source: lecture D (SISO slides)."""
    check_shapes("x (n) tau (k)", x, tau, **check_rnn(p))
    return bptt(p, only_first(x, T), only_last(tau, T), "tanh-half-se", _at_end(T))


def siso_gradients(eps_T: Array, deltas: Array, h: Array, x: Array) -> tuple[Array, Array, Array]:
    """Return dU = δ_1 xᵀ, dW = Σ_t δ_t h_{t−1}ᵀ, dV = ε_T h_Tᵀ: 1, T and 1 terms.

    For eps_T (k,), deltas (T,d), h (T+1,d), x (n,); float64. Raises ArrayError.
    Source: lecture D (SISO slides).
    """
    check_shapes("eps_T (k) deltas (T,d) h (T+1,d) x (n)", eps_T, deltas, h, x)
    return np.outer(deltas[0], x), sum_of_outer(deltas, h[:-1]), np.outer(eps_T, h[-1])


def simo_loss(p: Params, x: Array, Tau: Array) -> float:
    """Return Σ_t ½ ‖y_t − τ_t‖², y = tanh o, for input x (n,) at 1 and Tau (T,k).

    Raises ArrayError. Float64. Source: lecture D (SIMO slides).
    """
    sizes = check_shapes("x (n) Tau (T,k)", x, Tau, **check_rnn(p))
    return loss(p, only_first(x, sizes["T"]), Tau, "tanh-half-se")


def bptt_simo(p: Params, x: Array, Tau: Array) -> Gradients:
    """Return the gradients of `simo_loss`. Raises ArrayError. Source: lecture D (SIMO slides)."""
    sizes = check_shapes("x (n) Tau (T,k)", x, Tau, **check_rnn(p))
    return bptt(p, only_first(x, sizes["T"]), Tau, "tanh-half-se")


def simo_gradients(eps: Array, deltas: Array, h: Array, x: Array) -> tuple[Array, Array, Array]:
    """Return dU = δ_1 xᵀ, dW = Σ_t δ_t h_{t−1}ᵀ, dV = Σ_t ε_t h_tᵀ: 1, T and T terms.

    For eps (T,k), deltas (T,d), h (T+1,d), x (n,); float64. Raises ArrayError.
    Source: lecture D (SIMO slides).
    """
    check_shapes("eps (T,k) deltas (T,d) h (T+1,d) x (n)", eps, deltas, h, x)
    return np.outer(deltas[0], x), sum_of_outer(deltas, h[:-1]), sum_of_outer(eps, h[1:])


def mimo_loss(p: Params, X: Array, Tau: Array) -> float:
    """Return Σ_t −τ_tᵀ log y_t, y = softmax(o), for X (T,n) and Tau (T,k); float64.

    Raises ArrayError. Source: lectures A, B and D.
    """
    return loss(p, X, Tau, "softmax-ce")


def bptt_mimo(p: Params, X: Array, Tau: Array) -> Gradients:
    """Return the gradients of `mimo_loss`. Raises ArrayError. Source: lectures A, B, D (MIMO slides)."""
    return bptt(p, X, Tau, "softmax-ce")


def mimo_gradients(eps: Array, deltas: Array, h: Array, X: Array) -> tuple[Array, Array, Array]:
    """Return dU = Σ_t δ_t x_tᵀ, dW = Σ_t δ_t h_{t−1}ᵀ, dV = Σ_t ε_t h_tᵀ: T terms each.

    For eps (T,k), deltas (T,d), h (T+1,d), X (T,n); float64. Raises ArrayError.
    Source: lecture D (MIMO slides).
    """
    check_shapes("eps (T,k) deltas (T,d) h (T+1,d) X (T,n)", eps, deltas, h, X)
    return sum_of_outer(deltas, X), sum_of_outer(deltas, h[:-1]), sum_of_outer(eps, h[1:])


def many_to_one_loss(p: Params, X: Array, tau: Array) -> float:
    """Return the sigmoid cross entropy at T for X (T,n), tau (k,), k = 1 in the book.

    Raises ArrayError. Float64. Source: lecture E.
    """
    sizes = check_shapes("X (T,n) tau (k)", X, tau, **check_rnn(p))
    return loss(p, X, only_last(tau, sizes["T"]), "sigmoid-ce", _at_end(sizes["T"]))


def bptt_many_to_one(p: Params, X: Array, tau: Array) -> Gradients:
    """Return the gradients of `many_to_one_loss`. Raises ArrayError. Source: lecture E."""
    sizes = check_shapes("X (T,n) tau (k)", X, tau, **check_rnn(p))
    return bptt(p, X, only_last(tau, sizes["T"]), "sigmoid-ce", _at_end(sizes["T"]))


def many_to_one_gradients(eps_T: Array, deltas: Array, h: Array, X: Array) -> tuple[Array, Array, Array]:
    """Return dU = Σ_t δ_t x_tᵀ, dW = Σ_t δ_t h_{t−1}ᵀ, dV = ε_T h_Tᵀ: T, T and 1 terms.

    For eps_T (k,), deltas (T,d), h (T+1,d), X (T,n); float64. Raises ArrayError. Source: lecture E.
    """
    check_shapes("eps_T (k) deltas (T,d) h (T+1,d) X (T,n)", eps_T, deltas, h, X)
    return sum_of_outer(deltas, X), sum_of_outer(deltas, h[:-1]), np.outer(eps_T, h[-1])


def batch_loss(p: Params, X: Array, Tau: Array) -> float:
    """Return the sum over B sequences of `mimo_loss`, X (B,T,n), Tau (B,T,k), one h_0.

    Raises ArrayError. Source: lecture C.
    """
    check_shapes("X (B,T,n) Tau (B,T,k)", X, Tau, **check_rnn(p))
    o = batch_forward(p, X, "softmax-ce")["o"]
    return float(output_head("softmax-ce").loss(o, Tau.swapaxes(0, 1)).sum())


def bptt_batch(p: Params, X: Array, Tau: Array) -> Gradients:
    """Return the gradients of `batch_loss`. Raises ArrayError. Source: lecture C (examples in rows)."""
    check_shapes("X (B,T,n) Tau (B,T,k)", X, Tau, **check_rnn(p))
    run = batch_forward(p, X, "softmax-ce")
    eps = output_eps(run["o"], Tau.swapaxes(0, 1), "softmax-ce")
    return gradient_sums(p, X.swapaxes(0, 1), run, eps, TANH)
