"""Service and satisfaction in one table: a company's own tickets and surveys, and the public files that have some."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from analysis.core.errors import UserMistake
from analysis.core.vocabulary import Kind
from analysis.frames import Frame
from analysis.measures.rates import Rate, proportion
from analysis.measures.service import customer_satisfaction, survey_rates, ticket_rates
from analysis.notebook.exhibits import Row, TableExhibit, TextExhibit
from analysis.notebook.session import Session
from analysis.notebook.views.measures.asking import rates_of, shown_rates, table_or_text

if TYPE_CHECKING:
    from analysis.company.store import Company

LACKING = (
    "a company's table tickets (opened_at, resolved_at, and resolved_first_contact or contacts) or surveys "
    "(customer_id, at, instrument, score)"
)


def show_service_rates(session: Session, *, target_hours: float, csat_highest: int = 5) -> TableExhibit | TextExhibit:
    """Show first-contact resolution, SLA attainment, NPS and satisfaction of the session's sources.

    Parameters
    ----------
    target_hours : float
        Agreed time to resolution of a ticket, hours on the clock.
    csat_highest : int
        Top of the company's satisfaction scale, which begins at 1.
    """
    rows: list[Row] = []
    notes: list[str] = []
    for name, key, read in PUBLIC:
        found, problems = rates_of(session, key, read, only=name)
        rows, notes = rows + found, notes + problems
    for source in session.sources:
        if source.kind in (Kind.OWN, Kind.SIMULATED) and hasattr(source, "company"):
            found, problems = _of_company(session, source.company, target_hours, csat_highest)
            rows, notes = rows + found, notes + problems
    return table_or_text("Service and satisfaction", rows, notes, LACKING)


def tickets_of(company: Company) -> pd.DataFrame:
    """Return a company's tickets as `measures.ticket_rates` takes them: moments as timestamps, flags as they are."""
    import ibis

    from analysis.core.calendar_days import SECONDS_PER_DAY

    clean = company.table("tickets")
    table = clean.expression
    told = [name for name in ("resolved_first_contact", "contacts") if name in clean.filled]
    moments = {
        name: ibis.coalesce(table[f"{name}_second"], table[name] * SECONDS_PER_DAY)
        for name in ("opened_at", "resolved_at")
    }
    tickets = table.select(*told, **moments).execute()
    return tickets.assign(**{name: _moments(tickets[name]) for name in moments})


def surveys_of(company: Company) -> pd.DataFrame:
    """Return a company's surveys as `measures.survey_rates` takes them."""
    clean = company.table("surveys")
    columns = ["customer_id", "at", "instrument", "score"] + (["item"] if "item" in clean.filled else [])
    surveys: pd.DataFrame = clean.expression.select(*columns).execute()
    return surveys


def _of_company(
    session: Session, company: Company, target_hours: float, csat_highest: int
) -> tuple[list[Row], list[str]]:
    title = company.settings.name
    rows: list[Row] = []
    notes: list[str] = []

    def of_tickets() -> tuple[Rate, ...]:
        from analysis.core.calendar_days import day_of

        end = f"{day_of(company.table('tickets').end)} 23:59:59"
        return ticket_rates(tickets_of(company), target_hours=target_hours, end_of_observation=end)

    def of_surveys() -> tuple[Rate, ...]:
        return survey_rates(surveys_of(company), csat_highest=csat_highest)

    asked: tuple[tuple[str, tuple[str, ...], Callable[[], tuple[Rate, ...]]], ...] = (
        ("tickets", ("resolved_at",), of_tickets),
        ("surveys", ("score",), of_surveys),
    )
    for name, columns, read in asked:
        lack = company.lacks(name, *columns)
        if lack:
            notes.append(f"{title} lacks {lack}.")
            continue
        try:
            rates = read()
            found, told = shown_rates(session, title, rates, rates)
            rows, notes = rows + found, notes + told
        except UserMistake as fault:
            notes.append(f"{title}, {name}: {fault}")
    return rows, notes


def _moments(seconds: pd.Series) -> pd.Series:
    """Seconds since the engine's origin as timestamps; missing ones as NaT."""
    from analysis.core.calendar_days import ORIGIN

    moments: pd.Series = pd.Timestamp(ORIGIN) + pd.to_timedelta(seconds.astype(float), unit="s")
    return moments


def _made_sla(frame: Frame) -> tuple[Rate, ...]:
    """SLA attainment of the public incident log, whose tickets are all closed."""
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
    return (customer_satisfaction(frame.table["overall"].to_list(), lowest=1, highest=10),)


PUBLIC: tuple[tuple[str, str, Callable[[Frame], tuple[Rate, ...]]], ...] = (
    ("incident_log", "exposure", _made_sla),
    ("customer_satisfaction", "satisfaction_items", _overall_satisfaction),
)
"""Public sources with a measure of service: name, frame, and how to read it."""
