"""Chapter 2: its drawings, and the numbers that stand in its text."""

import re

import numpy as np
import pytest
from figures import chapter02, two_step
from figures.style import PALETTES, svg

from solutions.reference import path_sums

DRAWINGS = ("diamond", "jacobians", "error_against_step", "nudge", "two_paths")


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[2]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter02, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_of_the_module_is_in_the_chapter(text):
    assert {name for name in DRAWINGS if f"{{drawing}} chapter02.{name}" in text} == set(DRAWINGS)


@pytest.mark.parametrize("w", [-3.0, -0.7, 0.0, 0.7, 1.5])
def test_the_two_steps_of_the_pictures_are_the_tested_ones(w):
    s_2, explicit, implicit = path_sums.two_step(w)
    assert float(two_step.s_2(w)) == pytest.approx(s_2, rel=1e-15)
    assert float(two_step.explicit(w)) == pytest.approx(explicit, rel=1e-15)
    assert float(two_step.implicit(w)) == pytest.approx(implicit, rel=1e-15, abs=1e-17)


def test_errors_are_those_that_the_text_names(text):
    central, forward = two_step.error("central", 1e-5), two_step.error("forward", 1e-8)
    assert f"{central:.1e}" == "2.6e-12"
    assert f"{forward:.1e}" == "8.6e-09"
    assert 3000 < forward / central < 3500  # "about three thousand times higher"
    assert 6e6 < two_step.error("central", 1e-12) / central < 7e6
    assert "more than six million times" in text
    best = min(chapter02.STEPS, key=lambda step: two_step.error("central", step))
    assert best == pytest.approx(1e-5)
    assert f"{float(two_step.explicit(0.7) + two_step.implicit(0.7)):.5f}" == "0.56440"
    assert "0.56440" in text
    change = float(two_step.s_2(0.7 + 1e-12) - two_step.s_2(0.7 - 1e-12))
    assert f"{change:.1e}" == "1.1e-12"
    assert f"{np.spacing(float(two_step.s_2(0.7))):.1e}" == "1.1e-16"


def test_the_sum_by_hand(text):
    w = 0.7
    s_1, s_2 = float(two_step.s_1(w)), float(two_step.s_2(w))
    for number in (s_1, s_2, 1 - s_2**2, 1 - s_1**2, two_step.explicit(w), two_step.implicit(w)):
        assert f"{float(number):.4f}" in text
    assert "0.5269 + 0.0375 = 0.5644" in text
    assert np.tanh(0.64) == pytest.approx(0.5649, abs=5e-5)
    assert (1 - np.tanh(0.64) ** 2) * 1.6 == pytest.approx(1.0894, abs=5e-5)


def test_the_heat_maps_and_the_cell_show_the_same_vector(text):
    assert "z = np.array([1.0, -0.5, 0.3, -1.2])" in text
    assert chapter02.EXAMPLE.tolist() == [1.0, -0.5, 0.3, -1.2]
    assert [f"{slope:.2f}" for slope in 1 - np.tanh(chapter02.EXAMPLE) ** 2] == [
        "0.42",
        "0.79",
        "0.92",
        "0.31",
    ]


def test_paths_are_counted_right():
    """By the power of a matrix of ones: the number of ways from one unit through L - 1 steps."""
    for m, L in ((2, 3), (10, 4)):
        ways = np.linalg.matrix_power(np.ones((m, m)), L - 1)[0].sum()
        assert ways == m ** (L - 1)


def test_the_multiplications_are_counted_right(text):
    d, m = 1000, 3
    assert f"{(m - 1) * d**3 + d**2:,}" == "2,001,000,000"
    assert "(m - 1) * d**3 + d**2" in text
