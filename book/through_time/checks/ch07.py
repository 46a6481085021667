"""Checks of chapter 7: stacked, bidirectional, with a time skip, from any loss, and two states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from through_time import losses
from through_time._forms import set_of_numbers, sets_by
from through_time._gradients import value_fault
from through_time.numeric import central_difference
from through_time.problems import Array, Parameters, parameters, probabilities, weights
from through_time.tasks import AnswerTask, Arguments, Law, Task, Trial, ValueTask

Parts = Mapping[str, Array]
Loss = Callable[..., float]
QUIET = 1e-9
"""A derivative below this is rounding: E is of order 1, and the step 1e-5."""

_OWN = ("delta[t-1]", "delta[t]", "delta[t+1]", "eps[t]")
ERRORS: Mapping[str, tuple[str, ...]] = {
    "stacked": (
        *("delta1[t-1]", "delta1[t]", "delta1[t+1]"),
        *("delta2[t-1]", "delta2[t]", "delta2[t+1]", "eps[t]"),
    ),
    "bidirectional": (*_OWN, "deltab[t-1]", "deltab[t]", "deltab[t+1]"),
    "skip": ("delta[t-2]", *_OWN, "delta[t+2]"),
}
"""What a right-hand side may hold, graph by graph."""


def _rng(*sizes: int) -> np.random.Generator:
    return np.random.default_rng([7, *sizes])


# The losses


def _chain(U: Array, W: Array, b: Array, h0: Array, X: Iterable[Array]) -> list[Array]:
    """The states after the start, one for each input."""
    h = [h0]
    for x in X:
        h.append(np.tanh(U @ x + W @ h[-1] + b))
    return h[1:]


def _cross_entropy(o: Iterable[Array], Tau: Array) -> float:
    return sum(losses.one_output(row, tau, "softmax-ce") for row, tau in zip(o, Tau, strict=True))


def _stacked(p: Parameters, X: Array, Tau: Array) -> float:
    lower = _chain(p["U1"], p["W1"], p["b1"], p["h1_0"], X)
    upper = _chain(p["U2"], p["W2"], p["b2"], p["h2_0"], lower)
    return _cross_entropy((p["V"] @ h + p["c"] for h in upper), Tau)


def _bidirectional(p: Parameters, X: Array, Tau: Array) -> float:
    forth = _chain(p["U"], p["W"], p["b"], p["h0"], X)
    back = _chain(p["Ub"], p["Wb"], p["bb"], p["hb0"], X[::-1])[::-1]
    both = zip(forth, back, strict=True)
    return _cross_entropy((p["V"] @ h + p["Vb"] @ hb + p["c"] for h, hb in both), Tau)


def _skip(p: Parameters, S: Array, s: int, X: Array, Tau: Array) -> float:
    h = [p["h0"]]
    for t, x in enumerate(X, start=1):
        h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + S @ h[max(t - s, 0)] + p["b"]))
    return _cross_entropy((p["V"] @ state + p["c"] for state in h[1:]), Tau)


def _follower(p: Parameters, X: Array, Tau: Array) -> float:
    h, m, o = p["h0"], p["m0"], []
    for x in X:
        h = np.tanh(p["Uh"] @ x + p["Whh"] @ h + p["Whm"] @ m + p["bh"])
        m = np.tanh(p["Wmh"] @ h + p["Wmm"] @ m + p["bm"])
        o.append(p["Vh"] @ h + p["Vm"] @ m + p["c"])
    return _cross_entropy(o, Tau)


def _softmax(o: Array) -> Array:
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _logits(p: Parameters, X: Array) -> Array:
    return np.array([p["V"] @ h + p["c"] for h in _chain(p["U"], p["W"], p["b"], p["h0"], X)])


def _weighed(p: Parameters, X: Array, dY: Array) -> float:
    """A loss whose derivative by y is dY."""
    return float(np.sum(dY * _softmax(_logits(p, X))))


# The laws: every gradient is that of the loss


def _compared(name: str, yours: Array, slope: Array) -> str:
    if np.abs(slope).max() > QUIET:
        return value_fault(name, yours, slope)
    # What is zero has no relative error.
    most = float(np.abs(yours).max())
    return "" if most < QUIET else f"{name} should be zero here, and has an entry of size {most:.2g}."


def _by(name: str, E: Loss) -> Law:
    """The gradient by the array of this name in p."""

    def fault(arguments: Arguments, parts: Parts) -> str:
        p, *rest = arguments
        slope = central_difference(lambda array: E({**p, name: array}, *rest), p[name])
        return _compared(f"d{name}", parts[f"d{name}"], slope)

    return Law((f"d{name}",), fault)


def _by_S(arguments: Arguments, parts: Parts) -> str:
    p, S, *rest = arguments
    return _compared("dS", parts["dS"], central_difference(lambda array: _skip(p, array, *rest), S))


def _at_o(arguments: Arguments, parts: Parts) -> str:
    p, X, dY = arguments
    slope = central_difference(lambda o: float(np.sum(dY * _softmax(o))), _logits(p, X))
    return _compared("eps", parts["eps"], slope)


def _names(p: Parameters) -> dict[str, tuple[int, ...]]:
    return {f"d{name}": array.shape for name, array in p.items()}


# The tasks


def _sizes(**sizes: int) -> tuple[dict[str, int], np.random.Generator]:
    return sizes, _rng(*sizes.values())


def _stacked_trial(T: int) -> Trial:
    sizes, rng = _sizes(n=2, d1=3, d2=4, k=5, T=T)
    lower, upper = parameters(rng, 2, 3, 5), parameters(rng, 3, 4, 5)
    p = {f"{letter}1": lower[letter] for letter in "UWb"} | {"h1_0": lower["h0"]}
    p |= {f"{letter}2": upper[letter] for letter in "UWb"} | {"h2_0": upper["h0"]}
    p |= {"V": upper["V"], "c": upper["c"]}
    return Trial(f"T = {T}", sizes, (p, weights(rng, T, 2), probabilities(rng, T, 5)))


def _bidirectional_trial(T: int) -> Trial:
    sizes, rng = _sizes(n=2, d=4, e=3, k=5, T=T)
    p, other = parameters(rng, 2, 4, 5), parameters(rng, 2, 3, 5)
    p |= {f"{letter}b": other[letter] for letter in "UWVb"} | {"hb0": other["h0"]}
    return Trial(f"T = {T}", sizes, (p, weights(rng, T, 2), probabilities(rng, T, 5)))


def _skip_trial(T: int, s: int) -> Trial:
    sizes, rng = _sizes(n=2, d=4, k=5, T=T, s=s)
    p, S = parameters(rng, 2, 4, 5), weights(rng, 4, 4)
    return Trial(f"s = {s}", sizes, (p, S, s, weights(rng, T, 2), probabilities(rng, T, 5)))


def _dy_trial(T: int, *, constant: bool = False) -> Trial:
    sizes, rng = _sizes(n=2, d=4, k=5, T=T)
    dY = np.repeat(weights(rng, T, 1), 5, axis=1) if constant else weights(rng, T, 5)
    name = "rows of dY of one number" if constant else f"T = {T}"
    return Trial(name, sizes, (parameters(rng, 2, 4, 5), weights(rng, T, 2), dY))


def _follower_trial(T: int) -> Trial:
    sizes, rng = _sizes(n=2, d=4, e=3, k=5, T=T)
    h, m = parameters(rng, 2, 4, 5), parameters(rng, 4, 3, 5)
    p = {"Uh": h["U"], "Whh": h["W"], "Whm": weights(rng, 4, 3), "bh": h["b"], "h0": h["h0"]}
    p |= {"Wmh": m["U"], "Wmm": m["W"], "bm": m["b"], "m0": m["h0"]}
    p |= {"Vh": h["V"], "Vm": m["V"], "c": h["c"]}
    return Trial(f"T = {T}", sizes, (p, weights(rng, T, 2), probabilities(rng, T, 5)))


def _laws(trial: Callable[[int], Trial], E: Loss) -> tuple[Law, ...]:
    return tuple(_by(name, E) for name in trial(1).arguments[0])


STACKED = ValueTask(
    name="bptt_stacked",
    arguments=("p2", "X", "Tau"),
    shapes=lambda p, *_: _names(p),
    laws=_laws(_stacked_trial, _stacked),
    trials=lambda: (_stacked_trial(3), _stacked_trial(1)),
)
BIDIRECTIONAL = ValueTask(
    name="bptt_bidirectional",
    arguments=("pb", "X", "Tau"),
    shapes=lambda p, *_: _names(p),
    laws=_laws(_bidirectional_trial, _bidirectional),
    trials=lambda: (_bidirectional_trial(6), _bidirectional_trial(1)),
)
SKIP = ValueTask(
    name="bptt_skip",
    arguments=("p", "S", "s", "X", "Tau"),
    shapes=lambda p, S, *_: {**_names(p), "dS": S.shape},
    laws=(
        *(_by(name, _skip) for name in ("U", "W", "V", "b", "c", "h0")),
        Law(("dS",), _by_S),
    ),
    trials=lambda: (_skip_trial(7, 3), _skip_trial(6, 2), _skip_trial(3, 1), _skip_trial(3, 5)),
)
FROM_DY = ValueTask(
    name="bptt_from_dy",
    arguments=("p", "X", "dY"),
    shapes=lambda p, _X, dY: {"eps": dY.shape, **_names(p)},
    laws=(Law(("eps",), _at_o), *_laws(_dy_trial, _weighed)),
    trials=lambda: (_dy_trial(3), _dy_trial(1), _dy_trial(3, constant=True)),
)
FOLLOWER = ValueTask(
    name="bptt_follower",
    arguments=("p", "X", "Tau"),
    shapes=lambda p, *_: _names(p),
    laws=_laws(_follower_trial, _follower),
    trials=lambda: (_follower_trial(6), _follower_trial(1)),
)
ARROWS = AnswerTask(
    "ans_7_5", "a dict from each graph to a frozenset of errors", sets_by(tuple(ERRORS), ERRORS)
)
INPUTS = AnswerTask("ans_7_6", "a frozenset of whole numbers", set_of_numbers(range(1, 6)))

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "7.1": (STACKED,),
    "7.2": (BIDIRECTIONAL,),
    "7.3": (SKIP,),
    "7.4": (FROM_DY,),
    "7.5": (ARROWS,),
    "7.6": (INPUTS,),
    "7.7": (FOLLOWER,),
}
