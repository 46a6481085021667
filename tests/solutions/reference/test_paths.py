"""∂E/∂U and ∂E/∂W by paths, by Jacobian products and by δ: one gradient, three ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solutions.reference import paths
from solutions.reference.activations import SIGMOID, TANH
from solutions.reference.bptt import bptt, bptt_mimo
from solutions.reference.errors import ShapeError, UnknownNameError
from solutions.reference.losses import HEADS, output_eps
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.paths import scalar_path_terms
from solutions.reference.rnn import only_last, rnn_forward
from solutions.reference.verification.problems import one_hot, rnn_params

FORMS = {
    "U": (paths.dE_dU_by_paths, paths.dE_dU_by_jacobians, paths.dE_dU),
    "W": (paths.dE_dW_by_paths, paths.dE_dW_by_jacobians, paths.dE_dW),
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("weight", FORMS)
def test_three_forms_give_one_gradient(p, X, Tau, weight, head):
    by_paths, by_jacobians, by_deltas = FORMS[weight]
    expected = bptt(p, X, Tau, head)[f"d{weight}"]

    assert relative_error(by_paths(p, X, Tau, head), expected) < 1e-12
    assert relative_error(by_jacobians(p, X, Tau, head), expected) < 1e-12
    assert relative_error(by_deltas(p, X, Tau, head)[0], expected) < 1e-12


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_they_agree_for_any_numbers_and_any_length(seed, T):
    rng = np.random.default_rng(seed)
    p = rnn_params(rng, 2, 3, 4)
    X, Tau = rng.normal(size=(T, 2)), one_hot(rng, T, 4)

    for weight, (by_paths, by_jacobians, by_deltas) in FORMS.items():
        expected = bptt_mimo(p, X, Tau)[f"d{weight}"]
        assert relative_error(by_paths(p, X, Tau), expected) < 1e-10
        assert relative_error(by_jacobians(p, X, Tau), expected) < 1e-10
        assert relative_error(by_deltas(p, X, Tau)[0], expected) < 1e-10


def test_the_deltas_come_with_the_recursion(p, X, Tau):
    run = rnn_forward(p, X)
    all_paths = paths.path_deltas(p, run["z"], output_eps(run["o"], Tau, "softmax-ce"))
    assert relative_error(paths.dE_dU(p, X, Tau)[1], all_paths.sum(axis=0)) < 1e-12
    assert relative_error(paths.dE_dW(p, X, Tau)[1], all_paths.sum(axis=0)) < 1e-12


def test_one_losses_share_is_its_own_gradient(p, X, Tau):
    terms = paths.path_terms(p, X, Tau, "W")
    for t in range(6):
        E_t = bptt(p, X, Tau, "softmax-ce", np.eye(6)[t])
        assert relative_error(terms[t].sum(axis=0), E_t["dW"]) < 1e-12


def test_one_uses_share_is_the_gradient_of_its_own_copy(p, X, Tau):
    def E(U_each):
        h, total = p["h0"], 0.0
        for x, U, tau in zip(X, U_each, Tau, strict=True):
            h = np.tanh(U @ x + p["W"] @ h + p["b"])
            o = p["V"] @ h + p["c"]
            total -= tau @ (o - np.log(np.exp(o).sum()))
        return total

    per_use = central_difference(E, np.tile(p["U"], (6, 1, 1)))

    assert relative_error(paths.path_terms(p, X, Tau, "U").sum(axis=0), per_use) < 1e-7


def test_no_path_runs_to_a_later_step(p, X, Tau):
    terms = paths.path_terms(p, X, Tau, "U")
    for t in range(6):
        assert not terms[t, t + 1 :].any()
        assert terms[t, : t + 1].any(axis=(1, 2)).all()


def test_the_three_paths_of_the_third_loss(p, X, Tau):
    total, shares = paths.dE3_dU_paths(p, X[:3], Tau[2])

    run = rnn_forward(p, X[:3])
    D = [np.diag(1 - h**2) for h in run["h"][1:]]
    eps, Vt, Wt = run["y"][2] - Tau[2], p["V"].T, p["W"].T
    assert shares[2] == pytest.approx(np.outer(D[2] @ Vt @ eps, X[2]))
    assert shares[1] == pytest.approx(np.outer(D[1] @ Wt @ D[2] @ Vt @ eps, X[1]))
    assert shares[0] == pytest.approx(np.outer(D[0] @ Wt @ D[1] @ Wt @ D[2] @ Vt @ eps, X[0]))
    assert total == pytest.approx(shares.sum(axis=0))
    assert (
        relative_error(total, bptt(p, X[:3], only_last(Tau[2], 3), "softmax-ce", np.eye(3)[2])["dU"]) < 1e-12
    )


def test_the_paths_of_many_to_one(p, X):
    tau = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    total, _ = paths.dE3_dU_paths(p, X, tau, "sigmoid-ce")
    expected = bptt(p, X, only_last(tau, 6), "sigmoid-ce", np.eye(6)[5])
    assert relative_error(total, expected["dU"]) < 1e-12


def scalar_record(w, T):
    """The book's standard scalar network: u = 0.8, b = 0.1, h_0 = 0.2, x_t = sin 0.7t, τ_t = 0.5 cos 0.4t."""
    t = np.arange(1, T + 1)
    one = {"U": [[0.8]], "W": [[w]], "V": [[1.0]], "b": [0.1], "c": [0.0], "h0": [0.2]}
    p = {name: np.array(value) for name, value in one.items()}
    return p, np.sin(0.7 * t)[:, None], 0.5 * np.cos(0.4 * t)[:, None]


@pytest.mark.parametrize("f", [TANH, SIGMOID], ids=lambda f: f.name)
@pytest.mark.parametrize(("w", "T"), [(0.9, 3), (1.5, 10), (-0.7, 1)])
def test_the_terms_of_a_scalar_network_are_its_paths(w, T, f):
    p, X, Tau = scalar_record(w, T)
    run = rnn_forward(p, X, "identity-half-se", f)
    eps = run["y"][-1, 0] - Tau[-1, 0]

    found = scalar_path_terms(eps, 1.7, w, run["z"][:, 0], X[:, 0], f)

    slopes = f.prime(run["z"])[:, 0]
    for j in range(T):
        chain = np.prod([w * slope for slope in slopes[j + 1 :]])
        assert found[j] == pytest.approx(eps * 1.7 * chain * slopes[j] * X[j, 0], rel=1e-12)
    if f is TANH:
        _, shares = paths.dE3_dU_paths(p, X, Tau[-1], "identity-half-se")
        unscaled = scalar_path_terms(eps, 1.0, w, run["z"][:, 0], X[:, 0])
        assert unscaled == pytest.approx(shares[:, 0, 0], rel=1e-12)


def test_the_last_path_alone_may_have_the_wrong_sign():
    def terms(w, T):
        p, X, Tau = scalar_record(w, T)
        run = rnn_forward(p, X, "identity-half-se")
        return scalar_path_terms(run["y"][-1, 0] - Tau[-1, 0], 1.0, w, run["z"][:, 0], X[:, 0])

    assert terms(0.9, 3) == pytest.approx([0.00606, 0.01832, 0.09582], abs=5e-6)
    assert terms(1.5, 10).sum() == pytest.approx(-4.332, abs=5e-4)
    assert terms(1.5, 10)[-1] == pytest.approx(0.408, abs=5e-4)


def test_a_weight_that_is_no_path_is_refused(p, X, Tau):
    with pytest.raises(UnknownNameError, match="no weight 'V'; choose one of U, W"):
        paths.path_terms(p, X, Tau, "V")


def test_wrong_shapes_are_named(p, X, Tau):
    with pytest.raises(ShapeError, match=r"^tau has shape"):
        paths.dE3_dU_paths(p, X, Tau)
    with pytest.raises(ShapeError, match=r"^eps has shape"):
        paths.path_deltas(p, np.ones((6, 4)), Tau[1:])
    for function in (*FORMS["U"], *FORMS["W"]):
        with pytest.raises(ShapeError, match=r"^Tau has shape"):
            function(p, X, Tau[1:])
