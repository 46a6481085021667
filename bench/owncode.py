"""What the students' own code takes: their cells in a bare IPython shell, and the calls that the judge has to make.

Run: python bench/owncode.py COURSE PROBES. A warm process, in which IPython, NumPy and matplotlib are imported, forks
for each hand-in of the course; the child runs the cells that are the student's or the set-up's, with figures drawn in
line as in a notebook, and calls each of the functions once for each hidden input. No wall, no comparison, no output
kept. Prints one JSON object: the hand-ins and the mean milliseconds.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import sys
from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
from handins import NAME
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


class Bare(InteractiveShell):
    """IPython as it is, without a window."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Figures are drawn in line."""


def warm_shell() -> InteractiveShell:
    shell = Bare.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.enable_matplotlib("inline")
    figure = plt.figure()
    figure.add_subplot().plot([1, 2])
    figure.savefig(io.BytesIO())
    plt.close(figure)
    return shell


def own_cells(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code" and not cell["metadata"].get("nbgrader", {}).get("grade")
    ]


def run_all(shell: InteractiveShell, cells: list[str], probes: dict) -> float:
    """Seconds of the cells and of the calls."""
    start = perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for cell in cells:
            shell.run_cell(cell, store_history=False)
        for name, asked in probes.items():
            for arguments, _ in asked:
                with contextlib.suppress(Exception):
                    shell.user_ns[name](*arguments)
    return perf_counter() - start


def in_a_child(shell: InteractiveShell, cells: list[str], probes: dict) -> float:
    """The same in a forked process, so that nobody finds what another left."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, json.dumps(run_all(shell, cells, probes)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        seconds = json.loads(pipe.read())
    os.waitpid(child, 0)
    return seconds


def main() -> None:
    course, asked = map(Path, sys.argv[1:])
    probes = pickle.loads(asked.read_bytes())  # noqa: S301  (written by peers.py)
    shell = warm_shell()
    paths = sorted((course / "submitted").glob(f"*/{NAME}/{NAME}.ipynb"))
    times = [in_a_child(shell, own_cells(path), probes) for path in paths]
    print(json.dumps({"hand_ins": len(times), "milliseconds": 1e3 * sum(times) / len(times)}))


if __name__ == "__main__":
    main()
