"""Find people by what platforms call them; who can't be told from somebody else is nobody."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence


class People:
    """Students by id, id at the platform and e-mail address, and by full name."""

    def __init__(self, people: Iterable[tuple[str, Sequence[str], tuple[str, str]]]) -> None:
        """Each is a student's id, the keys that name the student, and the first and the last name."""
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._plain: dict[str, set[str]] = defaultdict(set)
        self._mail: dict[str, set[str]] = {}
        for student, keys, (first, last) in people:
            for key in filter(None, map(folded, keys)):
                self._keys[key].add(student)
            self._mail[student] = _addresses(keys)
            for name in (f"{first} {last}", f"{last} {first}"):
                if squeezed(name):
                    self._names[squeezed(name)].add(student)
                    self._plain[without_accents(name)].add(student)

    def fitting(self, keys: Iterable[str], names: Iterable[str] = ()) -> set[str]:
        """The students who fit.

        Keys go before names, but where the only one of a name is somebody else than the one of the keys, both
        fit. A name fits by its letters alone, in either order; without accents if none fits with them. It
        doesn't fit somebody with another e-mail address.
        """
        keys = list(keys)
        named = self._named(names)
        keyed = {student for key in keys for student in self._keys.get(folded(key), ())}
        if not keyed:
            mail = _addresses(keys)
            return {
                student
                for student in named
                if not (mail and self._mail[student]) or mail & self._mail[student]
            }
        if len(keyed) > 1 and len(keyed & named) == 1:
            return keyed & named
        return keyed | named if len(named) == 1 else keyed

    def _named(self, names: Iterable[str]) -> set[str]:
        names = list(names)
        exact = {student for name in names for student in self._names.get(squeezed(name), ())}
        return exact or {student for name in names for student in self._plain.get(without_accents(name), ())}


def _addresses(keys: Iterable[str]) -> set[str]:
    return {folded(key) for key in keys if "@" in key}


def folded(text: str) -> str:
    """A key as it is compared."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


def squeezed(name: str) -> str:
    """A name's letters and digits: platforms drop blanks, commas and apostrophes from file names."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if letter.isalnum() or unicodedata.category(letter)[0] == "M")


def without_accents(name: str) -> str:
    """A name's letters and digits, those of Latin, Greek and Cyrillic without their accents."""
    text = unicodedata.normalize("NFKD", squeezed(name))
    return "".join(letter for letter in text if not "\u0300" <= letter <= "\u036f")
