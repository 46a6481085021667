"""Examine a function that returns arrays or numbers: its form, its manners, and the laws that its parts obey."""

from __future__ import annotations

import numbers
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from through_time._calling import Outcome, call
from through_time._findings import (
    MISSING,
    Array,
    Entries,
    Findings,
    failed,
    not_callable,
    not_finite,
    nothing,
    snapshot,
    tried,
    watch_manners,
)
from through_time._text import kind, listing
from through_time.tasks import Inside, Trial, ValueTask


def examine(task: ValueTask, function: object) -> Findings:
    """Try `function` on every trial of `task`, up to the first that it fails."""
    trials = task.trials()
    if not callable(function):
        return nothing(_parts(task, trials[0]), not_callable(task, function))
    for trial in trials:
        findings = _refused(task, function, trial) if trial.raises else _try(task, function, trial)
        if not findings.right:
            return findings
    names = _parts(task, trials[0])
    verb = "is what it has to be" if len(names) == 1 else "are what they have to be"
    findings.parts = dict.fromkeys(names, True)
    findings.sentences.append(f"{listing(names)} {verb}, as far as that shows without knowing the answer.")
    findings.sentences.append(f"(Tried with {listing(trial.name for trial in trials)}.)")
    return findings


def _parts(task: ValueTask, trial: Trial) -> Mapping[str, tuple[int, ...]]:
    return task.shapes(*trial.arguments)


def _refused(task: ValueTask, function: Callable[..., object], trial: Trial) -> Findings:
    """Findings of a trial in which an exception has to come."""
    outcome = call(task, function, trial.arguments)
    if outcome.raised == trial.raises:
        return Findings({})
    if outcome.unwritten or outcome.raised:
        fault = outcome.fault
    else:
        fault = f"{task.name} returned {kind(outcome.value)}, where it has to raise {trial.raises}."
    return Findings({}, [fault, tried(trial)], sound=False)


def _try(task: ValueTask, function: Callable[..., object], trial: Trial) -> Findings:
    shapes = _parts(task, trial)
    outcome = call(task, function, trial.arguments)
    entries = _entries(task, tuple(shapes), outcome.value, trial)
    fault = outcome.fault or ("" if entries is not None else _container_fault(task, shapes, outcome.value))
    # A slow function isn't called once more to see whether it answers in the same way.
    fault = fault or _slow(task, outcome, trial)
    if fault or entries is None:
        return failed(task, outcome, fault, shapes, trial)
    with np.errstate(all="ignore"):
        findings = _compare(task, entries, shapes, trial)
    watch_manners(
        findings,
        task,
        function,
        trial,
        outcome,
        entries,
        lambda value: _entries(task, tuple(shapes), value, trial) or {},
    )
    return findings


def _slow(task: ValueTask, outcome: Outcome, trial: Trial) -> str:
    if outcome.seconds <= trial.seconds:
        return ""
    return (
        f"{task.name} took {outcome.seconds:.1f} seconds, and may take {trial.seconds:g}: "
        "does its work grow faster than the number of steps?"
    )


def _entries(task: ValueTask, names: tuple[str, ...], value: object, trial: Trial) -> Entries | None:
    """What was returned, by part; None if it is not of the kind that was asked for."""
    if isinstance(task.returns, Inside):
        found = task.returns.take(value, trial.arguments)
        return None if found is None else snapshot(found)
    if task.returns == "dict":
        return snapshot(value) if isinstance(value, dict) else None
    if task.returns == "value":
        return None if value is None else snapshot({names[0]: value})
    if task.returns == "lists":
        return _from_lists(_lists(names), value)
    if isinstance(value, tuple) and len(value) == len(names):
        return snapshot(dict(zip(names, value, strict=True)))
    return None


def _lists(names: Iterable[str]) -> dict[str, int]:
    """How many parts each list has: "dWs[0]" and "dWs[1]" make two in dWs."""
    return dict(Counter(name.partition("[")[0] for name in names))


def _from_lists(lists: Mapping[str, int], value: object) -> Entries | None:
    if not isinstance(value, tuple) or len(value) != len(lists):
        return None
    entries: dict[str, object] = {}
    for (name, count), found in zip(lists.items(), value, strict=True):
        if not isinstance(found, list | tuple) or len(found) != count:
            return None
        entries |= {f"{name}[{number}]": array for number, array in enumerate(found)}
    return snapshot(entries)


def _list_form(value: object) -> str:
    """What a student returned in place of a tuple of lists."""
    if not isinstance(value, tuple):
        return kind(value)
    inner = [
        f"{kind(item)} of {len(item)}" if isinstance(item, list | tuple) else kind(item) for item in value
    ]
    return f"a tuple of {listing(inner)}" if inner else "an empty tuple"


def _container_fault(task: ValueTask, shapes: Mapping[str, tuple[int, ...]], value: object) -> str:
    if isinstance(task.returns, Inside):
        found = "" if value is None else f" It returned {kind(value)}."
        return f"{task.name} must return {task.returns.wording}.{found}"
    lists = _lists(shapes)
    wanted = {
        "dict": f"a dict with the keys {listing(shapes)}",
        "tuple": f"a tuple ({', '.join(shapes)})",
        "value": listing(shapes),
        "lists": f"a tuple ({', '.join(lists)}) of lists with {listing(map(str, lists.values()))} arrays",
    }[task.returns]
    if value is None:
        return f"{task.name} returned None: let it end with `return`, and {wanted}."
    if task.returns == "lists":
        return f"{task.name} must return {wanted}; it returned {_list_form(value)}."
    found = f"a tuple of length {len(value)}" if isinstance(value, tuple) else kind(value)
    return f"{task.name} must return {wanted}; it returned {found}."


def _compare(
    task: ValueTask, entries: Entries, shapes: Mapping[str, tuple[int, ...]], trial: Trial
) -> Findings:
    findings = Findings({})
    sound: dict[str, Array] = {}
    unbounded: dict[str, Array] = {}
    for name, shape in shapes.items():
        found = entries.get(name, MISSING)
        fault = _form_fault(name, found, shape)
        if fault:
            findings.sentences.append(fault)
            continue
        array = np.asarray(found, dtype=np.float64)
        (sound if np.isfinite(array).all() else unbounded)[name] = array
    if unbounded:
        findings.sentences.append(not_finite(unbounded))
    wrong = _broken_laws(task, sound, trial, findings)
    findings.parts = {name: name in sound and name not in wrong for name in shapes}
    return findings


def _broken_laws(
    task: ValueTask, sound: Mapping[str, Array], trial: Trial, findings: Findings
) -> frozenset[str]:
    """The parts that break a law, or that a law can't be tried on; what is broken is added to `findings`."""
    wrong: set[str] = set()
    for law in task.laws:
        if not {*law.parts, *law.uses} <= sound.keys():
            wrong.update(law.parts)
            continue
        fault = law.fault(trial.arguments, sound)
        if fault:
            wrong.update(law.parts)
            findings.sentences.append(fault)
    return frozenset(wrong)


def _form_fault(name: str, value: object, shape: tuple[int, ...]) -> str:
    if value is MISSING:
        return f"{name} is missing."
    if shape == ():
        return "" if _is_number(value) else _no_number(name, value)
    if not isinstance(value, np.ndarray):
        return f"{name} must be an array of shape {shape}; it is {kind(value)}."
    if value.shape != shape:
        hint = " (the transpose has it)" if len(shape) > 1 and value.shape == shape[::-1] else ""
        return f"{name} is {value.shape}, expected {shape}{hint}."
    if value.dtype != np.float64:
        return f"{name} has the dtype {value.dtype}, expected float64."
    return ""


def _is_number(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype == np.float64
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _no_number(name: str, value: object) -> str:
    found = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else kind(value)
    return f"{name} must be a number; it is {found}."
