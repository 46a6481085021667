"""Chapter 9: its drawings, and the numbers that stand in its text."""

import math
import re

import numpy as np
import pytest
from figures import chapter09, remedies, scalar
from figures.style import PALETTES, svg
from through_time.numeric import central_difference

from solutions.reference.clipping import clip_by_value, clip_global
from solutions.reference.truncation import bptt_windowed

DRAWINGS = ("runs", "two_clips", "cliffs", "one_cliff", "chunks", "truncate", "starts")


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[9]


@pytest.fixture(scope="module")
def runs():
    return remedies.three_runs()


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme, monkeypatch, runs):
    monkeypatch.setattr(chapter09, "three_runs", lambda: runs)
    draw = getattr(chapter09, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert set(re.findall(r"\{drawing\} chapter09\.(\w+)", text)) == set(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-\d-\d)\)=$", text, re.MULTILINE) == [f"sec-9-{n}" for n in range(1, 9)]


def test_widgets_and_what_their_links_set(text, root):
    widgets = set(re.findall(r"\{widget\} ([\w-]+)", text))
    assert widgets == {"two-clips", "truncate", "cliff", "start"}
    for name, query in re.findall(r"\{setting\}`[^`<]+<([\w-]+)\?([^>]+)>`", text):
        script = (root / "book" / "widgets" / f"{name}.js").read_text(encoding="utf-8")
        keys = set(re.findall(r'key: "(\w+)"', script))
        assert {pair.partition("=")[0] for pair in query.split("&")} <= keys, (name, query)


# 9.2


@pytest.mark.parametrize(
    ("g", "limit", "angle"),
    [
        *(((8, 0.6), 0.5, 40.7), ((8, 0.6), 1, 26.7), ((8, 0.6), 5, 2.55), ((8, 0.6), 10, 0)),
        *(((30, 4), 0.5, 37.4), ((30, 4), 1, 37.4), ((30, 4), 5, 31.1), ((30, 4), 10, 14.2)),
    ],
)
def test_clips_are_the_reference_s_and_turn_by_what_the_table_says(g, limit, angle):
    g = np.array(g, dtype=float)
    assert remedies.by_norm(g, limit) == pytest.approx(clip_global({"g": g}, limit)[0]["g"])
    assert remedies.by_value(g, limit) == pytest.approx(clip_by_value({"g": g}, limit)["g"])
    assert remedies.turned(g, remedies.by_value(g, limit)) == pytest.approx(angle, abs=0.05)
    assert remedies.turned(g, remedies.by_norm(g, limit)) == pytest.approx(0, abs=1e-6)


def test_two_arrays_with_one_norm_keep_their_ratio(text):
    g = {"dU": np.array([3.0, 4.0]), "dW": np.array([0.0, 0.5])}
    clipped, _ = clip_global(g, 1.0)
    assert np.linalg.norm(clipped["dU"]) / np.linalg.norm(clipped["dW"]) == pytest.approx(10)
    assert "ten times as long" in text
    assert "only twice as long" in text


# 9.3


@pytest.mark.parametrize("T", [1, 5, 20])
@pytest.mark.parametrize("w", [1.1, 1.6, 2.5])
def test_the_slope_of_the_cliff(w, T):
    def E(w):
        h = 0.6
        for _ in range(T):
            h = math.tanh(w[0] * h - 0.3)
        return 0.5 * (h - 0.5) ** 2

    found = remedies.cliff(w, T)
    assert found[0] == pytest.approx(E([w]))
    assert found[1] == pytest.approx(central_difference(E, np.array([w]))[0], rel=1e-5, abs=1e-8)


def test_where_the_cliff_is_steepest():
    for T, at, slope in ((5, 1.4083, -2.568), (20, 1.6427, -230.3), (50, 1.6545, -6768)):
        assert remedies.steepest(T) == pytest.approx((at, slope), rel=1e-3)


def test_the_step_from_the_wall(text):
    slope = remedies.cliff(1.643, 20)[1]
    assert round(slope) == -227
    beyond = 1.643 - 0.01 * slope
    assert f"{beyond:.1f}" == "3.9"
    E, after = remedies.cliff(beyond, 20)
    assert (f"{after:.4f}", f"{E:.2f}") == ("0.0015", "0.12")
    assert (beyond - 1.643) / (0.01 * after) > 100_000
    assert remedies.cliff(1.653, 20)[0] < 0.01
    assert round(-0.01 * remedies.cliff(1.6545, 50)[1]) == 51
    assert "0.0015" in text


# 9.4


def test_windows_are_those_of_the_reference():
    T, w = 12, 1.1
    t = np.arange(1, T + 1)
    p = {"U": [[0.8]], "W": [[w]], "V": [[1.0]], "b": [0.1], "c": [0.0], "h0": [0.2]}
    p = {name: np.array(value) for name, value in p.items()}
    X, Tau = np.sin(0.7 * t)[:, None], 0.5 * np.cos(0.4 * t)[:, None]
    found = remedies.windows(w, T)
    for k in (1, 2, 5, T):
        g = bptt_windowed(p, X, Tau, k, "identity-half-se")
        assert found[k - 1] == pytest.approx([g["dU"].item(), g["dW"].item(), g["db"].item()])
    trace = scalar.run("MIMO", w, T)
    assert found[-1][:2] == pytest.approx([trace.dU, trace.dW])


@pytest.mark.parametrize(
    ("w", "cosines"),
    [
        (0.5, (0.978, 0.997, 1.000, 1, 1)),
        (0.9, (0.818, 0.957, 0.995, 0.999, 1)),
        (1.0, (0.732, 0.932, 0.991, 0.996, 1)),
        (1.2, (0.572, 0.878, 0.945, 0.944, 1)),
        (1.5, (0.919, 0.914, 0.950, 0.999, 1)),
    ],
)
def test_cosines_of_the_windows(w, cosines):
    assert remedies.window_figures(w)[0][[0, 1, 2, 4, 9]] == pytest.approx(cosines, abs=6e-4)


# 9.5


def test_lengths_of_starts(text):
    for kind in ("identity", "orthogonal"):
        for gain, length in ((0.9, 5.15e-3), (1.0, 1), (1.1, 117)):
            assert remedies.start_lengths(kind, gain, 50)[50] == pytest.approx(length, rel=5e-3)
    seeds = [remedies.start_lengths("Gaussian", 1.0, 50, seed)[50] for seed in range(1, 21)]
    assert f"{seeds[0]:.1f}" == "3.8"
    assert (f"{min(seeds):.2f}", f"{max(seeds):.2g}") == ("0.04", "4.5e+03")
    assert remedies.start_lengths("Gaussian", 1.1, 50)[50] / seeds[0] == pytest.approx(1.1**50)
    assert "3.8, others anything from 0.04 to 4500" in text


# 9.7 and the three runs


def test_a_skip_keeps_a_tenth(text):
    h = [0.0] * 9 + [1.0]
    for _ in range(60):
        h.append(0.5 * h[-1] + 0.5 * h[-10])
    assert f"{h[-1]:.3f}" == "0.108"
    assert pytest.approx(9e-19, rel=0.04) == 0.5**60
    assert "the rest comes from the many roads" in text
    assert 0.5**6 == 1 / 64


def test_a_gate_keeps_what_the_text_says(text):
    gate = 1 / (1 + math.exp(-5))
    assert f"{gate:.3f}" == "0.993"
    assert round(100 * gate**49) == 72
    assert "72 %" in text


def test_the_runs_look_as_they_are_described(runs):
    A, B, C = runs.values()
    assert (np.diff(A.E) < 0).all()
    assert A.E[[0, -1]] == pytest.approx([0.53, 0.054], abs=5e-3)
    assert A.norm[[0, -1]] == pytest.approx([2.2, 0.51], rel=0.05)
    assert int(B.E.argmax()) == 235
    assert B.E.max() > 1
    assert B.E[237:] == pytest.approx(0.125, abs=5e-4)
    assert int(B.norm.argmax()) == 236
    assert B.norm.max() > 100
    assert pytest.approx(0.498, abs=2e-3) == C.E
    assert C.norm.max() < 0.02


def test_the_table_of_remedies_names_every_one_that_was_asked_for(text):
    table = text[text.index("### The table") : text.index("## Summary")]
    for remedy in (
        *("clipping by global norm", "clipping by value", "truncation, window", "truncation, chunks"),
        *("orthogonal start", "identity start", "$W = 1$ with ReLU", "sigmoid for tanh"),
        *("learning rate", "skip connection", "gates"),
    ):
        assert re.search(rf'"\| [^|]*{re.escape(remedy)}', table), remedy


def test_what_the_text_says_about_the_trained_networks(text):
    """The cells of sections 9.5 to 9.7, run once more."""
    cells = re.findall(r"^```\{code-cell\} python\n(?!:)(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    names = {"np": np}
    for cell in cells:
        if "solved = {}" in cell or "report(" in cell:
            exec(compile(cell, "chapter 9", "exec"), names)  # noqa: S102  (our own cells)
    solved, runs = names["solved"], names["RUNS"]
    assert runs == 10
    assert solved["orthogonal"] == solved["identity"] == solved["orthogonal, eta 0.01"] == runs
    assert solved["Gaussian, gain 1"] >= 8
    assert solved["ReLU, identity"] >= 8
    for nothing in ("Gaussian, gain 0.5", "sigmoid, Gaussian 1", "gain 0.5, eta 0.001", "gain 0.5, eta 1.0"):
        assert solved[nothing] == 0
    assert solved["ReLU, Gaussian 1"] <= 1
    assert solved["orthogonal, eta 0.001"] <= 1
    assert 5 < solved["gain 0.5, skip of 5"] < runs
    assert solved["eta 0.1, not clipped"] < runs
    assert "some of the ten runs are lost" in text
