"""The assignment of chapter 7: its table of arrows, and its hints."""

import re

import numpy as np
import pytest

from solutions.exercises.ch05 import MIMO
from solutions.exercises.ch07 import ANY_LOSS, CHAINS, EXERCISES, LAYERS, SKIPS
from solutions.reference.general import outputs_of

NAME = "ch07-any-graph"
pytestmark = pytest.mark.xdist_group(NAME)


def test_the_table_of_arrows_names_every_weight_with_its_shape(text, names):
    statement = text("7.7", "statement")
    shapes = dict(re.findall(r"`(\w+)` \$(\([^)]*\))\$", statement))
    assert set(shapes) == {part.name[1:] for part in EXERCISES["7.7"].parts}
    for name, shape in shapes.items():
        assert shape in names["bptt_follower"].__doc__, name


# Hints


def test_7_1_without_recurrence_every_step_is_a_layered_network(names):
    p, X, Tau = LAYERS.cases[0].make(np.random.default_rng(11))
    p = {**p, "W1": np.zeros_like(p["W1"]), "W2": np.zeros_like(p["W2"])}
    whole = names["bptt_stacked"](p, X, Tau)
    each = [names["bptt_stacked"](p, X[t : t + 1], Tau[t : t + 1]) for t in range(len(X))]
    for name in ("dU1", "dU2", "db1", "db2", "dV", "dc"):
        assert whole[name] == pytest.approx(sum(g[name] for g in each))
    assert not whole["dh1_0"].any()


def test_7_2_turned_round_the_chains_change_places(names):
    p, X, Tau = CHAINS.cases[1].make(np.random.default_rng(11))
    p = {**p, "Ub": p["U"], "Wb": p["W"], "bb": p["b"], "hb0": p["h0"], "Vb": p["V"]}
    g = names["bptt_bidirectional"](p, X, Tau)
    turned = names["bptt_bidirectional"](p, X[::-1], Tau[::-1])
    for one, other in (("dU", "dUb"), ("dW", "dWb"), ("db", "dbb"), ("dh0", "dhb0"), ("dV", "dVb")):
        assert g[one] == pytest.approx(turned[other])
        assert g[other] == pytest.approx(turned[one])


def test_7_3_two_arrows_side_by_side(names):
    p, S, _, X, Tau = SKIPS.cases[0].make(np.random.default_rng(11))
    g = names["bptt_skip"](p, S, 1, X, Tau)
    assert g["dS"] == pytest.approx(g["dW"])


def test_7_4_constant_rows_and_cross_entropy(names):
    p, X, Tau = MIMO.cases[0].make(np.random.default_rng(11))
    rows = np.repeat(np.arange(1.0, 7.0)[:, None], 5, axis=1)
    assert np.abs(names["bptt_from_dy"](p, X, rows)["eps"]).max() < 1e-14
    g = names["bptt_from_dy"](p, X, -Tau / outputs_of(p, X)["y"])
    for name, array in MIMO.reference(p, X, Tau).items():
        assert g[name] == pytest.approx(array)
    assert {part.name for part in ANY_LOSS.parts} == set(g)


def test_7_5_drawings_are_as_wide_as_they_look(text):
    drawings = re.findall(r"```text\n(.*?)```", text("7.5", "statement"), re.DOTALL)
    assert len(drawings) == 3
    skip = drawings[2].splitlines()
    middle = skip[2]
    at = {name: middle.index(f"h[{name}]") for name in ("t-2", "t-1", "t", "t+1", "t+2")}

    def under(column):
        return next(name for name, start in at.items() if start <= column < start + len(f"h[{name}]"))

    heads = [under(column) for column, sign in enumerate(skip[1]) if sign == "v"]
    tails = [under(column) for column, sign in enumerate(skip[1]) if sign == "|"]
    assert list(zip(tails, heads, strict=True)) == [("t-2", "t"), ("t", "t+2")]
    assert (under(skip[3].index("|")), under(skip[3].index("^"))) == ("t-1", "t+1")
