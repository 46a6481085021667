"""Print a course's grades as a short table: `python -m autograder.summary COURSE`."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course import Course
from autograder.record.gradebook import open_gradebook
from autograder.record.standings import standings
from autograder.record.verdicts import verdicts


def table_of(course: Course, assignment: str) -> Table:
    """Student, points as the gradebook has them, and what was named."""
    table = Table(title=assignment, title_justify="left")
    table.add_column("student")
    table.add_column("points", justify="right")
    table.add_column("remarks")
    with open_gradebook(course) as gradebook:
        stands = standings(gradebook, assignment)
    for graded in verdicts(course, assignment):
        stand = stands[graded.student]
        named = sorted({name for verdict in graded.verdicts for name in verdict.misconceptions})
        remark = "could not be read" if graded.problem else ", ".join(named)
        late = f"{stand.penalty:g} taken off for lateness" if stand.penalty else ""
        points = f"{stand.score:g} of {stand.max_score:g}"
        table.add_row(graded.student, points, "; ".join(filter(None, (remark, late))))
    return table


if __name__ == "__main__":
    found = Course.open(Path(sys.argv[1]))
    for name in filter(found.is_graded, found.assignments):
        Console(highlight=False, markup=False, emoji=False).print(table_of(found, name))
