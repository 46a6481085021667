"""The three small networks of chapter 12, trained for its pictures: one network per seed, all seeds at once.

Parameters have the book's shapes with the seeds as a first axis: U (S, d, n), W (S, d, d), V (S, k, d), b (S, d),
c (S, k). h_0 is zero. Sequences of one length come as X (B, T, n), targets as Tau (B, T, k).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Params = dict[str, Array]


@dataclass(frozen=True)
class Task:
    """What is to be learnt: `loss_at` (T,) is 1 at steps with a loss; `softmax` False means sigmoids."""

    X: Array
    Tau: Array
    loss_at: Array
    softmax: bool = False


@dataclass(frozen=True)
class Trained:
    """The networks after the descent, and the loss of each before every step, (epochs, S)."""

    p: Params
    losses: Array


def starts(seeds: Sequence[int], d: int, n: int, k: int, *, recurrent: bool = True) -> Params:
    """Weights of order one and zero biases, for each seed; without `recurrent` W is not drawn, and zero."""
    drawn = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        U = rng.normal(size=(d, n))
        W = rng.normal(size=(d, d)) / np.sqrt(d) if recurrent else np.zeros((d, d))
        drawn.append((U, W, rng.normal(size=(k, d))))
    U, W, V = (np.array(each) for each in zip(*drawn, strict=True))
    S = len(seeds)
    return {"U": U, "W": W, "V": V, "b": np.zeros((S, d)), "c": np.zeros((S, k))}


def forward(p: Params, X: Array) -> tuple[list[Array], Array]:
    """States h_0 ... h_T, each (S, B, d), and logits o (T, S, B, k)."""
    S, d = p["b"].shape
    h: list[Array] = [np.zeros((S, len(X), d))]
    o: list[Array] = []
    for t in range(X.shape[1]):
        z = X[:, t] @ p["U"].swapaxes(1, 2) + h[-1] @ p["W"].swapaxes(1, 2) + p["b"][:, None]
        h.append(np.tanh(z))
        o.append(h[-1] @ p["V"].swapaxes(1, 2) + p["c"][:, None])
    return h, np.array(o)


def _outputs(o: Array, task: Task) -> tuple[Array, Array]:
    """The outputs y, and the loss of each network, (S,)."""
    Tau = task.Tau.swapaxes(0, 1)[:, None]
    if task.softmax:
        shifted = o - o.max(axis=-1, keepdims=True)
        log_y = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        y, each = np.exp(log_y), -(Tau * log_y)
    else:
        y, each = 0.5 + 0.5 * np.tanh(0.5 * o), np.logaddexp(0.0, o) - Tau * o
    return y, np.einsum("t,tsbk->s", task.loss_at, each)


def gradients(p: Params, task: Task) -> tuple[Array, Params]:
    """The loss of each network, (S,), and its gradients, named as the parameters."""
    h, o = forward(p, task.X)
    y, E = _outputs(o, task)
    eps = (y - task.Tau.swapaxes(0, 1)[:, None]) * task.loss_at[:, None, None, None]
    return E, backward(p, task.X, h, eps)


def backward(p: Params, X: Array, h: Sequence[Array], eps: Array) -> Params:
    """The gradients from the errors eps (T, S, B, k) at the logits."""
    g = {name: np.zeros_like(array) for name, array in p.items()}
    carry: Array = np.zeros_like(h[0])
    for t in range(len(eps) - 1, -1, -1):
        delta = (1 - h[t + 1] ** 2) * (eps[t] @ p["V"] + carry)
        g["V"] += eps[t].swapaxes(1, 2) @ h[t + 1]
        g["W"] += delta.swapaxes(1, 2) @ h[t]
        g["U"] += delta.swapaxes(1, 2) @ X[:, t]
        g["b"] += delta.sum(axis=1)
        g["c"] += eps[t].sum(axis=1)
        carry = delta @ p["W"]
    return g


def descend(p: Params, task: Task, eta: float, epochs: int, fixed: Sequence[str] = ()) -> Trained:
    """Gradient descent, each network's gradient clipped to a norm of 1; what is `fixed` stays."""
    losses = []
    for _ in range(epochs):
        E, g = gradients(p, task)
        losses.append(E)
        p = step(p, {name: array for name, array in g.items() if name not in fixed}, eta)
    return Trained(p, np.array(losses))


def step(p: Params, g: Params, eta: float) -> Params:
    """One step of descent along a gradient of norm 1 at most, for each network."""
    norm = np.sqrt(sum((array**2).reshape(len(array), -1).sum(axis=1) for array in g.values()))
    size = eta / np.maximum(norm, 1.0)
    return p | {
        name: p[name] - size.reshape(-1, *[1] * (array.ndim - 1)) * array for name, array in g.items()
    }
