"""Keep what the judge said: verdict files, graded notebooks, and nbgrader's gradebook."""
