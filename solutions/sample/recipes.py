"""Recipes of hand-ins: from the released notebook to the files that a student sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from solutions.model import Files, Recipe
from solutions.sample import loops, matrices

NAME = "ch05-bptt-unrolled"


def filled(cells: Mapping[str, str]) -> Callable[[dict[str, Any]], Files]:
    """A notebook with these solution cells, the others left as released."""
    return lambda released: _pack(_fill(released, cells))


def changed(old: str, new: str, *exercises: str) -> dict[str, str]:
    """The loops' cells with `old` replaced by `new` in those of `exercises`; it must stand there."""
    cells = dict(loops.CELLS)
    for exercise in exercises:
        if old not in cells[exercise]:
            raise ValueError(f"the cell of {exercise} has no {old!r} to change")
        cells[exercise] = cells[exercise].replace(old, new)
    return cells


def _fill(released: dict[str, Any], cells: Mapping[str, str]) -> dict[str, Any]:
    notebook = deepcopy(released)
    sources = {f"ex-{exercise.replace('.', '-')}-solution": text for exercise, text in cells.items()}
    for cell in notebook["cells"]:
        identifier = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if identifier in sources:
            cell["source"] = sources[identifier]
    return notebook


def _pack(notebook: dict[str, Any], name: str = f"{NAME}.ipynb") -> Files:
    return {name: json.dumps(notebook, indent=1).encode()}


def _without_checks(released: dict[str, Any]) -> Files:
    notebook = _fill(released, loops.CELLS)
    notebook["cells"] = [
        cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade", False)
    ]
    return _pack(notebook)


def _cut_off(released: dict[str, Any]) -> Files:
    (name, data), *_ = _pack(_fill(released, loops.CELLS)).items()
    return {name: data[: 2 * len(data) // 3]}


def _wrong_name(released: dict[str, Any]) -> Files:
    return _pack(_fill(released, loops.CELLS), name="Untitled1.ipynb")


_PLOTS = (
    loops.CELLS["5.3"]
    + """

import warnings

import matplotlib.pyplot as plt

rng = np.random.default_rng(0)
p = dict(U=rng.normal(size=(4, 3)), W=rng.normal(size=(4, 4)), V=rng.normal(size=(5, 4)),
         b=rng.normal(size=4), c=rng.normal(size=5), h0=rng.normal(size=4))
h, o = forward(p, rng.normal(size=(6, 3)))
print("states", h.shape)
warnings.warn("only a warning")
plt.plot(h)
plt.title("hidden states")
plt.show()
h[-1]
"""
)

_HALF = {name: loops.CELLS[name] for name in ("5.1", "5.2", "5.6")}

RECIPES: tuple[Recipe, ...] = (
    Recipe(NAME, "ada", "all right, with loops", filled(loops.CELLS)),
    Recipe(NAME, "emmy", "all right, with einsum", filled(matrices.CELLS)),
    Recipe(
        NAME,
        "blaise",
        "W where its transpose belongs",
        filled(changed('p["W"].T @ delta', 'p["W"] @ delta', "5.1")),
    ),
    Recipe(NAME, "carl", "the carry from t+1 forgotten", filled(changed(" + carry)", ")", "5.1"))),
    Recipe(NAME, "grace", "half of it done, and right", filled(_HALF)),
    Recipe(NAME, "niels", "the notebook as released", filled({})),
    Recipe(
        NAME,
        "kurt",
        "a syntax error in one cell",
        filled(changed("def bptt_mimo(p, X, Tau):", "def bptt_mimo(p, X Tau):", "5.3")),
    ),
    Recipe(
        NAME,
        "alan",
        "a loop that never ends, in a function",
        filled(changed("    y = np.tanh(o)\n", "    while True:\n        pass\n", "5.2")),
    ),
    Recipe(NAME, "sofia", "all graded cells deleted", _without_checks),
    Recipe(NAME, "rene", "the file cut off", _cut_off),
    Recipe(NAME, "maria", "the file under a wrong name", _wrong_name),
    Recipe(NAME, "isaac", "all right, a day and a half late", filled(loops.CELLS), days_late=1.5),
    Recipe(NAME, "leonhard", "plots, prints and warnings", filled({**loops.CELLS, "5.3": _PLOTS})),
    Recipe(
        NAME,
        "joseph",
        "two mistakes at once: half of the loss forgotten, f' missing",
        filled(
            {
                **changed("(1 - h[t + 1] ** 2) * (p", "(p", "5.1"),
                "5.2": loops.CELLS["5.2"].replace("(y - Tau)", "2 * (y - Tau)"),
            }
        ),
    ),
    Recipe(
        NAME,
        "hypatia",
        "changes its inputs",
        filled(
            changed(
                "    h, o = forward(p, X)\n",
                "    X -= 0.5\n    X += 0.5\n    X *= 1.1\n    h, o = forward(p, X / 1.1)\n",
                "5.3",
            )
        ),
    ),
)
