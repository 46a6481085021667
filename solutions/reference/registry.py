"""Which function computes each labelled equation of the book, and which test proves it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any

from solutions.reference.errors import UnknownNameError


@dataclass(frozen=True)
class Formula:
    """One labelled equation: its chapter, its function's dotted path, its test as a pytest node."""

    chapter: int
    function: str
    test: str

    def resolve(self) -> Callable[..., Any]:
        """Return the function."""
        module, _, name = self.function.rpartition(".")
        found: Callable[..., Any] = resolve_name(f"{module}:{name}")
        return found

    def source(self) -> str:
        """Return the function's source text, as the book shows it beside the equation."""
        return inspect.getsource(self.resolve())


def formula(label: str) -> Formula:
    """Return the entry of an equation's label, such as "eq-siso-delta". Raises UnknownNameError."""
    if label not in FORMULAS:
        raise UnknownNameError("equation", label, FORMULAS)
    return FORMULAS[label]


def _chapter(number: int, entries: Mapping[str, tuple[str, str]]) -> dict[str, Formula]:
    """Complete the entries of a chapter: label → (module.function, file::test), both below this package's paths."""
    return {
        label: Formula(number, f"solutions.reference.{function}", f"tests/solutions/reference/{test}")
        for label, (function, test) in entries.items()
    }


_PATHS = _chapter(
    2,
    {
        "eq-chain-rule": (
            "path_sums.along_path",
            "test_path_sums.py::test_one_path_multiplies_its_slopes",
        ),
        "eq-two-paths": ("path_sums.over_paths", "test_path_sums.py::test_several_paths_add_up"),
        "eq-sum-over-paths": ("path_sums.over_paths", "test_path_sums.py::test_several_paths_add_up"),
        "eq-node-sum": (
            "path_sums.row_of_slopes",
            "test_path_sums.py::test_a_row_of_slopes_is_written_out_entry_by_entry",
        ),
        "eq-jacobian": (
            "path_sums.numeric_jacobian",
            "test_path_sums.py::test_a_jacobian_from_numbers_has_a_row_for_each_output",
        ),
        "eq-gradient-column": (
            "chain.back_through_jacobian",
            "test_chain.py::test_columns_and_rows_give_the_same_numbers",
        ),
        "eq-jacobian-componentwise": (
            "chain.componentwise_jacobian",
            "test_path_sums.py::test_jacobians_of_tanh_and_softmax_agree_with_both_oracles",
        ),
        "eq-jacobian-softmax": (
            "chain.softmax_jacobian",
            "test_path_sums.py::test_jacobians_of_tanh_and_softmax_agree_with_both_oracles",
        ),
        "eq-jacobian-chain": (
            "path_sums.chained_jacobian",
            "test_path_sums.py::test_jacobians_multiply_with_the_last_step_on_the_left",
        ),
        "eq-vector-first": (
            "path_sums.back_along",
            "test_path_sums.py::test_going_back_along_the_path_never_needs_the_product",
        ),
        "eq-back-componentwise": (
            "path_sums.back_through_componentwise",
            "test_path_sums.py::test_a_slope_stands_for_its_diagonal_matrix",
        ),
        "eq-back-softmax": (
            "chain.back_through_softmax",
            "test_chain.py::test_the_product_with_the_softmax_jacobian_is_never_built",
        ),
        "eq-back-linear": ("chain.linear_backward", "test_chain.py::test_the_linear_layer_entry_by_entry"),
        "eq-forward-difference": (
            "path_sums.forward_difference",
            "test_path_sums.py::test_a_forward_difference_is_off_by_half_the_second_derivative_times_the_step",
        ),
        "eq-numeric-gradient": (
            "numeric.central_difference",
            "test_numeric.py::test_its_error_is_a_sixth_of_the_third_derivative_times_the_square_of_the_step",
        ),
        "eq-relative-error": (
            "numeric.relative_error",
            "test_numeric.py::test_the_relative_error_is_measured_by_the_larger",
        ),
    },
)

_ORDER = _chapter(
    1,
    {
        "eq-one-hot": (
            "sequences.one_hot",
            "test_sequences.py::test_each_row_points_at_its_word_in_whatever_order_the_words_are_listed",
        ),
        "eq-word-state": (
            "sequences.word_states",
            "test_sequences.py::test_the_states_of_words_are_a_run_of_the_network",
        ),
    },
)

_LAYERS = _chapter(
    3,
    {
        "eq-mlp-layer": ("mlp.layer_step", "test_mlp.py::test_activations_may_be_chosen"),
        "eq-mlp-forward": ("mlp.mlp_forward", "test_mlp.py::test_the_forward_pass_layer_by_layer"),
        "eq-mlp-half-squared-error": (
            "losses.half_squared_error",
            "test_losses.py::test_half_squared_error_is_half_of_the_squared_distance",
        ),
        "eq-binary-cross-entropy": (
            "losses.sigmoid_cross_entropy",
            "test_losses.py::test_a_componentwise_head_is_its_definition",
        ),
        "eq-cross-entropy": (
            "losses.softmax_cross_entropy",
            "test_losses.py::test_softmax_and_its_cross_entropy_are_their_definitions",
        ),
        "eq-output-delta": ("mlp.output_delta", "test_mlp.py::test_the_delta_at_a_componentwise_output"),
        "eq-sigmoid-delta": (
            "losses.eps_sigmoid_cross_entropy",
            "test_losses.py::test_eps_is_the_slope_of_the_loss",
        ),
        "eq-softmax-delta": (
            "losses.eps_softmax_cross_entropy",
            "test_losses.py::test_eps_is_the_slope_of_the_loss",
        ),
        "eq-hidden-delta": ("mlp.layer_delta", "test_mlp.py::test_the_delta_rule_step_by_step"),
        "eq-layer-gradients": ("mlp.layer_gradients", "test_mlp.py::test_the_delta_rule_step_by_step"),
        "eq-mlp-backward": (
            "mlp.mlp_backward",
            "test_mlp.py::test_every_gradient_agrees_with_central_differences",
        ),
        "eq-descent-step": ("sgd.sgd_step", "test_sgd.py::test_a_step_goes_against_the_gradient"),
        "eq-shared-layers": (
            "steps.shared_gradient",
            "test_steps.py::test_the_gradient_of_a_shared_weight_is_the_sum_over_its_uses",
        ),
    },
)

_FORWARD = _chapter(
    4,
    {
        "eq-recurrence": (
            "steps.rnn_step",
            "test_steps.py::test_the_hidden_step_is_written_out_entry_by_entry",
        ),
        "eq-forward-pass": (
            "rnn.unroll",
            "test_rnn.py::test_the_run_is_the_steps_one_after_another",
        ),
        "eq-parameter-count": (
            "sequences.parameter_count",
            "test_sequences.py::test_the_count_is_that_of_the_arrays",
        ),
        "eq-forward-rows": (
            "rnn.batch_forward",
            "test_rnn.py::test_a_batch_is_its_sequences_side_by_side",
        ),
        "eq-softmax-output": (
            "losses.softmax",
            "test_losses.py::test_softmax_and_its_cross_entropy_are_their_definitions",
        ),
        "eq-log-softmax": (
            "losses.log_sum_exp",
            "test_losses.py::test_large_logits_neither_overflow_nor_lose_the_loss",
        ),
        "eq-step-cross-entropy": (
            "losses.softmax_cross_entropy",
            "test_losses.py::test_softmax_and_its_cross_entropy_are_their_definitions",
        ),
        "eq-step-binary-cross-entropy": (
            "losses.sigmoid_cross_entropy",
            "test_losses.py::test_a_componentwise_head_is_its_definition",
        ),
        "eq-sequence-loss": (
            "losses.sequence_loss",
            "test_losses.py::test_the_loss_of_a_sequence_is_the_sum_over_steps",
        ),
        "eq-gradient-step": ("sgd.sgd_step", "test_sgd.py::test_a_step_goes_against_the_gradient"),
        "eq-echo": ("sequences.echo", "test_sequences.py::test_the_echo_is_a_run_of_the_network"),
    },
)

_UNROLLING = _chapter(
    5,
    {
        "eq-rnn-hidden": (
            "steps.rnn_step",
            "test_steps.py::test_the_hidden_step_is_written_out_entry_by_entry",
        ),
        "eq-rnn-output": (
            "steps.output_step",
            "test_steps.py::test_the_output_step_is_written_out_entry_by_entry",
        ),
        "eq-half-squared-error": (
            "losses.half_squared_error",
            "test_losses.py::test_half_squared_error_is_half_of_the_squared_distance",
        ),
        "eq-total-loss": (
            "losses.sequence_loss",
            "test_losses.py::test_the_loss_of_a_sequence_is_the_sum_over_steps",
        ),
        "eq-shared-weight": (
            "steps.shared_gradient",
            "test_steps.py::test_the_gradient_of_a_shared_weight_is_the_sum_over_its_uses",
        ),
        "eq-siso-forward": (
            "rnn.siso_forward",
            "test_rnn.py::test_siso_sees_its_input_at_the_first_step_only",
        ),
        "eq-siso-eps": ("losses.eps_tanh_half_se", "test_losses.py::test_eps_is_the_slope_of_the_loss"),
        "eq-siso-delta-last": (
            "steps.delta_last",
            "test_steps.py::test_the_delta_rules_rebuild_the_deltas_of_siso",
        ),
        "eq-siso-delta": (
            "steps.delta_siso_step",
            "test_steps.py::test_the_delta_rules_rebuild_the_deltas_of_siso",
        ),
        "eq-siso-gradients": ("bptt.siso_gradients", "test_bptt.py::test_the_collapsed_sums_of_siso"),
        "eq-simo-loss": ("bptt.simo_loss", "test_bptt.py::test_gradients_agree_with_central_differences"),
        "eq-simo-delta": (
            "steps.delta_step",
            "test_steps.py::test_the_delta_rule_rebuilds_the_deltas_of_simo",
        ),
        "eq-simo-gradients": ("bptt.simo_gradients", "test_bptt.py::test_the_collapsed_sums_of_simo"),
        "eq-mimo-eps": (
            "losses.eps_softmax_cross_entropy",
            "test_losses.py::test_eps_is_the_slope_of_the_loss",
        ),
        "eq-mimo-delta": (
            "steps.delta_step",
            "test_steps.py::test_the_delta_rule_rebuilds_the_deltas_of_mimo",
        ),
        "eq-mimo-gradients": ("bptt.mimo_gradients", "test_bptt.py::test_the_collapsed_sums_of_mimo"),
        "eq-many-to-one-eps": (
            "losses.eps_sigmoid_cross_entropy",
            "test_losses.py::test_eps_is_the_slope_of_the_loss",
        ),
        "eq-many-to-one-delta": (
            "steps.delta_siso_step",
            "test_steps.py::test_the_delta_rules_rebuild_the_deltas_of_many_to_one",
        ),
        "eq-many-to-one-gradients": (
            "bptt.many_to_one_gradients",
            "test_bptt.py::test_the_collapsed_sums_of_many_to_one",
        ),
        "eq-bptt-loop": ("backward.deltas", "test_backward.py::test_the_loop_gives_every_delta"),
        "eq-bias-gradients": ("steps.grad_biases", "test_steps.py::test_the_sums_are_the_gradients"),
        "eq-h0-gradient": ("steps.grad_h0", "test_steps.py::test_the_sums_are_the_gradients"),
        "eq-batch-gradient": ("bptt.bptt_batch", "test_bptt.py::test_a_batch_is_the_sum_of_its_sequences"),
        "eq-central-difference": (
            "numeric.central_difference",
            "test_numeric.py::test_a_central_difference_is_exact_for_a_quadratic",
        ),
    },
)

_VANISHING = _chapter(
    8,
    {
        "eq-vanish-step": (
            "jacobians.step_jacobian",
            "test_jacobians.py::test_one_step_is_the_slope_times_W",
        ),
        "eq-vanish-product": (
            "jacobians.state_jacobian",
            "test_growth.py::test_the_product_is_the_derivative_of_a_later_state_by_an_earlier_one",
        ),
        "eq-vanish-back": (
            "growth.back_over_steps",
            "test_growth.py::test_an_error_goes_back_over_many_steps_at_once",
        ),
        "eq-vanish-scalar": (
            "jacobians.scalar_factor",
            "test_jacobians.py::test_the_scalar_product_over_a_hundred_steps_has_99_factors",
        ),
        "eq-vanish-lag": (
            "jacobians.steps_to_factor",
            "test_jacobians.py::test_steps_until_a_factor_is_reached",
        ),
        "eq-vanish-sigmoid": (
            "activations.sigmoid_prime",
            "test_activations.py::test_the_steepest_slope_is_reached_and_never_passed",
        ),
        "eq-vanish-tanh": (
            "activations.tanh_prime",
            "test_activations.py::test_the_steepest_slope_is_reached_and_never_passed",
        ),
        "eq-vanish-relu": ("activations.relu_prime", "test_activations.py::test_relu_is_flat_at_its_kink"),
        "eq-vanish-bound": ("jacobians.norm_bound", "test_jacobians.py::test_the_bound_holds"),
        "eq-vanish-radius": (
            "jacobians.spectral_radius",
            "test_jacobians.py::test_norm_and_radius_are_two_things",
        ),
        "eq-vanish-power": (
            "jacobians.linear_jacobian",
            "test_jacobians.py::test_a_linear_network_takes_matrix_powers",
        ),
        "eq-vanish-shear": (
            "growth.shear_power",
            "test_growth.py::test_the_power_of_a_shear_is_the_matrix_power",
        ),
        "eq-vanish-fixed": (
            "growth.settled_factor",
            "test_growth.py::test_the_factor_is_the_derivative_of_one_step",
        ),
        "eq-vanish-terms": (
            "paths.scalar_path_terms",
            "test_paths.py::test_the_terms_of_a_scalar_network_are_its_paths",
        ),
        "eq-vanish-far": (
            "growth.far_share",
            "test_growth.py::test_the_far_half_is_the_first_half_rounded_down",
        ),
        "eq-vanish-linear-loss": (
            "growth.linear_loss_slope",
            "test_growth.py::test_the_slope_of_the_linear_loss",
        ),
    },
)

FORMULAS: Mapping[str, Formula] = {**_ORDER, **_PATHS, **_LAYERS, **_FORWARD, **_UNROLLING, **_VANISHING}
"""Every labelled equation. A chapter that isn't written yet may have its entries here already."""
