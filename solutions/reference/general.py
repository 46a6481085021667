"""BPTT from any loss: all that it needs is ∂E/∂y_t, whether or not the loss splits over time."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solutions.reference.activations import ACTIVATIONS, TANH, Activation
from solutions.reference.backward import backward
from solutions.reference.chain import back_through_softmax
from solutions.reference.errors import UnknownNameError
from solutions.reference.losses import softmax
from solutions.reference.recurrence import recurrence_forward
from solutions.reference.shapes import Array, Gradients, Params, check_same_shape, check_shapes
from solutions.reference.steps import check_rnn

WholeLoss = Callable[[Array], tuple[float, Array]]
"""A loss of all outputs at once: Y (T,k) → E and ∂E/∂Y (T,k)."""


@dataclass(frozen=True)
class Output:
    """An output function y = g(o), and how ∂E/∂y (T,k) goes back through it: ε = back(o, dY)."""

    name: str
    g: Callable[[Array], Array]
    back: Callable[[Array, Array], Array]


def _componentwise(f: Activation) -> Output:
    return Output(f.name, f.f, lambda o, dY: dY * f.prime(o))


OUTPUTS = {
    **{name: _componentwise(f) for name, f in ACTIVATIONS.items()},
    "softmax": Output("softmax", softmax, lambda o, dY: back_through_softmax(softmax(o), dY)),
}


def output(name: str) -> Output:
    """Return the output function of that name. Raises UnknownNameError."""
    if name not in OUTPUTS:
        raise UnknownNameError("output", name, OUTPUTS)
    return OUTPUTS[name]


def eps_from_dy(o: Array, dY: Array, g: str = "softmax") -> Array:
    """Return ε_t = J_tᵀ ∂E/∂y_t, J_t the Jacobian of y_t = g(o_t), for o and dY (T,k), float64.

    Raises ArrayError, UnknownNameError. Source: lecture C; lecture D has the componentwise case only.
    """
    check_same_shape(o=o, dY=dY)
    return output(g).back(o, dY)


def cross_entropy_slope(y: Array, tau: Array) -> Array:
    """Return ∂E_t/∂y_t = −τ_t / y_t, entry by entry, for E_t = −τ_tᵀ log y_t, y and tau (k,) or (T,k); float64.

    Raises ArrayError. Source: lecture B (the first factor of its chain).
    """
    check_same_shape(y=y, tau=tau)
    return -tau / y


def outputs_of(p: Params, X: Array, g: str = "softmax", f: Activation = TANH) -> dict[str, Array]:
    """Return z (T,d), h (T+1,d), o and y (T,k), y_t = g(o_t), for X (T,n); float64.

    Raises ArrayError, UnknownNameError. Source: lecture C.
    """
    check_shapes("X (T,n)", X, **check_rnn(p))
    run = recurrence_forward(p, X, f)
    o = run["h"][1:] @ p["V"].T + p["c"]
    return {**run, "o": o, "y": output(g).g(o)}


def bptt_from_dy(p: Params, X: Array, dY: Array, g: str = "softmax", f: Activation = TANH) -> Gradients:
    """Return dU, dW, dV, db, dc, dh0 from dY = ∂E/∂y_t (T,k), whatever the loss was, for X (T,n); float64.

    Raises ArrayError, UnknownNameError. Source: lecture C (backpropagation runs once every ∂L/∂y_t is known).
    """
    run = outputs_of(p, X, g, f)
    return backward(p, X, run, eps_from_dy(run["o"], dY, g), f)


def whole_loss(p: Params, X: Array, E: WholeLoss, g: str = "softmax", f: Activation = TANH) -> float:
    """Return E of all outputs together, for X (T,n); float64.

    Raises ArrayError, UnknownNameError. Source: lecture C.
    """
    return E(outputs_of(p, X, g, f)["y"])[0]


def bptt_whole(p: Params, X: Array, E: WholeLoss, g: str = "softmax", f: Activation = TANH) -> Gradients:
    """Return the gradients of `whole_loss`, arguments and errors as there. Source: lecture C."""
    _, dY = E(outputs_of(p, X, g, f)["y"])
    return bptt_from_dy(p, X, dY, g, f)


def mean_and_product_loss(Y: Array, tau: Array) -> tuple[float, Array]:
    """Return E = ½ ‖(1/T) Σ_t y_t − τ‖² + Π_t y_{t,1} and ∂E/∂Y (T,k), for Y (T,k), tau (k,); float64.

    A loss that no sum over steps can give: every step's derivative needs all the others. Raises ArrayError.
    Source: chapter 7.
    """
    sizes = check_shapes("Y (T,k) tau (k)", Y, tau)
    miss, first = Y.mean(axis=0) - tau, Y[:, 0]
    dY = np.tile(miss / sizes["T"], (sizes["T"], 1))
    # The product of the others, taken without division: an output may be 0.
    dY[:, 0] += [np.prod(np.delete(first, t)) for t in range(sizes["T"])]
    return float(0.5 * miss @ miss + np.prod(first)), dY
