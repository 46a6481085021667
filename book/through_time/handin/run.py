"""Run a notebook from top to bottom in a fresh kernel of this Python, and take up what its checks found."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from nbformat.v4 import output_from_msg

from through_time._text import cut, plain
from through_time.check import MIME, OUTSIDE

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PLACE = re.compile(r"(?:Cell )?In *\[(\d+)\], line (\d+)")
_MOST_OUTPUT = 200
"""Outputs of one cell that are kept: a loop that prints must not fill the memory."""
_OUTPUTS = frozenset({"stream", "display_data", "execute_result", "error"})
_START_SECONDS, _PATIENCE, _LOOK_AGAIN = 60.0, 5.0, 0.5
"""For the kernel to start, for a cell to end once it was told to, and between looks whether the kernel is alive."""
_RUNS = 10
"""How many times the limit of a cell a whole notebook may take."""


@dataclass(frozen=True)
class Stop:
    """A cell that didn't end as it should: the number beside it, what happened, the student's line."""

    number: int
    what: str
    line: str = ""
    error: str = ""
    """The exception's name, if it was one."""


@dataclass
class Ran:
    """What a run showed. `cells` has the number that Jupyter writes beside a cell, by the cell's place."""

    cells: dict[int, int] = field(default_factory=dict)
    checks: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    stops: dict[int, Stop] = field(default_factory=dict)
    cut_short: str = ""
    """Why the cells after the last one weren't run, if they weren't."""


class _ThisPython(KernelSpecManager):
    """Knows one kernel, this Python: the one installed under the notebook's name may be another without our package."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="this Python",
            language="python",
        )


class NoKernel(Exception):  # noqa: N818  (reads as what it is)
    """The kernel can't be started. The text says why."""


def run(notebook: Any, folder: Path, seconds: float) -> Ran:
    """Run the code cells of `notebook`, in place, with `folder` as working folder and `seconds` for each cell.

    Raises NoKernel if this Python can't start one.
    """
    # On Windows, pyzmq says how it works around the event loop there.
    warnings.filterwarnings("ignore", "Proactor event loop", RuntimeWarning)
    manager = KernelManager(kernel_spec_manager=_ThisPython())
    # What the kernel says of itself is nothing that a student can mend; what code prints comes another way.
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    history = ["--HistoryManager.hist_file=:memory:"]
    try:
        manager.start_kernel(cwd=str(folder), env=_environment(), extra_arguments=history, **silent)
        client = manager.blocking_client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=_START_SECONDS)
            return _Run(notebook, manager, client, seconds).all()
        finally:
            client.stop_channels()
    except RuntimeError as error:
        raise NoKernel(str(error)) from error
    finally:
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


class _Run:
    def __init__(
        self, notebook: Any, manager: KernelManager, client: BlockingKernelClient, seconds: float
    ) -> None:
        self._cells = notebook.cells
        self._manager, self._client, self._seconds = manager, client, seconds
        self._ran = Ran()

    def all(self) -> Ran:
        """Run the cells, in order, as far as that goes."""
        began, ran = time.monotonic(), self._ran
        for place, cell in enumerate(self._cells):
            if cell.cell_type != "code" or not cell.source.strip() or ran.cut_short:
                continue
            if time.monotonic() - began > _RUNS * self._seconds:
                ran.cut_short = "the time was up"
                break
            ran.cells[place] = len(ran.cells) + 1
            cell.outputs = []
            message = self._client.execute(cell.source, allow_stdin=False, stop_on_error=False)
            ended = self._listen(cell, message, self._seconds)
            if ended == "late":
                ran.stops[place] = Stop(
                    ran.cells[place], f"took longer than {self._seconds:g} seconds, and was stopped"
                )
                self._manager.interrupt_kernel()
                if self._listen(cell, message, _PATIENCE) == "late":
                    ran.cut_short = "the cell couldn't be stopped"
            elif ended == "dead":
                ran.stops[place] = Stop(
                    ran.cells[place], "ended Python itself, by exit or for lack of memory"
                )
            else:
                self._take_up(place)
            if not self._manager.is_alive():
                ran.cut_short = "Python was gone"
        return ran

    def _listen(self, cell: Any, message: str, seconds: float) -> str:
        """Take the outputs of the cell that runs, until it has "ended", Python is "dead", or it is "late"."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                told = self._client.get_iopub_msg(timeout=min(left, _LOOK_AGAIN))
            except queue.Empty:
                if not self._manager.is_alive():
                    return "dead"
                continue
            if told["parent_header"].get("msg_id") != message:
                continue
            if told["msg_type"] == "status" and told["content"]["execution_state"] == "idle":
                return "ended"
            if told["msg_type"] in _OUTPUTS and (
                len(cell.outputs) < _MOST_OUTPUT or told["msg_type"] != "stream"
            ):
                cell.outputs.append(output_from_msg(told))
        return "late"

    def _take_up(self, place: int) -> None:
        for output in self._cells[place].outputs:
            if output.output_type == "error":
                self._ran.stops[place] = self._stop(self._ran.cells[place], output)
            elif MIME in output.get("data", {}):
                self._ran.checks.setdefault(place, []).append(output["data"][MIME])

    def _stop(self, number: int, error: Any) -> Stop:
        """The error in words, with the last line of the notebook that it came through."""
        trace = _COLOURS.sub("", "\n".join(error.traceback))
        said = " ".join(f"{error.ename}: {error.evalue}".split()).rstrip(": ")
        line = ""
        if found := _PLACE.findall(trace):
            where, at = map(int, found[-1])
            place = next((each for each, count in self._ran.cells.items() if count == where), None)
            source = self._cells[place].source.splitlines() if place is not None else []
            if 0 < at <= len(source):
                other = f" of cell [{where}]" if where != number else ""
                line = f"line {at}{other}: {cut(plain(source[at - 1].strip()))}"
        return Stop(number, f"stopped with {cut(plain(said))}", line, error.ename)


def _environment() -> dict[str, str]:
    """Let `check` in the kernel tell what it found, and not take part in nbgrader's own runs."""
    kept = {name: value for name, value in os.environ.items() if name != "NBGRADER_EXECUTION"}
    return {**kept, OUTSIDE: "1"}
