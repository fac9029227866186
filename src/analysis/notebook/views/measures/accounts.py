"""Customer accounts and customer value, one exhibit a source."""

from __future__ import annotations

from analysis import measures
from analysis.core.wording import NARROW_SPACE, number
from analysis.frames import Frame
from analysis.measures.value import Amount, ValueStudy
from analysis.notebook.disclosure import note_of
from analysis.notebook.exhibits import GroupExhibit, TableExhibit, TextExhibit
from analysis.notebook.figures.measures import growth_figure
from analysis.notebook.figures.partial_account import hidden_counts, partial_growth_figure
from analysis.notebook.session import Session
from analysis.notebook.views.measures.asking import Exhibit, each, observed_to, require_months

NOT_IDENTIFIED_GROWTH = "retention-drives-growth"
"""Claim whose reason for a source's silence has to be read under its account."""


def show_growth(session: Session) -> GroupExhibit | TextExhibit:
    """Take every customer account apart, one figure a source, with the reason under it where it cannot speak of growth."""
    reasons = {
        s.title: s.not_identified[NOT_IDENTIFIED_GROWTH].reason
        for s in session.sources
        if NOT_IDENTIFIED_GROWTH in s.not_identified
    }

    def account(frame: Frame, smallest: int) -> Exhibit:
        periods, context = measures.growth_accounting(frame.table), frame.context
        about = f"{context.contrast[:1].upper()}{context.contrast[1:]}. " if context.contrast else ""
        note = f"{about}{reasons.get(context.source, '')}"
        hidden = hidden_counts(periods, smallest)
        if any(hidden):
            told = f"{note} {note_of(smallest)}".strip()
            return partial_growth_figure(context.source, periods, hidden, told, context.kind)
        return growth_figure(context.source, periods, measures.growth_totals(periods), note, context.kind)

    return each(session, "account_periods", account)


def show_customer_value(
    session: Session, *, holdout_months: int, horizon_years: float, margin: float, discount_rate: float
) -> GroupExhibit | TextExhibit:
    """Set the formula beside the model, and both beside what customers spent in the months kept back."""
    require_months(holdout_months=holdout_months)

    def compare(frame: Frame, smallest: int) -> Exhibit:
        study = measures.formula_against_model(
            frame.table,
            holdout_months=holdout_months,
            horizons_years=(horizon_years,),
            margin=margin,
            discount_rate=discount_rate,
            end_of_observation=observed_to(frame),
        )
        if study.n_customers < smallest:
            return TextExhibit(f"{frame.context.source}: {note_of(smallest)}")
        return _value_table(frame, study)

    return each(session, "purchases", compare, first_purchase=True)


def _value_table(frame: Frame, study: ValueStudy) -> TableExhibit:
    left_out = f" {study.n_left_out} left out, whose repeat purchases brought nothing." if study.n_left_out else ""
    no_model = f" No value by the model. {study.no_model}" if study.no_model else ""
    return TableExhibit(
        caption=f"{frame.context.source}: value of a customer known by {study.split}, {frame.context.currency}",
        rows=tuple(
            {"By": told, **{part.label: amount(part) for part in study.comparisons}}
            for told, amount in (
                ("Formula, all purchases", lambda part: number(part.formula.value)),
                ("Formula, repeat purchases only", lambda part: number(part.formula_repeat.value)),
                (
                    f"Model ({study.purchase_model}, {study.spend_model})",
                    lambda part: _amount(part.model) if part.model else "none",
                ),
                ("What they spent", lambda part: _amount(part.actual) if part.actual else "not observed"),
            )
        ),
        note=f"Per customer, {number(study.n_customers, 9)} customers.{left_out}{no_model} Formula: average sale "
        f"{number(study.comparisons[0].formula.average_sale)} x "
        f"{number(study.comparisons[0].formula.transactions_per_year)} transactions a year "
        f"({number(study.comparisons[0].formula_repeat.transactions_per_year)} without the first) x years x margin. "
        "Intervals: of the model, doubt about its parameters alone, not whether it fits; of what they spent, customers "
        "as independent draws.",
    )


def _amount(amount: Amount) -> str:
    return f"{number(amount.mean)} (95{NARROW_SPACE}% interval {number(amount.low)} to {number(amount.high)})"
