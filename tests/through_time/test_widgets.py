"""The widgets' Python side: settings as traits, what the front end gets, and where its files are."""

import subprocess
import sys

import ipywidgets
import numpy as np
import pytest
import through_time
import traitlets
from through_time import _widget_files as files
from through_time import widgets

CLASSES = [getattr(widgets, name) for name in widgets.__all__ if name != "BookWidget"]


def test_there_is_a_class_for_each_script_and_no_other():
    assert sorted(cls.name for cls in CLASSES) == list(files.names())


def test_settings_are_given_read_and_changed():
    explorer = widgets.GradientExplorer(w_h=1.5, T=50)
    assert (explorer.w_h, explorer.T, explorer.activation) == (1.5, 50, "tanh")
    seen = []
    explorer.observe(lambda change: seen.append(change["new"]), "T")
    explorer.T = 100
    assert seen == [100]
    assert explorer.value == {"w_h": 1.5, "T": 100, "activation": "tanh", "h0": 0.2, "inputs": "a wave"}


def test_numbers_of_numpy_are_numbers():
    explorer = widgets.GradientExplorer(w_h=np.float64(1.25), T=np.int64(30))
    assert type(explorer.T) is int
    assert explorer.get_state()["w_h"] == 1.25


@pytest.mark.parametrize(
    ("name", "value"), [("w_h", 9.0), ("w_h", "much"), ("T", 0), ("T", 2.5), ("activation", "step")]
)
def test_what_is_not_allowed_is_refused_in_words(name, value):
    with pytest.raises(traitlets.TraitError, match=name):
        widgets.GradientExplorer(**{name: value})


def test_a_wrong_name_is_told_the_right_ones():
    with pytest.raises(TypeError, match=r"GradientExplorer has no setting q; it has .*T, .*w_h"):
        widgets.GradientExplorer(q=1)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_front_end_gets_the_page_s_own_scripts(cls):
    state = cls().get_state()
    assert state["_css"] == files.style()
    scripts, _, last = state["_esm"].rstrip().rpartition("\n")
    assert last == f'export default globalThis.ThroughTime.anywidget("{cls.name}");'
    assert scripts.strip() == files.source(cls.name).strip()
    assert state["predict"] is False


def test_two_widgets_can_be_linked():
    explorer, map_ = widgets.GradientExplorer(), widgets.GradientMap()
    ipywidgets.link((explorer, "w_h"), (map_, "w_h"))
    map_.w_h = -1.15
    assert explorer.w_h == -1.15
    front_end = ipywidgets.jslink((explorer, "T"), (map_, "T"))
    assert front_end.source == (explorer, "T")


def test_interact_takes_a_widget():
    echo = widgets.Echo()
    seen = []

    def note(settings):
        seen.append(settings)

    ipywidgets.interactive(note, settings=echo).update()
    echo.T = 30
    assert seen[0] == {"w_h": 0.5, "T": 20, "activation": "tanh"}
    assert seen[-1]["T"] == 30


def test_the_package_needs_no_widget_library_itself():
    script = "import sys, through_time; sys.exit('anywidget' in sys.modules or 'ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_scripts_are_found_in_an_installed_package_too(tmp_path, monkeypatch):
    """An installed package has them in `_widgets`; a copy without them says so."""
    (tmp_path / "_widgets").mkdir()
    (tmp_path / "_widgets" / files.STYLE).write_text("")
    monkeypatch.setattr(files, "_PLACES", (tmp_path / "_widgets", tmp_path / "widgets"))
    files.folder.cache_clear()
    try:
        assert files.folder() == tmp_path / "_widgets"
        (tmp_path / "_widgets" / files.STYLE).unlink()
        files.folder.cache_clear()
        with pytest.raises(FileNotFoundError, match="install it whole"):
            files.folder()
    finally:
        files.folder.cache_clear()
    assert through_time.__file__


def test_a_script_comes_after_what_it_needs():
    assert files.scripts("echo") == ["maths.js", "plots.js", "widget.js", "echo.js"]
    assert files.scripts("deep") == ["maths.js", "plots.js", "widget.js", "training.js", "deep.js"]
