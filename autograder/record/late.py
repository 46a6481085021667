"""A late-submission plugin for nbgrader that takes off per day."""

from __future__ import annotations

import math

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

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
