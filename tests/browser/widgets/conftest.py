"""Pages that hold widgets and nothing else, made by the test from the scripts alone; and their numbers, asked for."""

import shutil
from functools import cache

import numpy as np
import pytest
from through_time import _widget_files as files

NAMES = files.names()
BOUND = 1e-12

THEMES = """
html { --pst-color-link: #0a5cc2; }
html[data-theme=dark] {
  --pst-color-text-base: #ced6dd; --pst-color-text-muted: #9ca4af; --pst-color-border: #48566b;
  --pst-color-surface: #29313d; --pst-color-background: #14181e; --pst-color-primary: #3fb1c5;
  --pst-color-link: #79a3ff; --book-new: #ffa657; --book-back: #79b8ff;
  background: #14181e; color: #ced6dd;
}
a { color: var(--pst-color-link);
}
body { margin: 0 auto; max-width: 44rem; padding: 0 8px; font: 16px sans-serif; }
"""


def page_of(names, attributes=None):
    """A page with a picture, a link and an element for each of the widgets."""
    scripts = dict.fromkeys(file for name in names for file in files.scripts(name))
    tags = "".join(f'<script defer src="{file}"></script>' for file in scripts)
    given = "".join(f' {key}="{value}"' for key, value in (attributes or {}).items())
    elements = "".join(
        f'<p><a href="#{name}?" data-of="{name}">A link</a> of the text.</p>'
        f'<tt-{name} class="widget"{given}><figure class="drawing">The picture of {name}</figure></tt-{name}>'
        for name in names
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Widgets</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{files.STYLE}"><style>{THEMES}</style>{tags}</head>'
        f"<body><main><h1>Widgets</h1>{elements}</main></body></html>"
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A site of pages with one widget each, and `all.html` with all of them; it takes the book's place here."""
    site = tmp_path_factory.mktemp("widgets")
    for path in files.folder().iterdir():
        shutil.copyfile(path, site / path.name)
    for name in NAMES:
        (site / f"{name}.html").write_text(page_of([name]), encoding="utf-8")
    (site / "all.html").write_text(page_of(NAMES), encoding="utf-8")
    (site / "twice.html").write_text(page_of(["echo", "delta-back", "echo"]), encoding="utf-8")
    (site / "set.html").write_text(page_of(["delta-back"], {"w_h": "0.5", "T": "20"}), encoding="utf-8")
    return site


@pytest.fixture(scope="session")
def served(serving, site):
    """This site's address; a fixture of a session is made once, so the book's can't stand for it."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def visit_for(visiting):
    """visit_for(chromium, site, width): a visit that outlives one test."""
    made = []

    def make(chromium, site, width=1280):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(120_000)
        made.append(context)
        visit = visiting(context.new_page(), site.as_uri())
        visit.watch()
        return visit

    yield make
    for context in made:
        context.close()


@pytest.fixture(scope="session", params=NAMES)
def name(request):
    """Each widget's name in turn."""
    return request.param


@pytest.fixture(scope="session")
def laboratory(chromium, site):
    """A page on which all scripts are loaded, to compute on."""
    page = chromium.new_page()
    page.goto(f"{site.as_uri()}/all.html")
    yield page
    page.close()


@pytest.fixture(scope="session")
def computed(laboratory):
    """computed(name, states, keys): what the widget's formula gives for each state, in the browser."""

    def ask(name, states, keys=None):
        return laboratory.evaluate(
            """([name, states, keys]) => {
              const spec = ThroughTime.declared[name];
              const start = Object.fromEntries(spec.controls.map((one) => [one.key, one.value]));
              return states.map((state) => {
                const found = spec.compute({...start, ...state});
                return Object.fromEntries((keys || Object.keys(found)).map((key) => [key, found[key]]));
              });
            }""",
            [name, states, keys],
        )

    return ask


@pytest.fixture(scope="session")
def controls(laboratory):
    """controls(name): the declared controls, as dictionaries."""

    @cache
    def ask(name):
        return laboratory.evaluate(
            """(name) => {
              const { controls } = ThroughTime.declared[name];
              const state = Object.fromEntries(controls.map((one) => [one.key, one.max]));
              return controls.map((one) => ({...one, say: null,
                max: typeof one.max === "function" ? one.max(state) : one.max}));
            }""",
            name,
        )

    return ask


@pytest.fixture(scope="session")
def same(computed):
    """same(name, states, twin): the browser's numbers are those of `twin`, to 1e-12, at every state.

    `twin(**state)` gives arrays by name, or pairs of an array and its scale. Without a scale, arrays are compared
    by their largest entry; those named in `entrywise` entry by entry.
    """

    def compare(name, states, twin, entrywise=(), ask=computed):
        wanted = [twin(**state) for state in states]
        for state, found, want in zip(states, ask(name, states, list(wanted[0])), wanted, strict=True):
            for key, value in want.items():
                array, scale = value if isinstance(value, tuple) else (value, 0.0)
                error = difference(
                    np.array(found[key], float), np.array(array, float), scale, key in entrywise
                )
                assert error <= BOUND, f"{name} {state}: {key} differs by {error:.1e}"

    return compare


def difference(found, want, scale, entrywise):
    assert found.shape == want.shape
    assert not np.isnan(found).any()
    finite = np.isfinite(want)
    assert np.array_equal(found[~finite], want[~finite])
    found, want = found[finite], want[finite]
    if not want.size:
        return 0.0
    # A number that is all but zero has no digits to agree in.
    least = np.abs(want) if entrywise else np.abs(want).max()
    size = np.maximum(np.maximum(least, scale), 1e-290)
    return float((np.abs(found - want) / size).max())
