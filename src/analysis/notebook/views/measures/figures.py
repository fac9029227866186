"""Figures of measures: cohort curves, concentration, the definition audit; one a source."""

from __future__ import annotations

from analysis import measures
from analysis.frames import Frame
from analysis.measures.audit import Audit
from analysis.notebook.disclosure import note_of, rate_is_small
from analysis.notebook.exhibits import GroupExhibit, TextExhibit
from analysis.notebook.figures.concentration import concentration_figure
from analysis.notebook.figures.measures import audit_figure, cohort_figure
from analysis.notebook.session import Session
from analysis.notebook.views.measures.asking import (
    Exhibit,
    days_of,
    each,
    knows_first_purchases,
    observed_to,
    require_months,
    seed_of,
)

TOP_SHARE = 0.1
"""Smallest part of the customers that the concentration names."""


def show_cohort_curves(session: Session, *, months: int) -> GroupExhibit | TextExhibit:
    """Draw bounded and rolling retention by month, one figure a source."""
    require_months(months=months)

    def draw(frame: Frame, smallest: int) -> Exhibit:
        activity = measures.cohort_activity(frame.table, end_of_observation=observed_to(frame))
        horizon = measures.age_reached(activity, months)
        curves = [
            measures.retention_curve(activity, horizon, kind=kind, noun="month") for kind in ("bounded", "rolling")
        ]
        return cohort_figure(frame.context.source, curves, "month", frame.context.kind, smallest)

    return each(session, "purchases", draw, first_purchase=True)


def show_concentration(session: Session, *, months: int) -> GroupExhibit | TextExhibit:
    """Draw how far revenue hangs on few customers, over the same time from everyone's first purchase.

    Where a log does not hold the first purchases, over the whole log.
    """
    days = days_of(months)
    whole = {source.title for source in session.sources if not knows_first_purchases(source)}

    def draw(frame: Frame, smallest: int) -> Exhibit:
        name = frame.context.source
        totals = measures.customer_totals(frame.table, days=None if name in whole else days)
        # The top tenth is a group too, and few customers make a curve of steps.
        if smallest > 1 and TOP_SHARE * len(totals) < smallest:
            return TextExhibit(f"{name}: {note_of(smallest)}")
        found = measures.revenue_concentration(totals, seed=seed_of(session))
        window = f"the first {days} days of every customer observed that long"
        if name in whole:
            window = "the whole log, whose customers' first purchases are not known"
        return concentration_figure(name, found, window, frame.context.kind, totals.tolist(), smallest)

    return each(session, "purchases", draw)


def show_definition_audit(session: Session, *, months: int, cut_months: int) -> GroupExhibit | TextExhibit:
    """Draw how far "retention after so many months" moves with its definition, one figure a source.

    Parameters
    ----------
    months : int
        After how many months.
    cut_months : int
        Whole months that the careless date filter cuts off the start of the log, 1 or more.
    """
    require_months(months=months, cut_months=cut_months)

    def draw(frame: Frame, smallest: int) -> Exhibit:
        day, end = first_day_after(frame, cut_months), observed_to(frame)
        reached = measures.age_reached(measures.cohort_activity(frame.table, end_of_observation=end), months)
        audit = measures.audit_definitions(frame.table, months=reached, filter_from=day, end_of_observation=end)
        if audit_is_small(audit, smallest):
            return TextExhibit(f"{frame.context.source}: {note_of(smallest)}")
        return audit_figure(frame.context.source, audit)

    return each(session, "purchases", draw, first_purchase=True)


def audit_is_small(audit: Audit, smallest: int) -> bool:
    """Say whether any definition's answer speaks of too few customers."""
    rates = (*(line.rate for line in audit.lines), audit.lowest.rate, audit.highest.rate)
    return any(rate_is_small(rate, smallest) for rate in rates if float(rate.numerator).is_integer())


def first_day_after(frame: Frame, cut_months: int) -> str:
    """Return the first day that a date filter lets through which cuts so many calendar months off a log's start."""
    month = frame.table["at"].min().to_period("M") + cut_months
    return str(month.start_time.date())
