"""The contest: the same class through us, stock nbgrader and otter-grader in turns, with the same scores."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import handins
import numpy as np
import peers
from handins import NAME
from processes import ENVIRONMENT, Measured, median, run, told

ROOT = Path(__file__).parents[1]
OTTER = ROOT / "_build" / "bench" / "otter" / "bin"
AUTOGRADER = peers.BIN / "autograder"


class Ours:
    """A course of ours, to which hand-ins are added."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0
        for command in (["init", root], ["--course", root, "release", NAME]):
            subprocess.run([AUTOGRADER, *command], check=True, capture_output=True)
        self.released = (root / "release" / NAME / f"{NAME}.ipynb").read_bytes()
        self.secret = bytes.fromhex((root / ".autograder-secret").read_text(encoding="ascii"))

    def grow(self, count: int) -> None:
        """Hand in until there are `count`."""
        handins.write(self.root, self.released, range(self.count, count))
        self.count = count

    def grade(self, *options: str, cores: tuple[int, ...] = (0,), watch: bool = False) -> Measured:
        command = [AUTOGRADER, "--course", self.root, "grade", NAME, *options]
        return run(command, self.root, cores, watch=watch)

    def feedback(self) -> Measured:
        shutil.rmtree(self.root / "feedback", ignore_errors=True)
        return run([AUTOGRADER, "--course", self.root, "feedback", NAME], self.root)


def scores_of(measured: Measured) -> dict[str, float]:
    return {each["student"]: each["score"] for each in map(json.loads, measured.output.splitlines())}


def otter_program() -> Path:
    """Otter-grader's programs, with the NumPy that we have, made on the first call."""
    if not (OTTER / "otter").exists():
        uv = [str(peers.BIN / "uv"), "--quiet"]
        wanted = ["otter-grader", "ipykernel", "matplotlib", f"numpy=={np.__version__}"]
        subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, OTTER.parent], check=True)
        subprocess.run([*uv, "pip", "install", "--python", OTTER / "python", *wanted], check=True)
    return OTTER


Grader = Callable[[int], tuple[Measured, Mapping[str, float]]]
"""Grades the first so many hand-ins."""


def graders(work: Path, ours: Ours) -> dict[str, Grader]:
    plain, otter = work / "nbgrader", work / "otter"
    peers.make_nbgrader(plain, ours.released, ours.secret)
    handins.write(plain, ours.released, range(ours.count))
    otter.mkdir()
    peers.make_otter(otter, ours.secret, otter_program())
    made = handins.hand_ins(ours.released, range(ours.count))
    paths = [peers.write_for_otter(otter, name, data) for name, data in made]

    def by_us(count: int):
        named = [part for number in range(count) for part in ("--student", handins.student(number))]
        measured = ours.grade("--force", "--json", *named)
        return measured, scores_of(measured)

    def by_nbgrader(count: int):
        named = "*" if count == ours.count else peers.first(count)
        command = [peers.BIN / "nbgrader", "autograde", NAME, "--force", f"--student={named}"]
        measured = run(command, plain, environment=peers.WITH_BIN)
        return measured, peers.nbgrader_scores(plain)

    def by_otter(count: int):
        loop = [OTTER / "python", "loop.py", "autograder.zip", "scores.json", *paths[:count]]
        measured = run(loop, otter, environment={**ENVIRONMENT, "PYTHONPATH": str(ROOT / "book")})
        return measured, peers.otter_scores(otter / "scores.json")

    return {"autograder": by_us, "nbgrader": by_nbgrader, "otter": by_otter}


@dataclass
class Pace:
    """How long a grader took for a few hand-ins, and for all."""

    few: int
    count: int
    first: list[Measured] = field(default_factory=list)
    all: list[Measured] = field(default_factory=list)

    @property
    def whole(self) -> float:
        """Seconds of the whole command."""
        return median(self.all)

    @property
    def each(self) -> float:
        """Seconds for one more hand-in; of all of them where a busy machine took longer for a few than for all."""
        more = median(self.all) - median(self.first)
        return more / (self.count - self.few) if more > 0 else self.whole / self.count

    def of(self, count: float) -> float:
        """Seconds of the whole command for a class of another size."""
        return self.whole + (count - self.count) * self.each

    def tell(self, name: str) -> None:
        """Print what was measured."""
        told(name, self.few, self.first)
        told(name, self.count, self.all)
        print(f"{name:<28} one more: {1e3 * self.each:.1f} ms, {1 / self.each:.2f} per second", flush=True)


def versus(work: Path, ours: Ours, few: int, rounds: int) -> dict[str, Pace]:
    """Let the graders take turns; all have to give the same scores.

    Each has had one hand-in just before: a first run compiles, and copies for the sandbox, and what another's long turn
    has driven out of memory comes back.
    """
    found = graders(work, ours)
    paces = {name: Pace(few, ours.count) for name in found}
    expected: Mapping[str, float] = {}
    for _ in range(rounds):
        for name, grade in found.items():
            grade(1)
            measured, scores = grade(ours.count)
            expected = expected or scores
            wrong = {
                who: (scores.get(who), mark) for who, mark in expected.items() if scores.get(who) != mark
            }
            assert not wrong, f"{name} gives other scores: {wrong}"
            paces[name].all.append(measured)
            paces[name].first.append(grade(few)[0])
    assert len(expected) == ours.count
    for name, pace in paces.items():
        pace.tell(name)
    return paces
