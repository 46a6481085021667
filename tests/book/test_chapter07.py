"""Chapter 7: its drawings, and the numbers that stand in its text."""

import math
import re

import numpy as np
import pytest
from figures import chapter07, reach
from figures.style import PALETTES, svg

from solutions.reference.arrows import shortest_way
from solutions.reference.bidirectional import bidirectional_forward
from solutions.reference.feedback import bptt_feedback
from solutions.reference.general import mean_and_product_loss
from solutions.reference.losses import eps_softmax_cross_entropy, softmax
from solutions.reference.rnn import rnn_forward
from solutions.reference.skip import skip_forward
from solutions.reference.stacked import stacked_outputs

DRAWINGS = (
    *("node", "whole_loss", "stacked", "bidirectional", "time_skip", "two_states", "feedback", "reach"),
)


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[7]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter07, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter07\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d-\d)\)=$", text, re.MULTILINE) == [f"sec-7-{n}" for n in range(1, 9)]


def test_the_widget_and_what_its_links_set(text, root):
    assert re.findall(r"\{widget\} ([\w-]+)", text) == ["who-reaches-whom"]
    script = (root / "book" / "widgets" / "who-reaches-whom.js").read_text(encoding="utf-8")
    keys = set(re.findall(r'key: "(\w+)"', script))
    links = re.findall(r"\{setting\}`[^`<]+<who-reaches-whom\?([^>]+)>`", text)
    assert len(links) == 5
    for query in links:
        pairs = dict(pair.split("=") for pair in query.split("&"))
        assert pairs.keys() <= keys
        assert f'"{pairs["graph"].replace("%20", " ")}"' in script


# The numbers behind the maps and the table


def outputs(graph, x, w, s):
    """The same outputs by the reference."""
    p = {"U": [[0.8]], "W": [[w]], "V": [[1.0]], "b": [0.1], "c": [0.0], "h0": [0.2]}
    p = {name: np.array(array) for name, array in p.items()}
    X = x[:, None]
    if graph == "stacked":
        layers = {f"{name}{layer}": p[name] for layer in (1, 2) for name in "UWb"}
        return stacked_outputs({**layers, "h1_0": p["h0"], "h2_0": p["h0"], "V": p["V"], "c": p["c"]}, X)
    if graph == "bidirectional":
        back = {f"{name}b": p[name] for name in "UWVb"} | {"hb0": p["h0"]}
        return bidirectional_forward({**p, **back}, X)["o"]
    if graph == "time skip":
        return skip_forward(p, p["W"], np.tile(p["h0"], (s, 1)), X)["o"]
    return rnn_forward(p, X)["o"]


@pytest.mark.parametrize("graph", reach.GRAPHS)
@pytest.mark.parametrize(("T", "w", "s"), [(6, 0.9, 3), (5, -1.3, 2)])
def test_influence_is_the_derivative_of_the_tested_network(graph, T, w, s):
    x = np.sin(0.7 * np.arange(1, T + 1))
    assert reach.outputs(graph, list(x), w, s) == pytest.approx(outputs(graph, x, w, s)[:, 0], rel=1e-12)
    for j, nudge in enumerate(1e-5 * np.eye(T)):
        slope = (outputs(graph, x + nudge, w, s) - outputs(graph, x - nudge, w, s))[:, 0] / 2e-5
        assert reach.influence(graph, T, w, s)[:, j] == pytest.approx(slope, abs=1e-7)


def test_who_is_reached():
    assert {graph: reach.reached(graph, 6, 3) for graph in reach.GRAPHS} == {
        "plain": [1, 2, 3],
        "stacked": [1, 2, 3],
        "time skip": [1, 2, 3],
        "bidirectional": [1, 2, 3, 4, 5, 6],
    }
    assert reach.reached("plain", 10, 10) == reach.reached("time skip", 10, 10) == list(range(1, 11))


def test_steps_are_those_of_the_shortest_way(text):
    for T in (6, 10, 11):
        assert reach.steps("plain", T) == reach.steps("stacked", T) == shortest_way(T, 1)
        assert [reach.steps("time skip", T, s) for s in (2, 3, 4)] == [shortest_way(T, s) for s in (2, 3, 4)]
    assert (f"{0.9**9:.3f}", f"{0.9**3:.3f}") == ("0.387", "0.729")
    assert "0.9^9 = 0.387" in text
    assert "0.9^3 = 0.729" in text


def test_a_skip_over_two_steps_lets_less_through_than_none():
    last = {s: abs(reach.influence("time skip", 10, 0.9, s)[-1, 0]) for s in (2, 3)}
    plain = abs(reach.influence("plain", 10, 0.9)[-1, 0])
    assert last[2] < plain < last[3]


# The numbers in the text


def test_section_2_three_classes(text):
    o, tau = np.array([1.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0])
    y = softmax(o)
    assert [f"{value:.3f}" for value in y] == ["0.665", "0.245", "0.090"]
    assert "0.665,\\ 0.245,\\ 0.090" in text
    eps = eps_softmax_cross_entropy(o, tau)
    assert eps == pytest.approx(y - tau)
    assert eps.sum() == pytest.approx(0, abs=1e-15)
    assert np.abs(eps).min() > 0.08
    diagonal = y * (1 - y) * -tau / y
    assert not diagonal[[0, 2]].any()


def test_section_3_no_step_has_a_part_of_its_own():
    Y = np.array([[0.7, 0.3], [0.5, 0.5], [0.9, 0.1]])
    tau = np.array([0.4, 0.6])
    _, dY = mean_and_product_loss(Y, tau)
    other = Y.copy()
    other[2] = [0.1, 0.9]
    assert [f"{value:.4f}" for value in dY[:, 0]] == ["0.5500", "0.7300", "0.4500"]
    assert abs(mean_and_product_loss(other, tau)[1][0, 0] - dY[0, 0]) > 0.4


def test_section_4_counts_its_ways():
    def ways(T, L):
        """From the top layer's last state to the lowest layer's first, an arrow at a time."""
        count = {(L, T): 1}
        for layer in range(L, 0, -1):
            for t in range(T, 0, -1):
                count.setdefault((layer, t), 0)
                for after in ((layer + 1, t), (layer, t + 1)):
                    count[layer, t] += count.get(after, 0)
        return count[1, 1]

    assert ways(3, 2) == 3
    for T, L in ((3, 2), (5, 3), (4, 4)):
        assert ways(T, L) == math.comb(T - 1 + L - 1, L - 1)


def test_section_8_the_short_error_is_a_third_off():
    rng = np.random.default_rng(7)
    n, d, k, T = 2, 4, 3, 5
    shapes = {"U": (d, n), "W": (d, d), "R": (d, k), "V": (k, d), "b": d, "c": k, "h0": d, "y0": k}
    p = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    X, Tau = rng.normal(size=(T, n)), np.eye(k)[rng.integers(k, size=T)]
    g = bptt_feedback(p, X, Tau)
    assert g["dR"].shape == (d, k)
    assert np.linalg.norm(g["dR"]) > 0.1
