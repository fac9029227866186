"""Customers drawn for frames of one row a purchase or a history, where there are more than a laptop needs.

Counts of periods are taken over all customers. What goes back to pandas row by row is taken over a sample: whoever is
drawn comes with all his purchases, so that an estimator that takes customers as independent draws, as all of ours do,
has the sampling error in its interval. The ledger counts the rows of those who are not drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from analysis.company.store import Company
from analysis.frames import Context
from analysis.frames.builders.common import context, record_parts
from analysis.frames.builders.occasions import codes, days, n_customers, observation, reasons_of

_PRIME, _SHIFT, RANGE = 7_919, 618_035, 1_000_003


def drawn_days(company: Company) -> Any:
    """`days` of the customers drawn; all of them where there are no more than the largest sample."""
    if not draws(company):
        return days(company)
    table = days(company)
    return company.once("drawn days", lambda: company.engine.keep(table.filter(chosen(company, table)), "drawn_days"))


def drawn_occasions(company: Company) -> Any:
    """`occasions` of the customers drawn."""
    table = drawn_days(company)
    return table.filter(table["reason"].isnull()).drop("reason")


def rows_of_drawn(company: Company, table: Any) -> Any:
    """Rows of a table with `customer_id` that are of customers drawn; all of them where there are no more than the sample."""
    if not draws(company):
        return table
    everyone = codes(company)
    return table.semi_join(everyone.filter(chosen(company, everyone)), "customer_id")


def n_drawn(company: Company) -> int:
    """Customers drawn who have at least one occasion."""
    if not draws(company):
        return n_customers(company)
    return int(company.once("n_drawn", lambda: drawn_occasions(company)["code"].nunique().execute()))


def about_drawn(company: Company) -> Context:
    """Context of a frame made from `drawn_occasions`."""
    of_how_many = f" drawn at random from {n_customers(company):,}" if draws(company) else ""
    return context(
        company, population=f"{n_drawn(company):,} customers{of_how_many} with a purchase", period=observation(company)
    )


def record_drawn(
    company: Company, key: str, extra: Callable[[Any], Any] | None = None, notes: tuple[str, ...] = ()
) -> None:
    """Ledger entry of a frame made from `drawn_occasions`; `extra` as for `record_days`, asked about `drawn_days`."""
    parts = reasons_of(drawn_days(company), extra)
    if draws(company):
        table = days(company)
        rest = table.filter(~chosen(company, table))
        parts = parts.union(reasons_of(rest, lambda t: ibis.literal(not_drawn(company))))
        notes = (*notes, how_drawn(company))
    record_parts(company, key, "transactions", parts, notes)


def draws(company: Company) -> bool:
    """Whether customers are drawn: there are more than the largest sample."""
    return n_customers(company) > company.settings.largest_sample


def chosen(company: Company, table: Any) -> Any:
    """By a fixed rule from the customer's code and the seed, so that every engine draws the same customers."""
    return _place(company, table["code"]) < round(RANGE * company.settings.largest_sample / n_customers(company))


def evenly(company: Company, code: Any) -> Any:
    """A number from 0 up to 1 for each code, spread evenly, the same on every engine."""
    return _place(company, code).cast("float64") / float(RANGE)


def _place(company: Company, code: Any) -> Any:
    return shuffled(code, company.settings.sample_seed)


def shuffled(numbers: Any, seed: int = 0) -> Any:
    """Numbers from 0 up to `RANGE`, one for each of `numbers` by a fixed rule: their order says nothing of its."""
    return (numbers * _PRIME + seed * _SHIFT) % RANGE


def not_drawn(company: Company) -> str:
    """Reason of the rows of customers who are not drawn."""
    return f"customer not among the {n_drawn(company):,} drawn"


def how_drawn(company: Company) -> str:
    """Note on the draw."""
    settings = company.settings
    return (
        f"{n_drawn(company):,} of {n_customers(company):,} customers with a purchase are drawn at random (largest_sample = "
        f"{settings.largest_sample}, sample_seed = {settings.sample_seed} in company.toml, [data]); intervals hold the "
        "sampling error"
    )
