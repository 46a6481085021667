"""Chapter 1: signals with an order."""

ENTRIES = {
    "eq-one-hot": (
        "sequences.one_hot",
        "test_sequences.py::test_each_row_points_at_its_word_in_whatever_order_the_words_are_listed",
    ),
    "eq-word-state": (
        "sequences.word_states",
        "test_sequences.py::test_the_states_of_words_are_a_run_of_the_network",
    ),
}
