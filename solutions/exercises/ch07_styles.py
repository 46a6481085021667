"""Right answers to chapter 7's exercises in other styles: a walk over the nodes, Jacobians in full."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np

from solutions.exercises.sums import SUMS
from solutions.model import Answer, Array, Function
from solutions.reference.activations import IDENTITY
from solutions.reference.graph import Node, walk, walk_back

Params = Mapping[str, Array]


def _softmax(o: Array) -> Array:
    e = np.exp(o - o.max())
    return np.asarray(e / e.sum())


def _walked(
    nodes: list[Node], p: Params, starts: Mapping[Any, Array], X: Array, Tau: Array
) -> tuple[dict[str, Array], dict[Any, Array]]:
    """Gradients of a graph whose outputs are the nodes ("o", t), with a loss at each of them."""
    given = {**{("x", t): x for t, x in enumerate(X, start=1)}, **starts}
    _, values = walk(nodes, p, given)
    seeds: dict[Hashable, Array] = {
        ("o", t): _softmax(values["o", t]) - tau for t, tau in enumerate(Tau, start=1)
    }
    g, dv = walk_back(nodes, p, given, seeds)
    return g, dv


def _output(t: int, *arrows: tuple[str, Any]) -> Node:
    return Node(("o", t), arrows, "c", IDENTITY)


def _without(g: Mapping[str, Array], *names: str) -> dict[str, Array]:
    return {name: array for name, array in g.items() if name not in names}


def stacked(p: Params, X: Array, Tau: Array) -> Answer:
    """Time outside, layers inside, and back the same way."""
    nodes = []
    for t in range(1, len(X) + 1):
        nodes += [
            Node((1, t), (("U1", ("x", t)), ("W1", (1, t - 1))), "b1"),
            Node((2, t), (("U2", (1, t)), ("W2", (2, t - 1))), "b2"),
            _output(t, ("V", (2, t))),
        ]
    g, dv = _walked(nodes, p, {(1, 0): p["h1_0"], (2, 0): p["h2_0"]}, X, Tau)
    return {**_without(g, "dh1_0", "dh2_0"), "dh1_0": dv[1, 0], "dh2_0": dv[2, 0]}


def bidirectional(p: Params, X: Array, Tau: Array) -> Answer:
    """One chain after the other, then the outputs."""
    T = len(X)
    nodes = [Node((1, t), (("U", ("x", t)), ("W", (1, t - 1))), "b") for t in range(1, T + 1)]
    nodes += [Node((2, t), (("Ub", ("x", t)), ("Wb", (2, t + 1))), "bb") for t in range(T, 0, -1)]
    nodes += [_output(t, ("V", (1, t)), ("Vb", (2, t))) for t in range(1, T + 1)]
    g, dv = _walked(nodes, p, {(1, 0): p["h0"], (2, T + 1): p["hb0"]}, X, Tau)
    return {**_without(g, "dh0", "dhb0"), "dh0": dv[1, 0], "dhb0": dv[2, T + 1]}


def skip(p: Params, S: Array, s: int, X: Array, Tau: Array) -> Answer:
    """Every state before the first step is the node h_0."""
    nodes = []
    for t in range(1, len(X) + 1):
        arrows = (("U", ("x", t)), ("W", (1, t - 1)), ("S", (1, max(t - s, 0))))
        nodes += [Node((1, t), arrows, "b"), _output(t, ("V", (1, t)))]
    g, dv = _walked(nodes, {**p, "S": S}, {(1, 0): p["h0"]}, X, Tau)
    return {**_without(g, "dh0"), "dh0": dv[1, 0]}


def follower(p: Params, X: Array, Tau: Array) -> Answer:
    """Two states in the order in which they are made."""
    nodes = []
    for t in range(1, len(X) + 1):
        nodes += [
            Node(("h", t), (("Uh", ("x", t)), ("Whh", ("h", t - 1)), ("Whm", ("m", t - 1))), "bh"),
            Node(("m", t), (("Wmh", ("h", t)), ("Wmm", ("m", t - 1))), "bm"),
            _output(t, ("Vh", ("h", t)), ("Vm", ("m", t))),
        ]
    g, dv = _walked(nodes, p, {("h", 0): p["h0"], ("m", 0): p["m0"]}, X, Tau)
    return {**_without(g, "dh0", "dm0"), "dh0": dv["h", 0], "dm0": dv["m", 0]}


def _from_dy(sums: Callable[..., dict[str, Array]]) -> Function:
    """The Jacobian of every step built in full, then one of the ways from eps to the gradients."""

    def answer(p: Params, X: Array, dY: Array) -> Answer:
        h = [p["h0"]]
        for x in X:
            h.append(np.tanh(p["U"] @ x + p["W"] @ h[-1] + p["b"]))
        eps = []
        for state, dy in zip(h[1:], dY, strict=True):
            y = _softmax(p["V"] @ state + p["c"])
            eps.append((np.diag(y) - np.outer(y, y)).T @ dy)
        return {"eps": np.array(eps), **sums(p, X, np.array(h), np.array(eps))}

    return answer


STACKED_STYLES: Mapping[str, Function] = {"walk over nodes": stacked}
BIDIRECTIONAL_STYLES: Mapping[str, Function] = {"walk over nodes": bidirectional}
SKIP_STYLES: Mapping[str, Function] = {"walk over nodes": skip}
FOLLOWER_STYLES: Mapping[str, Function] = {"walk over nodes": follower}
FROM_DY_STYLES: Mapping[str, Function] = {f"Jacobians, {name}": _from_dy(sums) for name, sums in SUMS.items()}
