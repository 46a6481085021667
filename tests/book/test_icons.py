"""The icon font holds what the site shows, and no more."""

from importlib.metadata import distribution

import pytest
from book_extensions.icons import FONT, WHOLE, keep, shown
from fontTools.ttLib import TTFont

CSS = """
.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}
.fa-tasks:before{content:"\\f828"}
.fa-sun::before{content:"\\f185"}
.bar:before{content:"\\f107"} :root{--icon-note:'\\f05a'}
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "theme.css").write_text(CSS)
    (tmp_path / "page.html").write_text('<i class="fa-solid fa-bars fa-lg"></i>')
    (tmp_path / "theme.js").write_text('icon.className = "fa-solid fa-sun"')
    return tmp_path


def test_icons_of_pages_scripts_and_rules_are_found(site):
    assert shown(site) == {0xF0C9, 0xF185, 0xF107, 0xF05A}


def test_only_those_are_kept(site):
    whole = distribution("pydata-sphinx-theme").locate_file(WHOLE)
    keep(shown(site), whole, site / "font.woff2")
    assert (site / "font.woff2").stat().st_size < 4096
    assert set(TTFont(site / "font.woff2").getBestCmap()) == shown(site)


def test_the_built_site_s_font_is_small(root):
    font = root / "_build" / "html" / "_static" / FONT
    assert font.is_file(), "The book is not built: run `make book`."
    assert font.stat().st_size < 8192
