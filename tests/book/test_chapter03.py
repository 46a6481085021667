"""Chapter 3: its drawings, and the numbers that stand in its text."""

import re

import numpy as np
import pytest
from figures import chapter03, output_error
from figures.style import PALETTES, svg

from solutions.reference import losses, mlp
from solutions.reference.activations import SIGMOID, sigmoid

DRAWINGS = ("network", "fan", "outer", "saturated", "depth")


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[3]


@pytest.fixture(scope="module")
def example():
    """The network that the chapter works by hand: x, Ws, bs, and the tanh output of its last layer."""
    x = np.array([1.0, -0.5])
    Ws = [np.array([[0.6, -0.4], [0.2, 0.8]]), np.array([[0.5, -1.0]])]
    return x, Ws, [np.array([0.1, -0.1]), np.array([0.2])]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter03, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_of_the_module_is_in_the_chapter(text):
    assert {name for name in DRAWINGS if f"{{drawing}} chapter03.{name}" in text} == set(DRAWINGS)


def test_the_network_by_hand(text, example):
    x, Ws, bs = example
    zs, hs = mlp.mlp_forward(x, Ws, bs)
    assert zs[0] == pytest.approx([0.9, -0.3])
    for number in (*hs[1], *zs[1], *hs[2]):
        assert f"{number:.4f}".lstrip("-") in text
    tau = np.array([1.0])
    dWs, dbs = mlp.mlp_backward(x, Ws, bs, tau, "tanh-half-se")
    assert f"{dbs[1][0]:.4f}" == "-0.1617"
    assert [f"{each:.4f}" for each in dbs[0]] == ["-0.0394", "0.1479"]
    assert "(-0.1158,\\ 0.0471)" in text
    assert [f"{each:.4f}" for each in dWs[1][0]] == ["-0.1158", "0.0471"]
    assert "-0.0808 \\cdot 0.4869 = -0.0394" in text
    assert "0.1617 \\cdot 0.9151 = 0.1479" in text
    assert [f"{each:.4f}" for each in 1 - hs[1] ** 2] == ["0.4869", "0.9151"]

    moved = Ws[1] - 0.5 * dWs[1]
    early = mlp.layer_delta(zs[0], moved, dbs[1])
    assert f"{np.linalg.norm(early - dbs[0]) / np.linalg.norm(dbs[0]):.2f}" == "0.04"
    assert "off by 4 % only" in text


def test_the_shapes_of_the_first_question(text):
    assert chapter03.LAYERS == (3, 4, 4, 3, 2)
    assert "layers of 4, 4 and 3 units, and 2 outputs" in text
    assert sum(chapter03.LAYERS[1:]) == 13


@pytest.mark.parametrize("tau", [0.0, 1.0])
@pytest.mark.parametrize("z", [-3.0, 0.0, 2.0, 6.0])
def test_the_errors_of_the_pictures_are_the_tested_ones(z, tau):
    z, tau = np.array([z]), np.array([tau])
    squared = mlp.output_delta(z, sigmoid(z) - tau, SIGMOID)
    assert output_error.squared(z, tau[0]) == pytest.approx(squared, rel=1e-13)
    assert output_error.entropy(z, tau[0]) == pytest.approx(
        losses.eps_sigmoid_cross_entropy(z, tau), rel=1e-13
    )


def test_numbers_of_the_widgets(text):
    table = {0.0: (0.125, 0.5), 2.0: (0.0925, 0.881), 4.0: (0.0173, 0.982), 6.0: (0.00246, 0.998)}
    for z, (squared, entropy) in table.items():
        assert float(output_error.squared(z, 0.0)) == pytest.approx(squared, rel=5e-3)
        assert float(output_error.entropy(z, 0.0)) == pytest.approx(entropy, rel=5e-4)
    ratio = float(output_error.entropy(6.0, 0.0) / output_error.squared(6.0, 0.0))
    assert f"{ratio:.0f}" == "405"
    z = np.linspace(-8, 8, 160_001)
    errors = output_error.squared(z, 0.0)
    assert errors.max() == pytest.approx(4 / 27, rel=1e-8)
    assert z[errors.argmax()] == pytest.approx(np.log(2), abs=1e-4)
    assert "$4/27 = 0.148$" in text
    left = output_error.left(1, 10)
    assert [left[0], left[2]] == [0.25, 0.015625]
    assert f"{left[9]:.1e}" == "9.5e-07"
    assert output_error.left(6, 10)[2] == pytest.approx(3.375)
    assert f"{output_error.left(6, 10)[9]:.1f}" == "57.7"


def test_the_lost_minus(text):
    z = np.log(0.3 / 0.7)
    assert f"{np.log(0.3):.2f}" == "-1.20"
    # The slope of the printed loss by z is t - y; a step of descent goes against it.
    printed, right = z - (1 - 0.3), z - (0.3 - 1)
    assert f"{float(sigmoid(np.array(printed))):.2f}" == "0.18"
    assert f"{float(sigmoid(np.array(right))):.2f}" == "0.46"
    assert "takes $y$ to 0.18; with the right sign it goes to 0.46" in text


def test_the_derivation_of_the_softmax_error():
    rng = np.random.default_rng(3)
    z, tau = rng.normal(size=4), rng.uniform(size=4)
    y = np.exp(z) / np.exp(z).sum()
    by_hand = [sum(-tau[i] / y[i] * y[i] * ((i == j) - y[j]) for i in range(4)) for j in range(4)]
    assert losses.eps_softmax_cross_entropy(z, tau) == pytest.approx(by_hand)
