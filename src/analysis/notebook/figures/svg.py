"""Small vector pictures: an axis, marks and words as inline SVG.

Text and rules take the colour of the page around them (`currentColor`) and marks have mid tones, so that one picture is
readable on light and dark pages, in JupyterLab, on a phone 390 pixels wide and in print.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.claim import Quantity
from analysis.core.vocabulary import RATIO_SCALES, Direction, Kind
from analysis.core.wording import number, with_unit
from analysis.notebook.exhibits import escape
from analysis.notebook.plain_words import meaning_of

WIDTH = 480
EDGE = 14
FONT = 13
"""The smallest words: ten pixels where a phone of 390 shows the whole picture."""
TITLE_FONT = 15
LINE = 19
TITLE_CHARACTERS = 50
TEXT_CHARACTERS = 65

ANSWER = "#2f7fc1"
NAIVE = "#d55e00"
PUBLISHED = "gray"
OWN = "#009e73"
"""Three to one against white and against the dark page."""


def colour_of_data(kind: Kind) -> str:
    """Colour of numbers that data of this kind gave: a company's own are told from public ones."""
    return OWN if kind in (Kind.OWN, Kind.SIMULATED) else ANSWER


DASHES = ' stroke-dasharray="5 3"'
_FARTHEST = 1.5
"""Intervals that reach farther than this many spans of the values are cut off at the edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A horizontal axis: linear, or logarithmic for ratios.

    Attributes
    ----------
    quantity : Quantity
    low, high : float
        Ends, on the axis's own scale.
    """

    quantity: Quantity
    low: float
    high: float

    def place(self, value: float) -> float:
        """Return the x coordinate of a value; what lies outside is set at the edge."""
        share = (_forward(value, self.quantity) - self.low) / (self.high - self.low)
        return across(min(max(share, 0.0), 1.0))

    def ticks(self) -> list[float]:
        """Round values inside the axis, two to six."""
        return log_ticks(self.low, self.high) if is_log(self.quantity) else linear_ticks(self.low, self.high)


def across(share: float) -> float:
    """The x coordinate so far across the picture: 0 at the left end of the axis, 1 at the right."""
    return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


def is_log(quantity: Quantity) -> bool:
    """Whether the quantity is drawn on a logarithmic axis."""
    return quantity.scale in RATIO_SCALES


def _forward(value: float, quantity: Quantity) -> float:
    return math.log(max(value, 1e-3)) if is_log(quantity) else value


def axis_for(quantity: Quantity, values: Sequence[float], ends: Sequence[float]) -> Axis:
    """Return an axis that holds no effect, the claimed size, all values, and the ends of intervals as far as is sensible."""
    named = [quantity.null, quantity.smallest, *([quantity.size] if quantity.size is not None else [])]
    core = [_forward(x, quantity) for x in (*named, *values) if math.isfinite(x)]
    low, high = min(core), max(core)
    span = (high - low) or 1.0
    reach = [_forward(x, quantity) for x in ends if math.isfinite(x)]
    low = min([low, *(max(x, low - _FARTHEST * span) for x in reach)])
    high = max([high, *(min(x, high + _FARTHEST * span) for x in reach)])
    margin = 0.05 * (high - low)
    return Axis(quantity=quantity, low=low - margin, high=high + margin)


def linear_ticks(low: float, high: float) -> list[float]:
    """Round values between two ends.

    Examples
    --------
    >>> linear_ticks(-1.2, 4.1)
    [0.0, 2.0, 4.0]
    """
    raw = (high - low) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw)
    first = math.ceil(low / step)
    return [round(place * step, 12) + 0.0 for place in range(first, math.floor(high / step) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Values of the series 1, 2, 5 between two logarithms, thinned to at most six.

    Examples
    --------
    >>> import math
    >>> log_ticks(math.log(0.4), math.log(11))
    [0.5, 1.0, 2.0, 5.0, 10.0]
    """
    found = [
        m * 10.0**p
        for p in range(-4, 7)
        for m in (1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0)
        if low <= math.log(m * 10.0**p) <= high
    ]
    coarse = [x for x in found if f"{x:e}"[0] in "125" and f"{x:e}"[2] == "0"]
    chosen = coarse if len(coarse) >= 2 else found
    if len(chosen) < 3 and high - low < 1.5:  # less than a factor of five: as good as linear
        chosen = [x for x in linear_ticks(math.exp(low), math.exp(high)) if x > 0]
    return chosen if len(chosen) <= 6 else chosen[:: math.ceil(len(chosen) / 6)]


def text(x: float, y: float, words: str, *, anchor: str = "start", size: int = FONT, bold: bool = False) -> str:
    """One line of words."""
    weight = ' font-weight="700"' if bold else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}"{side}{weight} fill="currentColor">{escape(words)}</text>'


def title(words: str) -> tuple[str, float]:
    """The finding on top, wrapped; with the height it takes."""
    lines = textwrap.wrap(words, TITLE_CHARACTERS)
    drawn = "".join(text(0, LINE * (i + 1) - 3, line, size=TITLE_FONT, bold=True) for i, line in enumerate(lines))
    return drawn, LINE * len(lines) + 6.0


def frame(axis: Axis, top: float, spans: Sequence[tuple[float, float]]) -> str:
    """Band of what is too small to matter, no effect, the claimed size, and the words at both ends above them.

    Band and lines stand in the spans of y where the marks are, so that they cross no words.
    """
    quantity = axis.quantity
    opposite = quantity.null**2 / quantity.smallest if is_log(quantity) else 2 * quantity.null - quantity.smallest
    ends = sorted((axis.place(opposite), axis.place(quantity.smallest)))
    band = lines = ""
    for begin, end in spans:
        band += (
            f'<rect x="{ends[0]:g}" y="{begin:g}" width="{max(ends[1] - ends[0], 1):g}" height="{end - begin:g}" '
            'fill="currentColor" fill-opacity="0.1"/>'
        )
        lines += upright(axis.place(quantity.null), begin, end)
        if quantity.size is not None:
            lines += upright(axis.place(quantity.size), begin, end, DASHES)
    return band + lines + ends_in_words(quantity, top - 6)


def ends_in_words(quantity: Quantity, y: float) -> str:
    """What lies to the left and to the right, in the register's words; those of the claimed side in bold."""
    above = quantity.direction is Direction.ABOVE
    low, high = quantity.ends
    return text(0, y, f"← {low}", bold=not above) + text(WIDTH, y, f"{high} →", anchor="end", bold=above)


def upright(x: float, top: float, bottom: float, dash: str = "") -> str:
    """A line from top to bottom, across the marks."""
    return f'<line x1="{x:g}" x2="{x:g}" y1="{top:g}" y2="{bottom:g}" stroke="currentColor" stroke-width="1.3"{dash}/>'


def foot(axis: Axis, bottom: float, null_words: str, source: str) -> tuple[str, float]:
    """Numbers of the axis, what is measured, what the lines and the band are, and the source; with the height it takes."""
    quantity = axis.quantity
    drawn = "".join(text(axis.place(t), bottom + 15, number(t), anchor="middle") for t in axis.ticks())
    known = "" if null_words == "no effect" else f"Solid line: {null_words}. "
    claimed = (
        f"Dashed line: the articles' {with_unit(quantity.size, quantity.unit)}." if quantity.size is not None else ""
    )
    measured = f"{meaning_of(quantity)} ({quantity.unit.strip('()')})".replace(" ()", "")
    under, y = words_below((measured, known + claimed, source), bottom + 35)
    return drawn + under, y - bottom - 9


def words_below(paragraphs: Sequence[str], y: float) -> tuple[str, float]:
    """Words under what is drawn, wrapped, the first line at y; with where the next one would stand."""
    lines = [line for words in paragraphs for line in textwrap.wrap(words, TEXT_CHARACTERS)]
    drawn = "".join(text(0, y + 17 * place, line) for place, line in enumerate(lines))
    return drawn, y + 17 * len(lines)


def bar(x1: float, x2: float, y: float, colour: str) -> str:
    """An interval."""
    return f'<line x1="{x1:g}" x2="{x2:g}" y1="{y:g}" y2="{y:g}" stroke="{colour}" stroke-width="3"/>'


def mark(x: float, y: float, colour: str, *, filled: bool, square: bool = False) -> str:
    """A value: filled if it counts, hollow if it is context; a square for a quick analysis."""
    look = f'fill="{colour}"' if filled else 'fill="none"'
    paint = f'{look} stroke="{colour}" stroke-width="2"'
    if square:
        return f'<rect x="{x - 5:g}" y="{y - 5:g}" width="10" height="10" {paint}/>'
    return f'<circle cx="{x:g}" cy="{y:g}" r="5.5" {paint}/>'


def picture(body: str, height: float, label: str) -> str:
    """The SVG element round what was drawn."""
    return (
        f'<svg class="figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'role="img" aria-label="{escape(label)}" font-family="system-ui, DejaVu Sans, sans-serif" '
        f'style="max-width:100%;height:auto">{body}</svg>'
    )
