"""The specification curve: the same question under every combination of choices an analyst might have made."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.wording import number, plain, shortened, with_unit
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures import style
from analysis.notebook.figures.forest import first_measured, null_words
from analysis.notebook.plain_words import meaning_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Specs = Sequence[tuple[str, Sequence[Estimate]]]


def specification_curve(claim: Claim, specs: Specs) -> SvgExhibit | None:
    """Draw the answers under each set of choices, one row each, in the order given.

    Parameters
    ----------
    claim : Claim
    specs : sequence of (str, sequence of Estimate)
        The choices in words, and the answers they gave.

    Returns
    -------
    SvgExhibit
        None if there is no answer with a value.
    """
    quantity = first_measured(claim, [e for _, estimates in specs for e in estimates])
    if quantity is None:
        return None
    shown = [
        (f"{e.source}: {label}", e)
        for label, estimates in specs
        for e in estimates
        if e.quantity == quantity.name and e.value is not None
    ]
    shown.sort(key=lambda pair: pair[1].source)
    with style.report_style():
        ax = plot_specifications(style.new_axes(height=0.9 + 0.4 * len(shown)), shown, quantity)
        values = [e.value for _, e in shown if e.value is not None]
        return style.to_exhibit(
            ax,
            told=(
                f"Over {len(shown)} sets of choices the answer moves from {number(min(values))} to "
                f"{with_unit(max(values), quantity.unit)}"
            ),
            alt=f"Estimates for '{claim.title}' under every combination of the choices.",
            caption=f"To the left: {quantity.ends[0]}. To the right: {quantity.ends[1]}. Line: {null_words(quantity)}.",
            rows=[
                {
                    "Choices": label,
                    "Estimate": with_unit(e.value, e.unit),
                    "Low": number(e.low),
                    "High": number(e.high),
                }
                for label, e in shown
            ],
        )


def plot_specifications(ax: Axes, shown: Sequence[tuple[str, Estimate]], quantity: Quantity) -> Axes:
    """Draw one row a specification."""
    for y, (_, estimate) in zip(range(len(shown))[::-1], shown, strict=True):
        if estimate.quantified:
            ax.plot([estimate.low, estimate.high], [y, y], color=style.ANSWER, linewidth=2)  # type: ignore[arg-type]
        ax.plot([estimate.value], [y], "o", color=style.ANSWER, markersize=6)  # type: ignore[arg-type]
    ax.axvline(quantity.null, color=style.INK, linewidth=1.4, zorder=1)
    names = ("\n".join(textwrap.wrap(shortened(plain(label), 114), 38)) for label, _ in shown)
    style.name_rows(ax, [name.replace("$", r"\$") for name in names], below=0.6, above=0.6)
    # Ends where the axis ends: long names of rows leave too little room to centre it.
    ax.set_xlabel("\n".join(textwrap.wrap(f"{meaning_of(quantity)} ({quantity.unit})", 46)), loc="right")
    return ax
