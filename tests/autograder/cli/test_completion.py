"""Help and completion answer at once, and complete what a course has."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main

pytestmark = pytest.mark.xdist_group("sample-course")

LOADED = """
import json, sys
from click.testing import CliRunner
from autograder.cli import main
done = CliRunner().invoke(main, sys.argv[1:], env=dict(json.loads(sys.stdin.read())), prog_name="autograder")
print(json.dumps([done.output, sorted({name.partition(".")[0] for name in sys.modules})]))
"""
HEAVY = {"IPython", "nbformat", "nbgrader", "numpy", "solutions", "sqlalchemy", "through_time"}


def run_alone(*arguments, typed=None):
    """The output of a fresh program, and the modules that it loaded; `typed` is a line that a shell asks about."""
    asked = {}
    if typed is not None:
        words = shlex.split(typed) + ([""] if typed.endswith(" ") else [])
        asked = {
            "_AUTOGRADER_COMPLETE": "bash_complete",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(words) - 1),
        }
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        input=json.dumps(asked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    output, modules = json.loads(done.stdout)
    return output, set(modules)


@pytest.mark.parametrize(
    "asked",
    [
        {"arguments": ["--help"]},
        {"arguments": ["grade", "--help"]},
        {"arguments": ["completion", "zsh"]},
        {"typed": "autograder "},
        {"typed": "autograder feedback --zip "},
    ],
    ids=str,
)
def test_help_and_completion_import_nothing_heavy(asked):
    output, modules = run_alone(*asked.get("arguments", ()), typed=asked.get("typed"))
    assert output
    assert modules & HEAVY == set()


def test_every_command_is_cheap_to_import():
    script = (
        "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(f'autograder.cli.{name}')\n"
    )
    script += f"print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script, *main.lazy], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_each_line_of_the_list_is_a_sentence_and_each_command_there(cli):
    shown = " ".join(cli("--help").output.split())
    for name, line in main.lazy.items():
        assert f"{name} {line}" in shown
        assert line.endswith(".")
        assert main.get_command(None, name).name == name


def test_a_slip_of_the_pen_is_understood(cli):
    assert "Did you mean 'grade'?" in cli("graed", code=2).stderr


@pytest.fixture
def complete(small):
    """complete(line) is what bash offers at the end of the line, by the script that the program prints."""
    program = Path(sys.executable).parent
    path = f"{program}{os.pathsep}{os.environ['PATH']}"

    def ask(line):
        words = [*shlex.split(line), *([""] if line.endswith(" ") else [])]
        quoted = " ".join(map(shlex.quote, words))
        script = (
            'eval "$(autograder completion bash)"\n'
            f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}\n"
            '_autograder_completion autograder\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        done = subprocess.run(
            ["bash", "--norc", "-c", script, "bash"],
            cwd=small.root, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.split()

    return ask


def test_a_shell_completes_commands_names_and_options(small, complete, tmp_path):
    small.hand_in("ada", {})
    small.hand_in("alan", {})
    assert complete("autograder re") == ["release", "report"]
    assert complete("autograder grade ch") == ["ch01-tiny"]
    assert complete("autograder grade --student a") == ["ada", "alan"]
    assert complete("autograder grade --sandbox ") == ["bubblewrap", "none"]
    assert "--scheduler" in complete("autograder grade --")
    assert complete("autograder grade ch01-tiny ch") == []
    assert complete(f"autograder --course {tmp_path} grade ch") == []


def test_the_assignments_are_there_before_the_first_release(tmp_path, cli, monkeypatch):
    root = tmp_path / "course"
    cli("init", root)
    output, _ = run_alone(typed=f"autograder --course {root} release ch0")
    assert "plain,ch05-bptt-unrolled" in output.splitlines()
    monkeypatch.chdir(tmp_path)
    (root / "nbgrader_config.py").write_text("c.Grading.exercises = 'no.such.module'")
    (root / "gradebook.db").write_text("no database")
    assert run_alone(typed=f"autograder --course {root} grade --student x")[0].strip() == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_says_where_to_put_it(cli, shell):
    shown = cli("completion", shell).output
    assert "_AUTOGRADER_COMPLETE" in shown
    assert shown.splitlines()[-1].startswith("# ")
    assert f"autograder completion {shell}" in shown.splitlines()[-1]
    assert shown.startswith("#compdef autograder\n") == (shell == "zsh")
