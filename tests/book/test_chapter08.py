"""Chapter 8: its drawings, and the numbers that stand in its text."""

import json
import math
import re

import numpy as np
import pytest
from figures import chapter08, factors
from figures.style import PALETTES, svg

from solutions.reference.activations import ACTIVATIONS, IDENTITY, RELU, SIGMOID, TANH
from solutions.reference.growth import (
    far_share,
    linear_loss_slope,
    settled_factor,
    settled_state,
    shear_norm,
)
from solutions.reference.jacobians import scalar_factor, state_jacobian, steps_to_factor
from solutions.reference.paths import scalar_path_terms

DRAWINGS = (
    *("product", "best_map", "three_slopes", "explorer", "network_map", "humps", "one_hump"),
    *("both_fates", "words", "short_and_long", "far_half"),
)
REFERENCE = {"tanh": TANH, "sigmoid": SIGMOID, "ReLU": RELU, "linear": IDENTITY}


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[8]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter08, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter08\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d-\d)\)=$", text, re.MULTILINE) == [f"sec-8-{n}" for n in range(1, 8)]


def test_widgets_and_what_their_links_set(text, root):
    widgets = set(re.findall(r"\{widget\} ([\w-]+)", text))
    assert widgets == {"gradient-explorer", "gradient-map", "hump", "short-and-long"}
    for name, query in re.findall(r"\{setting\}`[^`<]+<([\w-]+)\?([^>]+)>`", text):
        script = (root / "book" / "widgets" / f"{name}.js").read_text(encoding="utf-8")
        keys = set(re.findall(r'key: "(\w+)"', script))
        assert {pair.partition("=")[0] for pair in query.split("&")} <= keys, (name, query)
    assert '"relu"' in json.dumps(list(ACTIVATIONS))


# The numbers behind figures and tables


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("w", [-1.15, 0.9, 1.0, 2.0])
def test_the_network_of_the_pictures_is_the_tested_one(name, w):
    f, T = REFERENCE[name], 12
    h, z = [0.2], []
    for t in range(1, T + 1):
        z.append(0.8 * math.sin(0.7 * t) + w * h[-1] + 0.1)
        h.append(float(f.f(np.array([z[-1]]))[0]))
    run = factors.course(w, T, name)
    assert run.h == pytest.approx(h, rel=1e-12)
    product = scalar_factor(w, np.array(z), f)
    assert 10 ** factors.log_factor(w, T, name) == pytest.approx(abs(product), rel=1e-9)
    assert 10 ** factors.log_best(w, T, name) == pytest.approx((abs(w) * f.steepest) ** (T - 1), rel=1e-12)
    product = state_jacobian(np.array([[w]]), np.array(z)[:, None], T, 0, f)
    assert 10 ** run.logs[0] == pytest.approx(abs(product.item()), rel=1e-9)


@pytest.mark.parametrize(
    ("f", "w", "shown"),
    [
        ("tanh", 0.9, (3.93e-4, 7.5e-18, 1.2e-33)),
        ("tanh", 1.0, (5.97e-4, 3.9e-16, 7.5e-30)),
        ("tanh", 1.5, (1.66e-3, 4.1e-16, 1.2e-27)),
        ("tanh", 2.0, (9.96e-8, 4.3e-42, 1.1e-81)),
        ("sigmoid", 1.0, (4.77e-7, 1.5e-35, 1.5e-70)),
        ("ReLU", 1.0, (1, 1, 1)),
        ("ReLU", 1.1, (2.36, 107, 1.25e4)),
    ],
)
def test_driven_factors(f, w, shown):
    found = [factors.log_factor(w, T, f) for T in (10, 50, 100)]
    assert [10**log for log in found] == pytest.approx(shown, rel=0.05)


def test_a_relu_unit_that_was_off_keeps_nothing():
    for T in (10, 50, 100):
        assert factors.log_factor(0.9, T, "ReLU") == -np.inf
        assert factors.course(1.0, T, "ReLU").factor.min() == 1.0


def test_powers_of_ten_are_written_as_formulas():
    assert factors.power_of_ten(-np.inf) == "0"
    assert factors.power_of_ten(math.log10(0.387)) == "0.387"
    assert factors.power_of_ten(math.log10(4.3e-42)) == r"$4.30 \cdot 10^{-42}$"
    assert factors.power_of_ten(math.log10(9.999e5)) == r"$1.00 \cdot 10^{6}$"
    assert factors.power_of_ten(-400.0) == r"$1.00 \cdot 10^{-400}$"


@pytest.mark.parametrize(
    ("w", "T", "last", "far"),
    [
        (0.5, 10, 0.82, 0.0038),
        (0.9, 10, 0.61, 0.032),
        (0.9, 20, 0.51, 0.00054),
        (1.2, 20, 0.28, 0.0091),
        (1.5, 10, 0.077, 0.064),
    ],
)
def test_shares_of_short_and_long_terms(w, T, last, far):
    assert factors.shares(w, T) == pytest.approx((last, far), rel=0.02)
    assert factors.shares(w, T)[1] == pytest.approx(far_share(factors.terms(w, T)), rel=1e-12)


def test_terms_are_those_of_the_reference_and_add_up_to_the_gradient():
    from figures.scalar import run

    for w, T in ((0.9, 10), (-1.2, 7)):
        trace = run("many-to-one", w, T)
        assert factors.terms(w, T) == pytest.approx(trace.delta * trace.x, rel=1e-9)
        assert factors.terms(w, T).sum() == pytest.approx(trace.dU, rel=1e-12)


def test_terms_of_the_words(text):
    terms = factors.word_terms()
    U, W, V = {"cat": -1.0, "mat": -0.5, "rat": 1.0}, 0.5, 2.0
    for row, sentence, label in zip(terms, factors.SENTENCES, factors.LABELS, strict=True):
        h, z = 0.0, []
        for word in sentence.split():
            z.append(U[word] + W * h)
            h = math.tanh(z[-1])
        eps = 1 / (1 + math.exp(-V * h)) - label
        assert row == pytest.approx(scalar_path_terms(eps, V, W, np.array(z), np.ones(3)), rel=1e-12)
    assert [f"{value:.4f}" for value in terms[0]] == ["-0.0172", "-0.0820", "-0.3278"]
    for number in ("-0.0172", "-0.0820", "-0.3278"):
        assert number in text
    last = np.abs(terms[:, 2]) / np.abs(terms).sum(axis=1)
    assert last.min() > 0.70
    assert last.max() < 0.885
    for shown, value in zip(["0.328", "0.082", "0.017"], np.abs(terms[0])[::-1], strict=True):
        assert f"{value:.3f}" == shown
        assert shown in text


def test_the_hump():
    for rho, g, top, at in ((0.9, 0, 1.0, 0), (0.9, 2, 7.77, 9), (0.9, 5, 19.38, 9), (0.5, 5, 5.05, 1)):
        norms = factors.hump(rho, g, 100)
        assert norms == pytest.approx([shear_norm(rho, g, k) for k in range(101)], rel=1e-9)
        assert norms.max() == pytest.approx(top, rel=1e-3)
        assert norms.argmax() == at
    norms = factors.hump(0.9, 5, 100)
    assert norms[[50, 100]] == pytest.approx([1.43, 0.0148], rel=5e-3)
    assert factors.hump(1.0, 1, 100)[100] == pytest.approx(100, rel=1e-3)


# The numbers in the text


def test_section_1_by_hand(text):
    one, two = 0.9748 * 0.5, 0.8974 * 0.5
    assert (f"{one:.4f}", f"{two:.4f}", f"{one * two:.4f}") == ("0.4874", "0.4487", "0.2187")
    h = [0.4]
    for x in (1.0, 0.0, 0.0):
        h.append(math.tanh(0.6 * x + 0.5 * h[-1]))
    assert [f"{1 - state**2:.4f}" for state in h[2:]] == ["0.8974", "0.9748"]
    assert "0.4874 \\cdot 0.4487 = 0.2187" in text


def test_section_2_powers_and_lags(text):
    assert (f"{0.99**99:.3f}", f"{1.01**99:.2f}") == ("0.370", "2.68")
    assert pytest.approx(3e-5, rel=0.02) == 0.9**99
    assert pytest.approx(1.25e4, rel=0.01) == 1.1**99
    assert steps_to_factor(0.9, 1e-3) == 66
    assert steps_to_factor(0.5, 1e-3) == 10
    assert 0.5**20 < 1e-6
    assert f"{0.99**20:.2f}" == "0.82"
    assert "66 steps" in text


def test_section_3_slopes(text):
    assert pytest.approx(9.5e-7, rel=0.01) == 0.25**10
    assert settled_factor(5.0, 0.0, SIGMOID) == 1.25
    middle = 1 / (1 + math.exp(-(5 * 0.5 - 2.5)))
    assert middle == 0.5
    assert pytest.approx(7.0e4, rel=0.01) == 1.25**50
    z = np.linspace(0, 5, 50001)
    crossing = z[np.flatnonzero(TANH.prime(z) < SIGMOID.prime(z))[0]]
    assert 1.6 < crossing < 1.7
    assert f"{10 ** factors.log_factor(2.0, 50):.1e}" == "4.3e-42"
    assert "4.3 \\cdot 10^{-42}" in text
    run = factors.course(0.9, 20)
    assert f"{run.factor.min():.2f} and {run.factor.max():.2f}" == "0.13 and 0.88"
    assert "0.13 and 0.88" in text
    assert run.logs[0] < -7
    assert 10 ** (20 * math.log10(0.9)) == pytest.approx(0.12, abs=0.01)


def test_section_3_the_band_that_is_left():
    logs = {w: factors.log_factor(w, 50) for w in np.linspace(-2.5, 2.5, 101).round(2) if w}
    assert max(logs, key=logs.get) == pytest.approx(-1.15)
    assert {w for w, log in logs.items() if abs(log) < 1.2} == {-1.2, -1.15, -1.1, -1.05}
    assert np.abs(factors.course(-1.15, 50).h).mean() < np.abs(factors.course(2.0, 50).h).mean() / 2


def test_section_4_neither_decides(text):
    W = 2 * np.array([[1.0, 1.0], [-1.0, -1.0]])
    assert not (W @ W).any()
    state = settled_state(1.5, 0.5, 200)
    assert f"{state:.4f}" == "0.8586"
    assert f"{settled_factor(1.5, state):.3f}" == "0.394"
    assert f"{1.5**50:.1e}" == "6.4e+08"
    run = factors.course(1.5, 50, start=0.5, driven=False)
    assert f"{10 ** run.logs[0]:.1e}" == "4.1e-20"
    for shown in ("0.8586", "0.394", "4.1 \\cdot 10^{-20}", "6.4 \\cdot 10^8"):
        assert shown in text
    # tanh rounds to 1 there, and the slope to 0.
    h, product = 0.5, 1.0
    for _ in range(50):
        h = math.tanh(10 * h)
        product *= 10 * (1 - h**2)
    assert product == 0.0


def test_section_5_when_the_gradient_explodes():
    assert round(1.05**99) == 125
    fall = factors.shares(0.9, 10)[1] / factors.shares(0.9, 20)[1]
    assert fall == pytest.approx(60, rel=0.01)


def test_section_6_overflow_and_steps(text):
    largest = np.finfo(np.float64).max
    assert f"{math.log(largest) / math.log(1.1):.1f}" == "7447.1"
    assert steps_to_factor(1.1, largest) == 7448
    assert f"{largest:.1e}" == "1.8e+308"
    assert f"{3.0**99:.1e}" == "1.7e+47"
    with np.errstate(over="ignore"):
        assert np.float32(3) ** np.float32(99) == np.inf
    assert f"{linear_loss_slope(3.0, 50):.1e}" == "8.6e+48"
    first = linear_loss_slope(1.05, 20)
    assert f"{first:.0f}" == "134"
    assert f"{1.05 - 0.1 * first:.1f}" == "-12.4"
    assert f"{linear_loss_slope(1.05 - 0.1 * first, 20):.1e}" == "-7.7e+43"
    for shown in (
        "7448",
        "7447.1",
        "1.7 \\cdot 10^{47}",
        "8.6 \\cdot 10^{48}",
        "-7.7 \\cdot 10^{43}",
        "−12.4",
    ):
        assert shown in text


def test_section_6_a_step_into_saturation():
    def h_20(w):
        h = 0.6
        for _ in range(20):
            h = math.tanh(w * h - 0.3)
        return h

    s = 1e-7
    E = [0.5 * (h_20(1.643 + shift) - 0.5) ** 2 for shift in (s, -s)]
    slope = (E[0] - E[1]) / (2 * s)
    assert slope == pytest.approx(-227, abs=1)
    moved = 1.643 + 0.1 * 227
    assert round(moved) == 24
    assert h_20(moved) == 1.0
    assert 0.5 * (h_20(1.643) - 0.5) ** 2 > 0.5 * (1.0 - 0.5) ** 2


def test_section_7_kept_but_deaf(text):
    state = settled_state(3.0, 0.5, 50)
    assert f"{state:.4f}" == "0.9949"
    assert settled_state(3.0, -0.5, 50) == -state
    assert settled_state(3.0, 0.6, 50) == pytest.approx(state, abs=1e-15)
    run = factors.course(3.0, 50, start=0.5, driven=False)
    assert f"{10 ** run.logs[0]:.0e}" == "5e-75"
    assert "5 \\cdot 10^{-75}" in text
