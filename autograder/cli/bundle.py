"""autograder bundle: pack what students get."""

from __future__ import annotations

import click

from autograder.bundle import write_bundle
from autograder.cli.common import console, names_argument, names_or, open_course


@click.command()
@names_argument
@click.pass_context
def bundle(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Pack the released notebooks of the assignments NAME... for students (all that are released, if none is named).

    Each zip in bundles/ holds a notebook, the public package and how to install it with pip; the zip that is
    named after the course's folder holds all of them.

    Example: autograder bundle ch05-bptt-unrolled
    """
    course = open_course(ctx)
    chosen = names_or(course, names, course.is_released)
    packs: dict[str, tuple[str, ...]] = {name: (name,) for name in chosen}
    if not names:
        packs[course.root.resolve().name] = chosen
    for stem, held in packs.items():
        path = course.root / "bundles" / f"{stem}.zip"
        write_bundle(course, held, path)
        console.print(f"{stem}: {path}")
