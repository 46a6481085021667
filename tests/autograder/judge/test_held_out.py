"""Submissions as students write them, made by changing a line of a right one: none of the judge's own twists.

Each wrong line has the names that are right for it; an empty set says that the catalogue has none.
"""

import numpy as np
import pytest

CARRY = """
def bptt(p, X, Tau):
    U, W, V, b, c = p["U"], p["W"], p["V"], p["b"], p["c"]
    T = len(X)
    h = np.zeros((T + 1, len(b)))
    h[0] = p["h0"]
    z = np.zeros((T, len(b)))
    y = np.zeros((T, len(c)))
    for t in range(T):
        z[t] = U @ X[t] + W @ h[t] + b
        h[t + 1] = np.tanh(z[t])
        o = V @ h[t + 1] + c
        e = np.exp(o - o.max())
        y[t] = e / e.sum()
    g = {"d" + name: np.zeros_like(array) for name, array in p.items()}
    carry = np.zeros(len(b))
    for t in reversed(range(T)):
        eps = y[t] - Tau[t]
        dh = V.T @ eps + carry
        slope = 1 - h[t + 1] ** 2
        delta = slope * dh
        g["dV"] += np.outer(eps, h[t + 1])
        g["dc"] += eps
        g["dU"] += np.outer(delta, X[t])
        g["dW"] += np.outer(delta, h[t])
        g["db"] += delta
        carry = W.T @ delta
    g["dh0"] = carry
    return g
"""

ROWS = """
def bptt(p, X, Tau):
    U, W, V, b, c, h0 = (p[name] for name in ("U", "W", "V", "b", "c", "h0"))
    T = X.shape[0]
    H = [h0]
    Z = []
    for x in X:
        Z.append(x @ U.T + H[-1] @ W.T + b)
        H.append(np.tanh(Z[-1]))
    H, Z = np.stack(H), np.stack(Z)
    logits = H[1:] @ V.T + c
    P = np.exp(logits - logits.max(1, keepdims=True))
    P /= P.sum(1, keepdims=True)
    E = P - Tau
    D = np.zeros_like(Z)
    nxt = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        D[t] = (E[t] @ V + nxt @ W) * (1 - np.tanh(Z[t]) ** 2)
        nxt = D[t]
    return {
        "dU": D.T @ X,
        "dW": D.T @ H[:-1],
        "dV": E.T @ H[1:],
        "db": D.sum(axis=0),
        "dc": E.sum(axis=0),
        "dh0": W.T @ D[0],
    }
"""

MIMO_CARRY = [
    ("eps = y[t] - Tau[t]", "eps = Tau[t] - y[t]", "sign-flipped"),
    ("eps = y[t] - Tau[t]", "eps = 2 * (y[t] - Tau[t])", "half-forgotten"),
    ("eps = y[t] - Tau[t]", "eps = (y[t] - Tau[t]) / T", "mean-over-time"),
    ("eps = y[t] - Tau[t]", "eps = (y[t] - Tau[t]) / len(c)", "mean-over-outputs"),
    ("eps = y[t] - Tau[t]", "eps = y[t] - Tau[t - 1]", "target-shifted"),
    ("eps = y[t] - Tau[t]", "eps = y[t] - Tau[min(t + 1, T - 1)]", "target-shifted"),
    ("eps = y[t] - Tau[t]", "eps = (y[t] - Tau[t]) * (t == T - 1)", "last-output-only"),
    (
        "eps = y[t] - Tau[t]",
        "eps = (np.diag(y[t]) - np.outer(y[t], y[t])) @ (y[t] - Tau[t])",
        "softmax-derivative-twice",
    ),
    ("eps = y[t] - Tau[t]", "eps = -Tau[t] / y[t]", "softmax-jacobian-forgotten"),
    ("eps = y[t] - Tau[t]", "eps = -Tau[t] / y[t] * (y[t] * (1 - y[t]))", "softmax-jacobian-diagonal"),
    ("eps = y[t] - Tau[t]", "eps = (y[t] - Tau[t]) * y[t] * (1 - y[t])", "output-fprime-spurious"),
    ("delta = slope * dh", "delta = dh", "fprime-missing"),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 - np.tanh(h[t + 1]) ** 2", "fprime-at-h"),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 - z[t] ** 2", "one-minus-z-squared"),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 - h[t] ** 2", "fprime-previous-step"),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 - np.tanh(z[t - 1]) ** 2", "fprime-previous-step"),
    ("slope = 1 - h[t + 1] ** 2", "slope = h[t + 1] * (1 - h[t + 1])", "sigmoid-derivative"),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 - h[t + 1]", "one-minus-h"),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 / (1 - h[t + 1] ** 2)", "fprime-inverted"),
    ("delta = slope * dh", "delta = slope * (V.T @ eps) + carry", "fprime-output-branch-only"),
    ("delta = slope * dh", "delta = V.T @ eps + slope * carry", "fprime-recurrent-branch-only"),
    ("carry = W.T @ delta\n", "carry = W.T @ dh\n", "carry-dh"),
    ("carry = W.T @ delta\n", "carry = W.T @ (slope * delta)\n", "fprime-twice"),
    ("carry = W.T @ delta\n", "carry = W @ delta\n", "w-not-transposed"),
    ("carry = W.T @ delta\n", "carry = delta @ W.T\n", "w-not-transposed"),
    ("carry = W.T @ delta\n", "carry = delta\n", "w-missing-in-carry"),
    ("carry = W.T @ delta\n", "carry += W.T @ delta\n", "carry-accumulated"),
    ('        carry = W.T @ delta\n    g["dh0"] = carry', '    g["dh0"] = W.T @ delta', "immediate-only"),
    ("reversed(range(T))", "range(T)", "loop-forward"),
    ('g["dh0"] = carry', 'g["dh0"] = delta', "dh0-without-wt"),
    ("np.outer(delta, h[t])", "np.outer(delta, h[t + 1])", "dw-current-h"),
    ("np.outer(delta, h[t])", "np.outer(delta, h[t - 1])", "dw-h-two-back"),
    ("np.outer(delta, h[t])", "np.outer(delta, h[max(t - 1, 0)])", "dw-h-two-back"),
    ("np.outer(delta, h[t])", "np.outer(delta, h[1:][t - 1])", "h-wraparound"),
    (
        'g["dW"] += np.outer(delta, h[t])',
        'g["dW"] += np.outer(delta, h[t]) if t > 0 else 0',
        "dw-first-term-dropped",
    ),
    ("np.outer(eps, h[t + 1])", "np.outer(eps, h[t])", "dv-previous-h"),
    ("np.outer(eps, h[t + 1])", "np.outer(eps, z[t])", "dv-with-z"),
    ("np.outer(delta, X[t])", "np.outer(delta, X[t - 1])", "du-previous-x"),
    ("np.outer(delta, X[t])", "np.outer(slope * (V.T @ eps), X[t])", "du-immediate-only"),
    (
        'g["dU"] += np.outer(delta, X[t])',
        'g["dU"] = np.outer(delta, X[t]) if t == T - 1 else g["dU"]',
        "du-last-step-only",
    ),
    ("np.outer(delta, h[t])", "np.outer(h[t], delta)", "outer-swapped"),
    ("+=", "=", "assign-not-accumulate"),
    ('g["dU"] +=', 'g["dU"] =', "assign-not-accumulate"),
    ('g["db"] += delta', "pass", "bias-missing"),
    ('g["dc"] += eps', 'g["dc"] = eps if t == T - 1 else g["dc"]', "bias-last-step-only"),
    # The loop that stops before the first step leaves the carry of the second behind.
    ("reversed(range(T))", "reversed(range(1, T))", "first-step-dropped"),
    ("reversed(range(T))", "reversed(range(T - 1))", "last-step-dropped"),
    ('h[0] = p["h0"]', "pass", "h0-ignored"),
    # Not in the catalogue.
    ("carry = W.T @ delta\n", "carry = -W.T @ delta\n", ""),
    ("carry = W.T @ delta\n", "carry = 0.5 * W.T @ delta\n", ""),
    ("carry = W.T @ delta\n", "carry = np.abs(W.T @ delta)\n", ""),
    ("carry = W.T @ delta\n", "carry = W.T @ W.T @ delta\n", ""),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 - h[t + 1] ** 3", ""),
    ("slope = 1 - h[t + 1] ** 2", "slope = (1 - h[t + 1] ** 2) ** 2", ""),
    ("slope = 1 - h[t + 1] ** 2", "slope = 1 + h[t + 1] ** 2", ""),
    ('g["dW"] += np', 'g["dW"] -= np', ""),
    ('g["dV"] += np', 'g["dV"] -= np', ""),
    ('g["db"] += delta', 'g["db"] += 2 * delta', ""),
    ('g["dc"] += eps', 'g["dc"] += y[t]', ""),
    ("np.outer(delta, X[t])", "np.outer(dh, X[t])", ""),
    ("np.outer(delta, h[t])", "np.outer(dh, h[t])", ""),
    ("V.T @ eps + carry", "V.T @ y[t] + carry", ""),
    ("V.T @ eps + carry", "V.T @ eps - carry", ""),
    ('g["dh0"] = carry', 'g["dh0"] = -carry', ""),
    ('g["dh0"] = carry', 'g["dh0"] = W.T @ carry', ""),
]

MIMO_ROWS = [
    ("E = P - Tau", "E = Tau - P", "sign-flipped"),
    ("E = P - Tau", "E = (P - Tau) / Tau.shape[0]", "mean-over-time"),
    ("E = P - Tau", "E = (P - Tau) / Tau.size", "mean-over-time mean-over-outputs"),
    ("E = P - Tau", "E = P - np.roll(Tau, 1, axis=0)", "target-shifted"),
    ("E = P - Tau", "E = P - Tau\n    E[:-1] = 0", "last-output-only"),
    ("nxt @ W)", "nxt @ W.T)", "w-not-transposed"),
    ("nxt @ W)", "nxt)", "w-missing-in-carry"),
    (" + nxt @ W", "", "immediate-only"),
    ("nxt = D[t]", "nxt = nxt + D[t]", "carry-accumulated"),
    ("1 - np.tanh(Z[t]) ** 2", "1 - np.tanh(H[t + 1]) ** 2", "fprime-at-h"),
    ("1 - np.tanh(Z[t]) ** 2", "1 - np.tanh(Z[t - 1]) ** 2", "fprime-previous-step"),
    ("* (1 - np.tanh(Z[t]) ** 2)", "", "fprime-missing"),
    ("D.T @ H[:-1]", "D.T @ H[1:]", "dw-current-h"),
    ("D.T @ H[:-1]", "H[:-1].T @ D", "outer-swapped"),
    ("D.T @ H[:-1]", "D[1:].T @ H[1:-1]", "dw-first-term-dropped"),
    ("E.T @ H[1:]", "E.T @ H[:-1]", "dv-previous-h"),
    ("E.T @ H[1:]", "E.T @ Z", "dv-with-z"),
    ("D.T @ X", "D[1:].T @ X[:-1]", "du-previous-x"),
    ("D.T @ X", "np.outer(D[-1], X[-1])", "du-last-step-only"),
    ("D.sum(axis=0)", "D[-1]", "bias-last-step-only"),
    ("W.T @ D[0]", "D[0]", "dh0-without-wt"),
    ("W.T @ D[0]", "W @ D[0]", "w-not-transposed"),
    ("range(T - 1, -1, -1)", "range(T)", "loop-forward"),
    ("P.sum(1, keepdims=True)", "P.sum(0, keepdims=True)", ""),
    ("D.T @ X", "D.T @ X[::-1]", ""),
    ("D.T @ H[:-1]", "D[::-1].T @ H[:-1]", ""),
    ("D.sum(axis=0)", "np.abs(D).sum(axis=0)", ""),
    ("E.sum(axis=0)", "E.mean(axis=0)", ""),
]

# Two lines at once: both are named, or the catalogue knows none.
TWICE = [
    (
        [("eps = y[t] - Tau[t]", "eps = Tau[t] - y[t]"), ("W.T @ delta\n", "W @ delta\n")],
        "sign-flipped w-not-transposed",
    ),
    (
        [("delta = slope * dh", "delta = dh"), ("np.outer(delta, h[t])", "np.outer(delta, h[t + 1])")],
        "fprime-missing dw-current-h",
    ),
    (
        [("np.outer(delta, X[t])", "np.outer(delta, X[t - 1])"), ('g["db"] += delta', "pass")],
        "du-previous-x bias-missing",
    ),
    (
        [("W.T @ delta\n", "W @ delta\n"), ('g["dh0"] = carry', 'g["dh0"] = delta')],
        "w-not-transposed dh0-without-wt",
    ),
    (
        [("eps = y[t] - Tau[t]", "eps = (y[t] - Tau[t]) / T"), ("W.T @ delta\n", "delta\n")],
        "mean-over-time w-missing-in-carry",
    ),
    ([("slope = 1 - h[t + 1] ** 2", "slope = 1 - h[t + 1]"), ("W.T @ delta\n", "-W.T @ delta\n")], ""),
    ([("np.outer(delta, h[t])", "np.outer(h[t], delta)"), ('g["dV"] += np', 'g["dV"] -= np')], ""),
    (
        [
            ("delta = slope * dh", "delta = dh"),
            ("np.outer(delta, h[t])", "np.outer(delta, h[t + 1])"),
            ("W.T @ delta\n", "W @ delta\n"),
        ],
        "",
    ),
    (
        [
            ("eps = y[t] - Tau[t]", "eps = Tau[t] - y[t]"),
            ("np.outer(eps, h[t + 1])", "np.outer(eps, h[t])"),
            ("np.outer(delta, X[t])", "np.outer(delta, X[t - 1])"),
        ],
        "",
    ),
]


def program(source, *changes):
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    namespace = {"np": np}
    exec(source, namespace)  # noqa: S102  (the submission, as a notebook would run it)
    return namespace["bptt"]


@pytest.mark.parametrize("source", [CARRY, ROWS], ids=["carry", "rows"])
def test_untouched_it_is_right(exercise, hand_in, source):
    assert hand_in(exercise("mimo"), program(source)).score == 8


CASES = [
    *((CARRY, [(old, new)], names) for old, new, names in MIMO_CARRY),
    *((ROWS, [(old, new)], names) for old, new, names in MIMO_ROWS),
    *((CARRY, changes, names) for changes, names in TWICE),
]


@pytest.mark.parametrize(("source", "changes", "names"), CASES, ids=[case[1][-1][1] for case in CASES])
def test_wrong_line_is_rejected_and_rightly_named(exercise, hand_in, source, changes, names):
    for secret in (b"one", b"two"):
        verdict = hand_in(exercise("mimo"), program(source, *changes), secret)
        assert verdict.score < verdict.max_score
        assert set(verdict.misconceptions) == set(names.split())
        assert verdict.section
        assert 2 <= len(verdict.messages) <= 12
