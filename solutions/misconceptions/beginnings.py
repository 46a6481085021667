"""Misconceptions of chapters 0, 1 and 4: notation, order, and the network before anything flows back."""

from __future__ import annotations

from solutions.misconceptions.catalogue import table

SHAPES = table(
    "0.2",
    vector_with_two_axes="A vector is an array with one axis. Yours has two.",
)

ORDER = (
    *table(
        "1.1",
        image_as_sequence="A single picture is ordered in space. Is there anything in it that comes before "
        "something else?",
        list_as_sequence="Something that you count as a sequence is only a list: "
        "read it in another order, and the answer is the same.",
        series_as_static="Something that you leave out comes one piece after another. "
        "Put its pieces in another order: does it still say the same?",
    ),
    *table(
        "1.3",
        place_for_word="Each of your rows points at a place in the sentence. Which word stands there?",
        index_for_one="Your rows point at the right words, and the numbers in them differ from word to word.",
    ),
    *table(
        "1.4",
        siso_as_one_to_one="One value in and one value out: for one of your tasks, "
        "ask how many steps lie between the two.",
        many_to_one_as_mimo="For one of your tasks count the answers, not the inputs. "
        "How many are there when the sequence is over?",
        one_input_as_many="For one of your tasks count the inputs. How many does the network get after step 1?",
    ),
)

FORWARD = (
    *table(
        "4.1",
        state_not_carried="Change x_1: your h_2 stays as it was. What should bring a state into the next step?",
    ),
    *table(
        "4.2",
        bias_left_out="Set a bias to zero: your result stays as it was. Which terms make up z_t, and which o_t?",
        w_transposed="You would be right for a symmetric W. Write component i of W h as a sum: "
        "which index of W stays i?",
        activation_missing="Your states leave the range from -1 to 1. Can those of tanh?",
        sigmoid_for_tanh="All your states are positive. Is that so with the activation that the exercise names?",
        input_shifted="Change x_1 alone: your z_1 stays as it was. Which row of X belongs to step t?",
        output_from_previous_state="Change x_T alone: your o_T stays as it was. From which state is o_t read?",
        output_from_z="Your o_t is not read from the state. What happens to z_t before V acts?",
        output_function_skipped="Your y equals o, or is compared as if it did. What stands between o_t and y_t?",
    ),
    *table(
        "4.5",
        minus_missing="Your cross entropy is negative. Which sign has the logarithm of a probability?",
        one_hot_assumed="You look at a single entry of each target. These targets spread over several.",
        loss_of_last_step="Change the target of step 1: your E stays as it was.",
    ),
    *table(
        "4.4",
        log_of_zero="Where y has become 0 its logarithm is -inf, though log y is a number of ordinary size. "
        "Write log y by means of o, and no exp has to be undone.",
    ),
)

ANSWERS = (
    *table(
        "4.2",
        weights_per_step="Your count grows with T. How many copies of W does the computer keep?",
        biases_not_counted="Count again what is added in z_t and in o_t, not only what multiplies.",
        start_state_counted="The question leaves the start state out of the count.",
    ),
    *table(
        "4.6",
        sign_of_echo="What does a minus sign do to the state of every second step, and what to its size?",
        one_keeps_everything="Follow h_t = tanh(h_{t-1}) for a few steps. Is tanh h as large as h?",
        echo_dies_always="Above 1 there is a state that the step reproduces. Look for h with h = tanh(1.1 h).",
    ),
    *table(
        "4.7",
        late_row_for_state="Row -1 is the last row. What has been written to it when t = 1 reads it?",
    ),
)

ENTRIES = (*SHAPES, *ORDER, *FORWARD, *ANSWERS)
