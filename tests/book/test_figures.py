"""The drawings: readable on both grounds, the same at each build, and their numbers right."""

import re

import numpy as np
import pytest
from figures import chapter05
from figures.scalar import MAPPINGS, run
from figures.style import DARK, LIGHT, PALETTES, svg

DRAWINGS = ("siso", "simo", "mimo", "mimo_plain", "many_to_one", "backward_loop", "who_feeds", "delta_back")
PAGE = {"light": "#ffffff", "dark": "#121212"}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return np.dot((0.2126, 0.7152, 0.0722), linear)


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter05, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert first.startswith("<?xml")
    assert PALETTES[theme].ink in first
    assert len(first) < 80_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


@pytest.mark.parametrize("theme", PALETTES)
def test_text_stands_out_from_its_ground(theme):
    palette, page = PALETTES[theme], PAGE[theme]
    for colour in (palette.ink, palette.back, palette.new):
        assert contrast(colour, page) >= 4.5
    assert contrast(palette.ink, palette.fill) >= 4.5
    assert contrast(palette.faint, page) >= 3


def test_light_and_dark_share_no_colour():
    assert not set(vars(LIGHT).values()) & set(vars(DARK).values())


@pytest.mark.parametrize(
    ("mapping", "w", "T", "E", "last", "first", "dU", "dW", "largest"),
    [
        ("SISO", 0.5, 8, 0.2425, 0.669, 2.11e-3, 0.0014, 0.2706, 8),
        ("SISO", 1.0, 8, 0.6194, 0.694, 1.90e-2, 0.0122, 1.0902, 8),
        ("SISO", 1.5, 8, 0.9702, 0.280, 3.01e-4, 0.0002, 0.3591, 8),
        ("SIMO", 1.0, 8, 2.4136, 0.694, 0.522, 0.3364, 4.7195, 5),
        ("many-to-one", 1.0, 8, 0.0348, -0.110, -1.28e-4, 0.2115, -0.0278, 8),
        ("MIMO", 0.5, 8, 0.6811, -0.0858, 0.155, 0.8891, 1.0473, 4),
        ("MIMO", 1.0, 8, 1.2833, -0.110, 0.179, 0.2862, 1.3688, 5),
        ("MIMO", 1.0, 20, 4.5151, 0.363, 0.179, 4.8199, -0.5572, 15),
    ],
)
def test_the_record_has_the_values_that_the_chapter_prints(mapping, w, T, E, last, first, dU, dW, largest):
    trace = run(mapping, w, T)
    assert [trace.E, trace.dU, trace.dW] == pytest.approx([E, dU, dW], abs=5.1e-5)
    assert [trace.delta[-1], trace.delta[0]] == pytest.approx([last, first], rel=5e-3)
    assert trace.largest_at == largest


@pytest.mark.parametrize("mapping", MAPPINGS)
@pytest.mark.parametrize("w", [-1.5, 0.5, 1.0])
def test_the_record_s_gradient_is_that_of_its_loss(mapping, w):
    trace, step = run(mapping, w, 7), 1e-6
    slope = (run(mapping, w + step, 7).E - run(mapping, w - step, 7).E) / (2 * step)
    assert trace.dW == pytest.approx(slope, rel=1e-7, abs=1e-9)
    assert trace.own + trace.from_next == pytest.approx(trace.delta, abs=0)
