"""Examine a function that returns gradients: its form, its manners, and central differences of the loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from through_time import numeric
from through_time._calling import Outcome, call, same, told
from through_time._text import kind, listing, shown
from through_time.tasks import GradientTask, Trial

Array = NDArray[np.float64]

TOLERANCE = 1e-6
"""Largest norm-relative distance from the central difference, whose own error is a thousandth of this."""


_MISSING = object()


@dataclass
class Findings:
    """Which arrays hold up, and what to tell the student. `sound` is False for bad manners as well."""

    parts: dict[str, bool]
    sentences: list[str] = field(default_factory=list)
    sound: bool = True

    @property
    def right(self) -> bool:
        """Whether nothing at all is to be found fault with."""
        return self.sound and all(self.parts.values())


def examine(task: GradientTask, function: object) -> Findings:
    """Try `function` on every trial of `task`, up to the first that it fails."""
    trials = task.trials()
    if not callable(function):
        return _nothing(trials[0], _not_callable(task, function))
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
        findings = _nothing(trial, fault)
        if not outcome.unwritten:
            findings.sentences += [*told(outcome, task.name), _tried(trial)]
        return findings
    arrays = _snapshot(outcome.value)
    # Overflow in a norm, or in E, is no reason for a warning of ours.
    with np.errstate(all="ignore"):
        findings = _compare(task, arrays, trial)
    findings.sentences += told(outcome, task.name)
    findings.sound = not outcome.changed
    unknown = [key for key in arrays if key not in findings.parts]
    if unknown:
        findings.sentences.append(f"Nobody asked for {listing(map(shown, unknown))}: it is not looked at.")
    if not _repeats(call(task, function, trial.arguments), arrays):
        findings.sound = False
        findings.sentences.append(
            f"{task.name} gave another answer when it was called again with the same arguments: "
            "what survives from one call to the next?"
        )
    if not findings.right:
        findings.sentences.append(_tried(trial))
    return findings


def _tried(trial: Trial) -> str:
    return f"(Tried with {trial.about}.)"


def _nothing(trial: Trial, sentence: str) -> Findings:
    return Findings(dict.fromkeys(_expected(trial), False), [sentence], sound=False)


def _expected(trial: Trial) -> dict[str, tuple[int, ...]]:
    # Each gradient has the shape of its parameter.
    return {f"d{name}": np.shape(array) for name, array in trial.arguments[0].items()}


def _not_callable(task: GradientTask, value: object) -> str:
    return (
        f"check needs the function {task.name} itself, and got {kind(value)}: write its name without "
        "brackets. If the name now holds something else, run the function's cell again."
    )


def _container_fault(task: GradientTask, value: object, trial: Trial) -> str:
    wanted = listing(_expected(trial))
    if value is None:
        return f"{task.name} returned None: let it end with `return`, and a dict with the keys {wanted}."
    if not isinstance(value, dict):
        return f"{task.name} must return a dict with the keys {wanted}; it returned {kind(value)}."
    return ""


def _snapshot(value: object) -> dict[object, object]:
    # Copies, because the next call may write into arrays that the student's function keeps.
    entries = dict.items(value) if isinstance(value, dict) else ()
    return {key: np.array(a) if isinstance(a, np.ndarray) else a for key, a in entries}


def _repeats(again: Outcome, arrays: dict[object, object]) -> bool:
    second = _snapshot(again.value)
    return all(
        same(array, second.get(key))
        for key, array in arrays.items()
        if isinstance(array, np.ndarray) and array.dtype == np.float64
    )


def _compare(task: GradientTask, arrays: Mapping[object, object], trial: Trial) -> Findings:
    slopes = numeric.gradient(task.loss, *trial.arguments)
    findings, unbounded = Findings({}), {}
    for name, shape in _expected(trial).items():
        found = arrays.get(name, _MISSING)
        fault = _form_fault(name, found, shape)
        if not fault and not np.isfinite(np.asarray(found)).all():
            unbounded[name] = np.asarray(found)
        elif not fault:
            fault = _value_fault(name, found, slopes[name])
        findings.parts[name] = not fault and name not in unbounded
        if fault:
            findings.sentences.append(fault)
    if unbounded:
        findings.sentences.append(_not_finite(unbounded))
    return findings


def _form_fault(name: str, value: object, shape: tuple[int, ...]) -> str:
    parameter = name.removeprefix("d")
    if value is _MISSING:
        return f"{name} is missing from the dict."
    if not isinstance(value, np.ndarray):
        return f"{name} must be an array of the shape of {parameter}, {shape}; it is {kind(value)}."
    if value.shape != shape:
        hint = " (the transpose has it)" if value.shape == shape[::-1] else ""
        return f"{name} is {value.shape}, expected {shape}, the shape of {parameter}{hint}."
    if value.dtype != np.float64:
        return f"{name} has the dtype {value.dtype}, expected float64."
    return ""


def _not_finite(arrays: Mapping[str, Array]) -> str:
    name, array = next(iter(arrays.items()))
    place = np.argwhere(~np.isfinite(array))[0]
    verb = "holds" if len(arrays) == 1 else "hold"
    return (
        f"{listing(arrays)} {verb} NaN or inf: {name}{_index(place)} is {array[tuple(place)]}, for one. "
        "Look for a division by zero, a log of zero, or an exp that overflows."
    )


def _value_fault(name: str, value: object, slope: Array) -> str:
    yours = np.asarray(value, dtype=np.float64)
    error = numeric.relative_error(yours, slope)
    if error < TOLERANCE:
        return ""
    pattern = _pattern(yours, slope)
    if pattern:
        return f"{name} {pattern}."
    worst = np.unravel_index(np.argmax(np.abs(yours - slope)), slope.shape)
    return (
        f"{name} is off by {error:.2g} of its norm; most at {name}{_index(worst)}: "
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


def _index(index: object) -> str:
    return f"[{', '.join(str(int(i)) for i in np.atleast_1d(np.asarray(index)))}]"
