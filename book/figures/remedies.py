"""Numbers behind the figures and tables of chapter 9: clips, a cliff, windows, start matrices, three runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from figures import scalar

Array = NDArray[np.float64]


def by_norm(g: Array, limit: float) -> Array:
    """g shortened to the limit, if it is longer."""
    return np.asarray(g * min(1.0, limit / float(np.linalg.norm(g))))


def by_value(g: Array, limit: float) -> Array:
    """Each entry of g moved into [-limit, limit]."""
    return np.clip(g, -limit, limit)


def turned(g: Array, other: Array) -> float:
    """The angle between two arrows, in degrees."""
    cross, dot = g[0] * other[1] - g[1] * other[0], g @ other
    return math.degrees(abs(math.atan2(float(cross), float(dot))))


def cliff(w: float, T: int) -> tuple[float, float]:
    """E = ½ (h_T − 0.5)² and dE/dw of the unit h_t = tanh(w h_{t−1} − 0.3) from h_0 = 0.6."""
    h, dh = 0.6, 0.0
    for _ in range(T):
        z = w * h - 0.3
        # The slope by cosh: 1 − tanh² loses its digits where the unit is saturated.
        h, dh = math.tanh(z), (h + w * dh) / math.cosh(z) ** 2
    return 0.5 * (h - 0.5) ** 2, (h - 0.5) * dh


def steepest(T: int, low: float = 1.0, high: float = 4.0) -> tuple[float, float]:
    """Where the cliff is steepest, and how steep: the grid is made finer around the steepest point."""
    while high - low > 1e-9:
        grid = np.linspace(low, high, 2001 if high - low > 1 else 41)
        slopes = [abs(cliff(float(w), T)[1]) for w in grid]
        i = int(np.argmax(slopes))
        low, high = float(grid[max(i - 1, 0)]), float(grid[min(i + 1, len(grid) - 1)])
    return (low + high) / 2, cliff((low + high) / 2, T)[1]


def windows(w: float, T: int = 40) -> Array:
    """(∂E/∂u, ∂E/∂w, ∂E/∂b) of the standard scalar record when each error goes back k steps, row k − 1; (T,3)."""
    x, tau = np.sin(0.7 * np.arange(1, T + 1)), 0.5 * np.cos(0.4 * np.arange(1, T + 1))
    h = [scalar.h0]
    for value in x:
        h.append(math.tanh(scalar.u * value + w * h[-1] + scalar.b))
    states = np.array(h)
    slope, parts = 1 - states[1:] ** 2, np.zeros((T, 3))
    for t in range(T):
        delta = slope[t] * scalar.v * (scalar.v * states[t + 1] - tau[t])
        for k in range(t, -1, -1):
            parts[t - k] += delta * np.array([x[k], states[k], 1.0])
            delta *= w * slope[k - 1] if k else 0.0
    return np.cumsum(parts, axis=0)


def window_figures(w: float, T: int = 40) -> tuple[Array, Array]:
    """For each window, the cosine with the full gradient, and the ratio of the sizes; (T,) each."""
    sums = windows(w, T)
    sizes = np.linalg.norm(sums, axis=1)
    return sums @ sums[-1] / (sizes * sizes[-1]), sizes / sizes[-1]


def _uniform(seed: int) -> Iterator[float]:
    """The widgets' own numbers (mulberry32), so that a page without JavaScript shows what they show."""
    state, low = seed, 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & low
        t = ((state ^ state >> 15) * (state | 1)) & low
        t ^= (t + (t ^ t >> 7) * (t | 61)) & low
        yield ((t ^ t >> 14) + 0.5) / 2**32


def _normal(seed: int) -> Iterator[float]:
    numbers = _uniform(seed)
    while True:
        radius = math.sqrt(-2 * math.log(next(numbers)))
        yield radius * math.cos(2 * math.pi * next(numbers))


def start_lengths(kind: str, gain: float, steps: int, seed: int = 1, d: int = 32) -> Array:
    """‖(gM)ᵀᵏ v‖ / ‖v‖ for k = 0, ..., steps, of the widget's matrix M (d,d) and vector v; (steps+1,)."""
    powers = gain ** np.arange(steps + 1)
    if kind != "Gaussian":  # an identity or a rotation keeps every length
        return np.asarray(powers)
    source = _normal(seed)
    M = np.array([[next(source) for _ in range(d)] for _ in range(d)]) / math.sqrt(d)
    now = np.array([next(source) for _ in range(d)])
    lengths = [float(np.linalg.norm(now))]
    for _ in range(steps):
        now = M.T @ now
        lengths.append(float(np.linalg.norm(now)))
    return np.asarray(powers * np.array(lengths) / lengths[0])


@dataclass(frozen=True)
class Course:
    """A training run, one entry for each step: the loss, the gradient's norm, and |∂E/∂h_1| / |∂E/∂h_T|."""

    E: Array
    norm: Array
    reach: Array


def recall_run(W: Array, eta: float, seed: int, steps: int = 300, T: int = 20) -> Course:
    """Train a tanh network to give the first of T inputs at the end, on 64 sequences, without clipping."""
    rng, d, count = np.random.default_rng(seed), len(W), 64
    sign, noise = rng.choice([-1.0, 1.0], (1, count, 1)), 0.3 * rng.normal(size=(T - 1, count, 1))
    X, tau = np.concatenate([sign, noise]), sign[0]
    U, V = 0.3 * rng.normal(size=(d, 1)), rng.normal(size=(1, d)) / math.sqrt(d)
    W, b, found = W.copy(), np.zeros(d), []
    for _ in range(steps):
        h = [np.zeros((count, d))]
        for x in X:
            h.append(np.tanh(x @ U.T + h[-1] @ W.T + b))
        eps = (h[T] @ V.T - tau) / count
        dU, dW, dV, db = np.zeros_like(U), np.zeros_like(W), eps.T @ h[T], np.zeros(d)
        back = [eps @ V]
        for t in range(T, 0, -1):
            delta = (1 - h[t] ** 2) * back[-1]
            dU += delta.T @ X[t - 1]
            dW += delta.T @ h[t - 1]
            db += delta.sum(axis=0)
            back.append(delta @ W)
        norm = math.sqrt(sum(float(np.sum(g**2)) for g in (dU, dW, dV, db)))
        reach = float(np.linalg.norm(back[T - 1]) / np.linalg.norm(back[0]))
        found.append((0.5 * count * float(np.sum(eps**2)), norm, reach))
        U, W, V, b = U - eta * dU, W - eta * dW, V - eta * dV, b - eta * db
    return Course(*np.array(found).T)


def cliff_run(w: float, eta: float, steps: int = 300, T: int = 20, limit: float = math.inf) -> Course:
    """Train the unit of the cliff from the weight w on."""
    found = []
    for _ in range(steps):
        E, slope = cliff(w, T)
        h, reach = 0.6, 1.0
        for t in range(T):
            z = w * h - 0.3
            h, reach = math.tanh(z), reach * (w / math.cosh(z) ** 2 if t else 1.0)
        found.append((E, abs(slope), abs(reach)))
        w -= eta * max(-limit, min(limit, slope))
    return Course(*np.array(found).T)


def _orthogonal(seed: int, d: int) -> Array:
    Q, R = np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))
    return np.asarray(Q * np.sign(np.diag(R)))


def three_runs() -> dict[str, Course]:
    """The runs that exercise 9.7 asks about."""
    small = 0.3 * np.random.default_rng(105).normal(size=(8, 8)) / math.sqrt(8)
    return {
        "A": recall_run(_orthogonal(2, 8), 0.001, seed=2),
        "B": cliff_run(2.2, 0.02),
        "C": recall_run(small, 0.1, seed=5),
    }


ROWS = (1, 51, 101, 151, 201, 234, 235, 236, 237, 238, 300)
"""The steps that exercise 9.7 shows, the first being 1."""
