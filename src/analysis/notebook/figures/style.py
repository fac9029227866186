"""One style for all figures: colour-blind safe, readable in print, the same meaning of colour everywhere."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from analysis.notebook.exhibits import FigureExhibit, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito's palette; each colour has one meaning in all figures.
ANSWER = "#0072B2"  # numbers that take part in a verdict
NAIVE = "#D55E00"  # the naive analysis beside them
PUBLISHED = "#595959"  # published figures
OWN = "#009E73"  # the company's own numbers
MODEL = "#CC79A7"  # what a model without the effect would produce
REFERENCE = "#8C8C8C"  # null, claimed size, grid of reference
PIXELS_PER_INCH = 144


@contextmanager
def report_style() -> Iterator[None]:
    """Draw inside this context in the house style; nothing global is left changed."""
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        **_seaborn_settings("whitegrid", "notebook"),
        "grid.color": "#E4E7EA",
        "font.family": "DejaVu Sans",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "figure.constrained_layout.use": True,
        "svg.hashsalt": "retention",
    }
    with mpl.rc_context(settings):
        yield


def _seaborn_settings(axes_style: str, context: str) -> dict[str, Any]:
    """Settings that seaborn gives a style and a context."""
    import seaborn as sns

    found = {**sns.axes_style(axes_style), **sns.plotting_context(context)}
    del found["image.cmap"]  # a colour map that is known only once seaborn is imported; no figure here uses one
    return found


def new_axes(width: float = 7.5, height: float = 4.0) -> Axes:
    """Return axes on a new figure that no global state holds on to."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def to_exhibit(ax: Axes, *, alt: str, caption: str, rows: Sequence[Row]) -> FigureExhibit:
    """Turn drawn axes into an exhibit; the same drawing gives the same bytes.

    Parameters
    ----------
    ax : Axes
        Any axes of the figure.
    alt : str
        What the figure shows, with the finding.
    caption : str
        One sentence.
    rows : sequence of mapping
        The numbers that were drawn.
    """
    figure: Figure = ax.get_figure()  # type: ignore[assignment]
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=PIXELS_PER_INCH, metadata={"Software": None})
    return FigureExhibit(
        png=base64.b64encode(buffer.getvalue()).decode(),
        alt=alt,
        caption=caption,
        rows=tuple(rows),
        width=round(float(figure.get_figwidth()) * 96),
    )
