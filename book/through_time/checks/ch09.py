"""Checks of chapter 9: clipping, truncation, start matrices, and the forms of the other answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from through_time import losses
from through_time._findings import at
from through_time._forms import choices_by, number, one_of
from through_time._gradients import value_fault
from through_time.generators import Seeded
from through_time.numeric import central_difference
from through_time.problems import Array, Parameters, parameters, probabilities, weights
from through_time.tasks import AnswerTask, Arguments, Inside, Law, Task, Trial, ValueTask

NEAR = 1e-9
LETTERS = ("A", "B", "C", "D", "E")
SYMPTOMS = ("jumps", "deaf", "memory", "swings")

Parts = Mapping[str, Array]

# Clipping


def _whole(parts: Parts, names: Mapping[str, object]) -> Array:
    return np.concatenate([np.ravel(parts[name]) for name in names])


def _norm_before(arguments: Arguments, parts: Parts) -> str:
    """The norm of all entries written into one long vector."""
    g, _ = arguments
    expected = float(np.linalg.norm(_whole(g, g)))
    if abs(float(parts["norm"]) - expected) <= NEAR * max(expected, 1.0):
        return ""
    return (
        f"norm is {float(parts['norm']):.6g}. All entries of g, written into one long vector, "
        f"have the norm {expected:.6g}."
    )


def _clipped(arguments: Arguments, parts: Parts) -> str:
    g, limit = arguments
    before, after = _whole(g, g), _whole(parts, g)
    norm, found = float(np.linalg.norm(before)), float(np.linalg.norm(after))
    if norm <= limit:
        if np.abs(after - before).max() <= NEAR * max(norm, 1.0):
            return ""
        return f"The norm of g is {norm:.6g}, below the limit {limit:.6g}, and what you return isn't g."
    if found > limit * (1 + NEAR) or found < limit * (1 - 1e-6):
        return f"What you return has the global norm {found:.6g}. It should be the limit, {limit:.6g}."
    cosine = float(before @ after) / norm / found
    if cosine > 1 - 1e-9:
        return ""
    return f"The direction has changed: the cosine between g and what you return is {cosine:.6f}."


def _clip_law(parts: tuple[str, ...]) -> Law:
    return Law(parts, _clipped)


_SHAPES = {"dU": (4, 3), "dW": (4, 4), "db": (4,)}


def _clip_trial(name: str, scale: float, limit: float) -> Trial:
    rng = np.random.default_rng([9, len(name)])
    g = {part: scale * weights(rng, *shape) for part, shape in _SHAPES.items()}
    g["db"] *= 0.1
    return Trial(name, {}, (g, limit))


def _clip_trials() -> tuple[Trial, ...]:
    return (
        _clip_trial("a norm above the limit", 1.0, 0.5),
        _clip_trial("a norm just below the limit", 1.0, 4.5),
        _clip_trial("a large gradient", 1e4, 2.0),
        _clip_trial("a gradient of zeros", 0.0, 1.0),
    )


def _pair(value: object, _arguments: Arguments) -> Mapping[str, object] | None:
    if not isinstance(value, tuple) or len(value) != 2 or not isinstance(value[0], dict):
        return None
    return {**value[0], "norm": value[1]}


CLIP = ValueTask(
    name="clip_global",
    arguments=("g", "limit"),
    shapes=lambda g, _limit: {**{name: part.shape for name, part in g.items()}, "norm": ()},
    laws=(Law(("norm",), _norm_before), _clip_law(tuple(_SHAPES))),
    trials=_clip_trials,
    returns=Inside("a tuple (dict of the clipped arrays, norm)", _pair),
)

FIXED = ValueTask(
    name="clip_fixed",
    arguments=("g", "limit"),
    shapes=lambda g, _limit: {name: part.shape for name, part in g.items()},
    laws=(_clip_law(tuple(_SHAPES)),),
    trials=_clip_trials,
)

# Truncation


def _states(p: Parameters, X: Array) -> Array:
    h = [p["h0"]]
    for x in X:
        h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
    return np.array(h)


def _chunked_loss(p: Parameters, free: Parameters, X: Array, Tau: Array, k: int) -> float:
    """The losses of all chunks with the parameters `free`; a later chunk begins with the state that p leads to."""
    entering = _states(p, X)
    total = 0.0
    for start in range(0, len(X), k):
        chunk = {**free, "h0": free["h0"] if start == 0 else entering[start]}
        total += losses.mimo(chunk, X[start : start + k], Tau[start : start + k])
    return total


def _by_numbers(name: str) -> Law:
    def fault(arguments: Arguments, parts: Parts) -> str:
        p, X, Tau, k = arguments
        expected = central_difference(
            lambda array: _chunked_loss(p, {**p, name: array}, X, Tau, k), np.array(p[name])
        )
        return value_fault(f"d{name}", parts[f"d{name}"], expected)

    return Law((f"d{name}",), fault)


def _series(T: int, k: int) -> Trial:
    sizes = {"n": 2, "d": 3, "k": 4}
    rng = np.random.default_rng([9, T, k])
    arguments = (parameters(rng, **sizes), weights(rng, T, 2), probabilities(rng, T, 4), k)
    return Trial(f"T = {T} in chunks of {k}", {}, arguments)


NAMES = ("U", "W", "V", "b", "c", "h0")

TRUNCATED = ValueTask(
    name="tbptt",
    arguments=("p", "X", "Tau", "k"),
    shapes=lambda p, _X, _Tau, _k: {f"d{name}": p[name].shape for name in NAMES},
    laws=tuple(map(_by_numbers, NAMES)),
    trials=lambda: (_series(5, 2), _series(5, 1), _series(5, 5), _series(5, 8), _series(12, 4)),
)

# Start matrices


def _drawn_well(arguments: Arguments, parts: Parts) -> str:
    d, kind, gain, _ = arguments
    W = parts["W"]
    if kind == "gaussian":
        return _spread_fault(W, gain / np.sqrt(d))
    wanted, found, what = (
        (gain * np.eye(d), W, "W")
        if kind == "identity"
        else (gain**2 * np.eye(d), np.dot(W.T, W), "the product of W transposed and W")
    )
    off = np.abs(found - wanted)
    if off.max() < 1e-8:
        if kind == "orthogonal" and not np.any(W - np.diag(np.diag(W))):
            return "W has nothing beside its diagonal: it isn't drawn from all orthogonal matrices."
        return ""
    worst = np.unravel_index(int(off.argmax()), off.shape)
    return (
        f"For {kind!r} and gain {gain:g}, entry {at(worst)} of {what} should be {wanted[worst]:.6g}; "
        f"it is {found[worst]:.6g}."
    )


def _spread_fault(W: Array, wanted: float) -> str:
    d = len(W)
    if len(np.unique(W)) < W.size:
        return "Some entries of W are the same number: each is to be drawn anew."
    if not abs(W.std() - wanted) < 0.15 * wanted:
        return (
            f"The standard deviation of W's {W.size} entries is {W.std():.3g}; "
            f"for d = {d} it should be near {wanted:.3g}."
        )
    if abs(W.mean()) > 0.2 * wanted:
        return f"The mean of W's entries is {W.mean():.3g}, and should be near 0."
    return ""


def _start(d: int, kind: str, gain: float, seed: int) -> Trial:
    return Trial(f"d = {d}, {kind!r}, gain {gain:g}", {}, (d, kind, gain, Seeded(seed)))


STARTS = ValueTask(
    name="init_recurrent",
    arguments=("d", "kind", "gain", "rng"),
    shapes=lambda d, _kind, _gain, _rng: {"W": (d, d)},
    laws=(Law(("W",), _drawn_well),),
    trials=lambda: (
        _start(3, "identity", 2.0, 1),
        _start(5, "orthogonal", 0.7, 2),
        _start(5, "orthogonal", 1.0, 3),
        _start(48, "gaussian", 0.7, 4),
        _start(48, "gaussian", 1.2, 5),
    ),
    returns="value",
)

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "9.1": (CLIP,),
    "9.2": (TRUNCATED,),
    "9.3": (STARTS,),
    "9.4": (AnswerTask("ans_9_4", "a number of degrees", number()),),
    "9.5": (
        AnswerTask("ans_9_5", "a dict from the four symptoms to letters", choices_by(SYMPTOMS, LETTERS)),
    ),
    "9.6": (FIXED, AnswerTask("bug_9_6", 'one of the letters "A" to "E"', one_of(LETTERS))),
    "9.7": (),
}
