"""Which function computes each labelled equation of the book, and which test proves it.

The entries of chapter N are in formulas/chapterNN.py, as label → (module.function, file::test): the function is
one of this package, the test one of its tests. A new file there is found by itself.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from solutions.reference import formulas
from solutions.reference.errors import UnknownNameError


@dataclass(frozen=True)
class Formula:
    """One labelled equation: its chapter, its function's dotted path, its test as a pytest node."""

    chapter: int
    function: str
    test: str

    def resolve(self) -> Callable[..., Any]:
        """Return the function."""
        module, _, name = self.function.rpartition(".")
        found: Callable[..., Any] = pkgutil.resolve_name(f"{module}:{name}")
        return found

    def source(self) -> str:
        """Return the function's source text, as the book shows it beside the equation."""
        return inspect.getsource(self.resolve())


def formula(label: str) -> Formula:
    """Return the entry of an equation's label, such as "eq-siso-delta". Raises UnknownNameError."""
    if label not in FORMULAS:
        raise UnknownNameError("equation", label, FORMULAS)
    return FORMULAS[label]


def _entries() -> Iterator[tuple[str, Formula]]:
    """Yield the entries of every chapter's module; a chapter may have them before it is written."""
    for module in pkgutil.iter_modules(formulas.__path__):
        chapter = importlib.import_module(f"{formulas.__name__}.{module.name}")
        number = int(module.name.removeprefix("chapter"))
        for label, (function, test) in chapter.ENTRIES.items():
            yield (
                label,
                Formula(number, f"solutions.reference.{function}", f"tests/solutions/reference/{test}"),
            )


FORMULAS: Mapping[str, Formula] = dict(_entries())
"""Every labelled equation, from `formulas/chapterNN.py`."""
