"""How far a run is: a bar with rate and remaining time on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from autograder.cli.common import errors

LINE_SECONDS = 10.0

T = TypeVar("T")


class _Rate(ProgressColumn):
    """Hand-ins per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def followed(items: Iterable[T], name: str, total: int, *, quiet: bool) -> Iterator[T]:
    """`items` as they come, of which there will be `total`; says on standard error how many came."""
    if quiet or not errors.is_terminal:
        yield from items if quiet else _with_lines(items, name, total)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as progress:
        bar = progress.add_task(name, total=total)
        for item in items:
            progress.advance(bar)
            yield item


def _with_lines(items: Iterable[T], name: str, total: int) -> Iterator[T]:
    said = time.monotonic()
    started = None
    for number, item in enumerate(items, 1):
        now = time.monotonic()
        # What starts the walls would make the first rates too low.
        started = now if started is None else started
        if now - said >= LINE_SECONDS and 1 < number < total and now > started:
            said, rate = now, (number - 1) / (now - started)
            errors.print(
                f"{name}: {number} of {total}, {rate:.1f} per second, {(total - number) / rate:.0f} s left"
            )
        yield item
