"""The checks of every formula against witnesses that share no code with it.

A topic is a module of this package with a function `checks() -> Iterable[Check]`; it is found by being here.
The package needs autograd, which comes with the development dependencies.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from solutions.reference.verification.check import Check


def all_checks() -> Iterator[Check]:
    """Yield the checks of every topic, in the order of the topics' names."""
    for module in pkgutil.iter_modules(__path__):
        topic = importlib.import_module(f"{__name__}.{module.name}")
        if hasattr(topic, "checks"):
            yield from topic.checks()
