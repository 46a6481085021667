"""The checks themselves: each oracle finds the right gradient, and notices a wrong one."""

import numpy as np
import pytest

from solutions.reference import bptt
from solutions.reference.verification import all_checks, oracles
from solutions.reference.verification.check import (
    Check,
    Problem,
    by_autograd,
    by_complex_step,
    gradient_checks,
    worst_error,
)
from solutions.reference.verification.mappings import mimo
from solutions.reference.verification.problems import SIZES

ORACLES = ["central differences", "autograd", "complex step"]


@pytest.mark.parametrize("name", ["dU", "dW", "dV", "db", "dc", "dh0"])
def test_a_gradient_wrong_by_a_millionth_is_noticed_by_every_oracle(name):
    def wrong(p, **arguments):
        g = bptt.bptt_mimo(p, **arguments)
        return {**g, name: g[name] * (1 + 1e-6)}

    value, *slopes = gradient_checks("wrong", wrong, bptt.mimo_loss, oracles.mimo, [mimo(11, **SIZES)])

    assert value.worst() < value.bound
    assert [check.oracle for check in slopes] == ORACLES
    assert [check.worst() for check in slopes] == pytest.approx([1e-6] * 3, rel=0.1)


def cubic(p, factor):
    return float(factor * (p["a"] ** 3).sum())


def cubic_gradients(p, factor):
    return {"da": 3 * factor * p["a"] ** 2}


def cubic_oracle(xp, p, factor):
    return factor * xp.sum(p["a"] * p["a"] * p["a"])


def cube(value, **more):
    return Problem("cube", {"a": np.array([[value, 2.0]])}, {"factor": 0.5, **more})


def test_a_right_gradient_passes_all_and_each_check_says_what_it_is():
    checks = list(gradient_checks("cube", cubic_gradients, cubic, cubic_oracle, [cube(1.0), cube(3.0)]))

    assert [(check.formula, check.oracle, check.bound) for check in checks] == [
        ("cube", "loss written anew", 1e-12),
        ("cube", "central differences", 1e-7),
        ("cube", "autograd", 1e-12),
        ("cube", "complex step", 1e-12),
    ]
    assert all(check.worst() < check.bound for check in checks)
    assert all(len(list(check.errors())) == 2 for check in checks)


def test_problems_too_small_for_differences_are_kept_from_them():
    plain, small = [cube(1.0)], [cube(2.0), cube(3.0)]
    checks = gradient_checks(
        "cube", cubic_gradients, cubic, cubic_oracle, plain, too_small_for_differences=small
    )
    assert [len(list(check.errors())) for check in checks] == [3, 1, 3, 1]


def test_an_array_that_the_formula_has_no_gradient_for_is_left_out():
    problem = Problem("cube", {**cube(1.0).p, "fixed": np.array([7.0])}, {"factor": 0.5})
    checks = gradient_checks("cube", cubic_gradients, cubic, cubic_oracle, [problem])
    assert all(check.worst() < check.bound for check in checks)


def test_a_loss_of_another_size_is_noticed_even_with_the_right_slopes():
    def shifted(p, factor):
        return cubic(p, factor) * (1 - 1e-6)

    value, *_ = gradient_checks("cube", cubic_gradients, shifted, cubic_oracle, [cube(1.0)])
    assert value.worst() == pytest.approx(1e-6)


def test_the_witnesses_name_and_shape_what_they_find():
    for witness in (by_autograd, by_complex_step):
        found = witness(cubic_oracle, cube(1.0))
        assert list(found) == ["da"]
        assert found["da"] == pytest.approx(np.array([[1.5, 6.0]]), rel=1e-14)


def test_a_complex_step_may_be_chosen():
    assert by_complex_step(cubic_oracle, cube(1.0), 1e-3)["da"][0, 0] == pytest.approx(
        0.5 * (3 - 1e-6), rel=1e-12
    )


def test_arrays_without_a_gradient_are_left_out_and_the_worst_counts():
    expected = {"da": np.array([1.0, 0.0]), "db": np.array([2.0]), "dc": np.array([5.0])}
    assert worst_error({"da": np.array([1.0, 0.0]), "db": np.array([1.0])}, expected) == 0.5
    assert worst_error({"db": np.array([2.0])}, expected) == 0.0


def test_the_largest_error_counts():
    assert Check("f", "oracle", 1.0, lambda: [0.25, 0.5, 0.0]).worst() == 0.5
    assert type(Check("f", "oracle", 1.0, lambda: [np.float64(0.25)]).worst()) is float


@pytest.mark.parametrize("error", [np.nan, np.inf])
def test_a_gradient_that_is_no_number_fails(error):
    assert Check("f", "oracle", 1.0, lambda: [0.0, error, 0.0]).worst() == np.inf


def test_a_check_without_problems_fails():
    assert Check("f", "oracle", 1.0, list).worst() == np.inf


FORMULAS = """
attend_backward; scaled_dot_backward; attention_backward, dot; attention_backward, bilinear;
attention_backward, additive; seq2seq_bptt, none; seq2seq_bptt, dot; seq2seq_bptt, bilinear; seq2seq_bptt, additive;
adder_bptt; rows_objective; words_objective; sentences_objective; gap_objective; lstm_bptt;
variant_backward, LSTM; variant_backward, NIG; variant_backward, NFG; variant_backward, NOG; variant_backward, NIAF;
variant_backward, NOAF; variant_backward, CIFG; variant_backward, peepholes; variant_backward, CIFG with peepholes;
variant_backward, FGR; variant_backward, CIFG with FGR; gru_bptt; output_eps, identity-half-se;
output_eps, tanh-half-se; output_eps, sigmoid-ce; output_eps, softmax-ce; many_to_one_rows; walk_back; bptt_feedback;
bptt_follower; total_dh_dW; total_dh_dU; total_dh_db; dh_dW_by_uses; state_jacobian; dE_dU, three forms;
dE_dW, three forms; path_terms, two groupings; chain rule; bptt_windowed; bptt_truncated, k2 ≥ T; bptt_siso; bptt_simo;
bptt_mimo; bptt_many_to_one; bptt_batch; mlp_backward; bptt_stacked; bptt_bidirectional; bptt_skip, s = 1;
bptt_skip, s = 2; bptt_skip, s = 3; bptt_skip, s = 9; bptt_skip_without_past; bptt_input_skip; bptt_two_states;
bptt_whole, softmax of tanh; bptt_whole, sigmoid of sigmoid; bptt_whole, tanh of tanh; bptt_whole, identity of sigmoid
"""
BY_IDENTITY = {
    **dict.fromkeys(
        ["total_dh_dW", "total_dh_dU", "total_dh_db", "state_jacobian", "chain rule"], "autograd"
    ),
    "dh_dW_by_uses": "total_dh_dW",
    "dE_dU, three forms": "each other",
    "dE_dW, three forms": "each other",
    "path_terms, two groupings": "dE_t/dW; use of W",
    "bptt_windowed": "sum of its paths",
    "bptt_truncated, k2 ≥ T": "bptt_mimo",
}
"""What is no gradient of a loss has one witness of its own."""


def test_the_table_has_every_formula_and_every_gradient_has_four_witnesses():
    found = {}
    for check in all_checks():
        found.setdefault(check.formula, []).append((check.oracle, check.bound))
    assert list(found) == [name.strip() for name in FORMULAS.replace("\n", " ").split(";")]
    bounds = dict(zip(["loss written anew", *ORACLES], (1e-12, 1e-7, 1e-12, 1e-12), strict=True))
    for formula, witnesses in found.items():
        own = BY_IDENTITY.get(formula)
        assert witnesses == ([(own, 1e-12)] if own else list(bounds.items())), formula


PAIRS = {
    **dict.fromkeys(["total_dh_dW", "total_dh_dU", "total_dh_db", "dh_dW_by_uses"], 5),
    **dict.fromkeys(["dE_dU, three forms", "dE_dW, three forms"], 15),
    **dict.fromkeys(["path_terms, two groupings", "bptt_windowed", "bptt_truncated, k2 ≥ T"], 50),
    "state_jacobian": 105,
    "chain rule": 45,
}
PROBLEMS = {"rows_objective": 3, "words_objective": 3, "sentences_objective": 3, "gap_objective": 3}
WITHOUT_A_LONG_ONE = {"LSTM", "NIG", "NFG", "NOG", "CIFG", "peepholes", "CIFG with peepholes", "FGR"}
"""Variants whose 200 steps are looked at in their own tests."""


def problems_of(formula):
    """Three seeds, one step, all sizes equal, 200 steps; an encoder-decoder and the adder have one more."""
    if formula.startswith("seq2seq") or formula == "adder_bptt":
        return 7
    short = formula.removeprefix("variant_backward, ") in WITHOUT_A_LONG_ONE
    return PROBLEMS.get(formula, 5 if short else 6)


def test_no_problem_and_no_pair_is_left_out():
    for check in all_checks():
        if check.oracle == "loss written anew":
            assert len(list(check.errors())) == problems_of(check.formula), check.formula
        elif check.formula in BY_IDENTITY:
            assert len(list(check.errors())) == PAIRS[check.formula], check.formula
