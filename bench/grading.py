"""How fast a class is graded: by us, by stock nbgrader, and by otter-grader; and what it costs us as a class grows.

Run: python bench/grading.py [--quick] [--rounds 2]. The same 40 hand-ins of chapter 5's assignment, made from the
sample's recipes, go through `autograder grade --force`, through `nbgrader autograde --force` in a course of its own
with nbgrader's defaults (a kernel for each notebook), and through otter-grader's loop without containers
(`otter.api.grade_submission`, quicker than a command for each). They take turns, each pinned to core 0, and all have to
give the same scores.

It is fair to the others: they get the same hidden inputs and points as ordinary tests, with the expected arrays read
from a file, while ours draws them, compares, looks for named mistakes, and keeps walls around each student. Otter is
put into an environment of its own below _build/bench.

Each also grades the first ten, one of each kind. What it takes longer for all 40 is what a hand-in costs in a large
class, and the throughput ratios are those of these times; the ratios of the whole commands, with their start spread
over 40, stand beside them. `overhead_ms` is the same time of ours less what the students' own code takes in a bare
shell (owncode.py).

`nbgrader_25_over_500` is nbgrader's whole time for a class of 25, by the same two times of it, over ours for 500.

Feedback pages are measured in the same way, ours in a class of 400, since 40 pages take less than the start. What is
ours alone: two jobs against one, a rerun in which nothing changed, and a curve over the size of the class with the
memory of all processes, all as whole commands. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import peers
from contest import ROOT, Ours, Pace, versus
from handins import NAME
from processes import Measured, median, run, told

BOTH = tuple(sorted(os.sched_getaffinity(0)))[:2]


@dataclass(frozen=True)
class Sizes:
    """How many hand-ins each measurement takes."""

    few: int = 10
    versus: int = 40
    jobs: int = 400
    large: int = 500
    rerun: int = 1000
    curve: tuple[int, ...] = (50, 200, 800, 2000)


QUICK = Sizes(few=2, versus=6, jobs=20, large=30, rerun=50, curve=(10, 20, 40))
"""To see that everything runs: its figures say nothing."""
LESS = 20
"""A large class of ours is held against one of nbgrader's that has so many times fewer hand-ins."""


def own_code(work: Path) -> float:
    """Milliseconds that a student's own code takes, on average."""
    command = [
        sys.executable,
        ROOT / "bench" / "owncode.py",
        work / "nbgrader",
        work / "otter" / peers.PROBES,
    ]
    return float(json.loads(run(command, work).output)["milliseconds"])


def feedback(work: Path, few: Ours, larger: Ours, count: int, rounds: int) -> float:
    """How many times as long nbgrader takes for one more page; ours are too quick to tell by a small class."""
    mine, theirs = Pace(few.count, larger.count), Pace(few.count, count)
    command = [peers.BIN / "nbgrader", "generate_feedback", NAME, "--force"]
    for _ in range(rounds):
        mine.first.append(few.feedback())
        mine.all.append(larger.feedback())
        for runs, named in ((theirs.first, peers.first(few.count)), (theirs.all, "*")):
            plain = [*command, f"--student={named}"]
            runs.append(run(plain, work / "nbgrader", environment=peers.WITH_BIN))
    mine.tell("feedback, autograder")
    theirs.tell("feedback, nbgrader")
    return theirs.each / mine.each


def two_jobs(ours: Ours, rounds: int) -> float:
    """How many times as fast two jobs are on two cores."""
    alone, together = [], []
    for _ in range(rounds):
        alone.append(ours.grade("--force", "--jobs", "1", cores=BOTH))
        together.append(ours.grade("--force", "--jobs", "2", cores=BOTH))
    told("one job, two cores", ours.count, alone)
    told("two jobs, two cores", ours.count, together)
    return median(alone) / median(together)


def curve(ours: Ours, sizes: Sizes, nbgrader: Pace, rounds: int) -> dict[str, float]:
    """Grade classes of growing size; the most memory; and a rerun that finds nothing new."""
    peaks: dict[int, float] = {}
    rerun: list[Measured] = []
    large = 0.0
    for count in sorted({*sizes.curve, sizes.large, sizes.rerun}):
        ours.grow(count)
        if count in sizes.curve or count == sizes.large:
            measured = ours.grade("--force", watch=True)
            peaks[count] = measured.peak_mb
            told("a class of", count, [measured])
            large = measured.seconds if count == sizes.large else large
        if count == sizes.rerun:
            ours.grade()
            rerun = [ours.grade() for _ in range(rounds)]
            told("again, with nothing new", count, rerun)
    return {
        "nbgrader_25_over_500": nbgrader.of(sizes.large / LESS) / large,
        "rerun_1000_s": median(rerun),
        "peak_mb": max(peaks.values()),
        "memory_growth": peaks[sizes.curve[-1]] / peaks[sizes.curve[1]],
    }


def measure(work: Path, sizes: Sizes, rounds: int) -> dict[str, float]:
    ours = Ours(work / "ours")
    ours.grow(sizes.versus)
    paces, found = versus(work, ours, sizes.few, rounds), {}
    mine, nbgrader = paces.pop("autograder"), paces["nbgrader"]
    for name, pace in paces.items():
        found[f"throughput_ratio_vs_{name}"] = pace.each / mine.each
        found[f"whole_command_ratio_vs_{name}"] = pace.whole / mine.whole
    own = own_code(work)
    print(f"{'the own code of a student':<28} {own:.1f} ms, in a bare shell", flush=True)
    found["overhead_ms"] = 1e3 * mine.each - own
    small, larger = Ours(work / "small"), Ours(work / "larger")
    small.grow(sizes.few)
    small.grade()
    larger.grow(sizes.jobs)
    found["jobs2_speedup"] = two_jobs(larger, rounds)
    found["feedback_ratio"] = feedback(work, small, larger, sizes.versus, rounds)
    return {**found, **curve(Ours(work / "growing"), sizes, nbgrader, rounds)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small classes, to see that all of it runs")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each grader (default: 2)")
    options = parser.parse_args()
    # This program's own work, a look at the memory now and then, is not the measured core's.
    os.sched_setaffinity(0, {BOTH[-1]})
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as work:
        found = measure(
            Path(work), QUICK if options.quick else Sizes(), 1 if options.quick else options.rounds
        )
    told_short = {name: round(value, 2) for name, value in found.items()}
    print(json.dumps({**told_short, "quick": True} if options.quick else told_short))


if __name__ == "__main__":
    main()
