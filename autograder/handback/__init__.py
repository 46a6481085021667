"""Hand feedback back: zips as Moodle and Canvas take them, a plain one, and nbgrader's exchange."""

from autograder.choices import FORMS
from autograder.handback.exchange import release_feedback
from autograder.handback.packs import Packed, pack

__all__ = ["FORMS", "Packed", "pack", "release_feedback"]
