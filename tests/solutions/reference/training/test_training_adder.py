"""The adder that is learnt from 8 rows."""

import random
from functools import cache

import numpy as np
import pytest

from solutions.reference.adder import adder_rows, from_bits, to_bits
from solutions.reference.errors import CountError, ShapeError
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.training.adder import (
    adder_bptt,
    adder_loss,
    rows_objective,
    run_adder,
    train_adder,
)
from solutions.reference.verification.capstones import cell, numbers

SEEDS = (11, 23, 47)


trained = cache(train_adder)


@pytest.fixture(params=SEEDS)
def learnt(request):
    return trained(request.param)


def rows():
    return list(zip(*adder_rows(), strict=True))


def add(p, a, b, N):
    return from_bits(run_adder(p, to_bits(a, N), to_bits(b, N)))


@pytest.mark.parametrize(("seed", "E"), [(11, 0.00330079157), (23, 0.00339509696), (47, 0.00332416011)])
def test_a_run_ends_where_it_ended_before(seed, E):
    assert rows_objective(trained(seed), rows())[0] == pytest.approx(E, rel=1e-6)


def test_all_eight_rows_are_learnt(learnt):
    assert rows_objective(learnt, rows())[0] < 0.1


@pytest.mark.parametrize(("N", "pairs"), [(1, 20), (4, 50), (64, 100), (256, 10)])
def test_numbers_of_any_length_are_added_without_an_error(learnt, N, pairs):
    draw = random.Random(N)  # noqa: S311
    for _ in range(pairs):
        a, b = draw.getrandbits(N), draw.getrandbits(N)
        assert add(learnt, a, b, N) == a + b


def test_a_cell_that_has_learnt_nothing_runs_step_by_step(rng):
    p = cell(rng, 5)
    a, b = rng.integers(2, size=(2, 40)).astype(float)
    carry, bits = 0.0, []
    for a_t, b_t in zip([*a, 0.0], [*b, 0.0], strict=True):
        o = p["V"] @ np.tanh(p["U"] @ np.array([a_t, b_t, carry]) + p["b"]) + p["c"]
        bits.append(int(o[0] > 0))
        carry = 1 / (1 + np.exp(-o[1]))
    assert run_adder(p, a, b).tolist() == bits


@pytest.mark.parametrize("o", [-0.5, 0.5])
def test_a_bit_is_one_above_a_probability_of_one_half(rng, o):
    p = {name: np.zeros_like(array) for name, array in cell(rng, 5).items()}
    assert run_adder({**p, "c": np.array([o, 0.0])}, np.zeros(1), np.zeros(1)).tolist() == [int(o > 0)] * 2


def test_a_carry_goes_all_the_way(learnt):
    assert add(learnt, 2**64 - 1, 1, 64) == 2**64
    assert add(learnt, 2**64 - 1, 2**64 - 1, 64) == 2**65 - 2


def test_bits_are_whole_numbers_and_one_more_than_went_in(learnt):
    bits = run_adder(learnt, np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    assert bits.tolist() == [0, 0, 1]
    assert np.issubdtype(bits.dtype, np.integer)


def test_the_same_seed_gives_the_same_cell():
    one, two, other = trained(11), train_adder(11), trained(23)
    assert all((one[name] == two[name]).all() for name in one)
    assert {name: array.shape for name, array in one.items()} == {
        "U": (4, 3),
        "b": (4,),
        "V": (2, 4),
        "c": (2,),
    }
    assert (one["U"] != other["U"]).all()


@pytest.mark.parametrize("N", [1, 6])
def test_gradients_through_the_carry_agree_with_central_differences(rng, N):
    problem = numbers(int(rng.integers(1000)), N)
    p, arguments = problem.p, problem.arguments

    g = adder_bptt(p, **arguments)
    expected = numeric_gradients(lambda q: adder_loss(q, **arguments), p)

    assert set(g) == {"dU", "db", "dV", "dc"}
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


def test_the_last_carry_is_heard_by_nothing(rng):
    problem = numbers(int(rng.integers(1000)), 1)
    p = {**problem.p, "U": problem.p["U"].copy()}
    p["U"][:, 2] = 0.0
    assert adder_bptt(p, **problem.arguments)["dc"][1] == 0.0


def test_gradients_of_the_rows_agree_with_central_differences(rng):
    p = cell(rng, 5)
    E, g = rows_objective(p, rows())
    expected = numeric_gradients(lambda q: rows_objective(q, rows())[0], p)
    assert E > 0
    assert set(g) == {"dU", "db", "dV", "dc"}
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("U", (5, 2)),
        ("V", (1, 5)),
        ("b", (4,)),
        ("c", (1,)),
        ("target", (6,)),
        ("b_bits", (5,)),
        ("a", (6, 1)),
    ],
)
def test_a_wrong_shape_is_named(name, shape):
    problem = numbers(11, 6)
    p, given = dict(problem.p), dict(problem.arguments)
    if name in p:
        p[name] = np.zeros(shape)
    else:
        given[name.removesuffix("_bits")] = np.zeros(shape)
    for function in (adder_loss, adder_bptt):
        with pytest.raises(ShapeError, match=f"^{name.removesuffix('_bits')} has shape"):
            function(p, **given)


def test_there_is_a_row_to_learn(rng):
    with pytest.raises(CountError, match=r"^the number of rows is 0"):
        rows_objective(cell(rng, 5), [])


def test_running_and_learning_name_a_wrong_shape(rng):
    p = {**cell(rng, 5), "c": np.zeros(3)}
    with pytest.raises(ShapeError, match=r"^c has shape"):
        run_adder(p, np.zeros(2), np.zeros(2))
    with pytest.raises(ShapeError, match=r"^c has shape"):
        rows_objective(p, rows())
    with pytest.raises(ShapeError, match=r"^Y has shape"):
        rows_objective(cell(rng, 5), [(np.zeros(3), np.zeros(3))])
    with pytest.raises(ShapeError, match=r"^X has shape \(1, 2\)"):
        rows_objective(cell(rng, 5), [(np.zeros(2), np.zeros(2))])
