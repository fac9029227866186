"""A company's data in the hand: settings, engine, clean tables, made once each."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.company.clean_table import CleanTable
from analysis.company.cleaning import clean
from analysis.company.engine import Engine
from analysis.company.ledger import Entry, Ledger
from analysis.company.observing import last_day, observed_to
from analysis.company.settings import Settings, load_settings
from analysis.core.errors import UserMistake


class Company:
    """A company's tables, read when they are first needed.

    Parameters
    ----------
    settings : Settings
    backend : ibis backend
        An open connection; None: as the settings say.
    tables : mapping
        Name of a table to its rows in pandas or Arrow, in place of files.

    Raises
    ------
    UserMistake
        If the data cannot be found or opened.
    """

    def __init__(
        self, settings: Settings, *, backend: Any = None, tables: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        self.settings = settings
        self.engine = Engine(settings, backend=backend, tables=tables)
        self._clean: dict[str, CleanTable] = {}
        self._observed: dict[str, CleanTable] = {}
        self._made: dict[str, Any] = {}
        self._frame_entries: dict[str, Entry] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables that are there."""
        return tuple(self.engine.found)

    def table(self, name: str) -> CleanTable:
        """The clean table `name`; it must be one of `names`.

        Without an end of observation in the settings, all tables are read first, for their latest day.

        Raises
        ------
        UserMistake
            If it cannot be read, or the end of observation is not known.
        """
        if self.settings.end_of_observation:
            return self.read(name)
        if not self._observed:
            tables = self._readable()
            end, where = last_day(tables)
            self._observed = {other: observed_to(table, end, where) for other, table in tables.items()}
        return self._observed[name] if name in self._observed else self.read(name)

    def _readable(self) -> dict[str, CleanTable]:
        """All tables that can be read: one that cannot spoils only what needs it, and says why where it is asked for."""
        tables = {}
        for name in self.names:
            with contextlib.suppress(UserMistake):
                tables[name] = self.read(name)
        return tables

    def read(self, name: str) -> CleanTable:
        """The table `name` by itself: observed to its own last day where the settings name none, no spell censored."""
        if name not in self._clean:
            raw = self.engine.raw(name)
            with self.engine.all_processors():
                self._clean[name] = clean(
                    raw,
                    self.settings,
                    lambda table: self.engine.keep(table, f"clean_{name}"),
                    self.engine.barrier,
                    lambda table: self.engine.view(table, f"clean_{name}"),
                )
            self.engine.forget(raw)
        return self._clean[name]

    def lacks(self, name: str, *columns: str) -> str | None:
        """Say what a claim still lacks of a table: the table, a usable row, a column; None if nothing."""
        if name not in self.names:
            return f"the table {name}" + (f" ({', '.join(columns)})" if columns else "")
        table = self.table(name)
        if not table.n:
            return f"a usable row in the table {name}"
        absent = [c for c in columns if c not in table.filled]
        if absent:
            return f"the column{'s' if len(absent) > 1 else ''} {', '.join(absent)} in the table {name}"
        return None

    def has(self, name: str, *columns: str) -> bool:
        """Whether a table is there with a usable row and these columns filled."""
        return self.lacks(name, *columns) is None

    def once(self, key: str, make: Any) -> Any:
        """The result of `make()`, made once and kept under `key`."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def made(self, key: str) -> bool:
        """Whether `once` has kept something under `key`."""
        return key in self._made

    def record(self, entry: Entry) -> None:
        """Keep the ledger entry of a frame."""
        self._frame_entries[entry.name] = entry

    def ledger(self) -> Ledger:
        """Entries of all tables, and of the frames built so far."""
        tables = tuple(self.table(name).entry for name in self.names)
        return Ledger(entries=(*tables, *self._frame_entries.values()))


def open_company(data: str | Path, *, backend: Any = None) -> Company:
    """Open a company's data.

    Parameters
    ----------
    data : str or Path
        A folder, a ``company.toml``, a DuckDB or table file, or a database address.
    backend : ibis backend
        An open connection to use instead of the one the settings name.

    Raises
    ------
    UserMistake
        If the settings break a rule, or the data cannot be found or opened.
    """
    return Company(load_settings(data), backend=backend)
