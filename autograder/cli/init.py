"""autograder init: make a course folder."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.choices import EXERCISES
from autograder.cli.common import console


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="Add a sample class: its hand-ins in the folder inbox/.")
@click.option(
    "--exercises",
    metavar="MODULE",
    default=EXERCISES,
    show_default=True,
    help="The module with the course's exercises.",
)
@click.option(
    "--book-url",
    metavar="URL",
    default="",
    help="Where students find the built book, for links in their feedback.",
)
def init(folder: Path, *, sample: bool, exercises: str, book_url: str) -> None:
    """Make a course FOLDER in nbgrader's layout, with its settings and its secret.

    What is there already stays as it is. Example: autograder init my-course
    """
    from autograder.sample import write_sample
    from autograder.setup import make_course

    # A sample has a loop that never ends, and somebody who is late.
    course = make_course(
        folder,
        exercises=exercises,
        late_penalty=sample,
        cell_seconds=3 if sample else 10,
        book_url=book_url,
    )
    console.print(f"The course lies in {course.root}. Its settings: nbgrader_config.py.")
    if sample:
        count = write_sample(course)
        console.print(f"The sample class of {count} handed in to {course.root / 'inbox'}.")
