"""What the reference says when it is called with the wrong arrays.

InputError (a ValueError)
├── ArrayError
│   ├── ShapeError          an array has another shape than the formula needs
│   ├── DtypeError          an array is not float64
│   └── MissingArrayError   a dict of parameters lacks an array
├── CountError              a number of steps is not a positive whole number
└── UnknownNameError        there is no activation, output head or method of that name
"""

from __future__ import annotations

from collections.abc import Iterable


class InputError(ValueError):
    """Something that a function of the reference was called with can't be used."""


class ArrayError(InputError):
    """An array that the formula can't use. `name` says which one."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class ShapeError(ArrayError):
    """An array's shape is not the expected one. `expected` is in the book's letters, `given` in numbers."""

    def __init__(self, name: str, expected: str, given: tuple[int, ...], hint: str = "") -> None:
        super().__init__(name, f"{name} has shape {given}, expected {expected}{hint}.")
        self.expected = expected
        self.given = given


class DtypeError(ArrayError):
    """An array isn't float64, or isn't an array. `given` is the dtype or type that came."""

    def __init__(self, name: str, given: str) -> None:
        super().__init__(
            name, f"{name} is {given}, expected a float64 array: convert it with np.asarray({name}, float)."
        )
        self.given = given


class MissingArrayError(ArrayError):
    """A dict of parameters has no array of that name."""

    def __init__(self, name: str, needed: Iterable[str]) -> None:
        super().__init__(name, f"{name} is missing; the dict must hold {', '.join(needed)}.")


class CountError(InputError):
    """A number of steps is not a whole number of at least one. `name` is the argument's."""

    def __init__(self, name: str, given: object) -> None:
        super().__init__(f"{name} is {given!r}, expected a whole number of at least 1.")
        self.name = name
        self.given = given


class UnknownNameError(InputError):
    """There is nothing of that name to choose. `known` are the names that exist."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        self.known = tuple(known)
        super().__init__(f"There is no {kind} {name!r}; choose one of {', '.join(self.known)}.")
        self.name = name
