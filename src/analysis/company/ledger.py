"""The quality ledger: every row that came in is either used or left out for one named reason, and the sum balances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from analysis.core.errors import AnalysisError


class LedgerFault(AnalysisError):
    """A ledger entry does not balance: our bug, never the user's mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Rows left out for one reason.

    Attributes
    ----------
    reason : str
        The first rule that the rows break, in the table's fixed order of rules.
    rows : int
    example_row : int
        Number of such a row in its file, the header not counted; None where rows have no number (in a database).
    """

    reason: str
    rows: int
    example_row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of the rows of one table, or of one table's rows on their way into a frame.

    Attributes
    ----------
    name : str
        Table name or frame key.
    counted : str
        What the rows are ("rows of transactions").
    rows_in, rows_used : int
    left_out : tuple of LeftOut
    notes : tuple of str
        What was done to rows that are used: how a value was read, what was assumed.

    Examples
    --------
    >>> entry = Entry(name="referrals", counted="rows of referrals", rows_in=3, rows_used=2,
    ...               left_out=(LeftOut(reason="no referred_id", rows=1, example_row=2),))
    >>> entry.n_left_out
    1
    >>> Entry(name="referrals", counted="rows of referrals", rows_in=3, rows_used=3, left_out=entry.left_out)
    Traceback (most recent call last):
        ...
    analysis.company.ledger.LedgerFault: The ledger of 'referrals' does not balance: 3 rows in, 3 used, 1 left out.
    """

    name: str
    counted: str
    rows_in: int
    rows_used: int
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_used + self.n_left_out:
            raise LedgerFault(
                f"The ledger of '{self.name}' does not balance: {self.rows_in} rows in, {self.rows_used} used, "
                f"{self.n_left_out} left out."
            )

    @property
    def n_left_out(self) -> int:
        """Rows left out, all reasons together."""
        return sum(item.rows for item in self.left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Entries of tables first, frames behind, in the order in which they were made.

    Attributes
    ----------
    entries : tuple of Entry
    """

    entries: tuple[Entry, ...]

    def __getitem__(self, name: str) -> Entry:
        return next(entry for entry in self.entries if entry.name == name)

    def rows(self) -> tuple[dict[str, Any], ...]:
        """The ledger as a flat table, one row a reason, for showing.

        Examples
        --------
        >>> entry = Entry(name="points", counted="rows of points", rows_in=1, rows_used=1)
        >>> Ledger(entries=(entry,)).rows()[0]["Left out"]
        0
        """
        return tuple(row for entry in self.entries for row in _entry_rows(entry))

    def notes(self) -> tuple[tuple[str, str], ...]:
        """Name and note, one a line."""
        return tuple((entry.name, note) for entry in self.entries for note in entry.notes)


def _entry_rows(entry: Entry) -> Iterable[dict[str, Any]]:
    head = {
        "Table or frame": entry.name,
        "Rows counted": entry.counted,
        "Rows in": entry.rows_in,
        "Used": entry.rows_used,
        "Left out": entry.n_left_out,
    }
    reasons = entry.left_out or (LeftOut(reason="", rows=0),)
    for item in reasons:
        yield {**head, "Reason": item.reason, "Rows": item.rows, "Example row": item.example_row}
