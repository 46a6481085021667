"""Checks of the MLP (chapter 3) and of the networks of chapter 7, whole problems for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from solutions.reference import bidirectional, general, mlp, skip, stacked, two_states
from solutions.reference.activations import SIGMOID, activation
from solutions.reference.shapes import Array, Gradients, Params
from solutions.reference.verification import oracles_networks as oracles
from solutions.reference.verification.check import Check, Problem, gradient_checks
from solutions.reference.verification.problems import LONG, SEEDS, SHORT_CASES, one_hot, rnn_params

Make = Callable[..., Problem]
LOWER, UPPER = 2, 6
"""Sizes of a second chain or state, and of a second layer, that no other size equals."""


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    yield from _both("mlp_backward", mlp_problem, _mlp_gradients, _mlp_loss, oracles.mlp)
    yield from _both(
        "bptt_stacked", stack_problem, stacked.bptt_stacked, stacked.stacked_loss, oracles.stacked
    )
    yield from _both(
        "bptt_bidirectional",
        bidirectional_problem,
        bidirectional.bptt_bidirectional,
        bidirectional.bidirectional_loss,
        oracles.bidirectional,
    )
    with_past, without_past = (partial(oracles.skip, past=past) for past in ("h0", "nothing"))
    for s in (1, 2, 3, 9):
        make = partial(skip_problem, s=s)
        yield from _both(f"bptt_skip, s = {s}", make, _skip_gradients, _skip_loss, with_past)
    make = partial(skip_problem, s=3)
    yield from _both("bptt_skip_without_past", make, _pastless_gradients, _pastless_loss, without_past)
    yield from _both(
        "bptt_input_skip", input_skip_problem, _input_skip_gradients, _input_skip_loss, oracles.input_skip
    )
    yield from _both(
        "bptt_two_states",
        two_states_problem,
        two_states.bptt_two_states,
        two_states.two_states_loss,
        oracles.two_states,
    )
    for g, f in (("softmax", "tanh"), ("sigmoid", "sigmoid"), ("tanh", "tanh"), ("identity", "sigmoid")):
        make = partial(whole_problem, g=g, f=f)
        yield from _both(f"bptt_whole, {g} of {f}", make, _whole_gradients, _whole_loss, oracles.whole)


def _both(
    formula: str,
    make: Make,
    gradients: Callable[..., Gradients],
    loss: Callable[..., float],
    oracle: Callable[..., Any],
) -> Iterator[Check]:
    short = [make(seed, **sizes) for seed, sizes in SHORT_CASES]
    yield from gradient_checks(
        formula, gradients, loss, oracle, short, too_small_for_differences=[make(SEEDS[0], **LONG)]
    )


def mlp_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem with layers n-d-2-k; with T = 1 a single layer n-k, and the head changes with the seed."""
    rng = np.random.default_rng(seed)
    sizes = [n, k] if T == 1 else [n, d, LOWER, k]
    p = {}
    for number, (below, above) in enumerate(pairwise(sizes)):
        p[f"W{number}"] = rng.normal(size=(above, below))
        p[f"b{number}"] = rng.normal(size=above)
    head = dict(zip(SEEDS, ("identity-half-se", "sigmoid-ce", "softmax-ce"), strict=True))[seed]
    return Problem("mlp", p, {"x": rng.normal(size=n), "tau": rng.uniform(size=k), "head": head})


def _layers(p: Params) -> tuple[list[Array], list[Array]]:
    return [p[name] for name in p if name[0] == "W"], [p[name] for name in p if name[0] == "b"]


def _mlp_gradients(p: Params, x: Array, tau: Array, head: str) -> Gradients:
    dWs, dbs = mlp.mlp_backward(x, *_layers(p), tau, head)
    pairs = enumerate(zip(dWs, dbs, strict=True))
    return {name: array for i, (dW, db) in pairs for name, array in ((f"dW{i}", dW), (f"db{i}", db))}


def _mlp_loss(p: Params, x: Array, tau: Array, head: str) -> float:
    return mlp.mlp_loss(x, *_layers(p), tau, head)


def stack_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem with two layers of 4 and 6 units (three for seed 23, the third of 2)."""
    rng = np.random.default_rng(seed)
    sizes = [n, d, n if n == d else UPPER] + [LOWER] * (seed == SEEDS[1])
    p: dict[str, Array] = {}
    for number, (below, own) in enumerate(pairwise(sizes), start=1):
        layer = rnn_params(rng, below, own, k)
        names = {f"U{number}": "U", f"W{number}": "W", f"b{number}": "b", f"h{number}_0": "h0"}
        p |= {name: layer[letter] for name, letter in names.items()}
    p |= {"V": rng.normal(size=(k, sizes[-1])), "c": rng.normal(size=k)}
    return Problem("stacked", p, _series(rng, n, k, T))


def bidirectional_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem with chains of d and 2 units (d when all sizes are equal); seed 23 has a single gap."""
    rng = np.random.default_rng(seed)
    one, other = rnn_params(rng, n, d, k), rnn_params(rng, n, n if n == d else LOWER, k)
    p = {**one, "Vb": other["V"], "Ub": other["U"], "Wb": other["W"], "bb": other["b"], "hb0": other["h0"]}
    mask = np.eye(T)[T // 2] if seed == SEEDS[1] else rng.uniform(0.5, 2.0, size=T)
    return Problem("bidirectional", p, {**_series(rng, n, k, T), "loss_at": mask})


def skip_problem(seed: int, n: int, d: int, k: int, T: int, s: int) -> Problem:
    """Return a problem for a skip over s steps, S among the arrays to differentiate by."""
    rng = np.random.default_rng(seed)
    p = {**rnn_params(rng, n, d, k), "S": rng.normal(size=(d, d)) / np.sqrt(d)}
    return Problem("skip", p, {**_series(rng, n, k, T), "s": s})


def _skip_gradients(p: Params, X: Array, Tau: Array, s: int) -> Gradients:
    return skip.bptt_skip(p, p["S"], s, X, Tau)


def _skip_loss(p: Params, X: Array, Tau: Array, s: int) -> float:
    return skip.skip_loss(p, p["S"], s, X, Tau)


def _pastless_gradients(p: Params, X: Array, Tau: Array, s: int) -> Gradients:
    return skip.bptt_skip_without_past(p, p["S"], s, X, Tau)


def _pastless_loss(p: Params, X: Array, Tau: Array, s: int) -> float:
    return skip.skip_loss_without_past(p, p["S"], s, X, Tau)


def input_skip_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for a skip from input to output, D among the arrays to differentiate by."""
    rng = np.random.default_rng(seed)
    p = {**rnn_params(rng, n, d, k), "D": rng.normal(size=(k, n))}
    return Problem("input skip", p, _series(rng, n, k, T))


def _input_skip_gradients(p: Params, X: Array, Tau: Array) -> Gradients:
    return skip.bptt_input_skip(p, p["D"], X, Tau)


def _input_skip_loss(p: Params, X: Array, Tau: Array) -> float:
    return skip.input_skip_loss(p, p["D"], X, Tau)


def two_states_problem(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem with states of d and 2 units (d when all sizes are equal), the second a sigmoid's."""
    rng = np.random.default_rng(seed)
    e = n if n == d else LOWER
    one = rnn_params(rng, n, d + e, k)
    p = {
        **{f"U{s}": a for s, a in zip("hm", np.split(one["U"], [d]), strict=True)},
        **{f"b{s}": a for s, a in zip("hm", np.split(one["b"], [d]), strict=True)},
        **{f"V{s}": a for s, a in zip("hm", np.split(one["V"], [d], axis=1), strict=True)},
        **{f"{s}0": a for s, a in zip("hm", np.split(one["h0"], [d]), strict=True)},
        "Whh": one["W"][:d, :d],
        "Whm": one["W"][:d, d:],
        "Wmh": one["W"][d:, :d],
        "Wmm": one["W"][d:, d:],
        "c": one["c"],
    }
    pair = (activation("tanh"), SIGMOID if seed != SEEDS[2] else activation("tanh"))
    return Problem("two states", p, {**_series(rng, n, k, T), "f": pair})


def whole_problem(seed: int, n: int, d: int, k: int, T: int, g: str, f: str) -> Problem:
    """Return a problem with a loss of all outputs at once."""
    rng = np.random.default_rng(seed)
    p = rnn_params(rng, n, d, k)
    return Problem("whole", p, {"X": rng.normal(size=(T, n)), "tau": rng.uniform(size=k), "g": g, "f": f})


def _whole_gradients(p: Params, X: Array, tau: Array, g: str, f: str) -> Gradients:
    return general.bptt_whole(p, X, lambda Y: general.mean_and_product_loss(Y, tau), g, activation(f))


def _whole_loss(p: Params, X: Array, tau: Array, g: str, f: str) -> float:
    return general.whole_loss(p, X, lambda Y: general.mean_and_product_loss(Y, tau), g, activation(f))


def _series(rng: np.random.Generator, n: int, k: int, T: int) -> Mapping[str, Array]:
    return {"X": rng.normal(size=(T, n)), "Tau": one_hot(rng, T, k)}
