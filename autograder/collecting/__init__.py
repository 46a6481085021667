"""Take in what students handed in, from folders, zips and the downloads of learning platforms."""

from autograder.choices import FORMATS
from autograder.collecting.collect import Collected, Collection, collect
from autograder.collecting.plan import Options

__all__ = ["FORMATS", "Collected", "Collection", "Options", "collect"]
