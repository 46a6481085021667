"""The forward pass and the loss with one twist, or two: what chapter 4's students compute."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from solutions.misconceptions.family import Family
from solutions.misconceptions.rows import earlier, shifted
from solutions.misconceptions.steps import Run, Step, Twist, after, clash
from solutions.model import Array, Function
from solutions.reference.activations import sigmoid
from solutions.reference.losses import output_head, softmax


def _states(r: Run) -> tuple[Array, Array]:
    """z and h of the steps 1..T; `read` says which state goes into step t."""
    z = np.empty((len(r.X), len(r.W)))
    h = np.zeros_like(z)
    read, f = r.read, r.f
    for t in range(len(z)):
        z[t] = r.U @ r.X[t] + r.W @ read(r, t, h) + r.b
        h[t] = f(z[t])
    return z, h


_FORWARD: Mapping[str, Step] = {
    "U": lambda r: r.p["U"],
    "W": lambda r: r.p["W"],
    "V": lambda r: r.p["V"],
    "b": lambda r: r.p["b"],
    "c": lambda r: r.p["c"],
    "X": lambda r: r.inputs,
    "start": lambda r: r.p["h0"],
    "row_0": lambda r: r.start,
    "f": lambda _: np.tanh,
    "read": lambda _: lambda r, t, h: h[t - 1] if t else r.start,
    "states": _states,
    "z": lambda r: r.states[0],
    "h": lambda r: np.vstack([r.row_0, r.states[1]]),
    "seen": lambda r: r.states[1],
    "o": lambda r: r.seen @ r.V.T + r.c,
    "y": lambda r: softmax(r.o),
    "g": lambda r: {name: getattr(r, name) for name in ("z", "h", "o", "y")},
}


def _zeros(name: str) -> Step:
    return lambda r: np.zeros_like(r.p[name])


def _shares(o: Array, axis: int | None) -> Array:
    """Softmax along any axis, with nothing taken off."""
    e = np.exp(o)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _small_shares(o: Array, axis: int | None) -> Array:
    return _shares(o - o.max(), axis)


_FORWARD_TWISTS: Mapping[str, Twist] = {
    "h0-ignored": {"start": _zeros("h0")},
    "h-wraparound": {"start": _zeros("h0"), "row_0": lambda r: r.p["h0"]},
    "state-not-carried": {"read": lambda _: lambda r, _t, _h: r.start},
    "state-not-carried:w-missing": {"read": lambda _: lambda r, _t, _h: np.zeros_like(r.start)},
    "bias-left-out": {"b": _zeros("b"), "c": _zeros("c")},
    "bias-left-out:b": {"b": _zeros("b")},
    "bias-left-out:c": {"c": _zeros("c")},
    "w-transposed": {"W": lambda r: r.p["W"].T},
    "f-twice": {"f": lambda _: lambda z: np.tanh(np.tanh(z))},
    "f-twice:in-z": {
        "f": lambda _: lambda z: np.tanh(np.tanh(z)),
        "z": lambda r: np.tanh(r.states[0]),
    },
    "f-twice:in-o": {"seen": lambda r: np.tanh(r.states[1])},
    "activation-missing": {"f": lambda _: lambda z: z},
    "sigmoid-for-tanh": {"f": lambda _: sigmoid},
    "input-shifted": {"X": lambda r: shifted(r.inputs, 0.0)},
    "input-shifted:wrapped": {"X": lambda r: np.roll(r.inputs, 1, axis=0)},
    "input-shifted:ahead": {"X": lambda r: earlier(r.inputs, 0.0)},
    "input-shifted:ahead-wrapped": {"X": lambda r: np.roll(r.inputs, -1, axis=0)},
    "output-from-previous-state": {"seen": lambda r: r.h[:-1]},
    "output-from-z": {"seen": lambda r: r.states[0]},
    "output-function-skipped": {"y": lambda r: r.o},
    "wrong-axis": {"y": lambda r: _small_shares(r.o, 0)},
    "wrong-axis:all": {"y": lambda r: _small_shares(r.o, None)},
    "softmax-overflow": {"y": lambda r: _shares(r.o, -1)},
}

FORWARD = Family(_FORWARD, lambda p, X: {"p": p, "inputs": X}, _FORWARD_TWISTS)
"""rnn_forward(p, X)."""

_PAIRED = (
    *("h0-ignored", "h-wraparound", "state-not-carried", "bias-left-out", "w-transposed", "f-twice"),
    *("input-shifted", "output-from-previous-state", "output-function-skipped", "wrong-axis"),
)


def forward_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once."""
    return {
        (one, other): FORWARD.twisted(one, other)
        for one, other in combinations(_PAIRED, 2)
        # Where no state is carried, it does not matter which one the first step reads.
        if {one, other} != {"h-wraparound", "state-not-carried"}
        and not clash(_FORWARD_TWISTS[one], _FORWARD_TWISTS[other])
    }


def _terms(r: Run) -> Array:
    """What each output adds to the loss of its step, (T,k)."""
    if r.head == "softmax-ce":
        return np.asarray(-r.tau * r.log_y)
    return np.asarray(r.half * (r.y - r.tau) ** 2)


def _log_softmax(o: Array) -> Array:
    below = o - o.max(axis=-1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(axis=-1, keepdims=True)))


_LOSS: Mapping[str, Step] = {
    "tau": lambda r: r.targets,
    "half": lambda _: 0.5,
    "y": lambda r: output_head(r.head).output(r.o),
    "log_y": lambda r: _log_softmax(r.o),
    "terms": _terms,
    "Et": lambda r: r.terms.sum(axis=-1),
    "E": lambda r: r.Et.sum(),
    "g": lambda r: {"E": r.E, "Et": r.Et},
}


def _certain(tau: Array) -> Array:
    """One-hot rows at the largest entry of each target."""
    return np.asarray(np.eye(tau.shape[-1])[tau.argmax(axis=-1)])


_LOSS_TWISTS: Mapping[str, Twist] = {
    "mean-over-time": {"E": lambda r: r.Et.mean()},
    "mean-over-time:in-steps": {"Et": after(lambda _, Et: Et / len(Et))},
    "mean-over-outputs": {"Et": lambda r: r.terms.mean(axis=-1)},
    "half-forgotten": {"half": lambda _: 1.0},
    "minus-missing": {"log_y": after(lambda _, log_y: -log_y)},
    "target-shifted": {"tau": lambda r: np.roll(r.targets, 1, axis=0)},
    "target-shifted:first-zero": {"tau": lambda r: shifted(r.targets, 0.0)},
    "target-shifted:ahead": {"tau": lambda r: np.roll(r.targets, -1, axis=0)},
    "target-shifted:last-zero": {"tau": lambda r: earlier(r.targets, 0.0)},
    "one-hot-assumed": {
        "terms": lambda r: -_certain(r.tau) * r.log_y if r.head == "softmax-ce" else _terms(r)
    },
    "output-function-skipped": {"y": lambda r: r.o, "log_y": lambda r: np.log(r.o)},
    "loss-of-last-step": {"E": lambda r: r.Et[-1]},
    "wrong-axis": {"log_y": lambda r: np.log(_small_shares(r.o, 0))},
    "log-of-zero": {"log_y": lambda r: np.log(softmax(r.o))},
    "softmax-overflow": {"log_y": lambda r: np.log(_shares(r.o, -1))},
}

LOSS = Family(_LOSS, lambda o, Tau, head: {"o": o, "targets": Tau, "head": head}, _LOSS_TWISTS)
"""sequence_loss(o, Tau, head)."""
