"""Attention: scores, softmax, weighted mean, and beside each step the way back through it.

H (S,d) holds the encoder states in rows; s (e,) is the decoder state that asks. Sources: lecture D names
attention; Bahdanau et al. 2015 (additive scores), Luong et al. 2015 (dot and bilinear scores).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solutions.reference.errors import UnknownNameError
from solutions.reference.losses import softmax
from solutions.reference.shapes import Array, Gradients, Params, check_params, check_shapes


def mix(e: Array, H: Array) -> tuple[Array, Array]:
    """Return κ = Hᵀ α (d,) and α = softmax(e) (S,), for e (S,) and H (S,d); float64.

    Raises ArrayError. Source: Bahdanau et al. 2015.
    """
    check_shapes("e (S) H (S,d)", e, H)
    alpha = softmax(e)
    return H.T @ alpha, alpha


def mix_backward(alpha: Array, H: Array, dkappa: Array) -> tuple[Array, Array]:
    """Return ∂E/∂e (S,) and the values' part of ∂E/∂H (S,d), for alpha (S,), H (S,d), dkappa (d,); float64.

    With a = H dκ, ∂E/∂e = α ⊙ (a − αᵀ a): the softmax's dense Jacobian, never built. Raises ArrayError.
    Source: lecture C (softmax's Jacobian).
    """
    check_shapes("alpha (S) H (S,d) dkappa (d)", alpha, H, dkappa)
    dalpha = H @ dkappa
    return alpha * (dalpha - alpha @ dalpha), np.outer(alpha, dkappa)


def dot_scores(_p: Params, s: Array, H: Array) -> Array:
    """Return e_i = h_iᵀ s, (S,), for s (d,) and H (S,d); float64.

    Raises ArrayError. Source: Luong et al. 2015.
    """
    check_shapes("s (d) H (S,d)", s, H)
    return H @ s


def dot_scores_backward(_p: Params, s: Array, H: Array, de: Array) -> Gradients:
    """Return ds (d,) and the scores' part of dH (S,d), from de (S,); float64.

    Raises ArrayError. Source: as `dot_scores`.
    """
    check_shapes("s (d) H (S,d) de (S)", s, H, de)
    return {"ds": H.T @ de, "dH": np.outer(de, s)}


def bilinear_scores(p: Params, s: Array, H: Array) -> Array:
    """Return e_i = sᵀ A h_i, (S,), for A (e,d) in p, s (e,), H (S,d); float64.

    Raises ArrayError. Source: Luong et al. 2015 (general score).
    """
    check_shapes("s (e) H (S,d)", s, H, **check_params("A (e,d)", p))
    return H @ (p["A"].T @ s)


def bilinear_scores_backward(p: Params, s: Array, H: Array, de: Array) -> Gradients:
    """Return dA (e,d), ds (e,) and the scores' part of dH (S,d), from de (S,); float64.

    Raises ArrayError. Source: as `bilinear_scores`.
    """
    check_shapes("s (e) H (S,d) de (S)", s, H, de, **check_params("A (e,d)", p))
    asked = H.T @ de
    return {"dA": np.outer(s, asked), "ds": p["A"] @ asked, "dH": np.outer(de, p["A"].T @ s)}


ADDITIVE = "v (r) A1 (r,e) A2 (r,d) a (r)"
"""The parameters of additive scores: a layer of r tanh units, and v that adds them up."""


def additive_scores(p: Params, s: Array, H: Array) -> Array:
    """Return e_i = vᵀ tanh(A1 s + A2 h_i + a), (S,), for s (e,) and H (S,d); float64.

    Raises ArrayError. Source: Bahdanau et al. 2015, with a bias.
    """
    check_shapes("s (e) H (S,d)", s, H, **check_params(ADDITIVE, p))
    return _units(p, s, H) @ p["v"]


def additive_scores_backward(p: Params, s: Array, H: Array, de: Array) -> Gradients:
    """Return dv, dA1, dA2, da, ds (e,) and the scores' part of dH (S,d), from de (S,); float64.

    Raises ArrayError. Source: as `additive_scores`.
    """
    check_shapes("s (e) H (S,d) de (S)", s, H, de, **check_params(ADDITIVE, p))
    units = _units(p, s, H)
    delta = np.outer(de, p["v"]) * (1.0 - units**2)
    summed = delta.sum(axis=0)
    return {
        "dv": units.T @ de,
        "dA1": np.outer(summed, s),
        "dA2": delta.T @ H,
        "da": summed,
        "ds": p["A1"].T @ summed,
        "dH": delta @ p["A2"],
    }


def _units(p: Params, s: Array, H: Array) -> Array:
    return np.tanh(p["A1"] @ s + H @ p["A2"].T + p["a"])


@dataclass(frozen=True)
class Score:
    """A way to score encoder states: e = scores(p, s, H), and what ∂E/∂e does to p's arrays, s and H."""

    name: str
    parameters: str
    scores: Callable[[Params, Array, Array], Array]
    backward: Callable[[Params, Array, Array, Array], Gradients]


SCORES = {
    s.name: s
    for s in (
        Score("dot", "", dot_scores, dot_scores_backward),
        Score("bilinear", "A (e,d)", bilinear_scores, bilinear_scores_backward),
        Score("additive", ADDITIVE, additive_scores, additive_scores_backward),
    )
}


def score(name: str) -> Score:
    """Return the score of that name. Raises UnknownNameError."""
    if name not in SCORES:
        raise UnknownNameError("attention score", name, SCORES)
    return SCORES[name]


def attention(p: Params, s: Array, H: Array, name: str) -> tuple[Array, Array]:
    """Return the context κ (d,) and the weights α (S,), for s (e,), H (S,d) and the named score; float64.

    Raises ArrayError, UnknownNameError. Source: Bahdanau et al. 2015, Luong et al. 2015.
    """
    return mix(score(name).scores(p, s, H), H)


def attention_backward(p: Params, s: Array, H: Array, dkappa: Array, name: str) -> Gradients:
    """Return ds (e,), dH (S,d) and the gradients of the score's parameters, from dkappa (d,); float64.

    H is heard twice, as what is mixed and as what is scored. Raises ArrayError, UnknownNameError.
    Source: as `attention`.
    """
    _, alpha = attention(p, s, H, name)
    de, from_values = mix_backward(alpha, H, dkappa)
    g = score(name).backward(p, s, H, de)
    return {**g, "dH": g["dH"] + from_values}
