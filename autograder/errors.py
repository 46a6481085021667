"""Everything that can go wrong, as named exceptions whose text is a sentence for the person at the keyboard.

AutograderError
├── UsageError           the command can't be carried out as asked (exit code 2)
│   ├── CourseError      the course folder is missing, unreadable or not one
│   ├── UnknownName      no such assignment, student or exercise
│   └── SourceError      an assignment source or an exercise that doesn't hold together
├── GradebookError       the database can't be read or written (exit code 1)
├── WriteError           a file or folder can't be written (exit code 1)
├── ClusterError         the machines that should help can't be reached (exit code 1)
├── SandboxError         the walls around student code can't be had here (exit code 1)
└── Stopped              the person at the keyboard ended the run (exit code 130)

SubmissionProblem        not a failure of ours: why a hand-in can't be run; becomes a recorded zero
"""

from __future__ import annotations


class AutograderError(Exception):
    """Base of all errors that the command line prints as one sentence."""

    exit_code = 1


class UsageError(AutograderError):
    """The command can't be carried out as asked."""

    exit_code = 2


class CourseError(UsageError):
    """The course folder is missing, unreadable, or not a course."""


class UnknownName(UsageError):  # noqa: N818  (reads as what it is)
    """There is no assignment, student or exercise of this name."""


class SourceError(UsageError):
    """An assignment's source or exercise doesn't hold together."""


class GradebookError(AutograderError):
    """The gradebook can't be read or written."""


class WriteError(AutograderError):
    """A file or folder can't be written."""


class ClusterError(AutograderError):
    """The machines that should help with grading can't be reached."""


class SandboxError(AutograderError):
    """The process that runs student code can't be started as it has to be."""


class Stopped(AutograderError):  # noqa: N818  (no fault of anybody's)
    """The person at the keyboard ended the run; nothing is lost."""

    exit_code = 130


class ServerError(AutograderError):
    """Formgrader's server can't be started."""


class SubmissionProblem(Exception):  # noqa: N818  (a student's problem, not a failure of the run)
    """Why a hand-in can't be run; its text tells the student what to resubmit."""
