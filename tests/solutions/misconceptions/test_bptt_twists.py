"""The twisted BPTT: without a twist it is the reference; with one it differs from it and from the others."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solutions.misconceptions.bptt import MAPPINGS, pairs_for, twisted, twists_for
from solutions.misconceptions.bptt_twists import CORE, TWISTS, applies
from solutions.reference import bptt as reference

REFERENCE = {
    "siso": reference.bptt_siso,
    "simo": reference.bptt_simo,
    "mimo": reference.bptt_mimo,
    "many-to-one": reference.bptt_many_to_one,
    "batch": reference.bptt_batch,
}

# With a single loss the carry of one step and the loop in the wrong direction leave the same deltas.
ONE_LOSS = [{"immediate-only", "loop-forward"}, {"du-immediate-only", "du-last-step-only"}]
ALIASES = {"siso": ONE_LOSS, "many-to-one": ONE_LOSS}


def frozen(arguments):
    for value in arguments:
        for array in value.values() if isinstance(value, dict) else [value]:
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
    return arguments


def ids(*keys):
    return {key.partition(":")[0] for key in keys}


@settings(deadline=None, max_examples=60)
@given(
    mapping=st.sampled_from(MAPPINGS),
    sizes=st.fixed_dictionaries({name: st.integers(1, 5) for name in ("n", "d", "k", "T", "B")}),
    seed=st.integers(0, 2**32 - 1),
)
def test_without_a_twist_it_is_the_reference(problem, mapping, sizes, seed):
    call = problem(mapping, seed, **sizes)
    expected, found = REFERENCE[mapping](*call), twisted(mapping)(*call)
    for name, array in expected.items():
        assert found[name].shape == array.shape
        assert np.linalg.norm(found[name] - array) <= 1e-12 * max(np.linalg.norm(array), 1e-3)


def test_each_twist_changes_the_answer(problem, apart, mapping):
    # Overflow shows with large logits only; the judge has a case for them.
    keys = twists_for(mapping).keys() - {"softmax-overflow"}
    for seed in range(3):
        call = frozen(problem(mapping, seed))
        right = twisted(mapping)(*call)
        assert not [key for key in keys if apart(right, twisted(mapping, key)(*call)) < 1e-4]


def test_overflow_shows_with_large_logits(problem):
    p, X, Tau = problem("mimo")
    p["c"] = p["c"] + 1000
    with np.errstate(all="ignore"):
        assert np.isnan(twists_for("mimo")["softmax-overflow"](p, X, Tau)["dU"]).any()
    assert np.isfinite(twisted("mimo")(p, X, Tau)["dU"]).all()


def test_twists_of_different_names_differ(problem, apart, mapping):
    call = frozen(problem(mapping))
    answers = {key: function(*call) for key, function in twists_for(mapping).items()}
    same = [
        (one, other)
        for one, other in combinations(answers, 2)
        if ids(one) != ids(other) and apart(answers[one], answers[other]) < 1e-5
    ]
    assert [pair for pair in same if ids(*pair) not in ALIASES.get(mapping, [])] == []


def test_every_core_twist_is_offered_somewhere(mapping):
    assert set(CORE) <= set(TWISTS)
    assert len([key for key in CORE if applies(key, mapping)]) >= 35


def test_two_twists_reuse_what_neither_changes(problem, apart, mapping):
    """A pair made from a kept run with one twist equals the pair made anew."""
    call = problem(mapping)
    fresh = [np.array(value) if isinstance(value, np.ndarray) else value for value in call]
    keys = list(pairs_for(mapping))[::23]
    kept = {key: twisted(mapping, *key)(*frozen(call)) for key in keys}
    for key in keys:
        anew = ({name: array.copy() for name, array in call[0].items()}, *fresh[1:])
        assert apart(kept[key], twisted(mapping, *key)(*anew)) == 0, key
        assert apart(kept[key], twisted(mapping, *reversed(key))(*call)) < 1e-12, key


def test_pairs_hold_two_different_mistakes(mapping):
    for pair in pairs_for(mapping):
        assert len(ids(*pair)) == 2
        assert all(applies(key, mapping) for key in pair)


def test_changed_arguments_give_a_new_answer(problem):
    """Runs are kept only for arguments that can't change."""
    p, X, Tau = problem("mimo")
    before = twisted("mimo", "w-not-transposed")(p, X, Tau)["dW"]
    p["W"][0, 1] += 1
    assert not np.allclose(before, twisted("mimo", "w-not-transposed")(p, X, Tau)["dW"])


def test_arguments_stay_as_they_are(problem, mapping):
    call = frozen(problem(mapping))
    for function in twists_for(mapping).values():
        with np.errstate(all="ignore"):
            function(*call)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_a_single_mistake_is_a_single_idea(problem, mapping):
    """Twists in a sum of its own touch that array only."""
    call = frozen(problem(mapping))
    right = twisted(mapping)(*call)
    only = {"dw-current-h": "dW", "du-previous-x": "dU", "dv-with-z": "dV", "dh0-without-wt": "dh0"}
    for key, array in only.items():
        wrong = twisted(mapping, key)(*call)
        assert {name for name in right if not np.allclose(right[name], wrong[name])} == {array}
