"""A task with a long lag, and small networks that are trained on it: for the figures and tables of chapter 10.

At every step comes a random number between -1 and 1. One of the first ten is marked by a 1 beside it. After
the last step the network has to say the marked number. Time is axis 0 here, the batch axis 1, so that each
step's numbers lie together. All gradients are those of the mean loss of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Parameters = dict[str, Array]
Network = Callable[[Mapping[str, Array], Array, Array], tuple[float, Parameters, Array]]
"""network(p, X (T,B,2), tau (B,)): loss, gradients, and the size (T,) of ∂E/∂h_t (LSTM: of ∂E/∂c_t)."""

EARLY, BATCH, LAG = 10, 32, 50
NOTHING_LEARNT = 1 / 6
"""The loss of the best constant answer, 0: half the mean square of a number between -1 and 1."""


def task(rng: np.random.Generator, T: int = LAG, B: int = BATCH) -> tuple[Array, Array]:
    """X (T,B,2), numbers and marks, and the marked numbers tau (B,)."""
    X = np.zeros((T, B, 2))
    X[:, :, 0] = rng.uniform(-1, 1, (T, B))
    marked = rng.integers(min(EARLY, T), size=B), np.arange(B)
    X[..., 1][marked] = 1.0
    return X, X[..., 0][marked]


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))


def _read(p: Mapping[str, Array], h: Array, tau: Array) -> tuple[float, Parameters, Array]:
    """The answer y = V h_T + c: mean loss, gradients of V and c, and ∂E/∂h_T (B,d)."""
    off = h @ p["V"] + p["c"] - tau
    eps = off / len(tau)
    return float(0.5 * np.mean(off**2)), {"V": h.T @ eps, "c": eps.sum()}, np.outer(eps, p["V"])


def _sums(delta: Array, X: Array, h: Array) -> tuple[Array, Array, Array]:
    """The gradients of input weights, state weights and biases, from δ (T,B,r), X (T,B,n), h (T,B,d)."""
    flat = delta.reshape(-1, delta.shape[-1])
    return flat.T @ X.reshape(len(flat), -1), flat.T @ h.reshape(len(flat), -1), flat.sum(axis=0)


def rnn(
    p: Mapping[str, Array], X: Array, tau: Array, *, relu: bool = False
) -> tuple[float, Parameters, Array]:
    """The plain network, tanh or ReLU."""
    (T, B, _), d = X.shape, len(p["b"])
    h, z = np.zeros((T + 1, B, d)), X @ p["U"].T + p["b"]
    for t in range(T):
        z[t] += h[t] @ p["W"].T
        h[t + 1] = np.maximum(z[t], 0.0) if relu else np.tanh(z[t])
    slope = (z > 0).astype(float) if relu else 1.0 - h[1:] ** 2
    E, g, dh = _read(p, h[-1], tau)
    delta, reach = np.empty((T, B, d)), np.empty(T)
    for t in reversed(range(T)):
        reach[t] = np.linalg.norm(dh)
        delta[t] = slope[t] * dh
        dh = delta[t] @ p["W"]
    g["U"], g["W"], g["b"] = _sums(delta, X, h[:-1])
    return E, g, reach


def lstm(q: Mapping[str, Array], X: Array, tau: Array) -> tuple[float, Parameters, Array]:
    """The LSTM, blocks in the order i, f, g, o."""
    (T, B, _), d = X.shape, len(q["V"])
    h, c, gates = np.zeros((T + 1, B, d)), np.zeros((T + 1, B, d)), np.empty((T, 4, B, d))
    z = X @ q["Wx"].T + q["bz"]
    for t in range(T):
        blocks = (z[t] + h[t] @ q["Wh"].T).reshape(B, 4, d).swapaxes(0, 1)
        gates[t] = i, f, g_, o = (
            *map(_sigmoid, blocks[:2]),
            np.tanh(blocks[2]),
            _sigmoid(blocks[3]),
        )
        c[t + 1] = f * c[t] + i * g_
        h[t + 1] = o * np.tanh(c[t + 1])
    E, g, dh = _read(q, h[-1], tau)
    dc, delta, reach = np.zeros((B, d)), np.empty((T, B, 4 * d)), np.empty(T)
    for t in reversed(range(T)):
        i, f, g_, o = gates[t]
        shown = np.tanh(c[t + 1])
        dc = dc + dh * o * (1 - shown**2)
        reach[t] = np.linalg.norm(dc)
        delta[t] = np.concatenate(
            [
                dc * g_ * i * (1 - i),
                dc * c[t] * f * (1 - f),
                dc * i * (1 - g_**2),
                dh * shown * o * (1 - o),
            ],
            axis=1,
        )
        dh, dc = delta[t] @ q["Wh"], dc * f
    g["Wx"], g["Wh"], g["bz"] = _sums(delta, X, h[:-1])
    return E, g, reach


def gru(q: Mapping[str, Array], X: Array, tau: Array) -> tuple[float, Parameters, Array]:
    """The GRU, blocks in the order r, u, m."""
    (T, B, _), d = X.shape, len(q["V"])
    h, gates = np.zeros((T + 1, B, d)), np.empty((T, 3, B, d))
    z, Wg, Wm = X @ q["Wx"].T + q["bz"], q["Wh"][: 2 * d], q["Wh"][2 * d :]
    for t in range(T):
        r, u = _sigmoid((z[t, :, : 2 * d] + h[t] @ Wg.T).reshape(B, 2, d).swapaxes(0, 1))
        m = np.tanh(z[t, :, 2 * d :] + (r * h[t]) @ Wm.T)
        gates[t] = r, u, m
        h[t + 1] = (1 - u) * h[t] + u * m
    E, g, dh = _read(q, h[-1], tau)
    delta, reach = np.empty((T, B, 3 * d)), np.empty(T)
    for t in reversed(range(T)):
        reach[t] = np.linalg.norm(dh)
        r, u, m = gates[t]
        of_m = dh * u * (1 - m**2)
        before = of_m @ Wm
        of_gates = np.concatenate([before * h[t] * r * (1 - r), dh * (m - h[t]) * u * (1 - u)], axis=1)
        delta[t] = np.concatenate([of_gates, of_m], axis=1)
        dh = dh * (1 - u) + r * before + of_gates @ Wg
    g["Wx"], g["Wh"], g["bz"] = _sums(delta, X, h[:-1])
    g["Wh"][2 * d :] = _sums(delta[..., 2 * d :], X, gates[:, 0] * h[:-1])[1]
    return E, g, reach


NETWORKS: Mapping[str, Network] = {"RNN": rnn, "RNN, ReLU": partial(rnn, relu=True), "LSTM": lstm, "GRU": gru}


def start(kind: str, rng: np.random.Generator, bias: float = 0.0) -> Parameters:
    """Weights to begin with, about 360 in each kind. `bias` is the forget bias, or the GRU's update bias.

    tanh begins with an orthogonal W, ReLU with the identity; gated networks with small weights of the state.
    """
    blocks = {"LSTM": 4, "GRU": 3}.get(kind, 1)
    d = {"LSTM": 8, "GRU": 9}.get(kind, 17)
    p = {"V": rng.normal(size=d) / np.sqrt(d), "c": np.zeros(())}
    if blocks == 1:
        Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
        W = np.eye(d) if "ReLU" in kind else Q
        return p | {"U": 0.3 * rng.normal(size=(d, 2)), "W": W, "b": np.zeros(d)}
    bz = np.zeros((blocks, d))
    bz[1] = bias
    small = 0.1 / np.sqrt(d)
    Wx, Wh = rng.normal(size=(blocks * d, 2)), small * rng.normal(size=(blocks * d, d))
    return p | {"Wx": Wx, "Wh": Wh, "bz": bz.ravel()}


class Adam:
    """Adam (Kingma and Ba 2015): each weight has its own step size, by the recent size of its gradient."""

    def __init__(self, p: Parameters, eta: float) -> None:
        """Begin with the parameters p, which are left as they are."""
        self.p, self.eta, self.count = dict(p), eta, 0
        self._mean = {name: np.zeros_like(array) for name, array in p.items()}
        self._square = {name: np.zeros_like(array) for name, array in p.items()}

    def step(self, g: Parameters, limit: float = 1.0) -> None:
        """One step, the gradient clipped to the global norm `limit` first."""
        self.count += 1
        norm = np.sqrt(sum(float((array**2).sum()) for array in g.values()))
        factor = min(1.0, limit / norm) if norm else 1.0
        for name, array in self.p.items():
            clipped = factor * g[name]
            self._mean[name] = 0.9 * self._mean[name] + 0.1 * clipped
            self._square[name] = 0.99 * self._square[name] + 0.01 * clipped**2
            mean = self._mean[name] / (1 - 0.9**self.count)
            square = self._square[name] / (1 - 0.99**self.count)
            self.p[name] = array - self.eta * mean / (np.sqrt(square) + 1e-8)


@dataclass(frozen=True)
class Course:
    """A training: the loss of each batch, and at the end the loss on 500 sequences that were never seen."""

    losses: list[float]
    final: float
    p: Parameters


def train(
    kind: str, bias: float = 0.0, *, eta: float = 0.02, steps: int = 200, seed: int = 1, T: int = LAG
) -> Course:
    """Train on fresh batches, which are the same for all networks; all that is random comes from `seed`."""
    network, rng = NETWORKS[kind], np.random.default_rng([seed, 1])
    adam, losses = Adam(start(kind, np.random.default_rng(seed), bias), eta), []
    for _ in range(steps):
        E, g, _ = network(adam.p, *task(rng, T))
        losses.append(E)
        adam.step(g)
    final, _, _ = network(adam.p, *task(np.random.default_rng(99), T, 500))
    return Course(losses, final, adam.p)


def reach(kind: str, bias: float = 0.0, *, T: int = LAG, seed: int = 1) -> Array:
    """How much of the error at the end arrives at step t before any training, (T,), 1 at the last step."""
    rng = np.random.default_rng(seed)
    sizes = NETWORKS[kind](start(kind, rng, bias), *task(rng, T))[2]
    return np.asarray(sizes / sizes[-1])
