"""What a frame needs of a company: tables, columns, settings, campaigns of a family. Each need says what is lacking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.company.store import Company
from analysis.frames.builders.campaign_rows import families
from analysis.frames.builders.contacts import offers_to_strangers
from analysis.frames.builders.membership_rows import SUBSCRIPTION
from analysis.frames.builders.ticket_events import FAILURES

Need = Callable[[Company], str | None]
"""From a company to what it lacks, as a noun phrase; None if nothing."""


def table(name: str, *columns: str) -> Need:
    """A table with a usable row and these columns filled."""
    return lambda company: company.lacks(name, *columns)


def setting(name: str) -> Need:
    """A key of ``[company]``."""

    def lacking(company: Company) -> str | None:
        return None if getattr(company.settings, name) is not None else f"`{name}` in company.toml, [company]"

    return lacking


def either(*needs: Need) -> Need:
    """One of several needs."""

    def lacking(company: Company) -> str | None:
        found = [need(company) for need in needs]
        return None if None in found else " or ".join(str(item) for item in found)

    return lacking


def value(name: str, column: str, *wanted: object) -> Need:
    """A table in which a column holds each of these values at least once; capitals do not matter."""

    def lacking(company: Company) -> str | None:
        lack = company.lacks(name, column)
        if lack:
            return lack
        seen = _seen(company, name, column)
        absent = [item for item in wanted if item not in seen]
        if not absent:
            return None
        return f"rows in the table {name} with {' and '.join(repr(item) for item in absent)} in the column {column}"

    return lacking


def _seen(company: Company, name: str, column: str) -> frozenset[Any]:
    """Distinct values of a column, texts in lower case."""

    def find() -> frozenset[Any]:
        expression = company.table(name).expression
        found = expression.select(column).distinct().limit(10_000).execute()[column].dropna()
        return frozenset(item.lower() if isinstance(item, str) else bool(item) for item in found)

    seen: frozenset[Any] = company.once(f"values {name}.{column}", find)
    return seen


_ARMS = {
    "control": "a control arm",
    "matched": "matched and mismatched messages",
    "kinds": "an arm for each of two kinds or more",
}


def experiment(family: str, arms: str = "control") -> Need:
    """A campaign of this family with the arms of a comparison ("control", "matched" or "kinds")."""
    wanted = family if arms == "control" else f"{family}:{arms}"

    def lacking(company: Company) -> str | None:
        lack = company.lacks("campaigns")
        if lack is None and wanted in families(company):
            return None
        return lack or f"a campaign of family {family} with {_ARMS[arms]} in the table campaigns"

    return lacking


def strangers() -> Need:
    """Offers to people who had never bought and were no customers otherwise, with what they answered."""

    def lacking(company: Company) -> str | None:
        if offers_to_strangers(company):
            return None
        return (
            "people in the table campaigns who are no customers yet (prospects, in no other table or with segment "
            "'prospect' in customers): a customer without an order yet is not somebody who never bought, and without "
            "prospects the claim cannot be tested"
        )

    return lambda company: company.lacks("campaigns", "responded") or company.lacks("transactions") or lacking(company)


def random_invitations() -> Need:
    """Surveys with a random choice of whom to ask."""
    return value("surveys", "invited_at_random", True)


def failures() -> Need:
    """Tickets of a category that marks a failure."""

    def lacking(company: Company) -> str | None:
        lack = company.lacks("tickets", "category")
        if lack:
            return lack
        seen = {str(item).lower() for item in _seen(company, "tickets", "category")}
        if seen & set(FAILURES):
            return None
        return f"tickets of the category {' or '.join(FAILURES)} (map yours in [values.tickets.category])"

    return lacking


def answers(instrument: str) -> Need:
    """Surveys of an instrument with a score."""
    named = value("surveys", "instrument", instrument)
    return lambda company: company.lacks("surveys", "score") or named(company)


def items(*stems: str) -> Need:
    """Survey items whose names begin with each of these."""

    def lacking(company: Company) -> str | None:
        lack = company.lacks("surveys", "item")
        if lack:
            return lack
        seen = {str(item).lower() for item in _seen(company, "surveys", "item")}
        absent = [stem for stem in stems if not any(item.startswith(stem) for item in seen)]
        return f"survey items that begin with {' and '.join(absent)}" if absent else None

    return lacking


def programme() -> Need:
    """Memberships of a tier other than `subscription`."""

    def lacking(company: Company) -> str | None:
        lack = company.lacks("memberships")
        if lack:
            return lack
        seen = {str(item).lower() for item in _seen(company, "memberships", "tier")}
        return None if seen - {SUBSCRIPTION} else "memberships of a programme in the table memberships"

    return lacking


def lacks(needs: tuple[Need, ...], company: Company) -> tuple[str, ...]:
    """What is lacking of all needs together, each thing once."""
    found = (need(company) for need in needs)
    return tuple(dict.fromkeys(lack for lack in found if lack))
