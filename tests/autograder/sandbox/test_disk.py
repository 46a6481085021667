"""The disk as a student's process sees it: little of it, none of it this machine's own, and a folder to write in."""

import base64
import sys
from pathlib import Path

import pytest

import autograder
from autograder.inside.limits import Limits
from autograder.sandbox import Nursery
from autograder.sandbox.walls import WORK

ROOT = Path(autograder.__file__).parent.parent


@pytest.mark.parametrize(
    "place",
    ["/etc/passwd", "/root/.bashrc", "/home", "/var", "/sys", "/boot", "/usr/bin/env", ROOT / "solutions",
     ROOT / "pyproject.toml", ROOT / "tests", ROOT / ".git", ROOT / "autograder", "/code/solutions",
     "/code/autograder/judge", "/proc/1/root/etc"],
    ids=str,
)  # fmt: skip
def test_the_disk_is_not_visible(text, place):
    # As root outside, what a test can't see it can't hide: each of these is there, or would be worth a look.
    assert text(f"import os; os.path.lexists({str(place)!r})") == "False"


def test_no_answer_lies_anywhere(text):
    source = """
import os, sys
# Put together here, so that this cell isn't found in its own memory or history.
words = (b"BEGIN " + b"SOLUTION", b"twists" + b"_for", b"mis" + b"conceptions")
found = []
for start in ("/code", "/tmp", "/work", "/root"):
    for folder, folders, files in os.walk(start):
        if folder in (sys.prefix, sys.base_prefix):
            folders.clear()
        for name in files:
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            found += [os.path.join(folder, name) for word in words if word in data]
found
"""
    assert text(source) == "[]"


@pytest.mark.parametrize("place", [ROOT, sys.prefix, sys.base_prefix, Path.home()], ids=str)
def test_the_folders_of_this_machine_are_not_there(text, place):
    assert text(f"import os; os.path.lexists({str(place)!r})") == str(str(place) == "/usr")


FILL = """
for number in range(8):
    with open(f"{number}", "wb") as file:
        for _ in range(60):
            file.write(bytes(2**20))
"""
MANY = """
import os
for number in range(20_000):
    os.mkdir(f"{number}")
"""


@pytest.mark.parametrize("source", [FILL, MANY], ids=["bytes", "folders"])
def test_files_have_a_bound_together(nursery, source):
    with nursery.open() as session:
        (found,) = session.run(source)[0]
        assert "No space left on device" in found["evalue"]
    with nursery.open() as session:
        assert session.run("open('mine', 'w').write('x' * 1000)")[0][0]["data"]["text/plain"] == "1000"


def test_writing_is_possible_in_the_working_folder_only(text):
    assert text("import os; os.path.realpath('.')") == f"'{WORK}'"
    source = """
found = []
for place in ("/", "/tmp", "/dev", "/proc", "/py", "/env", "/code", "/usr", "/usr/lib", "/py/bin", "/env/numpy"):
    try:
        open(place + "/x", "w")
    except OSError:
        continue
    found.append(place)
found
"""
    assert text(source) == "[]"


TELLING = """
import base64, os, sys, sysconfig
words = [base64.b64decode(word) for word in {words}]
found = set()
def look(name, data):
    found.update((name, word) for word in words if word in data)
for start in ("/py", "/env", "/code", "/tmp", "/dev", "/proc", "/etc", "/usr/lib/python3"):
    for folder, folders, files in os.walk(start):
        for name in files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                look(path, os.readlink(path).encode())
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    look(path, file.read())
for name, module in list(sys.modules.items()):
    look(name, repr([getattr(module, each, 0) for each in ("__file__", "__cached__", "__path__")]).encode())
for what in (sys.argv, sys.orig_argv, vars(sys), sysconfig.get_config_vars(), sysconfig.get_paths(), dict(os.environ)):
    look("settings", repr(what).encode())
sorted(found)
"""


def test_no_path_of_this_machine_lies_anywhere():
    """In no file, not in bytecode or in a library, and in nothing that Python says of itself."""
    told = {str(ROOT), sys.prefix, sys.base_prefix, str(Path.home())}
    words = [base64.b64encode(place.encode()) for place in told if place.count("/") > 1]
    with Nursery(limits=Limits(cell_seconds=30)) as nursery, nursery.open() as session:
        outputs, _ = session.run(TELLING.format(words=words))
    assert outputs[0]["data"]["text/plain"] == "[]"
