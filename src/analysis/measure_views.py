"""Measures as a notebook shows them: one call a question, asked of every source of the session that has the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import measures
from analysis.errors import ParameterMistake, UserMistake
from analysis.exhibits import FigureExhibit, Row, TableExhibit, TextExhibit
from analysis.frames import Frame
from analysis.measures.growth import GrowthPeriod
from analysis.measures.rates import Rate
from analysis.measures.value import Amount, LifetimeValue, ValueStudy
from analysis.measures.words import bounds, percent, rate_row
from analysis.models.fit import ModelNotIdentified
from analysis.plots.measures import audit_figure, cohort_figure, concentration_figure
from analysis.session import Session
from analysis.wording import NARROW_SPACE, number

__all__ = [
    "Exhibits",
    "show_cohort_curves",
    "show_cohort_rates",
    "show_concentration",
    "show_customer_value",
    "show_definition_audit",
    "show_growth",
    "show_lifetime_value",
    "show_rates",
    "show_repeat_rates",
    "show_service_rates",
]

Exhibit = FigureExhibit | TableExhibit | TextExhibit
CANNOT_GROW = "retention-drives-growth"
"""Claim whose reason for a source's silence is also the reason why its account cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class Exhibits:
    """Several exhibits in one output: one for each source."""

    parts: tuple[Exhibit, ...]

    def __repr__(self) -> str:
        return "\n\n".join(repr(part) for part in self.parts)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        html = [part._repr_mimebundle_()["text/html"] for part in self.parts]
        return {"text/plain": repr(self), "text/html": "\n".join(html)}


def show_rates(rates: Sequence[Rate], caption: str, note: str = "") -> TableExhibit:
    """Show rates with numerator, denominator, interval and definition."""
    return TableExhibit(caption=caption, rows=tuple(rate_row(rate) for rate in rates), note=note)


def show_lifetime_value(found: LifetimeValue, caption: str) -> TableExhibit:
    """Show the formula's four factors and their product."""
    factors = (
        ("Average sale", number(found.average_sale)),
        ("Transactions a year", number(found.transactions_per_year)),
        ("Retention period, years", number(found.retention_years)),
        ("Margin, share of the sale", number(found.margin)),
        ("Customer lifetime value: their product", number(found.value)),
    )
    return TableExhibit(caption=caption, rows=tuple({"Factor": name, "Value": value} for name, value in factors))


def show_repeat_rates(session: Session, *, months: int) -> TableExhibit | TextExhibit:
    """Repeat purchase of every source: by the end of its log, within the same time for all, over yearly opportunities."""
    days = _days(months)

    def of_log(frame: Frame) -> tuple[Rate, ...]:
        return measures.repeat_rate_by(frame.table), measures.repeat_rate_within(frame.table, days=days)

    rows, notes = _rates_of(session, "purchases", of_log)
    more, others = _rates_of(session, "opportunities", lambda frame: measures.opportunity_rates(frame.table))
    return _table("Repeat purchase", rows + more, notes + others, "a purchase log (transactions)")


def show_cohort_rates(session: Session, *, months: int) -> TableExhibit | TextExhibit:
    """Monthly cohort retention at one age: bounded and rolling, pooled and mean of cohorts, customers and revenue."""

    def of_log(frame: Frame) -> tuple[Rate, ...]:
        activity = measures.cohort_activity(frame.table)
        kinds = [measures.retention_at(activity, months, kind=kind, noun="month") for kind in ("bounded", "rolling")]
        rates = [rate for found in kinds for rate in (found.pooled, found.mean)]
        return (*rates, measures.revenue_retention_at(frame.table, months))

    rows, notes = _rates_of(session, "purchases", of_log)
    return _table(f"Cohort retention {months} months on", rows, notes, "a purchase log (transactions)")


def show_cohort_curves(session: Session, *, months: int) -> Exhibits | TextExhibit:
    """Draw bounded and rolling retention by month, one figure a source."""

    def draw(frame: Frame) -> Exhibit:
        activity = measures.cohort_activity(frame.table)
        curves = [
            measures.retention_curve(activity, months, kind=kind, noun="month") for kind in ("bounded", "rolling")
        ]
        return cohort_figure(frame.context.source, curves, "month", frame.context.kind)

    return _each(session, "purchases", draw, "a purchase log (transactions)")


def show_growth(session: Session) -> Exhibits | TextExhibit:
    """Take every customer account apart, one table a source; say of closed cohorts why they have none."""
    shown = _each(session, "account_periods", _growth_table, "transactions or subscriptions with customers joining")
    closed = tuple(
        TextExhibit(f"{source.title} has no account to take apart. {source.cannot[CANNOT_GROW].reason}")
        for source in session.sources
        if CANNOT_GROW in source.cannot and "account_periods" not in source.builders
    )
    return Exhibits((*(shown.parts if isinstance(shown, Exhibits) else (shown,)), *closed)) if closed else shown


def show_concentration(session: Session, *, months: int) -> Exhibits | TextExhibit:
    """Draw how far revenue hangs on few customers, over the same time from everyone's first purchase."""
    days = _days(months)

    def draw(frame: Frame) -> Exhibit:
        totals = measures.customer_totals(frame.table, days=days)
        found = measures.revenue_concentration(totals, seed=_seed(session))
        window = f"the first {days} days of every customer observed that long"
        return concentration_figure(frame.context.source, found, window, frame.context.kind)

    return _each(session, "purchases", draw, "a purchase log (transactions)")


def show_customer_value(
    session: Session, *, holdout_months: int, horizon_years: float, margin: float, discount_rate: float
) -> Exhibits | TextExhibit:
    """Set the formula beside the model, and both beside what customers spent in the months kept back."""

    def compare(frame: Frame) -> Exhibit:
        study = measures.formula_against_model(
            frame.table,
            holdout_months=holdout_months,
            horizons_years=(horizon_years,),
            margin=margin,
            discount_rate=discount_rate,
        )
        return _value_table(frame, study)

    return _each(session, "purchases", compare, "a purchase log (transactions)")


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

    return _each(session, "purchases", draw, "a purchase log (transactions)")


def show_service_rates(
    session: Session, *, target_hours: float, end_of_observation: str = "", csat_highest: int = 5
) -> TableExhibit | TextExhibit:
    """Service and satisfaction of the session's sources: own tickets and surveys, and the public files that have some.

    Parameters
    ----------
    target_hours : float
        Agreed time to resolution of a ticket, hours.
    end_of_observation : str
        Last observed moment of the tickets; empty takes their last event.
    csat_highest : int
        Top of the company's satisfaction scale.
    """

    def of_tickets(frame: Frame) -> tuple[Rate, ...]:
        end = end_of_observation or str(frame.table[["opened_at", "resolved_at"]].max().max())
        found: tuple[Rate, ...] = measures.ticket_rates(frame.table, target_hours=target_hours, end_of_observation=end)
        return found

    readers: tuple[tuple[str, str | None, Callable[[Frame], tuple[Rate, ...]]], ...] = (
        ("tickets", None, of_tickets),
        ("surveys", None, lambda frame: measures.survey_rates(frame.table, csat_highest=csat_highest)),
        ("exposure", "incident_log", _made_sla),
        ("satisfaction_items", "customer_satisfaction", _overall_satisfaction),
    )
    rows: list[Row] = []
    notes: list[str] = []
    for key, only, read in readers:
        found, problems = _rates_of(session, key, read, only)
        rows += found
        notes += problems
    lacking = (
        "a table `tickets` (opened_at, resolved_at, resolved_first_contact) and a table `surveys` (instrument, score)"
    )
    return _table("Service and satisfaction", rows, notes, lacking)


def _made_sla(frame: Frame) -> tuple[Rate, ...]:
    """SLA attainment of the public incident log, whose tickets are all closed."""
    from analysis.measures.rates import proportion

    within = frame.table["treated"]
    return (
        proportion(
            "SLA attainment, closed tickets only",
            int(within.sum()),
            len(within),
            "tickets that the log marks as closed within the service level, over all tickets in it",
        ),
    )


def _overall_satisfaction(frame: Frame) -> tuple[Rate, ...]:
    """Top two boxes of ten of the public satisfaction survey."""
    found: Rate = measures.customer_satisfaction(frame.table["overall"].to_list(), lowest=1, highest=10)
    return (found,)


def _rates_of(
    session: Session, key: str, read: Callable[[Frame], tuple[Rate, ...]], only: str | None = None
) -> tuple[list[Row], list[str]]:
    """Return a row a rate of every source that builds `key` (or of the one named), and a note where one cannot."""
    rows: list[Row] = []
    notes: list[str] = []
    for title, result in _ask(session, key, read, only):
        if isinstance(result, str):
            notes.append(f"{title}: {result}")
        else:
            rows += [{"Source": title} | dict(rate_row(rate)) for rate in result]
    return rows, notes


def _ask(session: Session, key: str, ask: Callable[[Frame], Any], only: str | None = None) -> list[tuple[str, Any]]:
    """Ask every source that builds `key`; in place of an answer, the reason why there is none."""
    found: list[tuple[str, Any]] = []
    for source in session.sources:
        if key not in source.builders or (only is not None and source.name != only):
            continue
        try:
            found.append((source.title, ask(source.frame(key))))
        except (UserMistake, ModelNotIdentified) as fault:
            found.append((source.title, str(fault)))
    return found


def _each(session: Session, key: str, show: Callable[[Frame], Exhibit], lacking: str) -> Exhibits | TextExhibit:
    """Show one exhibit a source, with a sentence in place of what cannot be shown."""
    answers = _ask(session, key, show)
    if not answers:
        return TextExhibit(f"No source of this run has what this takes: {lacking}.")
    return Exhibits(
        tuple(TextExhibit(f"{title}: {part}") if isinstance(part, str) else part for title, part in answers)
    )


def _table(caption: str, rows: Sequence[Row], notes: Sequence[str], lacking: str) -> TableExhibit | TextExhibit:
    note = " ".join(notes)
    if not rows:
        return TextExhibit(f"No source of this run has what this takes: {lacking}. {note}".strip())
    return TableExhibit(caption=caption, rows=tuple(rows), note=note)


def _growth_table(frame: Frame) -> Exhibit:
    periods = measures.growth_accounting(frame.table)
    return TableExhibit(
        caption=f"{frame.context.source}: growth accounting, customers and revenue",
        rows=tuple(_growth_row(period) for period in periods),
        note="Quick ratio: customers won and come back for each lost. Net revenue retention counts what kept customers "
        "spent more, gross does not.",
    )


def _growth_row(period: GrowthPeriod) -> Row:
    revenue = period.revenue
    return {
        "Period from": period.period_start,
        "Start": number(period.n_start, 9),
        "Won": number(period.n_won, 9),
        "Back": number(period.n_resurrected, 9),
        "Lost": number(period.n_lost, 9),
        "End": number(period.n_end, 9),
        "Retention": (
            f"{percent(period.retention.value)} ({bounds(period.retention)})"
            if period.retention
            else "nobody at the start"
        ),
        "Quick ratio": number(period.quick_ratio) if period.quick_ratio is not None else "nobody lost",
        "Net / gross revenue retention": _revenue_retention(revenue.net_retention, revenue.gross_retention)
        if revenue
        else "not given",
    }


def _revenue_retention(net: float | None, gross: float | None) -> str:
    if net is None or gross is None:
        return "no revenue at the start"
    return f"{number(100 * net)}{NARROW_SPACE}% / {number(100 * gross)}{NARROW_SPACE}%"


def _value_table(frame: Frame, study: ValueStudy) -> TableExhibit:
    left_out = f" {study.n_left_out} left out, whose repeat purchases brought nothing." if study.n_left_out else ""
    return TableExhibit(
        caption=f"{frame.context.source}: value of a customer known by {study.split}, {frame.context.currency}",
        rows=tuple(
            {
                "Over": part.label,
                "Formula, all purchases": number(part.formula.value),
                "Formula, repeat purchases only": number(part.formula_repeat.value),
                f"Model ({study.purchase_model}, gamma-gamma)": _amount(part.model),
                "What they spent": _amount(part.actual) if part.actual else "not observed",
            }
            for part in study.comparisons
        ),
        note=f"Per customer, {number(study.n_customers, 9)} customers.{left_out} Formula: average sale "
        f"{number(study.comparisons[0].formula.average_sale)} x "
        f"{number(study.comparisons[0].formula.transactions_per_year)} transactions a year "
        f"({number(study.comparisons[0].formula_repeat.transactions_per_year)} without the first) x years x margin. "
        "Intervals: of the model, doubt about its parameters alone, not whether it fits; of what they spent, customers "
        "as independent draws.",
    )


def _amount(amount: Amount) -> str:
    return f"{number(amount.mean)} (95{NARROW_SPACE}% interval {number(amount.low)} to {number(amount.high)})"


def _days(months: int) -> int:
    """Days of so many months on a customer's own clock: 30 a month, 365 for twelve."""
    if isinstance(months, bool) or months < 1:
        raise ParameterMistake(f"`months` must be 1 or more; got {months!r}.")
    return 365 if months == 12 else 30 * months


def _seed(session: Session) -> int:
    seed = session.parameters.get("seed")
    return seed if isinstance(seed, int) else 1
