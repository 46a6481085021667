"""Stacked RNN of L layers: each layer's states are the next layer's inputs.

Layer l has U{l} (d_l, d_{l−1}), W{l} (d_l, d_l), b{l} (d_l,) and the start state h{l}_0 (d_l,), with d_0 = n;
the output layer V (k, d_L), c (k,) stands on the last.
"""

from __future__ import annotations

import re

from solutions.reference.activations import TANH, Activation
from solutions.reference.readout import readout, readout_backward, readout_loss
from solutions.reference.recurrence import recurrence_backward, recurrence_forward
from solutions.reference.shapes import Array, Gradients, Params, Sizes, check_params, check_shapes

KEYS = {"U": "U{}", "W": "W{}", "b": "b{}", "h0": "h{}_0"}
"""A layer's letters, and how they are called in the whole network."""
LAYER = "U{l} (d{l},d{below}) W{l} (d{l},d{l}) b{l} (d{l}) h{l}_0 (d{l})"


def delta_stacked_step(
    z: Array, U_above: Array, delta_above: Array, W: Array, delta_next: Array, f: Activation = TANH
) -> Array:
    """Return δ_t^l = f'(z_t^l) ⊙ (U^{l+1}ᵀ δ_t^{l+1} + W^lᵀ δ_{t+1}^l), (d,); float64.

    For z (d,), U_above (e,d), delta_above (e,), W (d,d), delta_next (d,). The top layer has Vᵀ ε_t in place of
    the first term: `steps.delta_step`. Raises ArrayError. Source: lecture C (L-layer network).
    """
    check_shapes(
        "z (d) U_above (e,d) delta_above (e) W (d,d) delta_next (d)", z, U_above, delta_above, W, delta_next
    )
    return f.prime(z) * (U_above.T @ delta_above + W.T @ delta_next)


def check_stack(p: Params) -> Sizes:
    """Check the arrays of every layer and of the output, and return d0 = n, d1 … and k. Raises ArrayError."""
    spec = " ".join(LAYER.format(l=number, below=number - 1) for number in range(1, depth(p) + 1))
    return check_params(f"{spec} V (k,d{depth(p)}) c (k)", p)


def depth(p: Params) -> int:
    """Return the number of layers: the highest number that any array of p carries, 1 if none does.

    Raises nothing. Source: chapter 7.
    """
    numbers = [re.fullmatch(r"[UWb](\d+)|h(\d+)_0", name) for name in p]
    return max((int(found[1] or found[2]) for found in numbers if found), default=1)


def layers(p: Params) -> list[Params]:
    """Return each layer's U, W, b, h0, the lowest first. Raises ArrayError. Source: as `stacked_forward`."""
    check_stack(p)
    return [
        {letter: p[key.format(number)] for letter, key in KEYS.items()} for number in range(1, depth(p) + 1)
    ]


def stacked_forward(p: Params, X: Array, f: Activation = TANH) -> list[dict[str, Array]]:
    """Return z (T,d_l) and h (T+1,d_l) of every layer, the lowest first, for X (T,n); float64.

    Raises ArrayError. Source: lectures B and C.
    """
    runs: list[dict[str, Array]] = []
    for layer in layers(p):
        below = runs[-1]["h"][1:] if runs else X
        runs.append(recurrence_forward(layer, below, f))
    return runs


def stacked_outputs(p: Params, X: Array, f: Activation = TANH) -> Array:
    """Return the logits o (T,k), for X (T,n); float64. Raises ArrayError. Source: lecture C."""
    return readout(p, stacked_forward(p, X, f)[-1]["h"])


def stacked_loss(p: Params, X: Array, Tau: Array, head: str = "softmax-ce", f: Activation = TANH) -> float:
    """Return E = Σ_t E_t for X (T,n) and Tau (T,k); float64.

    Raises ArrayError, UnknownNameError. Source: lecture C.
    """
    return readout_loss(p, stacked_forward(p, X, f)[-1]["h"], Tau, head)


def bptt_stacked(
    p: Params, X: Array, Tau: Array, head: str = "softmax-ce", f: Activation = TANH
) -> Gradients:
    """Return d<name> of every array of p, of its shape, for X (T,n) and Tau (T,k); float64.

    What a layer sends to its inputs, U^lᵀ δ_t^l, is all that the layer below needs to know.
    Raises ArrayError, UnknownNameError. Source: lecture C (L-layer network).
    """
    runs = stacked_forward(p, X, f)
    dH, g = readout_backward(p, runs[-1]["h"], Tau, head)
    inputs = [X, *(run["h"][1:] for run in runs)]
    stack = zip(layers(p), inputs, runs, strict=False)
    for number, (layer, below, run) in reversed(list(enumerate(stack, start=1))):
        of_layer = recurrence_backward(layer, below, run, dH, f)
        dH = of_layer.pop("dX")
        g |= {f"d{KEYS[name[1:]].format(number)}": array for name, array in of_layer.items()}
    return g
