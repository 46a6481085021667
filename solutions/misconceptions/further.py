"""Further misconceptions, each of one chapter's exercises: what a student reads, and where to read again."""

from __future__ import annotations

from solutions.misconceptions.catalogue import table

SHAPES = (
    *table(
        "0.2",
        row_convention="These shapes fit vectors that stand as rows. The book's stand as columns.",
        transposed_gradient="A gradient has the shape of what it belongs to. Yours has its axes exchanged.",
        axis_swapped="The axes are in another order than the exercise says. Which one counts the steps?",
    ),
    *table(
        "1.3",
        integer_dtype="The numbers are right, and their type is not: what is computed with is float64.",
        sorted_vocab="The columns follow the alphabet. Which order did the exercise give?",
    ),
)

DERIVATIVES = (
    *table(
        "2.6",
        missing_2="Between the two points that you evaluate lies more than one step.",
        forward_difference="Halve the step: your error halves. "
        "For a central difference it would shrink to a quarter.",
        parameter_not_restored="The first entry is right, and the others are off by about the step. "
        "At which point are they evaluated?",
        step_added_twice="How far are your two points from theta, the one and the other?",
        all_entries_at_once="One number came out where each entry needs its own. How many entries move at a time?",
    ),
    *table(
        "2.4",
        jacobian_diagonal_only="Change one input: does really only one output change?",
        returns_vector="A Jacobian has a row for each output and a column for each input.",
        sign_off_diagonal="If one output grows and they all add to 1, which way do the others go?",
        dense="Change z_a alone: which components of h can change?",
    ),
    *table(
        "2.2",
        one_path_only="Two paths lead from the variable to the result. You followed one.",
        product_of_paths="Contributions along one path multiply. What happens to those of two paths?",
    ),
    *table(
        "2.5",
        path_order_reversed="The factors are right, and matrices do not commute. "
        "Which one stands next to the error?",
    ),
    *table(
        "6.4",
        total_for_immediate="A derivative under the sum already contains earlier paths, "
        "so these count more than once. What has to be held fixed?",
    ),
)

FORWARD = (
    *table(
        "4.3",
        h0_ignored="Change the start state: your result does not move.",
    ),
    *table(
        "4.1",
        f_twice="Compare h_1 with tanh(z_1). How often is the activation applied?",
        f_skipped_last="Look at the last layer: what comes after its z?",
    ),
    *table(
        "4.4",
        max_over_all="Taking one maximum off everything is right here. "
        "With rows of very different size it would lose digits.",
    ),
)

GRAPHS = (
    *table(
        "7.4",
        lower_layer_carry_missing="The lower layer hears from above. From where else does it hear?",
        upper_branch_missing="The lower layer hears from its own next step. From where else does it hear?",
        layer_inputs_mixed="What is the input of the second layer?",
    ),
    *table(
        "7.5",
        backward_chain_time_not_reversed="The second chain runs against time. In which order does its delta run?",
        both_from_h0="Each chain has a start state of its own. Where does the second chain start?",
        shared_weights="Two chains, two sets of weights. Which do you use for the second?",
    ),
    *table(
        "7.6",
        skip_carry_missing="Count the arrows that leave h_t. Each brings something back.",
        skip_off_by_one="How many steps does the long arrow cover? Write down where it starts for t = s.",
        skip_wraparound="Print which state you read s steps before t = 1.",
        dh0_only_from_step_one="The start state is read at more than one step. Sum what comes back.",
    ),
    *table(
        "7.2",
        assumes_cross_entropy="Nobody said which loss this is. You were given its derivative by y.",
    ),
    *table(
        "7.7",
        cross_state_term_missing="Each of the two states feeds the other one, too. Count the arrows that leave it.",
    ),
)

VANISHING = (
    *table(
        "8.1",
        identity_missing="From h_T to h_T it is no step at all. What is that Jacobian?",
    ),
    *table(
        "8.4",
        spectral_radius_for_norm="Compare both measures on [[0.5, 5], [0, 0.5]], and see which one you were asked for.",
    ),
)

REMEDIES = (
    *table(
        "9.4",
        state_reset_at_chunk="The gradient stops at the end of a chunk. Does the state stop, too?",
        last_chunk_dropped="Try a T that is no multiple of the chunk. Which steps are never used?",
    ),
    *table(
        "9.2",
        norm_of_norms_summed="Compare your norm with that of all entries written into one long vector.",
        zero_division="What should become of a gradient that is zero everywhere?",
    ),
    *table(
        "9.5",
        std_not_scaled="With more units, your states grow. How should the spread of W depend on d?",
        orthogonal_not="Multiply your matrix by its transpose. What should come out?",
        ignores_gain="Double the gain: your matrix stays as it was.",
    ),
)

LSTM = (
    *table(
        "10.3",
        gate_order_swapped="The four blocks of rows have a fixed order. Compare it with yours.",
        sigmoid_for_g="One of the four is no gate. Should its values be able to be negative?",
        forget_and_input_swapped="Which gate multiplies the old cell, and which one the new content?",
    ),
    *table(
        "10.4",
        tanh_missing_on_cell="Between the cell and h_t stands more than the output gate.",
    ),
    *table(
        "10.5",
        cell_carry_missing="With no loss at step t, does your cell hear anything from step t + 1?",
        h_carry_missing="h_t feeds four products at the next step. What do they send back?",
        gate_derivative_missing="A gate is a sigmoid of its z. Which factor does that bring?",
        forget_gate_of_previous_step="What multiplied c_t when c_{t+1} was made? Check the index of that gate.",
        tanh_derivative_at_h="You have the right slope. At which point is it taken, the cell or the state?",
        dc_replaced_not_added="Two arrows leave the cell at each step. Does your dc keep both?",
        dwh_current_h="At the moment when the gates of step t were made, which state did the weights multiply?",
    ),
)

ATTENTION = table(
    "11.4",
    scale_missing="With long vectors your weights become all or nothing. What were the scores divided by?",
    scale_by_d="Products of vectors of length d spread by a power of d. By which?",
)
ATTENTION_BACK = table(
    "11.5",
    scale_missing_in_gradient="The scores were scaled on the way forward. Is their gradient?",
    keys_path_missing="The encoder's states act twice, as values and as keys. Change one key: what moves?",
)

CAPSTONES = (
    *table(
        "12.1",
        carry_reset_each_bit="Add 1 to a row of ones. How far does the carry get?",
        bits_high_first="From which end do you add two numbers by hand?",
        last_carry_dropped="Adding two numbers of N digits: how many digits can the sum have?",
    ),
    *table(
        "12.2",
        stop_missing="How does the network learn that the word is over?",
        feeds_truth_when_free="When it runs alone, who tells the network the right letter?",
        w_trained_in_ablation="Print W after the training without it.",
    ),
    *table(
        "12.3",
        last_word_only="Exchange the first two words for others: nothing changes.",
        bag_of_words="Put the words into another order: nothing changes.",
        loss_at_every_step="How many targets does a sentence have?",
    ),
)

ANSWERS = (
    *table(
        "3.3",
        saturation_forgotten="Work out both errors by hand once. Which of the two still has a slope in it?",
        ratio_inverted="Which of the two errors is the smaller one, and which did the exercise put on top?",
        steepest_slope_taken="At which z is the sigmoid as steep as that?",
    ),
    *table(
        "3.2",
        sign_is_harmless="Take one step of descent with the printed loss, and see where y goes.",
        only_slower="Compare the length and the direction of one step of descent under the two signs.",
        no_gradient="Differentiate the printed loss by z once.",
    ),
    *table(
        "2.6",
        smaller_is_always_better="How many digits are left in the difference of two numbers that are nearly equal?",
        truncation_forgotten="With a large step the curve bends between the two points. How fast does this error fall?",
        rounding_overrated="Estimate both errors in numbers: the step squared for the one, "
        "1e-16 over the step for the other.",
    ),
    *table(
        "2.4",
        softmax_taken_as_elementwise="Which functions use all their inputs to make each of their outputs?",
    ),
    *table(
        "5.7",
        distance_forgotten="Count the factors between the loss and step 1, and estimate their product.",
        inputs_for_losses="delta_1 comes back from losses. Inputs send nothing back.",
        zero_start_assumed="Which state does W multiply at t = 1, and is it zero here?",
        full_sums_everywhere="At steps without an input, or without a loss, is there a term at all?",
    ),
)

ENTRIES = (
    *SHAPES,
    *DERIVATIVES,
    *FORWARD,
    *GRAPHS,
    *VANISHING,
    *REMEDIES,
    *LSTM,
    *ATTENTION,
    *ATTENTION_BACK,
    *CAPSTONES,
    *ANSWERS,
)
