"""A random generator that can be sent to another process, and begins anew each time it is copied."""

from __future__ import annotations

from typing import Any

import numpy as np

HIGHEST = 2**63 - 1
"""The highest seed: a whole number of 64 bits."""


class Seeded(np.random.Generator):
    """`np.random.default_rng(seed)` that remembers its seed.

    A copy begins anew, however much has been drawn from the original. Two are equal if their seeds are: drawing
    from a generator is what it is for, and does not make another one of it.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, seed: int) -> None:
        if type(seed) is not int or not 0 <= seed <= HIGHEST:
            raise ValueError(f"a seed is a whole number from 0 to {HIGHEST}, not {seed!r}")
        super().__init__(np.random.PCG64(seed))
        self.seed = seed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seeded) and other.seed == self.seed

    def __copy__(self) -> Seeded:
        return Seeded(self.seed)

    def __deepcopy__(self, _memo: dict[int, Any]) -> Seeded:
        return Seeded(self.seed)

    def __reduce__(self) -> Any:
        return Seeded, (self.seed,)

    def spawn(self, n_children: int) -> list[np.random.Generator]:
        """Return `n_children` generators of the usual kind, as those of `np.random.default_rng` do."""
        return [np.random.Generator(bits) for bits in self.bit_generator.spawn(n_children)]
