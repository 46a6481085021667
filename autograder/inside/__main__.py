"""Start a nursery: `python -m autograder.inside FD`, with FD the control socket's descriptor."""

import sys

from autograder.inside.nursery import serve

serve(int(sys.argv[1]))
