"""A small picture of one claim for the scoreboard: intervals against no effect and the claimed size, as inline SVG.

SVG rather than a bitmap, because the scoreboard shows dozens: it follows the page's colours, light or dark, and stays sharp.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.core.claim import Quantity
from analysis.core.results import Estimate
from analysis.core.vocabulary import RATIO_SCALES, SIMULATED_MARK, Direction, Kind, Role
from analysis.core.wording import estimate_in_words, number, plain, shortened, with_unit
from analysis.notebook.exhibits import escape
from analysis.notebook.figures.forest import null_words, takes_part

WIDTH = 460
"""Narrow enough to be read on a phone: names and numbers stand above their marks, not beside them."""
EDGE = 12
ROW = 40
TOP = 30
LONGEST_LABEL = 44
LONGEST_AXIS = 76


def strip_svg(title: str, quantity: Quantity, estimates: Sequence[Estimate]) -> str:
    """Return the picture as an SVG element; empty if no estimate of the quantity has a value.

    Parameters
    ----------
    title : str
        Title of the claim, for the accessible name.
    quantity : Quantity
        Only estimates of this quantity are drawn.
    estimates : sequence of Estimate
        Drawn from top to bottom in this order.
    """
    shown = [e for e in estimates if e.quantity == quantity.name and e.value is not None]
    if not shown:
        return ""
    place = _placer(quantity, shown)
    height = TOP + ROW * len(shown) + 30
    told = "; ".join(f"{e.source}: {estimate_in_words(e)}" for e in shown)
    marks = "".join(_mark(e, TOP + ROW * i, place, takes_part(e, quantity)) for i, e in enumerate(shown))
    lines = _line(place(quantity.null), null_words(quantity), height, "null")
    if quantity.size is not None:
        lines += _line(place(quantity.size), "claimed", height, "size")
    axis = "".join(
        f'<text class="axis" x="0" y="{height - 14 + 14 * line}">{escape(text)}</text>'
        for line, text in enumerate((shortened(quantity.meaning, LONGEST_AXIS), quantity.unit))
    )
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH} {height + 8}" role="img" aria-label="{escape(f"{title}. {told}")}">'
        f"{lines}{marks}{axis}</svg>"
    )


def _placer(quantity: Quantity, shown: Sequence[Estimate]):  # type: ignore[no-untyped-def]
    """Return the function from a value to its x coordinate: linear, or logarithmic for ratios."""
    log = quantity.scale in RATIO_SCALES

    def forward(x: float) -> float:
        return math.log(max(x, 1e-3)) if log else x

    values = [forward(quantity.null)] + ([forward(quantity.size)] if quantity.size is not None else [])
    for e in shown:
        values += [forward(x) for x in (e.value, e.low, e.high) if x is not None and math.isfinite(x)]
    low, high = min(values), max(values)
    margin = 0.08 * ((high - low) or 1.0)
    low, high = low - margin, high + margin

    def place(x: float) -> float:
        share = (forward(x) - low) / (high - low)
        return round(EDGE + min(max(share, 0.0), 1.0) * (WIDTH - 2 * EDGE), 1)

    return place


def _mark(e: Estimate, y: float, place, decides: bool) -> str:  # type: ignore[no-untyped-def]
    look = "naive" if e.role is Role.NAIVE else "own" if e.kind in (Kind.OWN, Kind.SIMULATED) else str(e.kind)
    mark = f" {SIMULATED_MARK}" if e.source.endswith(SIMULATED_MARK) else ""
    told = plain(f"{e.source} (naive)" if e.role is Role.NAIVE else e.source)
    name = told if len(told) <= LONGEST_LABEL else shortened(told, LONGEST_LABEL - len(mark)) + mark
    label = f'<text class="label" x="0" y="{y + 12:g}">{escape(name)}</text>'
    middle = y + 26
    bar = span = ""
    if e.low is not None and e.high is not None:
        ends = f'x1="{place(e.low)}" x2="{place(e.high)}" y1="{middle:g}" y2="{middle:g}"'
        bar = f'<line class="bar {look}" {ends}/>'
        span = f" ({number(e.low)} to {number(e.high)})"
    hollow = "" if decides else " hollow"
    dot = f'<circle class="dot {look}{hollow}" cx="{place(e.value)}" cy="{middle:g}" r="5"/>'
    value = f'<text class="value" x="{WIDTH}" y="{y + 12:g}">{escape(number(e.value) + span)}</text>'
    return label + bar + dot + value


def _line(x: float, text: str, height: int, kind: str) -> str:
    side = "start" if x < WIDTH / 4 else "end" if x > 3 * WIDTH / 4 else "middle"
    return (
        f'<line class="{kind}" x1="{x}" x2="{x}" y1="{TOP - 8}" y2="{height - 30}"/>'
        f'<text class="{kind}-text" style="text-anchor:{side}" x="{x}" y="{TOP - 13 if kind == "null" else TOP - 1}">{text}</text>'
    )


def legend(quantity: Quantity) -> str:
    """Say in words where the claim lies in the picture."""
    side = "right" if quantity.direction is Direction.ABOVE else "left"
    size = f"; the articles say {with_unit(quantity.size, quantity.unit)}" if quantity.size is not None else ""
    return (
        f"If the claim is right, results lie {side} of {with_unit(quantity.null, quantity.unit)}{size}. "
        "Hollow markers are context; only filled ones count."
    )
