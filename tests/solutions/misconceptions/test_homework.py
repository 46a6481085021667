"""The homework's twists: right without one, different with each, and no two of different names alike."""

from itertools import combinations

import numpy as np
import pytest
from through_time.problems import parameters, probabilities, weights

from solutions.misconceptions import MISCONCEPTIONS
from solutions.misconceptions.homework import ANY_T, LONG, THREE_PATHS, any_t_pairs, any_t_twists
from solutions.misconceptions.uses import IMMEDIATE, TOTAL
from solutions.reference import paths
from solutions.reference.numeric import relative_error
from solutions.reference.totals import immediate_dh_dW, total_dh_dW


def three_paths(p, X, tau):
    total, shares = paths.dE3_dU_paths(p, X, tau)
    return {"total": total, **{f"paths[{k}]": share for k, share in enumerate(shares)}}


def any_t(p, X, Tau):
    return dict(zip(("dU", "deltas"), paths.dE_dU(p, X, Tau), strict=True))


def total(p, X):
    found = total_dh_dW(p, X)
    return {"t = 1": found[:1], "t > 1": found[1:]}


# All sizes equal, so that no shape tells two arrays apart.
CASES = {
    "three paths": (
        THREE_PATHS,
        three_paths,
        lambda rng: (parameters(rng, 4, 4, 4), weights(rng, 3, 4), probabilities(rng, 4)),
    ),
    "any T": (
        ANY_T,
        any_t,
        lambda rng: (parameters(rng, 4, 4, 4), weights(rng, 6, 4), probabilities(rng, 6, 4)),
    ),
    "immediate": (
        IMMEDIATE,
        lambda *arguments: {"D": immediate_dh_dW(*arguments)},
        lambda rng: (parameters(rng, 4, 4, 4), weights(rng, 4), weights(rng, 4)),
    ),
    "total": (TOTAL, total, lambda rng: (parameters(rng, 4, 4, 4), weights(rng, 6, 4))),
}
# No large logits here, and with them alone does it show.
UNSEEN = {"softmax-overflow"}


@pytest.fixture(params=CASES)
def case(request):
    family, reference, make = CASES[request.param]
    return family, reference, make(np.random.default_rng(5))


def distance(one, other):
    return max(relative_error(np.asarray(one[name]), np.asarray(other[name])) for name in one)


def test_without_a_twist_it_is_the_reference(case):
    family, reference, arguments = case
    assert distance(family.twisted()(*arguments), reference(*arguments)) < 1e-12


def test_each_twist_changes_something_and_no_argument(case):
    family, reference, arguments = case
    right = reference(*arguments)
    for key, function in family.all().items():
        if key not in UNSEEN:
            assert distance(function(*arguments), right) > 1e-4, key
    assert distance(family.twisted()(*arguments), right) < 1e-12


def test_twists_of_different_names_differ(case):
    family, _, arguments = case
    found = {key: function(*arguments) for key, function in family.all().items()}
    for one, other in combinations(found, 2):
        if one.partition(":")[0] != other.partition(":")[0]:
            assert distance(found[one], found[other]) > 1e-6, (one, other)


def test_every_twist_has_a_name(case):
    family, _, _ = case
    assert {key.partition(":")[0] for key in family.twists} <= MISCONCEPTIONS.keys()


def test_a_twist_that_looks_at_every_pair_of_steps_refuses_long_sequences():
    arguments = CASES["any T"][2](np.random.default_rng(5))
    p, X, Tau = arguments
    long = (p, np.tile(X, (LONG, 1)), np.tile(Tau, (LONG, 1)))
    slow = any_t_twists()["elementwise-power"]
    assert slow(*arguments)["dU"].shape == (4, 4)
    with pytest.raises(ValueError, match="too many steps"):
        slow(*long)
    assert not [pair for pair in any_t_pairs() if "elementwise-power" in pair]


def test_a_jacobian_where_it_was_forgotten_is_right():
    """Why this pair isn't among the pairs."""
    arguments = CASES["any T"][2](np.random.default_rng(5))
    both = ANY_T.twisted("softmax-jacobian-forgotten", "softmax-derivative-twice")(*arguments)
    assert distance(both, any_t(*arguments)) < 1e-12
    assert ("softmax-derivative-twice", "softmax-jacobian-forgotten") not in any_t_pairs()
