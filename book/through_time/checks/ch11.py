"""Checks of chapter 11: attention, its backward pass, and the length of a road."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from through_time._forms import counts
from through_time._gradients import value_fault
from through_time.numeric import central_difference
from through_time.problems import Array, weights
from through_time.tasks import AnswerTask, Arguments, Law, Task, Trial, ValueTask

NEAR = 1e-9
FAR = 1000.0
"""Size of the large scores."""

Parts = Mapping[str, Array]


def _query(d: int, S: int, m: int, *, far: bool = False) -> tuple[Array, Array, Array, Array]:
    """q (d,), K (S, d), Vv (S, m), dout (m,); with `far` two scores are near 1000, the others near -1000."""
    rng = np.random.default_rng([11, d, S, m])
    q, K, Vv, dout = 2 * weights(rng, d), weights(rng, S, d), weights(rng, S, m), weights(rng, m)
    if far:
        K += np.where(np.arange(S) < 2, FAR, -FAR)[:, None] * q * np.sqrt(d) / (q @ q)
    return q, K, Vv, dout


def _trial(d: int, S: int, m: int, *, far: bool = False, backward: bool = False) -> Trial:
    arguments = _query(d, S, m, far=far)
    name = "scores near 1000 and -1000" if far else f"S = {S}"
    return Trial(name, {"d": d, "S": S, "m": m}, arguments if backward else arguments[:3])


def _scores(q: Array, K: Array) -> Array:
    return np.asarray(K @ q / np.sqrt(len(q)))


# Attention


def _shares(arguments: Arguments, parts: Parts) -> str:
    """Weights are positive, add to 1, and stand to each other as exp of the scores."""
    a, e = parts["a"], _scores(*arguments[:2])
    if (a < 0).any():
        return "a has negative entries, and shares can't be negative."
    if abs(a.sum() - 1) > NEAR:
        return f"a adds to {a.sum():.6g}, and shares of a whole add to 1."
    # a_i / a_j = exp(e_i - e_j), said without a division.
    w = np.exp(e - e.max())
    off = np.abs(a[:, None] * w - w[:, None] * a) > NEAR
    if not off.any():
        return ""
    i, j = np.argwhere(off)[0]
    return (
        f"a adds to 1, but a[{i}] and a[{j}] do not stand to each other as exp of the scores does: "
        f"these scores differ by {e[i] - e[j]:.6g}."
    )


def _mean_of_values(arguments: Arguments, parts: Parts) -> str:
    mean = parts["a"] @ arguments[2]
    off = np.abs(parts["out"] - mean)
    if not off.max() > NEAR * (1 + np.abs(mean).max()):
        return ""
    j = int(off.argmax())
    return (
        f"out[{j}] is {parts['out'][j]:.6g}, and with your weights the rows of Vv mix to {mean[j]:.6g} there."
    )


ATTEND = ValueTask(
    name="attend",
    arguments=("q", "K", "Vv"),
    shapes=lambda _q, K, Vv: {"out": (Vv.shape[1],), "a": (len(K),)},
    laws=(Law(("a",), _shares), Law(("out",), _mean_of_values, uses=("a",))),
    trials=lambda: (_trial(3, 5, 2), _trial(3, 3, 3), _trial(3, 1, 2), _trial(3, 5, 2, far=True)),
    returns="tuple",
)

# The way back


def _pulled(q: Array, K: Array, Vv: Array, dout: Array) -> float:
    """The loss whose derivative by out is dout: how far out goes along it."""
    e = _scores(q, K)
    with np.errstate(over="ignore"):
        return float((Vv @ dout) @ (1 / np.exp(e[None, :] - e[:, None]).sum(axis=1)))


def _by(place: int, part: str) -> Law:
    """Nudge one argument, and compare with central differences."""

    def fault(arguments: Arguments, parts: Parts) -> str:
        def moved(array: Array) -> float:
            q, K, Vv, dout = (array if i == place else given for i, given in enumerate(arguments))
            return _pulled(q, K, Vv, dout)

        return value_fault(part, parts[part], central_difference(moved, arguments[place]))

    return Law((part,), fault)


ATTEND_BACKWARD = ValueTask(
    name="attend_backward",
    arguments=("q", "K", "Vv", "dout"),
    shapes=lambda q, K, Vv, _dout: {"dq": q.shape, "dK": K.shape, "dVv": Vv.shape},
    laws=(_by(2, "dVv"), _by(0, "dq"), _by(1, "dK")),
    trials=lambda: (
        _trial(3, 5, 2, backward=True),
        _trial(3, 3, 3, backward=True),
        _trial(3, 1, 2, backward=True),
        _trial(3, 5, 2, far=True, backward=True),
    ),
    returns="tuple",
)

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "11.1": (ATTEND,),
    "11.2": (ATTEND_BACKWARD,),
    "11.3": (AnswerTask("ans_11_3", "a tuple of two whole numbers", counts(2)),),
    # A person reads it.
    "11.4": (),
}
