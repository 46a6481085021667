"""What can be checked: the tasks of every exercise, by its id."""

from __future__ import annotations

from collections.abc import Mapping

from through_time.checks import ch00, ch01, ch02, ch03, ch04, ch05, ch06, ch07, ch08, ch09, ch10, ch11, ch12
from through_time.tasks import Task

CHECKS: Mapping[str, tuple[Task, ...]] = {
    **ch00.CHECKS,
    **ch01.CHECKS,
    **ch02.CHECKS,
    **ch03.CHECKS,
    **ch04.CHECKS,
    **ch05.CHECKS,
    **ch06.CHECKS,
    **ch07.CHECKS,
    **ch08.CHECKS,
    **ch09.CHECKS,
    **ch10.CHECKS,
    **ch11.CHECKS,
    **ch12.CHECKS,
}
