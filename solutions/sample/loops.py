"""A student who writes loops: right answers to chapter 5, cell by cell. Other recipes change a line of it."""

SISO = """\
def forward(p, X):
    h, z = [p["h0"]], []
    for x in X:
        z.append(p["U"] @ x + p["W"] @ h[-1] + p["b"])
        h.append(np.tanh(z[-1]))
    o = np.array([p["V"] @ state + p["c"] for state in h[1:]])
    return np.array(h), o


def backward(p, X, h, eps):
    g = {"d" + name: np.zeros_like(p[name]) for name in p}
    carry = np.zeros_like(p["h0"])
    for t in reversed(range(len(X))):
        g["dV"] += np.outer(eps[t], h[t + 1])
        g["dc"] += eps[t]
        delta = (1 - h[t + 1] ** 2) * (p["V"].T @ eps[t] + carry)
        g["dU"] += np.outer(delta, X[t])
        g["dW"] += np.outer(delta, h[t])
        g["db"] += delta
        carry = p["W"].T @ delta
    g["dh0"] = carry
    return g


def bptt_siso(p, x, tau, T):
    X = np.zeros((T, len(x)))
    X[0] = x
    h, o = forward(p, X)
    y = np.tanh(o)
    eps = np.zeros_like(y)
    eps[-1] = (y[-1] - tau) * (1 - y[-1] ** 2)
    return backward(p, X, h, eps)
"""

SIMO = """\
def bptt_simo(p, x, Tau):
    X = np.zeros((len(Tau), len(x)))
    X[0] = x
    h, o = forward(p, X)
    y = np.tanh(o)
    eps = (y - Tau) * (1 - y**2)
    return backward(p, X, h, eps)
"""

MIMO = """\
def softmax(o):
    e = np.exp(o - o.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def bptt_mimo(p, X, Tau):
    h, o = forward(p, X)
    eps = softmax(o) - Tau
    return backward(p, X, h, eps)
"""

MANY_TO_ONE = """\
def bptt_many_to_one(p, X, tau):
    h, o = forward(p, X)
    eps = np.zeros_like(o)
    eps[-1] = 1 / (1 + np.exp(-o[-1])) - tau
    return backward(p, X, h, eps)
"""

BATCH = """\
def bptt_batch(p, X, Tau):
    total = None
    for one, target in zip(X, Tau):
        g = bptt_mimo(p, one, target)
        total = g if total is None else {name: total[name] + g[name] for name in g}
    return total
"""

WHO_HEARS = 'ans_5_6 = frozenset({"SIMO", "MIMO"})'

TERMS = """\
ans_5_7 = {
    "SISO": (1, 5, 1),
    "SIMO": (1, 5, 5),
    "MIMO": (5, 5, 5),
    "many-to-one": (5, 5, 1),
}
"""

FIXED_A = """\
def bptt_mimo_fixed_a(p, X, Tau):
    return bptt_mimo(p, X, Tau)


bug_5_8 = "C"
"""

FIXED_B = """\
def bptt_mimo_fixed_b(p, X, Tau):
    return bptt_mimo(p, X, Tau)


bug_5_9 = "D"
"""

CELLS = {
    "5.1": SISO,
    "5.2": SIMO,
    "5.3": MIMO,
    "5.4": MANY_TO_ONE,
    "5.5": BATCH,
    "5.6": WHO_HEARS,
    "5.7": TERMS,
    "5.8": FIXED_A,
    "5.9": FIXED_B,
}
