"""The graded items of the course, and the assignments that ask for them."""

from __future__ import annotations

from collections.abc import Mapping

from solutions.exercises import ch00, ch01, ch02, ch03, ch04, ch05, ch06, ch07, ch08, ch09, ch10, ch11, ch12
from solutions.model import Exercise

EXERCISES: Mapping[str, Exercise] = {
    **ch00.EXERCISES,
    **ch01.EXERCISES,
    **ch02.EXERCISES,
    **ch03.EXERCISES,
    **ch04.EXERCISES,
    **ch05.EXERCISES,
    **ch06.EXERCISES,
    **ch07.EXERCISES,
    **ch08.EXERCISES,
    **ch09.EXERCISES,
    **ch10.EXERCISES,
    **ch11.EXERCISES,
    **ch12.EXERCISES,
}
"""By id."""

ASSIGNMENTS: Mapping[str, tuple[str, ...]] = {
    ch00.ASSIGNMENT: tuple(ch00.EXERCISES),
    ch01.ASSIGNMENT: tuple(ch01.EXERCISES),
    ch02.ASSIGNMENT: tuple(ch02.EXERCISES),
    ch03.ASSIGNMENT: tuple(ch03.EXERCISES),
    ch04.ASSIGNMENT: tuple(ch04.EXERCISES),
    ch05.ASSIGNMENT: tuple(ch05.EXERCISES),
    ch06.ASSIGNMENT: tuple(ch06.EXERCISES),
    ch07.ASSIGNMENT: tuple(ch07.EXERCISES),
    ch08.ASSIGNMENT: tuple(ch08.EXERCISES),
    ch09.ASSIGNMENT: tuple(ch09.EXERCISES),
    ch10.ASSIGNMENT: tuple(ch10.EXERCISES),
    ch11.ASSIGNMENT: tuple(ch11.EXERCISES),
    ch12.ASSIGNMENT: tuple(ch12.EXERCISES),
}
"""The ids of each assignment's exercises, in order."""
