"""What a frame needs of a company: tables, columns, settings, campaigns of a family. Each need says what is lacking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.company.store import Company

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


def value(name: str, column: str, *wanted: str) -> Need:
    """A table in which a text column holds each of these values at least once."""

    def lacking(company: Company) -> str | None:
        lack = company.lacks(name, column)
        if lack:
            return lack
        seen = company.once(f"values {name}.{column}", lambda: _values(company, name, column))
        absent = [item for item in wanted if item not in seen]
        if not absent:
            return None
        return f"rows in the table {name} with {' and '.join(repr(item) for item in absent)} in the column {column}"

    return lacking


def _values(company: Company, name: str, column: str) -> frozenset[Any]:
    expression = company.table(name).expression
    return frozenset(expression.select(column).distinct().limit(1000).execute()[column].dropna())


def lacks(needs: tuple[Need, ...], company: Company) -> str | None:
    """What is lacking of all needs together; None if nothing."""
    found = [lack for lack in (need(company) for need in needs) if lack]
    return "; ".join(dict.fromkeys(found)) or None
