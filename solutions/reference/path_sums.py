"""Derivatives as sums over paths, Jacobians from numbers, and products of Jacobians in the right order."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from solutions.reference.shapes import Array, check_count, check_same_shape, check_shapes


def along_path(slopes: Array) -> float:
    """Return the product of the slopes (m,) of the m arrows on one path; float64.

    Raises ArrayError. Source: lecture C (chain rule).
    """
    check_shapes("slopes (m)", slopes)
    return float(np.prod(slopes))


def over_paths(paths: Sequence[Array]) -> float:
    """Return the sum over all paths of the product along each; paths[i] holds the slopes (m_i,) of one; float64.

    Raises ArrayError, CountError. Source: lectures A (sum over paths) and C (multivariate chain rule).
    """
    check_count("the number of paths", len(paths))
    return sum(along_path(slopes) for slopes in paths)


def row_of_slopes(dh: Array, J: Array) -> Array:
    """Return ∂E/∂z_i = Σ_k ∂E/∂h_k ∂h_k/∂z_i, (m,), for dh (d,) and J (d,m) with J_ki = ∂h_k/∂z_i; float64.

    Raises ArrayError. Source: lecture C (row times column).
    """
    check_shapes("dh (d) J (d,m)", dh, J)
    return dh @ J


def numeric_jacobian(h: Callable[[Array], Array], z: Array, eps: float = 1e-5) -> Array:
    """Return J_ij = ∂h_i/∂z_j by central differences, (d,m), for z (m,) and h(z) (d,); float64.

    One column for each z_j that is nudged. Raises ArrayError. Source: chapter 2.
    """
    check_shapes("z (m)", z)
    nudges = eps * np.eye(len(z))
    return np.stack([(h(z + nudge) - h(z - nudge)) / (2.0 * eps) for nudge in nudges], axis=1)


def chained_jacobian(Js: Sequence[Array]) -> Array:
    """Return ∂h_m/∂h_0 = J_m J_{m−1} ⋯ J_1, (d_m, d_0), for Js[s−1] = J_s = ∂h_s/∂h_{s−1} (d_s, d_{s−1}); float64.

    The last step stands on the left. Raises ArrayError, CountError. Source: lecture B.
    """
    check_count("the number of Jacobians", len(Js))
    for J, J_next in pairwise(Js):
        check_shapes("J (i,j) J_next (l,i)", J, J_next)
    product = Js[0]
    for J in Js[1:]:
        product = J @ product
    return product.copy()


def back_along(Js: Sequence[Array], dh: Array) -> Array:
    """Return J_1ᵀ (J_2ᵀ ⋯ (J_mᵀ dh)), (d_0,), for dh = ∂E/∂h_m (d_m,) and Js as in `chained_jacobian`; float64.

    Every product is a matrix times a vector. Raises ArrayError. Source: chapter 2.
    """
    for J in reversed(Js):
        check_shapes("J (i,j) dh (i)", J, dh)
        dh = J.T @ dh
    return dh.copy()


def back_through_componentwise(slope: Array, dh: Array) -> Array:
    """Return ∂E/∂z = f'(z) ⊙ ∂E/∂h for slope = f'(z), of the same shape as dh; float64.

    Raises ArrayError. Source: lecture C.
    """
    check_same_shape(slope=slope, dh=dh)
    return slope * dh


def forward_difference(E: Callable[[Array], float], theta: Array, eps: float = 1e-8) -> Array:
    """Return (E(θ + eps e_i) − E(θ)) / eps for each entry i of θ, of theta's shape; float64.

    Its error falls as eps only, against eps² of the central difference. Raises ArrayError. Source: chapter 2.
    """
    check_same_shape(theta=theta)
    slope = np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        nudged = theta.copy()
        nudged[i] += eps
        slope[i] = (E(nudged) - E(theta)) / eps
    return slope


def two_step(w: float) -> tuple[float, float, float]:
    """Return s_2 = tanh(w s_1 + 0.1), with s_1 = tanh(0.2 w + 0.9), and the two shares of ds_2/dw.

    The explicit share holds s_1 fixed, (1 − s_2²) s_1; the implicit one goes through it,
    (1 − s_2²) w (1 − s_1²) 0.2. Float64. Source: lecture A (explicit and implicit parts), in numbers.
    Raises nothing.
    """
    s_1 = np.tanh(0.2 * w + 0.9)
    s_2 = np.tanh(w * s_1 + 0.1)
    explicit = (1.0 - s_2**2) * s_1
    implicit = (1.0 - s_2**2) * w * (1.0 - s_1**2) * 0.2
    return float(s_2), float(explicit), float(implicit)
