"""BPTT for the five mappings: the gradients, the sums that a mapping leaves, and how the functions behave."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference import bptt
from solutions.reference.backward import deltas
from solutions.reference.errors import CountError, ShapeError, UnknownNameError
from solutions.reference.losses import output_eps
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.rnn import only_first, rnn_forward
from solutions.reference.verification import mappings
from solutions.reference.verification.problems import EQUAL, LONG, ONE_STEP, SEEDS, SIZES, one_hot, rnn_params

MAPPINGS = {
    "siso": (mappings.siso, bptt.siso_loss, bptt.bptt_siso),
    "simo": (mappings.simo, bptt.simo_loss, bptt.bptt_simo),
    "mimo": (mappings.mimo, bptt.mimo_loss, bptt.bptt_mimo),
    "many-to-one": (mappings.many_to_one, bptt.many_to_one_loss, bptt.bptt_many_to_one),
    "batch": (mappings.batch, bptt.batch_loss, bptt.bptt_batch),
}
each_mapping = pytest.mark.parametrize(("make", "loss", "gradients"), MAPPINGS.values(), ids=MAPPINGS)


def same(found, expected, bound=1e-12):
    assert found.keys() == expected.keys()
    assert max(relative_error(found[name], expected[name]) for name in expected) < bound


@each_mapping
@pytest.mark.parametrize("sizes", [SIZES, EQUAL, ONE_STEP], ids=["all different", "all equal", "one step"])
def test_gradients_agree_with_central_differences(make, loss, gradients, sizes):
    for seed in SEEDS:
        problem = make(seed, **sizes)
        expected = numeric_gradients(lambda q, given=problem.arguments: loss(q, **given), problem.p)
        same(gradients(problem.p, **problem.arguments), expected, 1e-7)


@each_mapping
def test_a_long_series_gives_finite_gradients(make, loss, gradients):
    problem = make(SEEDS[0], **LONG)
    assert np.isfinite(loss(problem.p, **problem.arguments))
    assert all(np.isfinite(array).all() for array in gradients(problem.p, **problem.arguments).values())


@each_mapping
def test_the_arguments_are_left_alone_and_the_gradients_are_new_arrays(make, loss, gradients):  # noqa: ARG001
    problem = make(SEEDS[0], **SIZES)
    given = {**problem.p, **{k: v for k, v in problem.arguments.items() if isinstance(v, np.ndarray)}}
    before = {name: array.tobytes() for name, array in given.items()}

    first, second = (gradients(problem.p, **problem.arguments) for _ in range(2))

    assert {name: array.tobytes() for name, array in given.items()} == before
    assert list(first) == ["dU", "dW", "dV", "db", "dc", "dh0"]
    for name, array in first.items():
        assert array.shape == problem.p[name[1:]].shape
        assert array.dtype == np.float64
        assert array.flags["C_CONTIGUOUS"]
        assert array.tobytes() == second[name].tobytes()
        assert not any(np.shares_memory(array, other) for other in [*given.values(), second[name]])


def test_the_collapsed_sums_of_siso(p, X, rng):
    tau = rng.uniform(-1, 1, size=5)
    run = rnn_forward(p, only_first(X[0], 6), "tanh-half-se")
    eps = np.zeros((6, 5))
    eps[-1] = output_eps(run["o"][-1], tau, "tanh-half-se")

    found = bptt.siso_gradients(eps[-1], deltas(p, run["z"], eps), run["h"], X[0])

    expected = bptt.bptt_siso(p, X[0], tau, 6)
    same(
        dict(zip(("dU", "dW", "dV"), found, strict=True)),
        {name: expected[name] for name in ("dU", "dW", "dV")},
    )


def test_the_collapsed_sums_of_simo(p, X, rng):
    Tau = rng.uniform(-1, 1, size=(6, 5))
    run = rnn_forward(p, only_first(X[0], 6), "tanh-half-se")
    eps = output_eps(run["o"], Tau, "tanh-half-se")

    found = bptt.simo_gradients(eps, deltas(p, run["z"], eps), run["h"], X[0])

    expected = bptt.bptt_simo(p, X[0], Tau)
    same(
        dict(zip(("dU", "dW", "dV"), found, strict=True)),
        {name: expected[name] for name in ("dU", "dW", "dV")},
    )


def test_the_collapsed_sums_of_mimo(p, X, Tau):
    run = rnn_forward(p, X)
    eps = output_eps(run["o"], Tau, "softmax-ce")

    found = bptt.mimo_gradients(eps, deltas(p, run["z"], eps), run["h"], X)

    expected = bptt.bptt_mimo(p, X, Tau)
    same(
        dict(zip(("dU", "dW", "dV"), found, strict=True)),
        {name: expected[name] for name in ("dU", "dW", "dV")},
    )


def test_the_collapsed_sums_of_many_to_one(p, X):
    tau = np.array([1.0, 0.0, 1.0, 1.0, 0.0])
    run = rnn_forward(p, X, "sigmoid-ce")
    eps = np.zeros((6, 5))
    eps[-1] = output_eps(run["o"][-1], tau, "sigmoid-ce")

    found = bptt.many_to_one_gradients(eps[-1], deltas(p, run["z"], eps), run["h"], X)

    expected = bptt.bptt_many_to_one(p, X, tau)
    same(
        dict(zip(("dU", "dW", "dV"), found, strict=True)),
        {name: expected[name] for name in ("dU", "dW", "dV")},
    )


def test_a_batch_is_the_sum_of_its_sequences(p, rng):
    X, Tau = rng.normal(size=(3, 6, 3)), one_hot(rng, 18, 5).reshape(3, 6, 5)
    one_by_one = [bptt.bptt_mimo(p, X[i], Tau[i]) for i in range(3)]

    same(bptt.bptt_batch(p, X, Tau), {name: sum(g[name] for g in one_by_one) for name in one_by_one[0]})
    assert bptt.batch_loss(p, X, Tau) == pytest.approx(sum(bptt.mimo_loss(p, X[i], Tau[i]) for i in range(3)))


@given(st.lists(st.floats(-2, 2), min_size=6, max_size=6), st.lists(st.floats(-2, 2), min_size=6, max_size=6))
def test_the_gradient_of_a_sum_of_losses_is_the_sum_of_their_gradients(one, other):
    problem = mappings.mimo(SEEDS[1], **SIZES)
    masks = np.array(one), np.array(other)

    def g(mask):
        return bptt.bptt(problem.p, **problem.arguments, head="tanh-half-se", loss_at=mask)

    first, second, together = g(masks[0]), g(masks[1]), g(masks[0] + masks[1])

    for name in together:
        scale = 1.0 + np.abs(first[name]).max() + np.abs(second[name]).max()
        assert together[name] == pytest.approx(first[name] + second[name], abs=1e-12 * scale)


@given(st.permutations(range(4)), st.integers(0, 10_000))
def test_renumbering_the_hidden_units_renumbers_the_gradients(order, seed):
    rng = np.random.default_rng(seed)
    p = rnn_params(rng, 3, 4, 5)
    X, Tau = rng.normal(size=(6, 3)), one_hot(rng, 6, 5)

    def renumbered(a, prefix=""):
        rows = {f"{prefix}{name}": a[f"{prefix}{name}"][order] for name in ("U", "b", "h0")}
        return {
            **a,
            **rows,
            f"{prefix}W": a[f"{prefix}W"][np.ix_(order, order)],
            f"{prefix}V": a[f"{prefix}V"][:, order],
        }

    same(bptt.bptt_mimo(renumbered(p), X, Tau), renumbered(bptt.bptt_mimo(p, X, Tau), "d"), 1e-10)


def test_a_mask_weighs_the_steps(p, X, Tau):
    mask = np.array([0.0, 1.0, 0.0, 2.0, 0.0, -1.0])

    E = bptt.loss(p, X, Tau, "identity-half-se", mask)
    g = bptt.bptt(p, X, Tau, "identity-half-se", mask)

    o = rnn_forward(p, X, "identity-half-se")["o"]
    assert pytest.approx(0.5 * mask @ ((o - Tau) ** 2).sum(axis=1)) == E
    same(g, numeric_gradients(lambda q: bptt.loss(q, X, Tau, "identity-half-se", mask), p), 1e-7)


def test_wrong_arguments_are_named(p, X, Tau):
    X2, Tau2 = X[None], Tau[None]
    wrong = [
        (bptt.bptt_siso, (p, X[0, :2], Tau[0], 3), "x"),
        (bptt.siso_loss, (p, X[0], Tau[0, :2], 3), "tau"),
        (bptt.bptt_simo, (p, X, Tau), "x"),
        (bptt.simo_loss, (p, X[0], Tau[0]), "Tau"),
        (bptt.bptt_mimo, (p, X, Tau[1:]), "Tau"),
        (bptt.mimo_loss, (p, X[1:], Tau), "Tau"),
        (bptt.bptt_many_to_one, (p, X[0], Tau[0]), "X"),
        (bptt.many_to_one_loss, (p, X, Tau), "tau"),
        (bptt.bptt_batch, (p, X2, Tau2[:, 1:]), "Tau"),
        (bptt.batch_loss, (p, X, Tau2), "X"),
        (bptt.siso_gradients, (Tau, X, X, X[0]), "eps_T"),
        (bptt.simo_gradients, (Tau, X, X, X[0]), "h"),
        (bptt.mimo_gradients, (Tau, X, np.zeros((7, 3)), X[1:]), "X"),
        (bptt.many_to_one_gradients, (Tau[0], X, np.zeros((7, 3)), X[1:]), "X"),
    ]
    for function, arguments, name in wrong:
        with pytest.raises(ShapeError, match=rf"^{name} has shape"):
            function(*arguments)
    for function in (bptt.bptt, bptt.loss):
        with pytest.raises(ShapeError, match=r"^loss_at has shape \(5,\), expected \(T,\) with T = 6"):
            function(p, X, Tau, "softmax-ce", np.ones(5))
        with pytest.raises(ShapeError, match=r"^Tau has shape"):
            function(p, X, Tau[1:], "softmax-ce")
        with pytest.raises(UnknownNameError):
            function(p, X, Tau, "hinge")
    for function in (bptt.bptt_siso, bptt.siso_loss):
        with pytest.raises(CountError, match="T is 0"):
            function(p, X[0], Tau[0], 0)
