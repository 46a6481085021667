"""Calling a student's function: values come back, changed arguments are told, and failures have their reasons."""

import numpy as np
import pytest
from through_time.functions import Known

from autograder.student import Failure


@pytest.fixture
def define(run):
    """define(source) runs a cell that defines things."""

    def cell(source):
        assert run("import numpy as np\n" + source) == []

    return cell


def test_a_function_gets_copies_and_gives_arrays(session, define):
    define("def f(p, x, T): return {'dW': p['W'] * T, 'n': x.shape[0], 'names': ('a', ['b'])}")
    given = ({"W": np.eye(2)}, np.zeros((3, 1)), 2)
    reply = session.call("f", given)
    assert reply.failure is None
    assert reply.changed == ()
    assert np.array_equal(reply.value["dW"], 2 * np.eye(2))
    assert (reply.value["n"], reply.value["names"]) == (3, ("a", ["b"]))
    assert np.array_equal(given[0]["W"], np.eye(2))


def test_the_same_arguments_arrive_the_same_in_every_call(session, define):
    define("def f(p, x):\n    p['W'] += 1\n    x.append(0)\n    return p['W'], x")
    given = ({"W": np.eye(2)}, [1])
    for _ in range(3):
        reply = session.call("f", given)
        assert reply.changed == (0, 1)
        assert np.array_equal(reply.value[0], np.eye(2) + 1)
        assert reply.value[1] == [1, 0]
    assert session.call("f", ({"W": np.zeros((2, 2))}, [1])).value[0].max() == 1.0


def test_a_known_function_is_an_argument_that_can_be_called(session, define):
    define("def derivative(f, theta):\n    return (f(theta + 1e-6) - f(theta - 1e-6)) / 2e-6")
    cubic = Known("cubic", np.array([2.0]))
    reply = session.call("derivative", (cubic, np.array([1.0])))
    assert reply.changed == ()
    assert reply.value == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("x += 1", (1,)),
        ("x[0] = np.nan", (1,)),
        ("p['W'][:] = 0", (0,)),
        ("p['new'] = 1", (0,)),
        ("p.pop('W')", (0,)),
        ("p['W'] = 'text'", (0,)),
        ("p['W'] = p['W'].astype('f4')", (0,)),
        ("p['W'] = [[1.0]]", (0,)),
        ("s.append(1)", (2,)),
        ("s[0] = np.ones(3)", (2,)),
        ("s[1] = lambda: 0", (2,)),
        ("s[2]['a'] = {1: 2}", (2,)),
        ("s[0] = True", (2,)),
        ("p.clear(); x.fill(9); s.reverse()", (0, 1, 2)),
        ("x += 1; x -= 1", ()),
        ("x = x + 1; p = {}", ()),
        ("p['W'] = p['W'].copy()", ()),
    ],
)
def test_changed_arguments_are_reported(session, define, body, changed):
    define(f"def f(p, x, s):\n    {body}\n    return 0")
    reply = session.call("f", ({"W": np.ones((2, 2))}, np.zeros(3), [1, 2.0, {"a": None}]))
    assert reply.failure is None
    assert reply.changed == changed


def test_nan_in_an_argument_is_no_change(session, define):
    define("def f(x): return 0")
    assert session.call("f", (np.array([np.nan, 1.0]),)).changed == ()


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("object()", "type object"),
        ("lambda: 0", "type function"),
        ("np.array([None])", "dtype object"),
        ("np.ones(2) * 1j", "dtype complex128"),
        ("{'a': np.matrix}", "type type"),
        ("'x' * 10**7", "a text of 10000000 characters"),
        ("np.ones(10**7)", "an array of 76 MiB"),
        ("[np.ones(4 * 10**6)] * 3", "MiB of data"),
        ("'\\ud800'", "half a character"),
        ("list(range(10**6))", "more than 262144 values"),
        ("(lambda a: a.append(a) or a)([])", "deep"),
        ("(n for n in range(3))", "type generator"),
    ],
)
def test_values_that_are_not_plain_are_reported(session, define, returned, said):
    define(f"def f(): return {returned}\nvalue = f()")
    for reply in (session.call("f", ()), session.value("value")):
        assert reply.failure is Failure.NOT_PLAIN
        assert said in reply.detail
    assert session.value("np").failure is Failure.NOT_PLAIN
    assert session.run("1")[1] is None


LIES = """
class Says:
    __class__ = dict
class Meta(type):
    __eq__ = lambda *a: True
    __hash__ = lambda s: 0
    __name__ = property(lambda s: 1 / 0)
class Equal(dict, metaclass=Meta): pass
class Bad(Exception, metaclass=Meta): pass
class Array:
    __class__ = np.ndarray
    def __array__(self, *a, **k): raise SystemExit
"""


@pytest.mark.parametrize("value", ["Says()", "Meta('x', (), {})()", "Array()", "type('x', (int,), {})(1)"])
def test_what_lies_about_itself_is_not_plain(session, define, value):
    define(f"{LIES}value = [{value}]")
    assert session.value("value").failure is Failure.NOT_PLAIN
    assert session.run("1")[1] is None


def test_what_is_a_dict_below_is_one(session, define):
    define(f"{LIES}value = Equal(a=1)\ndef f(): raise Bad")
    assert session.value("value").value == {"a": 1}
    assert session.call("f", ()).failure is Failure.NOT_PLAIN
    assert session.run("1")[1] is None


def test_an_array_subclass_comes_as_an_array(session, define):
    define("def f(): return np.matrix([[1.0, 2.0]])")
    assert type(session.call("f", ()).value) is np.ndarray


def test_numpy_scalars_in_sets_and_keys(session, define):
    define("value = {np.int64(2): np.float64(0.5), 'set': frozenset(np.arange(2))}")
    value = session.value("value").value
    assert value[2] == 0.5
    assert value["set"] == {0, 1}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 1 / 0", "ZeroDivisionError: division by zero (in your line 3: return 1 / 0)"),
        ("raise NotImplementedError()", "NotImplementedError (in your line 3: raise NotImplementedError())"),
        ("return np.ones(2) @ np.ones(3)", "ValueError: matmul"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("return f(x)", "RecursionError"),
        ("return np.ones(2 * 10**9)", "MemoryError"),
        ("class E(Exception):\n        def __str__(self): raise ValueError\n    raise E", "E (in your line"),
        ("exec('1/0')", "(in your line 3: exec('1/0'))"),
        ("raise ValueError('x' * 10000)", "ValueError: xxx"),
    ],
)
def test_exceptions_have_their_text_and_the_line(session, define, body, said):
    define(f"def f(x):\n    {body}")
    reply = session.call("f", (1.0,))
    assert reply.failure is Failure.RAISED
    assert said in reply.detail
    assert len(reply.detail) <= 600
    assert session.run("1")[1] is None


def test_an_error_does_not_tell_the_input(session, define):
    define("def f(x): raise ValueError(f'{x.tolist()} of shape {x.shape}, not 2.5')")
    said = session.call("f", (np.array([0.123456, -1.5e-7 / 3, 12345.678]),)).detail
    assert said.startswith("ValueError: […, -5e-08, …] of shape (3,), not 2.5")


def test_half_a_character_in_an_error(session, define):
    define("def f(): raise ValueError('\\ud800')")
    reply = session.call("f", ())
    assert reply.failure is Failure.RAISED
    assert reply.detail.startswith("ValueError: ?")


def test_wrong_arguments(session, define):
    define("def f(x): return x")
    reply = session.call("f", (1, 2))
    assert reply.failure is Failure.RAISED
    assert "takes 1 positional argument but 2 were given" in reply.detail


def test_what_is_missing(session, define):
    define("f = 3")
    assert session.call("g", ()).detail == "g is not defined"
    assert session.call("f", ()).detail == "f is not a function but of type int"
    assert session.value("x").detail == "x is not defined"
    assert {session.call(name, ()).failure for name in ("f", "g")} == {Failure.MISSING}
    # A name of the judge's own making stays a name.
    assert session.value("__import__('os')").failure is Failure.MISSING


def test_a_call_that_takes_too_long_is_stopped_and_the_next_one_answers(session, define):
    define("def f(x):\n    while x: pass\n    return 1")
    reply = session.call("f", (1,))
    assert reply.failure is Failure.TIMEOUT
    assert reply.detail == "it had not ended after 1 seconds"
    assert session.call("f", (0,)).value == 1


def test_what_a_call_prints_and_warns_is_not_kept(session, define, text):
    define("import warnings\ndef f():\n    print('inputs')\n    warnings.warn('careful')\n    return 1")
    assert session.call("f", ()).value == 1
    assert text("print('cell')") == "cell\n"


def test_state_stays_between_calls(session, define):
    define("seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)")
    assert [session.call("f", (n,)).value for n in range(3)] == [1, 2, 3]
    assert session.value("seen").value == [0, 1, 2]


def test_both_random_generators_start_the_same_for_everybody(nursery):
    source = "import random\nimport numpy as np\nvalue = (random.random(), np.random.rand())"
    drawn = []
    for _ in range(2):
        with nursery.open() as session:
            session.run(source)
            drawn.append(session.value("value").value)
    assert np.array_equal(drawn[0], drawn[1])
