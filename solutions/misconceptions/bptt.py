"""BPTT with one twist, or two: what a student computes who holds one of the catalogue's misconceptions.

One small BPTT serves all mappings: time is axis 0, the examples of a batch are axis 1, steps without an
input have a zero row in X, and steps without a loss a zero in the mask. Without a twist it is the reference.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from solutions.misconceptions.bptt_twists import CARRIES, CORE, EVERY_X, TWISTS, applies
from solutions.misconceptions.steps import Run, Step, clash
from solutions.model import Answer, Array, Function
from solutions.reference.activations import sigmoid
from solutions.reference.losses import softmax

MAPPINGS = ("siso", "simo", "mimo", "many-to-one", "batch")
GRADIENTS = ("dU", "dW", "dV", "db", "dc", "dh0")


def _h(r: Run) -> Array:
    h = np.empty((r.T + 1, r.B, len(r.W)))
    h[0] = r.h0
    driven, W_t = r.driven, r.W.T
    for t in range(r.T):
        h[t + 1] = np.tanh(driven[t] + h[t] @ W_t)
    return h


def _loop(r: Run) -> tuple[Array, Array]:
    """The deltas, and the last carry: `meet` is where the branches meet, `hand_on` makes the next carry.

    Both get the run that they are used in, which may have other twists than the one they come from.
    """
    deltas, carry = np.zeros_like(r.z), np.zeros_like(r.z[0])
    own, meet, hand_on = r.own, r.meet, r.hand_on
    for t in r.order:
        deltas[t] = meet(r, t, own[t], carry)
        carry = hand_on(r, t, deltas[t], own[t], carry)
    return deltas, carry


def _sum(counts: Array, left: Array, right: Array) -> Array:
    """The sum of left_t right_tᵀ over the steps that count, and over the examples."""
    counted = counts[:, None, None] * left
    return np.asarray(counted.reshape(-1, left.shape[2]).T @ right.reshape(-1, right.shape[2]))


STEPS: Mapping[str, Step] = {
    # forward
    "X": lambda r: r.inputs,
    "tau": lambda r: r.targets,
    "T": lambda r: len(r.X),
    "B": lambda r: r.X.shape[1],
    "U": lambda r: r.p["U"],
    "W": lambda r: r.p["W"],
    "V": lambda r: r.p["V"],
    "b": lambda r: r.p["b"],
    "c": lambda r: r.p["c"],
    "h0": lambda r: r.p["h0"],
    "driven": lambda r: r.X @ r.U.T + r.b,
    "h": _h,
    "z": lambda r: r.driven + r.h[:-1] @ r.W.T,
    "o": lambda r: r.h[1:] @ r.V.T + r.c,
    "y": lambda r: r.output(r.o),
    # loss
    "head_slope": lambda r: 1 - r.y**2 if r.output is np.tanh else 1.0,
    "loss_at": lambda r: r.losses,
    "eps_all": lambda r: (r.y - r.tau) * r.head_slope,
    "eps": lambda r: r.eps_all * r.loss_at[:, None, None],
    # deltas
    "slope": lambda r: 1 - r.h[1:] ** 2,
    "own": lambda r: r.eps @ r.V,
    "meet": lambda _: lambda r, t, own, carry: r.slope[t] * (own + carry),
    "hand_on": lambda _: lambda r, _t, delta, _own, _carry: delta @ r.W,
    "order": lambda r: range(r.T - 1, -1, -1),
    "loop": _loop,
    "deltas": lambda r: r.loop[0],
    # what the sums pair and count
    "weights_delta": lambda r: r.deltas,
    "h_before": lambda r: r.h[:-1],
    "h_after": lambda r: r.h[1:],
    "x": lambda r: r.X,
    **{f"counts_{name}": lambda r: np.ones(r.T) for name in GRADIENTS[:-1]},
    # gradients
    "dU": lambda r: _sum(r.counts_dU, r.weights_delta, r.x),
    "dW": lambda r: _sum(r.counts_dW, r.weights_delta, r.h_before),
    "dV": lambda r: _sum(r.counts_dV, r.eps, r.h_after),
    "db": lambda r: r.counts_db @ r.deltas.sum(axis=1),
    "dc": lambda r: r.counts_dc @ r.eps.sum(axis=1),
    "dh0": lambda r: (r.deltas[0] @ r.W).sum(axis=0),
    "g": lambda r: {name: getattr(r, name) for name in GRADIENTS},
}


def _given(
    p: Mapping[str, Array], X: Array, Tau: Array, output: Any, losses: Array | None = None
) -> dict[str, Any]:
    losses = np.ones(len(X)) if losses is None else losses
    return {"p": p, "inputs": X, "targets": Tau, "output": output, "losses": losses}


def _only(row: Array, T: int, t: int) -> Array:
    """(T,1,·): `row` at step t, zeros at the others."""
    rows = np.zeros((T, 1, len(row)))
    rows[t] = row
    return rows


def _siso(p: Mapping[str, Array], x: Array, tau: Array, T: int) -> dict[str, Any]:
    return _given(p, _only(x, T, 0), _only(tau, T, -1), np.tanh, _only(np.ones(1), T, -1)[:, 0, 0])


def _simo(p: Mapping[str, Array], x: Array, Tau: Array) -> dict[str, Any]:
    return _given(p, _only(x, len(Tau), 0), Tau[:, None], np.tanh)


def given_mimo(p: Mapping[str, Array], X: Array, Tau: Array) -> dict[str, Any]:
    """The given values of `bptt_mimo`: one sequence, softmax and cross entropy."""
    return _given(p, X[:, None], Tau[:, None], softmax)


def _many_to_one(p: Mapping[str, Array], X: Array, tau: Array) -> dict[str, Any]:
    T = len(X)
    return _given(p, X[:, None], _only(tau, T, -1), sigmoid, _only(np.ones(1), T, -1)[:, 0, 0])


def _batch(p: Mapping[str, Array], X: Array, Tau: Array) -> dict[str, Any]:
    return _given(p, X.swapaxes(0, 1), Tau.swapaxes(0, 1), softmax)


_GIVEN: Mapping[str, Callable[..., dict[str, Any]]] = {
    "siso": _siso,
    "simo": _simo,
    "mimo": given_mimo,
    "many-to-one": _many_to_one,
    "batch": _batch,
}


class _Runs:
    """Runs that others can begin from: the right one, and those with one twist.

    They are kept for inputs that can't change, such as the judge's: hundreds of pairs start from each.
    """

    _most = 512

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Run] = OrderedDict()

    def run(self, mapping: str, keys: tuple[str, ...], arguments: tuple[Any, ...]) -> Run:
        name = (mapping, keys, *map(_identity, arguments))
        if name in self._kept:
            return self._kept[name]
        run = (
            self.run(mapping, keys[:-1], arguments).twisted(TWISTS[keys[-1]])
            if keys
            else Run(STEPS, _GIVEN[mapping](*arguments) | {"arguments": arguments})
        )
        if len(keys) < 2 and not any(array.flags.writeable for array in _arrays(arguments)):
            self._kept[name] = run
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return run


def _arrays(arguments: tuple[Any, ...]) -> Iterator[Array]:
    for value in arguments:
        if isinstance(value, Mapping):
            yield from value.values()
        elif isinstance(value, np.ndarray):
            yield value


def _identity(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((key, id(item)) for key, item in value.items())
    return id(value) if isinstance(value, np.ndarray) else value


_runs = _Runs()


def _answer(mapping: str, keys: tuple[str, ...], *arguments: Any) -> Answer:
    g: Answer = _runs.run(mapping, keys, arguments).g
    return g


def twisted(mapping: str, *keys: str) -> Function:
    """The BPTT of `mapping` with the named twists at once, none for the right one.

    Arguments and result as `bptt_siso`, `bptt_simo`, ... of the reference. Where all arrays of the arguments
    are read-only, parts of the work are kept between calls.
    """
    return partial(_answer, mapping, keys)


def forward(mapping: str, *arguments: Any) -> Array:
    """The outputs y of the network, shaped as the targets: (T,k), or (B,T,k) for a batch."""
    y = Run(STEPS, _GIVEN[mapping](*arguments)).y
    return np.array(y.swapaxes(0, 1) if mapping == "batch" else y[:, 0])


def twists_for(mapping: str) -> Mapping[str, Function]:
    """Every twist that makes a difference in `mapping`, by its key: an id, or `id:variant`."""
    return {key: twisted(mapping, key) for key in TWISTS if applies(key, mapping)}


def pairs_for(mapping: str) -> Mapping[tuple[str, str], Function]:
    """Every two twists of the core list that can be held at once in `mapping`."""
    keys = [key for key in (*CORE, *CARRIES, *EVERY_X) if applies(key, mapping)]
    return {
        (one, other): twisted(mapping, one, other)
        for one, other in combinations(keys, 2)
        if one.partition(":")[0] != other.partition(":")[0] and not clash(TWISTS[one], TWISTS[other])
    }
