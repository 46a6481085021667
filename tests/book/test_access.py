"""What the theme leaves unnamed gets a name, once."""

from book_extensions.access import mended

FOLDED = (
    '<li><a class="reference internal" href="02.html">2 Paths &amp; <em>sums</em></a><details><summary><span>'
)
SIDEBAR = '<div id="pst-primary-sidebar" class="bd-sidebar-primary bd-sidebar">'


def test_a_folding_button_says_what_it_folds():
    assert '<details><summary aria-label="Pages below 2 Paths &amp; sums"><span>' in mended(FOLDED)


def test_each_button_is_named_after_its_own_page():
    other = FOLDED.replace("02.html", "03.html").replace("2 Paths", "3 Rules")
    plain = '<li><a class="reference internal" href="x.html">Plain</a></li>'
    page = mended(plain + FOLDED + plain + other)
    assert page.count("aria-label") == 2
    assert "below 2 Paths" in page
    assert "below 3 Rules" in page


def test_an_empty_heading_is_a_cell():
    page = (
        '<tr><th class="head"><p></p></th><th class="head"><p>NumPy</p></th><th class="head stub"></th></tr>'
    )
    assert mended(page) == (
        '<tr><td class="head"><p></p></td><th class="head"><p>NumPy</p></th><td class="head stub"></td></tr>'
    )


def test_the_sidebar_is_a_region_with_a_name():
    assert 'role="region" aria-label="Contents of the book">' in mended(SIDEBAR)


def test_mending_twice_changes_nothing_more():
    page = mended(FOLDED + SIDEBAR + '<th class="head"></th>')
    assert mended(page) == page


def test_an_entry_of_the_bibliography_is_an_item_of_its_list():
    entry = '<div class="citation" id="id5" role="doc-biblioentry">'
    assert mended(entry) == '<div class="citation" id="id5" role="listitem">'
