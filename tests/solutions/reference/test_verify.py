"""The command that prints the table of errors."""

import builtins
import io
import runpy
import sys

import pytest
from rich.console import Console

from solutions.reference import verification, verify
from solutions.reference.verification.check import Check


def run(checks):
    console = Console(file=io.StringIO(), width=100)
    return verify.report(checks, console), console.file.getvalue()


def test_a_line_per_check_and_a_sentence():
    code, text = run([Check("bptt_mimo", "autograd", 1e-12, lambda: [3e-16, 2e-15])])

    assert code == 0
    header, line, sentence = text.splitlines()
    assert header.split() == ["formula", "oracle", "worst", "error", "bound"]
    assert line.split() == ["bptt_mimo", "autograd", "2.0e-15", "1e-12"]
    assert sentence.strip() == "All 1 checks hold."


@pytest.mark.parametrize("error", [1e-12, 1e-3, float("nan"), float("inf")])
def test_an_error_over_its_bound_is_marked_and_ends_with_one(error):
    good = Check("good", "autograd", 1e-12, lambda: [0.0])
    code, text = run([good, Check("bad", "autograd", 1e-12, lambda: [error]), good])

    assert code == 1
    assert [line.split()[:2] for line in text.splitlines() if "over" in line] == [
        ["over", "bad"],
        ["1", "of"],
    ]
    assert "1 of 3 checks are over their bound." in text


def test_no_check_at_all_is_a_failure():
    assert run([])[0] == 1


def test_the_command_runs_every_topic(monkeypatch, capsys):
    monkeypatch.setattr(verification, "all_checks", lambda: [Check("f", "oracle", 1.0, lambda: [0.5])])
    assert verify.main() == 0
    assert "All 1 checks hold." in capsys.readouterr().out


def test_it_is_run_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(verification, "all_checks", lambda: [Check("f", "oracle", 1.0, lambda: [2.0])])
    monkeypatch.delitem(sys.modules, "solutions.reference.verify")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("solutions.reference.verify", run_name="__main__")
    assert ended.value.code == 1
    assert "1 of 1 checks are over" in capsys.readouterr().out


def forbid(monkeypatch, name):
    for module in [m for m in sys.modules if m.startswith("solutions.reference.verification") or m == name]:
        monkeypatch.delitem(sys.modules, module)
    original = builtins.__import__

    def without(module, *rest):
        if module.partition(".")[0] == name:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return original(module, *rest)

    monkeypatch.setattr(builtins, "__import__", without)


def test_without_autograd_it_says_what_to_install(monkeypatch, capsys):
    forbid(monkeypatch, "autograd")
    assert verify.main() == 2
    assert capsys.readouterr().out.strip() == verify.MISSING
    assert verify.MISSING == (
        "The oracles need autograd, which is among the development dependencies: "
        "install them with `pip install -e '.[dev]'`."
    )


def test_another_missing_module_is_not_explained_away(monkeypatch):
    forbid(monkeypatch, "dataclasses")
    with pytest.raises(ModuleNotFoundError, match="dataclasses"):
        verify.main()
