"""Checks of output heads, of gradients in rows, and of the less usual graphs (chapters 4, 5 and 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from solutions.reference.activations import IDENTITY
from solutions.reference.bptt import many_to_one_loss, mimo_loss
from solutions.reference.feedback import bptt_feedback, feedback_loss
from solutions.reference.follower import bptt_follower, follower_loss
from solutions.reference.graph import Node, Values, walk, walk_back
from solutions.reference.losses import HEADS, output_eps, sequence_loss
from solutions.reference.rows import many_to_one_rows
from solutions.reference.shapes import Array, Gradients, Params
from solutions.reference.verification import oracles, oracles_graphs
from solutions.reference.verification.check import Check, Problem, gradient_checks
from solutions.reference.verification.mappings import mimo
from solutions.reference.verification.networks import two_states_problem
from solutions.reference.verification.problems import LONG, SEEDS, SHORT_CASES, one_hot


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    for head in HEADS:
        make = partial(logits_problem, head=head)
        yield from _both(f"output_eps, {head}", make, _eps, _outputs_loss, oracles_graphs.outputs)
    yield from _both("many_to_one_rows", rows_problem, _rows_gradients, _rows_loss, oracles_graphs.rows)
    yield from _both("walk_back", mimo, walked_gradients, mimo_loss, oracles.mimo)
    yield from _both("bptt_feedback", feedback_problem, bptt_feedback, feedback_loss, oracles_graphs.feedback)
    yield from _both("bptt_follower", follower_problem, bptt_follower, follower_loss, oracles_graphs.follower)


def _both(
    formula: str,
    make: Callable[..., Problem],
    gradients: Callable[..., Gradients],
    loss: Callable[..., float],
    oracle: Callable[..., Any],
) -> Iterator[Check]:
    short = [make(seed, **sizes) for seed, sizes in SHORT_CASES]
    yield from gradient_checks(
        formula, gradients, loss, oracle, short, too_small_for_differences=[make(SEEDS[0], **LONG)]
    )


def logits_problem(seed: int, n: int, d: int, k: int, T: int, head: str) -> Problem:  # noqa: ARG001
    """Return a problem for `output_eps`: logits, and targets that fit the head."""
    rng = np.random.default_rng(seed)
    Tau = one_hot(rng, T, k) if head == "softmax-ce" else rng.uniform(size=(T, k))
    return Problem("logits", {"o": rng.normal(size=(T, k))}, {"Tau": Tau, "head": head})


def _eps(p: Params, Tau: Array, head: str) -> Gradients:
    return {"do": output_eps(p["o"], Tau, head)}


def _outputs_loss(p: Params, Tau: Array, head: str) -> float:
    return sequence_loss(p["o"], Tau, head)[0]


def rows_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:  # noqa: ARG001 - there is one output
    """Return a problem for `many_to_one_rows`; o_0 is used, and has no gradient there."""
    rng = np.random.default_rng(seed)
    p = {
        "w_i": rng.normal(size=(n, d)),
        "w_h": rng.normal(size=(d, d)) / np.sqrt(d),
        "w_o": rng.normal(size=(d, 1)),
        "o_0": rng.normal(size=(1, d)),
    }
    return Problem("rows", p, {"X": rng.normal(size=(T, n)), "tau": np.ones((1, 1))})


def _rows_gradients(p: Params, X: Array, tau: Array) -> Gradients:
    names = ("dw_i", "dw_h", "dw_o")
    return dict(zip(names, many_to_one_rows(**p, X=X, tau=tau), strict=True))


def _rows_loss(p: Params, X: Array, tau: Array) -> float:
    d = len(p["w_h"])
    columns = {"U": p["w_i"].T, "W": p["w_h"].T, "V": p["w_o"].T, "h0": p["o_0"][0]}
    return many_to_one_loss({**columns, "b": np.zeros(d), "c": np.zeros(1)}, X, tau[0])


def walked_gradients(p: Params, X: Array, Tau: Array) -> Gradients:
    """Return the gradients of a plain RNN by a walk over its nodes, one after another."""
    nodes: list[Node] = []
    given: Values = {("h", 0): p["h0"]}
    for t, x in enumerate(X, start=1):
        given["x", t] = x
        nodes.append(Node(("h", t), (("U", ("x", t)), ("W", ("h", t - 1))), "b"))
        nodes.append(Node(("o", t), (("V", ("h", t)),), "c", IDENTITY))
    weights = {name: array for name, array in p.items() if name != "h0"}
    _, values = walk(nodes, weights, given)
    o = np.array([values["o", t] for t in range(1, len(X) + 1)])
    eps = output_eps(o, Tau, "softmax-ce")
    seeds: Values = {("o", t): eps_t for t, eps_t in enumerate(eps, start=1)}
    g, dv = walk_back(nodes, weights, given, seeds)
    return {**g, "dh0": dv["h", 0]}


def feedback_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for `bptt_feedback`."""
    q, rng = mimo(seed, n, d, k, T), np.random.default_rng(seed + 1)
    return Problem("feedback", {**q.p, "R": rng.normal(size=(d, k)), "y0": rng.uniform(size=k)}, q.arguments)


def follower_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for `bptt_follower`: that of two states, without the second one's input."""
    q = two_states_problem(seed, n, d, k, T)
    p = {name: array for name, array in q.p.items() if name != "Um"}
    return Problem("follower", p, {name: q.arguments[name] for name in ("X", "Tau")})
