"""A student who writes matrices and einsum: the same answers in another style."""

from solutions.sample import loops

SISO = """\
def states(p, X):
    H = np.empty((len(X) + 1, p["W"].shape[0]))
    H[0] = p["h0"]
    for t, drive in enumerate(X @ p["U"].T + p["b"], start=1):
        H[t] = np.tanh(drive + H[t - 1] @ p["W"].T)
    return H


def gradients(p, X, H, Eps):
    T, d = len(X), p["W"].shape[0]
    slope = 1 - H[1:] ** 2
    direct = Eps @ p["V"]
    D = np.zeros((T + 1, d))
    for t in range(T - 1, -1, -1):
        D[t] = slope[t] * (direct[t] + D[t + 1] @ p["W"])
    D = D[:T]
    return dict(
        dU=np.einsum("ti,tj->ij", D, X),
        dW=np.einsum("ti,tj->ij", D, H[:-1]),
        dV=np.einsum("ti,tj->ij", Eps, H[1:]),
        db=D.sum(0),
        dc=Eps.sum(0),
        dh0=D[0] @ p["W"],
    )


def bptt_siso(p, x, tau, T):
    X = np.vstack([x, np.zeros((T - 1, x.size))])
    H = states(p, X)
    Y = np.tanh(H[1:] @ p["V"].T + p["c"])
    last = (np.arange(1, T + 1) == T)[:, None]
    return gradients(p, X, H, last * (Y - tau) * (1 - Y * Y))
"""

SIMO = """\
def bptt_simo(p, x, Tau):
    X = np.vstack([x, np.zeros((len(Tau) - 1, x.size))])
    H = states(p, X)
    Y = np.tanh(H[1:] @ p["V"].T + p["c"])
    return gradients(p, X, H, (Y - Tau) * (1 - Y * Y))
"""

MIMO = """\
def bptt_mimo(p, X, Tau):
    H = states(p, X)
    O = H[1:] @ p["V"].T + p["c"]
    O = O - O.max(1, keepdims=True)
    Y = np.exp(O) / np.exp(O).sum(1, keepdims=True)
    return gradients(p, X, H, Y - Tau)
"""

MANY_TO_ONE = """\
def bptt_many_to_one(p, X, tau):
    H = states(p, X)
    Eps = np.zeros((len(X), 1))
    Eps[-1] = 1 / (1 + np.exp(-(p["V"] @ H[-1] + p["c"]))) - tau
    return gradients(p, X, H, Eps)
"""

BATCH = """\
def bptt_batch(p, X, Tau):
    each = [bptt_mimo(p, X[i], Tau[i]) for i in range(X.shape[0])]
    return {name: np.sum([g[name] for g in each], axis=0) for name in each[0]}
"""

CELLS = {
    **loops.CELLS,
    "5.1": SISO,
    "5.2": SIMO,
    "5.3": MIMO,
    "5.4": MANY_TO_ONE,
    "5.5": BATCH,
}
