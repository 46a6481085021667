"""More about wrong LSTMs: what answers about the forget bias show, two mistakes at once, and simpler questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np

from solutions.misconceptions.catalogue import table
from solutions.misconceptions.lstm import BACKWARD
from solutions.misconceptions.steps import clash
from solutions.model import Arguments, Array, Function, Probe

ENTRIES = table(
    "10.6",
    gate_for_bias="You give the size of the gate. By which function does the bias become a gate?",
    bias_sign_flipped="A gate with this bias is nearly closed. How much does it keep in ten steps?",
    gate_as_tanh="Which function opens a gate of an LSTM, and between which two numbers do its values lie?",
    half_per_step="How much does your gate leave after two steps, and how much after ten?",
)

_PAIRED = (
    *("cell-carry-missing", "h-carry-missing", "gate-derivative-missing", "forget-gate-of-previous-step"),
    *("tanh-derivative-at-h", "dwh-current-h", "w-not-transposed"),
)
# Where nothing is carried it does not matter by what it would have been multiplied.
_ONE_SHOWS = (
    {"h-carry-missing", "w-not-transposed"},
    {"cell-carry-missing", "forget-gate-of-previous-step"},
)


def backward_pairs() -> Mapping[tuple[str, str], Function]:
    """Every two of the commonest that can be held at once, and both show."""
    return {
        (one, other): BACKWARD.twisted(one, other)
        for one, other in combinations(_PAIRED, 2)
        if {one, other} not in _ONE_SHOWS and not clash(BACKWARD.twists[one], BACKWARD.twists[other])
    }


def _changed(**changes: Callable[[Array], Array]) -> Callable[[Arguments], Arguments]:
    def change(arguments: Arguments) -> Arguments:
        q, *rest = arguments
        return ({**q, **{name: change(q[name]) for name, change in changes.items()}}, *rest)

    return change


def _last_only(arguments: Arguments) -> Arguments:
    q, X, dH = arguments
    only = np.zeros_like(dH)
    only[-1] = dH[-1]
    return q, X, only


NO_CELL_START = Probe(
    "c0 = 0",
    _changed(c0=np.zeros_like),
    "With c0 = 0, {parts} would be right: look at what happens to the cell at t = 1.",
)
NO_START = Probe(
    "h0 = 0",
    _changed(h0=np.zeros_like),
    "With h0 = 0, {parts} would be right: look at which state the weights multiply at t = 1.",
)
ONE_LOSS = Probe(
    "one loss",
    _last_only,
    "With only the last row of dH different from 0, {parts} would be right: "
    "look at how what a step gets from outside joins what comes from later steps.",
)
NO_FEEDBACK = Probe(
    "Wh = 0",
    _changed(Wh=np.zeros_like),
    "With Wh = 0, {parts} would be right: look at what the four blocks send back to the state before.",
)
