"""Start student code behind walls, and talk to it in plain values."""

from autograder.choices import LEVELS
from autograder.sandbox.nursery import Nursery
from autograder.sandbox.session import SandboxSession
from autograder.sandbox.walls import require

__all__ = ["LEVELS", "Nursery", "SandboxSession", "require"]
