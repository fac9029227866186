"""One style for all figures: colour-blind safe, readable in print, the same meaning of colour everywhere."""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from analysis.core.wording import number
from analysis.notebook.exhibits import Row, SvgExhibit
from analysis.notebook.figures import svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito's palette in mid tones, as in the small pictures; each colour has one meaning in all figures.
ANSWER = svg.ANSWER  # numbers that take part in a verdict
NAIVE = svg.NAIVE  # the naive analysis beside them
PUBLISHED = svg.PUBLISHED  # published figures
OWN = svg.OWN  # the company's own numbers
MODEL = "#CC79A7"  # what a model without the effect would produce
REFERENCE = "#8C8C8C"  # null, claimed size, grid of reference
INK = "#010203"
"""Words and rules: becomes the text colour of the page, so that one picture serves light and dark."""
WIDE = 4.5
"""Inches of a picture: its smallest words, of 8.8 points, are then as large as those of the small pictures beside it (13 px)."""
DRAWN = 5.0
"""Inches of width for which heights are given; they shrink with it, so that a picture keeps its shape."""


@contextmanager
def report_style() -> Iterator[None]:
    """Draw inside this context in the house style; nothing global is left changed."""
    import matplotlib as mpl
    import seaborn as sns

    settings: dict[Any, Any] = {
        **sns.axes_style("whitegrid"),
        **sns.plotting_context("paper"),
        "grid.color": INK,
        "grid.alpha": 0.15,
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK),
        "svg.fonttype": "none",
        "font.family": "DejaVu Sans",
        "patch.edgecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "figure.constrained_layout.use": True,
        "svg.hashsalt": "retention",
    }
    del settings["image.cmap"]  # a colour map that is known only once seaborn is imported; no figure here uses one
    with mpl.rc_context(settings):
        yield


def new_figure(height: float) -> Figure:
    """Return a new figure that no global state holds on to; `height` is that of one `DRAWN` wide."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDE, height * WIDE / DRAWN), layout="constrained")


def new_axes(height: float = 3.4) -> Axes:
    """Return axes on a new figure."""
    return new_figure(height).subplots()


def name_rows(ax: Axes, labels: Sequence[str], *, below: float, above: float, **look: float) -> None:
    """Name rows of marks from top to bottom, the last one at 0, with so much room below it and above the first."""
    ax.set(yticks=range(len(labels))[::-1], yticklabels=labels, ylim=(-below, len(labels) - 1 + above))
    ax.tick_params(axis="y", **look)
    ax.grid(axis="y", visible=False)


def to_exhibit(ax: Axes, *, told: str, alt: str, caption: str, rows: Sequence[Row]) -> SvgExhibit:
    """Turn drawn axes into a vector picture with its finding on top; the same drawing gives the same bytes.

    Parameters
    ----------
    ax : Axes
        Any axes of the figure.
    told : str
        The finding in one line: it stands in the picture as its title.
    alt : str
        What the figure shows, for those who cannot see it.
    caption : str
        How to read it, and where the numbers come from; it stands in the picture, under the drawing.
    rows : sequence of mapping
        The numbers that were drawn.
    """
    figure: Figure = ax.get_figure()  # type: ignore[assignment]
    _in_plain_numbers(figure)
    inner = _inner(figure)
    if _words_moved_inside(figure):
        inner = _inner(figure)
    drawn, top = svg.title(told)
    height = round(svg.WIDTH * float(figure.get_figheight()) / float(figure.get_figwidth()), 1)
    drawn += f'<svg y="{top:g}" width="{svg.WIDTH}" height="{height:g}" {inner}</svg>'
    under, y = svg.words_below((caption,), top + height + 16)
    return SvgExhibit(svg=svg.picture(drawn + under, y - 9, f"{told}. {alt}"), alt=alt, caption=told, rows=tuple(rows))


def _in_plain_numbers(figure: Figure) -> None:
    """Logarithmic axes count 0.1, 1, 10: powers of ten would stand in raised digits that are too small to read."""
    from matplotlib.ticker import FuncFormatter, LogFormatter, NullFormatter

    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if axis.get_scale() == "log" and isinstance(axis.get_major_formatter(), LogFormatter):
                low, high = sorted(axis.get_view_interval())
                axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
                decades = math.floor(math.log10(high)) - math.ceil(math.log10(low)) + 1
                axis.set_minor_formatter(
                    FuncFormatter(lambda value, _: _two_or_five(value)) if decades < FEW_DECADES else NullFormatter()
                )


def _words_moved_inside(figure: Figure) -> bool:
    """Let the words at a level axis end with it where, set below its middle, they run out of the drawn picture."""
    moved = False
    for ax in figure.axes:
        label = ax.xaxis.label
        words = label.get_window_extent()
        if label.get_text() and (words.x1 > figure.bbox.x1 or words.x0 < figure.bbox.x0):
            label.set(horizontalalignment="right", x=1.0)
            moved = True
    return moved


FEW_DECADES = 2
"""With fewer powers of ten on an axis their multiples by two and five are named, too."""


def _two_or_five(value: float) -> str:
    """A number whose first digit is 2 or 5; nothing for others.

    Examples
    --------
    >>> _two_or_five(0.5), _two_or_five(2), _two_or_five(3)
    ('0.5', '2', '')
    """
    return number(value) if f"{value:e}"[0] in "25" else ""


def _inner(figure: Figure) -> str:
    """What matplotlib drew, as the rest of an SVG element: text as text, ink in the colour of the page around it."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    for patch in (figure.patch, *(ax.patch for ax in figure.axes)):
        patch.set(facecolor="none", edgecolor="none")
    buffer = io.StringIO()
    # Not by savefig, which draws once more for a layout that drawing makes.
    FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    found = re.search(r"<svg\b[^>]*?(viewBox=\"[^\"]*\")[^>]*>(.*)</svg>", text, flags=re.DOTALL)
    assert found is not None, "matplotlib writes one svg element"
    body = re.sub(r"<metadata>.*?</metadata>", "", found[2], flags=re.DOTALL)
    body = _TAG.sub(lambda tag: _LONG_NUMBER.sub(_rounded, tag[0]), body)
    # Several pictures share a page: groups need no names, and what is referred to gets one that no other picture has, and
    # every machine the same: matplotlib makes names of numbers with all their digits.
    body = re.sub(r"<g id=\"[^\"]*\"", "<g", body)
    places = {name: place for place, name in enumerate(dict.fromkeys(_ID.findall(body)))}
    body = _NAMED.sub(lambda named: f"{named[1]}{places[named[2]]}", body)
    own = "f" + hashlib.sha256(body.encode()).hexdigest()[:8]  # a name begins with a letter
    body = _NAMED.sub(rf"\g<1>{own}-\g<2>", body).replace("xlink:href", "href")
    body = body.replace(INK, "currentColor").replace("'DejaVu Sans', sans-serif", "inherit")
    return f"{found[1]}>{body}"


_TAG = re.compile(r"<[^>]*>")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{4,}(?:e-?\d+)?")
_ID = re.compile(r'\bid="([^"]*)"')
_NAMED = re.compile(r'(\bid="|xlink:href="#|url\(#)([^")]*)')
"""Where a name is given, and where it is referred to."""


def _rounded(found: re.Match[str]) -> str:
    """A coordinate to six digits: those beyond are the processor's, and nobody sees them."""
    return f"{round(float(found[0]), 6) + 0.0:g}"
