"""What the text says at named settings, asked of the widgets in the browser."""

import math

import pytest


def digits(text):
    """Half a unit of the last digit of a number as it is printed, and the number."""
    mantissa, _, exponent = text.partition("e")
    places = len(mantissa.partition(".")[2])
    return float(text), 0.5 * 10.0 ** (int(exponent or 0) - places)


def is_printed(value, text):
    want, half = digits(text)
    return math.isclose(value, want, rel_tol=0.0, abs_tol=half * 1.02)


@pytest.fixture
def says(computed):
    """says(name, state, path, text): the number at that place of what is computed is printed so."""

    def check(name, state, path, text):
        found = computed(name, [state])[0]
        for key in path if isinstance(path, tuple) else (path,):
            found = found[key]
        assert is_printed(found, text), f"{name} {state} {path}: {found}, not {text}"

    return check


def test_word_order(says):
    for order, text in (
        ("cat mat rat", "0.569"),
        ("cat rat mat", "-0.221"),
        ("mat cat rat", "0.522"),
        ("mat rat cat", "-0.589"),
        ("rat cat mat", "-0.650"),
        ("rat mat cat", "-0.785"),
    ):
        says("word-order", {"order": order, "w_h": 0.5}, ("states", 2), text)
    says("word-order", {"w_h": 0}, "different", "3")
    says("word-order", {"w_h": 0.5}, "different", "6")
    for order, text in (("mat rat cat", "-0.762"), ("cat rat mat", "-0.462"), ("cat mat rat", "0.762")):
        says("word-order", {"order": order, "w_h": 0}, ("states", 2), text)


def test_nudge(says, computed):
    says("nudge", {}, "exact", "0.56440")
    says("nudge", {"log": -1}, "error", "5.7e-4")
    says("nudge", {"log": -2}, "error", "5.7e-6")
    says("nudge", {"log": -2, "formula": "forward"}, "error", "2.2e-3")
    # What rounding leaves depends on the last digit of the machine's tanh: its size is all that can be said.
    assert computed("nudge", [{"log": -5}])[0]["error"] < 3e-11
    assert 1e-10 < computed("nudge", [{"log": -8}])[0]["error"] < 2e-8
    assert 1e-6 < computed("nudge", [{"log": -12}])[0]["error"] < 5e-4
    forward = computed("nudge", [{"formula": "forward"}])[0]["forward"]
    assert forward.index(min(forward)) in (7, 8, 9)  # 10^-8.5 to 10^-7.5


def test_two_paths(says):
    for w, explicit, implicit in ((0, "0.7092", "0"), (0.7, "0.5269", "0.0375"), (1.5, "0.1966", "0.0216")):
        says("two-paths", {"w": w}, "explicit", explicit)
        says("two-paths", {"w": w}, "implicit", implicit)
    says("two-paths", {"w": 0.7}, "total", "0.5644")
    says("two-paths", {"w": -0.7}, "explicit", "0.5690")
    says("two-paths", {"w": -0.7}, "implicit", "-0.0732")
    says("two-paths", {"w": -0.7}, "total", "0.4958")


def test_saturated_output(says, computed):
    for z, squared, entropy in ((0, "0.125", "0.5"), (2, "0.0925", "0.881"), (4, "0.0173", "0.982")):
        says("saturated-output", {"z": z}, "squared", squared)
        says("saturated-output", {"z": z}, "entropy", entropy)
    says("saturated-output", {"z": 6}, "squared", "0.00246")
    says("saturated-output", {"z": 6}, "entropy", "0.998")
    says("saturated-output", {"z": 6}, "ratio", "405")
    found = computed("saturated-output", [{"z": math.log(2)}, {}])
    assert found[0]["squared"] == pytest.approx(4 / 27, rel=1e-12)
    assert max(found[1]["squareds"]) <= 4 / 27


def test_depth(says):
    for state, path, text in (
        ({"w": 1, "L": 3}, ("left", 0), "0.25"),
        ({"w": 1, "L": 3}, ("left", 2), "0.0156"),
        ({"w": 1, "L": 10}, ("left", 9), "9.5e-7"),
        ({"w": 4, "L": 10}, ("left", 9), "1"),
        ({"w": 6, "L": 3}, ("left", 2), "3.375"),
        ({"w": 6, "L": 10}, ("left", 9), "57.7"),
    ):
        says("depth", state, path, text)


def test_echo(says):
    for w, T, text in (
        (1.0, 60, "0.155"),
        (1.1, 60, "0.503"),
        (1.5, 60, "0.859"),
        (0.9, 10, "0.189"),
        (-0.9, 10, "-0.189"),
    ):
        says("echo", {"w_h": w, "T": T}, ("h", T - 1), text)
    says("echo", {}, ("h", 0), "0.762")
    says("echo", {"w_h": 0, "T": 2}, ("h", 1), "0")
    says("echo", {"w_h": 0.5, "T": 60}, "smallAt", "5")
    says("echo", {"w_h": 0.9, "T": 60}, "smallAt", "23")
    says("echo", {"w_h": 1.5, "T": 20, "activation": "linear"}, ("h", 19), "2.2e3")


def test_loss_of_a_step(says):
    for i, text in enumerate(("0.032", "0.087", "0.237", "0.644")):
        says("loss-of-a-step", {}, ("y", i), text)
        says("loss-of-a-step", {"shift": 1000}, ("y", i), text)
    says("loss-of-a-step", {"o1": 2, "o2": 2, "o3": 2, "o4": 2}, "loss", "1.386")


DELTA_BACK = """
SISO        0.5  8 0.2425  0.669   2.11e-3  0.0014  0.2706  8
SISO        1.0  8 0.6194  0.694   1.90e-2  0.0122  1.0902  8
SISO        1.5  8 0.9702  0.280   3.01e-4  0.0002  0.3591  8
SIMO        1.0  8 2.4136  0.694   0.522    0.3364  4.7195  5
many-to-one 1.0  8 0.0348 -0.110  -1.28e-4  0.2115 -0.0278  8
MIMO        0.5  8 0.6811 -0.0858  0.155    0.8891  1.0473  4
MIMO        1.0  8 1.2833 -0.110   0.179    0.2862  1.3688  5
MIMO        1.0 20 4.5151  0.363   0.179    4.8199 -0.5572 15
"""


@pytest.mark.parametrize("row", DELTA_BACK.strip().splitlines())
def test_delta_back(says, computed, row):
    mapping, w, T, E, last, first, dU, dW, largest = row.split()
    state = {"mapping": mapping, "w_h": float(w), "T": int(T)}
    says("delta-back", state, "E", E)
    says("delta-back", state, ("delta", int(T) - 1), last)
    says("delta-back", state, ("delta", 0), first)
    says("delta-back", state, "dU", dU)
    says("delta-back", state, "dW", dW)
    sizes = [abs(one) for one in computed("delta-back", [state])[0]["delta"]]
    assert sizes.index(max(sizes)) + 1 == int(largest)


def test_who_still_hears(computed):
    for mapping, T, want in (
        ("SISO", 20, 1.24e-7),
        ("MIMO", 8, 0.1547),
        ("MIMO", 20, 0.1548),
        ("SIMO", 20, 0.160),
        ("many-to-one", 20, 2.6e-11),
    ):
        found = computed("delta-back", [{"mapping": mapping, "w_h": 0.5, "T": T}])[0]["delta"][0]
        assert abs(found) == pytest.approx(want, rel=0.02)


def test_path_table(says, computed):
    three = {"w_h": 0.9, "T": 3}
    for k, text in enumerate(("0.00606", "0.01832", "0.09582")):
        says("path-table", three, ("terms", k), text)
    says("path-table", three, "total", "0.12021")
    says("path-table", three, "share", "0.80")
    says("path-table", {"w_h": 0.9, "T": 10}, "total", "0.1327")
    says("path-table", {"w_h": 0.9, "T": 10}, "last", "0.3104")
    says("path-table", {"w_h": 1.5, "T": 10}, "total", "-4.332")
    says("path-table", {"w_h": 1.5, "T": 10}, "last", "0.408")
    says("path-table", {"w_h": 1.5, "T": 10}, "largest", "7")
    assert abs(computed("path-table", [{"w_h": 0.9, "T": 20}])[0]["terms"][0]) == pytest.approx(
        4.8e-8, rel=0.02
    )


def test_triangle(says):
    says("triangle", {"T": 6}, "cells", "21")


def test_who_reaches_whom(says, computed):
    def count(**state):
        return len(computed("who-reaches-whom", [state])[0]["reached"])

    assert count(graph="bidirectional", T=6, t=3) == 6
    assert count(graph="plain", T=6, t=3) == 3
    says("who-reaches-whom", {"graph": "plain", "T": 10}, "steps", "9")
    says("who-reaches-whom", {"graph": "time skip", "s": 3, "T": 10}, "steps", "3")
    says("who-reaches-whom", {"graph": "plain", "T": 10}, "factor", "0.387")
    says("who-reaches-whom", {"graph": "time skip", "s": 3, "T": 10}, "factor", "0.729")


FACTORS = """
linear  best    0.5  1.95e-3 1.78e-15 1.58e-30
tanh    best    0.9  0.387   5.73e-3  2.95e-5
relu    best    0.99 0.914   0.611    0.370
linear  best    1.01 1.094   1.628    2.678
tanh    best    1.1  2.358   107      1.25e4
linear  best    1.5  38.4    4.25e8   2.71e17
sigmoid best    2    1.95e-3 1.78e-15 1.58e-30
sigmoid best    5    7.45    5.6e4    3.93e9
tanh    log     0.9  3.93e-4 7.5e-18  1.2e-33
tanh    log     1.0  5.97e-4 3.9e-16  7.5e-30
tanh    log     1.5  1.66e-3 4.1e-16  1.2e-27
tanh    log     2.0  9.96e-8 4.3e-42  1.1e-81
sigmoid log     1.0  4.77e-7 1.5e-35  1.5e-70
relu    log     0.9  0       0        0
relu    log     1.0  1       1        1
"""


@pytest.mark.parametrize("row", FACTORS.strip().splitlines())
def test_gradient_explorer(computed, row):
    activation, key, w, *texts = row.split()
    for T, text in zip((10, 50, 100), texts, strict=True):
        state = {"activation": activation, "w_h": float(w), "T": T}
        log = computed("gradient-explorer", [state], [key])[0][key][1]
        assert is_printed(10.0**log, text), f"{row}, T = {T}: {10.0**log}"


def test_the_map_says_what_the_explorer_says(computed):
    for w, T in ((0.9, 20), (-1.15, 50), (2.5, 100)):
        state = {"w_h": w, "T": T}
        explorer = computed("gradient-explorer", [state], ["log"])[0]["log"][1]
        found = computed("gradient-map", [state])[0]
        assert found["log"] == pytest.approx(explorer, rel=1e-12)
        assert found["map"][round((w + 2.5) / 0.05)][T - 1] == pytest.approx(explorer, rel=1e-12)


def test_hump(says):
    says("hump", {"g": 0}, ("norms", 10), "0.349")
    says("hump", {"g": 2}, ("norms", 9), "7.77")
    says("hump", {"g": 2}, "top", "9")
    says("hump", {}, "top", "9")
    says("hump", {}, ("norms", 9), "19.38")
    says("hump", {}, ("norms", 50), "1.43")
    says("hump", {"steps": 100}, ("norms", 100), "0.0148")
    says("hump", {"rho": 1, "g": 1, "steps": 100}, ("norms", 100), "100")
    says("hump", {"rho": 0.5, "g": 5}, ("norms", 1), "5.05")
    says("hump", {"rho": 0.5, "g": 5}, "top", "1")


def test_short_and_long(says):
    for w, T, last, far in (
        (0.5, 10, "0.82", "0.0038"),
        (0.9, 10, "0.61", "0.032"),
        (0.9, 20, "0.51", "0.00054"),
        (1.2, 20, "0.28", "0.0091"),
        (1.5, 10, "0.077", "0.064"),
    ):
        says("short-and-long", {"w_h": w, "T": T}, "last", last)
        says("short-and-long", {"w_h": w, "T": T}, "far", far)


def test_two_clips(says):
    for g, limit, text in (
        ((8, 0.6), 0.5, "40.7"),
        ((8, 0.6), 1, "26.7"),
        ((8, 0.6), 5, "2.6"),
        ((8, 0.6), 10, "0"),
        ((30, 4), 0.5, "37.4"),
        ((30, 4), 1, "37.4"),
        ((30, 4), 5, "31.1"),
        ((30, 4), 10, "14.2"),
    ):
        state = {"g1": g[0], "g2": g[1], "limit": limit}
        says("two-clips", state, "byValue", text)
        says("two-clips", state, "byNorm", "0.0000000000")
    for path, text in (((0, 0), "0.597"), ((0, 1), "0.796"), ((1, 0), "0"), ((1, 1), "0.0995")):
        says("two-clips", {"limit": 1}, ("global", *path), text)
    for path, text in (((0, 0), "0.6"), ((0, 1), "0.8"), ((1, 0), "0"), ((1, 1), "0.5")):
        says("two-clips", {"limit": 1}, ("perTensor", *path), text)


TRUNCATED = """
0.5 0.978 0.997 1.000 1     1
0.9 0.818 0.957 0.995 0.999 1
1.0 0.732 0.932 0.991 0.996 1
1.2 0.572 0.878 0.945 0.944 1
1.5 0.919 0.915 0.950 0.999 1
"""


@pytest.mark.parametrize("row", TRUNCATED.strip().splitlines())
def test_truncate(says, row):
    w, *texts = row.split()
    for k, text in zip((1, 2, 3, 5, 10), texts, strict=True):
        says("truncate", {"w_h": float(w)}, ("cosines", k - 1), text if text != "1" else "1.00")
    if w == "1.5":
        for k, text in zip((1, 2, 3, 5, 10), ("0.152", "0.254", "0.371", "0.814", "0.998"), strict=True):
            says("truncate", {"w_h": 1.5}, ("ratios", k - 1), text)


@pytest.mark.parametrize(
    ("T", "w", "at", "steepest"),
    [(5, 1.408, "-2.57", "-2.57"), (20, 1.643, "-227", "-230"), (50, 1.6545, "-5082", "-6753")],
)
def test_cliff(computed, T, w, at, steepest):
    near = [{"T": T, "w": w + move / 1e5} for move in range(-50, 51)]
    slopes = [one["slope"] for one in computed("cliff", near, ["slope"])]
    assert min(slopes) == pytest.approx(float(steepest), rel=0.002)
    found = computed("cliff", [{"T": T}], ["steepest"])[0]["steepest"]
    assert found["slope"] == pytest.approx(float(steepest), rel=0.003)
    assert found["w"] == pytest.approx(w, abs=5e-4)
    assert slopes[50] == pytest.approx(float(at), rel=0.002)
    step = computed("cliff", [{"T": T, "w": w}, {"T": T, "w": w, "clip": "on"}], ["step"])
    assert step[0]["step"] == pytest.approx(-0.01 * float(at), rel=0.002)
    assert step[1]["step"] == pytest.approx(0.01)


def test_start(says, computed):
    for kind in ("identity", "orthogonal"):
        for gain, text in ((0.9, "5.2e-3"), (1.0, "1"), (1.1, "117")):
            says("start", {"kind": kind, "gain": gain}, ("lengths", 50), text)
    seeds = [{"seed": seed} for seed in range(1, 21)]
    found = [one["lengths"][50] for one in computed("start", seeds)]
    assert min(found) < 0.5
    assert max(found) > 2.0
    assert all(abs(one - 1.0) > 1e-3 for one in found)


def test_forget_bias(says):
    for b, T, text in (
        (1, 10, "0.0436"),
        (1, 50, "1.6e-7"),
        (2, 10, "0.281"),
        (2, 50, "1.8e-3"),
        (3, 10, "0.615"),
        (3, 50, "0.088"),
        (3, 100, "7.8e-3"),
        (5, 10, "0.935"),
        (5, 50, "0.715"),
        (5, 100, "0.511"),
        (5, 200, "0.261"),
    ):
        says("forget-bias", {"b_f": b, "T": T}, ("kept", T), text)
    for b, text in ((0, "1"), (1, "2.2"), (2, "5.5"), (3, "14.3"), (5, "103")):
        says("forget-bias", {"b_f": b}, "halfLife", text)
    says("forget-bias", {"b_f": 0, "T": 10}, ("kept", 10), "0.0009765625")


def test_sharpness(says):
    for S, beta, text in (
        (10, 0, "0.100"),
        (10, 1, "0.232"),
        (10, 2, "0.451"),
        (10, 5, "0.943"),
        (10, 10, "0.9996"),
        (50, 2, "0.131"),
        (50, 5, "0.752"),
        (50, 10, "0.998"),
    ):
        says("sharpness", {"S": S, "beta": beta}, ("a", 0), text)
    for beta, text in ((2, "0.248"), (5, "0.054"), (10, "0.0004")):
        says("sharpness", {"beta": beta}, "slope", text)


def test_add(computed):
    for seed in range(8):
        cells = [{"N": 64, "seed": seed, "cell": cell} for cell in ("carry as the state", "free state")]
        carry, free = computed("add", cells, ["share", "E"])
        assert carry["share"] == 1.0
        assert free["share"] <= 0.04
    assert computed("add", [{"cell": "free state"}], ["E"])[0]["E"] < 0.01


def test_deep(computed):
    start = computed("deep", [{"d": d, "W": W} for d in (1, 2, 3, 4) for W in ("on", "off")], ["E"])
    assert all(abs(one["E"] - 4 * math.log(4)) < 0.06 for one in start)
    on, off = computed("deep", [{"steps": 500}, {"steps": 500, "W": "off"}], ["E", "floor"])
    assert 0.003 < on["E"] < 0.0055
    assert 1.386 < off["E"] < 1.391
    assert is_printed(off["floor"], "1.386")


def test_landscape(says):
    for w, text in (
        (-1, "1.955"),
        (0, "1.653"),
        (0.5, "1.195"),
        (0.85, "1.038"),
        (1, "1.060"),
        (1.5, "1.470"),
    ):
        says("landscape", {"w_h": w, "w_o": 2}, "L", text)
    says("landscape", {"w_o": 2}, "best", "0.85")
    says("landscape", {"w_h": 0, "w_o": 0}, "L", "2.079")
