"""The project's own files hold together: changelog, pinned versions, scripts, make targets."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = {
    canonicalize_name(name): Version(version)
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE
    )
}
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file())


def test_the_changelog_has_a_place_for_what_is_new():
    text = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(r"^## \[Unreleased\]\n\n### (Added|Changed|Fixed)\n- ", text, re.MULTILINE)


def test_requirements_name_no_host():
    text = (ROOT / "requirements.txt").read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert all(re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==\S+|    # ", line) for line in lines)


NEEDED = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])]


@pytest.mark.parametrize("needed", NEEDED, ids=lambda needed: needed.name)
def test_pins_satisfy_what_the_project_needs(needed):
    version = PINS[canonicalize_name(needed.name)]
    assert needed.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_run(path):
    assert os.access(path, os.X_OK)
    assert path.read_text().startswith("#!")


def test_the_ci_can_be_run_and_calls_make():
    path = ROOT / ".ci" / "run"
    assert os.access(path, os.X_OK)
    assert "make" in path.read_text()


def test_targets_in_the_help_exist():
    text = (ROOT / "Makefile").read_text()
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    named = re.findall(r"^make ([a-z-]+)?", shown.stdout, re.MULTILINE)
    assert "test" in named
    targets = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    assert {name for name in named if name} <= targets
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert set(phony.split()) <= targets
    # And none is kept secret.
    assert targets - {"all"} == {name for name in named if name} | {"help"}


def test_the_version_is_the_same_everywhere():
    from importlib.metadata import version

    assert version("through-time") == PROJECT["version"]


def test_an_installed_package_finds_the_scripts_of_its_widgets():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    places = {folder: wheel["sources"].get(folder, folder) for folder in wheel["only-include"]}
    package = Path(places["book/through_time"])
    assert Path(places["book/widgets"]) == package / "_widgets"
    inside = (ROOT / "book/through_time/_widget_files.py").read_text()
    assert 'Path(__file__).parent / "_widgets"' in inside


def test_the_licence_is_there():
    for name in PROJECT["license-files"]:
        assert "Permission is hereby granted" in (ROOT / name).read_text()
