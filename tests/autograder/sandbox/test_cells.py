"""Cells behave as they do in Jupyter: magics, display, figures, await, errors; and their output has an end."""

import base64
import textwrap

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_output

from autograder.inside.shell import CUT, NO_INPUT, _Rewriter
from autograder.student import Failure


def test_the_value_of_the_last_expression(run):
    (found,) = run("x = 6\nx * 7")
    assert found == {
        "output_type": "execute_result",
        "data": {"text/plain": "42"},
        "metadata": {},
        "execution_count": 1,
    }


def test_nothing_is_shown_of_none_or_after_a_semicolon(run):
    assert run("None") == []
    assert run("1;") == []


def test_names_and_history_stay_between_cells(text):
    text("x = 1")
    text("x + 1")
    assert text("_ + x") == "3"
    assert "x + 1" in text("%history")
    assert text("Out[2], In[1]") == "(2, 'x = 1')"


def test_streams_keep_their_order_and_neighbours_merge(run):
    found = run("import sys\nprint('a'); print('b')\nprint('c', file=sys.stderr)\nprint('d', end='')")
    assert [(output["name"], output["text"]) for output in found] == [
        ("stdout", "a\nb\n"),
        ("stderr", "c\n"),
        ("stdout", "d"),
    ]


def test_display_and_rich_values(run):
    found = run("display(1)\nfrom IPython.display import HTML\nHTML('<b>x</b>')")
    assert [output["output_type"] for output in found] == ["display_data", "execute_result"]
    assert found[1]["data"]["text/html"] == "<b>x</b>"


def test_clear_output(text):
    assert text("from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)") == "2\n"


def test_json_that_is_none_is_left_out(run):
    (found,) = run("display({'text/plain': 'x', 'application/json': {1: {2}}, 'image/png': b'x'}, raw=True)")
    assert found["data"] == {"text/plain": "x"}


@pytest.mark.parametrize(
    "magic", ["%timeit -n1 -r1 1", "%time 1", "%%time\n1", "%who", "%matplotlib inline", "%pwd"]
)
def test_magics(run, magic):
    assert all(output["output_type"] != "error" for output in run(magic))


@pytest.mark.parametrize(
    "source",
    [
        "", "\n\n  \n", "x = 1", "\n\ndef f(x):\n    return x  # is it so?\n", "    x = 1\n    y = 2",
        ">>> x = 1\n>>> x", "In [1]: x = 1", "%time x = 1", "a = %pwd", "a = !ls", "f?", "x = [1,\n!ls\n]",
        "if True:\n    %time 1\nx = (1\n  % 2)", "x = 1 \\\n% 2", "text = '''\n%pwd\n!ls\nf?\n'''",
        "%%timeit\nx = 1", "await f()", "def f(:", "a = '\\d'", "\0", ";f 1 2",
    ],
)  # fmt: skip
def test_cells_are_rewritten_as_ipython_does(source):
    assert _Rewriter().transform_cell(source) == TransformerManager().transform_cell(source)


def test_a_rewriting_of_the_notebooks_own(text):
    own = """
    class Loud:
        start_line, start_col, priority = 0, 0, 0
        sortby = lambda self: (0, 0, 0)
        find = classmethod(lambda cls, tokens: cls() if tokens[0][0].string == "shout" else None)
        transform = lambda self, lines: ["print('LOUD')\\n"]
    get_ipython().input_transformer_manager.token_transformers.append(Loud)
    """
    assert text(textwrap.dedent(own)) == ""
    assert text("shout") == "LOUD\n"


def test_capture(text):
    text("%%capture said\nprint('hidden')")
    assert text("said.stdout") == r"'hidden\n'"


@pytest.mark.parametrize("source", ["!ls", "%pip list", "import subprocess; subprocess.run(['ls'])"])
def test_programs_are_not_there(run, source):
    assert run(source)[-1]["output_type"] == "error"


def test_an_inline_figure_is_a_picture(run):
    found = run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);\nprint('before')\nplt.show()\nprint('after')"
    )
    assert [output["output_type"] for output in found] == ["stream", "display_data", "stream"]
    assert base64.b64decode(found[1]["data"]["image/png"]).startswith(b"\x89PNG")


def test_a_figure_without_show_appears_at_the_end_of_the_cell(run):
    found = run("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()")
    assert "image/png" in found[-1]["data"]


def test_await_at_the_top_level(text):
    assert text("import asyncio\nawait asyncio.sleep(0)\nawait asyncio.sleep(0, 'done')") == "'done'"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("async def f():\n    return 1\nawait f()", "1"),
        ("import asyncio\n[x async for x in g()]", "[0, 1]"),
        ("async for x in g():\n    print(x)", "0\n1\n"),
        ("async def f():\n    return 'awaited'\nf().close()\n'async'", "'async'"),
    ],
)
def test_all_kinds_of_waiting_at_the_top_level(run, text, source, shown):
    assert run("async def g():\n    for x in range(2):\n        yield x") == []
    assert text(source) == shown


def test_a_cell_that_is_run_twice_is_run_as_it_stands(run, text):
    """A notebook's rewriting of trees may change the one that it is given."""
    own = """
    import ast
    class Doubled(ast.NodeTransformer):
        def visit_Constant(self, node):
            node.value *= 2
            return node
    get_ipython().ast_transformers.append(Doubled())
    """
    assert run(textwrap.dedent(own)) == []
    assert [text("21"), text("21"), text("21")] == ["42"] * 3


def test_a_feature_of_the_future_holds_for_later_cells(run, text):
    assert run("from __future__ import annotations") == []
    assert text("def f(x: unknown): ...\nf.__annotations__['x']") == "'unknown'"


def test_a_warning_of_the_compiler_is_shown_once(run):
    (warned,) = run("1 is 1;")
    assert warned["name"] == "stderr"
    assert warned["text"].count("SyntaxWarning: ") == 1


def test_threads_print_into_their_cell(text):
    source = "import threading\nt = threading.Thread(target=print, args=('t',))\nt.start()\nt.join()"
    assert text(source) == "t\n"


def test_warnings_and_logs_go_to_stderr(run):
    (warned,) = run("import warnings\nwarnings.warn('careful')")
    assert warned["name"] == "stderr"
    assert "UserWarning: careful" in warned["text"]
    (logged,) = run("import logging\nlogging.warning('logged')")
    assert (logged["name"], logged["text"]) == ("stderr", "WARNING:root:logged\n")


def test_an_error_has_its_lines_and_the_next_cell_runs(run):
    (found,) = run("def f():\n    return 1 / 0\nf()")
    assert (found["ename"], found["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert any("return" in line for line in found["traceback"])
    assert run("2")[0]["data"]["text/plain"] == "2"


def test_a_syntax_error(run):
    assert run("def f(p, X Tau): pass")[0]["ename"] == "SyntaxError"


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit",
        "raise KeyboardInterrupt",
        "raise BaseException('x')",
        "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
        "class R:\n    def __repr__(self): raise ValueError\nR()",
        "def f(n): f(n - 1) if n else 1 / 0\nf(200)",
        "breakpoint()",
        "raise Exception('\\ud800')",
        "exit()",
        "quit()",
        "import sys; sys.exit(3)",
        "del __builtins__",
        "import sys; sys.stdout = None",
        "import sys; sys.stdout.close()",
        "get_ipython().reset()",
    ],
)
def test_the_session_survives(session, source):
    _, failure = session.run(source)
    assert failure is None
    (found,), failure = session.run("21 * 2")
    assert failure is None
    assert found["data"]["text/plain"] == "42"


@pytest.mark.parametrize("source", ["input()", "input('name? ')", "x = input()"])
def test_input_is_answered_by_an_error(run, source):
    assert run(source)[0]["evalue"] == NO_INPUT


def test_half_a_character_is_printed_as_a_question_mark(run):
    (printed,) = run("print('a\\ud83d')")
    assert printed["text"] == "a?\n"
    (shown,) = run("display({'text/plain': '\\ud800'}, raw=True)")
    assert shown["data"] == {"text/plain": "?"}


def test_a_flood_of_text_is_cut(run):
    (found,) = run("print('x' * 3_000_000)\nprint('more')")
    assert len(found["text"]) == 2**20 + len(CUT)
    assert found["text"].endswith(CUT)


def test_a_flood_of_lines_is_cut(session):
    outputs, _ = session.run("while True: print('line')")
    assert len(outputs[0]["text"]) < 2**20 + 2 * len(CUT)


def test_a_flood_of_outputs_is_cut(run):
    found = run("for n in range(600): display({'text/plain': 'x' * 8000}, raw=True)")
    assert len(found) < 2**20 / 2100 + 2
    assert found[-1]["text"].endswith(CUT)


def test_a_flood_of_changing_streams_is_cut(run):
    found = run("import sys\nfor n in range(20000): print(n); print(n, file=sys.stderr)")
    assert len(found) < 2**20 / 100 + 2
    assert found[-1]["text"].endswith(CUT)


def test_a_large_output_is_left_out_and_said(run):
    (found,) = run("display({'text/html': 'x' * 9_000_000}, raw=True)")
    assert found["text"] == "[An output of 9000000 characters was left out.]\n"


def test_a_large_figure_arrives(run):
    (found,) = run("display({'image/png': 'A' * 4_000_000}, raw=True)")
    assert len(found["data"]["image/png"]) == 4_000_000


def test_outputs_are_valid_in_a_notebook(run):
    found = run("print(1)\ndisplay(2)\n3") + run("1/0")
    for output in found:
        kind = output.pop("output_type")
        assert new_output(kind, **output)


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import time; time.sleep(60)",
        "while True:\n    try: pass\n    except Exception: pass",
        "try:\n    while True: pass\nfinally:\n    cleaned = True",
        "import threading; threading.Event().wait()",
        "import asyncio; await asyncio.sleep(60)",
        "import re; re.match('(a+)+$', 'a' * 40 + 'b')",
    ],
    ids=["loop", "sleep", "except Exception", "finally", "wait", "await", "regex"],
)
def test_a_cell_that_takes_too_long_is_stopped_and_the_next_one_runs(session, source):
    session.run("x = 1")
    outputs, failure = session.run(source)
    assert failure is Failure.TIMEOUT
    # On a busy machine the bell may ring again while the error is being made.
    assert [output["ename"] for output in outputs] in (["TimeIsUp"], [])
    (found,), failure = session.run("x + 1")
    assert failure is None
    assert found["data"]["text/plain"] == "2"


def test_what_was_printed_before_the_stop_is_kept(session):
    outputs, _ = session.run("print('so far')\nwhile True: pass")
    assert outputs[0]["text"] == "so far\n"
