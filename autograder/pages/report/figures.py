"""Small pictures as inline SVG: their colours follow the page, and what they show is said in words."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from autograder.pages.report.numbers import Spread
from autograder.show import points

ROW = 22
"""Height of a row, and of a text with its room."""


def histogram(labels: Sequence[str], counts: Sequence[int], said: str, width: int = 330) -> Markup:
    """Upright bars with their counts above and their labels below."""
    tallest = max(counts, default=0) or 1
    step = (width - 10) / max(len(counts), 1)
    drawn = []
    for number, (label, count) in enumerate(zip(labels, counts, strict=True)):
        height, x = round(90 * count / tallest, 1), 5 + step * number
        middle = round(x + step / 2, 1)
        drawn += [
            f'<rect class="bar" x="{x + 2:.1f}" y="{112 - height:.1f}" width="{step - 4:.1f}" height="{height:.1f}"/>',
            f'<text x="{middle}" y="{107 - height:.1f}" text-anchor="middle">{count or ""}</text>',
            f'<text x="{middle}" y="128" text-anchor="middle">{escape(label)}</text>',
        ]
    told = f"{said}: " + ", ".join(f"{label}: {count}" for label, count in zip(labels, counts, strict=True))
    axis = f'<line class="axis" x1="3" x2="{width - 3}" y1="112.5" y2="112.5"/>'
    return _picture(width, 136, told, axis + "".join(drawn))


def rows(labels: Sequence[str], counts: Sequence[int], said: str, width: int = 330) -> Markup:
    """Lying bars, for labels that are longer than a bar is wide."""
    largest = max(counts, default=0) or 1
    left = 8 + 6.2 * max(map(len, labels), default=0)
    drawn = []
    for number, (label, count) in enumerate(zip(labels, counts, strict=True)):
        y, length = ROW * number, round((width - left - 40) * count / largest, 1)
        drawn += [
            f'<text x="2" y="{y + 15}">{escape(label)}</text>',
            f'<rect class="bar" x="{left:.1f}" y="{y + 4}" width="{length}" height="14"/>',
            f'<text x="{left + length + 5:.1f}" y="{y + 15}">{count}</text>',
        ]
    told = f"{said}: " + ", ".join(f"{label}: {count}" for label, count in zip(labels, counts, strict=True))
    return _picture(width, ROW * len(labels) + 2, told, "".join(drawn))


def parts(rows: Sequence[tuple[str, int, int, int]], said: str, width: int = 330) -> Markup:
    """A bar per part: how many hand-ins had it right, partly right and not right."""
    left, room = 84, width - 84 - 96
    drawn, told = [], []
    for number, (name, *counts) in enumerate(rows):
        y, x, total = ROW * number, float(left), sum(counts) or 1
        for kind, count in zip(("right", "partly", "wrong"), counts, strict=True):
            length = room * count / total
            drawn.append(f'<rect class="{kind}" x="{x:.1f}" y="{y + 4}" width="{length:.1f}" height="14"/>')
            x += length
        shown = name if len(name) <= 12 else name[:11] + "…"
        drawn.append(f'<text x="2" y="{y + 15}">{escape(shown)}</text>')
        drawn.append(
            f'<text x="{width - 2}" y="{y + 15}" text-anchor="end">{counts[0]} of {total} right</text>'
        )
        told.append(f"{name}: {counts[0]} right, {counts[1]} partly, {counts[2]} not right")
    return _picture(width, ROW * len(rows) + 2, f"{said}: " + "; ".join(told), "".join(drawn))


def boxes(items: Sequence[tuple[str, Spread]], said: str, width: int = 330) -> Markup:
    """A line from the least to the most of each item, a box of its middle half, and a mark at its median.

    Spreads are of shares, from 0 to 1.
    """
    left, room = 110, width - 110 - 12
    drawn, told = [], []
    for number, (name, spread) in enumerate(items):
        y = ROW * number
        at = [round(left + room * min(max(share, 0.0), 1.0), 1) for share in
              (spread.least, spread.lower, spread.median, spread.upper, spread.most)]  # fmt: skip
        shown = name if len(name) <= 17 else name[:16] + "…"
        drawn += [
            f'<text x="2" y="{y + 15}">{escape(shown)}</text>',
            f'<line class="axis" x1="{at[0]}" x2="{at[4]}" y1="{y + 11}" y2="{y + 11}"/>',
            f'<rect class="ground" x="{at[1]}" y="{y + 4}" width="{max(at[3] - at[1], 1):.1f}" height="14"/>',
            f'<rect class="bar" x="{at[2] - 1.5:.1f}" y="{y + 3}" width="3" height="16"/>',
        ]
        told.append(f"{name}: median {100 * spread.median:.0f} per cent, middle half from "
                    f"{100 * spread.lower:.0f} to {100 * spread.upper:.0f}")  # fmt: skip
    height = ROW * len(items)
    drawn.append(
        f'<line class="axis" x1="{left}" x2="{left + room}" y1="{height + 2.5}" y2="{height + 2.5}"/>'
    )
    for share in (0, 50, 100):
        x = left + room * share / 100
        drawn.append(f'<text x="{x}" y="{height + 17}" text-anchor="middle">{share}</text>')
    return _picture(width, height + 22, f"{said}: " + "; ".join(told), "".join(drawn))


def line(shares: Sequence[float | None]) -> Markup:
    """A student's way through the assignments, as a decoration of a row that has the numbers."""
    step = 80 / max(len(shares) - 1, 1)
    dots = [
        (4 + step * n, 20 - 16 * min(max(share, 0.0), 1.0))
        for n, share in enumerate(shares)
        if share is not None
    ]
    drawn = "".join(f'<circle class="bar" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in dots)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    joined = f'<polyline class="axis" fill="none" points="{path}"/>'
    return Markup(  # noqa: S704  (numbers only)
        f'<svg width="88" height="24" viewBox="0 0 88 24" aria-hidden="true">{joined}{drawn}</svg>'
    )


def of_all(got: float, most: float) -> str:
    """Points and what they are of."""
    return f"{points(got)} of {points(most)}"


def _picture(width: int, height: float, said: str, drawn: str) -> Markup:
    return Markup(  # noqa: S704  (every text in it is escaped)
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(said)}">{drawn}</svg>'
    )
