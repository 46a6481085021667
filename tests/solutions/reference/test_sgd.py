"""Gradient descent with clipping."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference.errors import CountError, NonFiniteError, ShapeError
from solutions.reference.sgd import Descent, added, clipped_step, sgd, sgd_step


@pytest.fixture
def theta(rng):
    return {"A": rng.normal(size=(2, 3)), "b": rng.normal(size=4), "h0": rng.normal(size=2)}


@pytest.fixture
def g(rng):
    return {"dA": rng.normal(size=(2, 3)), "db": rng.normal(size=4)}


def test_a_step_goes_against_the_gradient(theta, g):
    moved = sgd_step(theta, g, 0.1)
    assert moved["A"] == pytest.approx(theta["A"] - 0.1 * g["dA"], rel=1e-15)
    assert moved["b"] == pytest.approx(theta["b"] - 0.1 * g["db"], rel=1e-15)
    assert moved["h0"] is theta["h0"]


def test_a_step_leaves_the_arguments_alone(theta, g):
    before = {name: array.copy() for name, array in theta.items()}
    sgd_step(theta, g, 0.1)
    assert all((theta[name] == before[name]).all() for name in theta)


def length(g):
    return np.sqrt(sum((array**2).sum() for array in g.values()))


@given(eta=st.floats(1e-3, 10), limit=st.floats(1e-3, 10), scale=st.floats(1e-3, 1e3))
def test_a_clipped_step_is_never_longer_than_eta_times_the_limit(eta, limit, scale):
    theta, g = {"A": np.zeros(3)}, {"dA": scale * np.array([1.0, -2.0, 0.5])}
    moved, norm = clipped_step(theta, g, eta, limit)
    assert norm == pytest.approx(length(g), rel=1e-12)
    assert length(moved) == pytest.approx(eta * min(limit, norm), rel=1e-9)


def test_without_a_limit_the_step_is_plain(theta, g):
    moved, norm = clipped_step(theta, g, 0.1)
    assert norm == pytest.approx(length(g), rel=1e-12)
    assert all((moved[name] == sgd_step(theta, g, 0.1)[name]).all() for name in theta)


@pytest.mark.parametrize("limit", [None, 1.0])
def test_a_gradient_that_is_not_finite_is_refused(theta, g, limit):
    g["db"][1] = np.inf
    with pytest.raises(NonFiniteError, match="db"):
        clipped_step(theta, g, 0.1, limit)


def test_a_gradient_of_another_shape_is_named(theta, g):
    with pytest.raises(ShapeError, match=r"^dA has shape \(2, 2\), expected \(2, 3\), the shape of A"):
        sgd_step(theta, {**g, "dA": np.zeros((2, 2))}, 0.1)


def test_gradients_add_up_name_by_name(g):
    assert added([g, g, g])["dA"] == pytest.approx(3 * g["dA"], rel=1e-15)
    assert set(added([g])) == {"dA", "db"}


def test_there_is_something_to_add():
    with pytest.raises(CountError, match=r"^the number of parts is 0"):
        added([])


def half_squared_distance(p, points):
    far = [p["x"] - point for point in points]
    return 0.5 * sum(float(d @ d) for d in far), {"dx": sum(far)}


POINTS = [
    np.array([1.0, 2.0]),
    np.array([3.0, -2.0]),
    np.array([2.0, 3.0]),
    np.array([-1.0, 1.0]),
    np.array([0.0, 1.0]),
]


def test_all_examples_in_one_step_is_gradient_descent():
    p, losses = sgd(
        half_squared_distance,
        {"x": np.zeros(2)},
        POINTS,
        Descent(eta=0.1, epochs=3),
        np.random.default_rng(0),
    )
    x, expected = np.zeros(2), []
    for _ in range(3):
        E, g = half_squared_distance({"x": x}, POINTS)
        expected.append(E)
        x = x - 0.1 * g["dx"]
    assert p["x"] == pytest.approx(x, rel=1e-12)
    assert losses == pytest.approx(expected, rel=1e-12)


def test_descent_ends_at_the_mean():
    p, losses = sgd(
        half_squared_distance,
        {"x": np.zeros(2)},
        POINTS,
        Descent(eta=0.1, epochs=100),
        np.random.default_rng(0),
    )
    assert p["x"] == pytest.approx(np.mean(POINTS, axis=0), rel=1e-9)
    assert losses[-1] < losses[0]


def record(descent, seed=0):
    seen = []

    def objective(p, points):
        seen.append([tuple(point) for point in points])
        return half_squared_distance(p, points)

    p, losses = sgd(objective, {"x": np.zeros(2)}, POINTS, descent, np.random.default_rng(seed))
    return p, losses, seen


def test_every_epoch_sees_every_example_once_in_a_new_order():
    _, losses, seen = record(Descent(eta=0.1, epochs=2, batch=2))
    assert [len(batch) for batch in seen] == [2, 2, 1, 2, 2, 1]
    first, second = (list(chain(*batches)) for batches in (seen[:3], seen[3:]))
    assert sorted(first) == sorted(second) == sorted(map(tuple, POINTS))
    assert first != second
    assert len(losses) == 2


def test_the_loss_of_an_epoch_is_the_sum_over_its_batches():
    p, losses, seen = record(Descent(eta=0.1, epochs=1, batch=2))
    x, total = np.zeros(2), 0.0
    for batch in seen:
        E, g = half_squared_distance({"x": x}, np.array(batch))
        total, x = total + E, x - 0.1 * g["dx"]
    assert losses == pytest.approx([total], rel=1e-12)
    assert p["x"] == pytest.approx(x, rel=1e-12)


def test_the_same_seed_gives_the_same_run():
    descent = Descent(eta=0.1, epochs=3, batch=2)
    assert record(descent, 1)[2] == record(descent, 1)[2]
    assert record(descent, 1)[2] != record(descent, 2)[2]


def test_a_batch_of_all_is_left_in_order():
    assert record(Descent(eta=0.1, epochs=1, batch=5))[2] == [[tuple(point) for point in POINTS]]


def test_a_limit_shortens_the_steps():
    p, _, _ = record(Descent(eta=0.1, epochs=1, limit=1.0))
    assert np.linalg.norm(p["x"]) == pytest.approx(0.1, rel=1e-12)


def test_fixed_arrays_stay(rng):
    def objective(p, points):
        E, g = half_squared_distance(p, points)
        return E, {**g, "dd": np.full(2, np.nan)}

    start = {"x": rng.normal(size=2), "d": np.ones(2)}
    p, _ = sgd(objective, start, POINTS, Descent(eta=0.1, epochs=2, limit=1.0), rng, fixed=("d",))
    assert p["d"].tolist() == [1.0, 1.0]
    assert (p["x"] != start["x"]).all()


@pytest.mark.parametrize(
    ("examples", "batch", "name"),
    [([], None, "the number of examples"), ([], 2, "the number of examples"), (POINTS, 0, "batch")],
)
def test_a_count_of_none_is_named(rng, examples, batch, name):
    with pytest.raises(CountError, match=f"^{name} is 0"):
        sgd(half_squared_distance, {"x": np.zeros(2)}, examples, Descent(eta=0.1, epochs=1, batch=batch), rng)
