"""Customer accounts and customer value in tables, one a source."""

from __future__ import annotations

from analysis import measures
from analysis.exhibits import TableExhibit, TextExhibit
from analysis.frames import Frame
from analysis.measure_views.asking import Exhibit, Exhibits, each, require_months
from analysis.measures.growth import GrowthPeriod
from analysis.measures.value import Amount, ValueStudy
from analysis.measures.words import bounds, percent
from analysis.session import Session
from analysis.wording import NARROW_SPACE, number

CANNOT_GROW = "retention-drives-growth"
"""Claim whose reason for a source's silence has to be read under its account."""


def show_growth(session: Session) -> Exhibits | TextExhibit:
    """Take every customer account apart, one table a source, with the reason under it where it cannot speak of growth."""
    reasons = {s.title: s.cannot[CANNOT_GROW].reason for s in session.sources if CANNOT_GROW in s.cannot}

    def account(frame: Frame) -> Exhibit:
        return _growth_table(frame, reasons.get(frame.context.source, ""))

    return each(session, "account_periods", account, "transactions or subscriptions with customers joining")


def show_customer_value(
    session: Session, *, holdout_months: int, horizon_years: float, margin: float, discount_rate: float
) -> Exhibits | TextExhibit:
    """Set the formula beside the model, and both beside what customers spent in the months kept back."""
    require_months(holdout_months=holdout_months)

    def compare(frame: Frame) -> Exhibit:
        study = measures.formula_against_model(
            frame.table,
            holdout_months=holdout_months,
            horizons_years=(horizon_years,),
            margin=margin,
            discount_rate=discount_rate,
        )
        return _value_table(frame, study)

    return each(session, "purchases", compare, "a purchase log (transactions)", first_purchase=True)


def _growth_table(frame: Frame, reason: str) -> Exhibit:
    periods = measures.growth_accounting(frame.table)
    with_revenue = any(period.revenue for period in periods)
    about = f"{frame.context.contrast[:1].upper()}{frame.context.contrast[1:]}." if frame.context.contrast else ""
    notes = [
        "Quick ratio: customers won and come back for each lost.",
        "Net revenue retention counts what kept customers spent more, gross does not." if with_revenue else "",
        about,
        reason,
    ]
    return TableExhibit(
        caption=f"{frame.context.source}: growth accounting",
        rows=tuple(_growth_row(period, with_revenue) for period in periods),
        note=" ".join(note for note in notes if note),
    )


def _growth_row(period: GrowthPeriod, with_revenue: bool) -> dict[str, str]:
    kept, revenue = period.retention, period.revenue
    row = {
        "Period from": period.period_start,
        "Start": number(period.n_start, 9),
        "Won": number(period.n_won, 9),
        "Back": number(period.n_resurrected, 9),
        "Lost": number(period.n_lost, 9),
        "End": number(period.n_end, 9),
        "Retention": f"{percent(kept.value)} ({bounds(kept)})" if kept else "nobody at the start",
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
