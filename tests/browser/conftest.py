"""A real Chromium that reads the built site from disk or from this machine's web server, and nothing else."""

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

SITE = Path(__file__).parents[2] / "_build" / "html"
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 120_000
"""Milliseconds; a page of formulas takes one second on an idle machine, and ten on a busy one."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Browsers share one core (see `chromium`), so a second worker of theirs would only wait for it.
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Visit:
    """A page, and everything that went wrong on it."""

    page: object
    start: str
    problems: list = field(default_factory=list)

    def watch(self):
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)
        # What is not here must not be reached, whatever asks for it.
        self.page.route(lambda url: not self._here(url), lambda route: route.abort())

    def _here(self, url):
        return url.startswith((self.start, "data:", "blob:"))

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.problems.append(f"console {message.type}: {message.text}")

    def _request(self, request):
        if not self._here(request.url):
            self.problems.append(f"off the machine: {request.url}")

    def _failed(self, request):
        # A page that is left before all has come is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url} ({request.failure})")

    def _response(self, response):
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")

    def open(self, path):
        """Go to a page of the site, and wait until its formulas stand."""
        self.page.goto(f"{self.start}/{path}")
        self.settle()

    def settle(self):
        self.page.wait_for_load_state("load")
        self.page.wait_for_function("() => !window.MathJax || (MathJax.startup && MathJax.startup.promise)")
        self.page.evaluate("() => window.MathJax && MathJax.startup.promise.then(() => null)")


class Quiet(SimpleHTTPRequestHandler):
    """A file server that keeps its log to itself."""

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="session")
def site():
    if not (SITE / "book" / "index.html").is_file():
        pytest.fail("The book is not built: run `make book`.")
    return SITE


@pytest.fixture(scope="session")
def chromium():
    if not Path(CHROMIUM).exists():
        pytest.fail(f"There is no {CHROMIUM}: install it (on Debian: apt-get install chromium).")
    # Clocks of different cores may disagree, and Chromium ends when time runs backwards.
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield browser
            browser.close()
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def web_server(directory):
    """The address of a folder on a web server of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=directory))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def serving():
    """The function that serves a folder."""
    return web_server


@pytest.fixture(scope="session")
def served(serving, site):
    """The site's address on a web server of this machine."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def visiting():
    """The class of visits, for those that outlive one test."""
    return Visit


@pytest.fixture
def visit(chromium, site, served):
    """Make a visit: visit("disk" or "server", theme, width)."""
    contexts = []

    def make(origin="disk", theme="light", width=1280):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        made = Visit(context.new_page(), site.as_uri() if origin == "disk" else served)
        made.watch()
        return made

    yield make
    for context in contexts:
        context.close()
