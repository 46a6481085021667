"""The rule for any graph gives every network of the book."""

import numpy as np
import pytest

from solutions.reference.activations import IDENTITY, SIGMOID
from solutions.reference.bidirectional import bptt_bidirectional
from solutions.reference.bptt import bptt_mimo
from solutions.reference.errors import ShapeError, UnknownNameError
from solutions.reference.graph import Node, walk, walk_back
from solutions.reference.losses import output_eps
from solutions.reference.numeric import central_difference, relative_error
from solutions.reference.skip import bptt_skip_without_past
from solutions.reference.stacked import bptt_stacked
from solutions.reference.steps import grad_X
from solutions.reference.two_states import bptt_two_states
from solutions.reference.verification import networks
from solutions.reference.verification.mappings import mimo
from solutions.reference.verification.problems import SIZES

T, STEPS = SIZES["T"], range(1, SIZES["T"] + 1)


def out(*arrows):
    return [
        Node(("o", t), tuple((weight, (name, t)) for weight, name in arrows), "c", IDENTITY) for t in STEPS
    ]


def state(name, t, *arrows, bias="b", **f):
    return Node((name, t), arrows, bias, **f)


def gradients(nodes, problem, starts, extra=()):
    """All gradients of a softmax cross entropy over the nodes ("o", t), by the walk back."""
    X, Tau = problem.arguments["X"], problem.arguments["Tau"]
    given = {("x", t): X[t - 1] for t in STEPS} | {node: problem.p[name] for name, node in starts.items()}
    weights = {name: array for name, array in problem.p.items() if name not in starts}
    _, values = walk(nodes, weights, given)
    o = np.array([values["o", t] for t in STEPS])
    eps = output_eps(o, Tau, "softmax-ce") * np.array(extra or [1.0] * T)[:, None]
    g, dv = walk_back(nodes, weights, given, {("o", t): eps[t - 1] for t in STEPS})
    return g | {f"d{name}": dv[node] for name, node in starts.items()}, dv


def same(found, expected):
    assert found.keys() == expected.keys()
    assert max(relative_error(found[name], expected[name]) for name in expected) < 1e-12


@pytest.mark.parametrize("seed", [11, 23, 47])
def test_the_plain_network(seed):
    problem = mimo(seed, **SIZES)
    chain = [state("h", t, ("U", ("x", t)), ("W", ("h", t - 1))) for t in STEPS]
    g, dv = gradients(chain + out(("V", "h")), problem, {"h0": ("h", 0)})

    same(g, bptt_mimo(problem.p, **problem.arguments))
    X = problem.arguments["X"]
    expected = central_difference(
        lambda x: -float((problem.arguments["Tau"] * np.log(softmax_of(problem.p, x))).sum()), X
    )
    assert relative_error(np.array([dv["x", t] for t in STEPS]), expected) < 1e-7


def softmax_of(p, X):
    h, y = p["h0"], []
    for x in X:
        h = np.tanh(p["U"] @ x + p["W"] @ h + p["b"])
        e = np.exp(p["V"] @ h + p["c"])
        y.append(e / e.sum())
    return np.array(y)


def test_a_stack():
    problem = networks.stack_problem(11, **SIZES)
    nodes = []
    for t in STEPS:
        nodes.append(state("h1", t, ("U1", ("x", t)), ("W1", ("h1", t - 1)), bias="b1"))
        nodes.append(state("h2", t, ("U2", ("h1", t)), ("W2", ("h2", t - 1)), bias="b2"))
    g, _ = gradients(nodes + out(("V", "h2")), problem, {"h1_0": ("h1", 0), "h2_0": ("h2", 0)})

    same(g, bptt_stacked(problem.p, **problem.arguments))


def test_two_directions():
    problem = networks.bidirectional_problem(47, **SIZES)
    with_time = [state("h", t, ("U", ("x", t)), ("W", ("h", t - 1))) for t in STEPS]
    against = [state("hb", t, ("Ub", ("x", t)), ("Wb", ("hb", t + 1)), bias="bb") for t in reversed(STEPS)]
    nodes = with_time + against + out(("V", "h"), ("Vb", "hb"))
    mask = list(problem.arguments["loss_at"])
    g, _ = gradients(nodes, problem, {"h0": ("h", 0), "hb0": ("hb", T + 1)}, mask)

    same(g, bptt_bidirectional(problem.p, **problem.arguments))


def test_a_skip_in_time():
    problem = networks.skip_problem(11, **SIZES, s=3)
    nodes = []
    for t in STEPS:
        skips = [("S", ("h", t - 3))] if t >= 3 else []
        nodes.append(state("h", t, ("U", ("x", t)), ("W", ("h", t - 1)), *skips))
    g, _ = gradients(nodes + out(("V", "h")), problem, {"h0": ("h", 0)})

    X, Tau = problem.arguments["X"], problem.arguments["Tau"]
    same(g, bptt_skip_without_past(problem.p, problem.p["S"], 3, X, Tau))


def test_two_states_with_an_activation_each():
    problem = networks.two_states_problem(11, **SIZES)
    nodes = []
    for t in STEPS:
        before = [("h", t - 1), ("m", t - 1)]
        nodes += [
            state("h", t, ("Uh", ("x", t)), ("Whh", before[0]), ("Whm", before[1]), bias="bh"),
            state("m", t, ("Um", ("x", t)), ("Wmh", before[0]), ("Wmm", before[1]), bias="bm", f=SIGMOID),
        ]
    g, _ = gradients(nodes + out(("Vh", "h"), ("Vm", "m")), problem, {"h0": ("h", 0), "m0": ("m", 0)})

    same(g, bptt_two_states(problem.p, **problem.arguments))


def test_a_bias_unused_has_no_gradient_and_seeds_may_stand_anywhere():
    p = {"A": np.array([[2.0]]), "b": np.zeros(1), "unused": np.ones(2)}
    nodes = [Node("u", (("A", "x"),), "b", IDENTITY), Node("v", (("A", "u"),), "b", IDENTITY)]
    seeds = {"v": np.array([1.0]), "u": np.array([10.0])}
    g, dv = walk_back(nodes, p, {"x": np.array([3.0])}, seeds)

    # E = v + 10 u, with u = 2·3 and v = 2 u, so ∂E/∂u = 2 + 10.
    assert dv == {"x": [24.0], "u": [12.0], "v": [1.0]}
    assert seeds == {"v": [1.0], "u": [10.0]}
    assert {name: array.tolist() for name, array in g.items()} == {
        "dA": [[12.0 * 3.0 + 6.0]],
        "db": [13.0],
        "dunused": [0.0, 0.0],
    }


def test_the_walk_leaves_its_arguments_alone():
    p = {"A": np.array([[2.0]]), "b": np.ones(1)}
    given = {"x": np.array([3.0])}
    seeds = {"u": np.array([1.0])}
    nodes = [Node("u", (("A", "x"),), "b")]
    z, values = walk(nodes, p, given)
    walk_back(nodes, p, given, seeds)

    assert (z["u"].tolist(), values["u"]) == ([7.0], pytest.approx([np.tanh(7.0)]))
    assert (list(given), p["b"].tolist(), seeds["u"].tolist()) == (["x"], [1.0], [1.0])


def test_what_is_missing_or_misshapen_is_named():
    p = {"A": np.array([[2.0]]), "b": np.zeros(1)}
    x = {"x": np.array([3.0])}
    with pytest.raises(UnknownNameError, match="no value yet for the tail 'v'; choose one of x"):
        walk([Node("u", (("A", "v"),), "b")], p, x)
    with pytest.raises(UnknownNameError, match="no node 'w'; choose one of x, u"):
        walk_back([Node("u", (("A", "x"),), "b")], p, x, {"w": np.ones(1)})
    with pytest.raises(ShapeError, match=r"^tail has shape"):
        walk([Node("u", (("A", "x"),), "b")], p, {"x": np.ones(2)})
    with pytest.raises(ShapeError, match=r"^weight has shape"):
        walk([Node("u", (("A", "x"),), "b")], {**p, "A": np.ones(2)}, x)
    with pytest.raises(ShapeError, match=r"^seed has shape"):
        walk_back([Node("u", (("A", "x"),), "b")], p, x, {"u": np.ones(2)})


def test_the_inputs_gradient_is_the_plain_networks(p, X, Tau):
    chain = [state("h", t, ("U", ("x", t)), ("W", ("h", t - 1))) for t in STEPS]
    given = {("x", t): X[t - 1] for t in STEPS} | {("h", 0): p["h0"]}
    weights = {name: p[name] for name in ("U", "W", "b")}
    rng = np.random.default_rng(5)
    seeds = {("h", t): rng.normal(size=4) for t in STEPS}

    _, dv = walk_back(chain, weights, given, seeds)

    z, _ = walk(chain, weights, given)
    deltas = np.array([(1 - np.tanh(z["h", t]) ** 2) * dv["h", t] for t in STEPS])
    assert np.array([dv["x", t] for t in STEPS]) == pytest.approx(grad_X(p["U"], deltas))
    assert Tau.shape == (6, 5)
