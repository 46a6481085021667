"""The other mappings as students write them; right ones in many styles, wrong ones by changing a line."""

import numpy as np
import pytest

SISO = """
def bptt(p, x, tau, T):
    U, W, V, b, c = p["U"], p["W"], p["V"], p["b"], p["c"]
    h = [p["h0"]]
    z = []
    for t in range(1, T + 1):
        z.append((U @ x if t == 1 else 0) + W @ h[-1] + b)
        h.append(np.tanh(z[-1]))
    y = np.tanh(V @ h[T] + c)
    eps = (y - tau) * (1 - y ** 2)
    delta = [None] * (T + 2)
    delta[T] = (V.T @ eps) * (1 - h[T] ** 2)
    for t in range(T - 1, 0, -1):
        delta[t] = (W.T @ delta[t + 1]) * (1 - h[t] ** 2)
    dW = sum(np.outer(delta[t], h[t - 1]) for t in range(1, T + 1))
    db = sum(delta[t] for t in range(1, T + 1))
    return {
        "dU": np.outer(delta[1], x),
        "dW": dW,
        "dV": np.outer(eps, h[T]),
        "db": db,
        "dc": eps,
        "dh0": W.T @ delta[1],
    }
"""

SIMO = """
def bptt(p, x, Tau):
    U, W, V, b, c = p["U"], p["W"], p["V"], p["b"], p["c"]
    T, k = Tau.shape
    h = np.vstack([p["h0"], np.zeros((T, len(b)))])
    for t in range(1, T + 1):
        u = U @ x if t == 1 else 0.0
        h[t] = np.tanh(u + W @ h[t - 1] + b)
    y = np.tanh(h[1:] @ V.T + c)
    eps = (y - Tau) * (1 - y ** 2)
    dV = eps.T @ h[1:]
    delta = np.zeros(len(b))
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for t in range(T, 0, -1):
        own = V.T @ eps[t - 1]
        back = W.T @ delta
        delta = (1 - h[t] ** 2) * (own + back)
        dW = dW + np.outer(delta, h[t - 1])
        db = db + delta
    return dict(dU=np.outer(delta, x), dW=dW, dV=dV, db=db, dc=eps.sum(0), dh0=W.T @ delta)
"""

MANY = """
def bptt(p, X, tau):
    U, W, V, b, c, h0 = [p[s] for s in ["U", "W", "V", "b", "c", "h0"]]
    T = len(X)
    h = {0: h0}
    for t in range(1, T + 1):
        h[t] = np.tanh(U @ X[t - 1] + W @ h[t - 1] + b)
    y = 1 / (1 + np.exp(-(V @ h[T] + c)))
    eps = y - tau
    dU, dW, db = 0 * U, 0 * W, 0 * b
    err = V.T @ eps
    for t in range(T, 0, -1):
        delta = err * (1 - h[t] * h[t])
        dU += delta[:, None] * X[t - 1]
        dW += delta[:, None] * h[t - 1]
        db += delta
        err = W.T @ delta
    return {"dU": dU, "dW": dW, "dV": eps[:, None] * h[T], "db": db, "dc": eps, "dh0": err}
"""

BATCH = """
def bptt(p, X, Tau):
    U, W, V, b, c, h0 = [p[s] for s in ["U", "W", "V", "b", "c", "h0"]]
    B, T, n = X.shape
    H = np.zeros((B, T + 1, len(b)))
    H[:, 0] = h0
    for t in range(T):
        H[:, t + 1] = np.tanh(X[:, t] @ U.T + H[:, t] @ W.T + b)
    O = H[:, 1:] @ V.T + c
    Y = np.exp(O - O.max(axis=2, keepdims=True))
    Y = Y / Y.sum(axis=2, keepdims=True)
    E = Y - Tau
    D = np.zeros((B, T, len(b)))
    carry = np.zeros((B, len(b)))
    for t in range(T - 1, -1, -1):
        D[:, t] = (E[:, t] @ V + carry) * (1 - H[:, t + 1] ** 2)
        carry = D[:, t] @ W
    g = {}
    g["dU"] = np.einsum("bti,btj->ij", D, X)
    g["dW"] = np.einsum("bti,btj->ij", D, H[:, :-1])
    g["dV"] = np.einsum("bti,btj->ij", E, H[:, 1:])
    g["db"] = D.sum(axis=(0, 1))
    g["dc"] = E.sum(axis=(0, 1))
    g["dh0"] = carry.sum(axis=0)
    return g
"""

SOURCES = {"siso": SISO, "simo": SIMO, "many-to-one": MANY, "batch": BATCH}

# Changes that leave the answer right.
RIGHT = {
    "siso": [
        ("(y - tau) * (1 - y ** 2)", "(y - tau) / np.cosh(V @ h[T] + c) ** 2"),
        ("(1 - h[t] ** 2)", "(1 - h[t]) * (1 + h[t])"),
        ("W.T @ delta[t + 1]", "delta[t + 1] @ W"),
        ("W.T @ delta[1]", "np.linalg.multi_dot([W.T, delta[1]])"),
        ("np.outer(delta[1], x)", "np.kron(delta[1][:, None], x[None, :])"),
        ("dW = sum(", "dW = np.zeros_like(W) + sum("),
        ('"dc": eps', '"dc": eps.copy(), "E": 0.5 * ((y - tau) ** 2).sum()'),
    ],
    "simo": [
        ("own + back", "back + own"),
        ("eps.T @ h[1:]", "np.einsum('ti,tj->ij', eps, h[1:])"),
        ("eps.sum(0)", "np.add.reduce(eps)"),
        ("W.T @ delta\n        delta", "np.array([W[:, i] @ delta for i in range(len(b))])\n        delta"),
        ("np.outer(delta, x)", "np.asfortranarray(np.outer(delta, x))"),
        ("dh0=W.T @ delta", "dh0=(W.T @ delta).tolist()"),
        ("dW=dW", "dW=np.longdouble(dW)"),
    ],
    "many-to-one": [
        ("1 / (1 + np.exp(-(V @ h[T] + c)))", "0.5 * (1 + np.tanh((V @ h[T] + c) / 2))"),
        ("eps = y - tau", "eps = (y - tau) / (y * (1 - y)) * y * (1 - y)"),
        ("1 - h[t] * h[t]", "1 - np.square(h[t])"),
        ("eps[:, None] * h[T]", "h[T][None, :] * eps[0]"),
        ("err = W.T @ delta", "err = np.dot(delta, W)"),
        ("0 * U", "np.zeros(U.shape, order='F')"),
        ('"dc": eps', '"dc": [float(eps[0])]'),
    ],
    "batch": [
        ('np.einsum("bti,btj->ij", D, X)', "sum(D[i].T @ X[i] for i in range(B))"),
        ('np.einsum("bti,btj->ij", D, X)', "D.reshape(-1, len(b)).T @ X.reshape(-1, n)"),
        ('np.einsum("bti,btj->ij", E, H[:, 1:])', "np.tensordot(E, H[:, 1:], axes=([0, 1], [0, 1]))"),
        ("D.sum(axis=(0, 1))", "D.mean(axis=0).sum(axis=0) * B"),
        ("carry.sum(axis=0)", "D[:, 0].sum(axis=0) @ W"),
        ("O - O.max(axis=2, keepdims=True)", "O - O.max()"),
        ("(1 - H[:, t + 1] ** 2)", "1 / np.cosh(np.arctanh(H[:, t + 1])) ** 2"),
        ("    return g", "    return {key: g[key] for key in sorted(g)}"),
        ("    return g", "    return {key: np.repeat(a[..., None], 2, -1)[..., 0] for key, a in g.items()}"),
    ],
}

WRONG = {
    "siso": [
        ("(y - tau) * (1 - y ** 2)", "(tau - y) * (1 - y ** 2)", "sign-flipped"),
        ("(y - tau) * (1 - y ** 2)", "y - tau", "output-fprime-missing"),
        ("(y - tau) * (1 - y ** 2)", "(y - tau) * (1 - y ** 2) / T", "mean-over-time"),
        ("(y - tau) * (1 - y ** 2)", "(y - tau) * (1 - y ** 2) / len(c)", "mean-over-outputs"),
        ("(W.T @ delta[t + 1])", "(W @ delta[t + 1])", "w-not-transposed"),
        ("(W.T @ delta[t + 1])", "delta[t + 1]", "w-missing-in-carry"),
        ("(W.T @ delta[t + 1]) * (1 - h[t] ** 2)", "W.T @ delta[t + 1]", "fprime-output-branch-only"),
        ("(1 - h[t] ** 2)", "(1 - h[t - 1] ** 2)", ""),
        ("h[t - 1]) for", "h[t]) for", "dw-current-h"),
        ("h[t - 1]) for t in range(1, T", "h[t - 1]) for t in range(2, T", "dw-first-term-dropped"),
        ("np.outer(delta[1], x)", "np.outer(delta[T], x)", "du-immediate-only du-last-step-only"),
        ("np.outer(eps, h[T])", "np.outer(eps, h[T - 1])", "dv-previous-h"),
        ("np.outer(eps, h[T])", "np.outer(eps, z[-1])", "dv-with-z"),
        ('"dh0": W.T @ delta[1]', '"dh0": delta[1]', "dh0-without-wt"),
        ("db = sum(delta[t] for t in range(1, T + 1))", "db = delta[T]", "bias-last-step-only"),
        ("db = sum(delta[t] for t in range(1, T + 1))", "db = np.zeros_like(b)", "bias-missing"),
        ("db = sum(delta[t] for t in range(1, T + 1))", "db = delta[1]", "assign-not-accumulate"),
        ("np.outer(delta[t], h[t - 1])", "np.outer(h[t - 1], delta[t])", "outer-swapped"),
        ("** 2", "** 3", ""),
        ('"dc": eps', '"dc": y - tau', ""),
    ],
    "simo": [
        ("(y - Tau) * (1 - y ** 2)", "y - Tau", "output-fprime-missing"),
        ("(y - Tau) * (1 - y ** 2)", "(y - Tau) * (1 - y ** 2) / T", "mean-over-time"),
        ("(y - Tau)", "(y - np.roll(Tau, 1, 0))", "target-shifted"),
        ("own + back", "own + 0 * back", "immediate-only"),
        ("(1 - h[t] ** 2) * (own + back)", "(1 - h[t] ** 2) * own + back", "fprime-output-branch-only"),
        ("(1 - h[t] ** 2) * (own + back)", "own + (1 - h[t] ** 2) * back", "fprime-recurrent-branch-only"),
        ("(1 - h[t] ** 2) * (own + back)", "own + back", "fprime-missing"),
        ("back = W.T @ delta", "back = W @ delta", "w-not-transposed"),
        ("back = W.T @ delta", "back = delta @ W.T", "w-not-transposed"),
        ("(1 - h[t] ** 2) *", "(1 - h[t]) *", "one-minus-h"),
        ("(1 - h[t] ** 2) *", "(1 - h[t - 1] ** 2) *", "fprime-previous-step"),
        ("dW + np.outer(delta, h[t - 1])", "dW + np.outer(delta, h[t])", "dw-current-h"),
        ("dc=eps.sum(0)", "dc=eps[-1]", "bias-last-step-only"),
        ("dU=np.outer(delta, x)", "dU=np.outer((1 - h[1] ** 2) * (V.T @ eps[0]), x)", "du-immediate-only"),
        ("dV = eps.T @ h[1:]", "dV = eps.T @ h[:-1]", "dv-previous-h"),
        ("dV = eps.T @ h[1:]", "dV = np.outer(eps[-1], h[-1])", "last-step-only"),
        ("own = V.T @ eps[t - 1]", "own = V.T @ eps[t - 2]", ""),
        ("dU=np.outer(delta, x)", "dU=np.outer(db, x)", ""),
    ],
    "many-to-one": [
        ("eps = y - tau", "eps = tau - y", "sign-flipped"),
        ("eps = y - tau", "eps = (y - tau) * y * (1 - y)", "output-fprime-spurious"),
        ("err = W.T @ delta", "err = W @ delta", "w-not-transposed"),
        ("err = W.T @ delta", "err = W.T @ err", "carry-dh"),
        ("err = W.T @ delta", "err = err + W.T @ delta", ""),
        ("(1 - h[t] * h[t])", "h[t] * (1 - h[t])", "sigmoid-derivative"),
        (" * (1 - h[t] * h[t])", "", "fprime-missing"),
        ("dU += delta[:, None] * X[t - 1]", "dU += delta[:, None] * X[t - 2]", "du-previous-x"),
        ("dU += delta[:, None]", "dU = delta[:, None]", "assign-not-accumulate"),
        ("dW += delta[:, None] * h[t - 1]", "dW += delta[:, None] * h[t]", "dw-current-h"),
        ('"dh0": err', '"dh0": delta', "dh0-without-wt"),
        ("for t in range(T, 0, -1)", "for t in range(T, 1, -1)", "first-step-dropped"),
        (
            "dW += delta[:, None] * h[t - 1]",
            "dW += delta[:, None] * h[t - 1] * (t > 1)",
            "dw-first-term-dropped",
        ),
        ("dU += delta[:, None] * X[t - 1]", "dU += delta[:, None] * X[T - t]", ""),
        ("db += delta", "db += np.abs(delta)", ""),
    ],
    "batch": [
        (
            "    return g",
            "    return {key: array / B for key, array in g.items()}",
            "batch-mean-in-gradient-only",
        ),
        ("    return g", "    return {key: array / T for key, array in g.items()}", "mean-over-time"),
        (
            "    return g",
            "    return {key: array / (B * T) for key, array in g.items()}",
            "mean-over-time batch-mean-in-gradient-only",
        ),
        ("Y.sum(axis=2, keepdims=True)", "Y.sum(axis=1, keepdims=True)", ""),
        (
            "O.max(axis=2, keepdims=True))\n    Y = Y / Y.sum(axis=2, keepdims=True)",
            "O.max())\n    Y = Y / Y.sum(axis=1, keepdims=True)",
            "wrong-axis",
        ),
        (
            "O.max(axis=2, keepdims=True))\n    Y = Y / Y.sum(axis=2, keepdims=True)",
            "O.max())\n    Y = Y / Y.sum(axis=0, keepdims=True)",
            "wrong-axis",
        ),
        (
            "B, T, n = X.shape",
            "X, Tau = X.swapaxes(0, 1), Tau.swapaxes(0, 1)\n    B, T, n = X.shape",
            "wrong-axis",
        ),
        ("carry = D[:, t] @ W\n", "carry = D[:, t] @ W.T\n", "w-not-transposed"),
        ("E[:, t] @ V + carry", "E[:, t] @ V", "immediate-only"),
        ("H[:, :-1])", "H[:, 1:])", "dw-current-h"),
        ("D.sum(axis=(0, 1))", "D.sum(axis=(0, 1)) / B", ""),
        ('g["dh0"] = carry.sum(axis=0)', 'g["dh0"] = carry.mean(axis=0)', ""),
        ('g["dh0"] = carry.sum(axis=0)', 'g["dh0"] = D[:, 0].sum(axis=0)', "dh0-without-wt"),
    ],
}


def program(source, *changes):
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    namespace = {"np": np}
    exec(source, namespace)  # noqa: S102  (the submission, as a notebook would run it)
    return namespace["bptt"]


def cases(table):
    return [
        pytest.param(mapping, *case, id=f"{mapping}: {case[1].strip()}")
        for mapping, changes in table.items()
        for case in changes
    ]


@pytest.mark.parametrize(("mapping", "old", "new"), [*cases(RIGHT), *[(m, "h", "h") for m in SOURCES]])
def test_right_in_another_style_is_accepted(exercise, hand_in, mapping, old, new):
    function = program(SOURCES[mapping], (old, new))
    for secret in (b"one", b"two", b"three"):
        verdict = hand_in(exercise(mapping), function, secret)
        assert verdict.score == verdict.max_score, verdict.messages
        assert verdict.misconceptions == ()


def test_thirty_other_styles_were_tried():
    assert sum(map(len, RIGHT.values())) >= 30


@pytest.mark.parametrize(("mapping", "old", "new", "names"), cases(WRONG))
def test_wrong_line_is_rejected_and_rightly_named(exercise, hand_in, mapping, old, new, names):
    function = program(SOURCES[mapping], (old, new))
    for secret in (b"one", b"two"):
        verdict = hand_in(exercise(mapping), function, secret)
        assert verdict.score < verdict.max_score
        assert set(verdict.misconceptions) == set(names.split())
        assert 2 <= len(verdict.messages) <= 12
