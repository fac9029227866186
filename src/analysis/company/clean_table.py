"""What reading hands on: a column as it was read, and a table whose rows are sorted into used and left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import ibis

from analysis.company.ledger import Entry
from analysis.company.raw_table import RawTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a glance at a raw table tells before it is read.

    Attributes
    ----------
    rows : int
    latest : int
        Day number of the last day in the column that dates a row; None where it is empty or holds texts.
    """

    rows: int
    latest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """A column as it was read.

    Attributes
    ----------
    values : dict
        Name to expression; a time column has several.
    missing : expression
        Where nothing stands.
    faults : tuple of (expression, str)
        Where something stands that cannot be used, and why, first rule first.
    """

    values: dict[str, Any]
    missing: Any
    faults: tuple[tuple[Any, str], ...]

    @property
    def faulty(self) -> Any:
        """Where any rule is broken."""
        return reduce(lambda a, b: a | b, (condition for condition, _ in self.faults), ibis.literal(False))

    def usable_values(self) -> dict[str, Any]:
        """The values, null where a rule is broken: what an optional column is worth."""
        if not self.faults:
            return self.values
        return {name: self.faulty.ifelse(ibis.null(value.type()), value) for name, value in self.values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedRows:
    """Rows of a raw table with the reason why each is left out; they are still to be counted.

    Attributes
    ----------
    raw : RawTable
    table : ibis Table
        All rows that fit the header, with the reason in REASON (null: used).
    columns : mapping
        The columns that are there, as they were read.
    told : tuple of str
        Notes so far.
    order : tuple of str
        Reasons in the order in which they are shown.
    look : Look
        What a glance at the raw table has told; None without one.
    """

    raw: RawTable
    table: Any
    columns: Mapping[str, ReadColumn]
    told: tuple[str, ...]
    order: tuple[str, ...]
    look: Look | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanTable:
    """The rows of a company table that are used.

    Attributes
    ----------
    name : str
    expression : ibis Table
        Our columns; a time column holds its day number (see `calendar_days`), with a ``_month`` and, for moments, a
        ``_second`` column beside it; the number of the row in its file where rows have one.
    n : int
        Rows used.
    filled : frozenset of str
        Columns that are there and hold a value in at least one used row.
    first, end : int
        Day number of the first day on which a used row is dated, and of the last observed day; 0 if no row is used.
    entry : Entry
    joined : tuple of Entry
        Of the tables whose columns were joined.
    last_end, running : int
        Spells: day number of the last end that is known (0 without one), and rows that have none.
    keep : object
        Holds the engine's temporary table alive.
    returns : bool
        Transactions: whether any row is a return.
    least : float
        Transactions: the smallest amount of a purchase; None without any.
    """

    name: str
    expression: Any
    n: int
    filled: frozenset[str]
    first: int
    end: int
    entry: Entry
    joined: tuple[Entry, ...] = ()
    last_end: int = 0
    running: int = 0
    keep: Any = field(default=None, repr=False)
    returns: bool = False
    least: float | None = None
