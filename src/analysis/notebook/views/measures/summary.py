"""The page in short: the sources that are measured, and for each log the two findings that matter to a decision."""

from __future__ import annotations

from dataclasses import replace

from analysis import measures
from analysis.core.vocabulary import Kind
from analysis.core.wording import number
from analysis.frames import Frame
from analysis.measures.value import Amount
from analysis.measures.words import fraction, percent
from analysis.notebook import tables
from analysis.notebook.disclosure import HIDDEN, note_of, threshold
from analysis.notebook.exhibits import GroupExhibit, Row, TableExhibit, TextExhibit
from analysis.notebook.session import Session
from analysis.notebook.views.measures.asking import (
    LACKING,
    NEEDS_FIRST,
    ask,
    knows_first_purchases,
    observed_to,
    require_months,
    table_or_text,
    told_of,
)
from analysis.notebook.views.measures.figures import audit_is_small, first_day_after
from analysis.notebook.views.measures.service import PUBLIC

MEASURED = ("purchases", "opportunities", "cohort_survival", "account_periods")
"""Frames that the measures are taken from."""


def show_measured_sources(session: Session) -> TableExhibit | TextExhibit | GroupExhibit:
    """List the sources that this page measures: those with one of its frames, and a company's own.

    Under them, why some are not asked for what needs a customer's first purchase; and, with own data, the quality ledger.
    """
    named = {name for name, _, _ in PUBLIC}
    found = [
        source
        for source in session.sources
        if source.kind in (Kind.OWN, Kind.SIMULATED) or source.name in named or set(MEASURED) & set(source.builders)
    ]
    shown = tables.sources_table(found)
    if not found or isinstance(shown, TextExhibit):
        return TextExhibit("None of the data used here has anything to measure.")
    unknown = [s for s in found if "purchases" in s.builders and not knows_first_purchases(s)]
    note = " ".join(f"{s.title} is not asked for cohorts: {s.not_identified[NEEDS_FIRST].reason}" for s in unknown)
    return session.with_ledgers(replace(shown, note=note))


def show_in_short(session: Session, *, months: int, cut_months: int, holdout_months: int) -> TableExhibit | TextExhibit:
    """Say of every log how far one retention rate moves with its definition, and what formula and model foretold.

    Parameters
    ----------
    months, cut_months
        As for `show_definition_audit`.
    holdout_months : int
        As for `show_customer_value`.
    """
    require_months(months=months, cut_months=cut_months, holdout_months=holdout_months)

    def read(frame: Frame) -> dict[str, str]:
        smallest = threshold(session.parameters, frame.context.kind)
        return _retained(frame, months, cut_months, smallest) | _foretold(frame, holdout_months, smallest)

    rows: list[Row] = []
    silent: list[tuple[str, str]] = []
    for title, answer in ask(session, "purchases", read, first_purchase=True):
        if isinstance(answer, str):
            silent.append((title, answer))
        else:
            rows.append({"Source": title} | answer)
    return table_or_text("In short", rows, told_of(silent), LACKING["purchases"])


def _retained(frame: Frame, months: int, cut_months: int, smallest: int) -> dict[str, str]:
    audit = measures.audit_definitions(
        frame.table,
        months=months,
        filter_from=first_day_after(frame, cut_months),
        end_of_observation=observed_to(frame),
    )
    usual = audit.lines[0].rate
    if audit_is_small(audit, smallest):
        return {f"Retained after {months} months": HIDDEN, "By the usual one": note_of(smallest)}
    spread = f"{percent(audit.lowest.rate.value)} to {percent(audit.highest.rate.value)}"
    return {
        f"Retained after {months} months": f"{spread}, by the definition alone ({audit.n_definitions} of them)",
        "By the usual one": f"{percent(usual.value)} ({fraction(usual)})",
    }


def _foretold(frame: Frame, holdout_months: int, smallest: int) -> dict[str, str]:
    study = measures.formula_against_model(
        frame.table,
        holdout_months=holdout_months,
        horizons_years=(),
        margin=1.0,
        discount_rate=0.1,
        end_of_observation=observed_to(frame),
    )
    first, currency = study.comparisons[0], frame.context.currency
    spent = first.actual
    if study.n_customers < smallest:
        return {f"Spend in {holdout_months} months, foretold": HIDDEN, "What they spent": note_of(smallest)}
    by_model = f"{number(first.model.mean)} by the model" if first.model else f"none by the model. {study.no_model}"
    return {
        f"Spend in {holdout_months} months, foretold": f"{number(first.formula.value)} {currency} a customer by the formula, "
        f"{by_model}",
        "What they spent": _amount(spent, currency) if spent else "not observed",
    }


def _amount(amount: Amount, currency: str) -> str:
    return f"{number(amount.mean)} {currency} ({number(amount.low)} to {number(amount.high)})"
