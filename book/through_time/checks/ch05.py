"""Checks of chapter 5: backpropagation through time by unrolling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from through_time import losses
from through_time._forms import one_of, set_of, tuples_by
from through_time.problems import Array, Parameters, parameters, probabilities, weights
from through_time.tasks import AnswerTask, GradientTask, Task, Trial

MAPPINGS = ("SISO", "SIMO", "MIMO", "many-to-one")
LETTERS = ("A", "B", "C", "D", "E")


def _rng(sizes: Mapping[str, int]) -> np.random.Generator:
    return np.random.default_rng([5, *sizes.values()])


def _siso(T: int) -> Trial:
    sizes = {"n": 2, "d": 4, "k": 5, "T": T}
    rng = _rng(sizes)
    return Trial(f"T = {T}", sizes, (parameters(rng, 2, 4, 5), weights(rng, 2), weights(rng, 5), T))


def _simo(T: int) -> Trial:
    sizes = {"n": 2, "d": 4, "k": 5, "T": T}
    rng = _rng(sizes)
    return Trial(f"T = {T}", sizes, (parameters(rng, 2, 4, 5), weights(rng, 2), weights(rng, T, 5)))


def _mimo(T: int) -> Trial:
    sizes = {"n": 2, "d": 4, "k": 5, "T": T}
    rng = _rng(sizes)
    return Trial(f"T = {T}", sizes, (parameters(rng, 2, 4, 5), weights(rng, T, 2), probabilities(rng, T, 5)))


def _mimo_large() -> Trial:
    sizes = {"n": 2, "d": 4, "k": 5, "T": 3}
    rng = _rng(sizes)
    p: Parameters = parameters(rng, 2, 4, 5)
    p["c"] += np.array([1000.0, -1000.0, 1000.0, -1000.0, -1000.0])
    # All of the target on the two large logits: elsewhere log y is near -2000, and E's rounding with it.
    Tau: Array = np.zeros((3, 5))
    Tau[:, [0, 2]] = probabilities(rng, 3, 2)
    return Trial("logits near 1000 and -1000", sizes, (p, weights(rng, 3, 2), Tau))


def _many_to_one(T: int) -> Trial:
    sizes = {"n": 2, "d": 4, "k": 1, "T": T}
    rng = _rng(sizes)
    return Trial(f"T = {T}", sizes, (parameters(rng, 2, 4, 1), weights(rng, T, 2), rng.uniform(0.1, 0.9, 1)))


def _batch(B: int, T: int) -> Trial:
    sizes = {"B": B, "n": 4, "d": 5, "k": 6, "T": T}
    rng = _rng(sizes)
    arguments = parameters(rng, 4, 5, 6), weights(rng, B, T, 4), probabilities(rng, B, T, 6)
    return Trial(f"B = {B}", sizes, arguments)


def _bug(name: str) -> AnswerTask:
    return AnswerTask(name, 'one of the letters "A" to "E"', one_of(LETTERS))


SISO = GradientTask("bptt_siso", ("p", "x", "tau", "T"), losses.siso, lambda: (_siso(3), _siso(1)))
SIMO = GradientTask("bptt_simo", ("p", "x", "Tau"), losses.simo, lambda: (_simo(3), _simo(1)))
MIMO = GradientTask("bptt_mimo", ("p", "X", "Tau"), losses.mimo, lambda: (_mimo(3), _mimo(1), _mimo_large()))
MANY_TO_ONE = GradientTask(
    "bptt_many_to_one", ("p", "X", "tau"), losses.many_to_one, lambda: (_many_to_one(3), _many_to_one(1))
)
BATCH = GradientTask(
    "bptt_batch", ("p", "X", "Tau"), losses.batch, lambda: (_batch(2, 3), _batch(1, 3), _batch(3, 3))
)
WHO_HEARS = AnswerTask("ans_5_6", "a frozenset of names of mappings", set_of(MAPPINGS))
TERMS = AnswerTask("ans_5_7", "a dict from each mapping to its three counts", tuples_by(MAPPINGS, 3))

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "5.1": (SISO,),
    "5.2": (SIMO,),
    "5.3": (MIMO,),
    "5.4": (MANY_TO_ONE,),
    "5.5": (BATCH,),
    "5.6": (WHO_HEARS,),
    "5.7": (TERMS,),
    "5.8": (replace(MIMO, name="bptt_mimo_fixed_a"), _bug("bug_5_8")),
    "5.9": (replace(MIMO, name="bptt_mimo_fixed_b"), _bug("bug_5_9")),
}
