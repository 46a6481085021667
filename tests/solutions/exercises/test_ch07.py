"""Chapter 7: points, references against both oracles, hidden inputs, answers, and what a judge makes of it all."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from through_time import numeric
from through_time._values import examine
from through_time.checks import CHECKS

from autograder.judge import DirectStudent, judge
from autograder.verify import verify_exercise
from solutions.exercises import ASSIGNMENTS
from solutions.exercises.ch07 import ANY_LOSS, ASSIGNMENT, CHAINS, EXERCISES, FOLLOWS, LAYERS, SKIPS
from solutions.exercises.ch07_answers import ARROWS, DERIVATION, ENTERING, HEARD, INPUTS, LEAVING
from solutions.misconceptions import MISCONCEPTIONS
from solutions.reference.graph import Node, walk_back

CHAPTER = "7"
SECRET = b"for tests"
ANSWERS = (ARROWS, INPUTS)


def verdict(exercise, **names):
    return judge(EXERCISES[exercise], DirectStudent(names, names), SECRET, MISCONCEPTIONS)


def test_points_kinds_and_sections():
    assert [(e.id, e.points, e.by_hand, e.kind, e.section) for e in EXERCISES.values()] == [
        ("7.1", pytest.approx(6), 0, "code", "7.4"),
        ("7.2", pytest.approx(6), 0, "code", "7.5"),
        ("7.3", pytest.approx(4), 0, "code", "7.6"),
        ("7.4", pytest.approx(5), 0, "code", "7.3"),
        ("7.5", 3, 0, "conceptual", "7.1"),
        ("7.6", 1, 0, "conceptual", "7.5"),
        ("7.7", 4, 4, "written", "7.8"),
    ]
    assert sum(e.points for e in EXERCISES.values()) == pytest.approx(29)
    assert ASSIGNMENTS[ASSIGNMENT] == tuple(EXERCISES)


def test_the_split_of_points_is_that_of_the_plan():
    points = {part.name: part.points for task in (LAYERS, CHAINS, ANY_LOSS) for part in task.parts}
    layers = {part.name: part.points for part in LAYERS.parts}
    assert sum(layers[name] for name in ("dU2", "dW2", "db2", "dV", "dc")) == 2
    assert (layers["dU1"], layers["dW1"]) == (1, 2)
    chains = {part.name: part.points for part in CHAINS.parts}
    assert sum(chains[name] for name in ("dU", "dW", "db", "dh0")) == 2
    assert sum(chains[name] for name in ("dUb", "dWb", "dbb", "dhb0")) == 3
    assert points["eps"] == 2
    assert {part.name: part.points for part in SKIPS.parts} == {"dS": 1.5, "dW": 1, "dU": 1, "dh0": 0.5}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_known_about_an_exercise_is_told_apart(exercise):
    found = verify_exercise(EXERCISES[exercise], MISCONCEPTIONS, [SECRET], pairs=25)
    assert [row for row in found.rows if row.outcome != "ok"] == []


# The references, against the losses as on paper


def entropy(o, tau):
    return -anp.sum(tau * (o - anp.log(anp.sum(anp.exp(o)))))


def stacked(p, X, Tau):
    lower, upper, E = p["h1_0"], p["h2_0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        lower = anp.tanh(anp.dot(p["U1"], x) + anp.dot(p["W1"], lower) + p["b1"])
        upper = anp.tanh(anp.dot(p["U2"], lower) + anp.dot(p["W2"], upper) + p["b2"])
        E = E + entropy(anp.dot(p["V"], upper) + p["c"], tau)
    return E


def bidirectional(p, X, Tau):
    T = len(X)
    h, hb = [p["h0"]], {T: p["hb0"]}
    for t in range(T):
        h.append(anp.tanh(anp.dot(p["U"], X[t]) + anp.dot(p["W"], h[-1]) + p["b"]))
    for t in reversed(range(T)):
        hb[t] = anp.tanh(anp.dot(p["Ub"], X[t]) + anp.dot(p["Wb"], hb[t + 1]) + p["bb"])
    o = (anp.dot(p["V"], h[t + 1]) + anp.dot(p["Vb"], hb[t]) + p["c"] for t in range(T))
    return sum(entropy(row, tau) for row, tau in zip(o, Tau, strict=True))


def skip(p, s, X, Tau):
    h, E = {0: p["h0"]}, 0.0
    for t, (x, tau) in enumerate(zip(X, Tau, strict=True), start=1):
        far = anp.dot(p["S"], h[max(t - s, 0)])
        h[t] = anp.tanh(anp.dot(p["U"], x) + anp.dot(p["W"], h[t - 1]) + far + p["b"])
        E = E + entropy(anp.dot(p["V"], h[t]) + p["c"], tau)
    return E


def weighed(p, X, dY):
    h, E = p["h0"], 0.0
    for x, dy in zip(X, dY, strict=True):
        h = anp.tanh(anp.dot(p["U"], x) + anp.dot(p["W"], h) + p["b"])
        e = anp.exp(anp.dot(p["V"], h) + p["c"])
        E = E + anp.sum(dy * e / anp.sum(e))
    return E


def follower(p, X, Tau):
    h, m, E = p["h0"], p["m0"], 0.0
    for x, tau in zip(X, Tau, strict=True):
        h = anp.tanh(anp.dot(p["Uh"], x) + anp.dot(p["Whh"], h) + anp.dot(p["Whm"], m) + p["bh"])
        m = anp.tanh(anp.dot(p["Wmh"], h) + anp.dot(p["Wmm"], m) + p["bm"])
        E = E + entropy(anp.dot(p["Vh"], h) + anp.dot(p["Vm"], m) + p["c"], tau)
    return E


def test_references_meet_both_oracles(task, questions):
    losses = {
        "bptt_stacked": stacked,
        "bptt_bidirectional": bidirectional,
        "bptt_from_dy": weighed,
        "bptt_follower": follower,
    }
    for case, arguments in questions(task):
        if task is SKIPS:
            p, S, s, *rest = arguments
            p, E = {**p, "S": S}, lambda q, s=s, rest=rest: skip(q, s, *rest)
        else:
            p, *rest = arguments
            E = lambda q, rest=rest: losses[task.name](q, *rest)  # noqa: E731
        g, exact = task.reference(*arguments), autograd.grad(E)(p)
        quiet = case.name == "rows of one number"
        for name, slope in exact.items():
            assert g[f"d{name}"].dtype == np.float64
            if quiet:
                assert np.abs(g[f"d{name}"]).max() < 1e-14
            else:
                assert numeric.relative_error(g[f"d{name}"], slope) < 1e-11, (case.name, name)
        if case.name.startswith("STD"):
            W = next(iter(p))
            by_numbers = numeric.central_difference(lambda array, W=W, p=p, E=E: E({**p, W: array}), p[W])
            assert numeric.relative_error(g[f"d{W}"], by_numbers) < 1e-7


def test_hidden_inputs_have_what_hides_no_mistake(task, questions):
    for case, arguments in questions(task):
        p = arguments[0]
        if case.name.startswith("STD"):
            lengths = [len(arguments[-1]), *{size for array in p.values() for size in array.shape}]
            assert len(set(lengths)) == len(lengths), f"{task.name}: two sizes are equal"
        for name, array in p.items():
            assert array.any(), name
            if array.ndim == 2 and array.shape[0] == array.shape[1]:
                assert np.linalg.norm(array - array.T) > 1e-3


def test_long_arrows_are_asked_about_in_all_lengths(questions):
    lengths = {(s, len(X)) for _, (_, _, s, X, _) in questions(SKIPS)}
    assert lengths == {(2, 6), (3, 6), (1, 6), (8, 6)}
    for case, arguments in questions(SKIPS):
        g = SKIPS.reference(*arguments)
        if case.name == "s = 1":
            assert g["dS"] == pytest.approx(g["dW"], rel=1e-12)


def test_prefixes_and_probes_can_be_asked(task, questions):
    _, arguments = next(questions(task))
    T = len(arguments[-1])
    assert [len(shorter[-1]) for shorter in task.prefixes(arguments)] == list(range(1, T + 1))
    for probe in task.probes:
        assert "{parts}" in probe.vanishes
        assert task.reference(*probe.change(arguments)).keys() == task.reference(*arguments).keys()


def test_what_the_grader_marks_down_the_check_tells_beforehand(task):
    public = next(each for tasks in CHECKS.values() for each in tasks if each.name == task.name)
    assert examine(public, task.reference).right
    for function in task.alternatives.values():
        assert examine(public, function).right
    for key, twist in task.twists.items():
        with np.errstate(all="ignore"):
            assert not examine(public, twist).right, key


def test_a_part_that_holds_keeps_its_points():
    result = verdict("7.1", bptt_stacked=LAYERS.twists["lower-layer-carry-missing"])
    assert result.misconceptions == ("lower-layer-carry-missing",)
    assert {part.name for part in result.parts if part.score} == {"dU2", "dW2", "db2", "dh2_0", "dV", "dc"}


def test_two_mistakes_are_both_named():
    result = verdict("7.2", bptt_bidirectional=CHAINS.pairs["both-from-h0", "sign-flipped"])
    assert set(result.misconceptions) == {"both-from-h0", "sign-flipped"}


def test_the_check_without_points_names_a_mistake_and_takes_nothing():
    right = verdict("7.7", bptt_follower=FOLLOWS.reference)
    wrong = verdict("7.7", bptt_follower=FOLLOWS.twists["cross-state-term-missing"])
    assert right.messages == ()
    assert (right.score, right.max_score, right.by_hand) == (0, 0, 4)
    assert (wrong.score, wrong.max_score, wrong.by_hand) == (0, 0, 4)
    assert wrong.misconceptions == ("cross-state-term-missing",)


# Answers


def arrows_of(graph):
    """A graph around step t = 3 of 5, the node that is asked about, and its errors by their names."""
    steps = range(1, 6)
    names = {"delta": 1, "delta1": 1, "deltab": 2, "delta2": 2}
    if graph == "stacked":
        nodes = [
            node
            for t in steps
            for node in (
                Node((1, t), (("W1", (1, t - 1)),), "b"),
                Node((2, t), (("U", (1, t)), ("W2", (2, t - 1))), "b"),
                Node(("o", t), (("V", (2, t)),), "b"),
            )
        ]
        return nodes, (1, 3), ("delta1", "delta2"), names
    if graph == "bidirectional":
        nodes = [Node((1, t), (("W1", (1, t - 1)),), "b") for t in steps]
        nodes += [Node((2, t), (("W2", (2, t + 1)),), "b") for t in reversed(steps)]
        nodes += [Node(("o", t), (("V", (1, t)), ("U", (2, t))), "b") for t in steps]
        return nodes, (2, 3), ("delta", "deltab"), names
    nodes = [Node((1, t), (("W1", (1, t - 1)), ("U", (1, max(t - 2, 0)))), "b") for t in steps]
    nodes.append(Node(("o", 5), (("V", (1, 5)),), "b"))
    return nodes, (1, 3), ("delta",), names


@pytest.mark.parametrize("graph", LEAVING)
def test_the_arrows_are_those_of_the_graphs(graph):
    nodes, asked, chains, names = arrows_of(graph)
    found = set()
    for node in nodes:
        if any(tail == asked for _, tail in node.arrows):
            kind, t = node.name
            where = {-2: "[t-2]", -1: "[t-1]", 0: "[t]", 1: "[t+1]", 2: "[t+2]"}[t - 3]
            found.add("eps" + where if kind == "o" else next(c for c in chains if names[c] == kind) + where)
    assert found == LEAVING[graph]
    assert not LEAVING[graph] & ENTERING[graph]


def test_all_inputs_reach_the_third_output():
    p = {name: np.array([[0.7]]) for name in ("U", "W1", "W2", "V")} | {"b": np.array([0.1])}
    nodes = [Node((1, t), (("U", ("x", t)), ("W1", (1, t - 1))), "b") for t in range(1, 6)]
    nodes += [Node((2, t), (("U", ("x", t)), ("W2", (2, t + 1))), "b") for t in range(5, 0, -1)]
    nodes.append(Node("o", (("V", (1, 3)), ("V", (2, 3))), "b"))
    given = {("x", t): np.array([0.1 * t]) for t in range(1, 6)}
    given |= {(1, 0): np.array([0.2]), (2, 6): np.array([0.3])}
    _, dv = walk_back(nodes, p, given, {"o": np.ones(1)})
    assert {t for t in range(1, 6) if dv["x", t].any()} == HEARD


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda task: task.name)
def test_answers_are_right_by_their_own_marks(answer):
    assert isinstance(answer.answer, answer.expects)
    assert answer.mark(answer.answer) == {part.name: 1.0 for part in answer.parts}
    assert answer.remark(answer.answer) is None


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda task: task.name)
def test_wrong_answers_lose_points_and_are_named(answer):
    for key, value in answer.wrong.items():
        assert sum(answer.mark(value).values()) < len(answer.parts)
        assert answer.remark(value).misconception == key.partition(":")[0]


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (dict(LEAVING), 3),
        ({**LEAVING, "skip": frozenset()}, 2),
        ({"stacked": LEAVING["stacked"]}, 1),
        ({"stacked": "delta2[t]"}, 0),
        ({}, 0),
        ([], 0),
        (None, 0),
    ],
)
def test_arrows_are_marked_graph_by_graph(value, score):
    assert verdict("7.5", ans_7_5=value).score == score


@pytest.mark.parametrize(
    ("value", "score"),
    [(HEARD, 1), (frozenset({1, 2, 3, 4}), 0), (frozenset(), 0), (frozenset({"1"}), 0), (None, 0)],
)
def test_inputs_are_right_or_wrong(value, score):
    assert verdict("7.6", ans_7_6=value).score == score


def test_the_rubric_has_the_plan_s_points():
    assert [(criterion.name, criterion.points) for criterion in DERIVATION.rubric] == [
        ("the error of h", 1),
        ("the error of m", 1),
        ("all gradients", 1),
        ("shapes", 1),
    ]
