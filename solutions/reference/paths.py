"""∂E/∂U and ∂E/∂W three ways: path by path, by Jacobian products, and by the recursion of δ.

A path (t, k) runs from the loss of step t back to the use of the weight at step k ≤ t. Its share of the
gradient is δ_k^(t) times what the weight multiplied at k: x_k for U, h_{k−1} for W.
"""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.backward import deltas
from solutions.reference.errors import UnknownNameError
from solutions.reference.jacobians import state_jacobian
from solutions.reference.losses import output_eps
from solutions.reference.rnn import only_last, rnn_forward
from solutions.reference.shapes import Array, Params, check_shapes
from solutions.reference.steps import check_rnn, delta_last, delta_siso_step, grad_U, grad_W
from solutions.reference.totals import immediate

SOFTMAX = "softmax-ce"


def path_deltas(p: Params, z: Array, eps: Array) -> Array:
    """Return δ_k^(t) = ∂E_t/∂z_k at [t−1, k−1], (T,T,d), zero for k > t, for z (T,d) and eps (T,k); float64.

    δ_t^(t) = f'(z_t) ⊙ Vᵀ ε_t, and each step back multiplies by Wᵀ and the slope there. Raises ArrayError.
    Source: lectures A, B and E.
    """
    sizes = check_shapes("z (T,d) eps (T,k)", z, eps, **check_rnn(p))
    paths = np.zeros((sizes["T"], sizes["T"], sizes["d"]))
    for t in range(sizes["T"]):
        paths[t, t] = delta_last(z[t], p["V"], eps[t])
        for k in reversed(range(t)):
            paths[t, k] = delta_siso_step(z[k], p["W"], paths[t, k + 1])
    return paths


def path_terms(p: Params, X: Array, Tau: Array, weight: str, head: str = SOFTMAX) -> Array:
    """Return the share of every path (t, k) in the gradient of "U" or "W", (T,T,d,m) at [t−1, k−1]; float64.

    Summed over k: dE_t/dW. Summed over t: what the use at step k is answerable for. Summed over both: dE/dW.
    For X (T,n), Tau (T,k). Raises ArrayError, UnknownNameError. Source: lectures B and C.
    """
    run, eps = _forward(p, X, Tau, head)
    return path_deltas(p, run["z"], eps)[..., None] * _factors(X, run, weight)[None, :, None, :]


def dE_dU_by_paths(p: Params, X: Array, Tau: Array, head: str = SOFTMAX) -> Array:
    """Return ∂E/∂U = Σ_t Σ_{k≤t} δ_k^(t) x_kᵀ, (d,n), one term per path; arguments and errors as `path_terms`."""
    return path_terms(p, X, Tau, "U", head).sum(axis=(0, 1))


def dE_dW_by_paths(p: Params, X: Array, Tau: Array, head: str = SOFTMAX) -> Array:
    """Return ∂E/∂W = Σ_t Σ_{k≤t} δ_k^(t) h_{k−1}ᵀ, (d,d), one term per path; arguments and errors as `path_terms`."""
    return path_terms(p, X, Tau, "W", head).sum(axis=(0, 1))


def dE_dU_by_jacobians(p: Params, X: Array, Tau: Array, head: str = SOFTMAX) -> Array:
    """Return ∂E/∂U = Σ_t Σ_{k≤t} (dE_t/dh_t) (∂h_t/∂h_k) (∂⁺h_k/∂U), (d,n); arguments and errors as `path_terms`."""
    return _by_jacobians(p, X, Tau, "U", head)


def dE_dW_by_jacobians(p: Params, X: Array, Tau: Array, head: str = SOFTMAX) -> Array:
    """Return ∂E/∂W = Σ_t Σ_{k≤t} (dE_t/dh_t) (∂h_t/∂h_k) (∂⁺h_k/∂W), (d,d); arguments and errors as `path_terms`.

    Source: lectures A, B and E, with the ∂⁺ that B and E leave out.
    """
    return _by_jacobians(p, X, Tau, "W", head)


def _by_jacobians(p: Params, X: Array, Tau: Array, weight: str, head: str) -> Array:
    run, eps = _forward(p, X, Tau, head)
    z, factors = run["z"], _factors(X, run, weight)
    direct = [immediate(TANH.prime(z_k), factor) for z_k, factor in zip(z, factors, strict=True)]
    total = np.zeros(direct[0].shape[1:])
    for t in range(1, len(z) + 1):
        dE_t_dh_t = eps[t - 1] @ p["V"]
        for k in range(1, t + 1):
            row = dE_t_dh_t @ state_jacobian(p["W"], z, t, k)
            total += np.tensordot(row, direct[k - 1], axes=1)
    return total


def dE_dU(p: Params, X: Array, Tau: Array, head: str = SOFTMAX) -> tuple[Array, Array]:
    """Return ∂E/∂U = Σ_k δ_k x_kᵀ (d,n) and δ (T,d), by one backward loop; arguments and errors as `path_terms`.

    δ_k = Σ_{t≥k} δ_k^(t) holds all paths through step k at once. Source: lectures B (homework) and D.
    """
    run, eps = _forward(p, X, Tau, head)
    delta = deltas(p, run["z"], eps)
    return grad_U(delta, X), delta


def dE_dW(p: Params, X: Array, Tau: Array, head: str = SOFTMAX) -> tuple[Array, Array]:
    """Return ∂E/∂W = Σ_k δ_k h_{k−1}ᵀ (d,d) and δ (T,d), by one backward loop; arguments and errors as `path_terms`."""
    run, eps = _forward(p, X, Tau, head)
    delta = deltas(p, run["z"], eps)
    return grad_W(delta, run["h"]), delta


def dE3_dU_paths(p: Params, X: Array, tau: Array, head: str = SOFTMAX) -> tuple[Array, Array]:
    """Return ∂E_T/∂U (d,n) and its paths (T,d,n), paths[k−1] through x_k, for X (T,n), tau (k,); float64.

    The lecture's T is 3. Raises ArrayError, UnknownNameError. Source: lecture B (homework), lecture E.
    """
    sizes = check_shapes("X (T,n) tau (k)", X, tau, **check_rnn(p))
    paths = path_terms(p, X, only_last(tau, sizes["T"]), "U", head)[-1]
    return paths.sum(axis=0), paths


def scalar_path_terms(eps: float, v: float, w: float, z: Array, x: Array, f: Activation = TANH) -> Array:
    """Return the terms of ∂E_T/∂u = Σ_j ε v (Π_{t=j+1}^T f'(z_t) w) f'(z_j) x_j of a scalar network, (T,); float64.

    For ε = ∂E_T/∂o_T, z (T,) and x (T,). Term j has T − j factors f' w, so no single term is the derivative.
    Raises ArrayError. Source: lecture E, with all T terms.
    """
    check_shapes("z (T) x (T)", z, x)
    slope = f.prime(z)
    # The product over t > j, for all j at once: running products from the end, the empty one for j = T.
    after = np.append(np.cumprod(w * slope[:0:-1])[::-1], 1.0)
    return eps * v * after * slope * x


def _forward(p: Params, X: Array, Tau: Array, head: str) -> tuple[dict[str, Array], Array]:
    check_shapes("X (T,n) Tau (T,k)", X, Tau, **check_rnn(p))
    run = rnn_forward(p, X, head)
    return run, output_eps(run["o"], Tau, head)


def _factors(X: Array, run: dict[str, Array], weight: str) -> Array:
    """Return what the weight multiplied at each step: x_k (T,n) for U, h_{k−1} (T,d) for W."""
    factors = {"U": X, "W": run["h"][:-1]}
    if weight not in factors:
        raise UnknownNameError("weight", weight, factors)
    return factors[weight]
