"""autograder export: grades for a spreadsheet or a learning platform."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.common import console, json_option, names_argument, open_course, print_json
from autograder.errors import UsageError
from autograder.files import write_atomically

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.export import Filled, Row

FOLDER = "exports"
FILES = {"csv": "grades", "canvas": "canvas", "moodle": "moodle"}


@click.command()
@names_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FILES)),
    default="csv",
    show_default=True,
    help="For a spreadsheet, for Canvas's gradebook, or for Moodle.",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help="The gradebook that Canvas exported, or the grading worksheet of one assignment from Moodle.",
)
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; else one in exports/.")
@click.option("--rescale", is_flag=True, help="Convert grades where the platform has another maximum.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@json_option
@click.pass_context
def export(
    ctx: click.Context,
    names: tuple[str, ...],
    form: str,
    template: Path | None,
    output: Path | None,
    *,
    rescale: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write the grades of the assignments NAME... (all that were graded, if none is named) to a file.

    Marks by hand count, and late penalties are taken off. Canvas needs the gradebook that it exported, by
    --template. For Moodle, --template is an assignment's grading worksheet; without one, the file is for
    Grades, Import. The exit code is 1 if a grade isn't in the file, or isn't final.

    Example: autograder export --format canvas --template ~/downloads/canvas.csv
    """
    course = open_course(ctx)
    chosen = _chosen(course, names)
    filled, rows = _filled(course, chosen, form, template, rescale=rescale)
    stem = f"moodle-{chosen[0]}" if form == "moodle" and template else FILES[form]
    path = output or course.root / FOLDER / f"{stem}.csv"
    _write(path, filled.sheet.to_bytes(), template, force=force)
    said = [*filled.left_out, *_not_final(course, chosen, rows)]
    if as_json:
        print_json({"file": str(path), "format": form, "grades": filled.grades, "messages": said})
    else:
        console.print(f"{path}: {filled.grades} grade{'s' if filled.grades != 1 else ''}.")
        for sentence in said:
            console.print(sentence)
    ctx.exit(int(bool(said)))


def _chosen(course: Course, names: tuple[str, ...]) -> tuple[str, ...]:
    """The assignments to export. Raises UsageError if nothing was graded."""
    known = course.assignment_names(names)
    ready = tuple(filter(course.is_graded, known))
    if names and len(ready) < len(known):
        name = next(name for name in known if name not in ready)
        raise UsageError(f"No hand-in of {name} has been graded yet: run 'autograder grade {name}'.")
    if not ready:
        raise UsageError("No hand-in has been graded yet: run 'autograder grade'.")
    return tuple(dict.fromkeys(ready))


def _filled(
    course: Course, names: tuple[str, ...], form: str, template: Path | None, *, rescale: bool
) -> tuple[Filled, list[Row]]:
    from autograder.export import canvas_sheet, grade_list, plain_sheet, read_rows, worksheet
    from autograder.export.sheet import read_sheet

    if form == "csv" and template:
        raise UsageError("A plain CSV needs no template: say --format canvas or --format moodle with it.")
    if form == "canvas" and template is None:
        raise UsageError(
            "Canvas has numbers for its students and assignments: export its gradebook and give it by --template."
        )
    if form == "moodle" and template and len(names) > 1:
        raise UsageError(f"A grading worksheet is of one assignment: name it, one of {', '.join(names)}.")
    sheet = read_sheet(template) if template else None
    rows = read_rows(course, names)
    if sheet is None:
        return (plain_sheet(rows) if form == "csv" else grade_list(rows, names)), rows
    if form == "moodle":
        return worksheet(rows, sheet, rescale=rescale), rows
    titles = {name: course.title(name) for name in names}
    return canvas_sheet(rows, sheet, titles, rescale=rescale), rows


def _not_final(course: Course, names: tuple[str, ...], rows: list[Row]) -> list[str]:
    """A sentence on grades that wait for a person, and one on hand-ins without a grade."""
    from autograder.export.sheet import listed

    said = []
    waiting = sorted({row.student for row in rows if row.open})
    if waiting:
        said.append(f"Not final, since something is still to be marked by hand: {listed(waiting)}.")
    graded = {(row.student, row.assignment) for row in rows if row.handed_in}
    lacking = sorted(
        {who for name in names for who in course.students_with(name) if (who, name) not in graded}
    )
    if lacking:
        said.append(f"Handed in and not graded yet: {listed(lacking)}.")
    return said


def _write(path: Path, data: bytes, template: Path | None, *, force: bool) -> None:
    """Write the file. Raises UsageError if another content is there and `force` is False."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name a file with --output.")
    if path.exists():
        if template and path.samefile(template):
            raise UsageError(f"{path} is the template itself: name another file with --output.")
        if path.read_bytes() != data and not force:
            raise UsageError(
                f"{path} is there already: name another with --output, or replace it with --force."
            )
    write_atomically(path, data)
