"""autograder feedback: write what students read, and pack or release it for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.choices import FORMS
from autograder.cli.common import console, json_option, names_argument, names_or, open_course, print_json
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.course import Course

TAKE_BACK = {
    "moodle": "In Moodle: the assignment's page, Submissions, Actions, Upload multiple feedback files in a zip.",
    "canvas": "In Canvas: the assignment's page or Gradebook, Upload Submissions. Each student finds the feedback as a "
    "notebook with a comment.",
    "plain": "",
}


@click.command()
@names_argument
@click.option(
    "--zip", "form", type=click.Choice(FORMS), help="Pack all pages as this platform takes them back."
)
@click.option(
    "--worksheet",
    type=click.Path(path_type=Path),
    help="Moodle's grading worksheet of the assignment, for those whose hand-in didn't come out of Moodle's download.",
)
@click.option("--release", is_flag=True, help="Let students fetch it by nbgrader's exchange.")
@json_option
@click.pass_context
def feedback(
    ctx: click.Context,
    names: tuple[str, ...],
    form: str | None,
    worksheet: Path | None,
    *,
    release: bool,
    as_json: bool,
) -> None:
    """Write a feedback page per graded hand-in of the assignments NAME... (all that were graded, if none is named).

    Each is one HTML file that opens anywhere, in feedback/<student>/<assignment>/. With --zip, all pages of an
    assignment go into handback/<assignment>-<platform>.zip as well, under the names by which the platform finds
    the students; with --release, to nbgrader's exchange. The exit code is 1 if somebody's page isn't among them.

    Example: autograder feedback ch05-bptt-unrolled --zip moodle
    """
    from autograder.pages.feedback import write_feedback

    course = open_course(ctx)
    chosen = names_or(course, names, course.is_graded)
    if worksheet and (form != "moodle" or len(chosen) > 1):
        raise UsageError("A grading worksheet is of one assignment: name it, and say --zip moodle.")
    missed = False
    for name in chosen:
        pages, changed = write_feedback(course, name)
        told: dict[str, Any] = {"assignment": name, "pages": len(pages), "changed": changed}
        many = "1 feedback page" if len(pages) == 1 else f"{len(pages)} feedback pages"
        said = [f"{name}: {many}, {changed} of them new or changed."]
        by_student = {page.parent.parent.name: page for page in pages}
        for more, sentence in _hand_back(course, name, by_student, form, worksheet, release=release):
            told.update(more)
            said.append(sentence)
        missed = missed or any(told.get(key) for key in ("missing", "not_by_exchange", "not_graded"))
        if as_json:
            print_json(told)
        else:
            for sentence in filter(None, said):
                console.print(sentence)
    if form and TAKE_BACK[form] and not as_json:
        console.print(TAKE_BACK[form])
    ctx.exit(int(missed))


def _hand_back(
    course: Course,
    name: str,
    pages: dict[str, Path],
    form: str | None,
    worksheet: Path | None,
    *,
    release: bool,
) -> Iterator[tuple[dict[str, Any], str]]:
    """What was packed and released: for programs, and as sentences."""
    from autograder.export.sheet import listed
    from autograder.handback import pack, release_feedback

    if form:
        packed = pack(course, name, pages, form, worksheet)
        yield (
            {"zip": str(packed.path), "packed": packed.students, "missing": list(packed.missing)},
            f"{packed.path}: the feedback of {_count(packed.students)}.",
        )
        if packed.missing:
            yield {}, f"Not in the zip: {listed(packed.missing)}. {_why(form)}"
    if release:
        released = release_feedback(course, name, pages)
        yield (
            {
                "released": len(released.students),
                "not_by_exchange": list(released.without),
                "not_graded": list(released.waiting),
            },
            f"Released to the exchange: the feedback of {_count(len(released.students))}.",
        )
        if released.without:
            yield (
                {},
                f"Not released, since the hand-in didn't come by the exchange: {listed(released.without)}.",
            )
        if released.waiting:
            yield {}, f"Not released, since a later hand-in isn't graded yet: {listed(released.waiting)}."


def _count(number: int) -> str:
    return f"{number} student{'' if number == 1 else 's'}"


def _why(form: str) -> str:
    if form == "moodle":
        return (
            "Their hand-ins didn't come out of Moodle's download, so their numbers there aren't known: give the "
            "assignment's grading worksheet by --worksheet."
        )
    return "Their hand-ins didn't come out of Canvas's download: collect it, or hand these pages back one by one."
