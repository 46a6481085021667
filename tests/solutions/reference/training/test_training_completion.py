"""Autocompletion."""

from functools import cache
from math import log

import numpy as np
import pytest

from solutions.reference.bptt import bptt_mimo
from solutions.reference.errors import CountError, UnknownNameError
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.training.completion import (
    complete,
    encode_word,
    floor_without_memory,
    start_values,
    train_deep,
    without_memory,
    words_objective,
)
from solutions.reference.verification.capstones import words
from solutions.reference.verification.problems import rnn_params

SEEDS = (11, 23, 47)


trained = cache(train_deep)


@pytest.fixture(params=SEEDS)
def learnt(request):
    return trained(request.param, use_W=True)


@pytest.fixture(params=SEEDS)
def forgetful(request):
    return trained(request.param, use_W=False)


def test_the_target_is_the_next_symbol():
    X, Tau = encode_word("deep")
    assert X.argmax(axis=1).tolist() == [0, 1, 1, 2]
    assert Tau.argmax(axis=1).tolist() == [1, 1, 2, 3]
    assert X.sum(axis=1).tolist() == Tau.sum(axis=1).tolist() == [1.0] * 4
    assert X.dtype == Tau.dtype == np.float64
    assert encode_word("p")[1].tolist() == [[0.0, 0.0, 0.0, 1.0]]


def test_every_letter_of_deep_is_learnt(learnt):
    p, losses = learnt
    assert losses[-1] < 0.05
    assert losses[0] > 2.0
    assert len(losses) == 1000
    assert complete(p, "d", 10) == "deep"
    assert complete(p, "de", 10) == "deep"


@pytest.mark.parametrize(
    ("seed", "use_W", "E"), [(11, True, 0.00242863436), (23, True, 0.00240678414), (11, False, 1.38834960658)]
)
def test_a_run_ends_where_it_ended_before(seed, use_W, E):
    assert trained(seed, use_W=use_W)[1][-1] == pytest.approx(E, rel=1e-6)


def test_without_memory_the_two_successors_of_e_are_a_coin(forgetful):
    p, losses = forgetful
    assert not p["W"].any()
    assert 1.386 < losses[-1] < 1.45


def test_the_start_state_is_not_trained(learnt, forgetful):
    assert not learnt[0]["h0"].any()
    assert not forgetful[0]["h0"].any()
    assert learnt[0]["W"].any()


def test_the_same_seed_gives_the_same_network():
    (p, losses), (again, losses_again), (other, _) = (
        trained(11, use_W=True),
        train_deep(11),
        trained(23, use_W=True),
    )
    assert losses == losses_again
    assert all((p[name] == again[name]).all() for name in p)
    assert (p["U"] != other["U"]).all()
    assert p["U"].shape == (2, 4)


@pytest.mark.parametrize(
    ("word", "floor"),
    [
        ("deep", 2 * log(2)),
        ("d", 0.0),
        ("dep", 0.0),
        ("deeep", log(3) + 2 * log(1.5)),
        ("pepp", 3 * log(3)),
    ],
)
def test_the_floor_is_the_entropy_of_what_follows(word, floor):
    assert floor_without_memory(word) == pytest.approx(floor, abs=1e-12)


def test_a_word_grows_until_its_length_is_reached(learnt):
    p, _ = learnt
    assert complete(p, "d", 3) == "dee"
    assert complete(p, "dee", 3) == "dee"


def test_words_add_up(rng):
    problem = words(int(rng.integers(1000)))
    p, examples = problem.p, problem.arguments["examples"]
    E, g = words_objective(p, examples)
    expected = numeric_gradients(lambda q: words_objective(q, examples)[0], p)
    assert max(relative_error(g[name], expected[name]) for name in g) < 1e-7
    assert pytest.approx(sum(words_objective(p, [word])[0] for word in examples), rel=1e-12) == E
    one = words_objective(p, examples[:1])[1]
    assert all((one[name] == bptt_mimo(p, *examples[0])[name]).all() for name in one)


def test_start_values_are_of_order_one(rng):
    p = start_values(rng, 50, 40, 30)
    assert {name: array.shape for name, array in p.items()} == {
        "U": (50, 40),
        "W": (50, 50),
        "V": (30, 50),
        "b": (50,),
        "c": (30,),
        "h0": (50,),
    }
    assert not any(p[name].any() for name in ("b", "c", "h0"))
    assert p["U"].std() == pytest.approx(1.0, rel=0.1)
    assert p["V"].std() == pytest.approx(1.0, rel=0.1)
    assert p["W"].std() == pytest.approx(1 / np.sqrt(50), rel=0.1)


def test_without_memory_only_W_is_gone(rng):
    p = rnn_params(rng, 3, 4, 5)
    bare = without_memory(p)
    assert bare["W"].shape == (4, 4)
    assert not bare["W"].any()
    assert p["W"].any()
    assert all(bare[name] is p[name] for name in p if name != "W")


def test_another_letter_is_named():
    with pytest.raises(UnknownNameError, match="no word 'x'; choose one of d, e, p, <stop>"):
        encode_word("dex")
    with pytest.raises(UnknownNameError, match="no word 'x'"):
        complete(rnn_params(np.random.default_rng(0), 4, 2, 4), "x", 3)


@pytest.mark.parametrize("call", [lambda: encode_word(""), lambda: complete({}, "", 3)])
def test_a_word_has_a_letter(call):
    with pytest.raises(CountError, match="the length of the word is 0"):
        call()
