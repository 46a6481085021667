"""The three capstones, trained from a seed: an adder, a word that completes itself, a sentence that is judged."""
