"""A sound estimate and a naive one against a truth that is known, one line a simulated scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.claim import Quantity
from analysis.core.vocabulary import RATIO_SCALES
from analysis.core.wording import number
from analysis.notebook.exhibits import Row, SvgExhibit
from analysis.notebook.figures import style

Ends = tuple[float, float, float]
"""Value, low and high; the value thrice where there is no interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthMark:
    """One scenario: its name, the truth, and what the sound and the naive analysis gave; None where there is none."""

    label: str
    truth: float
    sound: Ends | None
    naive: Ends | None


def ends_of(ends: Sequence[float | None] | None) -> Ends | None:
    """Value and interval as they are drawn; None where there is no value."""
    value, low, high = ends or (None, None, None)
    if value is None:
        return None
    return (value, value, value) if low is None or high is None else (value, low, high)


def in_words(ends: Ends | None) -> str:
    """The same as a table tells them.

    Examples
    --------
    >>> in_words((1.5, 1.0, 2.0)), in_words((1.5, 1.5, 1.5)), in_words(None)
    ('1.5 (1 to 2)', '1.5', 'none')
    """
    if ends is None:
        return "none"
    value, low, high = ends
    return number(value) if low == high else f"{number(value)} ({number(low)} to {number(high)})"


def holds(ends: Ends | None, truth: float) -> bool:
    """Whether there is an interval, and the truth lies in it."""
    return ends is not None and ends[1] <= truth <= ends[2]


def truth_figure(
    marks: Sequence[TruthMark],
    quantity: Quantity,
    *,
    told: str,
    alt: str,
    caption: str,
    rows: Sequence[Row],
    room: float,
) -> SvgExhibit:
    """Draw the marks from top to bottom: an upright bar the truth, full the sound analysis, hollow the naive one.

    Parameters
    ----------
    marks : sequence of TruthMark
    quantity : Quantity
        What is measured: its unit, its value of no effect, and whether its axis is logarithmic.
    told, alt, caption, rows
        As for `style.to_exhibit`.
    room : float
        Inches of the picture beside those of its rows.
    """
    with style.report_style():
        ax = style.new_axes(height=room + 0.45 * len(marks))
        ax.axvline(quantity.null, color=style.REFERENCE, linewidth=1)
        for place, mark in enumerate(marks):
            y = float(len(marks) - 1 - place)
            ax.plot([mark.truth, mark.truth], [y - 0.32, y + 0.32], color=style.INK, linewidth=2)
            for ends, height, colour, face in (
                (mark.sound, y + 0.14, style.ANSWER, style.ANSWER),
                (mark.naive, y - 0.14, style.NAIVE, "none"),
            ):
                if ends is not None:
                    value, low, high = ends
                    ax.plot([low, high], [height, height], color=colour, linewidth=2, solid_capstyle="butt")
                    ax.plot(value, height, "o", color=colour, markerfacecolor=face, markersize=5.5)
        style.name_rows(ax, [mark.label for mark in marks], below=0.7, above=0.7)
        ax.set_xlabel(quantity.unit)
        if quantity.scale in RATIO_SCALES:
            ax.set_xscale("log")
        return style.to_exhibit(ax, told=told, alt=alt, caption=caption, rows=rows)
