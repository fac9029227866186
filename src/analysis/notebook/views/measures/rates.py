"""Rates in tables: worked examples, repeat purchase, cohort retention at one age, the value formula's factors."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import measures
from analysis.core.wording import number
from analysis.frames import Frame
from analysis.measures.rates import Rate
from analysis.measures.value import LifetimeValue
from analysis.measures.words import rate_row
from analysis.notebook.exhibits import TableExhibit, TextExhibit
from analysis.notebook.session import Session
from analysis.notebook.views.measures.asking import (
    LACKING,
    days_of,
    observed_to,
    rates_of,
    require_months,
    table_or_text,
)

CONTRACT_MONTHS = "cohort_survival/subscription_months"
"""Frame of a company's subscribers by month of their first subscription."""


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
    days = days_of(months)

    asked = (
        rates_of(session, "purchases", lambda frame: (measures.repeat_rate_by(frame.table, until=observed_to(frame)),)),
        rates_of(
            session,
            "purchases",
            lambda frame: (measures.repeat_rate_within(frame.table, days=days, end_of_observation=observed_to(frame)),),
            first_purchase=True,
        ),
        rates_of(session, "opportunities", lambda frame: measures.opportunity_rates(frame.table)),
    )
    rows = [row for found, _ in asked for row in found]
    notes = dict.fromkeys(note for _, told in asked for note in told)
    return table_or_text("Repeat purchase", rows, list(notes), LACKING["purchases"])


def show_contract_retention(session: Session) -> TableExhibit | TextExhibit:
    """Show the articles' retention rate where customers have contracts, with what a source says against its counts."""
    rows, notes = rates_of(session, "cohort_survival", lambda frame: measures.survival_rates(frame.table))
    shown = {row["Source"] for row in rows}
    notes += [
        f"{s.title}: {'; '.join(s.data_card.defects)}."
        for s in session.sources
        if s.title in shown and s.data_card.defects
    ]
    return table_or_text("Retention under contract", rows, notes, LACKING["cohort_survival"])


def show_cohort_rates(session: Session, *, months: int) -> TableExhibit | TextExhibit:
    """Monthly cohort retention at one age: bounded and rolling, pooled and mean of cohorts, customers and revenue."""
    require_months(months=months)

    def of_log(frame: Frame) -> tuple[Rate, ...]:
        end = observed_to(frame)
        activity = measures.cohort_activity(frame.table, end_of_observation=end)
        age = measures.age_reached(activity, months)
        kinds = [measures.retention_at(activity, age, kind=kind, noun="month") for kind in ("bounded", "rolling")]
        rates = [rate for found in kinds for rate in (found.pooled, found.mean)]
        return (*rates, measures.revenue_retention_at(frame.table, age, end_of_observation=end))

    def speaks_of(rates: Sequence[Rate]) -> Sequence[Rate]:
        bounded, _, rolling, _, _ = rates
        return bounded, bounded, rolling, rolling, bounded

    def of_contracts(frame: Frame) -> tuple[Rate, ...]:
        kept: tuple[Rate, ...] = measures.kept_at(frame.table, measures.age_reached(frame.table, months))
        return kept

    rows, notes = rates_of(session, "purchases", of_log, first_purchase=True, speaks_of=speaks_of)
    kept, told = rates_of(session, CONTRACT_MONTHS, of_contracts, speaks_of=lambda rates: (rates[0], rates[0]))
    notes = list(dict.fromkeys([*notes, *told])) if kept else notes
    needs = "a purchase log (transactions) or subscriptions"
    return table_or_text(f"Cohort retention {months} months on", rows + kept, notes, needs)


def show_churn_by_tool(session: Session) -> TableExhibit | TextExhibit:
    """Show the churn of one period as ChartMogul, Baremetrics and Stripe count it, where customers have contracts."""
    rows, notes = rates_of(session, "account_periods/subscriptions", lambda frame: measures.churn_by_tool(frame.table))
    return table_or_text("One period, three churn rates", rows, notes, "subscriptions with their ends")
