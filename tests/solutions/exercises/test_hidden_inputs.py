"""Every function task of chapter 5: what it is asked, and what its reference says."""

import inspect

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from through_time import numeric
from through_time._gradients import TOLERANCE
from through_time.checks import CHECKS

from solutions.exercises import inputs
from solutions.exercises.alternatives import alternatives_for

CHAPTER = "5"
GRADIENTS = {"dU", "dW", "dV", "db", "dc", "dh0"}
STYLES = {"paths", "forward", "Jacobian products", "einsum", "recursion", "scalar loops"}


def only_first(x, T):
    X = np.zeros((T, len(x)))
    X[0] = x
    return X


def logits(p, X):
    h, rows = p["h0"], []
    for x in X:
        h = anp.tanh(anp.dot(p["U"], x) + anp.dot(p["W"], h) + p["b"])
        rows.append(anp.dot(p["V"], h) + p["c"])
    return rows


def half_square(p, X, Tau):
    return sum(0.5 * anp.sum((anp.tanh(o) - tau) ** 2) for o, tau in zip(logits(p, X), Tau, strict=True))


def cross_entropy(p, X, Tau):
    if X.ndim == 3:
        return sum(cross_entropy(p, X_i, Tau_i) for X_i, Tau_i in zip(X, Tau, strict=True))
    total = 0.0
    for o, tau in zip(logits(p, X), Tau, strict=True):
        top = anp.max(o)
        total = total - anp.dot(tau, o - top - anp.log(anp.sum(anp.exp(o - top))))
    return total


def binary(p, X, tau):
    o = logits(p, X)[-1]
    return anp.sum(anp.log(1 + anp.exp(o)) - tau * o)


LOSSES = {
    "bptt_siso": lambda p, x, tau, T: 0.5 * anp.sum((anp.tanh(logits(p, only_first(x, T))[-1]) - tau) ** 2),
    "bptt_simo": lambda p, x, Tau: half_square(p, only_first(x, len(Tau)), Tau),
    "bptt_many_to_one": binary,
}


def loss_of(task):
    return next(t.loss for tasks in CHECKS.values() for t in tasks if t.name == task.name)


def test_parts_are_among_what_the_reference_returns(task, questions):
    for _, arguments in questions(task):
        g = task.reference(*arguments)
        assert set(g) == GRADIENTS
        assert {part.name for part in task.parts} <= GRADIENTS


def test_there_are_arguments_for_all_names(task, questions):
    for _, arguments in questions(task):
        assert len(arguments) == len(task.arguments)
    assert task.signature.startswith(f"{task.name}({task.arguments[0]}, ")
    for name in task.arguments:
        assert name in task.signature
    inspect.signature(task.reference).bind(*task.arguments)


def test_inputs_hide_nothing(task, questions):
    for case, (p, *rest) in questions(task):
        for array in (*p.values(), *rest):
            if isinstance(array, np.ndarray):
                assert array.dtype == np.float64
                assert np.isfinite(array).all()
        assert np.linalg.norm(p["W"] - p["W"].T) > 0.1
        for name in ("b", "c", "h0"):
            assert np.all(np.abs(p[name]) >= 0.2), case.name


def test_standard_case_has_three_draws_and_sizes_that_all_differ(task):
    first = task.cases[0]
    assert first.draws == 3
    assert first.diagnostic
    p, *rest = first.make(np.random.default_rng(1))
    k, d = p["V"].shape
    n = p["U"].shape[1]
    T = 6
    B = [len(rest[0])] if rest[0].ndim == 3 else []
    assert len({n, d, k, T, *B}) == 4 + len(B)
    assert (n, d) == (3, 4)
    assert any(array == T if isinstance(array, int) else T in array.shape for array in rest)


def test_cases_that_hide_mistakes_name_none(task):
    names = {case.name: case.diagnostic for case in task.cases}
    assert len(names) == len(task.cases)
    assert names.pop("EQ") is True
    assert not any(diagnostic for name, diagnostic in names.items() if name in {"T1", "B1", "BIG"})


def test_draws_depend_on_the_generator_alone(task):
    for case in task.cases:
        one, same, other = (case.make(np.random.default_rng(seed)) for seed in (1, 1, 2))
        assert np.array_equal(one[0]["W"], same[0]["W"])
        assert not np.array_equal(one[0]["W"], other[0]["W"])


def test_reference_meets_central_differences(task, questions):
    for case, arguments in questions(task):
        if case.name == "BIG":
            continue  # E is near 2000 there, and its rounding drowns the difference; see the next test
        slopes = numeric.gradient(loss_of(task), *arguments)
        for name, slope in slopes.items():
            assert numeric.relative_error(slope, task.reference(*arguments)[name]) < 1e-7, (case.name, name)


def test_reference_meets_automatic_differentiation(task, questions):
    loss = LOSSES.get(task.name, cross_entropy)
    for case, arguments in questions(task):
        slopes = grad(loss)(*arguments)
        for name, array in task.reference(*arguments).items():
            assert numeric.relative_error(slopes[name.removeprefix("d")], array) < 1e-12, (case.name, name)


def test_other_styles_give_the_same_numbers(task, questions):
    assert set(task.alternatives) == STYLES
    for case, arguments in questions(task):
        g = task.reference(*arguments)
        for style, function in task.alternatives.items():
            for name, array in function(*arguments).items():
                assert numeric.relative_error(array, g[name]) < 1e-12, (case.name, style, name)


def test_every_part_weighs_something_in_every_question(task):
    """A part far below the rest would be judged against the rest, and its mistakes would pass."""
    for case in task.cases:
        for seed in range(100):
            g = task.reference(*case.make(np.random.default_rng(seed)))
            total = np.sqrt(sum(np.sum(array**2) for array in g.values()))
            for part in task.parts:
                assert np.linalg.norm(g[part.name]) > inputs.AUDIBLE * total, (case.name, seed, part.name)


def differs(g, expected):
    with np.errstate(all="ignore"):
        return any(
            g[name].shape != array.shape or not numeric.relative_error(g[name], array) < TOLERANCE
            for name, array in expected.items()
        )


def test_every_twist_fails_in_some_question(task, questions):
    asked = [(arguments, task.reference(*arguments)) for _, arguments in questions(task)]
    for key, twist in task.twists.items():
        with np.errstate(all="ignore"):
            assert any(differs(twist(*arguments), expected) for arguments, expected in asked), key


def test_every_twist_fails_the_students_own_check(task):
    """What the grader would mark down, `check` tells the student beforehand."""
    trials = next(t for tasks in CHECKS.values() for t in tasks if t.name == task.name).trials()
    asked = [(trial.arguments, task.reference(*trial.arguments)) for trial in trials]
    for key, twist in task.twists.items():
        with np.errstate(all="ignore"):
            assert any(differs(twist(*arguments), expected) for arguments, expected in asked), key


def test_probes_and_prefixes_make_arguments_that_can_be_asked(task, questions):
    for _, arguments in questions(task):
        for probe in task.probes:
            assert "{parts}" in probe.vanishes
            changed = probe.change(arguments)
            assert set(task.reference(*changed)) == GRADIENTS
        cut = task.prefixes(arguments)
        assert len(cut) in {1, 6}
        whole, last = task.reference(*arguments), task.reference(*cut[-1])
        for name, array in whole.items():
            assert np.array_equal(array, last[name])
        assert task.reference(*cut[0])["dU"].shape == whole["dU"].shape


def test_probes_do_what_they_say(task, questions):
    _, arguments = next(questions(task))
    before = {name: array.copy() for name, array in arguments[0].items()}
    changed = {probe.name: probe.change(arguments)[0] for probe in task.probes}
    assert not changed["W = 0"]["W"].any()
    assert not changed["h0 = 0"]["h0"].any()
    assert np.array_equal(changed["symmetric W"]["W"], changed["symmetric W"]["W"].T)
    for name, array in before.items():
        assert np.array_equal(array, arguments[0][name])


def test_one_hot_and_large_logits():
    rng = np.random.default_rng(11)
    _, _, Tau = inputs.mimo_one_hot(3, 4, 5, 6)(rng)
    assert set(np.unique(Tau)) == {0.0, 1.0}
    np.testing.assert_array_equal(Tau.sum(axis=1), 1)
    p, X, _ = inputs.mimo_large_logits(3, 4, 5, 6)(rng)
    o = np.array(logits(p, X))
    assert np.abs(o).min() > 990
    assert ((o > 990).sum(axis=1) == 2).all()


def test_labels_of_many_to_one():
    taus = {float(inputs.many_to_one_label(3, 4, 6)(np.random.default_rng(seed))[2][0]) for seed in range(20)}
    assert taus == {0.0, 1.0}


@pytest.mark.parametrize("mapping", ["siso", "simo", "mimo", "many-to-one", "batch"])
def test_styles_exist_for_every_mapping(mapping):
    assert set(alternatives_for(mapping)) == STYLES
