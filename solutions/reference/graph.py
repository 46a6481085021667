"""One delta rule for any recurrent graph: a walk over the nodes, forward in order and back in reverse.

A node is one pre-activation at one time, z = Σ (weight)(value at the arrow's tail) + bias, and its value
f(z). Weights are shared by name, so a weight's gradient adds up over its uses by itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from solutions.reference.activations import TANH, Activation
from solutions.reference.errors import UnknownNameError
from solutions.reference.shapes import Array, Gradients, Params, check_shapes

Name = Hashable
Values = dict[Name, Array]


@dataclass(frozen=True)
class Node:
    """A node: its name, the arrows into it as (weight's name, tail's name), its bias's name, its activation."""

    name: Name
    arrows: tuple[tuple[str, Name], ...]
    bias: str
    f: Activation = TANH


def walk(nodes: Sequence[Node], p: Params, given: Mapping[Name, Array]) -> tuple[Values, Values]:
    """Return z and the values of all nodes, by name, for nodes in an order in which every tail comes first.

    `given` are the values of inputs and start states, vectors; weights and biases are in p; float64.
    Raises UnknownNameError for a tail that comes too late, ArrayError. Source: lecture A (ordered network).
    """
    z: Values = {}
    values: Values = dict(given)
    for node in nodes:
        z[node.name] = p[node.bias].copy()
        for weight, tail in node.arrows:
            if tail not in values:
                raise UnknownNameError("value yet for the tail", tail, map(str, values))
            check_shapes("weight (i,j) tail (j) bias (i)", p[weight], values[tail], p[node.bias])
            z[node.name] += p[weight] @ values[tail]
        values[node.name] = node.f.f(z[node.name])
    return z, values


def walk_back(
    nodes: Sequence[Node], p: Params, given: Mapping[Name, Array], seeds: Mapping[Name, Array]
) -> tuple[Gradients, Values]:
    """Return d<name> of every weight and bias, and ∂E/∂value of every node and given value, by name; float64.

    For every node, ∂E/∂v = Σ (weight)ᵀ δ over the arrows that leave it, and δ = f'(z) ⊙ ∂E/∂v. `seeds` holds
    what E takes from a value directly. Raises as `walk`. Source: lecture C (the multivariate chain rule at work).
    """
    z, values = walk(nodes, p, given)
    g = {f"d{name}": np.zeros(array.shape) for name, array in p.items()}
    dv = {name: np.zeros(value.shape) for name, value in values.items()}
    for name, seed in seeds.items():
        if name not in values:
            raise UnknownNameError("node", name, map(str, values))
        check_shapes("seed (d)", seed, d=len(values[name]))
        dv[name] += seed
    for node in reversed(nodes):
        delta = node.f.prime(z[node.name]) * dv[node.name]
        g[f"d{node.bias}"] += delta
        for weight, tail in node.arrows:
            g[f"d{weight}"] += np.outer(delta, values[tail])
            dv[tail] += p[weight].T @ delta
    return g, dv
