"""Each widget in a page: asked first, drawn, moved by every control, set by links, told in words and in a table."""

import pytest

UNLOCK = """() => document.querySelectorAll('.widget').forEach(
  ({ view }) => view.answer(String(view.spec.prediction.answer)))"""
STARTS = "v => Object.fromEntries(v.spec.controls.map(c => [c.key, c.value]))"


class Widget:
    """A widget on a page, as a reader meets it."""

    def __init__(self, tour, name):
        self.tour, self.page, self.name = tour, tour.page, name
        self.root = tour.page.locator(f"tt-{name} .tt").first

    def ask(self, code, *more):
        """Evaluate a function of the view."""
        script = f"([selector, more]) => ({code})(document.querySelector(selector).view, ...more)"
        return self.page.evaluate(script, [f"tt-{self.name}", more])

    def set(self, state):
        """Set everything: what `state` doesn't name goes to its start."""
        self.ask("(v, state) => v.set(state)", {**self.ask(STARTS), **state})

    def answer(self, *, right=True):
        """Answer the prediction by keyboard; returns what is replied."""
        asked = self.ask("v => v.spec.prediction")
        options, answer, number = (asked.get(key) for key in ("options", "answer", "number"))
        if number:
            self.root.locator("input[type=number]").fill(str(answer if right else answer + 1000))
        else:
            choice = answer if right else next(one for one in options if one != answer)
            self.root.locator(f"input[value='{choice}']").check()
        self.root.get_by_role("button", name="Show").press("Enter")
        return self.root.locator(".tt-reply").inner_text()

    @property
    def state(self):
        return self.ask("v => v.state")

    @property
    def shown(self):
        """The drawing code of all pictures, and the words."""
        return self.ask("v => v.root.querySelector('.tt-shown').innerHTML")

    def control(self, key):
        return self.root.locator(f"[id$='-{key}']")


@pytest.fixture(scope="module")
def open_page(chromium, site, visit_for):
    """All widgets on one page, answered; what went wrong on it is kept."""
    tour = visit_for(chromium, site)
    tour.open("all.html")
    tour.page.evaluate(UNLOCK)
    return tour


@pytest.fixture(scope="module")
def phone(chromium, site, visit_for):
    """The same on the narrowest screen."""
    tour = visit_for(chromium, site, width=320)
    tour.open("all.html")
    tour.page.evaluate(UNLOCK)
    return tour


@pytest.fixture
def widget(open_page, name):
    """The widget, answered and at its start; afterwards, nothing may have gone wrong."""
    widget = Widget(open_page, name)
    widget.set({})
    yield widget
    assert open_page.problems == []


def test_it_asks_before_it_shows(visit, name):
    tour = visit()
    tour.open(f"{name}.html")
    widget = Widget(tour, name)
    first = widget.root.locator(".tt-controls").locator("input, select, button").first
    assert first.is_disabled()
    assert not widget.root.locator(".tt-pictures").is_visible()
    assert not widget.root.locator(".tt-words").is_visible()
    widget.root.get_by_role("button", name="Show").click()
    assert "guess" in widget.root.locator(".tt-reply").inner_text()
    assert first.is_disabled()
    reply = widget.answer(right=False)
    assert "it is “" in reply
    assert first.is_enabled()
    assert widget.root.locator(".tt-pictures svg").first.is_visible()
    # The reader goes on with the first control, and the answer stays, also after reading the page again.
    assert widget.page.evaluate("document.activeElement.closest('.tt-controls') !== null")
    assert not widget.root.get_by_role("button", name="Show").count()
    tour.open(f"{name}.html")
    assert widget.root.locator(".tt-reply").inner_text() == reply
    assert tour.problems == []


def test_the_link_of_a_setting_shows_it_to_somebody_else(visit, widget, name):
    state = {**widget.state, **widget.ask("v => v.spec.presets").pop()[1]}
    widget.set(state)
    link = widget.root.locator("a.tt-link").get_attribute("href")
    tour = visit("server")
    tour.open(f"{name}.html{link}")
    other = Widget(tour, name)
    # They are asked first, and then see that setting.
    assert not other.root.locator(".tt-pictures").is_visible()
    assert "link" in other.root.locator(".tt-reply").inner_text()
    assert "right" in other.answer()
    assert other.state == state
    assert tour.problems == []


def test_every_control_changes_the_picture_or_the_words(widget, controls):
    silent = {("start", "seed"): {"kind": "Gaussian"}, ("who-reaches-whom", "s"): {"graph": "time skip"}}
    for control in controls(widget.name):
        key = control["key"]
        widget.set(silent.get((widget.name, key), {}))
        before = widget.shown
        if "press" in control:
            widget.root.get_by_role("button", name=control["press"]).press("Enter")
        elif "options" in control:
            other = next(one for one in control["options"] if one != widget.state[key])
            widget.control(key).select_option(other)
            assert widget.state[key] == other
        else:
            slider, value = widget.control(key), widget.state[key]
            slider.press("End" if value < control["max"] else "Home")
            assert widget.state[key] != value
            slider.press("ArrowLeft")
            slider.press("ArrowRight")
            assert slider.get_attribute("aria-valuetext")
        assert widget.shown != before, key


def test_at_no_end_of_its_ranges_a_number_is_missing(widget, controls):
    """Each control at both ends, or at each choice, the others at their starts and at their ends."""
    ranges = {one["key"]: one.get("options") or [one["min"], one["max"]] for one in controls(widget.name)}
    for key, values in ranges.items():
        for value in values:
            for end in (0, -1):
                corner = {other: ends[end] for other, ends in ranges.items()}
                for state in ({**corner, key: value}, {key: value}):
                    widget.set(state)
                    shown = widget.shown
                    assert "NaN" not in shown, state
                    assert "undefined" not in shown, state
                    assert "Infinity" not in shown, state
                    assert widget.root.locator(".tt-pictures svg").count() > 0


def test_presets_and_reset(widget):
    start = widget.state
    presets = widget.ask("v => v.spec.presets")
    assert presets
    for title, state in presets:
        widget.root.get_by_role("button", name=title, exact=True).click()
        assert widget.state == {**start, **state}
    widget.root.get_by_role("button", name="Reset").click()
    assert widget.state == start


def test_a_link_in_the_text_sets_it_again_and_again(widget):
    state = {**widget.state, **widget.ask("v => v.spec.presets").pop()[1]}
    link = widget.page.locator(f"main a[data-of={widget.name}]")
    link.evaluate(
        "(a, [name, state]) => { a.href = `#${name}?${new URLSearchParams(state)}`; }", [widget.name, state]
    )
    for _ in range(2):
        widget.root.get_by_role("button", name="Reset").click()
        link.click()
        widget.page.wait_for_function(
            "([name, want]) => { const s = document.querySelector('tt-' + name).view.state;"
            "return Object.keys(want).every(k => s[k] === want[k]); }",
            arg=[widget.name, state],
        )
    assert widget.ask("v => document.activeElement === v.root")


def test_the_numbers_are_in_a_table_too(widget):
    assert widget.root.locator("table").count() == 0
    summary = widget.root.locator("summary")
    summary.press("Enter")
    table = widget.root.locator("table")
    table.wait_for()
    columns = table.locator("thead th").count()
    shape = table.evaluate("t => [...t.querySelectorAll('tbody tr')].map(r => r.children.length)")
    assert shape
    assert set(shape) == {columns}
    seen = set()
    for _, state in [("start", {}), *widget.ask("v => v.spec.presets")]:
        widget.set(state)
        seen.add(table.inner_text())
    assert not [text for text in seen if "NaN" in text or "undefined" in text]
    assert len(seen) > 1
    summary.press("Enter")
    table.evaluate("t => t.remove()")


def test_focus_can_be_seen_and_goes_in_reading_order(widget):
    stops = widget.ask(
        """v => [...v.root.querySelectorAll('input, select, button, a, summary')].filter(e => e.checkVisibility())
                  .map(e => e.textContent || e.id)"""
    )
    widget.ask("v => v.root.focus()")
    seen = []
    for _ in stops:
        widget.page.keyboard.press("Tab")
        name, outline = widget.page.evaluate(
            """() => { const e = document.activeElement;
                       return [e.textContent || e.id, getComputedStyle(e).outlineStyle]; }"""
        )
        assert outline == "solid"
        seen.append(name)
    assert seen == stops


def test_it_fits_the_narrowest_phone_with_letters_of_full_size(phone, name):
    widget = Widget(phone, name)
    widget.set({})
    widget.root.locator("summary").click()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 320
    widget.root.locator("summary").click()
    sizes, outside = widget.ask(
        """v => {
          const svgs = [...v.root.querySelectorAll('.tt-pictures svg')].filter(s => s.closest('figure > svg'));
          const out = [...v.root.querySelectorAll('figure > svg text')].filter((t) => {
            const a = t.getBoundingClientRect(), b = t.ownerSVGElement.getBoundingClientRect();
            return a.left < b.left - 3 || a.right > b.right + 3;
          });
          const scale = s => s.getBoundingClientRect().width / s.viewBox.baseVal.width;
          return [svgs.map(scale), out.map(t => t.textContent)];
        }"""
    )
    assert all(0.95 < size < 1.05 for size in sizes)
    assert outside == []
    assert phone.problems == []


def test_a_screen_reader_is_told_when_things_are_still(widget, controls):
    widget.page.wait_for_timeout(800)
    spoken = widget.root.locator(".tt-unseen")
    first = spoken.text_content()
    slider = next(one for one in controls(widget.name) if "min" in one and "press" not in one)["key"]
    if widget.state[slider] == widget.ask("(v, key) => v.spec.controls.find(c => c.key === key).min", slider):
        keys = ("End", "ArrowLeft", "End")
    else:
        keys = ("Home", "ArrowRight", "Home")
    widget.ask(
        """v => { window.told = 0; window.watching?.disconnect();
          window.watching = new MutationObserver(() => { window.told += 1; });
          window.watching.observe(v.spoken, {childList: true}); }"""
    )
    for key in keys:
        widget.control(slider).press(key)
    widget.page.wait_for_timeout(900)
    assert widget.page.evaluate("told") == 1
    assert spoken.text_content() != first
    assert spoken.text_content() == widget.root.locator(".tt-words").text_content()
    assert spoken.get_attribute("role") == "status"


def test_turning_the_phone_draws_anew(visit):
    tour = visit(width=340)
    tour.open("all.html")
    tour.page.evaluate(UNLOCK)
    tour.page.set_viewport_size({"width": 740, "height": 340})
    tour.page.wait_for_function(
        "() => [...document.querySelectorAll('.widget')].every(({ view }) => view.width > 600)"
    )
    assert tour.problems == []


def test_without_scripts_and_on_paper_the_pictures_stand(chromium, site, open_page):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/all.html")
    drawings = page.locator(".widget > .drawing")
    count = drawings.count()
    assert count > 20
    assert all(drawings.nth(i).is_visible() for i in range(count))
    context.close()
    shown = (
        "() => [...document.querySelectorAll('.widget > .drawing')].filter(e => e.checkVisibility()).length"
    )
    living = "() => [...document.querySelectorAll('.tt')].filter(e => e.checkVisibility()).length"
    assert open_page.page.evaluate(shown) == 0
    open_page.page.emulate_media(media="print")
    assert open_page.page.evaluate(shown) == count
    assert open_page.page.evaluate(living) == 0
    open_page.page.emulate_media(media="screen")


def test_nothing_moves_by_itself(open_page):
    moving = open_page.page.evaluate(
        """() => [...document.querySelectorAll('.tt, .tt *')].filter(e => {
             const s = getComputedStyle(e);
             return s.animationName !== 'none' || s.transitionDuration !== '0s';
           }).length + document.getAnimations().length"""
    )
    assert moving == 0
