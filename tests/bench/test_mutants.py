"""The mutation test plants what it says, and sees who survives."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "bench" / "mutants.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_mutants", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_mutants"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["bench_mutants"]


def planted(bench, monkeypatch, text):
    monkeypatch.setattr(bench, "source", lambda _: text)
    return [mutant.source for mutant in bench.mutants("any")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y = a + b", ["y = a - b"]),
        ("y = a @ b", ["y = a * b"]),
        ("y = a < b", ["y = a <= b"]),
        ("y = a and b", ["y = a or b"]),
        ("y = -a", ["y = a"]),
        ("y = 3", ["y = 4", "y = 2"]),
        ("y = 'U'", ["y = 'xUx'"]),
        ("y = True", ["y = False"]),
        ("y = h[i:j]", ["y = h[:j]", "y = h[i:]"]),
        ("y = W.T", ["y = W"]),
        ("y = x.copy()", ["y = x"]),
        ("y = reversed(x)", ["y = x"]),
        ("y = f(a, b)", ["y = f(b, a)"]),
        ("y = maximum(a, b)", []),
        ("y = f(a=b)", ["y = f()"]),
        ("y = np.zeros(a)", ["y = np.ones(a)"]),
        ("y += a", ["y = a", "y -= a"]),
        ("check(a)", ["pass"]),
        (
            "if a:\n    b()",
            ["if True:\n    b()", "if False:\n    b()", "if not a:\n    b()", "if a:\n    pass"],
        ),
        ("y = [a for a in b if c]", ["y = [a for a in b]"]),
        ("def f(a: int=b) -> str:\n    return a", ["def f(a: int=b) -> str:\n    return None"]),
        ('"""Words."""', []),
        ("import a\nfrom b import c\nT = Sequence[x]", []),
    ],
)
def test_every_kind_of_error_is_planted_once(bench, monkeypatch, text, expected):
    assert sorted(planted(bench, monkeypatch, text)) == sorted(expected)


def test_the_real_modules_have_mutants_that_are_python(bench):
    mutants = list(bench.mutants("backward"))
    assert len(mutants) > 40
    assert len({mutant.source for mutant in mutants}) > 40
    for mutant in mutants:
        ast.parse(mutant.source)
        assert mutant.line > 0


def test_lines_keep_their_numbers_and_what_runs_on_import_is_known(bench, monkeypatch):
    text = "A = 1\n\n\n# a comment\ndef f(a, b=2):\n    # another\n    a += 3\n    return a"
    monkeypatch.setattr(bench, "source", lambda _: text)
    found = list(bench.mutants("any"))
    assert [(m.line, m.before, m.after, m.is_in_a_body) for m in found] == [
        (1, "1", "2", False),
        (1, "1", "0", False),
        (5, "2", "3", False),
        (5, "2", "1", False),
        (7, "a += 3", "a = 3", True),
        (7, "a += 3", "a -= 3", True),
        (7, "3", "4", True),
        (7, "3", "2", True),
        (8, "return a", "return None", True),
    ]
    for mutant in found:
        planted = mutant.planted()
        assert [node.lineno for node in planted.body[1].body] == [7, 8]
        compile(planted, "any", "exec")


def test_every_module_has_its_own_tests(bench):
    for module in bench.all_modules():
        assert bench.own_tests(module) or module.endswith("__init__"), module
    table, others = bench.TESTS / bench.TABLE, bench.other_tests("lstm")
    assert table not in others
    assert set(others) | {*bench.own_tests("lstm"), table} == set(bench.TESTS.rglob("test_*.py"))
    assert "lstm" in others[0].read_text(encoding="utf-8")


def test_who_survives_is_said_and_decides_the_exit_code(bench, monkeypatch, capsys):
    """Which mutants are noticed is decided here; forking and testing are for the real run."""
    monkeypatch.setattr(bench, "source", lambda _: "y = a + b\nz = c")
    monkeypatch.setattr(bench, "preload", lambda: None)
    monkeypatch.setattr(bench.sys, "argv", ["mutants.py", "any"])
    verdicts = iter([lambda found: found, lambda _: [], lambda _: None])
    monkeypatch.setattr(bench, "survivors", lambda found, own_only: next(verdicts)(found))  # noqa: ARG005

    assert bench.main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "any: 1 of 1 survive",
        "  line 1: a + b  →  a - b",
        "1 of 1 mutants survive (100.0%).",
    ]

    assert bench.main() == 0
    assert "0 of 1 mutants survive (0.0%)." in capsys.readouterr().out

    assert bench.main() == 2
    assert "The tests of any fail without any mutant" in capsys.readouterr().err


def test_a_child_that_dies_or_runs_for_ever_has_no_answer(bench):
    def endless():
        while True:
            pass

    assert bench.in_child(lambda: 3) == 3
    assert bench.in_child(lambda: 1 / 0) is None
    assert bench.in_child(endless, seconds=1) is None


def test_a_real_run_notices_a_real_error():
    command = [sys.executable, str(FILE), "--own", "--sample", "2", "errors"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["errors: 0 of 2 survive", "0 of 2 mutants survive (0.0%)."]
    assert done.returncode == 0
