"""Chapter 10: its drawings, the task that it trains on, and the numbers that stand in its text."""

import math
import re

import numpy as np
import pytest
from figures import chapter10, long_lag
from figures.style import PALETTES, svg
from through_time import numeric

from solutions.reference.cell_jacobian import half_life, pair_product
from solutions.reference.cell_memory import forget_bias, kept_share
from solutions.reference.gru import gru_backward, gru_forward
from solutions.reference.lstm import cell_delta, gate_deltas, lstm_backward, lstm_forward, lstm_step
from solutions.reference.lstm_variants import VARIANTS, variant_forward
from solutions.reference.numeric import numeric_gradients, relative_error
from solutions.reference.verification.gates import gated

DRAWINGS = ("cell", "carries", "memories", "forget_bias", "gru", "lag")
SIZES = {"n": 3, "d": 5, "k": 2, "T": 6}


@pytest.fixture(scope="module")
def text(chapters):
    return chapters[10]


@pytest.fixture(scope="module")
def cells(text):
    return [
        found.group(1) for found in re.finditer(r"^```\{code-cell\} python\n(.*?)^```$", text, re.M | re.S)
    ]


@pytest.fixture(scope="module")
def page(cells):
    """The names that the page's first cell makes: sigmoid, step, by_hand."""
    names = {}
    exec(compile(cells[0], "page", "exec"), names)  # noqa: S102  (our own page)
    return names


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("theme", PALETTES)
def test_a_drawing_is_the_same_svg_each_time_and_has_no_ground(name, theme):
    draw = getattr(chapter10, name)
    first, second = svg(draw, PALETTES[theme]), svg(draw, PALETTES[theme])
    assert first == second
    assert PALETTES[theme].ink in first
    assert len(first) < 120_000
    ground = re.search(r'<g id="patch_1">.*?</g>', first, re.DOTALL).group()
    assert "fill: none" in ground or "opacity: 0" in ground


def test_every_drawing_is_in_the_chapter(text):
    assert re.findall(r"\{drawing\} chapter10\.(\w+)", text) == list(DRAWINGS)


def test_sections_are_those_that_feedback_links_to(text):
    assert re.findall(r"^\((sec-10-\d)\)=$", text, re.MULTILINE) == [f"sec-10-{n}" for n in range(1, 10)]


def test_the_widget_and_what_its_links_set(text, root):
    assert re.findall(r"\{widget\} ([\w-]+)", text) == ["forget-bias"]
    script = (root / "book" / "widgets" / "forget-bias.js").read_text(encoding="utf-8")
    keys = set(re.findall(r'key: "(\w+)"', script))
    links = re.findall(r"\{setting\}`[^`<]+<([\w-]+)\?([^>]+)>`", text)
    assert len(links) == 4
    for name, query in links:
        assert name == "forget-bias"
        assert {pair.partition("=")[0] for pair in query.split("&")} <= keys


# Sections 10.1 and 10.2


def test_section_2_numbers(text):
    assert f"{0.9**10:.3f}" == "0.349"
    assert f"{0.9**100:.1e}" == "2.7e-05"
    assert "0.9^{10} = 0.349" in text
    assert "2.7 \\cdot 10^{-5}" in text


@pytest.mark.parametrize(
    ("kind", "formula"), [("RNN", lambda n, d: d * (n + d + 1)), ("LSTM", lambda n, d: 4 * d * (n + d + 1))]
)
def test_weights_are_counted_right(kind, formula, text):
    p = long_lag.start(kind, np.random.default_rng(0))
    d = p["V"].size
    total = sum(array.size for array in p.values())
    assert total == formula(2, d) + d + 1
    assert f"{d} {'tanh units for the RNN' if kind == 'RNN' else 'for the LSTM'} ({total}" in text


# Section 10.4


def test_the_step_by_hand(text):
    gates = np.array([[0.5], [0.9], [0.6], [0.8]])
    c = 0.9 * 1 + 0.5 * 0.6
    assert c == pytest.approx(1.2)
    assert (f"{math.tanh(1.2):.4f}", f"{0.8 * math.tanh(1.2):.4f}") == ("0.8337", "0.6669")
    dc = cell_delta(gates, np.array([c]), np.ones(1), np.array([0.5]))
    assert f"{dc[0]:.4f}" == "0.7440"
    deltas = gate_deltas(gates, np.ones(1), np.array([c]), np.ones(1), dc)
    assert [f"{delta:.4f}" for delta in deltas[:, 0]] == ["0.1116", "0.0670", "0.2381", "0.1334"]
    assert f"{0.9 * dc[0]:.4f}" == "0.6696"
    for number in ("0.8337", "0.6669", "0.2440", "0.7440", "0.1116", "0.0670", "0.2381", "0.1334", "0.6696"):
        assert number in text


def test_the_pages_step_is_the_tested_one(page):
    q = gated(11, 4, SIZES).p
    h, c = page["step"](q, q["X"][0], q["h0"], q["c0"])
    expected = lstm_step(q, q["X"][0], q["h0"], q["c0"])
    assert h == pytest.approx(expected[0], rel=1e-12)
    assert c == pytest.approx(expected[1], rel=1e-12)


def test_the_lstm_set_by_hand_is_right_to_two_digits(page):
    rng = np.random.default_rng(0)
    q = {**page["by_hand"], "h0": np.zeros(1), "c0": np.zeros(1)}
    X, tau = long_lag.task(rng, 50, 40)
    answers = np.array([10 * lstm_forward(q, X[:, b])["h"][-1, 0] for b in range(40)])
    assert np.abs(answers - tau).max() < 0.01


# Section 10.6


@pytest.mark.parametrize(
    ("bias", "half", "shares"),
    [
        (0, 1, (9.77e-4, 8.88e-16, 7.89e-31)),
        (1, 2.21, (0.0436, 1.58e-7, 2.48e-14)),
        (2, 5.46, (0.281, 1.75e-3, 3.07e-6)),
        (3, 14.3, (0.615, 0.0881, 7.76e-3)),
        (5, 103, (0.935, 0.715, 0.511)),
    ],
)
def test_what_a_bias_keeps(bias, half, shares):
    assert half_life(bias) == pytest.approx(half, rel=5e-3)
    assert [kept_share(bias, n) for n in (10, 50, 100)] == pytest.approx(shares, rel=5e-3)


def test_section_6_numbers(text):
    assert kept_share(0, 10) == 1 / 1024
    assert f"{kept_share(1, 50):.1e}" == "1.6e-07"
    assert f"{kept_share(3, 100):.4f}" == "0.0078"
    assert f"{kept_share(5, 200):.2f}" == "0.26"
    assert f"{0.5**100:.0e}" == "8e-31"
    for n in (20, 100, 1000):
        assert kept_share(math.log(n), n) == pytest.approx(1 / math.e, rel=0.03)
        assert forget_bias(1 / math.e, n) == pytest.approx(math.log(n), rel=0.02)
    for shown in ("1.6 \\cdot 10^{-7}", "0.0078", "1/1024", "8 \\cdot 10^{-31}"):
        assert shown in text


# Section 10.7


def test_the_smallest_lstm_that_explodes(cells, page, text, capsys):
    exec(compile(cells[2], "page", "exec"), dict(page))  # noqa: S102  (our own page)
    printed = capsys.readouterr().out
    assert re.findall(r"= (\S+)", printed) == ["1", "107", "4.25e+08", "5.63e+14"]
    Wh = np.zeros((4, 1))
    Wh[2] = 1.0
    q = {"Wx": np.zeros((4, 1)), "Wh": Wh, "bz": np.array([1000.0, 1000.0, 0.0, 1000.0])}
    run = lstm_forward({**q, "h0": np.zeros(1), "c0": np.zeros(1)}, np.zeros((50, 1)))
    assert pair_product({**q, "h0": np.zeros(1), "c0": np.zeros(1)}, run)[0, 1] == 2.0**49
    assert "5.6 \\cdot 10^{14}" in text


# Section 10.8


def lines(text):
    """The table of variants: {name: (the line, what it becomes)} of those that change one line."""
    rows = re.findall(r"^\| (\w+), [^|]*\| `([^`]+)` \| `([^`]+)` \|", text, re.MULTILINE)
    return {name: (before, after) for name, before, after in rows}


def changed(cells, before, after):
    """The page's step with one line changed."""
    source = cells[0].partition("\n#  ")[0]
    assert source.count(f"    {before}\n") == 1
    names = {}
    exec(source.replace(f"    {before}\n", f"    {after}\n"), names)  # noqa: S102  (our own page)
    return names["step"]


def test_the_table_has_all_variants_of_the_reference(text):
    assert set(lines(text)) == set(VARIANTS) - {"LSTM"}


@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "LSTM"])
def test_a_changed_line_makes_the_variant(name, text, cells):
    step = changed(cells, *lines(text)[name])
    q = gated(23, 4, SIZES).p
    run = variant_forward(q, q["X"], VARIANTS[name])
    h, c = q["h0"], q["c0"]
    for t, x in enumerate(q["X"], start=1):
        h, c = step(q, x, h, c)
        assert h == pytest.approx(run["h"][t], rel=1e-12)
        assert c == pytest.approx(run["c"][t], rel=1e-12)


def test_peepholes_are_one_change_in_three_lines(text, cells):
    assert "`f = sigmoid(z_f)`, and likewise `i`, `o` | `f = sigmoid(z_f + p_f * c)`" in text
    source = cells[0].partition("\n#  ")[0]
    for gate in "ifo":
        source = source.replace(f"sigmoid(z_{gate})", f"sigmoid(z_{gate} + p_{gate} * c)")
    q = gated(23, 4, SIZES, ("peep",)).p
    names = {}
    exec(source, names)  # noqa: S102  (our own page)
    names |= {f"p_{gate}": p for gate, p in zip("ifo", q["peep"], strict=True)}
    run, h, c = variant_forward(q, q["X"], VARIANTS["LSTM"]), q["h0"], q["c0"]
    for t, x in enumerate(q["X"], start=1):
        h, c = names["step"](q, x, h, c)
        assert h == pytest.approx(run["h"][t], rel=1e-12)


def test_the_coupled_gates_have_the_delta_of_the_text():
    q, dH = gated(23, 4, SIZES).p, np.random.default_rng(1).normal(size=(1, 5))
    X = q["X"][:1]

    def E(r):
        return float((dH * variant_forward(r, X, VARIANTS["CIFG"])["h"][1:]).sum())

    slope = numeric_gradients(E, {"bz": q["bz"], **{k: q[k] for k in ("Wx", "Wh", "h0", "c0")}})["dbz"]
    run = variant_forward(q, X, VARIANTS["CIFG"])
    _, f, g, o = run["gates"][1]
    dc = dH[0] * o * (1 - np.tanh(run["c"][1]) ** 2)
    assert slope[5:10] == pytest.approx(dc * (q["c0"] - g) * f * (1 - f), rel=1e-6, abs=1e-9)


# Section 10.9


def test_the_task_asks_for_the_marked_number():
    X, tau = long_lag.task(np.random.default_rng(0), 50, 7)
    assert X.shape == (50, 7, 2)
    assert set(np.unique(X[..., 1])) == {0.0, 1.0}
    assert (X[..., 1].sum(axis=0) == 1).all()
    assert X[..., 1].argmax(axis=0).max() < 10
    assert (X[..., 0] * X[..., 1]).sum(axis=0) == pytest.approx(tau, abs=0)
    _, many = long_lag.task(np.random.default_rng(0), 10, 40_000)
    assert 0.5 * np.mean(many**2) == pytest.approx(long_lag.NOTHING_LEARNT, rel=0.02)


@pytest.mark.parametrize("kind", long_lag.NETWORKS)
def test_the_networks_gradients_are_those_of_their_loss(kind):
    rng = np.random.default_rng(4)
    p, (X, tau) = long_lag.start(kind, rng, 0.5), long_lag.task(rng, 6, 3)
    p = {name: np.asarray(array + 0.1 * rng.normal(size=array.shape)) for name, array in p.items()}
    E, g, reach = long_lag.NETWORKS[kind](p, X, tau)
    slopes = numeric.gradient(lambda r: long_lag.NETWORKS[kind](r, X, tau)[0], p)
    assert set(slopes) == {f"d{name}" for name in g}
    assert max(numeric.relative_error(g[name], slopes[f"d{name}"]) for name in g) < 1e-6
    assert reach.shape == (6,)
    assert math.isfinite(E)


@pytest.mark.parametrize(
    ("kind", "forward", "backward"),
    [("LSTM", lstm_forward, lstm_backward), ("GRU", gru_forward, gru_backward)],
)
def test_the_gated_networks_are_the_tested_ones(kind, forward, backward):
    rng = np.random.default_rng(4)
    p, (X, tau) = long_lag.start(kind, rng, 0.5), long_lag.task(rng, 8, 1)
    d = p["V"].size
    q = {**p, "h0": np.zeros(d), "c0": np.zeros(d)}
    off = forward(q, X[:, 0])["h"][-1] @ p["V"] + p["c"] - tau[0]
    dH = np.zeros((8, d))
    dH[-1] = off * p["V"]
    expected = backward(q, X[:, 0], dH)
    E, g, _ = long_lag.NETWORKS[kind](p, X, tau)
    assert pytest.approx(0.5 * off**2, rel=1e-12) == E
    for name in ("Wx", "Wh", "bz"):
        assert relative_error(g[name], expected[f"d{name}"]) < 1e-12


def test_what_arrives_before_training(text):
    shares = {
        (kind, bias): long_lag.reach(kind, bias)[0] for kind, bias in (("RNN", 0), ("LSTM", 1), ("LSTM", 0))
    }
    assert f"{shares['RNN', 0]:.3f}" == "0.012"
    assert f"{shares['LSTM', 1]:.0e}" == "3e-07"
    assert 1e-15 < shares["LSTM", 0] < 1e-13
    assert 0.5 < long_lag.reach("LSTM", 5).min() < long_lag.reach("LSTM", 5).max() < 2
    assert "3 \\cdot 10^{-7}" in text
    assert "a gradient, 0.012 of it" in text


@pytest.fixture(scope="module")
def trained(text):
    """The loss on unseen sequences, of each training that the page makes."""
    assert '("RNN", 0), ("LSTM", 1), ("LSTM", 5)' in text
    assert '("GRU", -5, 0.02), ("RNN, ReLU", 0, 0.02),' in text
    assert '("RNN, ReLU", 0, 0.003)' in text
    runs = (("RNN", 0, 0.02), ("LSTM", 1, 0.02), ("LSTM", 5, 0.02), ("GRU", -5, 0.02))
    relu = (("RNN, ReLU", 0, 0.02), ("RNN, ReLU", 0, 0.003))
    return {run: long_lag.train(*run[:2], eta=run[2]).final for run in (*runs, *relu)}


def test_who_learns_the_long_lag(trained):
    nothing = 0.95 * long_lag.NOTHING_LEARNT
    learnt = {run for run, E in trained.items() if E < 0.02}
    stuck = {run for run, E in trained.items() if nothing < E}
    assert learnt == {("LSTM", 5, 0.02), ("GRU", -5, 0.02), ("RNN, ReLU", 0, 0.003)}
    assert stuck == {("RNN", 0, 0.02), ("LSTM", 1, 0.02), ("RNN, ReLU", 0, 0.02)}
    assert learnt | stuck == set(trained)


def test_a_training_is_the_same_each_time():
    one, same = (long_lag.train("LSTM", 5, steps=3) for _ in range(2))
    assert one.losses == same.losses
    assert one.final == same.final
