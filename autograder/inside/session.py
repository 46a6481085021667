"""The child's end of a session: run cells, call functions, hand back values, until the pipe closes."""

from __future__ import annotations

import copy
import random
import signal
import socket
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from autograder import wire
from autograder.inside.limits import Limits, TimeIsUp
from autograder.inside.shell import Shell

UNREADABLE = "a value or an exception that raises an error of its own when it is looked at"


class Session:
    """Answers the judge's questions with plain dicts; their key `failure` is None if all is well."""

    def __init__(self, shell: Shell, connection: socket.socket, limits: Limits) -> None:
        self._shell = shell
        self._connection = connection
        self._limits = limits
        self._rang = self._armed = False
        self._seconds = limits.cell_seconds
        """What is left for the present question."""
        self._kept: dict[int, tuple[dict[str, Any], Any]] = {}
        self._at: int | None = None
        self._answers: dict[str, Callable[..., dict[str, Any]]] = {
            "run": self._run,
            "keep": self._keep,
            "call": self._call,
            "value": self._value,
            "test": self._test,
            "put": self._put,
        }

    def serve(self) -> None:
        """Answer until the judge closes the connection."""
        # numpy's global generator would otherwise go on from the parent's state, the same for everybody.
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002  (students use the legacy one)
        while True:
            try:
                question = wire.receive(self._connection)
            except wire.WireError:
                return
            self._seconds = question.pop("seconds")
            try:
                answer = self._answers[question.pop("do")](**question)
                wire.send(self._connection, answer)
            except wire.NotPlainError as error:
                wire.send(self._connection, {"failure": "not plain", "detail": str(error)})
            except wire.ClosedError:
                return
            except BaseException:  # noqa: BLE001  (a student's object may raise anything when it is looked at)
                wire.send(self._connection, {"failure": "not plain", "detail": UNREADABLE})

    def _run(self, source: str) -> dict[str, Any]:
        """Run one cell; the outputs are nbformat output dicts."""
        try:
            with self._clock():
                outputs = self._shell.run(source, self._limits.output_bytes)
        except TimeIsUp:
            outputs = self._shell.take_outputs()
        # IPython shows any exception itself, this one, too, so only the bell tells.
        return {"failure": "timeout" if self._rang else None, "outputs": outputs}

    def _test(self, source: str) -> dict[str, Any]:
        """Run a cell that tests the others; whether it got to its end, and the line in which it didn't."""
        self._shell.restore()
        answer = self._run(source)
        error = self._shell.error
        passed = error is None and not self._rang
        return {
            **answer,
            "passed": passed,
            "line": _line_of(error),
            "number": _as_number(self._shell.value),
        }

    def _put(self, place: str, content: Any) -> dict[str, Any]:
        """Put a file into the working folder."""
        path = Path(place)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.tobytes())
            path.chmod(0o444)
        except OSError as error:
            return {"failure": "raised", "detail": str(error)}
        return {"failure": None}

    def _keep(self, place: int) -> dict[str, Any]:
        """Keep which names there are, what they stand for, and which floating-point errors raise."""
        self._kept[place] = dict(self._shell.user_ns), np.geterr()
        return {"failure": None}

    def _go_to(self, place: int) -> None:
        """Let what the cells' functions see be what was kept there."""
        if place != self._at:
            kept, errors = self._kept[place]
            names = self._shell.user_ns
            names.clear()
            names.update(kept)
            np.seterr(**errors)
            self._at = place

    def _call(self, name: str, arguments: tuple[Any, ...], place: int | None) -> dict[str, Any]:
        """Call a function, and tell which of its arguments it changed."""
        if place is not None:
            self._go_to(place)
        function = self._shell.user_ns.get(name)
        if not callable(function):
            return _missing(name, "a function", function)
        before = _copied(arguments)
        answer = self._guarded(lambda: function(*arguments))
        if answer["failure"] is None:
            pairs = enumerate(zip(before, arguments, strict=True))
            answer["changed"] = [number for number, (old, new) in pairs if not _same(old, new)]
        return answer

    def _value(self, name: str) -> dict[str, Any]:
        if name not in self._shell.user_ns:
            return _missing(name, "a variable", None)
        return {"failure": None, "value": self._shell.user_ns[name]}

    def _guarded(self, call: Callable[[], Any]) -> dict[str, Any]:
        """The call's value, or what stopped it. What it prints is not kept: the cells' own outputs are."""
        try:
            with (
                self._clock(),
                warnings.catch_warnings(),
                redirect_stdout(StringIO()),
                redirect_stderr(StringIO()),
            ):
                warnings.simplefilter("ignore")
                return {"failure": None, "value": call()}
        except TimeIsUp:
            return {"failure": "timeout", "detail": f"it had not ended after {self._seconds:.3g} seconds"}
        except BaseException as error:  # noqa: BLE001  (SystemExit and the like are a student's error, too)
            return {"failure": "raised", "detail": _explain(error)}

    @contextmanager
    def _clock(self) -> Iterator[None]:
        """Raise TimeIsUp in the main thread when the time is over, and again each half second."""

        def ring(_number: int, _frame: FrameType | None) -> None:
            self._rang = True
            if self._armed:
                raise TimeIsUp

        self._rang, self._armed = False, True
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, self._seconds, 0.5)
        try:
            yield
        finally:
            try:
                self._armed = False
            finally:  # the bell may ring in the line above, and not soon again
                self._armed = False
                signal.setitimer(signal.ITIMER_REAL, 0)


def _missing(name: str, what: str, found: object) -> dict[str, Any]:
    if found is None:
        return {"failure": "missing", "detail": f"{name} is not defined"}
    return {"failure": "missing", "detail": f"{name} is not {what} but of type {type(found).__name__}"}


def _line_of(error: BaseException | None) -> int | None:
    """The line of the cell that an exception came through, the last one if it was there more than once."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    cells = [frame for frame in frames if frame.filename.startswith("<ipython")]
    lines = [frame.lineno for frame in cells if frame.filename == cells[0].filename]
    return lines[-1] if lines else None


def _as_number(value: object) -> float | None:
    """An ordinary number, of Python's or NumPy's; None for any other value."""
    if type(value) not in (int, float) and not isinstance(value, np.integer | np.floating):
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return np.inf


def _explain(error: BaseException) -> str:
    """The exception's type and text, and the student's own line that it came from."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  (a student's exception may fail to print itself)
        text = ""
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    own = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<ipython")
    ]
    if own and own[-1].line:
        said += f" (in your line {own[-1].lineno}: {own[-1].line.strip()})"
    return said[:600].encode("utf-8", "replace").decode("utf-8")


def _copied(value: Any) -> Any:
    """What `copy.deepcopy` gives of plain values, in less time."""
    kind = type(value)
    if kind is np.ndarray:
        return value.copy()
    if kind is dict:
        return {key: _copied(item) for key, item in value.items()}
    if kind is tuple or kind is list:
        return kind(map(_copied, value))
    return value if kind in {bool, int, float, str} else copy.deepcopy(value)


def _same(old: Any, new: Any) -> bool:
    """Whether an argument is as it was; what the student put in its place may be anything."""
    if type(old) is not type(new):
        return False
    if isinstance(old, np.ndarray):
        if old.dtype != new.dtype or old.shape != new.shape:
            return False
        # The bytes are quicker; they differ for a zero that has another sign.
        return old.tobytes() == new.tobytes() or np.array_equal(old, new, equal_nan=True)
    if isinstance(old, dict):
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new, strict=True))
    return bool(old == new)
