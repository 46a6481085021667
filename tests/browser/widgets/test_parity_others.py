"""The other widgets' formulas against NumPy, written here once more, or against the reference where it has them."""

import math
from itertools import islice, product

import numpy as np

from solutions.reference.clipping import clip_by_value, clip_global
from solutions.reference.losses import sequence_loss, softmax
from solutions.reference.sgd import Descent, sgd
from solutions.reference.training.adder import rows_objective
from solutions.reference.training.completion import encode_word, words_objective

WEIGHTS = {"cat": -1.0, "mat": -0.5, "rat": 1.0}


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def test_word_order(same):
    orders = ("cat mat rat", "cat rat mat", "mat cat rat", "mat rat cat", "rat cat mat", "rat mat cat")

    def states_of(order, w_h):
        o = [0.0]
        for word in order.split():
            o.append(np.tanh(WEIGHTS[word] + w_h * o[-1]))
        return o[1:]

    def twin(order, w_h):
        finals = [states_of(one, w_h)[-1] for one in orders]
        return {
            "states": states_of(order, w_h),
            "finals": finals,
            "different": len({f"{one:.6f}" for one in finals}),
        }

    same(
        "word-order", [{"order": o, "w_h": w} for o, w in product(orders, (-2.0, -1.0, 0.0, 0.5, 2.0))], twin
    )


def test_nudge(same, computed):
    def s2(w):
        return np.tanh(w * np.tanh(0.2 * w + 0.9) + 0.1)

    w = 0.7
    a = np.tanh(0.2 * w + 0.9)
    exact = (1 - s2(w) ** 2) * (a + w * (1 - a * a) * 0.2)
    same("nudge", [{}], lambda: {"exact": exact})
    # The last digit of tanh may differ, and a difference quotient divides it by the step.
    states = [{"log": log, "formula": formula} for log in range(-12, 0) for formula in ("central", "forward")]
    for state, found in zip(states, computed("nudge", states, ["estimate", "error"]), strict=True):
        step = 10.0 ** state["log"]
        if state["formula"] == "central":
            want = (s2(w + step) - s2(w - step)) / (2 * step)
        else:
            want = (s2(w + step) - s2(w)) / step
        assert abs(found["estimate"] - want) <= 1e-12 + 4e-16 / step
        assert math.isclose(found["error"], abs(found["estimate"] - exact), rel_tol=1e-3, abs_tol=1e-15)


def test_two_paths(same):
    def both(w):
        a = np.tanh(0.2 * w + 0.9)
        outer = 1.0 / np.cosh(w * a + 0.1) ** 2
        return outer * a, outer * w * 0.2 / np.cosh(0.2 * w + 0.9) ** 2

    def twin(w):
        explicit, implicit = both(w)
        curves = np.array([both(one) for one in np.round(np.arange(-3, 3.01, 0.1), 1)])
        return {
            "explicit": explicit,
            "implicit": implicit,
            "total": (explicit + implicit, 1.0),
            "explicits": curves[:, 0],
            "implicits": curves[:, 1],
        }

    same("two-paths", [{"w": w} for w in (-3.0, -0.7, 0.0, 0.7, 1.5, 3.0)], twin)


def test_saturated_output(same):
    def pair(z, tau):
        return (sigmoid(z) - tau) / (4 * np.cosh(z / 2) ** 2), sigmoid(z) - tau

    def twin(z, tau):
        squared, entropy = pair(z, int(tau))
        curve = pair(np.round(np.arange(-8, 8.01, 0.1), 1), int(tau))
        return {
            "squared": (squared, 1e-3),
            "entropy": (entropy, 1e-3),
            "y": sigmoid(z),
            "squareds": curve[0],
            "entropies": curve[1],
        }

    same(
        "saturated-output", [{"z": z, "tau": t} for z, t in product((-8.0, -2.0, 0.0, 4.0, 8.0), "01")], twin
    )


def test_depth(same):
    states = [{"L": L, "w": w} for L, w in product((1, 3, 10, 20), (0.0, 0.1, 1.0, 4.0, 6.0))]
    same("depth", states, lambda L, w: {"left": (w / 4.0) ** np.arange(1, L + 1)}, entrywise=("left",))


def test_echo(same):
    def twin(w_h, T, activation):
        f = np.tanh if activation == "tanh" else float
        h = [f(1.0)]
        for _ in range(T - 1):
            h.append(f(w_h * h[-1]))
        small = [t for t, one in enumerate(h, start=1) if abs(one) < 0.05]
        return {"h": h, "smallAt": small[0] if small else 0}

    grid = product((-2.0, -0.9, 0.0, 0.5, 1.0, 1.1, 2.0), (1, 20, 60), ("tanh", "linear"))
    same("echo", [{"w_h": w, "T": T, "activation": f} for w, T, f in grid], twin, entrywise=("h",))


def test_loss_of_a_step(same):
    def twin(o1, o2, o3, o4, right, shift):
        o = np.array([o1, o2, o3, o4]) + shift
        tau = np.eye(4)[int(right) - 1]
        loss = sequence_loss(o[None], tau[None], "softmax-ce")[0]
        # The loss is what is left of two numbers of the shift's size.
        return {"o": o, "y": softmax(o), "loss": (loss, 1.0 + shift)}

    grid = product(((1.0, 2.0, 3.0, 4.0), (6.0, -6.0, -6.0, -6.0), (0.0,) * 4), "1234", (0, 10, 1000))
    states = [
        dict(zip(("o1", "o2", "o3", "o4"), o, strict=True)) | {"right": r, "shift": s} for o, r, s in grid
    ]
    same("loss-of-a-step", states, twin, entrywise=("y",))


def test_hump(same):
    def twin(rho, g, steps):
        M = np.array([[rho, g], [0.0, rho]])
        powers = [np.linalg.matrix_power(M, k) for k in range(steps + 1)]
        return {"norms": [np.linalg.norm(one, 2) for one in powers], "powers": rho ** np.arange(steps + 1)}

    grid = product((0.0, 0.5, 0.9, 1.0, 1.2), (0.0, 1.0, 5.0, 10.0), (1, 50, 100))
    same("hump", [{"rho": r, "g": g, "steps": s} for r, g, s in grid], twin, entrywise=("norms", "powers"))


def test_two_clips(same):
    def angle(a, b):
        cross, dot = a[0] * b[1] - a[1] * b[0], a @ b
        return np.degrees(abs(np.arctan2(cross, dot)))

    def twin(g1, g2, limit):
        g = np.array([g1, g2])
        norm, value = clip_global({"g": g}, limit)[0]["g"], clip_by_value({"g": g}, limit)["g"]
        tensors = {"dU": np.array([3.0, 4.0]), "dW": np.array([0.0, 0.5])}
        each = [clip_global({name: one}, limit)[0][name] for name, one in tensors.items()]
        return {
            "norm": norm,
            "value": value,
            "byNorm": (0.0, 1.0),
            "byValue": (angle(g, value), 1.0),
            "global": list(clip_global(tensors, limit)[0].values()),
            "perTensor": each,
        }

    grid = product(
        ((8.0, 0.6), (30.0, 4.0), (-30.0, 30.0), (0.0, 0.0), (0.0, -5.0)), (0.1, 0.5, 1.0, 10.0, 50.0)
    )
    same("two-clips", [{"g1": a, "g2": b, "limit": c} for (a, b), c in grid], twin)


def cliff_loss(w, T):
    h = 0.6
    for _ in range(T):
        h = np.tanh(w * h - 0.3)
    return 0.5 * (h - 0.5) ** 2


def test_cliff(same, computed):
    def twin(w, T, eta, clip):
        h, z = [0.6], []
        for _ in range(T):
            z.append(w * h[-1] - 0.3)
            h.append(np.tanh(z[-1]))
        factors = 1.0 / np.cosh(z) ** 2
        # dh_T/dw as the sum over the T uses of w, each with the factors after it.
        dh = sum(factors[t] * h[t] * np.prod(w * factors[t + 1 :]) for t in range(T))
        dE = (h[-1] - 0.5) * dh
        step = -eta * (np.clip(dE, -1, 1) if clip == "on" else dE)
        # Where the curve is steep, one digit less in h is many digits less in what hangs on it.
        return {"E": (cliff_loss(w, T), 1.0), "slope": (dE, 1.0), "step": (step, eta), "next": w + step}

    grid = product((1.0, 1.408, 1.6, 2.5, 4.0), (1, 5, 20, 50), (0.001, 0.1), ("off", "on"))
    same("cliff", [{"w": w, "T": T, "eta": e, "clip": c} for w, T, e, c in grid], twin)
    found = computed("cliff", [{"T": 20}], ["ws", "Es"])[0]
    assert np.allclose(found["Es"], cliff_loss(np.array(found["ws"]), 20), rtol=1e-10, atol=1e-13)


def uniform(seed):
    """Mulberry32, in whole numbers of Python."""
    state, mask = seed, 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & mask
        t = ((state ^ (state >> 15)) * (state | 1)) & mask
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & mask)) & mask
        yield ((t ^ (t >> 14)) + 0.5) / 2**32


def normal(seed):
    source = uniform(seed)
    while True:
        radius = math.sqrt(-2.0 * math.log(next(source)))
        yield radius * math.cos(2.0 * math.pi * next(source))


def draw(source, *shape):
    return np.array(list(islice(source, math.prod(shape)))).reshape(shape)


def test_start(same):
    def twin(kind, gain, T, seed):
        source = normal(seed)
        M, v = draw(source, 32, 32) / np.sqrt(32), draw(source, 32)
        if kind == "identity":
            M = np.eye(32)
        elif kind == "orthogonal":
            M = np.linalg.qr(M)[0]
        now, lengths = v, [1.0]
        for _ in range(T):
            now = gain * M.T @ now
            lengths.append(np.linalg.norm(now) / np.linalg.norm(v))
        return {"lengths": lengths}

    grid = product(("identity", "orthogonal", "Gaussian"), (0.5, 0.9, 1.0, 1.5), (1, 100), (1, 20))
    states = [{"kind": k, "gain": g, "T": T, "seed": s} for k, g, T, s in grid]
    same("start", states, twin, entrywise=("lengths",))


def test_normal_numbers_are_normal(laboratory):
    found = np.array(
        laboratory.evaluate(
            "() => {const next = ThroughTime.maths.normal(3); return Array.from({length: 20000}, next)}"
        )
    )
    assert abs(found.mean()) < 0.03
    assert abs(found.std() - 1.0) < 0.02
    assert abs((np.abs(found) < 1.0).mean() - 0.6827) < 0.01


def test_forget_bias(same):
    def twin(b_f, T, w_h):
        k = np.arange(T + 1)
        gate = sigmoid(b_f)
        return {
            "gate": gate,
            "halfLife": np.log(2.0) / np.log1p(np.exp(-b_f)),
            "kept": gate**k,
            "plain": w_h**k,
        }

    grid = product((-3.0, 0.0, 1.0, 6.0), (1, 50, 200), (0.0, 0.9, 1.5))
    states = [{"b_f": b, "T": T, "w_h": w} for b, T, w in grid]
    same("forget-bias", states, twin, entrywise=("kept", "plain"))


def test_sharpness(same):
    def attention(S, beta):
        return softmax(np.array([beta] + [0.0] * (S - 1)))

    def twin(S, beta):
        a = attention(S, beta)
        curve = np.array([attention(S, one)[0] for one in np.arange(101) / 10.0])
        return {
            "a": a,
            "entropy": -np.sum(a * np.log(a)) / np.log(S),
            "slope": (a[0] * (1 - a[0]), 1e-3),
            "matching": curve,
            "slopes": curve * (1 - curve),
        }

    states = [{"S": S, "beta": beta} for S, beta in product((2, 10, 50), (0.0, 1.0, 2.0, 5.0, 10.0))]
    same("sharpness", states, twin, entrywise=("a",))


def test_landscape(same):
    sentences = (("cat", "mat", "rat"), ("rat", "rat", "mat"), ("mat", "mat", "cat"))
    labels = np.array([1.0, 1.0, 0.0])

    def judge(w_h, w_o):
        o = []
        for words in sentences:
            state = 0.0
            for word in words:
                state = np.tanh(WEIGHTS[word] + w_h * state)
            o.append(w_o * state)
        return np.array(o)

    def loss(o):
        return sequence_loss(o[:, None], labels[:, None], "sigmoid-ce")[0]

    def twin(w_h, w_o):
        o = judge(w_h, w_o)
        curve = [loss(judge(w, w_o)) for w in np.round(np.arange(-2, 2.01, 0.05), 2)]
        return {"y": sigmoid(o), "L": loss(o), "curve": curve}

    grid = product((-2.0, -1.0, 0.0, 0.5, 0.85, 2.0), (-4.0, 0.0, 2.0, 4.0))
    same("landscape", [{"w_h": w, "w_o": v} for w, v in grid], twin)


def start_values(seed, d, n, k, size):
    source = normal(seed)
    return {
        "U": size * draw(source, d, n),
        "W": size * draw(source, d, d) / np.sqrt(d),
        "V": size * draw(source, k, d),
        "b": np.zeros(d),
        "c": np.zeros(k),
    }


def test_one_gradient_of_the_training_is_that_of_bptt(laboratory):
    X, Tau = encode_word("deep")
    for d in (1, 2, 3, 4):
        p = start_values(7, d, 4, 4, 1.0)
        E, g = words_objective({**p, "h0": np.zeros(d)}, [(X, Tau)])
        found = laboratory.evaluate(
            "([p, data]) => ThroughTime.maths.training.objective(p, data, 'softmax')",
            [{name: array.tolist() for name, array in p.items()}, [{"X": X.tolist(), "Tau": Tau.tolist()}]],
        )
        assert abs(found["E"] - E) <= 1e-12 * E
        for name in p:
            want = g[f"d{name}"]
            assert np.abs(np.array(found["g"][name]) - want).max() <= 1e-12 * np.abs(want).max()


def test_deep(computed):
    """500 steps by the reference: each repeats the rounding of the one before it, so less is left to agree."""
    for d, W in product((1, 2, 3, 4), ("on", "off")):
        p = {**start_values(2, d, 4, 4, 0.1), "h0": np.zeros(d)}
        fixed = ("h0",)
        if W == "off":
            p["W"][:] = 0.0
            fixed = ("h0", "W")
        rng = np.random.default_rng(0)
        _, losses = sgd(words_objective, p, [encode_word("deep")], Descent(0.5, 501, 1.0), rng, fixed)
        found = computed("deep", [{"steps": 500, "W": W, "d": d}], ["losses", "E", "y"])[0]
        assert np.allclose(found["losses"][:20], losses[:20], rtol=1e-12, atol=0.0)
        assert np.allclose(found["losses"], losses, rtol=1e-6, atol=0.0)
        assert np.allclose(np.sum(found["y"], axis=1), 1.0)


def test_add(computed):
    rows = [(np.array([a, b, c], float), np.array([(a + b + c) % 2, (a + b + c) // 2], float))
            for a, b, c in product((0, 1), repeat=3)]  # fmt: skip
    for seed in (0, 5):
        p = start_values(seed, 4, 3, 2, 1.0)
        del p["W"]
        # Without W, V takes the place in the stream that W has with it.
        source = normal(seed)
        p["U"] = draw(source, 4, 3)
        draw(source, 4, 4)
        p["V"] = draw(source, 2, 4)
        trained, losses = sgd(rows_objective, p, rows, Descent(1.0, 1001, 1.0), np.random.default_rng(0))
        del trained
        found = computed(
            "add", [{"seed": seed, "N": 64}], ["E", "wrong", "share", "pairs", "bits", "carries"]
        )[0]
        assert abs(found["E"] / losses[-1] - 1.0) < 1e-6
        assert found["share"] == 1.0
        a, b = (sum(int(pair[i]) << t for t, pair in enumerate(found["pairs"])) for i in (0, 1))
        assert sum(bit << t for t, bit in enumerate(found["bits"])) == a + b
        assert found["wrong"] == 0
