"""All twists of BPTT, those that are tried two at a time, and where each makes a difference."""

from __future__ import annotations

from collections.abc import Mapping

from solutions.misconceptions.bptt_deltas import CARRY, F_PRIME, IN_LOOP, LOSS
from solutions.misconceptions.bptt_sums import RANGES, ROWS, SUMS, SWAPPED, WEIGHTS
from solutions.misconceptions.steps import Twist

ONE_LOSS = ("siso", "many-to-one")
ONE_INPUT = ("siso", "simo")
TANH_HEAD = ("siso", "simo")
SOFTMAX = ("mimo", "batch")

TWISTS: Mapping[str, Twist] = {**LOSS, **F_PRIME, **CARRY, **WEIGHTS, **SWAPPED, **RANGES}
"""All of them; `applies` tells which make a difference in a mapping."""

_HEADS = ("softmax-derivative-twice", "softmax-jacobian-forgotten", "softmax-jacobian-diagonal")
_OUTPUT = ("output-fprime-spurious", "output-fprime-missing")

CORE = (
    *("sign-flipped", "half-forgotten", "mean-over-time", "mean-over-outputs", "target-shifted"),
    *("last-output-only", "fprime-missing", "fprime-at-h", "one-minus-z-squared", "fprime-previous-step"),
    *("sigmoid-derivative", "one-minus-h", "fprime-inverted", "fprime-output-branch-only"),
    *("fprime-recurrent-branch-only", "carry-dh", "fprime-twice", "immediate-only", "w-not-transposed"),
    *("w-missing-in-carry", "carry-accumulated", "elementwise-power", "loop-forward", "delta-shifted"),
    *("dh0-without-wt", "dw-current-h", "dw-h-two-back", "h-wraparound", "dw-first-term-dropped"),
    *("dv-previous-h", "dv-with-z", "du-previous-x", "du-immediate-only", "du-last-step-only"),
    *("outer-swapped", "assign-not-accumulate", "last-step-only", "first-step-dropped"),
    *("last-step-dropped", "bias-missing", "bias-last-step-only", "batch-mean-in-gradient-only"),
    *_HEADS,
    *_OUTPUT,
)
"""The twists that are also tried two at a time."""
CARRIES = tuple(f"{key}:dh0-from-carry" for key in IN_LOOP)
"""Variants that are tried two at a time as well: both ways to dh0 are common."""
EVERY_X = tuple(key for key in WEIGHTS if key.endswith(":every-x"))
"""With a single input, which then enters every term; two at a time as well."""

_WHERE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_HEADS, SOFTMAX),
    **dict.fromkeys(("wrong-axis",), SOFTMAX),
    **dict.fromkeys(
        ("wrong-axis:over-batch", "wrong-axis:swapped", "batch-mean-in-gradient-only"), ("batch",)
    ),
    # Only in a case with large logits does it show, and only that mapping has one.
    "softmax-overflow": ("mimo",),
    "output-fprime-spurious": (*SOFTMAX, "many-to-one"),
    "output-fprime-missing": TANH_HEAD,
    **dict.fromkeys((key for key in F_PRIME if key.endswith(("both", "output"))), TANH_HEAD),
    **dict.fromkeys(EVERY_X, ONE_INPUT),
    "mean-over-outputs": ("siso", "simo", "mimo", "batch"),
    **dict.fromkeys(("target-shifted", "last-output-only"), ("simo", *SOFTMAX)),
    "bias-last-step-only:dc": ("simo", *SOFTMAX),
    # With one output dV is a row, and its transpose a column: no shape hides that.
    **dict.fromkeys((key for key in SWAPPED if "dV" in key), ("siso", "simo", *SOFTMAX)),
    # With a single loss these leave no delta at all: arrays of zeros, as in work that is only begun.
    **dict.fromkeys(("last-step-dropped:loop", "last-step-dropped:deltas"), ("simo", *SOFTMAX)),
}
"""Mappings in which a twist, or an id with all its variants, makes a difference; all where none is given."""


def applies(key: str, mapping: str) -> bool:
    """Whether the twist changes anything in the mapping that another name doesn't say better."""
    name, _, variant = key.partition(":")
    where = _WHERE.get(key) or _WHERE.get(name)
    if where is not None and mapping not in where:
        return False
    arrays = set(variant.split("-"))
    if name in ROWS and arrays <= set(SUMS):
        return all(_changes(name, array, mapping) for array in arrays) and not arrays <= _single(mapping)
    return True


def _single(mapping: str) -> set[str]:
    """The sums with a single term: without it they are zero, as in work that is only begun."""
    return ({"dU"} if mapping in ONE_INPUT else set()) | ({"dV", "dc"} if mapping in ONE_LOSS else set())


def _changes(name: str, array: str, mapping: str) -> bool:
    """Whether a wrong range of steps changes a sum, which may have a single term: the first or the last."""
    if array == "dU" and mapping in ONE_INPUT:
        return name in ("last-step-only", "first-step-dropped")
    if array in ("dV", "dc") and mapping in ONE_LOSS:
        return name in ("assign-not-accumulate", "last-step-dropped")
    return True
