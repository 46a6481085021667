"""Time of one whole gradient, forward and back, of the reference beside autograd and torch on the CPU.

Run: python bench/reference.py [--rounds 30]. torch is measured when it is installed. All run in one thread,
turn by turn in the same process, after they have been shown to give the same gradients. A ratio is the
reference's median time over the other's: below 1 the reference is faster. The last line is a JSON object.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping

# One thread each, set before the libraries read it: a matrix of 16 rows isn't worth waking another.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from solutions.reference.bptt import bptt_mimo  # noqa: E402
from solutions.reference.numeric import relative_error  # noqa: E402

SIZES = ((20, 16), (100, 64), (500, 128))
"""(T, d): steps and hidden units."""
n, k = 12, 10
NAMES = ("U", "W", "V", "b", "c", "h0")
Gradients = Mapping[str, np.ndarray]
Peer = Callable[[], Gradients]


def problem(T, d):
    rng = np.random.default_rng(T)
    p = {
        "U": rng.normal(size=(d, n)) / np.sqrt(n),
        "W": rng.normal(size=(d, d)) / np.sqrt(d),
        "V": rng.normal(size=(k, d)) / np.sqrt(d),
        "b": rng.normal(size=d) / 4,
        "c": rng.normal(size=k) / 4,
        "h0": rng.normal(size=d),
    }
    return p, rng.normal(size=(T, n)), np.eye(k)[rng.integers(k, size=T)]


def with_autograd(p, X, Tau):
    import autograd
    import autograd.numpy as anp

    def loss(p):
        inputs, h, states = anp.dot(X, p["U"].T) + p["b"], p["h0"], []
        for z in inputs:
            h = anp.tanh(z + anp.dot(p["W"], h))
            states.append(h)
        o = anp.dot(anp.array(states), p["V"].T) + p["c"]
        m = anp.max(o, axis=1, keepdims=True)
        return anp.sum(m[:, 0] + anp.log(anp.sum(anp.exp(o - m), axis=1))) - anp.sum(Tau * o)

    gradient = autograd.grad(loss)
    return lambda: gradient(p)


def with_torch_steps(p, X, Tau):
    """The recurrence as a loop in Python, as the equation is written."""
    import torch

    torch.set_num_threads(1)
    q = {name: torch.tensor(array, requires_grad=True) for name, array in p.items()}
    x, target = torch.tensor(X), torch.tensor(Tau.argmax(axis=1))

    def gradients():
        inputs, h, states = x @ q["U"].T + q["b"], q["h0"], []
        for z in inputs:
            h = torch.tanh(z + q["W"] @ h)
            states.append(h)
        o = torch.stack(states) @ q["V"].T + q["c"]
        E = torch.nn.functional.cross_entropy(o, target, reduction="sum")
        return dict(zip(NAMES, torch.autograd.grad(E, [q[name] for name in NAMES]), strict=True))

    return gradients


def with_torch_module(p, X, Tau):
    """torch.nn.RNN, whose loop over time is in C++."""
    import torch

    torch.set_num_threads(1)
    d = len(p["b"])
    rnn = torch.nn.RNN(n, d, dtype=torch.float64)
    output = torch.nn.Linear(d, k, dtype=torch.float64)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(p["U"]))
        rnn.weight_hh_l0.copy_(torch.tensor(p["W"]))
        rnn.bias_ih_l0.copy_(torch.tensor(p["b"]))
        rnn.bias_hh_l0.zero_()
        output.weight.copy_(torch.tensor(p["V"]))
        output.bias.copy_(torch.tensor(p["c"]))
    rnn.bias_hh_l0.requires_grad_(requires_grad=False)
    h0 = torch.tensor(p["h0"][None], requires_grad=True)
    x, target = torch.tensor(X), torch.tensor(Tau.argmax(axis=1))
    wanted = [rnn.weight_ih_l0, rnn.weight_hh_l0, output.weight, rnn.bias_ih_l0, output.bias, h0]

    def gradients():
        states, _ = rnn(x, h0)
        E = torch.nn.functional.cross_entropy(output(states), target, reduction="sum")
        return dict(zip(NAMES, torch.autograd.grad(E, wanted), strict=True))

    return gradients


def peers(p, X, Tau) -> dict[str, Peer]:
    found = {"reference": lambda: {name[1:]: g for name, g in bptt_mimo(p, X, Tau).items()}}
    makers = {"autograd": with_autograd, "torch, steps": with_torch_steps, "torch, nn.RNN": with_torch_module}
    for name, make in makers.items():
        if importlib.util.find_spec(name.partition(",")[0]):
            found[name] = make(p, X, Tau)
    return found


def check_agreement(found: Mapping[str, Peer], p) -> None:
    expected = found["reference"]()
    for peer, gradients in found.items():
        for name, g in gradients().items():
            error = relative_error(np.asarray(g, dtype=float).reshape(p[name].shape), expected[name])
            assert error < 1e-9, f"{peer} gives another gradient of {name}: {error:.1e}"


def median_times(found: Mapping[str, Peer], rounds: int) -> dict[str, float]:
    """Median seconds per gradient; the peers take turns, so that a slow moment of the machine hits all."""
    times: dict[str, list[float]] = {peer: [] for peer in found}
    for _ in range(rounds):
        for peer, gradients in found.items():
            start = time.perf_counter()
            gradients()
            times[peer].append(time.perf_counter() - start)
    return {peer: statistics.median(series) for peer, series in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30, help="timed turns per size (default: 30)")
    rounds = parser.parse_args().rounds
    ratios: dict[str, dict[str, float]] = {"ratio_vs_autograd": {}, "ratio_vs_torch": {}}
    for library in ("autograd", "torch"):
        if not importlib.util.find_spec(library):
            print(f"{library} is not installed and left out: pip install {library}", file=sys.stderr)
    for T, d in SIZES:
        p, X, Tau = problem(T, d)
        found = peers(p, X, Tau)
        check_agreement(found, p)
        times = median_times(found, rounds)
        for peer, seconds in times.items():
            ratio = times["reference"] / seconds
            print(f"T={T:<4} d={d:<4} {peer:<14} {1e3 * seconds:9.3f} ms   ratio {ratio:.3f}")
        size = f"{T}x{d}"
        if "autograd" in times:
            ratios["ratio_vs_autograd"][size] = round(times["reference"] / times["autograd"], 4)
        # Against torch's quicker way, whichever that is at this size.
        torch_times = [seconds for peer, seconds in times.items() if peer.startswith("torch")]
        if torch_times:
            ratios["ratio_vs_torch"][size] = round(times["reference"] / min(torch_times), 4)
    print(json.dumps(ratios))


if __name__ == "__main__":
    main()
