"""Through Time, the public package: what the book and its notebooks import."""
