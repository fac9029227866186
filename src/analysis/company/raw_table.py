"""A company's table as it stands: our name for each of its columns, their values, and a number for each row of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.company.schemas import TableSpec
from analysis.company.settings import Settings
from analysis.core.errors import UserMistake

ROW = "row_in_file"
"""Name of the column that numbers the rows of a file, the header not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A company table as it stands, with our column names and their values.

    Attributes
    ----------
    spec : TableSpec
    place : str
        What it is called in messages: "transactions (sales.csv)".
    expression : ibis Table
        Our names for the columns that are there; with ROW where rows have a number.
    columns : mapping
        Our name to their name, of the columns that are there.
    rejected : tuple of int
        Rows of the file that do not fit its header.
    staged : str
        Name of the embedded engine's table that holds the file's texts; None without one.
    reread : bool
        Whether the embedded engine reads it again in less time than it takes to write a copy: Parquet, DuckDB's own.
    """

    spec: TableSpec
    place: str
    expression: Any
    columns: Mapping[str, str]
    rejected: tuple[int, ...] = ()
    staged: str | None = None
    reread: bool = False

    @property
    def numbered(self) -> bool:
        """Whether rows have a number."""
        return ROW in self.expression.columns


def match_columns(spec: TableSpec, header: tuple[str, ...], settings: Settings, place: str) -> dict[str, str]:
    """Our column names to theirs, for the columns that are there.

    A column is found by the name that ``[columns.TABLE]`` gives it, else by our name; capitals do not matter where only
    one column can be meant.

    Raises
    ------
    UserMistake
        If a named column is not there, two columns have the wanted name, or a required one is missing.
    """
    named = settings.columns.get(spec.name, {})
    found: dict[str, str] = {}
    for ours in spec.columns:
        wanted = named.get(ours, ours)
        same = [c for c in header if c == wanted] or [c for c in header if c.strip().lower() == wanted.strip().lower()]
        if len(same) > 1:
            raise UserMistake(
                f"Table {place}: {len(same)} columns are called {wanted!r}, so `{ours}` could be any of them. Rename all "
                "but one."
            )
        if same:
            found[ours] = same[0]
        elif ours in named:
            raise UserMistake(
                f"company.toml, [columns.{spec.name}] `{ours}`: the column {wanted!r} is not in table {place}; its "
                f"columns are {_listed(header)}. Correct the name."
            )
    derivable = "quantity" in found and "unit_price" in found
    for ours in spec.required:
        if ours not in found and not (spec.name == "transactions" and ours == "amount" and derivable):
            instead = (
                ", or `quantity` and `unit_price` to derive it from," if ours == "amount" and not derivable else ""
            )
            raise UserMistake(
                f"Table {place} must have the column `{ours}`{instead if spec.name == 'transactions' else ''} "
                f"({spec.columns[ours].meaning}); its columns are {_listed(header)}. If it has another name, say so in "
                f'company.toml, [columns.{spec.name}]: {ours} = "their name".'
            )
    return found


def _listed(header: tuple[str, ...]) -> str:
    shown = [repr(c[:40]) for c in header[:20]]
    more = f" and {len(header) - 20} more" if len(header) > 20 else ""
    return ", ".join(shown) + more
