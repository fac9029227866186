"""What all builders share: context, ledger entry, day numbers to dates, codes for customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import ibis
import pandas as pd

from analysis.company.frame_entries import Pending, entry_of
from analysis.company.ledger import LeftOut
from analysis.company.raw_table import ROW
from analysis.company.store import Company
from analysis.core.calendar_days import ORIGIN, day_of
from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import DAYS_PER_YEAR, Design, Kind
from analysis.frames import Context, Frame, spec

QUARTER_DAYS, HALF_YEAR_DAYS, YEAR_DAYS = 91, 182, 365
"""Lengths of the windows after an event in which an outcome is looked for, days."""


T = TypeVar("T")


def once(key: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Make a function of a company work once a company: what it gave is kept under `key`, and what else it was given."""

    def wrap(make: Callable[..., T]) -> Callable[..., T]:
        @wraps(make)
        def made(company: Company, *given: object) -> T:
            found: T = company.once("_".join(map(str, (key, *given))), lambda: make(company, *given))
            return found

        return made

    return wrap


def stored(key: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `once`, for a function that gives an Ibis table: the engine makes it and keeps it under the same name."""

    def wrap(make: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(make)
        def kept(company: Company, *given: object) -> Any:
            return company.engine.keep(make(company, *given), "_".join(map(str, (key, *given))))

        return once(key)(kept)

    return wrap


def context(
    company: Company, *, period: tuple[int, int], design: Design = Design.OBSERVATIONAL, **words: Any
) -> Context:
    """The context of a frame from a company's tables.

    Parameters
    ----------
    period : tuple of int
        First and last day number that the frame looks at.
    **words
        Other fields of the context.
    """
    first, last = (day_of(number).isoformat() for number in period)
    return Context(
        source=company.settings.name,
        kind=Kind.SIMULATED if company.settings.simulated else Kind.OWN,
        design=design,
        period=f"{first} to {last}",
        currency=company.settings.currency,
        **words,
    )


def checked(company: Company, key: str, table: pd.DataFrame, about: Context) -> Frame:
    """Check a table against the frame that `key` names.

    Raises
    ------
    FrameUnavailable
        If no row is left; the ledger says what became of them.
    """
    if table.empty:
        raise FrameUnavailable(
            f"The tables of {company.settings.name} leave no row for the frame '{key}'. The ledger says what became of "
            "the rows: run `python -m analysis check` on the data."
        )
    return spec(key.split("/")[0]).check(table, about)


def record(company: Company, key: str, table: str, rows: Any, reason: Any, notes: tuple[str, ...] = ()) -> None:
    """Enter in the ledger what became of a table's rows on their way into a frame; counted when the ledger is asked for.

    Parameters
    ----------
    rows : ibis Table
        One row a row of the company's table.
    reason : ibis column
        Of `rows`: why a row is left out, null if it is used.
    """
    record_parts(company, key, table, parts_of(rows, reason), notes)


def record_parts(company: Company, key: str, table: str, parts: Any, notes: tuple[str, ...] = ()) -> None:
    """As `record`, of rows that stand for several of the company's; `parts` as in `Pending`."""
    company.record(Pending(name=key, table=table, rows_in=company.table(table).n, parts=parts, notes=notes))


def enter(
    company: Company, key: str, table: str, used: int, left_out: list[LeftOut], notes: tuple[str, ...] = ()
) -> None:
    """Make the ledger entry of a frame from counts; used rows and those left out must come to all of the table's."""
    company.record(entry_of(key, table, company.table(table).n, used, left_out, notes))


def row_number(table: Any) -> dict[str, Any]:
    """The smallest row number in a group, for aggregations; nothing where rows have none."""
    return {ROW: table[ROW].min()} if ROW in table.columns else {}


def numbered(table: Any) -> dict[str, Any]:
    """The row number, for selections; nothing where rows have none."""
    return {ROW: table[ROW]} if ROW in table.columns else {}


def optional(table: Any, types: Mapping[str, str]) -> dict[str, Any]:
    """Columns that a table may come without, for selections: null, of the type named, where it does."""
    return {name: table[name] if name in table.columns else ibis.null(kind) for name, kind in types.items()}


def codes_of(table: Any, name: str) -> Any:
    """Customers of a table, with the column `name`: 0, 1, ... in the order of the ids."""
    ids = table.select("customer_id").distinct()
    return ids.mutate(**{name: ibis.row_number().over(order_by=ids["customer_id"]).cast("int64")})


def with_codes(table: Any, name: str) -> Any:
    """Rows of customers with the column `name`, the customer's code."""
    return table.inner_join(codes_of(table, name), "customer_id")


def runs_on(table: Any, day: Any) -> Any:
    """Whether a spell, from `start` to before `end` (null: running), holds the day."""
    return (table["start"] <= day) & (table["end"].isnull() | (table["end"] > day))


def parts_of(table: Any, reason: Any) -> Any:
    """The columns that `record_parts` takes of a table with one row a row of the company's."""
    return table.select(reason=reason, rows=ibis.literal(1), **numbered(table))


def no_reason() -> Any:
    """The reason of a row that is used, as an expression."""
    return ibis.null("string")


def zero_one(condition: Any) -> Any:
    """A condition as 1 and 0, null where it is null: not every engine casts one to the other."""
    return ibis.cases((condition, 1), (~condition, 0), else_=ibis.null("int64")).cast("int64")


def years(days: Any) -> Any:
    """Days as years. Spark would divide whole numbers by a decimal literal as decimals, to six places."""
    return days.cast("float64") / DAYS_PER_YEAR


def dates(numbers: pd.Series) -> pd.Series:
    """Day numbers as timestamps."""
    return pd.Timestamp(ORIGIN) + pd.to_timedelta(numbers.astype("int64"), unit="D")


def month_dates(numbers: pd.Series) -> pd.Series:
    """Month numbers as timestamps of their first day."""
    return pd.to_datetime({"year": numbers // 12, "month": numbers % 12 + 1, "day": 1})


def with_clusters(table: pd.DataFrame) -> pd.DataFrame:
    """Codes of customers in the column `cluster` in the place of their ids; without it where nobody has two rows."""
    codes = table["customer_id"].astype("category").cat.codes.astype("int64")
    table = table.drop(columns="customer_id")
    return table.assign(cluster=codes) if codes.duplicated().any() else table
