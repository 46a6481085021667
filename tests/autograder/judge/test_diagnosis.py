"""Names, groups, pairs; what is said when there is no name; and what no message may hold."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.judge.explore import CUT, STEP, step_curve, step_sentence
from autograder.judge.inputs import Question
from autograder.judge.prepared import prepare
from autograder.judge.sentences import limited, listed, one_digit, redacted
from solutions.exercises import EXERCISES
from solutions.misconceptions import MISCONCEPTIONS
from solutions.misconceptions.bptt import STEPS, given_mimo, twisted
from solutions.misconceptions.steps import Run, after
from solutions.model import Case, Exercise, FunctionTask, Part
from solutions.reference.backward import deltas
from solutions.reference.bptt import bptt_mimo, bptt_siso
from solutions.reference.losses import output_eps
from solutions.reference.rnn import rnn_forward


def mimo_with(**steps):
    """A BPTT whose steps are changed in a way that the catalogue doesn't have."""
    return lambda *arguments: Run(STEPS, given_mimo(*arguments), (steps,)).g


def said(verdict):
    return " ".join(verdict.messages)


def test_named_mistake_has_its_sentence_and_section(exercise, hand_in):
    verdict = hand_in(exercise("mimo"), twisted("mimo", "w-not-transposed"))
    entry = MISCONCEPTIONS["w-not-transposed"]
    assert verdict.misconceptions == ("w-not-transposed",)
    assert verdict.messages[-1] == entry.message
    assert verdict.section == entry.section
    assert {part.name: part.right for part in verdict.parts} == {
        **dict.fromkeys(("dU", "dW", "db", "dh0"), False),
        **dict.fromkeys(("dV", "dc"), True),
    }


def test_same_numbers_are_named_as_a_group(exercise, hand_in):
    verdict = hand_in(exercise("siso"), twisted("siso", "loop-forward"))
    assert set(verdict.misconceptions) == {"immediate-only", "loop-forward"}
    assert "2 known mistakes, which give the same numbers here" in said(verdict)
    assert verdict.section == "5.3"


def test_two_at_once_are_both_named(exercise, hand_in):
    verdict = hand_in(exercise("mimo"), twisted("mimo", "sign-flipped", "fprime-twice"))
    assert set(verdict.misconceptions) == {"sign-flipped", "fprime-twice"}
    assert "Two things at once:" in verdict.messages


def test_three_at_once_have_no_name(exercise, hand_in):
    verdict = hand_in(exercise("mimo"), twisted("mimo", "sign-flipped", "fprime-twice", "dv-with-z"))
    assert (verdict.score, verdict.misconceptions) == (0, ())
    assert "This isn't a mistake that we know by name." in verdict.messages


def test_mixture_of_two_ways_in_one_array_has_no_name(exercise, hand_in):
    """dW from one wrong delta, dU from another, and db from a third mixture of both."""

    def mixed(*arguments):
        one, other = (twisted("mimo", key)(*arguments) for key in ("w-not-transposed", "fprime-missing"))
        right = bptt_mimo(*arguments)
        return {**right, "dW": one["dW"], "dU": other["dU"], "db": one["db"] + other["db"]}

    verdict = hand_in(exercise("mimo"), mixed)
    assert verdict.misconceptions == ()


def test_mistake_in_some_arrays_only_is_not_named_after_one_in_all(exercise, hand_in):
    """dW as with W for Wᵀ, the other arrays right: nobody who holds that idea gets this."""

    def half(*arguments):
        return {**bptt_mimo(*arguments), "dW": twisted("mimo", "w-not-transposed")(*arguments)["dW"]}

    assert hand_in(exercise("mimo"), half).misconceptions == ()


def test_arrays_of_wrong_shape_do_not_hide_the_name(exercise, hand_in):
    def wrong(*arguments):
        g = twisted("mimo", "w-not-transposed")(*arguments)
        return {**g, "dV": g["dV"].T}

    verdict = hand_in(exercise("mimo"), wrong)
    assert "`dV` has shape (4, 5), expected (5, 4)." in verdict.messages


def test_missing_arrays_do_not_hide_the_name(exercise, hand_in):
    def wrong(*arguments):
        g = twisted("mimo", "fprime-twice")(*arguments)
        return {name: g[name] for name in ("dU", "dW", "dV", "dc")}

    assert hand_in(exercise("mimo"), wrong).misconceptions == ("fprime-twice",)


def test_transposed_arrays_are_seen_where_shapes_allow_it(exercise, hand_in):
    def swapped(p, X, Tau):
        g = bptt_mimo(p, X, Tau)
        return {**g, "dU": g["dU"].T, "dW": g["dW"].T, "dV": g["dV"].T}

    verdict = hand_in(exercise("mimo"), swapped)
    assert verdict.misconceptions == ("outer-swapped",)
    assert "`dU` has shape (3, 4), expected (4, 3)." in verdict.messages


def test_overflow_is_named_from_the_extreme_case(exercise, hand_in):
    def unstable(p, X, Tau):
        with np.errstate(all="ignore"):
            return twisted("mimo", "softmax-overflow")(p, X, Tau)

    verdict = hand_in(exercise("mimo"), unstable)
    assert verdict.misconceptions == ("softmax-overflow",)
    assert verdict.section == "4.4"


def test_the_length_at_which_the_error_begins_is_told(exercise, hand_in):
    late = mimo_with(x=lambda r: np.roll(r.X, 2, axis=0))
    verdict = hand_in(exercise("mimo"), late)
    assert verdict.misconceptions == ()
    assert (
        "For a sequence of up to 2 steps you are right; the error begins at 3 steps, in dU."
        in verdict.messages
    )
    assert "With the same input at every step, dU would be right" in said(verdict)
    assert verdict.curve_label == CUT
    assert [t for t, error in verdict.curve if error < 1e-6] == [1, 2]
    assert [t for t, _ in verdict.curve] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("steps", "clue"),
    [
        ({"hand_on": lambda _: lambda r, _t, delta, _o, _c: 2 * delta @ r.W}, "With W = 0, dU, dW and db"),
        (
            {"hand_on": lambda _: lambda r, _t, delta, _o, _c: delta @ (r.W + r.W.T) / 2},
            "With a symmetric W, dU, dW, db and dh0",
        ),
        ({"slope": lambda r: (1 - r.h[1:] ** 2) ** 3}, "With tiny states, where tanh is a straight line"),
        ({"h0": lambda r: r.p["h0"] ** 2}, "With h0 = 0, dU, dW, dV, db, dc and dh0"),
        (
            {"meet": lambda _: lambda r, t, own, carry: r.slope[t] * (own * (not carry.any()) + carry)},
            "With a loss at the last step only",
        ),
        ({"dW": after(lambda _, part: 3 * part)}, "dW: right up to a factor."),
        ({"dV": after(lambda _, part: -part)}, "dV: the right numbers, with the opposite sign."),
    ],
)
def test_unknown_mistake_gets_a_clue(exercise, hand_in, steps, clue):
    verdict = hand_in(exercise("mimo"), mimo_with(**steps))
    assert verdict.misconceptions == ()
    assert clue in said(verdict)
    assert len(verdict.messages) <= 12


def with_deltas(p, X, Tau):
    """An exercise that asks for the deltas."""
    run = rnn_forward(p, X)
    return {"deltas": deltas(p, run["z"], output_eps(run["o"], Tau, "softmax-ce"))}


DELTAS = Exercise(
    "6.2",
    "Deltas",
    "code",
    "6.6",
    (
        FunctionTask(
            "deltas",
            "deltas(p, X, Tau) -> dict of deltas (T, d)",
            ("p", "X", "Tau"),
            (Part("deltas", 4),),
            (Case("STD", EXERCISES["5.3"].tasks[0].cases[0].make, 3),),
            with_deltas,
        ),
    ),
)


def test_first_wrong_delta_is_told(hand_in):
    def wrong(*arguments):
        found = with_deltas(*arguments)["deltas"]
        found[:3] += 1
        return {"deltas": found}

    verdict = hand_in(DELTAS, wrong)
    assert "delta_t is right down to t = 4, and first wrong at t = 3." in said(verdict)
    assert verdict.curve_label == STEP
    assert [t for t, error in verdict.curve if error < 1e-6] == [4, 5, 6]


def test_delta_wrong_at_the_end_is_told():
    asked = Question(Case("c", lambda _: ()), (), {"deltas": np.ones((3, 2))}, {"deltas": 2.0})
    curve = step_curve(asked, {"deltas": np.zeros((3, 2))})
    assert "wrong from the first one computed, t = 3" in step_sentence(curve)
    assert step_sentence(step_curve(asked, {"deltas": np.ones((3, 2))})) == ""


def frightening(p, X, Tau):
    """An exception that carries the inputs."""
    raise ValueError(f"{p['W'].tolist()} {X.tolist()} {Tau.tolist()} {p['W'].tobytes().hex()}")


@pytest.mark.parametrize(
    "function",
    [
        frightening,
        *(twisted("mimo", *keys) for keys in (["w-not-transposed"], ["sign-flipped", "dv-with-z"])),
        mimo_with(slope=lambda r: (1 - r.h[1:] ** 2) ** 3),
        mimo_with(dW=after(lambda _, part: part + 1)),
    ],
)
def test_no_message_holds_an_input_or_an_expected_value(exercise, hand_in, numbers_in_words, function):
    ex = exercise("mimo")
    text = said(hand_in(ex, function))
    for asked in prepare(ex, b"secret")["bptt_mimo"].asked:
        assert not [number for number in numbers_in_words(asked) if number in text]


def test_hidden_numbers_are_cut_from_exception_texts():
    assert redacted("ValueError: 0.12345 -1e-05 1234567 0x1p-3") == "ValueError: … … … …p-3"
    assert redacted("shapes (4,3) and (4,) not aligned (in your line 12: a = b @ c)") == (
        "shapes (4,3) and (4,) not aligned (in your line 12: a = b @ c)"
    )
    assert len(redacted("word " * 400)) <= 240


def test_sentences_are_put_together():
    assert [listed(names) for names in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
    assert [one_digit(error) for error in (0.00012, 0.034, 0.96, 12.0, 5000.0)] == [
        "1e-04",
        "0.03",
        "1",
        "10",
        "over 1000",
    ]
    assert len(limited([str(n) for n in range(30)] + ["", "0"])) == 12


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.sampled_from([1e-5, 1e-3, 0.1, 1.0, 100.0]),
    names=st.sets(st.sampled_from(["dU", "dW", "dV", "db", "dc", "dh0"]), min_size=1),
)
def test_noise_is_rejected_and_has_no_name(exercise, hand_in, seed, size, names):
    rng = np.random.default_rng(seed)
    noise = {}

    def noisy(*arguments):
        g = bptt_siso(*arguments)
        for name in names:
            key = (name, arguments[1].tobytes())
            if key not in noise:
                noise[key] = size * (1 + np.linalg.norm(g[name])) * rng.standard_normal(g[name].shape)
            g[name] = g[name] + noise[key]
        return g

    verdict = hand_in(exercise("siso"), noisy)
    assert {part.name for part in verdict.parts if not part.right} == names
    assert verdict.misconceptions == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    factors=st.dictionaries(
        st.sampled_from(["dU", "dW", "dV", "db", "dc", "dh0"]),
        st.sampled_from([-1.0, 3.0, -2.0, 0.1, 10.0]),
        min_size=1,
        max_size=5,
    )
)
def test_signs_and_factors_of_some_arrays_have_no_name(exercise, hand_in, factors):
    def scaled(*arguments):
        g = bptt_mimo(*arguments)
        return {name: factors.get(name, 1.0) * part for name, part in g.items()}

    verdict = hand_in(exercise("mimo"), scaled)
    assert verdict.misconceptions == ()
    assert {part.name for part in verdict.parts if not part.right} == factors.keys()
