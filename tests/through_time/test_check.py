import asyncio
import inspect
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from through_time import CheckResult, check

PARTS = ("dU", "dW", "dV", "db", "dc", "dh0")


@pytest.fixture
def told(capsys):
    """told(...) runs check, and returns its result and what it printed; nothing may go to stderr."""

    def run(*arguments) -> tuple[CheckResult, str]:
        result = check(*arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out == "\n".join(result.sentences) + "\n"
        assert printed.out.isascii()
        assert len(printed.out.splitlines()) <= 12
        return result, printed.out

    return run


@pytest.mark.parametrize("exercise", ["5.1", "5.2", "5.3", "5.4", "5.5"])
def test_right_function_is_right_in_all_parts(exercise, right, told):
    result, out = told(exercise, right[exercise])
    assert result.right
    assert result
    assert dict(result.parts) == dict.fromkeys(PARTS, True)
    assert "dU, dW, dV, db, dc and dh0 agree with central differences of E" in out


def test_function_and_answer_together(right, told):
    result, out = told("5.8", right["5.3"], "C")
    assert result.right
    assert set(result.parts) == {*PARTS, "bug_5_8"}
    assert 'its form is right (one of the letters "A" to "E")' in out


def test_result_is_quiet_in_a_notebook(right, told):
    result, _ = told("5.1", right["5.1"])
    assert repr(result) == "<check 5.1: right>"
    assert result._ipython_display_() is None


def test_half_right(spoil, told):
    def change(g):
        g["dW"] = g["dW"] + np.eye(len(g["dW"]))

    result, out = told("5.2", spoil(change))
    assert not result
    assert [name for name, good in result.parts.items() if not good] == ["dW"]
    assert "Right: dU, dV, db, dc and dh0. Not right: dW." in out
    assert "most at dW[" in out
    assert "(Tried with n = 2, d = 4, k = 5, T = 3.)" in out


def scaled(name, factor):
    return lambda g: g.update({name: factor * g[name]})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (scaled("dU", 2), "dU is 2 times the central difference, in every entry."),
        (scaled("dU", 1 / 3), "dU is 0.3333 times the central difference, in every entry."),
        (scaled("db", -1), "db has the wrong sign throughout."),
        (scaled("dc", 0), "dc is all zeros, though E does depend on the parameter."),
        (lambda g: g.update(dW=g["dW"].T), "dW is the transpose of the central difference."),
        (
            lambda g: g.update(dV=g["dV"].T),
            "dV is (4, 5), expected (5, 4), the shape of V (the transpose has it).",
        ),
        (lambda g: g.update(db=g["db"][:, None]), "db is (4, 1), expected (4,), the shape of b."),
        (lambda g: g.update(dc=g["dc"].astype("f4")), "dc has the dtype float32, expected float64."),
        (lambda g: g.update(dc=g["dc"].astype(object)), "dc has the dtype object, expected float64."),
        (
            lambda g: g.update(dU=g["dU"].tolist()),
            "dU must be an array of the shape of U, (4, 2); it is a list.",
        ),
        (lambda g: g.update(dc=0.5), "dc must be an array of the shape of c, (5,); it is a float."),
        (lambda g: g.update(dc=np.float64(0.5)), "it is a float64."),
        (lambda g: g.update(dh0=None), "dh0 must be an array of the shape of h0, (4,); it is None."),
        (lambda g: g.update(dU=scaled), "it is a function."),
        (lambda g: g.pop("dh0") is None or None, "dh0 is missing from the dict."),
        (lambda g: g["dV"].__setitem__((1, 2), np.nan), "dV holds NaN or inf: dV[1, 2] is nan, for one."),
        (lambda g: g["db"].__setitem__(3, -np.inf), "db holds NaN or inf: db[3] is -inf, for one."),
        (scaled("dU", 1e300), "dU is 1e+300 times"),
    ],
)
def test_what_is_wrong_is_said(change, sentence, spoil, told):
    result, out = told("5.2", spoil(change))
    assert not result.right
    assert list(result.parts.values()).count(False) == 1
    assert sentence in out


def test_several_arrays_that_are_not_finite_share_a_sentence(spoil, told):
    def change(g):
        g["dU"][:], g["db"][:] = np.inf, np.nan

    result, out = told("5.2", spoil(change))
    assert not result.parts["dU"]
    assert not result.parts["db"]
    assert "dU and db hold NaN or inf: dU[0, 0] is inf, for one." in out


def test_key_that_nobody_asked_for_is_mentioned_and_does_no_harm(spoil, told):
    result, out = told("5.2", spoil(lambda g: g.update(loss=1.0)))
    assert result.right
    assert "Nobody asked for 'loss'" in out


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "returned None: let it end with `return`"),
        ([1, 2], "must return a dict with the keys dU, dW, dV, db, dc and dh0; it returned a list."),
        (np.zeros(3), "it returned an array."),
        (1.5, "it returned a float."),
    ],
)
def test_wrong_container(value, sentence, told):
    result, out = told("5.1", lambda *_: value)
    assert sentence in out
    assert dict(result.parts) == dict.fromkeys(PARTS, False)


def test_stub_is_told_to_be_written(told):
    def bptt_siso(*_):
        raise NotImplementedError

    result, out = told("5.1", bptt_siso)
    assert not result.right
    assert "bptt_siso is not written yet: put your code in place of `raise NotImplementedError()`" in out


def test_exception_is_told_with_its_line(told):
    def bptt_siso(p, x, *_):
        return p["U"] @ p["W"] @ x

    _, out = told("5.1", bptt_siso)
    assert "bptt_siso stopped with ValueError: matmul" in out
    line = inspect.getsourcelines(bptt_siso)[1] + 1
    assert f'(line {line}: return p["U"] @ p["W"] @ x)' in out


def test_wrong_signature_is_told_how_it_is_called(told):
    _, out = told("5.1", lambda _p, _x: {})
    assert "2 positional arguments but 4 were given" in out
    assert "It is called as bptt_siso(p, x, tau, T)." in out


def test_exit_in_the_function_is_a_sentence(told):
    _, out = told("5.1", lambda *_: sys.exit(3))
    assert "stopped with SystemExit: 3" in out


def test_interrupt_by_the_student_gets_through():
    def loop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("5.1", loop)


def test_changed_argument_is_named(right, told):
    def bptt_simo(p, x, Tau):
        g = right["5.2"](p, x, Tau)
        p["W"] *= 1.5
        p["extra"] = 1
        Tau[0] = 0
        return g

    result, out = told("5.2", bptt_simo)
    assert not result.right
    assert all(result.parts.values())
    assert "changed what it was given: p['W'], p['extra'] and Tau." in out


def test_function_that_remembers_is_caught(spoil, told):
    calls = []

    def change(g):
        calls.append(1)
        g["dU"] += len(calls) - 1

    result, out = told("5.2", spoil(change))
    assert not result.right
    assert "gave another answer when it was called again" in out


def test_function_that_reuses_its_arrays_is_judged_by_each_call(right, told):
    kept = {}

    def bptt_simo(p, x, Tau):
        for name, array in right["5.2"](p, x, Tau).items():
            kept.setdefault(name, array)[...] = array
        return kept

    result, _ = told("5.2", bptt_simo)
    assert result.right


def test_second_call_that_fails_is_caught(right, told):
    calls = []

    def bptt_simo(p, x, Tau):
        calls.append(1)
        return right["5.2"](p, x, Tau) if len(calls) == 1 else None

    result, _ = told("5.2", bptt_simo)
    assert not result.right


def test_warnings_and_stderr_do_not_reach_stderr(right, capfd):
    def bptt_simo(p, x, Tau):
        np.exp(np.array([1000.0]))
        warnings.warn("mind the gap", UserWarning, stacklevel=1)
        print("noted", file=sys.stderr)
        return right["5.2"](p, x, Tau)

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        result = check("5.2", bptt_simo)
    assert result.right
    printed = capfd.readouterr()
    assert printed.err == ""
    assert (
        "Python warned: RuntimeWarning('overflow encountered in exp') and UserWarning('mind the gap')"
        in printed.out
    )
    assert "noted" in printed.out


def test_async_function_leaves_no_warning_behind(told):
    async def bptt_siso(*_):
        await asyncio.sleep(0)

    _, out = told("5.1", bptt_siso)
    assert "it returned a coroutine" in out


def test_overflow_shows_with_large_logits(right, told):
    def naive(p, X, Tau):
        with np.errstate(all="ignore"):
            factor = np.exp(p["c"]).sum() / np.exp(p["c"]).sum()
        return {name: factor * array for name, array in right["5.3"](p, X, Tau).items()}

    result, out = told("5.3", naive)
    assert not result.right
    assert "exp that overflows" in out
    assert "logits near 1000 and -1000" in out


@pytest.mark.parametrize("value", [None, {}, "bptt_siso", np.zeros(2)])
def test_what_is_no_function(value, told):
    result, out = told("5.1", value)
    assert dict(result.parts) == dict.fromkeys(PARTS, False)
    assert "write its name without brackets" in out


class Awkward(dict):
    """A student's object whose every method raises."""

    def __repr__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    def __iter__(self):
        raise RuntimeError

    def keys(self):
        raise RuntimeError

    __hash__ = None


class SilentError(Exception):
    def __str__(self):
        raise RuntimeError


Odd = type("Gr\N{LATIN SMALL LETTER O WITH DIAERESIS}\N{LATIN SMALL LETTER SHARP S}e", (), {})


@pytest.mark.parametrize("value", [Awkward(), Awkward(dU=1), {"dU": Awkward()}, Odd(), {Odd: 1}])
def test_awkward_objects_make_no_traceback(value, told):
    result, _ = told("5.1", lambda *_: value)
    assert not result.right


def test_awkward_exception_makes_no_traceback(told):
    def bptt_siso(*_):
        raise SilentError

    _, out = told("5.1", bptt_siso)
    assert "stopped with SilentError" in out


@pytest.mark.parametrize(
    ("exercise", "sentence"),
    [
        ("5.11", "There is no exercise '5.11'. Ids near it: 5.1"),
        (
            "nonsense",
            "There is no exercise 'nonsense'. An id is a chapter and a number, such as \"5.1\".",
        ),
        (5.1, 'The exercise\'s id is a string, such as "5.1"; check got a float.'),
        (None, "check got None."),
        (["5.1"], "check got a list."),
    ],
)
def test_unknown_exercise(exercise, sentence, told):
    result, out = told(exercise, 1)
    assert not result.right
    assert sentence in out
    assert len(out.splitlines()) == 1


def test_wrong_number_of_answers(right, told):
    result, out = told("5.8", right["5.3"])
    assert not result.right
    assert 'Write check("5.8", bptt_mimo_fixed_a, bug_5_8).' in out
    assert not told("5.1")[0].right


FOUR = {"SISO": (1, 2, 3), "SIMO": (1, 2, 3), "MIMO": (1, 2, 3), "many-to-one": (1, 2, 3)}


@pytest.mark.parametrize(
    ("exercise", "value"),
    [
        ("5.6", frozenset({"SISO", "many-to-one"})),
        ("5.6", frozenset()),
        ("5.7", FOUR),
        ("5.7", FOUR | {"SISO": (np.int64(1), 2, 3)}),
    ],
)
def test_form_of_an_answer_is_right(exercise, value, told):
    result, out = told(exercise, value)
    assert result.right
    assert "its form is right" in out
    assert "only the grader knows" in out


@pytest.mark.parametrize(
    ("exercise", "value", "sentence"),
    [
        ("5.6", None, "but it is still None."),
        ("5.6", {"SISO"}, "but it is a set; write it as frozenset({...})."),
        (
            "5.6",
            frozenset({"SISO", "siso"}),
            "but 'siso' is not one of 'SISO', 'SIMO', 'MIMO' or 'many-to-one'.",
        ),
        ("5.6", frozenset({1}), "but 1 is not one of"),
        ("5.7", [], "but it is a list, not a dict."),
        ("5.7", {"SISO": (1, 2, 3)}, "but it lacks 'SIMO', 'MIMO' and 'many-to-one'."),
        ("5.7", FOUR | {"one-to-one": (1, 2, 3)}, "but 'one-to-one' is not one of"),
        ("5.7", FOUR | {"MIMO": (1, 2)}, "the value of 'MIMO' is (1, 2), not a tuple of 3 whole numbers."),
        ("5.7", FOUR | {"MIMO": [1, 2, 3]}, "the value of 'MIMO' is [1, 2, 3], not a tuple"),
        ("5.7", FOUR | {"MIMO": (1, 2, 3.5)}, "not a tuple of 3 whole numbers."),
        ("5.7", FOUR | {"MIMO": (1, 2, True)}, "not a tuple of 3 whole numbers."),
        ("5.7", FOUR | {"MIMO": (1, 2, -1)}, "not a tuple of 3 whole numbers."),
        ("5.7", FOUR | {"MIMO": (1, 2, np.zeros(2))}, "not a tuple of 3 whole numbers."),
        ("5.7", FOUR | {"MIMO": Awkward()}, "is an object of type Awkward, not a tuple"),
    ],
)
def test_form_of_an_answer_is_wrong(exercise, value, sentence, told):
    result, out = told(exercise, value)
    assert not result.right
    assert sentence in out


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "it is still None."),
        ("c", "'c' is not one of"),
        (3, "it is an int; write the letter in quotes."),
    ],
)
def test_form_of_a_letter(value, sentence, right, told):
    result, out = told("5.9", right["5.3"], value)
    assert result.parts["dU"]
    assert not result.parts["bug_5_9"]
    assert sentence in out


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(np.zeros(2)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=6,
)


@given(value=values, exercise=st.sampled_from(["5.6", "5.7", "5.1", "5.12"]))
def test_no_value_makes_check_raise(value, exercise):
    assert not check(exercise, value).right
    assert not check(exercise, lambda *_: value).right
