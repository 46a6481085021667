"""What a test cell finds as it was before a student's cells ran: IPython, builtins, and what tests call of libraries.

It's no wall. The cell runs in the student's process all the same, and what a student defines (a name such as `abs`,
an object that equals everything) it sees as it is; so does whoever looks for it in the interpreter's memory.
"""

from __future__ import annotations

import builtins
import sys
import unittest.case  # noqa: F401  (so that it's there to be pictured)
from typing import Any

import numpy.testing  # noqa: F401
from IPython.core.interactiveshell import InteractiveShell

_LIBRARIES = {
    "IPython", "ast", "autograder", "builtins", "cmath", "codeop", "functools", "itertools", "math", "numpy",
    "operator", "statistics", "traceback", "unittest",
}  # fmt: skip
_TRAITS = (
    "ast_node_interactivity", "builtin_trap", "compile", "display_formatter", "display_pub", "display_trap",
    "displayhook", "events",
)  # fmt: skip
_OWN_CLASSES = ("IPython.", "autograder.", "traitlets.", "unittest.")


class Original:
    """A picture of functions and classes, by identity, to put back those that are others."""

    def __init__(self, shell: InteractiveShell) -> None:
        modules = [
            module
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] in _LIBRARIES and module is not None
        ]
        self._modules = [(module, _callables(vars(module))) for module in modules]
        found = {each for _, names in self._modules for each in names.values() if isinstance(each, type)}
        classes = {
            base
            for each in (*found, *type(shell).__mro__)
            for base in (each, type(each))
            if base.__module__.startswith(_OWN_CLASSES)
        }
        self._classes = [(each, dict(vars(each))) for each in classes]
        self._objects = [(each, _callables(vars(each))) for each in _parts(shell)]
        self._rewriter = type(shell.input_transformer_manager)
        self._traits = {name: getattr(shell, name) for name in _TRAITS}
        self._printers = [dict(table) for table in _printers(shell)]
        self._events = {name: list(calls) for name, calls in shell.events.callbacks.items()}

    def restore(self, shell: Any) -> None:
        """Put back what is another than it was."""
        sys.settrace(None)
        sys.setprofile(None)
        for module, names in self._modules:
            space = vars(module)
            for name, value in names.items():
                if space.get(name) is not value:
                    space[name] = value
        for each, names in self._classes:
            _restore_class(each, names)
        for part, names in self._objects:
            space = vars(part)
            for name in [name for name, value in space.items() if callable(value) and name not in names]:
                del space[name]
            space.update(names)
        for name, value in self._traits.items():
            setattr(shell, name, value)
        for trap in (shell.display_trap, shell.builtin_trap):
            trap._nested_level = 0
        shell.display_trap.hook = shell.displayhook
        for table, original in zip(_printers(shell), self._printers, strict=True):
            table.clear()
            table.update(original)
        shell.events.callbacks.clear()
        shell.events.callbacks.update({name: list(calls) for name, calls in self._events.items()})
        shell.input_transformer_manager = self._rewriter()
        shell.input_transformers_post = []
        shell.ast_transformers = []
        shell.custom_exceptions = ()
        shell.user_ns["__builtins__"] = builtins


def _callables(space: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in space.items() if callable(value)}


def _parts(shell: Any) -> list[Any]:
    """The shell and the objects that it runs cells with."""
    return [shell, *(getattr(shell, name) for name in _TRAITS if name != "ast_node_interactivity")]


def _printers(shell: Any) -> list[dict[Any, Any]]:
    """How values are written as plain text: a test's number of points is one of them."""
    plain = shell.display_formatter.formatters["text/plain"]
    return [plain.type_printers, plain.singleton_printers, plain.deferred_printers]


def _restore_class(each: type, names: dict[str, Any]) -> None:
    space = vars(each)
    changed = [name for name, value in names.items() if space.get(name) is not value]
    added = [name for name, value in space.items() if name not in names and callable(value)]
    for name in changed:
        type.__setattr__(each, name, names[name])
    for name in added:
        type.__delattr__(each, name)
