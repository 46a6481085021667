"""A warm parent that imports everything once and forks a fresh child for each submission.

It reads nothing but one-word orders from the judge, and never a notebook: a child holds a copy of its
parent's memory. One child lives at a time.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import socket
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder import wire
from autograder.inside import limits, seccomp
from autograder.inside.session import Session
from autograder.inside.shell import Shell


def serve(descriptor: int) -> None:
    """Obey orders on the control socket until it closes.

    ("open", limits) arrives with one descriptor, the child's socket, and is answered with the child's
    process id; ("close",) kills the child with all that it started and is answered with None.
    """
    control = socket.socket(fileno=descriptor)
    workplace = Path.cwd()
    # No history file: all children would share its descriptor, and what one writes there another reads.
    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.warm_up()
    gc.collect()
    gc.freeze()
    wire.send(control, "ready")
    child = 0
    while True:
        try:
            order, given = _order(control)
        except wire.WireError:
            break
        if order["do"] == "open":
            child = _fork(shell, given, control, limits.Limits(**order["limits"]), walled=order["walled"])
            given.close()
            wire.send(control, child)
        else:
            _bury(child, workplace, everything=order["alone"])
            wire.send(control, None)
    _bury(child, workplace, everything=False)


def _order(control: socket.socket) -> tuple[dict[str, Any], socket.socket]:
    """The next order, and the socket that came with it (the control socket itself if none did)."""
    order = wire.receive(control)
    if order["do"] != "open":
        return order, control
    _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    return order, socket.socket(fileno=descriptors[0])


def _fork(
    shell: Shell, given: socket.socket, control: socket.socket, walls: limits.Limits, *, walled: bool
) -> int:
    child = os.fork()
    if child:
        return child
    try:
        control.close()
        os.setsid()
        # Standard error is the nursery's own voice; a child could fill that pipe, and nobody reads it.
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.close(nothing)
        limits.apply(walls)
        if walled:
            seccomp.apply()
        Session(shell, given, walls).serve()
    finally:
        # No clean-up of the parent's in the child, whatever happened.
        os._exit(0)


def _bury(child: int, workplace: Path, *, everything: bool) -> None:
    """Kill the child's process group, or every process but our own, and empty the working folder.

    `everything` is right only in a process namespace of our own. Raises OSError or RecursionError if
    something can't be removed: then the nursery ends, and the judge starts another.
    """
    if child:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        if everything:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
    for path in workplace.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
