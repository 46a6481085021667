"""Static HTML for people: a feedback page per hand-in, and a report per assignment."""
