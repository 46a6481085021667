"""The MLP with one twist: forward pass, delta rule, and a training step.

Answers are flat: zs and hs as z1, z2, ..., h0, h1, ...; gradients as dW1, dW2, ..., db1, ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from solutions.misconceptions.family import Family
from solutions.misconceptions.steps import Run, Step, Twist, after
from solutions.model import Array


def _numbered(name: str, arrays: Sequence[Array], first: int = 1) -> dict[str, Array]:
    return {f"{name}{number}": array for number, array in enumerate(arrays, first)}


def _layers(r: Run) -> tuple[list[Array], list[Array]]:
    zs, hs = [], [r.x]
    for layer, (W, b) in enumerate(zip(r.Ws, r.bs, strict=True)):
        zs.append(r.affine(r, W, b, hs[-1]))
        hs.append(r.activate(r, layer, zs[-1]))
    return zs, hs


_FORWARD: Mapping[str, Step] = {
    "affine": lambda _: lambda _r, W, b, h: W @ h + b,
    "activate": lambda _: lambda r, _layer, z: r.f(z),
    "layers": _layers,
    "zs": lambda r: r.layers[0],
    "hs": lambda r: r.layers[1],
}

FORWARD = Family(
    {**_FORWARD, "g": lambda r: {**_numbered("z", r.zs), **_numbered("h", r.hs, 0)}},
    lambda x, Ws, bs, f: {"x": x, "Ws": Ws, "bs": bs, "f": f},
    {
        "bias-missing": {"affine": lambda _: lambda _r, W, _b, h: W @ h},
        "f-skipped-last": {"activate": lambda _: lambda r, layer, z: z if layer == len(r.Ws) - 1 else r.f(z)},
        "f-twice": {"activate": lambda _: lambda r, _layer, z: r.f(r.f(z))},
    },
)
"""mlp_forward(x, Ws, bs, f), f applied in every layer."""


def _deltas(r: Run) -> list[Array]:
    deltas = [r.eps]
    for layer in range(len(r.Ws) - 1, 0, -1):
        deltas.insert(0, r.back(r, layer, deltas[0]) * r.slopes[layer - 1])
    return deltas


def _trained(name: str) -> Step:
    """W ← W − lr dW for all layers, after the backward pass."""
    return lambda r: [
        array - r.lr * r.gradients[f"d{name}{layer}"] for layer, array in enumerate(getattr(r, f"{name}s"), 1)
    ]


_BACKWARD: Mapping[str, Step] = {
    **_FORWARD,
    "eps": lambda r: r.zs[-1] - r.tau,
    "slopes": lambda r: [1 - h**2 for h in r.hs[1:-1]],
    "back": lambda _: lambda r, layer, delta: r.Ws[layer].T @ delta,
    "deltas": _deltas,
    "dWs": lambda r: [np.outer(delta, h) for delta, h in zip(r.deltas, r.hs[:-1], strict=True)],
    "dbs": lambda r: r.deltas,
    "gradients": lambda r: {**_numbered("dW", r.dWs), **_numbered("db", r.dbs)},
    "g": lambda r: r.gradients,
}

_SIGN: Twist = {"eps": after(lambda _, eps: -eps)}
_SLOPES: Mapping[str, Twist] = {
    "fprime-missing": {"slopes": lambda r: [np.ones_like(z) for z in r.zs[:-1]]},
    "fprime-at-h": {"slopes": lambda r: [1 - np.tanh(h) ** 2 for h in r.hs[1:-1]]},
    "one-minus-z-squared": {"slopes": lambda r: [1 - z**2 for z in r.zs[:-1]]},
    "one-minus-h": {"slopes": lambda r: [1 - h for h in r.hs[1:-1]]},
    "sigmoid-derivative": {"slopes": lambda r: [h * (1 - h) for h in r.hs[1:-1]]},
    "fprime-inverted": {"slopes": lambda r: [1 / (1 - h**2) for h in r.hs[1:-1]]},
}
_DELTA_RULE: Mapping[str, Twist] = {
    "sign-flipped": _SIGN,
    "half-forgotten": {"eps": after(lambda _, eps: 2 * eps)},
    "mean-over-outputs": {"eps": after(lambda _, eps: eps / len(eps))},
    **_SLOPES,
    # Only between layers of one size does this run at all.
    "w-not-transposed": {"back": lambda _: lambda r, layer, delta: r.Ws[layer] @ delta},
    "outer-swapped": {"dWs": after(lambda _, dWs: [dW.T for dW in dWs])},
    "bias-missing": {"dbs": after(lambda _, dbs: [np.zeros_like(db) for db in dbs])},
}


def _tanh_below(r: Run, layer: int, z: Array) -> Array:
    """tanh in the hidden layers, the identity at the output."""
    return np.asarray(z if layer == len(r.Ws) - 1 else np.tanh(z))


BACKWARD = Family(
    {**_BACKWARD, "activate": lambda _: _tanh_below},
    lambda x, Ws, bs, tau: {"x": x, "Ws": Ws, "bs": bs, "tau": tau},
    _DELTA_RULE,
)
"""mlp_backward(x, Ws, bs, tau), tanh hidden layers, identity output and half the squared error."""


def _updated_on_the_way(r: Run) -> dict[str, list[Array]]:
    """Each layer is changed as soon as its gradient is known, before the delta below it is made."""
    Ws, bs, delta = list(r.Ws), list(r.bs), r.eps
    for layer in range(len(Ws) - 1, -1, -1):
        Ws[layer] = Ws[layer] - r.lr * np.outer(delta, r.hs[layer])
        bs[layer] = bs[layer] - r.lr * delta
        if layer:
            delta = (Ws[layer].T @ delta) * r.slopes[layer - 1]
    return {"Ws": Ws, "bs": bs}


def _given_step(Ws: Any, bs: Any, x: Array, tau: Array, lr: float) -> dict[str, Any]:
    return {"x": x, "Ws": Ws, "bs": bs, "tau": tau, "lr": lr}


TRAIN_STEP = Family(
    {
        **_BACKWARD,
        "activate": lambda _: _tanh_below,
        "new": lambda r: {"Ws": _trained("W")(r), "bs": _trained("b")(r)},
        "g": lambda r: {**_numbered("W", r.new["Ws"]), **_numbered("b", r.new["bs"])},
    },
    _given_step,
    {**_DELTA_RULE, "updates-inside-loop": {"new": _updated_on_the_way}},
)
"""train_step(Ws, bs, x, tau, lr), answers W1, W2, ..., b1, ..."""
