"""Examine a function that returns gradients: its form, its manners, and central differences of the loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from through_time import numeric
from through_time._calling import call
from through_time._findings import (
    MISSING,
    Array,
    Findings,
    at,
    failed,
    not_callable,
    not_finite,
    nothing,
    snapshot,
    watch_manners,
)
from through_time._text import kind, listing
from through_time.tasks import GradientTask, Trial

TOLERANCE = 1e-6
"""Largest norm-relative distance from the central difference, whose own error is a thousandth of this."""


def examine(task: GradientTask, function: object) -> Findings:
    """Try `function` on every trial of `task`, up to the first that it fails."""
    trials = task.trials()
    if not callable(function):
        return nothing(_expected(trials[0]), not_callable(task, function))
    for trial in trials:
        findings = _try(task, function, trial)
        if not findings.right:
            return findings
    tried = listing(trial.name for trial in trials)
    findings.sentences.append(f"{listing(findings.parts)} agree with central differences of E.")
    findings.sentences.append(f"(Tried with {tried}.)")
    return findings


def _try(task: GradientTask, function: Callable[..., object], trial: Trial) -> Findings:
    outcome = call(task, function, trial.arguments)
    fault = outcome.fault or _container_fault(task, outcome.value, trial)
    if fault:
        return failed(task, outcome, fault, _expected(trial), trial)
    arrays = snapshot(outcome.value)
    # Overflow in a norm, or in E, is no reason for a warning of ours.
    with np.errstate(all="ignore"):
        findings = _compare(task, arrays, trial)
    watch_manners(findings, task, function, trial, outcome, arrays, snapshot)
    return findings


def _expected(trial: Trial) -> dict[str, tuple[int, ...]]:
    # Each gradient has the shape of its parameter.
    return {f"d{name}": np.shape(array) for name, array in trial.arguments[0].items()}


def _container_fault(task: GradientTask, value: object, trial: Trial) -> str:
    wanted = listing(_expected(trial))
    if value is None:
        return f"{task.name} returned None: let it end with `return`, and a dict with the keys {wanted}."
    if not isinstance(value, dict):
        return f"{task.name} must return a dict with the keys {wanted}; it returned {kind(value)}."
    return ""


def _compare(task: GradientTask, arrays: Mapping[object, object], trial: Trial) -> Findings:
    slopes = numeric.gradient(task.loss, *trial.arguments)
    findings, unbounded = Findings({}), {}
    for name, shape in _expected(trial).items():
        found = arrays.get(name, MISSING)
        fault = _form_fault(name, found, shape)
        if not fault and not np.isfinite(np.asarray(found)).all():
            unbounded[name] = np.asarray(found)
        elif not fault:
            fault = value_fault(name, found, slopes[name])
        findings.parts[name] = not fault and name not in unbounded
        if fault:
            findings.sentences.append(fault)
    if unbounded:
        findings.sentences.append(not_finite(unbounded))
    return findings


def _form_fault(name: str, value: object, shape: tuple[int, ...]) -> str:
    parameter = name.removeprefix("d")
    if value is MISSING:
        return f"{name} is missing from the dict."
    if not isinstance(value, np.ndarray):
        return f"{name} must be an array of the shape of {parameter}, {shape}; it is {kind(value)}."
    if value.shape != shape:
        hint = " (the transpose has it)" if value.shape == shape[::-1] else ""
        return f"{name} is {value.shape}, expected {shape}, the shape of {parameter}{hint}."
    if value.dtype != np.float64:
        return f"{name} has the dtype {value.dtype}, expected float64."
    return ""


def value_fault(name: str, value: object, slope: Array) -> str:
    """How a gradient differs from its central difference, in a sentence; "" if it agrees."""
    yours = np.asarray(value, dtype=np.float64)
    error = numeric.relative_error(yours, slope)
    if error < TOLERANCE:
        return ""
    pattern = _pattern(yours, slope)
    if pattern:
        return f"{name} {pattern}."
    worst = np.unravel_index(np.argmax(np.abs(yours - slope)), slope.shape)
    return (
        f"{name} is off by {error:.2g} of its norm; most at {name}{at(worst)}: "
        f"yours {yours[worst]:.5g}, central difference {slope[worst]:.5g}."
    )


def _pattern(yours: Array, slope: Array) -> str:
    """What two unequal arrays have in common, in words; "" if nothing that one could see."""
    if not yours.any():
        return "is all zeros, though E does depend on the parameter"
    if yours.ndim == 2 and yours.shape[0] == yours.shape[1] and _near(yours.T, slope):
        return "is the transpose of the central difference"
    ratio = float(np.vdot(slope, yours) / (np.vdot(slope, slope) or 1.0))
    if ratio and _near(yours / ratio, slope):
        return (
            "has the wrong sign throughout"
            if _near(-yours, slope)
            else (f"is {ratio:.4g} times the central difference, in every entry")
        )
    return ""


def _near(a: Array, b: Array) -> bool:
    return numeric.relative_error(a, b) < TOLERANCE
