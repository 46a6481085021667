"""Checks of BPTT for SISO, SIMO, MIMO, many-to-one and a batch (chapter 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from solutions.reference import bptt
from solutions.reference.verification import oracles
from solutions.reference.verification.check import Check, Problem, gradient_checks
from solutions.reference.verification.problems import LONG, SEEDS, SHORT_CASES, one_hot, rnn_params

Sizes = Mapping[str, int]


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    for formula, make, gradients, loss, oracle in (
        ("bptt_siso", siso, bptt.bptt_siso, bptt.siso_loss, oracles.siso),
        ("bptt_simo", simo, bptt.bptt_simo, bptt.simo_loss, oracles.simo),
        ("bptt_mimo", mimo, bptt.bptt_mimo, bptt.mimo_loss, oracles.mimo),
        ("bptt_many_to_one", many_to_one, bptt.bptt_many_to_one, bptt.many_to_one_loss, oracles.many_to_one),
        ("bptt_batch", batch, bptt.bptt_batch, bptt.batch_loss, oracles.batch),
    ):
        short = [make(seed, **sizes) for seed, sizes in SHORT_CASES]
        long = [make(SEEDS[0], **LONG)]
        yield from gradient_checks(formula, gradients, loss, oracle, short, too_small_for_differences=long)


def siso(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for `bptt_siso`."""
    rng = np.random.default_rng(seed)
    p = rnn_params(rng, n, d, k)
    return Problem("siso", p, {"x": rng.normal(size=n), "tau": rng.uniform(-1, 1, size=k), "T": T})


def simo(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for `bptt_simo`."""
    rng = np.random.default_rng(seed)
    p = rnn_params(rng, n, d, k)
    return Problem("simo", p, {"x": rng.normal(size=n), "Tau": rng.uniform(-1, 1, size=(T, k))})


def mimo(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for `bptt_mimo`, with one-hot targets."""
    rng = np.random.default_rng(seed)
    p = rnn_params(rng, n, d, k)
    return Problem("mimo", p, {"X": rng.normal(size=(T, n)), "Tau": one_hot(rng, T, k)})


def many_to_one(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for `bptt_many_to_one`; the book has k = 1, the formula any k."""
    rng = np.random.default_rng(seed)
    p = rnn_params(rng, n, d, 1 if seed == SEEDS[1] else k)
    tau = rng.integers(2, size=p["c"].shape).astype(float)
    return Problem("many-to-one", p, {"X": rng.normal(size=(T, n)), "tau": tau})


def batch(seed: int, n: int, d: int, k: int, T: int) -> Problem:
    """Return a problem for `bptt_batch`, with two sequences; seed 23 has as many sequences as steps."""
    rng = np.random.default_rng(seed)
    B = T if seed == SEEDS[1] else 2
    p = rnn_params(rng, n, d, k)
    X, Tau = rng.normal(size=(B, T, n)), one_hot(rng, B * T, k).reshape(B, T, k)
    return Problem("batch", p, {"X": X, "Tau": Tau})
