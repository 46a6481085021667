"""Late work: nbgrader's late-submission plugin, asked as nbgrader asks it; and one that takes off per day."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float
from traitlets.config import Config

DAY = 24 * 60 * 60


class PerDayPenalty(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Takes off a share of the score for each day begun, up to a largest share.

    In nbgrader_config.py: `c.AssignLatePenalties.plugin_class = "autograder.record.late.PerDayPenalty"`.
    """

    share_per_day = Float(0.1, min=0, max=1, help="Share of the score that a day begun costs.").tag(
        config=True
    )
    largest_share = Float(1.0, min=0, max=1, help="Share of the score that lateness can cost at most.").tag(
        config=True
    )

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:  # noqa: ARG002
        """Points to take off."""
        share = self.share_per_day * math.ceil(total_seconds_late / DAY)
        return score * min(share, self.largest_share)


def seconds_late(handed_in: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    """How late a hand-in is; 0 without a time or a due date. All times in UTC."""
    if handed_in is None or due is None:
        return 0.0
    return max(0.0, (handed_in - due - (extension or timedelta())).total_seconds())


def late_penalty(config: Config, student: str, score: float, late: float) -> float | None:
    """What nbgrader's AssignLatePenalties would store for a submitted notebook, None if it isn't late."""
    if late <= 0:
        return None
    plugin = AssignLatePenalties(config=config).plugin_class(config=config)
    penalty = plugin.late_submission_penalty(student, score, late)
    return None if penalty is None else min(max(float(penalty), 0.0), score)
