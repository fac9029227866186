"""A customer account of which some counts are too small to be shown, and what would give them away with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.core.vocabulary import Kind
from analysis.measures.growth import GrowthPeriod
from analysis.notebook.disclosure import HIDDEN, held_back
from analysis.notebook.exhibits import Row, SvgExhibit
from analysis.notebook.figures import style
from analysis.notebook.figures.measures import growth_row, plot_growth

HEADINGS = {"n_start": "Start", "n_won": "Won", "n_resurrected": "Back", "n_lost": "Lost", "n_end": "End"}
RETAINED = "n_retained"
"""Not a column, but a rate of retention tells it."""


def hidden_counts(periods: Sequence[GrowthPeriod], smallest: int) -> tuple[frozenset[str], ...]:
    """Choose the counts of an account to hold back: their names, one set a period; all empty where nothing is small.

    The sums a reader can do: start + won + back - lost = end and start - lost = kept in every period, and the end of one
    period is the start of the next.
    """
    counts: list[int] = []
    places: list[dict[str, int]] = []
    for period in periods:
        begins = places[-1]["n_end"] if places and counts[places[-1]["n_end"]] == period.n_start else None
        cells = {"n_start": begins} if begins is not None else {}
        for name in (*HEADINGS, RETAINED):
            if name not in cells:
                cells[name] = len(counts)
                counts.append(period.n_start - period.n_lost if name == RETAINED else getattr(period, name))
        places.append(cells)
    equations = []
    for p in places:
        equations.append({p["n_start"]: 1, p["n_won"]: 1, p["n_resurrected"]: 1, p["n_lost"]: -1, p["n_end"]: -1})
        equations.append({p["n_start"]: 1, p["n_lost"]: -1, p[RETAINED]: -1})
    hidden = held_back(counts, equations, smallest)
    return tuple(frozenset(name for name, cell in p.items() if cell in hidden) for p in places)


def partial_growth_figure(
    source: str, periods: Sequence[GrowthPeriod], hidden: Sequence[frozenset[str]], note: str, kind: Kind
) -> SvgExhibit:
    """Draw the counts that can be shown; totals and extremes of the account are left out with the rest."""
    drawn = [
        replace(period, **dict.fromkeys(away & {"n_won", "n_resurrected", "n_lost"}, 0))  # type: ignore[arg-type]
        for period, away in zip(periods, hidden, strict=True)
    ]
    n = sum(len(away & set(HEADINGS)) for away in hidden)
    with style.report_style():
        ax = plot_growth(style.new_axes(height=3.2), drawn, kind)
        return style.to_exhibit(
            ax,
            told=f"{source}: customers won, come back and lost, without groups too small to show",
            alt=(
                f"{len(periods)} periods from {periods[0].period_start} to {periods[-1].period_start}: customers "
                f"won, come back and lost; {n} counts are not shown, because groups are too small."
            ),
            caption=f"Customers won and come back (up) and lost (down), by period; gaps are not shown. {note}",
            rows=[_row(period, away, periods) for period, away in zip(periods, hidden, strict=True)],
        )


def _row(period: GrowthPeriod, away: frozenset[str], periods: Sequence[GrowthPeriod]) -> Row:
    row = dict(growth_row(period, any(p.revenue for p in periods)))
    hidden = [heading for name, heading in HEADINGS.items() if name in away]
    if away & {"n_start", "n_lost", RETAINED}:
        hidden += [heading for heading in row if "etention" in heading]
    if away & {"n_won", "n_resurrected", "n_lost"}:
        hidden.append("Quick ratio")
    return row | dict.fromkeys(hidden, HIDDEN)
