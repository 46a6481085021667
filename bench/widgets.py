"""How fast the widgets follow a slider, and what they weigh.

Run: python bench/widgets.py [--rounds 60] [--site _build/html]. Every widget is put on a page of its own in a real
Chromium; each of its sliders goes through its range, and the time from the event to the finished layout of the new
picture is taken, with the table folded as a reader finds it. The weights are those of the built book: compressed
bytes of all that a chapter page loads, and of the widgets' scripts on the page that has most. The last line is a
JSON object; `redraw_ms_median` is that of the slowest widget.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from through_time import _widget_files as files

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

MEASURE = """async ([name, rounds]) => {
  const { view } = document.querySelector(`tt-${name}`);
  view.answer(String(view.spec.prediction.answer));
  const sliders = [...view.root.querySelectorAll("input[type=range]")];
  const times = [];
  for (let round = 0; round < rounds + 5; round++) {
    for (const slider of sliders) {
      const [low, high] = [Number(slider.min), Number(slider.max)];
      await new Promise(requestAnimationFrame);
      const start = performance.now();
      slider.value = low + ((high - low) * ((round * 7) % rounds)) / rounds;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      view.root.getBoundingClientRect();
      if (round >= 5) {
        times.push(performance.now() - start);
      }
    }
  }
  return times;
}"""


def page_of(name: str) -> str:
    tags = "".join(f'<script defer src="{file}"></script>' for file in files.scripts(name))
    head = f'<meta charset="utf-8"><link rel="stylesheet" href="{files.STYLE}">{tags}'
    element = f'<tt-{name} class="widget"></tt-{name}>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{element}</body></html>'


def redraws(page, rounds):
    """Median milliseconds by widget."""
    medians = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in files.folder().iterdir():
            (Path(folder) / path.name).write_bytes(path.read_bytes())
        for name in files.names():
            target = Path(folder) / f"{name}.html"
            target.write_text(page_of(name), encoding="utf-8")
            page.goto(target.as_uri())
            medians[name] = statistics.median(page.evaluate(MEASURE, [name, rounds]))
            print(f"{name:<20} {medians[name]:7.2f} ms")
    return medians


def weights(page, site):
    """Compressed kilobytes of the heaviest chapter page, and of the widgets' scripts where they are most."""
    pages, scripts = {}, {}
    for path in sorted(site.glob("book/[0-9][0-9]-*.html")):
        loaded = set()

        def note(request, loaded=loaded):
            loaded.add(request.url.partition("#")[0].removeprefix("file://").partition("?")[0])

        page.on("request", note)
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        page.remove_listener("request", note)
        pages[path.name] = sum(packed(Path(one)) for one in loaded if Path(one).is_file())
        names = re.findall(r"_static/widgets/([\w.-]+\.js)", path.read_text(encoding="utf-8"))
        scripts[path.name] = sum(packed(site / "_static" / "widgets" / name) for name in set(names))
        print(
            f"{path.name:<32} page {pages[path.name]:7.1f} kB, widgets' scripts {scripts[path.name]:5.1f} kB"
        )
    return max(pages.values()), max(scripts.values())


def packed(path: Path) -> float:
    return len(gzip.compress(path.read_bytes())) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=60, help="timed places of each slider (default: 60)")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html", help="the built book")
    options = parser.parse_args()
    if not (options.site / "book" / "index.html").is_file():
        sys.exit(f"There is no built book in {options.site}: run `make book`, or name it with --site.")
    # Clocks of different cores may disagree, and Chromium ends when time runs backwards.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(600_000)
        medians = redraws(page, options.rounds)
        page_kb, js_kb = weights(page, options.site.resolve())
        browser.close()
    slowest = max(medians, key=lambda name: medians[name])
    print(f"slowest: {slowest}; median of all widgets {statistics.median(medians.values()):.2f} ms")
    result = {"redraw_ms_median": medians[slowest], "page_kb": page_kb, "js_kb": js_kb}
    print(json.dumps({name: round(value, 2) for name, value in result.items()}))


if __name__ == "__main__":
    main()
