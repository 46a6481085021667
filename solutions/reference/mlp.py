"""The multilayer perceptron and its delta rule, for any number of layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.errors import RangeError
from solutions.reference.losses import output_eps, output_head
from solutions.reference.shapes import Array, check_count, check_shapes

Arrays = Sequence[Array]


def layer_step(W: Array, b: Array, h_prev: Array, f: Activation = TANH) -> tuple[Array, Array]:
    """Return z^l = W^l h^{l−1} + b^l and h^l = f(z^l), both (m,), for W (m,j), b (m,), h_prev (j,); float64.

    Raises ArrayError. Source: lecture D (forward pass of an MLP).
    """
    check_shapes("W (m,j) b (m) h_prev (j)", W, b, h_prev)
    z = W @ h_prev + b
    return z, f.f(z)


def layer_delta(z: Array, W_above: Array, delta_above: Array, f: Activation = TANH) -> Array:
    """Return δ^l = (W^{l+1}ᵀ δ^{l+1}) ⊙ f'(z^l), (m,), for z (m,), W_above (i,m), delta_above (i,); float64.

    Raises ArrayError. Source: lecture D (hidden delta), with the product before the slope.
    """
    check_shapes("z (m) W_above (i,m) delta_above (i)", z, W_above, delta_above)
    return (W_above.T @ delta_above) * f.prime(z)


def output_delta(z: Array, dy: Array, g: Activation = TANH) -> Array:
    """Return δ^L = ∇_y C ⊙ g'(z^L), (k,), for z and dy = ∂C/∂y (k,), y = g(z) componentwise; float64.

    Softmax isn't componentwise: see `chain.back_through_softmax`. Raises ArrayError. Source: lecture D.
    """
    check_shapes("z (k) dy (k)", z, dy)
    return dy * g.prime(z)


def layer_gradients(delta: Array, h_prev: Array) -> tuple[Array, Array]:
    """Return ∂C/∂W^l = δ^l h^{l−1}ᵀ (m,j) and ∂C/∂b^l = δ^l (m,), for delta (m,), h_prev (j,); float64.

    Raises ArrayError. Source: lecture D (weight and bias gradients).
    """
    check_shapes("delta (m) h_prev (j)", delta, h_prev)
    return np.outer(delta, h_prev), delta.copy()


def mlp_forward(x: Array, Ws: Arrays, bs: Arrays, f: Activation = TANH) -> tuple[list[Array], list[Array]]:
    """Return [z^1 … z^L] and [h^0 … h^L] with h^0 = x, for x (n_0,), Ws[l] (n_{l+1}, n_l), bs[l]; float64.

    Raises ArrayError, RangeError. Source: lecture D (forward pass of an MLP).
    """
    check_count("the number of layers", len(Ws))
    if len(bs) != len(Ws):
        raise RangeError("the number of biases", len(bs), f"one for each of the {len(Ws)} layers")
    check_shapes("x (j)", x)
    zs, hs = [], [x.copy()]
    for W, b in zip(Ws, bs, strict=True):
        z, h = layer_step(W, b, hs[-1], f)
        zs.append(z)
        hs.append(h)
    return zs, hs


def mlp_loss(
    x: Array, Ws: Arrays, bs: Arrays, tau: Array, head: str = "identity-half-se", f: Activation = TANH
) -> float:
    """Return C of the named head on o = z^L, for tau (n_L,), f in the hidden layers; float64.

    Raises ArrayError, RangeError, UnknownNameError. Source: lecture D (cross entropy with its minus).
    """
    zs, _ = mlp_forward(x, Ws, bs, f)
    return float(output_head(head).loss(zs[-1], tau))


def mlp_backward(
    x: Array, Ws: Arrays, bs: Arrays, tau: Array, head: str = "identity-half-se", f: Activation = TANH
) -> tuple[list[Array], list[Array]]:
    """Return [∂C/∂W^1 …] and [∂C/∂b^1 …] of `mlp_loss`, each of its parameter's shape; float64.

    Raises ArrayError, RangeError, UnknownNameError. Source: lecture D, with the layers from L−1 down to 1.
    """
    zs, hs = mlp_forward(x, Ws, bs, f)
    deltas = [output_eps(zs[-1], tau, head)]
    for z, W_above in zip(zs[-2::-1], Ws[:0:-1], strict=True):
        deltas.append(layer_delta(z, W_above, deltas[-1], f))
    pairs = [layer_gradients(delta, h) for delta, h in zip(deltas[::-1], hs[:-1], strict=True)]
    return [dW for dW, _ in pairs], [db for _, db in pairs]
