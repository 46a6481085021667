"""Chapter 4: its drawings, and the numbers that stand in its text."""

import re

import numpy as np
import pytest
from figures import chapter04
from figures.echo import FAINT, echo, gone_at
from figures.style import PALETTES, svg

from solutions.reference import sequences
from solutions.reference.activations import ACTIVATIONS
from solutions.reference.losses import log_sum_exp, sequence_loss, softmax
from solutions.reference.rnn import rnn_forward

DRAWINGS = ("unrolled", "autocompletion", "one_step", "one_echo", "five_echoes", "stored")


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[4]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter04, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter04\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d-\d)\)=$", text, re.MULTILINE) == [f"sec-4-{n}" for n in range(1, 8)]


@pytest.fixture(scope="module")
def deep():
    """The network that completes "deep", as the chapter has it."""
    p = {
        "U": np.array([[1, -0.5, 0.5, 0], [0, 1, -1, 0.5]]),
        "W": np.array([[0.5, -1.0], [1, 0.5]]),
        "V": np.array([[-1.0, 0], [1, 0], [0, 1], [0, -1]]),
        "b": np.zeros(2),
        "c": np.zeros(4),
        "h0": np.zeros(2),
    }
    vocab = ["d", "e", "p", "<stop>"]
    X = sequences.one_hot(["d", "e", "e", "p"], vocab)
    Tau = sequences.one_hot(["e", "e", "p", "<stop>"], vocab)
    return p, X, Tau


def test_the_steps_by_hand(text, deep):
    p, X, _ = deep
    run = rnn_forward(p, X)
    assert run["z"][0] == pytest.approx([1, 0])
    assert run["h"][1] == pytest.approx([0.7616, 0], abs=5e-5)
    assert run["o"][0] == pytest.approx([-0.7616, 0.7616, 0, 0], abs=5e-5)
    assert run["z"][1] == pytest.approx([-0.1192, 1.7616], abs=5e-5)
    assert run["h"][2] == pytest.approx([-0.1186, 0.9427], abs=5e-5)
    for number in ("0.7616", "-0.1192", "1.7616", "-0.1186", "0.9427"):
        assert number in text
    assert not np.allclose(run["y"][1], run["y"][2])  # the same character, another state


def test_the_loss_of_the_word(text, deep):
    p, X, Tau = deep
    run = rnn_forward(p, X)
    E, _ = sequence_loss(run["o"], Tau, "softmax-ce")
    assert f"{E:.3f}" == "4.130"
    assert "The loss of 4.130" in text
    assert f"{4 * np.log(4):.3f}" == "5.545"
    assert f"{2 * np.log(2):.3f}" == "1.386"
    # Two targets for the input e, one each: no single output does better than one half for both.
    halves = [-np.log(q) - np.log(1 - q) for q in np.linspace(0.01, 0.99, 99)]
    assert min(halves) == pytest.approx(2 * np.log(2), rel=1e-9)


def test_where_exp_ends():
    with np.errstate(all="ignore"):
        assert np.isinf(np.exp(710.0))
        assert np.isfinite(np.exp(709.0))
        assert np.exp(-746.0) == 0
        assert np.exp(-745.0) > 0


def test_the_widget_of_one_step(text):
    o = np.array(chapter04.LOGITS)
    y, loss = softmax(o), log_sum_exp(o) - o
    for number in (*(f"{share:.3f}" for share in y), *(f"{value:.3f}" for value in loss)):
        assert number in text
    assert y[1:] / y[:-1] == pytest.approx(np.full(3, np.e))
    assert softmax(o + 1000) == pytest.approx(y, rel=1e-12)


@pytest.mark.parametrize("name", ["tanh", "linear"])
@pytest.mark.parametrize("w_h", [0.0, 0.5, -0.9, 1.1, 1.5])
def test_the_echo_of_the_pictures_is_the_tested_one(w_h, name):
    f = ACTIVATIONS["tanh" if name == "tanh" else "identity"]
    assert echo(w_h, 30, name) == pytest.approx(sequences.echo(w_h, 30, f), rel=1e-12)


@pytest.mark.parametrize(
    ("w_h", "t", "size", "gone"),
    [
        (0.0, 2, 0.0, 2),
        (0.5, 5, 0.0449, 5),
        (0.9, 10, 0.189, 23),
        (1.0, 60, 0.155, None),
        (1.1, 60, 0.503, None),
        (1.5, 60, 0.859, None),
        (-0.9, 10, -0.189, 23),
    ],
)
def test_the_echo_at_named_settings(w_h, t, size, gone):
    assert echo(w_h, 60)[t - 1] == pytest.approx(size, abs=5e-4)
    assert gone_at(w_h, 60) == gone
    assert FAINT == 0.05


def test_what_is_said_of_the_echo(text):
    assert f"{echo(1.5, 20, 'linear')[-1]:.0f}" == "2217"
    assert "it is 2217 at $t = 20$" in text
    assert echo(1.0, 400)[-1] == pytest.approx(np.sqrt(1.5 / 400), rel=0.02)
    assert np.tanh(1.1 * 0.503) == pytest.approx(0.503, abs=5e-4)
    # From any positive input the state ends near the same value.
    for start in (0.2, 1.0, 3.0):
        h = np.tanh(start)
        for _ in range(59):
            h = np.tanh(1.1 * h)
        assert h == pytest.approx(0.503, abs=5e-3)
