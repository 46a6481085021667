"""The backward pass of the RNN: one loop from T to 1, then the sums that give every gradient."""

# mypy: disable-error-code="no-any-return"
# NumPy types every sum as Any.

from __future__ import annotations

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.shapes import Array, Gradients, Params, check_shapes
from solutions.reference.steps import check_rnn, sum_of_outer


def deltas(p: Params, z: Array, eps: Array, f: Activation = TANH) -> Array:
    """Return δ_t = f'(z_t) ⊙ (Vᵀ ε_t + Wᵀ δ_{t+1}) for all t, (T,d), for z (T,d) and eps (T,k); float64.

    δ_{T+1} = 0 begins the loop; a step without a loss has ε_t = 0, and no case needs a rule of its own.
    Raises ArrayError. Source: lecture D (MIMO slides).
    """
    check_shapes("z (T,d) eps (T,k)", z, eps, **check_rnn(p))
    return delta_loop(p, z, eps, f)


def delta_loop(p: Params, z: Array, eps: Array, f: Activation) -> Array:
    """Run the recursion of `deltas` back over axis 0 of z, (T,d) or (T,B,d). Shapes are the caller's care.

    Raises nothing. Source: as there.
    """
    W, delta = p["W"], np.empty_like(z)
    # The slopes and the terms Vᵀ ε_t wait for no later step, so they are found for all t at once.
    slope, from_output = f.prime(z), eps @ p["V"]
    from_next = np.zeros_like(z[0])
    for t in reversed(range(len(z))):
        delta[t] = slope[t] * (from_output[t] + from_next)
        from_next = delta[t] @ W
    return delta


def backward(p: Params, X: Array, run: Params, eps: Array, f: Activation = TANH) -> Gradients:
    """Return dU, dW, dV, db, dc, dh0, each of its parameter's shape, for X (T,n) and eps (T,k); float64.

    `run` is what `rnn_forward` returned for X. Raises ArrayError.
    Source: lecture D (MIMO slides), with biases and h_0.
    """
    check_shapes("X (T,n) z (T,d) h (T+1,d) eps (T,k)", X, run["z"], run["h"], eps, **check_rnn(p))
    return gradient_sums(p, X, run, eps, f)


def gradient_sums(p: Params, X: Array, run: Params, eps: Array, f: Activation) -> Gradients:
    """Sum δ_t and ε_t against what each weight multiplied, over axis 0 (and over the batch, if any).

    Float64, with the shapes of `backward`. Raises nothing. Source: as there.
    """
    delta, h = delta_loop(p, run["z"], eps, f), run["h"]
    return {
        "dU": sum_of_outer(delta, X),
        "dW": sum_of_outer(delta, h[:-1]),
        "dV": sum_of_outer(eps, h[1:]),
        "db": sum_all(delta),
        "dc": sum_all(eps),
        "dh0": sum_all(delta[:1]) @ p["W"],
    }


def sum_all(a: Array) -> Array:
    """Return the sum over every axis but the last, (d,) for a (T,d) or (T,B,d); float64.

    Raises nothing. Source: lecture C (hidden bias).
    """
    return a.reshape(-1, a.shape[-1]).sum(axis=0)
