"""Tables that were read, handed on: to who reads the same files with the end of observation that was found in them, and to
other processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.company.asked_together import asked_together
from analysis.company.clean_table import CleanTable
from analysis.company.engine import Engine
from analysis.company.lean_sql import read_file, write_file
from analysis.company.row_accounting import REASON, censored
from analysis.company.schemas import TABLES
from analysis.company.settings import Settings
from analysis.core.calendar_days import day_number
from analysis.core.errors import UserMistake


def reads_alike(settings: Settings, other: Settings) -> bool:
    """Whether both read every value alike: they may differ in the end of observation, and in what the company is called."""
    plain = [replace(each, end_of_observation=None, simulated=False, name="") for each in (settings, other)]
    return plain[0] == plain[1]


def seen_to(tables: Mapping[str, CleanTable], settings: Settings) -> dict[str, CleanTable] | None:
    """The tables as they would be read with the end of observation that `settings` name.

    Parameters
    ----------
    tables : mapping
        Every table of the company, read without an end of observation.

    Returns
    -------
    dict
        None where a row begins after that end: it would be left out for this reason, and may be the first of its key.
    """
    if settings.end_of_observation is None or not tables:
        return None
    end = day_number(settings.end_of_observation)
    asks = []
    for name, table in tables.items():
        rows, spec = table.keep, TABLES[name]
        asked = {"last": rows[spec.starts].max()}
        if spec.ends in rows.columns:
            asked["late"] = (rows[REASON].isnull() & (rows[spec.ends] > end)).sum()
        asks.append((rows, asked, ""))
    found = {}
    for (name, table), (told,) in zip(tables.items(), asked_together(asks), strict=True):
        if told["last"] > end:
            return None
        notes: list[str] = []
        late = told.get("late", 0)
        expression = censored(TABLES[name], table.expression, end, 0 if late != late else int(late), notes)
        entry = replace(table.entry, notes=(*table.entry.notes, *notes))
        found[name] = replace(table, expression=expression, end=end, entry=entry)
    return found


MOST_HANDED = 1_000_000
"""Used rows, of all tables together, beyond which no other process is to ask them too: each engine may hold its memory limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOn:
    """Clean tables as another process takes them.

    Attributes
    ----------
    file : Path
        The tables, as a file of DuckDB, which several processes may read.
    names : tuple of str
        Of the tables that are there.
    small : bool
        Whether another process may ask them while the one that read them does.
    tables : mapping
        Name to clean table, without its expression.
    mistakes : mapping
        Name to why a table cannot be read.
    """

    file: Path
    names: tuple[str, ...]
    small: bool
    tables: Mapping[str, CleanTable]
    mistakes: Mapping[str, UserMistake]


def hand_on(
    engine: Engine,
    folder: Path,
    names: tuple[str, ...],
    tables: Mapping[str, CleanTable],
    mistakes: Mapping[str, UserMistake],
) -> HandedOn | None:
    """Write clean tables down in `folder` for other processes; None where there is no room."""
    import duckdb

    file = folder / "clean.duckdb"
    try:
        write_file(engine.backend, file, {name: table.expression for name, table in tables.items()})
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        file.unlink(missing_ok=True)
        return None  # each process cleans for itself
    plain = {name: replace(table, expression=None, keep=None) for name, table in tables.items()}
    return HandedOn(file=file, names=names, small=small(tables), tables=plain, mistakes=dict(mistakes))


def small(tables: Mapping[str, CleanTable]) -> bool:
    """Whether two processes may ask these tables at the same time."""
    return sum(table.n for table in tables.values()) <= MOST_HANDED


def taken(handed: HandedOn, engine: Engine) -> dict[str, CleanTable]:
    """The tables that were handed on, for the engine of this process."""
    found = read_file(engine.backend, handed.file, handed.tables)
    return {name: replace(table, expression=found[name]) for name, table in handed.tables.items()}
