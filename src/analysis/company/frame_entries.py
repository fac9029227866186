"""Ledger entries of frames: what became of a table's rows on their way into a frame, counted for many frames in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from analysis.company.ledger import Entry, LeftOut
from analysis.company.raw_table import ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An entry that is still to be counted.

    Attributes
    ----------
    name, table : str
        Key of the frame, and name of the table whose rows are counted.
    rows_in : int
        Used rows of that table.
    parts : ibis Table
        Columns `reason` (null: used), `rows` (how many of the table's rows) and, where they are numbered, ROW; together
        they hold every used row of the table once.
    notes : tuple of str
    """

    name: str
    table: str
    rows_in: int
    parts: Any
    notes: tuple[str, ...] = ()


def entry_of(
    name: str, table: str, rows_in: int, used: int, left_out: Sequence[LeftOut], notes: tuple[str, ...] = ()
) -> Entry:
    """The entry of a frame from counts; used rows and those left out must come to all of the table's."""
    return Entry(
        name=name,
        counted=f"used rows of {table}",
        rows_in=rows_in,
        rows_used=used,
        left_out=tuple(sorted(left_out, key=lambda item: (-item.rows, item.reason))),
        notes=notes,
    )


def counted_at_once(waiting: Sequence[Pending]) -> list[Entry]:
    """Entries of what is still to be counted, all from one query; frames that leave out the same rows are counted once."""
    if not waiting:
        return []
    numbers: dict[Any, int] = {}
    for item in waiting:
        numbers.setdefault(item.parts.op(), len(numbers))
    found = ibis.union(*(_counts(number, parts.to_expr()) for parts, number in numbers.items())).execute()
    by_number = {int(number): rows.to_dict("records") for number, rows in found.groupby("number")}
    return [_entry(item, by_number.get(numbers[item.parts.op()], [])) for item in waiting]


def _counts(number: int, parts: Any) -> Any:
    example = parts[ROW].min().cast("int64") if ROW in parts.columns else ibis.null("int64")
    counts = parts.group_by("reason").aggregate(n=parts["rows"].sum().cast("int64"), example=example)
    return counts.select(number=ibis.literal(number, "int64"), reason="reason", n="n", example="example")


def _entry(item: Pending, rows: list[dict[str, Any]]) -> Entry:
    used, left_out = 0, []
    for row in rows:
        if not isinstance(row["reason"], str):
            used = int(row["n"])
            continue
        example = row["example"]
        known = example is not None and example == example
        left_out.append(LeftOut(reason=row["reason"], rows=int(row["n"]), example_row=int(example) if known else None))
    return entry_of(item.name, item.table, item.rows_in, used, left_out, item.notes)
