"""The same widgets in JupyterLab with a kernel: what Python sets is drawn, and what the picture sets, Python reads."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

START = """
from through_time.widgets import GradientExplorer, GradientMap
from ipywidgets import jslink
e = GradientExplorer(w_h=1.5, T=50)
m = GradientMap()
link = jslink((e, "w_h"), (m, "w_h"))
display(e, m)
"""
QUESTION = "e.w_h, e.T = -1.15, 60"
READ = "print('Python has', round(e.w_h, 6), e.T, e.activation)"
PATIENCE = 180_000


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab with a notebook of three cells; its address."""
    home = tmp_path_factory.mktemp("lab")
    (home / "work").mkdir()
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{i}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": text,
        }
        for i, text in enumerate((START.strip(), QUESTION, READ))
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (home / "work" / "try.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "spaces"),
    }
    own |= {"HOME": str(home), "IPYTHONDIR": str(home / "ipython")}
    options = [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=none",
               "--no-browser", "--ip=127.0.0.1", "--allow-root", f"--ServerApp.root_dir={home / 'work'}"]  # fmt: skip
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env={**os.environ, **own}, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status?token=none", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_for(address, server):
    for _ in range(600):
        if server.poll() is not None:
            pytest.fail("JupyterLab ended before it answered.")
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("JupyterLab doesn't answer.")


@pytest.fixture(scope="module")
def notebook(lab, chromium):
    """The open notebook, its first cell run; requests off this machine are refused and kept."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1400})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.elsewhere = []
    page.route(lambda url: not url.startswith((lab, "data:", "blob:")), lambda route: refuse(page, route))
    page.goto(f"{lab}/lab/tree/try.ipynb?token=none")
    page.locator(".jp-CodeCell").nth(2).wait_for()
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", state="attached")
    run(page, 0)
    page.locator(".tt").nth(1).wait_for()
    yield page
    context.close()


def refuse(page, route):
    page.elsewhere.append(route.request.url)
    route.abort()


def run(page, number):
    cell = page.locator(".jp-CodeCell").nth(number)
    cell.locator(".jp-Editor").click()
    page.keyboard.press("Control+Enter")


@pytest.mark.slow
def test_python_and_the_picture_set_each_other(notebook):
    page = notebook
    explorer, map_ = (page.locator(".tt", has=page.get_by_text(name, exact=True).first) for name in
                      ("Gradient explorer", "Map of w and T"))  # fmt: skip
    words = explorer.locator(".tt-words")
    assert "w = 1.5, T = 50" in words.inner_text()
    drawn = explorer.locator("svg").first.inner_html()

    # Python to picture.
    run(page, 1)
    words.get_by_text("w = −1.15, T = 60").wait_for()
    assert explorer.locator("svg").first.inner_html() != drawn

    # Picture to Python, by arrow keys that Lab would take for its own; letters add no cell.
    slider = explorer.locator("[id$='-T']")
    slider.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "b", "a", "d", "d"):
        slider.press(key)
    words.get_by_text("T = 63").wait_for()
    explorer.locator("select").first.select_option("sigmoid")
    assert page.locator(".jp-CodeCell").count() == 3
    run(page, 2)
    page.get_by_text("Python has -1.15 63 sigmoid").wait_for()

    # The map's slider moves the explorer's, by jslink, without Python.
    slider = map_.locator("[id$='-w_h']")
    slider.focus()
    slider.press("End")
    words.get_by_text("w = 2.5").wait_for()
    assert page.elsewhere == []
