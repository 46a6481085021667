"""The delta rule of a single node, and the shortest way through a network with skips."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.activations import SIGMOID, TANH
from solutions.reference.arrows import (
    graph_delta,
    graph_state_gradient,
    graph_weight_gradient,
    shortest_way,
)
from solutions.reference.errors import CountError, ShapeError
from solutions.reference.numeric import central_difference, relative_error


@pytest.fixture
def node(rng):
    """z (4,), and three arrows to nodes of 2, 4 and 5 numbers whose pre-activations E weighs linearly."""
    return rng.normal(size=4), [(rng.normal(size=(m, 4)), rng.normal(size=m)) for m in (2, 4, 5)]


@pytest.mark.parametrize("f", [TANH, SIGMOID], ids=["tanh", "sigmoid"])
def test_a_node_hears_every_arrow_that_leaves_it(node, f):
    z, leaving = node

    def E(z):
        h = anp.tanh(z) if f is TANH else 1 / (1 + anp.exp(-z))
        return sum(anp.dot(delta, anp.dot(A, h)) for A, delta in leaving)

    assert relative_error(graph_delta(z, leaving, f), central_difference(E, z)) < 1e-7
    assert relative_error(graph_delta(z, leaving, f), autograd.grad(E)(z)) < 1e-12
    if f is TANH:
        assert graph_delta(z, leaving).tolist() == graph_delta(z, leaving, TANH).tolist()


def test_the_gradient_of_a_state_is_a_sum_over_arrows(node):
    _, leaving = node
    expected = [
        sum(sum(A[i, j] * delta[i] for i in range(len(delta))) for A, delta in leaving) for j in range(4)
    ]
    assert graph_state_gradient(leaving, 4) == pytest.approx(expected, rel=1e-12)
    assert graph_state_gradient([], 4).tolist() == [0, 0, 0, 0]


def test_a_weight_collects_a_term_for_each_use(rng):
    uses = [(rng.normal(size=3), rng.normal(size=4)) for _ in range(5)]

    def E(A):
        return sum(anp.dot(delta, anp.dot(A, tail)) for delta, tail in uses)

    A = rng.normal(size=(3, 4))
    assert relative_error(graph_weight_gradient(uses), autograd.grad(E)(A)) < 1e-12
    assert relative_error(graph_weight_gradient(uses), central_difference(E, A)) < 1e-7


def test_arrows_that_do_not_fit_are_refused(node):
    z, leaving = node
    with pytest.raises(ShapeError, match=r"^A has shape"):
        graph_delta(z[:3], leaving)
    with pytest.raises(ShapeError, match=r"^z has shape"):
        graph_delta(z[None], leaving)
    with pytest.raises(ShapeError, match=r"^delta has shape"):
        graph_weight_gradient([(z, z), (z[:2], z)])


@given(st.integers(1, 40), st.integers(1, 9))
def test_the_shortest_way_is_the_one_that_a_search_finds(T, s):
    steps = {1: 0}
    for t in range(2, T + 1):
        steps[t] = 1 + min(steps[before] for before in (t - 1, t - s) if before >= 1)
    assert shortest_way(T, s) == steps[T]


def test_steps_are_counted_from_one():
    with pytest.raises(CountError, match=r"^T is 0"):
        shortest_way(0, 3)
    with pytest.raises(CountError, match=r"^s is 0"):
        shortest_way(3, 0)
    assert (shortest_way(10, 3), shortest_way(10, 1), shortest_way(1, 3)) == (3, 9, 0)


def test_nothing_is_left_of_a_weight_without_a_use_but_a_zero():
    assert graph_weight_gradient([]).tolist() == np.zeros(()).tolist()
