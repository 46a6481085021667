"""What students get wrong: messages for all of the course, and wrong versions of the reference to compare with."""

from __future__ import annotations

from collections.abc import Mapping

from solutions.misconceptions import (
    attention,
    beginnings,
    capstones,
    catalogue,
    further,
    gates,
    graphs,
    homework,
    remedies,
    vanishing,
)
from solutions.model import Misconception

MISCONCEPTIONS: Mapping[str, Misconception] = {
    entry.id: entry
    for entry in (
        *catalogue.ENTRIES,
        *further.ENTRIES,
        *beginnings.ENTRIES,
        *homework.ENTRIES,
        *remedies.ENTRIES,
        *graphs.ENTRIES,
        *vanishing.ENTRIES,
        *capstones.ENTRIES,
        *attention.ENTRIES,
        *gates.ENTRIES,
    )
}
"""By id."""

__all__ = ["MISCONCEPTIONS"]
