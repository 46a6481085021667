"""Checks of the networks on which chapter 7's recipe is tried: an output fed back, and a state that follows another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from solutions.reference import feedback, follower
from solutions.reference.verification.check import Check, Problem, gradient_checks
from solutions.reference.verification.networks import two_states_problem
from solutions.reference.verification.oracles import Box, Xp, softmax_ce
from solutions.reference.verification.problems import LONG, SEEDS, SHORT_CASES, one_hot, rnn_params


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    for formula, gradients, loss, oracle, make in (
        ("bptt_feedback", feedback.bptt_feedback, feedback.feedback_loss, with_feedback, feedback_problem),
        ("bptt_follower", follower.bptt_follower, follower.follower_loss, following, follower_problem),
    ):
        short = [make(seed, **sizes) for seed, sizes in SHORT_CASES]
        long = [make(SEEDS[0], **LONG)]
        yield from gradient_checks(formula, gradients, loss, oracle, short, too_small_for_differences=long)


def feedback_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for an output fed back, with a start output that is no probability."""
    rng = np.random.default_rng(seed)
    p = {**rnn_params(rng, n, d, k), "R": rng.normal(size=(d, k)), "y0": rng.normal(size=k)}
    return Problem("feedback", p, {"X": rng.normal(size=(T, n)), "Tau": one_hot(rng, T, k)})


def follower_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return the problem of two states, the second without an input of its own."""
    both = two_states_problem(seed, n, d, k, T)
    p = {name: array for name, array in both.p.items() if name != "Um"}
    return Problem("follower", p, {name: both.arguments[name] for name in ("X", "Tau")})


def with_feedback(xp: Xp, p: Mapping[str, Box], X: Any, Tau: Any) -> Box:
    """Return the loss with R y_{t−1} in z_t."""
    h, y, E = p["h0"], p["y0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = xp.tanh(xp.dot(p["U"], x) + xp.dot(p["W"], h) + xp.dot(p["R"], y) + p["b"])
        o = xp.dot(p["V"], h) + p["c"]
        y = xp.exp(o) / xp.sum(xp.exp(o))
        E = E + softmax_ce(xp, o, tau)
    return E


def following(xp: Xp, p: Mapping[str, Box], X: Any, Tau: Any) -> Box:
    """Return the loss with h_t, of the same step, in z^m_t."""
    h, m, E = p["h0"], p["m0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = xp.tanh(xp.dot(p["Uh"], x) + xp.dot(p["Whh"], h) + xp.dot(p["Whm"], m) + p["bh"])
        m = xp.tanh(xp.dot(p["Wmh"], h) + xp.dot(p["Wmm"], m) + p["bm"])
        E = E + softmax_ce(xp, xp.dot(p["Vh"], h) + xp.dot(p["Vm"], m) + p["c"], tau)
    return E
