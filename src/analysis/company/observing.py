"""The end of observation: the company's, else the latest day in all of its tables, unless that would decide who is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analysis.company.clean_table import CleanTable
from analysis.company.schemas import TABLES
from analysis.core.calendar_days import day_of
from analysis.core.errors import UserMistake

FAR = 92
"""Days, a quarter: further apart than this, the last days of two tables do not tell one end of observation."""

SPELLS = ("subscriptions", "memberships")
"""Tables whose ends say who is still there."""

_REMEDY = 'Say in company.toml, [company]: end_of_observation = "YYYY-MM-DD", the day of the exports.'


def last_day(tables: Mapping[str, CleanTable]) -> tuple[int, str]:
    """Day number of the latest day in the used rows of all tables, and in which column it stands.

    Parameters
    ----------
    tables : mapping
        Every table of the company, spells not yet censored.

    Raises
    ------
    UserMistake
        If that day would decide who is still there: ends that lie far behind the last beginning in any table may be days
        to come, and spells that run on in a table where nothing has happened for a quarter may have ended unseen.
    """
    used = {name: table for name, table in tables.items() if table.n}
    if not used:
        return 0, ""
    starts = max((table.end, name) for name, table in used.items())
    ends = max(((table.last_end, name) for name, table in used.items() if table.last_end), default=(0, ""))
    if ends[0] - starts[0] > FAR and ends[1] in SPELLS:
        column = TABLES[ends[1]].ends
        raise UserMistake(
            f"Table {ends[1]}, column `{column}`: the last day, {day_of(ends[0])}, lies {ends[0] - starts[0]} days behind "
            f"the last beginning in any table, {day_of(starts[0])} ({starts[1]}). Are these ends to come, or did nothing "
            f"begin any more? It decides who counts as still there. {_REMEDY}"
        )
    end, name = max(starts, ends)
    column = TABLES[name].ends if (end, name) == ends and ends[0] > starts[0] else TABLES[name].starts
    for other, table in used.items():
        own = max(table.end, table.last_end)
        if other in SPELLS and table.running and end - own > FAR:
            raise UserMistake(
                f"Table {other}: nothing begins or ends after {day_of(own)}, while {name} goes on to {day_of(end)}. If "
                f"{other} was exported earlier, its {table.running:,} open rows may have ended unseen, so the later day must "
                f"not be taken for the end of observation. {_REMEDY}"
            )
    return end, f"{name}.{column}"


def observed_to(table: CleanTable, end: int, where: str) -> CleanTable:
    """The table observed up to the day `end`, which stands in the column `where`; later ends count as still running."""
    note = f"end of observation not given: the latest day in all tables, {day_of(end)} ({where}), is taken"
    return replace(
        table,
        end=end,
        entry=replace(table.entry, notes=(*table.entry.notes, *((note,) if table.n else ()))),
    )
