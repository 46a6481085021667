"""Checks of chapter 0: how to read this book."""

from __future__ import annotations

from collections.abc import Mapping

from through_time._forms import shapes_by
from through_time.tasks import AnswerTask, Task

NAMES = ("U", "W", "V", "dU", "dh_dz", "eps")

CHECKS: Mapping[str, tuple[Task, ...]] = {
    "0.1": (AnswerTask("ans_0_1", "a dict from each of the six names to a shape", shapes_by(NAMES)),)
}
