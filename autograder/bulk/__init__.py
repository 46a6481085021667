"""Grade many hand-ins at once: in this process, in several of this machine, or on several machines."""

from autograder.bulk.crew import Crew, Failed, Here, Processes
from autograder.bulk.work import Desk, Done, Job, Order

__all__ = ["Crew", "Desk", "Done", "Failed", "Here", "Job", "Order", "Processes"]
