"""Forms that an answer can have: each function makes a `fault(value)` for an `AnswerTask`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from through_time._text import kind, listing, shown

Fault = Callable[[object], str]


def set_of(allowed: Collection[str]) -> Fault:
    """A frozenset of strings out of `allowed`."""

    def fault(value: object) -> str:
        if not isinstance(value, frozenset):
            return f"it is {kind(value)}; write it as frozenset({{...}})"
        return _strangers(value, allowed)

    return fault


def sets_by(keys: Collection[str], allowed: Mapping[str, Collection[str]]) -> Fault:
    """A dict with exactly `keys`, whose values are frozensets of strings out of the key's own `allowed`."""

    def fault(value: object) -> str:
        if not isinstance(value, dict):
            return _keys_fault(value, keys)
        faults = (_set_fault(key, value[key], allowed[key]) for key in keys if key in value)
        return _keys_fault(value, keys) or next(filter(None, faults), "")

    return fault


def set_of_numbers(allowed: range) -> Fault:
    """A frozenset of whole numbers out of `allowed`."""

    def fault(value: object) -> str:
        if not isinstance(value, frozenset):
            return f"it is {kind(value)}; write it as frozenset({{...}})"
        strange = [entry for entry in value if not (_is_count(entry) and entry in allowed)]
        wanted = f"from {allowed[0]} to {allowed[-1]}"
        return f"{shown(strange[0])} in it is no whole number {wanted}" if strange else ""

    return fault


def one_of(allowed: Collection[str]) -> Fault:
    """A single string out of `allowed`."""

    def fault(value: object) -> str:
        if not isinstance(value, str):
            return f"it is {kind(value)}; write the letter in quotes"
        return _strangers([value], allowed)

    return fault


def tuples_by(keys: Collection[str], length: int) -> Fault:
    """A dict with exactly `keys`, whose values are tuples of `length` whole numbers from 0."""

    def fault(value: object) -> str:
        if not isinstance(value, dict):
            return _keys_fault(value, keys)
        return _keys_fault(value, keys) or _odd_tuple(value, length)

    return fault


def choices_by(keys: Collection[str], allowed: Collection[str]) -> Fault:
    """A dict with exactly `keys`, whose values are strings out of `allowed`."""

    def fault(value: object) -> str:
        return _keys_fault(value, keys) or _strangers(_values(value), allowed)

    return fault


def shapes_by(keys: Collection[str]) -> Fault:
    """A dict with exactly `keys`, whose values are shapes: tuples of whole numbers from 1."""

    def fault(value: object) -> str:
        return _keys_fault(value, keys) or next(filter(None, map(_odd_shape, _values(value))), "")

    return fault


def ordering_of(items: Collection[float]) -> Fault:
    """A list of all `items`, each once, in any order."""

    def fault(value: object) -> str:
        if not isinstance(value, list):
            return f"it is {kind(value)}, not a list"
        if not all(map(_is_number, value)) or sorted(value) != sorted(items):
            wanted = listing(f"{item:g}" for item in items)
            return f"it is {shown(value)}; it has to hold each of {wanted} once"
        return ""

    return fault


def number() -> Fault:
    """A single finite number."""

    def fault(value: object) -> str:
        if not _is_number(value):
            return f"it is {kind(value)}, not a number"
        return "" if np.isfinite(float(value)) else f"it is {shown(value)}"  # type: ignore[arg-type]

    return fault


def counts(length: int) -> Fault:
    """A tuple of `length` whole numbers from 0."""

    def fault(value: object) -> str:
        if not isinstance(value, tuple):
            return f"it is {kind(value)}, not a tuple"
        if len(value) == length and all(map(_is_count, value)):
            return ""
        return f"it is {shown(value)}"

    return fault


def groups_of(items: Collection[float]) -> Fault:
    """A list of sets, which together hold each of `items` once."""

    def fault(value: object) -> str:
        if not isinstance(value, list):
            return f"it is {kind(value)}, not a list"
        for group in value:
            if not isinstance(group, set | frozenset):
                return f"{shown(group)} in it is {kind(group)}, not a set: write {{...}}, also around a single number"
        found = [item for group in value for item in group]
        if all(map(_is_number, found)) and sorted(found) == sorted(items) and all(value):
            return ""
        wanted = listing(f"{item:g}" for item in items)
        return f"it is {shown(value)}; its sets have to hold each of {wanted} once"

    return fault


def numbers(length: int) -> Fault:
    """A tuple of `length` finite numbers."""

    def fault(value: object) -> str:
        if not isinstance(value, tuple):
            return f"it is {kind(value)}, not a tuple"
        if len(value) == length and all(_is_number(entry) and np.isfinite(float(entry)) for entry in value):
            return ""
        return f"it is {shown(value)}; it has to hold {length} numbers"

    return fault


def names_in_order(names: Collection[str]) -> Fault:
    """A list of all `names`, each once, in any order."""

    def fault(value: object) -> str:
        if not isinstance(value, list):
            return f"it is {kind(value)}, not a list"
        strange = _strangers(value, names)
        if strange or len(value) == len(set(value)) == len(names):
            return strange
        return f"it is {shown(value)}; it has to hold each of {listing(map(shown, names))} once"

    return fault


def truth_and_count() -> Fault:
    """A tuple of True or False and a whole number from 0."""

    def fault(value: object) -> str:
        if not isinstance(value, tuple):
            return f"it is {kind(value)}, not a tuple"
        if len(value) == 2 and isinstance(value[0], bool) and _is_count(value[1]):
            return ""
        return f"it is {shown(value)}"

    return fault


def _keys_fault(value: object, keys: Collection[str]) -> str:
    if not isinstance(value, dict):
        return f"it is {kind(value)}, not a dict"
    missing = [key for key in keys if key not in value]
    if missing:
        return f"it lacks {listing(map(shown, missing))}"
    return _strangers(value, keys)


def _set_fault(key: str, value: object, allowed: Collection[str]) -> str:
    if not isinstance(value, frozenset):
        return f"the value of {shown(key)} is {kind(value)}; write it as frozenset({{...}})"
    return _strangers(value, allowed)


def _values(value: object) -> list[object]:
    return list(dict.values(value)) if isinstance(value, dict) else []


def _odd_shape(shape: object) -> str:
    if isinstance(shape, tuple) and shape and all(_is_count(size) and size > 0 for size in shape):
        return ""
    hint = "; a vector of 4 numbers has the shape (4,)" if _is_count(shape) else ""
    return f"{shown(shape)} is no shape: write a tuple of whole numbers{hint}"


def _strangers(found: Collection[object], allowed: Collection[str]) -> str:
    strangers = sorted(shown(item) for item in found if not (isinstance(item, str) and item in allowed))
    if not strangers:
        return ""
    return f"{strangers[0]} is not one of {listing(map(shown, allowed), 'or')}"


def _odd_tuple(value: dict[object, object], length: int) -> str:
    for key, entry in value.items():
        if not (isinstance(entry, tuple) and len(entry) == length and all(map(_is_count, entry))):
            return f"the value of {shown(key)} is {shown(entry)}, not a tuple of {length} whole numbers"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, float | int | np.floating | np.integer) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= 0
