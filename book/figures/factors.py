"""What each step of the standard scalar network multiplies a nudge by, for figures and tables of chapter 8.

u = 0.8, b = 0.1, h_0 = 0.2, x_t = sin 0.7t, as in `scalar`, with any activation. Products are kept as
logarithms: they run out of numbers long before these do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from figures.scalar import b, h0, u

Array = NDArray[np.float64]


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# Slopes by cosh: 1 - tanh² loses its digits in saturation, and a long product multiplies the loss.
ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float], float]] = {
    "tanh": (math.tanh, lambda z: 1 / math.cosh(z) ** 2, 1.0),
    "sigmoid": (_sigmoid, lambda z: 1 / (4 * math.cosh(z / 2) ** 2), 0.25),
    "ReLU": (lambda z: max(z, 0.0), lambda z: float(z > 0), 1.0),
    "linear": (lambda z: z, lambda _: 1.0, 1.0),
}
"""Name -> the function, its slope, and the largest slope."""


@dataclass(frozen=True)
class Course:
    """One run over T steps: states h (T+1,) and the factors w f'(z_t) of the steps 1..T, (T,)."""

    h: Array
    factor: Array

    @property
    def logs(self) -> Array:
        """log10 |∂h_T/∂h_k| for k = 0..T, (T+1,)."""
        with np.errstate(divide="ignore"):
            steps = np.log10(np.abs(self.factor))
        return np.append(np.cumsum(steps[::-1])[::-1], 0.0)


def course(w: float, T: int, activation: str = "tanh", *, start: float = h0, driven: bool = True) -> Course:
    """Run the network; without `driven` there is no input and no bias."""
    f, slope, _ = ACTIVATIONS[activation]
    h, factor = [start], []
    for t in range(1, T + 1):
        z = w * h[-1] + (u * math.sin(0.7 * t) + b if driven else 0.0)
        factor.append(w * slope(z))
        h.append(f(z))
    return Course(np.array(h, dtype=float), np.array(factor, dtype=float))


def log_factor(w: float, T: int, activation: str = "tanh") -> float:
    """log10 |∂h_T/∂h_1| of the driven network: T - 1 factors."""
    return float(course(w, T, activation).logs[1])


def log_best(w: float, T: int, activation: str = "tanh") -> float:
    """log10 of the most that it can be: (|w| max f')^(T-1)."""
    return (T - 1) * float(np.log10(abs(w) * ACTIVATIONS[activation][2]))


def power_of_ten(log: float, digits: int = 3) -> str:
    """A number given by its log10, as text with so many digits: 4.1 · 10⁻²⁰ as a formula, or plain."""
    if log == -np.inf:
        return "0"
    if -3.0 <= log < 3.0:
        return f"{10.0**log:.{digits}g}"
    exponent = int(np.floor(log))
    mantissa = f"{10.0 ** (log - exponent):.{digits - 1}f}"
    if mantissa.startswith("10"):
        exponent, mantissa = exponent + 1, f"{1:.{digits - 1}f}"
    return rf"${mantissa} \cdot 10^{{{exponent}}}$"


def terms(w: float, T: int) -> Array:
    """The terms of ∂E_T/∂u in the tanh network, (T,): the loss of the last step, through the input of step k."""
    run, t = course(w, T), np.arange(1, T + 1)
    slope = 1 - run.h[1:] ** 2
    after = np.append(np.cumprod(run.factor[:0:-1])[::-1], 1.0)
    error = run.h[-1] - 0.5 * np.cos(0.4 * T)
    return np.asarray(error * after * slope * np.sin(0.7 * t))


def shares(w: float, T: int) -> tuple[float, float]:
    """Of the sizes of all terms, the share of the last one and that of the far half."""
    sizes = np.abs(terms(w, T))
    return float(sizes[-1] / sizes.sum()), float(sizes[: T // 2].sum() / sizes.sum())


SENTENCES = ("cat mat rat", "rat rat mat", "mat mat cat")
LABELS = (1.0, 1.0, 0.0)


def word_terms() -> Array:
    """The three terms of ∂E/∂U for each of lecture E's sentences, (3,3): row = sentence, column = word."""
    U, W, V = {"cat": -1.0, "mat": -0.5, "rat": 1.0}, 0.5, 2.0
    rows = []
    for sentence, label in zip(SENTENCES, LABELS, strict=True):
        h, slopes = 0.0, []
        for word in sentence.split():
            h = float(np.tanh(U[word] + W * h))
            slopes.append(1 - h**2)
        delta = [slopes[2] * V * (_sigmoid(V * h) - label)]
        for slope in slopes[1::-1]:
            delta.insert(0, slope * W * delta[0])
        rows.append(delta)
    return np.array(rows)


def hump(rho: float, g: float, steps: int) -> Array:
    """The 2-norms of M^0..M^steps, (steps+1,), for M = [[ρ, g], [0, ρ]]."""
    M = np.array([[rho, g], [0.0, rho]])
    return np.array([np.linalg.norm(np.linalg.matrix_power(M, k), 2) for k in range(steps + 1)])
