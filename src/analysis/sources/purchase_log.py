"""A public purchase log as a company: its rows become the tables of one, and the builders of own data make its frames."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from analysis.frames import Context, Frame

if TYPE_CHECKING:
    from analysis.company.store import Company

CODE_DIGITS = 8
"""Whole numbers of customers are written with as many digits, so that the order of texts is that of the numbers."""


def company_of(context: Context, end_of_observation: str, **tables: pd.DataFrame) -> Company:
    """Return the tables of a public data set as those of a company.

    Parameters
    ----------
    context : Context
        Its source is the company's name.
    end_of_observation : str
        Last observed day.
    **tables : pandas.DataFrame
        Tables of a company by name (``transactions``: customer_id, at, amount); customers are whole numbers.
    """
    # Late: the engine is heavy, and a run that finds every frame in the cache never needs it.
    from analysis.company.settings import Settings
    from analysis.company.store import Company

    settings = Settings(
        name=context.source,
        currency=context.currency,
        end_of_observation=datetime.date.fromisoformat(end_of_observation),
    )
    return Company(settings, tables={name: _as_texts(table) for name, table in tables.items()})


def opened(
    context: Context, end_of_observation: str, tables: Callable[[], Mapping[str, pd.DataFrame]]
) -> Callable[[], Company]:
    """Return a function that opens a public data set as a company, once a process; `tables` reads what it opens."""
    return cache(lambda: company_of(context, end_of_observation, **tables()))


def _as_texts(table: pd.DataFrame) -> pd.DataFrame:
    places, customers = pd.factorize(table["customer_id"].astype("int64"))
    texts = customers.astype(str).str.zfill(CODE_DIGITS)
    return table.assign(customer_id=texts.to_numpy()[places])


def built(name: str, company: Callable[[], Company], context: Context, **options: object) -> Callable[[], Frame]:
    """Return a function that builds a frame by a company's builder and with the public source's own words.

    Parameters
    ----------
    name : str
        Key of the builder in `analysis.frames.builders.catalogue`.
    company : callable
        Opens the tables; called when the frame is built.
    context : Context
        Stands in the place of the one that the builder writes.
    **options
        Of the builder, beside those of the catalogue.
    """

    def build() -> Frame:
        from analysis.frames.builders.catalogue import BUILDERS

        return replace(BUILDERS[name].build(company(), **options), context=context)

    return build


def occasions_of(company: Company) -> pd.DataFrame:
    """Return the purchase occasions with the customers' own numbers: customer_id, at (midnight), amount, in this order."""
    from analysis.frames.builders.common import dates
    from analysis.frames.builders.occasions import occasions

    rows = occasions(company).select("customer_id", "day", "amount").order_by("customer_id", "day").execute()
    return rows.assign(customer_id=rows["customer_id"].astype("int64"), at=dates(rows["day"])).drop(columns="day")
