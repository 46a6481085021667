"""How good the exercises are: right answers accepted, wrong ones rejected and named."""

from autograder.verify.check import SECRETS, verify_exercise
from autograder.verify.outcome import Outcome, Row, Verification

__all__ = ["SECRETS", "Outcome", "Row", "Verification", "verify_exercise"]
