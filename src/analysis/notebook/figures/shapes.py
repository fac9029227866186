"""What a test looks at, drawn before anything is estimated: points or steps of groups, and where something is said to happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.notebook.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 2.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group's numbers.

    Attributes
    ----------
    label : str
    x, y : sequence of float
    half : sequence of float
        Half the width of each interval; empty for none.
    colour : str
    steps : bool
        True: a line of steps, which holds its value to the right; False: points.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    half: Sequence[float] = ()
    colour: str = style.ANSWER
    steps: bool = False


def plot_groups(
    groups: Sequence[Group],
    *,
    xlabel: str,
    ylabel: str,
    real: float | None = None,
    false: Sequence[float] = (),
    level: float | None = None,
) -> Axes:
    """Draw the groups and return the axes.

    Parameters
    ----------
    real : float
        Where something happens: an upright line; None for nowhere.
    false : sequence of float
        Where nothing happens and the same analysis is made: dotted lines.
    level : float
        Value of no difference: a level line; None for none.
    """
    ax = style.new_axes(height=HEIGHT)
    if level is not None:
        ax.axhline(level, color=style.REFERENCE, linewidth=1)
    if real is not None:
        ax.axvline(real, color=style.INK, linewidth=1.5)
    for place in false:
        ax.axvline(place, color=style.REFERENCE, linewidth=1, linestyle=":")
    for group in groups:
        if group.steps:
            ax.step(group.x, group.y, where="post", color=group.colour, linewidth=2, label=group.label)
            continue
        ax.plot(group.x, group.y, "o", color=group.colour, markersize=4.5, label=group.label)
        if group.half:
            ax.errorbar(group.x, group.y, yerr=list(group.half), fmt="none", ecolor=group.colour, linewidth=1.2)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if len(groups) > 1:
        ax.legend(frameon=False)
    return ax
