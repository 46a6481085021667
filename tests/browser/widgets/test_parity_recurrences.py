"""The widgets on the standard scalar record against the NumPy reference, number by number, at the extremes too."""

from itertools import product

import numpy as np

from solutions.reference.activations import ACTIVATIONS
from solutions.reference.bidirectional import bidirectional_forward
from solutions.reference.bptt import bptt
from solutions.reference.jacobians import scalar_factor
from solutions.reference.rnn import rnn_forward
from solutions.reference.truncation import bptt_windowed

HEAD = "identity-half-se"
MAPPINGS = {"SISO": (0, 0), "SIMO": (0, 1), "MIMO": (1, 1), "many-to-one": (1, 0)}
WEIGHTS = (-2.0, -1.0, -0.35, 0.0, 0.05, 0.5, 0.9, 1.0, 1.5, 2.0)
ONE = np.ones((1, 1))


def params(w, h0=0.2):
    return {
        "U": 0.8 * ONE,
        "W": w * ONE,
        "V": ONE,
        "b": np.array([0.1]),
        "c": np.zeros(1),
        "h0": np.array([h0]),
    }


def series(T):
    t = np.arange(1, T + 1)[:, None]
    return np.sin(0.7 * t), 0.5 * np.cos(0.4 * t)


def slope(z):
    """tanh' without the loss of digits that 1 − tanh² has in saturation."""
    return 1.0 / np.cosh(z) ** 2


def trace(mapping, w, T):
    """Forward by the reference; δ as a sum over losses, each with its own product: no recursion back."""
    X, Tau = series(T)
    inputs, losses = MAPPINGS[mapping]
    if not inputs:
        X[1:] = 0.0
    mask = np.ones(T) if losses else np.eye(T)[-1]
    p = params(w)
    run = rnn_forward(p, X, HEAD)
    z, h, x = run["z"][:, 0], run["h"][:, 0], X[:, 0]
    eps = mask * (h[1:] - Tau[:, 0])
    parts = np.array(
        [
            [eps[t] * slope(z[t]) * np.prod(w * slope(z[k:t])) if k <= t else 0.0 for k in range(T)]
            for t in range(T)
        ]
    )
    return {"p": p, "X": X, "Tau": Tau, "mask": mask, "z": z, "h": h, "x": x, "eps": eps, "parts": parts}


def back(mapping, w_h, T):
    one = trace(mapping, w_h, T)
    delta = one["parts"].sum(axis=0)
    own = np.diag(one["parts"])
    g = bptt(one["p"], one["X"], one["Tau"], HEAD, one["mask"])
    x, before, after = one["x"], one["h"][:-1], one["h"][1:]
    scale = np.abs(one["parts"]).sum(axis=0)
    return {
        "h": one["h"],
        "z": (one["z"], 1.0),
        "eps": one["eps"],
        "delta": (delta, scale.max()),
        "own": own,
        "fromNext": (delta - own, scale.max()),
        "E": 0.5 * one["eps"] @ one["eps"],
        "dU": (g["dU"][0, 0], scale @ abs(x)),
        "dW": (g["dW"][0, 0], scale @ abs(before)),
        "dV": (g["dV"][0, 0], abs(one["eps"]) @ abs(after)),
        "dh0": (g["dh0"][0], abs(w_h) * scale[0]),
    }


def test_delta_back(same):
    states = [
        {"mapping": mapping, "w_h": w, "T": T}
        for mapping, w, T in product(MAPPINGS, WEIGHTS, (1, 2, 8, 20, 60))
    ]
    same("delta-back", states, back)


def test_unrolled(same):
    def twin(step, **state):
        del step
        found = back(**state)
        one = trace(state["mapping"], state["w_h"], state["T"])
        delta, scale = found["delta"]
        return {
            **found,
            "termsU": (delta * one["x"], scale),
            "termsW": (delta * one["h"][:-1], scale),
            "termsV": one["eps"] * one["h"][1:],
        }

    states = [
        {"mapping": mapping, "w_h": w, "T": T, "step": T}
        for mapping, w, T in product(MAPPINGS, WEIGHTS, range(1, 9))
    ]
    same("unrolled", states, twin)


DRIVES = {
    "a wave": lambda t: np.sin(0.7 * t),
    "one at t = 1": lambda t: (t == 1).astype(float),
    "none": lambda t: 0.0 * t,
    "always 1": lambda t: 0.0 * t + 1.0,
}


def activation(name):
    """f and f', the slopes of tanh and sigmoid by cosh, which keeps their digits in saturation."""
    f = ACTIVATIONS["identity" if name == "linear" else name]
    exact = {"tanh": slope, "sigmoid": lambda z: 0.25 / np.cosh(z / 2.0) ** 2}
    return f, exact.get(name, f.prime)


def explore(w_h, T, activation_name, h0, inputs):
    f, prime = activation(activation_name)
    x = DRIVES[inputs](np.arange(1, T + 1.0))
    z = rnn_forward(params(w_h, h0), x[:, None], f=f)["z"][:, 0]
    slopes = np.broadcast_to(prime(z), z.shape)
    with np.errstate(divide="ignore"):
        log = np.log10(np.abs(w_h * slopes))
        best = np.log10(np.abs(w_h) * f.steepest)
    product_back = [float(np.prod(w_h * slopes[k:])) for k in range(T + 1)]
    return {
        "z": (z, 1.0),
        "slopes": slopes,
        "factor": w_h * slopes,
        "product": product_back,
        "log": [float(np.sum(log[k:])) for k in range(T + 1)],
        "best": [float((T - k) * best) if k < T else 0.0 for k in range(T + 1)],
    }


def test_gradient_explorer(same):
    def twin(activation, **state):
        return explore(activation_name=activation, **state)

    kinds = ("tanh", "sigmoid", "relu", "linear")
    sizes = (-5.0, -2.5, -1.12, -0.5, 0.0, 0.01, 0.5, 0.9, 1.0, 1.5, 2.0, 2.5, 5.0)
    states = [
        {"w_h": w, "T": T, "activation": kind, "h0": h0, "inputs": inputs}
        for w, T, kind, h0, inputs in product(sizes, (1, 2, 20, 100), kinds, (-1.0, 0.0, 0.2), DRIVES)
    ]
    same("gradient-explorer", states, twin, entrywise=("slopes", "factor", "product"))


def test_the_explorer_s_factor_is_the_reference_s(computed):
    z = rnn_forward(params(1.1), series(10)[0])["z"][:, 0]
    found = computed("gradient-explorer", [{"w_h": 1.1, "T": 10}], ["product"])[0]["product"]
    assert abs(found[1] / scalar_factor(1.1, z) - 1.0) < 1e-12


def test_gradient_map(same):
    def twin(w_h, T, activation, kind):
        one = explore(w_h, T, activation, 0.2, "a wave")
        columns = []
        for w in np.round(np.arange(-2.5, 2.501, 0.05), 2):
            whole = explore(float(w), 100, activation, 0.2, "a wave")
            with np.errstate(divide="ignore"):
                steps = np.log10(np.abs(whole["factor"]))
            best = np.full(100, whole["best"][-2])
            steps = best if kind == "best case" else steps
            columns.append([float(np.sum(steps[1:t])) for t in range(1, 101)])
        log = one["best"][1] if kind == "best case" else one["log"][1]
        return {"log": log, "map": columns}

    states = [
        {"w_h": w, "T": T, "activation": kind, "kind": shown}
        for (w, T), kind, shown in product(
            [(-2.5, 100), (0.9, 20)], ("tanh", "sigmoid", "relu", "linear"), ("this network", "best case")
        )
    ]
    same("gradient-map", states, twin)


def test_path_table(same):
    def twin(w_h, T, target):
        one = trace("MIMO" if target == "all steps E" else "many-to-one", w_h, T)
        terms = one["parts"].sum(axis=0) * one["x"]
        scale = (np.abs(one["parts"]).sum(axis=0) * abs(one["x"])).sum()
        return {"terms": (terms, scale), "total": (terms.sum(), scale), "last": terms[-1]}

    states = [
        {"w_h": w, "T": T, "target": target}
        for w, T, target in product(WEIGHTS, (1, 3, 10, 20), ("last step E_T", "all steps E"))
    ]
    same("path-table", states, twin)


def test_triangle(computed):
    states = [{"w_h": w, "T": T} for w, T in product(WEIGHTS, (1, 6, 12))]
    for state, found in zip(states, computed("triangle", states), strict=True):
        one = trace("MIMO", state["w_h"], state["T"])
        want = one["parts"] * one["x"]
        for t, row in enumerate(found["terms"]):
            assert np.allclose(row, want[t, : t + 1], rtol=1e-12, atol=1e-290)
        assert np.allclose(found["byStep"], want.sum(axis=0), rtol=1e-12, atol=1e-13)
        assert np.allclose(found["byLoss"], want.sum(axis=1), rtol=1e-12, atol=1e-13)
        assert found["cells"] == state["T"] * (state["T"] + 1) // 2


def test_short_and_long(same):
    def twin(w_h, T):
        one = trace("many-to-one", w_h, T)
        sizes = np.abs(one["parts"].sum(axis=0) * one["x"])
        return {"sizes": sizes, "last": sizes[-1] / sizes.sum(), "far": sizes[: T // 2].sum() / sizes.sum()}

    states = [{"w_h": w, "T": T} for w, T in product(WEIGHTS, (2, 3, 10, 20, 60))]
    same("short-and-long", states, twin, entrywise=("sizes",))


def test_truncate(same, computed):
    def twin(w_h, k):
        X, Tau = series(40)
        p = params(w_h)

        def gradient(K):
            g = bptt_windowed(p, X, Tau, K, HEAD)
            return np.array([g["dU"][0, 0], g["dW"][0, 0], g["db"][0]])

        full = gradient(40)
        all_of_them = np.array([gradient(K) for K in (1, 2, 3, 5, 10, 40)])
        norms = np.linalg.norm(all_of_them, axis=1)
        return {
            "cut": (gradient(k), norms.max()),
            "full": (full, norms.max()),
            "some": (all_of_them @ full / norms / norms[-1], 1.0),
            "sizes": (norms / norms[-1], 1.0),
        }

    windows = np.array([1, 2, 3, 5, 10, 40]) - 1
    states = [{"w_h": w, "k": k} for w, k in product(WEIGHTS, (1, 5, 40))]

    def pick(name, given, keys):
        found = computed(name, given, ["cut", "full", "cosines", "ratios"])
        for one in found:
            one["some"] = [one["cosines"][i] for i in windows]
            one["sizes"] = [one["ratios"][i] for i in windows]
        return [{key: one[key] for key in keys} for one in found]

    same("truncate", states, twin, ask=pick)


def graph_outputs(graph, T, s, w, X):
    """y (T,) of the four graphs, from the reference where it has them."""
    p = params(w)
    if graph == "bidirectional":
        both = {**p, "Ub": p["U"], "Wb": p["W"], "bb": p["b"], "hb0": p["h0"], "Vb": p["V"]}
        return bidirectional_forward(both, X)["o"][:, 0]
    first = rnn_forward(p, X)
    if graph == "stacked":
        return rnn_forward(p, first["h"][1:])["h"][1:, 0]
    if graph == "time skip":
        h = [0.2]
        for t in range(1, T + 1):
            h.append(np.tanh(0.8 * X[t - 1, 0] + w * h[-1] + w * h[max(t - s, 0)] + 0.1))
        return np.array(h[1:])
    return first["h"][1:, 0]


def test_who_reaches_whom(computed):
    states = [
        {"graph": graph, "T": T, "t": 1, "s": s, "w_h": w}
        for graph, T, s, w in product(
            ("plain", "stacked", "bidirectional", "time skip"), (2, 6, 12), (2, 3, 4), (-2.0, 0.0, 0.9, 2.0)
        )
    ]
    for state, found in zip(states, computed("who-reaches-whom", states), strict=True):
        T = state["T"]
        X = series(T)[0]
        want = np.empty((T, T))
        for j in range(T):
            nudge = 1e-30j * np.eye(T)[j][:, None]
            want[:, j] = complex_outputs(state, X + nudge).imag / 1e-30
        assert np.allclose(found["influence"], want, rtol=1e-12, atol=1e-15), state
        if state["w_h"] == 0.9:
            assert np.allclose(
                complex_outputs(state, X).real, graph_outputs(state["graph"], T, state["s"], 0.9, X)
            )


def complex_outputs(state, X):
    """The same outputs for complex inputs: the imaginary part of a tiny nudge is an exact derivative."""
    w, s, T = state["w_h"], state["s"], state["T"]

    def chain(inputs, skip=None):
        h = [0.2 + 0j]
        for t in range(1, T + 1):
            far = w * h[max(t - skip, 0)] if skip else 0.0
            h.append(np.tanh(0.8 * inputs[t - 1] + w * h[-1] + far + 0.1))
        return np.array(h[1:])

    x = X[:, 0]
    if state["graph"] == "stacked":
        return chain(chain(x))
    if state["graph"] == "bidirectional":
        return chain(x) + chain(x[::-1])[::-1]
    return chain(x, s if state["graph"] == "time skip" else None)
