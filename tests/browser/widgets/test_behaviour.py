"""What no single widget has to itself: several on a page, taken out and put back, odd addresses, clicks on the map."""

import pytest

STATE = "(selector) => document.querySelector(selector).view.state"
UNLOCK = """() => document.querySelectorAll('.widget').forEach(
  ({ view }) => view.answer(String(view.spec.prediction.answer)))"""


@pytest.fixture
def tour(visit):
    return visit()


def test_all_widgets_share_one_page(tour, site):
    tour.open("all.html")
    tour.page.evaluate(UNLOCK)
    ids = tour.page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert tour.page.locator(".tt-pictures svg").count() >= len(list(site.glob("*.html"))) - 3
    assert tour.problems == []


def test_two_of_one_kind_are_set_by_one_address_and_moved_each_by_itself(tour):
    tour.open("twice.html")
    tour.page.evaluate(UNLOCK)
    tour.page.evaluate("location.hash = 'echo?w_h=0.9&T=30'")
    tour.page.wait_for_function(
        "() => [...document.querySelectorAll('tt-echo')].every(e => e.view.state.T === 30)"
    )
    assert tour.page.evaluate(STATE, "tt-delta-back")["T"] == 8
    tour.page.locator("tt-echo").first.locator("[id$='-T']").press("End")
    states = tour.page.evaluate("() => [...document.querySelectorAll('tt-echo')].map(e => e.view.state.T)")
    assert states == [60, 30]
    assert tour.problems == []


def test_attributes_give_the_first_state(tour):
    tour.open("set.html")
    assert tour.page.evaluate(STATE, "tt-delta-back") == {"mapping": "MIMO", "w_h": 0.5, "T": 20}


def test_a_widget_may_be_taken_out_and_put_back(tour):
    tour.open("echo.html")
    tour.page.evaluate(UNLOCK)
    tour.page.evaluate(
        """() => {
          const one = document.querySelector('tt-echo'), { parentNode } = one;
          one.view.set({T: 33}); one.remove();
          location.hash = 'echo?T=44';
          window.gone = one; window.home = parentNode;
        }"""
    )
    tour.page.wait_for_timeout(100)
    assert tour.page.evaluate("() => gone.view.state.T") == 33
    tour.page.evaluate("() => { history.replaceState(null, '', location.pathname); home.append(gone); }")
    assert tour.page.evaluate(STATE, "tt-echo")["T"] == 33
    assert tour.page.locator("tt-echo .tt").count() == 1
    tour.page.evaluate("location.hash = 'echo?T=55'")
    tour.page.wait_for_function("() => document.querySelector('tt-echo').view.state.T === 55")
    assert tour.problems == []


@pytest.mark.parametrize(
    ("address", "want"),
    [
        ("mapping=SISO&w_h=99&T=0", {"mapping": "SISO", "w_h": 2, "T": 1}),
        ("mapping=nonsense&w_h=&T=2.6", {"mapping": "MIMO", "w_h": 1, "T": 3}),
        ("w_h=NaN&T=Infinity&q=1", {"mapping": "MIMO", "w_h": 1, "T": 8}),
        ("w_h=0.123456", {"mapping": "MIMO", "w_h": 0.123456, "T": 8}),
        ("mapping=many-to-one&__proto__=1", {"mapping": "many-to-one", "w_h": 1, "T": 8}),
        ("%E0%A4%A&T=9", {"mapping": "MIMO", "w_h": 1, "T": 9}),
    ],
)
def test_odd_addresses_give_an_allowed_state(tour, address, want):
    tour.open("delta-back.html")
    tour.page.evaluate(UNLOCK)
    tour.page.evaluate("(address) => { location.hash = `delta-back?${address}`; }", address)
    tour.page.wait_for_function(
        "(want) => Object.entries(want).every(([k, v]) => document.querySelector('tt-delta-back').view.state[k] === v)",
        arg=want,
    )
    assert tour.page.evaluate(STATE, "tt-delta-back") == want
    assert tour.problems == []


def test_addresses_of_other_things_are_left_alone(tour):
    tour.open("delta-back.html#%E0%A4%A")
    tour.page.evaluate(UNLOCK)
    before = tour.page.evaluate(STATE, "tt-delta-back")
    for address in ("#", "#sec-5-7", "#delta-back", "#echo?T=3", "#%3F%3F"):
        tour.page.evaluate("(address) => { location.hash = address; }", address)
    tour.page.wait_for_timeout(100)
    assert tour.page.evaluate(STATE, "tt-delta-back") == before
    assert tour.problems == []


def test_a_click_on_the_map_sets_the_map_and_the_explorer(tour):
    tour.open("all.html")
    tour.page.evaluate(UNLOCK)
    before = tour.page.evaluate(STATE, "tt-gradient-explorer")
    area = tour.page.locator("tt-gradient-map svg").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    # The plot has margins of 58 and 12 pixels left and right, 26 and 40 above and below.
    x, y = 58 + 0.75 * (box["width"] - 70), 26 + 0.25 * (box["height"] - 66)
    area.click(position={"x": x, "y": y})
    state = tour.page.evaluate(STATE, "tt-gradient-map")
    assert state["w_h"] == pytest.approx(1.26, abs=0.05)
    assert state["T"] == pytest.approx(75, abs=2)
    explorer = tour.page.evaluate(STATE, "tt-gradient-explorer")
    assert {key: explorer[key] for key in ("w_h", "T")} == {key: state[key] for key in ("w_h", "T")}
    assert explorer != before
    tour.page.mouse.down()
    tour.page.mouse.move(box["x"] + x - 100, box["y"] + y)
    tour.page.mouse.up()
    assert tour.page.evaluate(STATE, "tt-gradient-map")["w_h"] < state["w_h"]
    # By keyboard the sliders of the map do the same.
    tour.page.locator("tt-gradient-map [id$='-T']").press("Home")
    assert tour.page.evaluate(STATE, "tt-gradient-explorer")["T"] == 1
    assert tour.problems == []


def test_the_map_leaves_an_explorer_alone_that_has_not_been_answered(tour):
    tour.open("all.html")
    tour.page.evaluate("() => document.querySelector('tt-gradient-map').view.answer('2.5')")
    tour.page.locator("tt-gradient-map [id$='-T']").press("Home")
    assert not tour.page.locator("tt-gradient-explorer .tt-pictures").is_visible()
    assert tour.problems == []


def test_a_walk_through_the_unrolled_network(tour):
    tour.open("unrolled.html")
    page = tour.page
    page.evaluate(UNLOCK)
    page.evaluate(
        "() => document.querySelector('tt-unrolled').view.set({mapping: 'SIMO', w_h: 0.9, T: 3, step: 0})"
    )
    on, back = (page.get_by_role("button", name=f"one {way}") for way in ("on", "back"))
    words = page.locator(".tt-words")
    seen = []
    for _ in range(6):
        on.click()
        seen.append(words.inner_text())
    assert "Forward, t = 1" in seen[0]
    assert "tanh z₃" in seen[2]
    assert "Back, t = 3" in seen[3]
    assert "no next step" in seen[3]
    assert "∂E/∂h₀" in seen[5]
    on.click()
    assert words.inner_text() == seen[5]
    back.click()
    assert words.inner_text() == seen[4]
    # The two arrows into δ₂ add up to it, and the terms to the sums.
    data = page.evaluate("() => document.querySelector('tt-unrolled').view.data")
    assert data["own"][1] + data["fromNext"][1] == pytest.approx(data["delta"][1], rel=1e-15)
    assert sum(data["termsW"]) == pytest.approx(data["dW"], rel=1e-14)
    assert page.locator("tt-unrolled .tt-arrow.tt-0").count() == 6
    # A shorter network shortens the walk.
    page.locator("[id$='-T']").press("Home")
    assert page.evaluate(STATE, "tt-unrolled")["step"] == 2
    assert tour.problems == []


def test_a_page_may_be_refused_storage(chromium, site):
    page = chromium.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('no'); }})"
    )
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{site.as_uri()}/echo.html")
    page.locator("input[type=radio]").first.check()
    page.get_by_role("button", name="Show").click()
    assert page.locator(".tt-pictures svg").first.is_visible()
    assert problems == []
    page.close()


def test_from_a_server_too(visit):
    tour = visit("server")
    tour.open("all.html")
    tour.page.evaluate(UNLOCK)
    assert tour.page.locator(".tt-pictures svg").count() > 30
    assert tour.problems == []
