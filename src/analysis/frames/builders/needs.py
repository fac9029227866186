"""What a frame needs of a company: tables, columns, settings, campaigns of a family. Each need says what is lacking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

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

    def absent(seen: frozenset[Any]) -> str | None:
        missing = [repr(item) for item in wanted if item not in seen]
        return f"rows in the table {name} with {' and '.join(missing)} in the column {column}" if missing else None

    return _of_values(name, column, absent=absent)


def _of_values(name: str, *columns: str, absent: Callable[[frozenset[Any]], str | None], of: str = "") -> Need:
    """A table with these columns filled; `absent` says what the values that occur in the column (or the one `of`) lack."""
    place = name, of or columns[0]
    _LOOKED_AT[place] = None
    return lambda company: company.lacks(name, *columns) or absent(_seen(company, *place))


_LOOKED_AT: dict[tuple[str, str], None] = {}
"""Columns of which some need asks for the values that occur."""

_MOST_VALUES = 10_000


def _seen(company: Company, name: str, column: str) -> frozenset[Any]:
    """Distinct values of a column, texts in lower case; asked once for all columns of the tables that have been read."""
    known: dict[tuple[str, str], frozenset[Any]] = company.once("values that occur", dict)
    if (name, column) not in known:
        company.table(name)
        wanted = [
            (table, asked)
            for table, asked in _LOOKED_AT
            if (table, asked) not in known and company.was_read(table) and asked in company.table(table).filled
        ]
        known |= dict.fromkeys(wanted, frozenset())
        known |= _values(company, wanted)
    return known[name, column]


def _values(company: Company, places: list[tuple[str, str]]) -> dict[tuple[str, str], frozenset[Any]]:
    parts = []
    for number, (name, column) in enumerate(places):
        values = company.table(name).expression.select(column).distinct().limit(_MOST_VALUES)
        flag = values[column].type().is_boolean()
        text = ibis.cases((values[column], "true"), else_="false") if flag else values[column]
        found = values.filter(values[column].notnull())
        parts.append(found.select(place=ibis.literal(number, "int64"), flag=ibis.literal(flag), value=text))
    table = ibis.union(*parts).execute()
    return {
        places[int(number)]: frozenset(
            row.value == "true" if row.flag else row.value.lower() for row in rows.itertuples()
        )
        for number, rows in table.groupby("place")
    }


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

    known = either(table("transactions"), table("subscriptions", "started_at"))
    return lambda company: company.lacks("campaigns", "responded") or known(company) or lacking(company)


def random_invitations() -> Need:
    """Surveys with a random choice of whom to ask."""
    return value("surveys", "invited_at_random", True)


def failures() -> Need:
    """Tickets of a category that marks a failure."""
    lack = f"tickets of the category {' or '.join(FAILURES)} (map yours in [values.tickets.category])"
    return _of_values("tickets", "category", absent=lambda seen: None if seen & set(FAILURES) else lack)


def answers(instrument: str) -> Need:
    """Surveys of an instrument with a score."""
    named = value("surveys", "instrument", instrument)
    return lambda company: company.lacks("surveys", "score") or named(company)


def items(*stems: str) -> Need:
    """Survey items whose names begin with each of these."""

    def absent(seen: frozenset[Any]) -> str | None:
        missing = [stem for stem in stems if not any(item.startswith(stem) for item in seen)]
        return f"survey items that begin with {' and '.join(missing)}" if missing else None

    return _of_values("surveys", "item", absent=absent)


def programme() -> Need:
    """Memberships of a tier other than `subscription`."""
    lack = "memberships of a programme in the table memberships"
    return _of_values("memberships", of="tier", absent=lambda seen: None if seen - {SUBSCRIPTION} else lack)


def lacks(needs: tuple[Need, ...], company: Company) -> tuple[str, ...]:
    """What is lacking of all needs together, each thing once."""
    found = (need(company) for need in needs)
    return tuple(dict.fromkeys(lack for lack in found if lack))
