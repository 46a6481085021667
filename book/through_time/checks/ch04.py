"""Checks of chapter 4: the forward pass, the loss of a sequence, and a softmax that does not overflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from through_time import _laws
from through_time._forms import counts, groups_of, one_of
from through_time.problems import Array, parameters, probabilities, weights
from through_time.tasks import AnswerTask, Task, Trial, ValueTask

LETTERS = ("A", "B", "C", "D", "E")
WEIGHTS = (0.9, 1.0, 1.1, -0.9)


def _rng(*sizes: int) -> np.random.Generator:
    return np.random.default_rng([4, *sizes])


def _forward_shapes(p: Mapping[str, Array], X: Array) -> Mapping[str, tuple[int, ...]]:
    T, d, k = len(X), len(p["b"]), len(p["c"])
    return {"z": (T, d), "h": (T + 1, d), "o": (T, k), "y": (T, k)}


def _forward_trial(T: int, *, large: bool = False) -> Trial:
    sizes = {"n": 2, "d": 4, "k": 5, "T": T}
    rng = _rng(*sizes.values())
    p = parameters(rng, 2, 4, 5)
    if large:
        p["c"] += np.array([1000.0, -1000.0, 1000.0, -1000.0, -1000.0])
    return Trial("logits near 1000 and -1000" if large else f"T = {T}", sizes, (p, weights(rng, T, 2)))


FORWARD = ValueTask(
    "rnn_forward",
    ("p", "X"),
    _forward_shapes,
    _laws.FORWARD,
    lambda: (_forward_trial(3), _forward_trial(1), _forward_trial(3, large=True)),
)


HEADS = ("softmax-ce", "tanh-half-se", "identity-half-se")


def _loss_trial(head: str) -> Trial:
    T, k = (6, 5)
    rng = _rng(T, k, HEADS.index(head))
    if head == "softmax-ce":
        o = np.tile(weights(rng, k), (T, 1))
        Tau = np.vstack([np.eye(k), probabilities(rng, T - k, k)])
    else:
        o = weights(rng, T, k)
        Tau = np.tanh(o) if head == "tanh-half-se" else o.copy()
        Tau[np.arange(T), rng.integers(k, size=T)] += np.where(rng.random(T) < 0.5, 1.0, -1.0)
    return Trial(f'head "{head}"', {"k": k, "T": T}, (o, Tau, head))


def _large_loss_trial() -> Trial:
    o = np.full((3, 5), -1000.0)
    o[:, [1, 3]] = 1000.0
    share = _rng(3).uniform(0.1, 0.9, 3)
    Tau = np.zeros((3, 5))
    Tau[:, 1], Tau[:, 3] = share, 1 - share
    return Trial("logits of 1000 and -1000", {"k": 5, "T": 3}, (o, Tau, "softmax-ce"))


LOSS = ValueTask(
    "sequence_loss",
    ("o", "Tau", "head"),
    lambda o, _Tau, _head: {"E": (), "Et": (len(o),)},
    _laws.LOSS,
    lambda: (*map(_loss_trial, HEADS), _large_loss_trial()),
    "tuple",
)


def _softmax_trial(name: str, o: Callable[[], Array]) -> Trial:
    return Trial(name, {}, (o(),))


SOFTMAX = ValueTask(
    "softmax",
    ("o",),
    lambda o: {"y": o.shape},
    _laws.SOFTMAX,
    lambda: (
        _softmax_trial("o of shape (3, 4)", lambda: weights(_rng(3, 4), 3, 4)),
        _softmax_trial("o of shape (5,)", lambda: weights(_rng(5), 5)),
        _softmax_trial("o of shape (2, 3, 4)", lambda: weights(_rng(2, 3, 4), 2, 3, 4)),
        _softmax_trial("logits near 1000", lambda: 1000 + weights(_rng(3, 5), 3, 5)),
        _softmax_trial("logits near -1000", lambda: weights(_rng(4, 5), 4, 5) - 1000),
    ),
    "value",
)

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "4.1": (FORWARD,),
    "4.2": (LOSS,),
    "4.3": (SOFTMAX,),
    "4.4": (AnswerTask("ans_4_4", "a tuple of two whole numbers", counts(2)),),
    "4.5": (AnswerTask("ans_4_5", "a list of sets of the four weights", groups_of(WEIGHTS)),),
    "4.6": (
        replace(FORWARD, name="rnn_forward_fixed"),
        AnswerTask("bug_4_6", 'one of the letters "A" to "E"', one_of(LETTERS)),
    ),
}
