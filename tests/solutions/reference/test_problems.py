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
    "siso": -856.4470585679599,
    "simo": -821.976030862409,
    "mimo": -845.849094922038,
    "many_to_one": -817.7903519595184,
    "batch": -679.6835127766318,
    "mlp_problem": -723.0298716202639,
    "stack_problem": 271.1709140824364,
    "two_states_problem": -763.9085812983838,
    "bidirectional_problem": 116.06572982137588,
    "input_skip_problem": -1159.6003508372655,
    "skip_problem": -807.9545521701481,
    "whole_problem": -994.5908027750969,
    "rows_problem": -895.4968501735584,
    "feedback_problem": 124.82060045623618,
    "follower_problem": 170.76750341489227,
    "identity-half-se": 397.4096449003519,
    "tanh-half-se": 144.51253566959645,
    "sigmoid-ce": 632.8546689137452,
    "softmax-ce": 632.1411436097385,
    "lstm": -358.49643706390157,
    "gru": -562.156266607451,
    "variant": -451.9618818565157,
    "one_query": -87.47969872204209,
    "queries": 310.7842508403064,
    "dot": -1383.3853934991162,
    "bilinear": -233.21632997902373,
    "additive": 13.766521914361135,
    "seq2seq none": -1393.3878611876012,
    "seq2seq dot": -364.7038657761135,
    "seq2seq bilinear": 37.87883975747934,
    "seq2seq additive": 467.43621187083437,
    "numbers": 194.30773797523955,
    "rows": -527.4056531485169,
    "words": -371.4579093044256,
    "sentences": -234.07686800418858,
    "texts": -420.99742163311385,
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
    assert not {3, 4} & set(gates.SIZES.values())
    assert ONE_STEP == {**SIZES, "T": 1}
    assert attention.ONE_STEP == {**attention.SIZES, "T": 1}
    assert LONG["T"] == gates.LONG["T"] == attention.LONG["S"] == 200
    assert len(set(SEEDS)) >= 3
    assert {seed for seed, sizes in SHORT_CASES if sizes == SIZES} == set(SEEDS)


def test_problems_are_what_they_were():
    """A change of the numbers is a change of what the table of errors speaks of."""
    found = {}
    for name, problem in every_problem():
        found[name] = found.get(name, 0.0) + fingerprint(problem)
    assert found == pytest.approx(WERE, rel=1e-9)
