"""From the one source of an assignment to nbgrader's notebook, the released notebook and the book's page."""
