"""Pictures of measures: cohort retention over age, one answer under many definitions, customers won and lost."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.core.vocabulary import Kind
from analysis.core.wording import NARROW_SPACE, number
from analysis.measures.words import bounds, fraction, percent
from analysis.notebook.disclosure import HIDDEN, note_of, rate_is_small
from analysis.notebook.exhibits import Row, SvgExhibit
from analysis.notebook.figures import style, svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.measures.audit import Audit
    from analysis.measures.cohorts import CohortRetention
    from analysis.measures.growth import GrowthPeriod, GrowthTotals
    from analysis.measures.rates import Rate


def cohort_figure(
    source: str, curves: Sequence[Sequence[CohortRetention]], noun: str, kind: Kind, smallest: int
) -> SvgExhibit:
    """Draw pooled retention over age, one line for each way of counting, the cohorts' own rates behind the first.

    Parameters
    ----------
    source : str
        Whose customers they are.
    curves : sequence of sequences of CohortRetention
        As `measures.retention_curve` returns them, one for each kind.
    noun : str
        What a period is called: "month".
    kind : Kind
        Own numbers have their colour.
    smallest : int
        Ages at which a rate speaks of fewer customers, and lines of smaller cohorts, are not shown; 1 shows all.
    """
    with style.report_style():
        ax = plot_cohorts(style.new_axes(height=3.3), curves, noun, kind, smallest)
        last = [curve[-1] for curve in curves]
        told = ", ".join(f"{HIDDEN if _few(c, smallest) else percent(c.pooled.value)} {_told(c, noun)}" for c in last)
        n_hidden = sum(_few(c, smallest) for curve in curves for c in curve)
        return style.to_exhibit(
            ax,
            told=f"{source}: of all customers, {last[0].period} {noun}s on, {told}",
            alt=(
                f"Share of customers who bought, by {noun}s since the {noun} of their first purchase, over the "
                f"same {len(last[0].cohorts)} cohorts throughout."
            ),
            caption=(
                f"Bands are 95{NARROW_SPACE}% intervals; thin grey lines are the cohorts. "
                f"'Or later' ends with the data, so its last {noun}s fall for want of time. {note_of(smallest, n_hidden)}"
            ).strip(),
            rows=[_cohort_row(c, noun, smallest) for curve in curves for c in curve],
        )


def plot_cohorts(ax: Axes, curves: Sequence[Sequence[CohortRetention]], noun: str, kind: Kind, smallest: int) -> Axes:
    """Draw the curves from age 1 on: all are at 100 % at age 0."""
    from matplotlib.ticker import MaxNLocator

    colour = svg.colour_of_data(kind)
    for curve, look in zip(curves, ("o", "D", "s"), strict=False):
        shown = [point for point in curve if point.period > 0 and not _few(point, smallest)]
        if not shown:
            continue
        ages = [point.period for point in shown]
        for cohort in range(len(shown[0].rates)):
            if any(rate_is_small(point.rates[cohort], smallest) for point in shown):
                continue
            own = [point.rates[cohort].percent for point in shown]
            ax.plot(ages, own, color=style.REFERENCE, linewidth=0.9, alpha=0.6, zorder=1)
        low, high = ([100 * getattr(p.pooled, side) for p in shown] for side in ("low", "high"))
        ax.fill_between(ages, low, high, color=colour, alpha=0.22, linewidth=0)
        values = [point.pooled.percent for point in shown]
        ax.plot(ages, values, color=colour, linewidth=2.4, marker=look, markersize=5)
        ax.annotate(
            _counted(shown[0]),
            (ages[0], values[0]),
            xytext=(4, 9),
            textcoords="offset points",
            color=colour,
            fontsize=9,
            fontweight="bold",
        )
    ax.set(xlabel=f"{noun}s since the first purchase", ylabel="customers, %", ylim=(0, None))
    ax.set_ylim(0, 1.16 * ax.get_ylim()[1])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def audit_figure(source: str, audit: Audit) -> SvgExhibit:
    """Draw the answer under each definition; the mistaken one in the colour of the naive."""
    low, high = audit.lowest.rate.value, audit.highest.rate.value
    mistaken = next(line for line in audit.lines if line.mistaken)
    right = audit.lines[audit.lines.index(mistaken) - 1]
    with style.report_style():
        ax = plot_audit(style.new_axes(height=0.8 + 0.42 * (len(audit.lines) + 1)), audit)
        return style.to_exhibit(
            ax,
            told=(
                f"{source}: after {audit.months} months {percent(low)} to {percent(high)} are retained, by definition"
            ),
            alt=(
                f"{audit.n_definitions} definitions; the usual one gives {percent(audit.lines[0].rate.value)}. "
                f"Seeking the first purchase after a date filter turns {percent(right.rate.value)} into "
                f"{percent(mistaken.rate.value)}; {percent(audit.false_new.value)} of the customers it calls new had "
                "bought before."
            ),
            caption=(
                "Each row changes one choice of the first; the bar is the range "
                f"over all {audit.n_definitions} combinations. The square is a mistake, not a choice."
            ),
            rows=[_audit_row(line.label, line.rate) for line in audit.lines]
            + [
                _audit_row(f"lowest of {audit.n_definitions}: {audit.lowest.label}", audit.lowest.rate),
                _audit_row(f"highest of {audit.n_definitions}: {audit.highest.label}", audit.highest.rate),
                _audit_row("old customers taken for new by the mistake", audit.false_new),
            ],
        )


def plot_audit(ax: Axes, audit: Audit) -> Axes:
    """Draw one row a definition and the range of all under them."""
    for y, line in zip(range(len(audit.lines), 0, -1), audit.lines, strict=True):
        colour, marker = (style.NAIVE, "s") if line.mistaken else (style.ANSWER, "o")
        ax.plot([100 * line.rate.low, 100 * line.rate.high], [y, y], color=colour, linewidth=2.6, solid_capstyle="butt")
        ax.plot([line.rate.percent], [y], marker, color=colour, markersize=6)
        # To the right of its interval, on white, so that no line runs through it.
        ax.annotate(
            percent(line.rate.value),
            (100 * line.rate.high, y),
            xytext=(9, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=9,
            color=colour,
        )
    ends = (audit.lowest.rate.percent, audit.highest.rate.percent)
    ax.plot(ends, [0, 0], color=style.REFERENCE, linewidth=14, alpha=0.4, solid_capstyle="butt")
    spread = f"{percent(audit.lowest.rate.value)} to {percent(audit.highest.rate.value)}"
    ax.annotate(spread, (sum(ends) / 2, 0), ha="center", va="center", fontsize=9, color=style.INK)
    ax.axvline(audit.lines[0].rate.percent, color=style.INK, linewidth=1.2, linestyle="--", zorder=1)
    labels = [line.label for line in audit.lines] + [f"range of all {audit.n_definitions} combinations"]
    style.name_rows(ax, ["\n".join(textwrap.wrap(label, 25)) for label in labels], below=0.6, above=0.7)
    ax.set_xlabel(f"customers retained after {audit.months} months, %")
    ax.set_xlim(0, 1.16 * max(ends[1], *(100 * line.rate.high for line in audit.lines)))
    return ax


def growth_figure(
    source: str, periods: Sequence[GrowthPeriod], totals: GrowthTotals, note: str, kind: Kind
) -> SvgExhibit:
    """Draw who came and who went in every period; the account and its rates are the folded numbers.

    Parameters
    ----------
    note : str
        What has to be read with it: how lost is defined, why it does not speak of growth; empty for nothing.
    """
    first, last = periods[0].period_start, periods[-1].period_start
    ends = [period for period in (totals.lowest, totals.highest) if period and period.retention]
    rates = " to ".join(
        f"{percent(period.retention.value)} (from {period.period_start})" for period in ends if period.retention
    )
    with style.report_style():
        ax = plot_growth(style.new_axes(height=3.2), periods, kind)
        return style.to_exhibit(
            ax,
            told=f"{source}: {_won_and_lost(totals)}",
            alt=(
                f"{len(periods)} periods beginning {first} to {last}, from {number(totals.n_start, 9)} customers to "
                f"{number(totals.n_end, 9)}. Retention by period: {rates}."
            ),
            caption=f"Won and come back (up) and lost (down), by period, {first} to {last}. {note}".strip(),
            rows=[growth_row(period, any(p.revenue for p in periods)) for period in periods],
        )


def plot_growth(ax: Axes, periods: Sequence[GrowthPeriod], kind: Kind) -> Axes:
    """Draw bars up and down from zero."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    colour = svg.colour_of_data(kind)
    places = list(range(len(periods)))
    won, back, lost = ([getattr(p, name) for p in periods] for name in ("n_won", "n_resurrected", "n_lost"))
    bars = (
        ("won", won, [0] * len(periods), {"color": colour}),
        ("came back", back, won, {"color": colour, "alpha": 0.4}),
        ("lost", lost, [-n for n in lost], {"color": style.REFERENCE}),
    )
    for label, heights, bottoms, look in bars:
        if any(heights):
            ax.bar(places, heights, bottom=bottoms, width=0.8, label=label, **look)
    ax.axhline(0, color=style.INK, linewidth=1.2)
    starts = [period.period_start[:7] for period in periods]
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: starts[round(x)] if 0 <= round(x) < len(starts) else ""))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: number(y, 9)))
    ax.set(xlabel="period beginning", ylabel="customers")
    ax.set_axisbelow(True)
    ax.use_sticky_edges = False
    ax.margins(y=0.08)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=9)
    return ax


def _won_and_lost(totals: GrowthTotals) -> str:
    counts = (("won", totals.n_won), ("came back", totals.n_resurrected), ("lost", totals.n_lost))
    return ", ".join(f"{number(n, 9)} customers {what}" for what, n in counts if n)


def growth_row(period: GrowthPeriod, with_revenue: bool) -> Row:
    """Return what a table shows of a period."""
    retained, revenue = period.retention, period.revenue
    row = {
        "Period from": period.period_start,
        "Start": number(period.n_start, 9),
        "Won": number(period.n_won, 9),
        "Back": number(period.n_resurrected, 9),
        "Lost": number(period.n_lost, 9),
        "End": number(period.n_end, 9),
        "Retention": f"{percent(retained.value)} ({bounds(retained)})" if retained else "nobody at the start",
        "Quick ratio": number(period.quick_ratio) if period.quick_ratio is not None else "nobody lost",
    }
    if with_revenue:
        row["Net / gross revenue retention"] = (
            _revenue_retention(revenue.net_retention, revenue.gross_retention) if revenue else "not given"
        )
    return row


def _revenue_retention(net: float | None, gross: float | None) -> str:
    if net is None or gross is None:
        return "no revenue at the start"
    return f"{number(100 * net)}{NARROW_SPACE}% / {number(100 * gross)}{NARROW_SPACE}%"


def _told(point: CohortRetention, noun: str) -> str:
    return f"bought in that very {noun}" if point.kind == "bounded" else "then or later"


def _counted(point: CohortRetention) -> str:
    return "active in that very period" if point.kind == "bounded" else "active then or later"


def _few(point: CohortRetention, smallest: int) -> bool:
    return point.period > 0 and rate_is_small(point.pooled, smallest)


def _cohort_row(point: CohortRetention, noun: str, smallest: int) -> Row:
    if _few(point, smallest):
        known = {noun.capitalize(): number(point.period), "Counted": _counted(point)}
        return known | dict.fromkeys(("Customers", "Pooled", "Mean of the cohorts"), HIDDEN)
    return {
        noun.capitalize(): number(point.period),
        "Counted": _counted(point),
        "Customers": fraction(point.pooled),
        "Pooled": f"{percent(point.pooled.value)} ({bounds(point.pooled)})",
        "Mean of the cohorts": f"{percent(point.mean.value)} ({len(point.cohorts)} cohorts)",
    }


def _audit_row(label: str, rate: Rate) -> Row:
    return {
        "Definition": label,
        "Retained": percent(rate.value),
        "Interval": bounds(rate),
        "Numerator / denominator": fraction(rate),
    }
