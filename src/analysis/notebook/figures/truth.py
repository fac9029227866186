"""A sound estimate and a naive one against a truth that is known, one line a simulated scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.notebook.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Ends = tuple[float, float, float]
"""Value, low and high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthMark:
    """One scenario: its name, the truth, and what the sound and the naive analysis gave; None where there is none."""

    label: str
    truth: float
    sound: Ends | None
    naive: Ends | None


def plot_truth(marks: Sequence[TruthMark], xlabel: str, null: float, ax: Axes | None = None) -> Axes:
    """Draw the marks from top to bottom and return the axes; None makes new ones.

    Parameters
    ----------
    xlabel : str
        Unit of what is measured.
    null : float
        Value of no effect.
    """
    ax = ax if ax is not None else style.new_axes()
    ax.axvline(null, color=style.REFERENCE, linewidth=1)
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
    ax.set(
        yticks=[len(marks) - 1 - place for place in range(len(marks))],
        yticklabels=[mark.label for mark in marks],
        ylim=(-0.7, len(marks) - 0.3),
        xlabel=xlabel,
    )
    ax.tick_params(axis="y", labelsize=8)
    ax.grid(axis="y", visible=False)
    return ax
