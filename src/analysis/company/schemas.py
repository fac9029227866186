"""The ten tables of a company, which stand in ``schemas.toml``: columns, kinds, units, ranges, what is required."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.core.codebook import read_codebook
from analysis.core.errors import require_one_of

KINDS = ("id", "text", "number", "whole", "day", "moment", "flag")
"""id: an identifier, compared as text; day: a date (a time of day is read and dropped); moment: date and time of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column of a company table.

    Attributes
    ----------
    kind : str
        One of KINDS.
    meaning : str
        What it is, with its unit.
    required : bool
        A row without it is left out, with its reason; an optional value that is missing costs only the claims that
        need it.
    low, high : float
        Bounds, both included; None for none.
    among : tuple of str
        The values allowed; empty for any. Case does not matter when they are read.
    """

    kind: str
    meaning: str
    required: bool = False
    low: float | None = None
    high: float | None = None
    among: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_one_of("kind", self.kind, KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A company table.

    Attributes
    ----------
    name, row : str
        Name of the table, and what one row is.
    columns : mapping
        Column name to TableColumn, required ones first.
    key : tuple of str
        Columns that together name a row; a second row with the same values is a duplicate. Empty where equal rows may
        be meant.
    starts, ends : str
        The time column by which a row is dated; the column of its end, where a row is a spell (the first day without).
    """

    name: str
    row: str
    columns: Mapping[str, TableColumn]
    key: tuple[str, ...] = ()
    starts: str = "at"
    ends: str | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the required columns."""
        return tuple(name for name, column in self.columns.items() if column.required)


TABLES: Mapping[str, TableSpec] = read_codebook(__file__, TableSpec, TableColumn)
"""Name to TableSpec, in the order in which they are listed."""


def table(name: str) -> TableSpec:
    """Return the spec of the company table `name`.

    Raises
    ------
    ParameterMistake
        If there is no such table.

    Examples
    --------
    >>> table("referrals").required
    ('referrer_id', 'referred_id', 'at')
    """
    require_one_of("table", name, tuple(TABLES))
    return TABLES[name]
