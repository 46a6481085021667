"""The networks of chapter 7: right without a twist, different with each, and each name different from the others."""

from itertools import combinations

import numpy as np
import pytest

from solutions.exercises.ch07 import ANY_LOSS, CHAINS, FOLLOWS, LAYERS, SKIPS
from solutions.misconceptions import MISCONCEPTIONS
from solutions.misconceptions.chains import ANY_CHAIN, View, within
from solutions.misconceptions.graphs import ONE_ALONE, OUTPUT, everywhere
from solutions.misconceptions.graphs_any_loss import FROM_DY
from solutions.misconceptions.graphs_layers import BIDIRECTIONAL, STACKED
from solutions.misconceptions.graphs_skip import SKIP
from solutions.misconceptions.graphs_states import TWO_STATES
from solutions.misconceptions.steps import Run

FAMILIES = {
    "stacked": (STACKED, LAYERS),
    "bidirectional": (BIDIRECTIONAL, CHAINS),
    "skip": (SKIP, SKIPS),
    "from dY": (FROM_DY, ANY_LOSS),
    "two states": (TWO_STATES, FOLLOWS),
}
# With unequal chains these can't run: other weights don't fit.
UNFIT = {"bidirectional": {"shared-weights", "shared-weights:carry"}}


@pytest.fixture(params=FAMILIES)
def case(request):
    family, task = FAMILIES[request.param]
    return request.param, family, task, task.cases[0].make(np.random.default_rng(5))


def test_without_a_twist_it_is_the_reference(case, apart):
    _, family, task, call = case
    assert apart(task.reference(*call), family.twisted()(*call)) < 1e-12


def test_each_twist_changes_the_answer(case, apart):
    name, family, task, call = case
    right = task.reference(*call)
    unfit, same = set(), set()
    for key, function in family.all().items():
        try:
            if apart(right, function(*call)) < 1e-5:
                same.add(key)
        except ValueError:
            unfit.add(key)
    assert same == set()
    assert unfit == UNFIT.get(name, set())


def test_twists_of_different_names_differ(case, apart):
    name, family, _, call = case
    answers = {
        key: function(*call) for key, function in family.all().items() if key not in UNFIT.get(name, ())
    }
    same = [
        (one, other)
        for one, other in combinations(answers, 2)
        if one.partition(":")[0] != other.partition(":")[0] and apart(answers[one], answers[other]) < 1e-6
    ]
    assert same == []


def test_every_name_is_in_the_catalogue():
    for family, _ in FAMILIES.values():
        assert {key.partition(":")[0] for key in family.twists} <= MISCONCEPTIONS.keys()
    assert set(ONE_ALONE) <= ANY_CHAIN.keys()
    assert {key.partition(":")[0] for key in (*ANY_CHAIN, *OUTPUT)} <= MISCONCEPTIONS.keys()


def test_a_view_speaks_of_one_chain():
    run = Run({"slope_1": lambda _: 1.0, "slope_2": lambda _: 2.0, "T": lambda _: 6}, {})
    assert (View(run, "1").slope, View(run, "2").slope, View(run, "2").T) == (1.0, 2.0, 6)


def test_a_twist_is_put_into_the_chains_named():
    assert set(within(ANY_CHAIN["h0-ignored"], "1", "2")) == {"h0_1", "h0_2"}
    assert set(everywhere("1")) == set(ANY_CHAIN)
    two = everywhere("1", "2", but_for=("fprime-missing:2",))
    assert "fprime-missing:1" in two
    assert "fprime-missing:2" not in two
