"""Checks of LSTM, its variants and GRU (chapter 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from solutions.reference.gru import gru_bptt, gru_loss
from solutions.reference.lstm import lstm_bptt, lstm_loss
from solutions.reference.lstm_variants import VARIANTS, variant, variant_backward, variant_forward
from solutions.reference.readout import readout_backward, readout_loss
from solutions.reference.shapes import Gradients, Params
from solutions.reference.verification import oracles_gated
from solutions.reference.verification.check import Check, Problem, gradient_checks
from solutions.reference.verification.problems import EQUAL, SEEDS, one_hot

PEEPHOLES, GATE_RECURRENCE = ("peep",), ("peep", "Wg")
SIZES = {"n": 2, "d": 5, "k": 6, "T": 7}
"""None of them 3 or 4, the numbers of blocks, which a reshape could take for each other."""
CASES = (*((seed, SIZES) for seed in SEEDS), (SEEDS[0], EQUAL), (SEEDS[0], {**SIZES, "T": 1}))
NARROW = {"n": 6, "d": 2, "k": 5, "T": 7}
NARROW_EQUAL = {"n": 2, "d": 2, "k": 2, "T": 7}
VARIANT_CASES = (
    *((seed, NARROW) for seed in SEEDS),
    (SEEDS[0], NARROW_EQUAL),
    (SEEDS[0], {**NARROW, "T": 1}),
)
"""Two units, because there are many variants, and one of them has (3d)² weights between gates."""
LONG = {"n": 1, "d": 2, "k": 3, "T": 200}
"""Narrow, because autograd records every operation of every step."""

LONG_VARIANTS = {"NIAF", "NOAF", "CIFG with FGR"}
"""Those that the others are parts of, and those without a bound on what they carry: autograd takes its time."""


def checks() -> Iterator[Check]:
    """Yield the checks of this topic."""
    long = [gated(SEEDS[0], 4, LONG)]
    short = [gated(seed, 4, sizes) for seed, sizes in CASES]
    yield from gradient_checks(
        "lstm_bptt",
        lstm_gradients,
        lstm_network_loss,
        oracles_gated.lstm,
        short,
        too_small_for_differences=long,
    )
    for cell in VARIANTS:
        yield from _variant_checks(cell, cell, ())
    yield from _variant_checks("peepholes", "LSTM", PEEPHOLES)
    yield from _variant_checks("CIFG with peepholes", "CIFG", PEEPHOLES)
    yield from _variant_checks("FGR", "LSTM", GATE_RECURRENCE)
    yield from _variant_checks("CIFG with FGR", "CIFG", GATE_RECURRENCE)
    long = [gated(SEEDS[0], 3, LONG)]
    short = [gated(seed, 3, sizes) for seed, sizes in CASES]
    yield from gradient_checks(
        "gru_bptt", gru_gradients, gru_network_loss, oracles_gated.gru, short, too_small_for_differences=long
    )


def gated(
    seed: int, blocks: int, sizes: Mapping[str, int], extras: Sequence[str] = (), **arguments: str
) -> Problem:
    """Return a problem for an LSTM (4 blocks) or a GRU (3), with X among the arrays to differentiate by."""
    n, d, k, T = (sizes[letter] for letter in "ndkT")
    rng = np.random.default_rng(seed)
    head, Tau = (
        ("softmax-ce", one_hot(rng, T, k)) if seed != SEEDS[2] else ("tanh-half-se", np.full((T, k), 0.3))
    )
    p = {
        "Wx": rng.normal(size=(blocks * d, n)),
        "Wh": rng.normal(size=(blocks * d, d)) / np.sqrt(d),
        "bz": rng.normal(size=blocks * d) / 2,
        "h0": rng.normal(size=d) / 2,
        "V": rng.normal(size=(k, d)),
        "c": rng.normal(size=k) / 2,
        "X": rng.normal(size=(T, n)),
    }
    if blocks == 4:
        p["c0"] = rng.normal(size=d)
    if "peep" in extras:
        p["peep"] = rng.normal(size=(3, d))
    if "Wg" in extras:
        p["Wg"] = rng.normal(size=(3 * d, 3 * d)) / np.sqrt(d)
    return Problem("gated", p, {"Tau": Tau, "head": head, **arguments})


def _variant_checks(formula: str, cell: str, extras: Sequence[str]) -> Iterator[Check]:
    short = [gated(seed, 4, sizes, extras, cell=cell) for seed, sizes in VARIANT_CASES]
    long = [gated(SEEDS[0], 4, LONG, extras, cell=cell)] if formula in LONG_VARIANTS else []
    yield from gradient_checks(
        f"variant_backward, {formula}",
        variant_gradients,
        variant_loss,
        oracles_gated.lstm,
        short,
        too_small_for_differences=long,
    )


def variant_loss(p: Params, Tau: Any, head: str, cell: str) -> float:
    """Return the loss of the named variant with an output layer."""
    return readout_loss(p, variant_forward(p, p["X"], variant(cell))["h"], Tau, head)


def variant_gradients(p: Params, Tau: Any, head: str, cell: str) -> Gradients:
    """Return the gradients of `variant_loss`."""
    dH, g = readout_backward(p, variant_forward(p, p["X"], variant(cell))["h"], Tau, head)
    return {**variant_backward(p, p["X"], dH, variant(cell)), **g}


def lstm_network_loss(p: Params, Tau: Any, head: str) -> float:
    """Return the loss, X being one of the arrays."""
    return lstm_loss(p, p["X"], Tau, head)


def lstm_gradients(p: Params, Tau: Any, head: str) -> Gradients:
    """Return the gradients of that loss."""
    return lstm_bptt(p, p["X"], Tau, head)


def gru_network_loss(p: Params, Tau: Any, head: str) -> float:
    """Return the loss, X being one of the arrays."""
    return gru_loss(p, p["X"], Tau, head)


def gru_gradients(p: Params, Tau: Any, head: str) -> Gradients:
    """Return the gradients of that loss."""
    return gru_bptt(p, p["X"], Tau, head)
