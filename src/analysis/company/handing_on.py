"""Tables that were read without an end of observation, handed on to who reads the same files with the one found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analysis.company.asked_together import asked_together
from analysis.company.clean_table import CleanTable
from analysis.company.row_accounting import REASON, censored
from analysis.company.schemas import TABLES
from analysis.company.settings import Settings
from analysis.core.calendar_days import day_number


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
