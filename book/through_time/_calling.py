"""Call a student's function: with copies, with warnings caught, and with every ending told as a sentence."""

from __future__ import annotations

import contextlib
import copy
import inspect
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from through_time._text import listing, reason, shown
from through_time.tasks import FunctionTask


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a value, or a `fault` that says why there is none.

    `unwritten` is set when the function is still the stub; `raised` is the name of the exception that it ended
    with. `changed` names the arguments that were no longer
    as passed after the call; `warned` holds NumPy's and Python's warnings, each once. `seconds` is how long it took.
    """

    value: object = None
    fault: str = ""
    unwritten: bool = False
    raised: str = ""
    changed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    seconds: float = 0.0


def call(task: FunctionTask, function: Callable[..., object], arguments: tuple[Any, ...]) -> Outcome:
    """Call `function` with copies of `arguments`. Only KeyboardInterrupt and its like get past."""
    given = copy.deepcopy(arguments)
    value, fault, unwritten, raised = None, "", False, ""
    # nbgrader gives 0 to a cell that writes to stderr, so a mere warning must not land there.
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stderr(sys.stdout):
        warnings.simplefilter("always")
        started = time.monotonic()
        try:
            value = _closed(function(*given))
        except NotImplementedError:
            unwritten = True
            fault = (
                f"{task.name} is not written yet: put your code in place of `raise NotImplementedError()` "
                "and run that cell again."
            )
        except (Exception, SystemExit) as error:  # noqa: BLE001  (a student's function may raise anything)
            raised = type(error).__name__
            fault = f"{task.name} stopped with {reason(error)}. It is called as {task.call}."
        seconds = time.monotonic() - started
    return Outcome(
        value=value,
        fault=fault,
        unwritten=unwritten,
        raised=raised,
        changed=tuple(_changed(task.arguments, arguments, given)),
        warned=tuple(dict.fromkeys(shown(entry.message) for entry in caught)),
        seconds=seconds,
    )


def told(outcome: Outcome, name: str) -> list[str]:
    """Sentences about changed arguments and warnings."""
    sentences = []
    if outcome.changed:
        sentences.append(
            f"{name} changed what it was given: {listing(outcome.changed)}. "
            "Look for in-place operators (+=, out=, [...] =) on an argument, and work on a copy."
        )
    if outcome.warned:
        sentences.append(f"While {name} ran, Python warned: {listing(outcome.warned[:3])}.")
    return sentences


def _closed(value: object) -> object:
    # A coroutine that is dropped without having run warns on stderr, long after the call.
    if inspect.iscoroutine(value):
        value.close()
    return value


def _changed(names: tuple[str, ...], before: tuple[Any, ...], after: tuple[Any, ...]) -> list[str]:
    found = []
    for name, old, new in zip(names, before, after, strict=True):
        if isinstance(old, Mapping):
            found += [f"{name}[{shown(key)}]" for key in old if not (key in new and same(old[key], new[key]))]
            found += [f"{name}[{shown(key)}]" for key in new if key not in old]
        elif not same(old, new):
            found.append(name)
    return found


def same(old: object, new: object) -> bool:
    """Whether two values are alike to the last bit."""
    if isinstance(old, np.ndarray):
        return (
            isinstance(new, np.ndarray)
            and old.shape == new.shape
            and old.dtype == new.dtype
            and old.tobytes() == new.tobytes()
        )
    if isinstance(old, list | tuple):
        return (
            type(new) is type(old)
            and len(new) == len(old)
            and all(same(one, other) for one, other in zip(old, new, strict=True))
        )
    return bool(old == new)
