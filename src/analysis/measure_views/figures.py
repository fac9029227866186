"""Figures of measures: cohort curves, concentration, the definition audit; one a source."""

from __future__ import annotations

from analysis import measures
from analysis.errors import ParameterMistake
from analysis.exhibits import TextExhibit
from analysis.frames import Frame
from analysis.measure_views.asking import Exhibit, Exhibits, days_of, each, seed_of
from analysis.plots.measures import audit_figure, cohort_figure, concentration_figure
from analysis.session import Session


def show_cohort_curves(session: Session, *, months: int) -> Exhibits | TextExhibit:
    """Draw bounded and rolling retention by month, one figure a source."""

    def draw(frame: Frame) -> Exhibit:
        activity = measures.cohort_activity(frame.table)
        curves = [
            measures.retention_curve(activity, months, kind=kind, noun="month") for kind in ("bounded", "rolling")
        ]
        return cohort_figure(frame.context.source, curves, "month", frame.context.kind)

    return each(session, "purchases", draw, "a purchase log (transactions)")


def show_concentration(session: Session, *, months: int) -> Exhibits | TextExhibit:
    """Draw how far revenue hangs on few customers, over the same time from everyone's first purchase."""
    days = days_of(months)

    def draw(frame: Frame) -> Exhibit:
        totals = measures.customer_totals(frame.table, days=days)
        found = measures.revenue_concentration(totals, seed=seed_of(session))
        window = f"the first {days} days of every customer observed that long"
        return concentration_figure(frame.context.source, found, window, frame.context.kind)

    return each(session, "purchases", draw, "a purchase log (transactions)")


def show_definition_audit(session: Session, *, months: int, cut_months: int) -> Exhibits | TextExhibit:
    """Draw how far "retention after so many months" moves with its definition, one figure a source.

    Parameters
    ----------
    months : int
        After how many months.
    cut_months : int
        Whole months that the careless date filter cuts off the start of the log, 1 or more.
    """
    if cut_months < 1:
        raise ParameterMistake(f"`cut_months` must be 1 or more; got {cut_months!r}.")

    def draw(frame: Frame) -> Exhibit:
        start = frame.table["at"].min().to_period("M") + cut_months
        day = str(start.start_time.date())
        return audit_figure(
            frame.context.source, measures.audit_definitions(frame.table, months=months, filter_from=day)
        )

    return each(session, "purchases", draw, "a purchase log (transactions)")
