"""IPython without a kernel: cells in, nbformat outputs out."""

from __future__ import annotations

import ast
import asyncio
import builtins
import errno
import json
import os
import sys
import warnings
from typing import Any

from IPython.core import async_helpers
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type

from autograder.inside.limits import TimeIsUp
from autograder.inside.original import Original

OUTPUT_COST = 100
"""What each output counts besides its text, so that their number is bounded, too."""

CUT = "\n[The rest of this cell's output was cut.]\n"
NO_INPUT = "input() can't be answered here: nobody sits in front of the notebook while it is graded."

REFUSED = ". No program, process or connection can be started while a notebook is graded."


class _Collector:
    """The outputs of the running cell, in order, with neighbouring text merged and cut at the limit."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.left = 2**20

    def text(self, name: str, text: str) -> None:
        """Add `text` to the stream `name`."""
        if self.left <= 0:
            return
        kept = _printable(text[: self.left])
        self.left -= len(kept)
        merged = bool(self.outputs) and self.outputs[-1].get("name") == name
        if not merged:
            self.left -= OUTPUT_COST
        if self.left <= 0:
            kept += CUT
        if merged:
            self.outputs[-1]["text"] += kept
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": kept})

    def rich(self, output: dict[str, Any]) -> None:
        """Add a display_data, execute_result or error output, or a note if it is too large."""
        size = sum(len(str(part)) for part in output.get("data", output).values())
        if size > 4 * self.left:
            self.text("stdout", f"[An output of {size} characters was left out.]\n")
            return
        self.left -= size // 4 + OUTPUT_COST
        self.outputs.append(output)
        if self.left <= 0:
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": CUT})


_collector = _Collector()


class _Stream:
    encoding = "utf-8"

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, text: str) -> int:
        _collector.text(self.name, str(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False


class _Hook(DisplayHook):
    """The value of a cell's last expression."""

    def start_displayhook(self) -> None:
        """Print no prompt."""

    def write_output_prompt(self) -> None:
        """Print no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        _collector.rich(
            {
                "output_type": "execute_result",
                "data": _json_only(format_dict),
                "metadata": _json_only(md_dict or {}),
                "execution_count": self.prompt_count,
            }
        )

    def finish_displayhook(self) -> None:
        """Print no newline."""


class _Publisher(DisplayPublisher):
    """What `display` shows, figures included."""

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        _collector.rich(
            {
                "output_type": "display_data",
                "data": _json_only(data),
                "metadata": _json_only(metadata or {}),
            }
        )

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  (IPython's signature)
        _collector.outputs.clear()


class _Rewriter(TransformerManager):
    """IPython's rewriting of magics. What is Python as it stands has none, and looking for them takes longer."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._known = list(self.token_transformers)

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """The lines without magics; a notebook may have added rewritings of its own."""
        if self.token_transformers == self._known and _parsed.keep("".join(lines)):
            return lines
        rewritten: list[str] = super().do_token_transforms(lines)  # type: ignore[no-untyped-call]
        return rewritten


class _Parsed:
    """The tree of the last source that was looked at, so that a cell isn't parsed again to be run."""

    flags: int = CachingCompiler().flags  # type: ignore[no-untyped-call]

    def __init__(self) -> None:
        self._kept: tuple[str, ast.AST] | None = None

    def keep(self, source: str) -> bool:
        """Parse `source`; whether it is Python."""
        self._kept = None
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                tree = compile(source, "<unknown>", "exec", self.flags | ast.PyCF_ONLY_AST, dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        if not said:  # else IPython parses it again, and says then what is to be said
            self._kept = (source, tree)
        return True

    def take(self, source: str) -> ast.AST | None:
        """The tree of `source` if it is that, once: who runs it may change it."""
        kept, self._kept = self._kept, None
        return kept[1] if kept is not None and kept[0] == source else None


_parsed = _Parsed()


class _Compiler(CachingCompiler):
    """Takes the tree of what was parsed already."""

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        """The tree of a cell."""
        # An import from __future__ adds to the flags.
        tree = _parsed.take(source) if (symbol, self.flags) == ("exec", _parsed.flags) else None
        return tree or super().ast_parse(source, filename, symbol)


class Shell(InteractiveShell):
    """An InteractiveShell that collects outputs and forgets nothing between cells."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    input_transformer_manager = Instance(_Rewriter, ())
    compiler_class = Type(_Compiler)
    error: BaseException | None = None
    """What ended the last cell before its end."""
    value: Any = None
    """That of the last cell's last expression."""

    def warm_up(self) -> None:
        """Import and exercise what cells commonly use, so that a fork starts warm."""
        # IPython's coloured tracebacks take seconds for an endless recursion, out of the student's time.
        self.InteractiveTB.set_mode(mode="Plain")
        self.run(
            "%matplotlib inline\nimport numpy as np, matplotlib.pyplot as plt\nimport through_time", 2**20
        )
        self.run(
            "plt.plot([0, 1]); plt.title('a'); plt.show()\nnp.random.default_rng(0); np.linalg.norm([1.0])",
            2**20,
        )
        self.run(
            "from IPython.display import HTML, Markdown, display\ndisplay(HTML(''))\n%timeit -n1 -r1 1", 2**20
        )
        self.run("await __import__('asyncio').sleep(0)\n1/0", 2**20)
        self.reset(new_session=True)  # type: ignore[no-untyped-call]
        # The loop that await made holds descriptors that all children would share.
        loop = getattr(async_helpers, "_asyncio_event_loop", None)
        if loop is not None:
            loop.close()
            async_helpers._asyncio_event_loop = None
        asyncio.set_event_loop(None)
        self._original = Original(self)

    def restore(self) -> None:
        """Undo what a student's cells changed of IPython, builtins and the libraries that tests call."""
        self._original.restore(self)

    def run(self, source: str, output_bytes: int) -> list[dict[str, Any]]:
        """Run one cell and return its outputs, at most `output_bytes` characters of text."""
        _collector.outputs, _collector.left = [], output_bytes
        stdout, stderr, ask = sys.stdout, sys.stderr, builtins.input
        sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
        builtins.input = _no_input
        try:
            self.error, self.value = TimeIsUp(), None
            result = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
            self.error, self.value = result.error_before_exec or result.error_in_exec, result.result
        finally:
            sys.stdout, sys.stderr, builtins.input = stdout, stderr, ask
        return self.take_outputs()

    def take_outputs(self) -> list[dict[str, Any]]:
        """What the cell has put out so far."""
        outputs, _collector.outputs = _collector.outputs, []
        return outputs

    def should_run_async(self, raw_cell: str, **transformed: Any) -> bool:
        """Whether a cell awaits something at its top; one without these words isn't compiled to see it."""
        cell = transformed.get("transformed_cell") or raw_cell
        if "await" not in cell and "async" not in cell:
            return False
        return bool(super().should_run_async(raw_cell, **transformed))

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        ours = issubclass(etype, TimeIsUp)
        _collector.rich(
            {
                "output_type": "error",
                "ename": _printable(etype.__name__),
                "evalue": "The cell's time limit was reached; it was stopped." if ours else _said(evalue),
                "traceback": [] if ours else [_printable(line) for line in stb],
            }
        )

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: figures are inline, and there is no window; %matplotlib asks for it."""

    def system(self, cmd: str) -> None:  # noqa: ARG002  (IPython's signature)
        """Refuse at once what the kernel would refuse after a search for a terminal."""
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def ask_exit(self) -> None:
        """Ignore exit() and quit(): the notebook goes on."""


def _no_input(_prompt: object = "") -> str:
    raise EOFError(NO_INPUT)


def _printable(text: str) -> str:
    """`text` with what can't be written as UTF-8, half of a character, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _said(error: BaseException) -> str:
    try:
        refused = isinstance(error, PermissionError) and error.errno == errno.EPERM
        return _printable(str(error)) + (REFUSED if refused else "")
    except Exception:  # noqa: BLE001  (a student's exception may fail to print itself)
        return ""


def _json_only(data: dict[str, Any]) -> dict[str, Any]:
    """The mime bundle without what is no JSON; IPython hands images over as base64 text already."""
    kept = {}
    for key, value in data.items():
        try:
            kept[_printable(key)] = json.loads(
                _printable(json.dumps(value, ensure_ascii=False, allow_nan=False))
            )
        except (AttributeError, TypeError, ValueError, RecursionError):
            continue
    return kept
