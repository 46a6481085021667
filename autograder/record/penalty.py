"""What lateness costs: nbgrader's late-submission plugin, asked as nbgrader asks it."""

from __future__ import annotations

from datetime import datetime, timedelta

from traitlets.config import Config


def seconds_late(handed_in: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    """How late a hand-in is; 0 without a time or a due date. All times in UTC."""
    if handed_in is None or due is None:
        return 0.0
    return max(0.0, (handed_in - due - (extension or timedelta())).total_seconds())


def late_penalty(config: Config, student: str, score: float, late: float) -> float | None:
    """What nbgrader's AssignLatePenalties would store for a submitted notebook, None if it isn't late."""
    if late <= 0:
        return None
    # Nbgrader's steps bring half a second of imports, which a class without a late hand-in needn't wait for.
    from nbgrader.preprocessors import AssignLatePenalties  # noqa: PLC0415

    plugin = AssignLatePenalties(config=config).plugin_class(config=config)
    penalty = plugin.late_submission_penalty(student, score, late)
    return None if penalty is None else min(max(float(penalty), 0.0), score)
