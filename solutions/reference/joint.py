"""Where encoder and decoder meet: one vector on the way forward, one error on the way back, and what is fed."""

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.shapes import Array, Params, check_params, check_shapes
from solutions.reference.steps import delta_siso_step


def join(P: Array, h_S: Array) -> Array:
    """Return s_0 = P h_S, the decoder's start state (e,), for P (e,d) and h_S (d,); float64.

    Raises ArrayError. Source: Cho et al. 2014, in its plainest form.
    """
    check_shapes("P (e,d) h_S (d)", P, h_S)
    return np.asarray(P @ h_S)


def decoder_step(p: Params, u: Array, s_prev: Array, f: Activation = TANH) -> tuple[Array, Array]:
    """Return z_t = Us u_t + Ws s_{t−1} + bs and s_t = f(z_t), both (e,), for u (m,), s_prev (e,); float64.

    Raises ArrayError. Source: Cho et al. 2014, with a plain recurrence.
    """
    sizes = check_params("Us (e,m) Ws (e,e) bs (e)", p)
    check_shapes("u (m) s_prev (e)", u, s_prev, **sizes)
    z = p["Us"] @ u + p["Ws"] @ s_prev + p["bs"]
    return z, f.f(z)


def free_input(o: Array) -> Array:
    """Return u_{t+1} (k,), one-hot at the largest entry of o_t (k,): the decoder hears what it said; float64.

    Raises ArrayError. Source: Sutskever et al. 2014.
    """
    check_shapes("o (k)", o)
    return np.asarray(np.eye(len(o))[o.argmax()])


def attending_output(p: Params, s: Array, kappa: Array) -> Array:
    """Return o_t = Vs s_t + Vc κ_t + c, (k,), for s (e,) and the context kappa (d,); float64.

    Raises ArrayError. Source: Luong et al. 2015, with a sum where they have a layer.
    """
    sizes = check_params("Vs (k,e) Vc (k,d) c (k)", p)
    check_shapes("s (e) kappa (d)", s, kappa, **sizes)
    return np.asarray(p["Vs"] @ s + p["Vc"] @ kappa + p["c"])


def join_backward(P: Array, Ws: Array, delta_1: Array, h_S: Array) -> tuple[Array, Array]:
    """Return ∂E/∂h_S = Pᵀ ds_0 (d,) and dP = ds_0 h_Sᵀ (e,d), with ds_0 = Wsᵀ δ_1, for delta_1 (e,); float64.

    Raises ArrayError. Source: lecture D's rules, at the joint.
    """
    check_shapes("P (e,d) Ws (e,e) delta_1 (e) h_S (d)", P, Ws, delta_1, h_S)
    ds_0 = Ws.T @ delta_1
    return P.T @ ds_0, np.outer(ds_0, h_S)


def encoder_deltas(W: Array, z: Array, dh_S: Array, f: Activation = TANH) -> Array:
    """Return δ_i (S,d) of an encoder that hears the decoder through h_S alone, for z (S,d), dh_S (d,); float64.

    δ_S = f'(z_S) ⊙ ∂E/∂h_S, and δ_i = f'(z_i) ⊙ (Wᵀ δ_{i+1}) before it. Raises ArrayError.
    Source: lecture D (SISO slides).
    """
    check_shapes("W (d,d) z (S,d) dh_S (d)", W, z, dh_S)
    delta = np.empty_like(z)
    delta[-1] = f.prime(z[-1]) * dh_S
    for i in range(len(z) - 2, -1, -1):
        delta[i] = delta_siso_step(z[i], W, delta[i + 1], f)
    return delta
