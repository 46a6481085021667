"""The output layer on top of any states h_t. It turns targets into ∂E/∂h_t, where the way back begins."""

from __future__ import annotations

from solutions.reference.losses import output_eps, sequence_loss
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes
from solutions.reference.steps import sum_of_outer

READOUT = "V (k,d) c (k)"
"""The parameters of the output layer o_t = V h_t + c."""


def readout(p: Params, h: Array) -> Array:
    """Return o_t = V h_t + c for all t, (T,k), for h (T+1,d) with the start state in h[0]; float64.

    Raises ArrayError. Source: lecture D (MIMO slides), with bias.
    """
    check_readout(p, h)
    return h[1:] @ p["V"].T + p["c"]


def readout_loss(p: Params, h: Array, Tau: Array, head: str) -> float:
    """Return E = Σ_t E_t of the named output head, for h (T+1,d) and Tau (T,k), float64.

    Raises ArrayError, UnknownNameError. Source: lectures A, B and D.
    """
    return sequence_loss(readout(p, h), Tau, head)[0]


def readout_backward(p: Params, h: Array, Tau: Array, head: str) -> tuple[Array, Gradients]:
    """Return dH (T,d) with dH_t = Vᵀ ε_t, and dV (k,d), dc (k,), for h (T+1,d) and Tau (T,k); float64.

    dH_t holds only what h_t does to its own output; what it does to later states is the recurrence's to add.
    Raises ArrayError, UnknownNameError. Source: lectures B and D.
    """
    check_shapes("Tau (T,k)", Tau, **check_readout(p, h))
    eps = output_eps(readout(p, h), Tau, head)
    return eps @ p["V"], {"dV": sum_of_outer(eps, h[1:]), "dc": eps.sum(axis=0)}


def check_readout(p: Params, h: Array) -> Sizes:
    """Check V, c and h (T+1,d), float64, and return k, d, T. Raises ArrayError."""
    return check_shapes("h (T+1,d)", h, **check_params(READOUT, p))
