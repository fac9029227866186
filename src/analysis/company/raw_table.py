"""A company's table as it stands: our name for each of its columns, their values, and a number for each row of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.company.ledger import Entry
from analysis.company.schemas import TableSpec
from analysis.company.settings import Settings
from analysis.core.errors import UserMistake

ROW = "row_in_file"
"""Name of the column that numbers the rows of a file, the header not counted."""
MISFIT = "too many or too few fields for the header"


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
    staged : tuple of str
        Names of the embedded engine's tables that hold the files' texts.
    reasons : tuple of str
        Reasons for which `expression` leaves rows out before they are read (in its column `row_verbs.LEFT`), in the order
        of their rules.
    sum_lines : bool
        Whether the amounts of the rows of one order are added up.
    valued : bool
        Whether their values are turned to ours already.
    joined : tuple of Entry
        What became of the rows of tables that were joined.
    notes : tuple of str
        What was done on the way here.
    reread : bool
        Whether the embedded engine reads it again in less time than it takes to write a copy: Parquet, DuckDB's own.
    """

    spec: TableSpec
    place: str
    expression: Any
    columns: Mapping[str, str]
    rejected: tuple[int, ...] = ()
    staged: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    sum_lines: bool = False
    valued: bool = False
    joined: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
    reread: bool = False

    @property
    def numbered(self) -> bool:
        """Whether rows have a number."""
        return ROW in self.expression.columns


def match_columns(
    spec: TableSpec, header: tuple[str, ...], settings: Settings, place: str, part: str = ""
) -> dict[str, str]:
    """Our column names to theirs, for the columns that are there.

    A column is found by the name that ``[columns.TABLE]`` gives it, else by our name; capitals do not matter where only
    one column can be meant.

    Raises
    ------
    UserMistake
        If a named column is not there, two columns have the wanted name, or a required one is missing.
    """
    part = part or spec.name
    named, constants = settings.columns.get(part, {}), settings.constants.get(part, {})
    found: dict[str, str] = {}
    for ours in spec.columns:
        if ours in constants:
            continue
        choices = (named.get(ours, ours), *settings.fallbacks.get(part, {}).get(ours, ()))
        same = next((c for c in (one_column(header, wanted, ours, place) for wanted in choices) if c), None)
        if same:
            found[ours] = same
        elif ours in named:
            raise UserMistake(
                f"company.toml, [columns.{part}] `{ours}`: the column {choices[0]!r} is not in table {place}; its "
                f"columns are {_listed(header)}. Correct the name."
            )
    _require_mapped_columns(settings, part, {*found, *constants}, place, header)
    derivable = "quantity" in found and "unit_price" in found
    for ours in spec.required:
        if (
            ours not in found
            and ours not in constants
            and not (spec.name == "transactions" and ours == "amount" and derivable)
        ):
            instead = (
                ", or `quantity` and `unit_price` to derive it from," if ours == "amount" and not derivable else ""
            )
            raise UserMistake(
                f"Table {place} must have the column `{ours}`{instead if spec.name == 'transactions' else ''} "
                f"({spec.columns[ours].meaning}); its columns are {_listed(header)}. If it has another name, say so in "
                f'company.toml, [columns.{part}]: {ours} = "their name".'
            )
    return found


def one_column(header: tuple[str, ...], wanted: str, ours: str, place: str) -> str | None:
    """Their column of this name; capitals do not matter where only one can be meant. None if there is none.

    Raises
    ------
    UserMistake
        If several columns have it.
    """
    same = [c for c in header if c == wanted] or [c for c in header if c.strip().lower() == wanted.strip().lower()]
    if len(same) > 1:
        raise UserMistake(
            f"Table {place}: {len(same)} columns are called {wanted!r}, so `{ours}` could be any of them. Rename all but one."
        )
    return same[0] if same else None


def _require_mapped_columns(
    settings: Settings, part: str, present: set[str], place: str, header: tuple[str, ...]
) -> None:
    """Values, rules and clocks can speak only of columns that are there."""
    rules = settings.rules_of(part)
    spoken = {"values": settings.values.get(part, {})} | {
        f"rows.{part}.{name}": getattr(rules, name) for name in ("clock", "split", "scale", "less", "times", "a_month")
    }
    for section, columns in spoken.items():
        for ours in columns:
            if ours not in present:
                where = f"values.{part}.{ours}" if section == "values" else section
                raise UserMistake(
                    f"company.toml, [{where}]: table {place} has no column `{ours}`; its columns are {_listed(header)}. Say in "
                    f"[columns.{part}] which of them it is, or remove the lines."
                )


def _listed(header: tuple[str, ...]) -> str:
    shown = [repr(c[:40]) for c in header[:20]]
    more = f" and {len(header) - 20} more" if len(header) > 20 else ""
    return ", ".join(shown) + more
