"""One student's process, as the judge talks to it. Implements `autograder.student.Student`."""

from __future__ import annotations

import math
import re
import socket
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from autograder import wire
from autograder.asserted.score import Tried
from autograder.inside.limits import CALLS_SHARE, Limits
from autograder.same import Same
from autograder.sandbox.conceal import HIDDEN, conceal
from autograder.sandbox.outputs import Outputs
from autograder.student import Failure, Reply

GRACE_SECONDS = 2.0
"""How long after its own alarm a student's process may stay silent before it is given up."""


_NUMBER = re.compile(r"\d*\.\d{3,}(?:[eE][-+]?\d+)?")
"""A number in an error's text that is no count and no shape: it may be one of the judge's inputs, which stay hidden."""


class SandboxSession:
    """Asks one child; once it has died or spoken nonsense, every further answer is a failure."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._ends = time.monotonic() + limits.notebook_seconds
        self._called = False
        self._places = 0
        self._answer_bytes = limits.answer_bytes
        self._outputs = Outputs(limits.notebook_output_bytes)
        self._used_up = f"the notebook had used up its {limits.notebook_seconds:g} seconds"
        self.lost: str | None = None
        """Why there is no child to ask any more, as a clause; None while there is one."""
        self.hung = False
        """Whether the child was lost in a question that it didn't answer in time."""

    def run(self, source: str) -> tuple[list[dict[str, Any]], Failure | None]:
        """Run a cell; its nbformat outputs, and what went wrong with the process, if anything."""
        try:
            answer, reply = self._ask({"do": "run", "source": source})
        except wire.NotPlainError:  # too long for the wire; nothing was sent
            return [], Failure.NOT_PLAIN
        return self._outputs.kept(_listed(answer, "outputs")), reply.failure

    def test(self, source: str) -> Tried:
        """Run a cell that tests what the others did, after what can be restored cheaply is as it was at first."""
        try:
            answer, reply = self._ask({"do": "test", "source": source})
        except wire.NotPlainError:
            return Tried(failure=Failure.NOT_PLAIN)
        line, number = answer.get("line"), answer.get("number")
        return Tried(
            self._outputs.kept(_listed(answer, "outputs")),
            passed=answer.get("passed") is True,
            line=line if type(line) is int else None,
            number=number if type(number) is float else None,
            failure=reply.failure,
        )

    def put(self, place: str, data: bytes) -> bool:
        """Put a file into the working folder, only to be read; whether there was room for it."""
        content = np.frombuffer(data, dtype=np.uint8)
        _, reply = self._ask({"do": "put", "place": place, "content": content})
        return reply.failure is None

    def keep(self) -> int:
        """Have the process keep which names there are now; the number to ask for them again by `call`."""
        self._places += 1
        self._ask({"do": "keep", "place": self._places}, in_time=False)
        return self._places

    def call(self, name: str, arguments: tuple[Any, ...], place: int | None = None) -> Reply:
        """Call the student's function with copies of `arguments`, which have to stay as they are.

        The names are those that were kept at `place`. Calls get what is left of the notebook's time, but a share of it
        in any case.
        """
        if not self._called:
            self._called = True
            self._ends = max(self._ends, time.monotonic() + CALLS_SHARE * self._limits.notebook_seconds)
        question = {"do": "call", "name": name, "arguments": _packed(Same(arguments)), "place": place}
        answer, reply = self._ask(question)
        if reply.failure is not None:
            return reply
        changed = tuple(number for number in _listed(answer, "changed") if type(number) is int)
        return Reply(value=answer.get("value"), changed=changed)

    def value(self, name: str) -> Reply:
        """The student's variable `name`."""
        answer, reply = self._ask({"do": "value", "name": name})
        return reply if reply.failure is not None else Reply(value=answer.get("value"))

    def _ask(self, question: Mapping[str, Any], *, in_time: bool = True) -> tuple[Mapping[str, Any], Reply]:
        """The child's answer, and a Reply that says whether it is one.

        Of what isn't asked `in_time`, the notebook's limit doesn't count.
        """
        now, ends = time.monotonic(), self._ends if in_time else math.inf
        if self.lost is not None or now >= ends:
            return {}, Reply(failure=Failure.DIED, detail=self.lost or self._used_up)
        seconds = min(self._limits.cell_seconds, ends - now)
        deadline = now + seconds + GRACE_SECONDS
        try:
            wire.send(self._connection, {**question, "seconds": seconds}, deadline)
            frame = wire.receive_frame(self._connection, deadline, self._answer_bytes)
            self._answer_bytes -= len(frame)
            answer = wire.decode(frame)
        except wire.DeadlineError:
            # What only the whole notebook's time cut short would not fare better in a fresh process.
            self.hung = seconds == self._limits.cell_seconds
            self.lost = (
                f"it didn't end within {self._limits.cell_seconds:g} seconds, and couldn't be interrupted"
                if self.hung
                else self._used_up
            )
            return {}, Reply(failure=Failure.TIMEOUT, detail=self.lost)
        except wire.ClosedError:
            self.lost = "the student's process had ended"
            return {}, Reply(failure=Failure.DIED, detail=self.lost)
        except wire.WireError:
            self.lost = "the student's process sent something that is no answer"
            return {}, Reply(failure=Failure.DIED, detail=self.lost)
        return _checked(answer)


@lru_cache(maxsize=256)
def _packed(arguments: Same[tuple[Any, ...]]) -> wire.Packed:
    """The judge asks a whole class with the same arguments, which it never changes."""
    return wire.pack(arguments.thing)


def _listed(answer: Mapping[str, Any], name: str) -> list[Any]:
    found = answer.get(name)
    return found if isinstance(found, list) else []


def _checked(answer: object) -> tuple[Mapping[str, Any], Reply]:
    if not isinstance(answer, dict):
        return {}, Reply(
            failure=Failure.DIED, detail="the student's process sent something that is no answer"
        )
    failure = answer.get("failure")
    if failure is None:
        return answer, Reply()
    try:
        kind = Failure(failure)
    except ValueError:
        kind = Failure.DIED
    detail = answer.get("detail")
    said = _NUMBER.sub(HIDDEN, conceal(detail)) if isinstance(detail, str) else ""
    return answer, Reply(failure=kind, detail=said)
