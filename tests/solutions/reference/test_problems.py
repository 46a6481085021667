"""The problems that the verification runs on: no accident hides an error, and every run meets the same ones."""

import numpy as np
import pytest

from solutions.reference.attention import SCORES
from solutions.reference.losses import HEADS
from solutions.reference.verification import attention, capstones, gates, graphs, mappings, networks
from solutions.reference.verification.problems import EQUAL, LONG, ONE_STEP, SEEDS, SHORT_CASES, SIZES

EXTRAS = ("peep", "Wg")
MAKERS = {
    **{f.__name__: f for f in (mappings.siso, mappings.simo, mappings.mimo)},
    **{f.__name__: f for f in (mappings.many_to_one, mappings.batch)},
    **{f.__name__: f for f in (networks.mlp_problem, networks.stack_problem, networks.two_states_problem)},
    **{f.__name__: f for f in (networks.bidirectional_problem, networks.input_skip_problem)},
    "skip_problem": lambda seed, **sizes: networks.skip_problem(seed, **sizes, s=3),
    "whole_problem": lambda seed, **sizes: networks.whole_problem(seed, **sizes, g="softmax", f="tanh"),
    **{f.__name__: f for f in (graphs.rows_problem, graphs.feedback_problem, graphs.follower_problem)},
    **{
        head: lambda seed, head=head, **sizes: graphs.logits_problem(seed, **sizes, head=head)
        for head in HEADS
    },
}
GATED = {
    "lstm": lambda seed, sizes: gates.gated(seed, 4, sizes),
    "gru": lambda seed, sizes: gates.gated(seed, 3, sizes),
    "variant": lambda seed, sizes: gates.gated(seed, 4, sizes, EXTRAS, cell="NIG"),
}
ATTENDING = {
    "one_query": attention.one_query,
    "queries": attention.queries,
    **{name: lambda seed, sizes, name=name: attention.scored(seed, sizes, name) for name in SCORES},
    **{
        f"seq2seq {name}": lambda seed, sizes, name=name: attention.encoder_decoder(seed, sizes, name)
        for name in ("none", *SCORES)
    },
}
TASKS = {
    "numbers": lambda seed: capstones.numbers(seed, 6),
    **{f.__name__: f for f in (capstones.rows, capstones.words, capstones.sentences, capstones.texts)},
}

WERE = {
    "siso": -17.865791833858083,
    "simo": -200.9474933683558,
    "mimo": -92.34780380503832,
    "many_to_one": 152.95209470403364,
    "batch": 147.12012771261303,
    "mlp_problem": -171.7806729260197,
    "stack_problem": 66.1226888396715,
    "two_states_problem": -182.62835765242414,
    "bidirectional_problem": -17.539359538838415,
    "input_skip_problem": 225.81494811100973,
    "skip_problem": -72.13321122637237,
    "whole_problem": -283.67033305830944,
    "rows_problem": -39.10894612194406,
    "feedback_problem": -32.86404179813108,
    "follower_problem": -30.05139785925233,
    "identity-half-se": 0.2863730013366279,
    "tanh-half-se": 47.45161143268113,
    "sigmoid-ce": 40.605585101595025,
    "softmax-ce": -131.02938622675384,
    "lstm": 220.4962852745444,
    "gru": -331.9620917566814,
    "variant": 14.375061668837606,
    "one_query": -2.8977347818867036,
    "queries": 15.655708502074674,
    "dot": 337.5886206285114,
    "bilinear": 185.50778343268337,
    "additive": 223.24800941895307,
    "seq2seq none": -33.2052276161173,
    "seq2seq dot": 87.16236917865942,
    "seq2seq bilinear": -185.324127410304,
    "seq2seq additive": 212.41831599154995,
    "numbers": 68.11200527263757,
    "rows": 218.58702468471057,
    "words": -182.984603080657,
    "sentences": 126.25785095170207,
    "texts": -258.64645169667295,
}
"""Each maker's numbers, added up with weights that tell every order from every other."""


def every_problem():
    """Each maker's problems: (name, problem)."""
    for cases, makers in (
        (SHORT_CASES, {name: lambda s, z, make=make: make(s, **z) for name, make in MAKERS.items()}),
        (gates.CASES, GATED),
        (attention.CASES, ATTENDING),
    ):
        for name, make in makers.items():
            for seed, sizes in cases:
                yield name, make(seed, sizes)
    for name, task in TASKS.items():
        for seed in SEEDS:
            yield name, task(seed)


def entries(value):
    """All numbers of an argument, whatever it is made of; a name counts by its letters."""
    if isinstance(value, np.ndarray | float | int):
        return [float(entry) for entry in np.ravel(value)]
    if isinstance(value, str):
        return [float(ord(letter)) for letter in value]
    if isinstance(value, list | tuple):
        return [entry for part in value for entry in entries(part)]
    return entries(value.name)


def fingerprint(problem):
    values = [problem.name, *problem.p.values(), *problem.arguments.values()]
    return sum(np.cos(i + 1.0) * entry for i, entry in enumerate(entries(values)))


def test_no_number_of_a_problem_is_zero_and_no_matrix_symmetric():
    for name, problem in every_problem():
        for key, array in problem.p.items():
            assert array.all(), (name, key)
            assert 0.01 < np.sqrt(np.mean(array**2)) < 3, (name, key)
            if array.ndim == 2 and array.shape[0] == array.shape[1] > 1:
                assert np.abs(array - array.T).max() > 0.01, (name, key)


def test_the_sizes_are_what_their_names_say():
    for sizes in (SIZES, gates.SIZES, gates.NARROW, attention.SIZES):
        assert len(set(sizes.values())) == len(sizes)
    assert len({EQUAL[letter] for letter in "ndk"}) == 1
    assert len({gates.NARROW_EQUAL[letter] for letter in "ndk"}) == 1
    assert len({size for letter, size in attention.EQUAL.items() if letter != "T"}) == 1
    assert attention.EQUAL["T"] != attention.EQUAL["S"]
    assert not {3, 4} & set(gates.SIZES.values())
    assert ONE_STEP == {**SIZES, "T": 1}
    assert attention.ONE_STEP == {**attention.SIZES, "T": 1}
    assert LONG["T"] == gates.LONG["T"] == attention.LONG["S"] == 200
    assert len(set(SEEDS)) >= 3
    assert {seed for seed, sizes in SHORT_CASES if sizes == SIZES} == set(SEEDS)


def test_problems_are_what_they_were():
    """A change of the numbers is a change of what the table of errors speaks of."""
    found = {}
    for number, (name, problem) in enumerate(every_problem()):
        found[name] = found.get(name, 0.0) + np.sin(number + 1.0) * fingerprint(problem)
    assert found == pytest.approx(WERE, rel=1e-9)
