"""The capstones, trained from a seed: an adder, a word that completes itself, a sentence, a gap in a text."""
