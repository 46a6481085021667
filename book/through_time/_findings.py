"""What an examination of a student's function found, and the pieces that every examination needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from through_time._calling import Outcome, call, same, told
from through_time._text import kind, listing, shown
from through_time.tasks import FunctionTask, Trial

Array = NDArray[np.float64]
Entries = dict[object, object]
"""What a function returned: part name -> value, whatever the student made of either."""

MISSING = object()


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


def nothing(parts: Iterable[str], *sentences: str) -> Findings:
    """Findings in which no part holds up."""
    return Findings(dict.fromkeys(parts, False), list(sentences), sound=False)


def failed(task: FunctionTask, outcome: Outcome, fault: str, parts: Iterable[str], trial: Trial) -> Findings:
    """Findings of a call that gave nothing to look at, for the reason `fault`."""
    findings = nothing(parts, fault)
    if not outcome.unwritten:
        findings.sentences += [*told(outcome, task.name), tried(trial)]
    return findings


def tried(trial: Trial) -> str:
    """Say which trial it was."""
    return f"(Tried with {trial.about}.)"


def not_callable(task: FunctionTask, value: object) -> str:
    """Say what was given in place of a function."""
    return (
        f"check needs the function {task.name} itself, and got {kind(value)}: write its name without "
        "brackets. If the name now holds something else, run the function's cell again."
    )


def watch_manners(
    findings: Findings,
    task: FunctionTask,
    function: Callable[..., object],
    trial: Trial,
    outcome: Outcome,
    entries: Entries,
    entries_of: Callable[[object], Entries],
) -> None:
    """Add to `findings` what the call did besides returning: changed arguments, warnings, extras, kept state."""
    findings.sentences += told(outcome, task.name)
    findings.sound = not outcome.changed
    unknown = [key for key in entries if key not in findings.parts]
    if unknown:
        findings.sentences.append(f"Nobody asked for {listing(map(shown, unknown))}: it is not looked at.")
    again = entries_of(call(task, function, trial.arguments).value)
    if not all(_repeated(value, again.get(key)) for key, value in entries.items()):
        findings.sound = False
        findings.sentences.append(
            f"{task.name} gave another answer when it was called again with the same arguments: "
            "what survives from one call to the next?"
        )
    if not findings.right:
        findings.sentences.append(tried(trial))


def _repeated(first: object, second: object) -> bool:
    if isinstance(first, np.ndarray) and first.dtype == np.float64:
        return same(first, second)
    return True


def snapshot(value: object) -> Entries:
    """The entries of a dict, with copies of its arrays: the next call may write into ones that are kept."""
    entries = dict.items(value) if isinstance(value, dict) else ()
    return {key: np.array(a) if isinstance(a, np.ndarray) else a for key, a in entries}


def not_finite(arrays: Mapping[str, Array]) -> str:
    """Say which arrays hold NaN or inf, and where for one."""
    name, array = next(iter(arrays.items()))
    place = np.argwhere(~np.isfinite(array))[0]
    verb = "holds" if len(arrays) == 1 else "hold"
    return (
        f"{listing(arrays)} {verb} NaN or inf: {name}{at(place)} is {array[tuple(place)]}, for one. "
        "Look for a division by zero, a log of zero, or an exp that overflows."
    )


def at(index: object) -> str:
    """An index as code writes it: "[1, 2]"; nothing for a single number."""
    numbers = [str(int(i)) for i in np.atleast_1d(np.asarray(index))]
    return f"[{', '.join(numbers)}]" if numbers else ""
