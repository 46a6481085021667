"""What the reference says when it is called with the wrong arrays.

InputError (a ValueError)
├── ArrayError
│   ├── ShapeError          an array has another shape than the formula needs
│   ├── DtypeError          an array is not float64
│   ├── MissingArrayError   a dict of parameters lacks an array
│   └── NonFiniteError      a gradient holds nan or inf
├── RangeError              a number is outside of what the formula allows
│   └── CountError          a number of steps, units or layers is not a whole number of at least one
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


class NonFiniteError(ArrayError):
    """An array holds nan or inf where only numbers can be used."""

    def __init__(self, name: str) -> None:
        super().__init__(name, f"{name} holds nan or inf: no clipping repairs it; leave this step out.")


class RangeError(InputError):
    """A number is outside of what the formula allows. `name` says which one, `expected` what is allowed."""

    def __init__(self, name: str, given: object, expected: str) -> None:
        super().__init__(f"{name} is {given!r}, expected {expected}.")
        self.name = name
        self.given = given
        self.expected = expected


class CountError(RangeError):
    """A number of steps, units or layers is not a whole number of at least one."""

    def __init__(self, name: str, given: object) -> None:
        super().__init__(name, given, "a whole number of at least 1")


class UnknownNameError(InputError):
    """There is nothing of that name to choose. `known` are the names that exist."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        self.known = tuple(known)
        super().__init__(f"There is no {kind} {name!r}; choose one of {', '.join(self.known)}.")
        self.name = name
