"""An encoder and a decoder that learn to write a word backwards, with attention and without, for chapter 11.

Letters as in `solutions/reference/seq2seq.py`, which the tests compare this with; all words of a batch at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Weights = dict[str, Array]

LETTERS = "abcde"
LENGTH = 10
UNITS = 24
BATCH = 32
STEP_SIZE = 0.5
LIMIT = 1.0
"""Of the gradient's norm."""


@dataclass(frozen=True)
class Words:
    """Words in, words out: X (B,S,k), the decoder's inputs (B,T,k+1) with the start symbol last, Tau (B,T,k)."""

    X: Array
    inputs: Array
    Tau: Array


def reversed_words(rng: np.random.Generator, number: int, length: int = LENGTH) -> Words:
    """Draw words, and the same words backwards as targets, under teacher forcing."""
    k = len(LETTERS)
    symbols = rng.integers(k, size=(number, length))
    Tau = np.eye(k)[symbols[:, ::-1]]
    inputs = np.zeros((number, length, k + 1))
    inputs[:, 0, k] = 1.0
    inputs[:, 1:, :k] = Tau[:, :-1]
    return Words(np.eye(k)[symbols], inputs, Tau)


def start_weights(rng: np.random.Generator, *, attention: bool, units: int = UNITS) -> Weights:
    """Recurrent weights and the joint orthogonal, the first two shortened to a norm of 0.9."""
    k, d = len(LETTERS), units

    def orthogonal() -> Array:
        return np.asarray(np.linalg.qr(rng.normal(size=(d, d)))[0])

    p = {
        "U": rng.normal(size=(d, k)),
        "W": 0.9 * orthogonal(),
        "b": np.zeros(d),
        "P": orthogonal(),
        "Us": rng.normal(size=(d, k + 1)),
        "Ws": 0.9 * orthogonal(),
        "bs": np.zeros(d),
        "Vs": rng.normal(size=(k, d)) / np.sqrt(d),
        "c": np.zeros(k),
    }
    if attention:
        p["A"] = rng.normal(size=(d, d)) / d
        p["Vc"] = rng.normal(size=(k, d)) / np.sqrt(d)
    return p


@dataclass(frozen=True)
class Pass:
    """States h (S+1,B,d) and s (T+1,B,d), weights alpha (B,T,S), contexts kappa (B,T,d), outputs y (B,T,k)."""

    h: Array
    s: Array
    alpha: Array
    kappa: Array
    y: Array

    def loss(self, words: Words) -> float:
        """The cross entropy of all outputs, as a mean over the words."""
        return float(-np.log((self.y * words.Tau).sum(axis=-1)).sum() / len(words.Tau))


def _softmax(o: Array) -> Array:
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _states(U: Array, W: Array, b: Array, start: Array, rows: Array) -> Array:
    z = (rows @ U.T + b).swapaxes(0, 1)
    states = [start]
    for z_t in z:
        states.append(np.tanh(z_t + states[-1] @ W.T))
    return np.array(states)


def run(p: Weights, words: Words) -> Pass:
    """The forward pass; without attention the weights and contexts are zero."""
    h = _states(p["U"], p["W"], p["b"], np.zeros((len(words.X), len(p["b"]))), words.X)
    s = _states(p["Us"], p["Ws"], p["bs"], h[-1] @ p["P"].T, words.inputs)
    H, asking = h[1:].swapaxes(0, 1), s[1:].swapaxes(0, 1)
    o = asking @ p["Vs"].T + p["c"]
    alpha, kappa = np.zeros((*asking.shape[:2], H.shape[1])), np.zeros_like(asking)
    if "A" in p:
        alpha = _softmax(asking @ p["A"] @ H.swapaxes(1, 2))
        kappa = alpha @ H
        o = o + kappa @ p["Vc"].T
    return Pass(h, s, alpha, kappa, _softmax(o))


def _sum_of_outer(left: Array, right: Array) -> Array:
    """The sum of left rightᵀ over words and steps."""
    return np.asarray(left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1]))


def _deltas(W: Array, states: Array, from_outside: Array, at_end: Array) -> tuple[Array, Array]:
    """δ of every step (T,B,d), and what goes on to the start state (B,d)."""
    delta, carry = np.empty_like(from_outside), at_end
    for t in reversed(range(len(delta))):
        delta[t] = (1 - states[t + 1] ** 2) * (from_outside[t] + carry)
        carry = delta[t] @ W
    return delta, carry


def gradients(p: Weights, words: Words, found: Pass) -> Weights:
    """The derivatives of the loss by every array of p."""
    H, asking = found.h[1:].swapaxes(0, 1), found.s[1:].swapaxes(0, 1)
    eps = (found.y - words.Tau) / len(words.Tau)
    g = {"Vs": _sum_of_outer(eps, asking), "c": eps.sum(axis=(0, 1))}
    at_s, at_h = eps @ p["Vs"], np.zeros_like(H)
    if "A" in p:
        at_kappa = eps @ p["Vc"]
        at_alpha = at_kappa @ H.swapaxes(1, 2)
        e = found.alpha * (at_alpha - (found.alpha * at_alpha).sum(axis=-1, keepdims=True))
        at_h = found.alpha.swapaxes(1, 2) @ at_kappa + e.swapaxes(1, 2) @ (asking @ p["A"])
        at_s = at_s + e @ H @ p["A"].T
        g["Vc"] = _sum_of_outer(eps, found.kappa)
        g["A"] = _sum_of_outer(asking, e @ H)
    nothing = np.zeros_like(found.s[0])
    delta, at_start = _deltas(p["Ws"], found.s, at_s.swapaxes(0, 1), nothing)
    g |= _recurrent("s", delta, found.s, words.inputs)
    g["P"] = at_start.T @ found.h[-1]
    delta, _ = _deltas(p["W"], found.h, at_h.swapaxes(0, 1), at_start @ p["P"])
    return g | _recurrent("", delta, found.h, words.X)


def _recurrent(index: str, delta: Array, states: Array, rows: Array) -> Weights:
    return {
        f"U{index}": _sum_of_outer(delta, rows.swapaxes(0, 1)),
        f"W{index}": _sum_of_outer(delta, states[:-1]),
        f"b{index}": delta.sum(axis=(0, 1)),
    }


@dataclass(frozen=True)
class Training:
    """The weights at the end, the loss per symbol before each step, and the share of right symbols afterwards."""

    p: Weights
    losses: Array
    right: float


@cache
def train(seed: int, *, attention: bool, steps: int = 400, length: int = LENGTH) -> Training:
    """Gradient descent on new words at every step, the gradient clipped to a norm of 1; tested on 500 others."""
    rng = np.random.default_rng(seed)
    p, losses = start_weights(rng, attention=attention), []
    for _ in range(steps):
        words = reversed_words(rng, BATCH, length)
        found = run(p, words)
        losses.append(found.loss(words) / length)
        g = gradients(p, words, found)
        norm = np.sqrt(sum(float((part**2).sum()) for part in g.values()))
        p = {name: array - STEP_SIZE * min(1.0, LIMIT / norm) * g[name] for name, array in p.items()}
    words = reversed_words(rng, 500, length)
    right = run(p, words).y.argmax(axis=-1) == words.Tau.argmax(axis=-1)
    return Training(p, np.array(losses), float(right.mean()))


def alignment(seed: int = 0, word: str = "badcedbaec") -> Array:
    """The attention weights (T,S) of a trained network while it writes this word backwards."""
    k = len(LETTERS)
    symbols = np.array([[LETTERS.index(letter) for letter in word]])
    Tau = np.eye(k)[symbols[:, ::-1]]
    inputs = np.zeros((1, len(word), k + 1))
    inputs[0, 0, k] = 1.0
    inputs[0, 1:, :k] = Tau[0, :-1]
    alpha = run(train(seed, attention=True).p, Words(np.eye(k)[symbols], inputs, Tau)).alpha
    return np.asarray(alpha[0])
