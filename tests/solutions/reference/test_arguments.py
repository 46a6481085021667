"""Every public function says by name which array has a wrong shape or dtype, or is missing."""

import numpy as np
import pytest

from solutions.reference import (
    backward,
    bidirectional,
    bptt,
    capstones,
    cell_jacobian,
    chain,
    expansion,
    feedback,
    follower,
    general,
    growth,
    jacobians,
    joint,
    losses,
    mlp,
    numeric,
    paths,
    rnn,
    roads,
    rows,
    skip,
    stacked,
    steps,
    totals,
    truncation,
    two_states,
)
from solutions.reference.errors import DtypeError, MissingArrayError, ShapeError
from solutions.reference.lstm import lstm_forward
from solutions.reference.verification import gates, graphs, networks
from solutions.reference.verification.problems import SIZES, rnn_params

n, d, k, T = (SIZES[letter] for letter in "ndkT")
rng = np.random.default_rng(5)
p = rnn_params(rng, n, d, k)
pb = networks.bidirectional_problem(11, **SIZES).p
ps = networks.two_states_problem(11, **SIZES).p
pl = networks.stack_problem(11, **SIZES).p
pf = graphs.feedback_problem(11, **SIZES).p
pw = graphs.follower_problem(11, **SIZES).p
gated = gates.gated(11, 4, {**SIZES, "d": 5}).p
q = {name: gated[name] for name in ("Wx", "Wh", "bz", "h0", "c0")}


def A(*shape):
    return rng.normal(size=shape)


X, Tau, x, tau, h, z, eps, deltas = A(T, n), A(T, k), A(n), A(k), A(T + 1, d), A(T, d), A(T, k), A(T, d)
o, state, W, S, past = A(T, k), A(d), A(d, d), A(d, d), A(2, d)
XB, TauB = A(2, T, n), A(2, T, k)
e, S_ = 2, 7
lstm_run = lstm_forward(q, X)
rest = {"p": p, "X": X, "Tau": Tau}

CALLS = [
    (steps.check_rnn, {"p": p}),
    (steps.rnn_step, {"p": p, "x": x, "h_prev": state}),
    (steps.delta_step, {"z": state, "V": p["V"], "eps": tau, "W": W, "delta_next": state}),
    (steps.delta_siso_step, {"z": state, "W": W, "delta_next": state}),
    (steps.delta_last, {"z": state, "V": p["V"], "eps": tau}),
    (steps.output_step, {"p": p, "h": state}),
    (steps.grad_V, {"eps": eps, "h": h}),
    (steps.grad_W, {"deltas": deltas, "h": h}),
    (steps.grad_U, {"deltas": deltas, "X": X}),
    (steps.grad_biases, {"deltas": deltas, "eps": eps}),
    (steps.grad_h0, {"W": W, "deltas": deltas}),
    (steps.grad_X, {"U": p["U"], "deltas": deltas}),
    (steps.outer_per_use, {"deltas": deltas, "inputs": X}),
    (steps.shared_gradient, {"per_use": A(T, d, n)}),
    (rnn.rnn_forward, {"p": p, "X": X}),
    (rnn.batch_forward, {"p": p, "X": XB}),
    (rnn.siso_forward, {"p": p, "x": x, "T": T}),
    (backward.deltas, {"p": p, "z": z, "eps": eps}),
    (bptt.loss, {**rest, "head": "softmax-ce", "loss_at": np.ones(T)}),
    (bptt.bptt, {**rest, "head": "softmax-ce", "loss_at": np.ones(T)}),
    (bptt.siso_loss, {"p": p, "x": x, "tau": tau, "T": T}),
    (bptt.bptt_siso, {"p": p, "x": x, "tau": tau, "T": T}),
    (bptt.simo_loss, {"p": p, "x": x, "Tau": Tau}),
    (bptt.bptt_simo, {"p": p, "x": x, "Tau": Tau}),
    (bptt.mimo_loss, rest),
    (bptt.bptt_mimo, rest),
    (bptt.many_to_one_loss, {"p": p, "X": X, "tau": tau}),
    (bptt.bptt_many_to_one, {"p": p, "X": X, "tau": tau}),
    (bptt.batch_loss, {"p": p, "X": XB, "Tau": TauB}),
    (bptt.bptt_batch, {"p": p, "X": XB, "Tau": TauB}),
    (bptt.siso_gradients, {"eps_T": tau, "deltas": deltas, "h": h, "x": x}),
    (bptt.simo_gradients, {"eps": eps, "deltas": deltas, "h": h, "x": x}),
    (bptt.mimo_gradients, {"eps": eps, "deltas": deltas, "h": h, "X": X}),
    (bptt.many_to_one_gradients, {"eps_T": tau, "deltas": deltas, "h": h, "X": X}),
    (chain.componentwise_jacobian, {"z": state}),
    (chain.softmax_jacobian, {"o": tau}),
    (chain.back_through_jacobian, {"J": A(d, n), "dh": state}),
    (chain.linear_backward, {"A": A(d, n), "h": x, "dz": state}),
    (mlp.layer_step, {"W": A(d, n), "b": state, "h_prev": x}),
    (mlp.layer_delta, {"z": x, "W_above": A(d, n), "delta_above": state}),
    (mlp.output_delta, {"z": x, "dy": A(n)}),
    (mlp.layer_gradients, {"delta": state, "h_prev": x}),
    (jacobians.step_jacobian, {"W": W, "z": state}),
    (jacobians.state_jacobian, {"W": W, "z": z, "t": 3, "k": 1}),
    (jacobians.jacobian_profile, {"p": p, "X": X}),
    (jacobians.linear_jacobian, {"W": W, "k": 2}),
    (jacobians.spectral_norm, {"M": W}),
    (jacobians.spectral_radius, {"W": W}),
    (jacobians.scalar_factor, {"w": 0.5, "z": state}),
    (totals.immediate, {"slope": state, "factor": x}),
    (totals.immediate_dh_dW, {"p": p, "h_prev": state, "x": x}),
    (totals.immediate_dh_dU, {"p": p, "h_prev": state, "x": x}),
    (totals.immediate_dh_db, {"p": p, "h_prev": state, "x": x}),
    (totals.total_dh_dW, {"p": p, "X": X}),
    (totals.total_dh_dU, {"p": p, "X": X}),
    (totals.total_dh_db, {"p": p, "X": X}),
    (totals.dh_dW_by_uses, {"p": p, "X": X}),
    (totals.accumulate, {"p": {"W": W}, "z": z, "factors": X}),
    (paths.path_deltas, {"p": p, "z": z, "eps": eps}),
    (paths.path_terms, {**rest, "weight": "U"}),
    (paths.dE_dU_by_paths, rest),
    (paths.dE_dW_by_paths, rest),
    (paths.dE_dU_by_jacobians, rest),
    (paths.dE_dW_by_jacobians, rest),
    (paths.dE_dU, rest),
    (paths.dE_dW, rest),
    (paths.dE3_dU_paths, {"p": p, "X": X, "tau": tau}),
    (paths.scalar_path_terms, {"eps": 0.5, "v": 1.0, "w": 0.9, "z": A(T), "x": A(T)}),
    (general.outputs_of, {"p": p, "X": X}),
    (general.bptt_from_dy, {"p": p, "X": X, "dY": Tau}),
    (general.mean_and_product_loss, {"Y": Tau, "tau": tau}),
    (
        stacked.delta_stacked_step,
        {"z": state, "U_above": A(k, d), "delta_above": tau, "W": W, "delta_next": state},
    ),
    (stacked.stacked_forward, {"p": pl, "X": X}),
    (stacked.stacked_outputs, {"p": pl, "X": X}),
    (stacked.stacked_loss, {"p": pl, "X": X, "Tau": Tau}),
    (stacked.bptt_stacked, {"p": pl, "X": X, "Tau": Tau}),
    (bidirectional.check_bidirectional, {"p": pb}),
    (bidirectional.backward_chain_step, {"p": pb, "x": x, "hb_next": A(2)}),
    (
        bidirectional.delta_backward_chain_step,
        {"zb": state, "Vb": p["V"], "eps": tau, "Wb": W, "delta_prev": state},
    ),
    (bidirectional.backward_chain_gradients, {"p": pb, "deltas": A(T, 2), "X": X, "hb": A(T + 1, 2)}),
    (bidirectional.bidirectional_forward, {"p": pb, "X": X}),
    (bidirectional.bidirectional_loss, {"p": pb, "X": X, "Tau": Tau, "loss_at": np.ones(T)}),
    (bidirectional.bptt_bidirectional, {"p": pb, "X": X, "Tau": Tau, "loss_at": np.ones(T)}),
    (skip.skip_step, {"p": p, "S": S, "x": x, "h_prev": state, "h_skip": state}),
    (
        skip.delta_skip_step,
        {"p": p, "S": S, "z": state, "eps": tau, "delta_next": state, "delta_skip": state},
    ),
    (skip.skip_sums, {"p": p, "S": S, "deltas": deltas, "h": h, "s": 2}),
    (skip.skip_forward, {"p": p, "S": S, "past": past, "X": X}),
    (skip.skip_gradients, {**rest, "S": S, "past": past}),
    (skip.skip_loss, {**rest, "S": S, "s": 2}),
    (skip.bptt_skip, {**rest, "S": S, "s": 2}),
    (skip.skip_loss_without_past, {**rest, "S": S, "s": 2}),
    (skip.bptt_skip_without_past, {**rest, "S": S, "s": 2}),
    (skip.input_skip_loss, {**rest, "D": A(k, n)}),
    (skip.bptt_input_skip, {**rest, "D": A(k, n)}),
    (two_states.check_two_states, {"p": ps}),
    (two_states.two_states_step, {"p": ps, "x": x, "h": state, "m": A(2)}),
    (two_states.two_states_forward, {"p": ps, "X": X}),
    (two_states.two_states_loss, {"p": ps, "X": X, "Tau": Tau}),
    (two_states.bptt_two_states, {"p": ps, "X": X, "Tau": Tau}),
    (two_states.as_one_state, {"p": ps}),
    (
        rows.many_to_one_rows,
        {"w_i": A(n, d), "w_h": W, "w_o": A(d, 1), "o_0": A(1, d), "X": X, "tau": np.ones((1, 1))},
    ),
    (
        rows.row_gradient_of_state,
        {"dz_above": A(1, k), "W_up": A(k, d), "dz_next": A(1, d), "W_in": W, "J": A(d, d)},
    ),
    (truncation.bptt_truncated, {**rest, "k1": 2, "k2": 3}),
    (truncation.tbptt, {**rest, "k": 2}),
    (truncation.bptt_windowed, {**rest, "K": 2}),
    (losses.sequence_loss, {"o": o, "Tau": Tau, "head": "softmax-ce"}),
    (expansion.through_state, {"dE_dh": state, "dh_dW": A(d, d, n)}),
    (expansion.explicit_and_implicit, {"p": p, "h_prev": state, "x": x, "dh_prev_dW": A(d, d, d)}),
    (expansion.terms_of_uses, {"p": p, "X": X}),
    (expansion.last_loss_dW, {"p": p, "X": X, "tau": tau}),
    (expansion.with_start, {"p": p, "X": X, "dh0_dW": A(d, d, d)}),
    (expansion.collected, {"path_deltas": A(T, T, d)}),
    (expansion.dE_dW_forward, rest),
    (growth.far_share, {"terms": A(T)}),
    (growth.back_over_steps, {"J": W, "dh": state}),
    (feedback.feedback_step, {"p": pf, "x": x, "h": state, "y": tau}),
    (feedback.feedback_eps_step, {"y": tau, "tau": A(k), "R": A(d, k), "delta_next": state}),
    (feedback.feedback_forward, {"p": pf, "X": X}),
    (feedback.feedback_loss, {"p": pf, "X": X, "Tau": Tau}),
    (feedback.bptt_feedback, {"p": pf, "X": X, "Tau": Tau}),
    (follower.follower_forward, {"p": pw, "X": X}),
    (follower.follower_loss, {"p": pw, "X": X, "Tau": Tau}),
    (follower.bptt_follower, {"p": pw, "X": X, "Tau": Tau}),
    (cell_jacobian.pair_jacobian, {"q": q, "gates": A(4, 5), "c_prev": A(5), "c": A(5)}),
    (cell_jacobian.pair_product, {"q": q, "run": lstm_run}),
    (joint.join, {"P": A(e, d), "h_S": state}),
    (joint.decoder_step, {"p": {"Us": A(e, n), "Ws": A(e, e), "bs": A(e)}, "u": x, "s_prev": A(e)}),
    (joint.free_input, {"o": tau}),
    (joint.attending_output, {"p": {"Vs": A(k, e), "Vc": A(k, d), "c": tau}, "s": A(e), "kappa": state}),
    (joint.join_backward, {"P": A(e, d), "Ws": A(e, e), "delta_1": A(e), "h_S": state}),
    (joint.encoder_deltas, {"W": W, "z": z, "dh_S": state}),
    (
        roads.by_the_joint,
        {"p": {"W": W, "P": A(e, d), "Ws": A(e, e)}, "z": z, "zs": A(3, e), "ds": A(e), "i": 2},
    ),
    (
        roads.direct_term,
        {"p": {"A": A(e, d)}, "s": A(e), "alpha": A(S_), "de": A(S_), "dkappa": state},
    ),
    (roads.own_slope, {"alpha": A(S_)}),
    (
        capstones.carry_step,
        {"p": {"U": A(d, 3), "b": state, "V": A(2, d), "c": A(2)}, "a": 1.0, "b": 0.0, "carry": 1.0},
    ),
    (capstones.carry_eps, {"o": 0.3, "U": A(d, 3), "delta_next": state}),
    (capstones.gap_eps, {"y": tau, "tau": A(k), "gap": 1, "T": 3}),
]
NETWORKS = [(function, kwargs) for function, kwargs in CALLS if len(kwargs.get("p", {})) > 1]
FREE = {
    "steps.check_rnn": {"U 1"},
    "steps.output_step": {"U 1"},
    "steps.grad_V": {"eps 1", "h 1"},
    "steps.grad_U": {"deltas 1", "X 1"},
    "steps.grad_biases": {"deltas 1", "eps 1"},
    "steps.grad_h0": {"deltas 0"},
    "steps.grad_X": {"deltas 0", "U 1"},
    "steps.outer_per_use": {"deltas 1", "inputs 1"},
    "steps.shared_gradient": {"per_use 0", "per_use 1"},
    "rnn.rnn_forward": {"X 0"},
    "rnn.batch_forward": {"X 0", "X 1"},
    "backward.deltas": {"U 1"},
    "bptt.simo_loss": {"Tau 0"},
    "bptt.bptt_simo": {"Tau 0"},
    "bptt.many_to_one_loss": {"X 0"},
    "bptt.bptt_many_to_one": {"X 0"},
    "bptt.siso_gradients": {"eps_T 0", "x 0"},
    "bptt.simo_gradients": {"x 0", "eps 1"},
    "bptt.mimo_gradients": {"eps 1", "X 1"},
    "bptt.many_to_one_gradients": {"eps_T 0", "X 1"},
    "chain.componentwise_jacobian": {"z 0"},
    "chain.softmax_jacobian": {"o 0"},
    "chain.back_through_jacobian": {"J 1"},
    "mlp.layer_gradients": {"delta 0", "h_prev 0"},
    "jacobians.state_jacobian": {"z 0"},
    "jacobians.jacobian_profile": {"X 0"},
    "jacobians.spectral_norm": {"M 0", "M 1"},
    "jacobians.scalar_factor": {"z 0"},
    "totals.immediate": {"slope 0", "factor 0"},
    "totals.total_dh_dW": {"X 0"},
    "totals.total_dh_dU": {"X 0"},
    "totals.total_dh_db": {"X 0"},
    "totals.dh_dW_by_uses": {"X 0"},
    "totals.accumulate": {"factors 1"},
    "paths.path_deltas": {"U 1"},
    "paths.dE3_dU_paths": {"X 0"},
    "general.outputs_of": {"X 0"},
    "general.mean_and_product_loss": {"Y 0"},
    "stacked.stacked_forward": {"X 0"},
    "stacked.stacked_outputs": {"X 0"},
    "bidirectional.bidirectional_forward": {"X 0"},
    "skip.delta_skip_step": {"U 1"},
    "skip.skip_sums": {"U 1"},
    "skip.skip_forward": {"past 0", "X 0"},
    "skip.skip_gradients": {"past 0"},
    "two_states.two_states_forward": {"X 0"},
    "rows.many_to_one_rows": {"X 0"},
    "expansion.terms_of_uses": {"X 0"},
    "expansion.last_loss_dW": {"X 0"},
    "expansion.with_start": {"X 0"},
    "growth.far_share": {"terms 0"},
    "feedback.feedback_forward": {"X 0"},
    "follower.follower_forward": {"X 0"},
    "cell_jacobian.pair_jacobian": {"Wx 1"},
    "cell_jacobian.pair_product": {"Wx 1"},
    "joint.join": {"P 0"},
    "joint.free_input": {"o 0"},
    "joint.encoder_deltas": {"z 0"},
    "roads.by_the_joint": {"z 0", "zs 0"},
    "roads.own_slope": {"alpha 0"},
}
"""The array and axis whose size no other array of the call shares, and which may therefore be anything."""
SAME_SHAPE = [
    (losses.half_squared_error, ["y", "tau"]),
    *((function, ["o", "tau"]) for head in losses.HEADS.values() for function in (head.loss, head.eps)),
    (general.eps_from_dy, ["o", "dY"]),
    (general.cross_entropy_slope, ["y", "tau"]),
    (chain.back_through_softmax, ["y", "dY"]),
    (numeric.relative_error, ["found", "expected"]),
]


def with_one_changed(kwargs, change):
    """Each array of the arguments, and of the dicts among them, changed alone: (its name, the arguments)."""
    for name, value in kwargs.items():
        if isinstance(value, np.ndarray):
            yield name, {**kwargs, name: change(value)}
        elif isinstance(value, dict):
            for key, array in value.items():
                yield key, {**kwargs, name: {**value, key: change(array)}}


def flat(kwargs):
    """The arguments by name, those inside of dicts among them."""
    inside = [value.items() for value in kwargs.values() if isinstance(value, dict)]
    return {**kwargs, **{name: array for items in inside for name, array in items}}


def names(function):
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


@pytest.mark.parametrize(("function", "kwargs"), CALLS, ids=[names(function) for function, _ in CALLS])
def test_the_array_at_fault_is_named(function, kwargs):
    function(**kwargs)
    for name, wrong in with_one_changed(kwargs, lambda array: array[None]):
        with pytest.raises(ShapeError) as caught:
            function(**wrong)
        assert caught.value.name == name
    for name, wrong in with_one_changed(kwargs, lambda array: array.astype(np.float32)):
        with pytest.raises(DtypeError) as caught:
            function(**wrong)
        assert caught.value.name == name


@pytest.mark.parametrize(("function", "kwargs"), CALLS, ids=[names(function) for function, _ in CALLS])
def test_an_array_of_another_size_is_refused_where_the_size_is_shared(function, kwargs):
    accepted, blamed = set(), set()
    for axis in (0, 1):
        for name, wrong in with_one_changed(kwargs, lambda array, axis=axis: longer(array, axis)):
            given = flat(kwargs)[name]
            try:
                function(**wrong)
            except ShapeError as error:
                blamed.add(error.name)
                continue
            if given.ndim > axis:
                accepted.add(f"{name} {axis}")
    assert accepted == FREE.get(names(function), set())
    # What was made from the arguments has no name that the caller knows.
    assert blamed <= flat(kwargs).keys()


@pytest.mark.parametrize(
    ("function", "kwargs"),
    [(function, kwargs) for function, kwargs in NETWORKS if kwargs.keys() & {"Tau", "tau", "eps", "dY", "D"}],
)
def test_arguments_that_agree_with_each_other_must_agree_with_the_parameters(function, kwargs):
    """A network with one output more than the targets have."""
    outputs = {name for name, array in kwargs["p"].items() if name == "c" or name[0] == "V"}
    other = {name: longer(array, 0) if name in outputs else array for name, array in kwargs["p"].items()}
    with pytest.raises(ShapeError) as caught:
        function(**{**kwargs, "p": other})
    assert caught.value.name in {*kwargs, *outputs}


def longer(array, axis):
    """The array with one more row or column, if it has that axis."""
    return array if array.ndim <= axis else np.concatenate([array, array.take([0], axis)], axis)


@pytest.mark.parametrize(
    ("function", "kwargs"),
    NETWORKS,
    ids=[names(function) for function, kwargs in NETWORKS],
)
def test_the_array_that_is_missing_is_named(function, kwargs):
    for name in kwargs["p"]:
        with pytest.raises(MissingArrayError) as caught:
            function(**{**kwargs, "p": {key: array for key, array in kwargs["p"].items() if key != name}})
        assert caught.value.name == name


@pytest.mark.parametrize(
    ("function", "arguments"), SAME_SHAPE, ids=[names(function) for function, _ in SAME_SHAPE]
)
def test_arrays_that_must_agree_name_the_second(function, arguments):
    one = A(T, k)
    for other in (A(T, k + 1), A(k), A(1, T, k)):
        with pytest.raises(ShapeError) as caught:
            function(one, other)
        assert caught.value.name == arguments[1]
    for i, name in enumerate(arguments):
        pair = [one, one.copy()]
        pair[i] = pair[i].astype(np.float32)
        with pytest.raises(DtypeError) as caught:
            function(*pair)
        assert caught.value.name == name
