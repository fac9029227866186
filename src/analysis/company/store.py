"""A company's data in the hand: settings, engine, clean tables, made once each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.company.asked_together import asked_together
from analysis.company.clean_table import CleanTable, SortedRows
from analysis.company.cleaning import plain_texts, sort_rows
from analysis.company.engine import Engine
from analysis.company.frame_entries import Pending, counted_at_once
from analysis.company.handing_on import HandedOn, hand_on, reads_alike, seen_to, small, taken
from analysis.company.kept import Found, Kept, kept_of
from analysis.company.ledger import Entry, Ledger
from analysis.company.observing import last_day, observed_to
from analysis.company.query_count import QueryCount
from analysis.company.raw_table import RawTable
from analysis.company.row_accounting import asked_of, counted
from analysis.company.settings import Settings, load_settings
from analysis.core.errors import AnalysisError, UserMistake

CLEAN = "clean tables"
"""What all clean tables of a company are kept under, for the other processes of a run."""


class Company:
    """A company's tables, read when they are first needed.

    Parameters
    ----------
    settings : Settings
    backend : ibis backend
        An open connection; None: as the settings say.
    tables : mapping
        Name of a table to its rows in pandas or Arrow, in place of files.
    kept : Kept
        Where other processes of the run leave what they found out; None without.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        backend: Any = None,
        tables: Mapping[str, Any] = MappingProxyType({}),
        kept: Kept | None = None,
    ) -> None:
        self.settings = settings
        self._backend = backend
        self._tables = tables
        self.kept = kept
        self._raw: dict[str, RawTable] = {}
        self._clean: dict[str, CleanTable] = {}
        self._mistakes: dict[str, UserMistake] = {}
        self._observed: dict[str, CleanTable] = {}
        self._made: dict[str, Any] = {}
        self._frame_entries: dict[str, Entry | Pending] = {}

    @cached_property
    def engine(self) -> Engine:
        """What reads the tables, opened when something has to be read that is not kept.

        Raises
        ------
        UserMistake
            If the data cannot be found or opened.
        """
        engine = Engine(self.settings, backend=self._backend, tables=self._tables)
        known = self.kept.tables.known(CLEAN) if self.kept and self.kept.tables else None
        if known and known.value:
            self._mistakes, self._clean = dict(known.value.mistakes), taken(known.value, engine)
        return engine

    @property
    def queries(self) -> QueryCount:
        """Queries that this process asked of the tables."""
        return self.engine.queries if "engine" in self.__dict__ else QueryCount()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the tables that are there."""
        found: tuple[str, ...] = self.recall("names", lambda: tuple(self.engine.found))
        return found

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
        self._read_together(self.names)
        tables = {}
        for name in self.names:
            with contextlib.suppress(UserMistake):
                tables[name] = self.read(name)
        return tables

    def read(self, name: str) -> CleanTable:
        """The table `name` by itself: observed to its own last day where the settings name none, no spell censored."""
        self._read_together((name,))
        if name in self._mistakes:
            raise self._mistakes[name]
        return self._clean[name]

    def read_all(self) -> dict[str, CleanTable]:
        """Every table as `read` gives it; the first that cannot be read says why."""
        self._read_together(self.names)
        return {name: self.read(name) for name in self.names}

    def _read_together(self, names: Iterable[str]) -> None:
        """Clean tables that are not clean yet: what is asked of all of them is asked in one query."""
        engine = self.engine  # which comes with the tables that another process of the run has cleaned
        mistakes = self._mistakes
        todo = [name for name in names if name not in self._clean and name not in mistakes]
        if not todo:
            return

        def each(those: Iterable[str], work: Callable[[str], Any]) -> dict[str, Any]:
            found = {}
            for name in those:
                try:
                    found[name] = work(name)
                except UserMistake as mistake:
                    mistakes[name] = mistake
            return found

        def sort(name: str) -> SortedRows:
            found = sort_rows(raws[name], engine, texts.get(name))
            engine.forget(self._raw.pop(name))
            return found

        raws = each(todo, self.raw)
        with engine.all_processors():
            texts = plain_texts(raws, self.settings)
            rows = each(raws, sort)
            asks = {name: ask for name, found in rows.items() if (ask := asked_of(found, self.settings)) is not None}
            answers = dict(zip(asks, asked_together(list(asks.values())), strict=True))
            self._clean |= each(rows, lambda name: counted(rows[name], self.settings, answers.get(name)))

    def take_over(self, other: Company) -> None:
        """Take engine and tables of who has read the same files without an end of observation, if they are the same with it.

        Nothing must have been read before; afterwards `other` is not to be used any more.
        """
        if other._mistakes or set(other._clean) != set(other.names) or not reads_alike(self.settings, other.settings):
            return
        tables = seen_to(other._clean, self.settings)
        if tables is not None:
            self.engine, self._clean = other.engine, tables
            self.engine.settings = self.settings

    def handed_on(self) -> HandedOn | None:
        """All tables, read and written down for other processes; None where they are not in files, or there is no room.

        What is kept for a run is kept for all its processes, which then read no table of their own. Where nothing is kept, they are
        written down only if a process is to ask them beside this one, which large tables do not allow.
        """
        engine = self.engine
        if engine.folder is None or engine.in_memory:
            return None
        self._read_together(self.names)
        for_all = self.kept.tables if self.kept else None
        if for_all is None and not small(self._clean):
            return None
        folder = for_all.folder if for_all else engine.folder

        def written() -> Found:
            return Found(value=hand_on(engine, folder, self.names, self._clean, self._mistakes))

        found: HandedOn | None = (for_all.once(CLEAN, written) if for_all else written()).value
        return found

    def take(self, handed: HandedOn, beside: Path) -> None:
        """Take tables that another process has read, and a place in its engine's folder for what this one makes of them."""
        self.names, self._mistakes = handed.names, dict(handed.mistakes)
        self.engine = Engine(self.settings, looks_for_tables=False, beside=beside)
        self._clean = taken(handed, self.engine)

    def was_read(self, name: str) -> bool:
        """Whether this process has cleaned the table `name` already."""
        return name in self._clean

    def raw(self, name: str) -> RawTable:
        """The table `name` as it stands, until it has been cleaned."""
        if name not in self._raw:
            self._raw[name] = self.engine.raw(name)
        return self._raw[name]

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

    def recall(self, key: str, make: Callable[[], Any]) -> Any:
        """The result of `make()`, with what it enters in the ledger, worked out by one process of the run."""
        if self.kept is None:
            return make()

        def found() -> Found:
            before, self._frame_entries = self._frame_entries, {}
            try:
                value, fault = None, None
                try:
                    value = make()
                except AnalysisError as mistake:
                    fault = mistake
                return Found(value=value, fault=fault, entries=self.entries_of_frames())
            finally:
                self._frame_entries = before

        known = self.kept.once(key, found)
        for entry in known.entries:
            self.record(entry)
        if known.fault is not None:
            raise known.fault
        return known.value

    def has_kept(self, frames: Iterable[str]) -> bool:
        """Whether all these frames, or what they lack, are kept: then no table has to be read for them."""
        kept = self.kept
        return kept is not None and all(kept.has(f"frame {key}") or kept.has(f"lacks {key}") for key in frames)

    def record(self, entry: Entry | Pending) -> None:
        """Keep the ledger entry of a frame, or what it is to be counted from."""
        self._frame_entries[entry.name] = entry

    def entries_of_frames(self, order: Sequence[str] = ()) -> tuple[Entry, ...]:
        """Entries of the frames so far; those that are still to be counted are counted in one query.

        Parameters
        ----------
        order : sequence of str
            Names in the order in which their entries are to stand from now on, before others.
        """
        waiting = [entry for entry in self._frame_entries.values() if isinstance(entry, Pending)]
        self._frame_entries |= {entry.name: entry for entry in counted_at_once(waiting)}
        first = {name: self._frame_entries[name] for name in order if name in self._frame_entries}
        self._frame_entries = first | {name: one for name, one in self._frame_entries.items() if name not in first}
        return tuple(entry for entry in self._frame_entries.values() if isinstance(entry, Entry))

    def ledger(self) -> Ledger:
        """Entries of all tables, and of the frames built so far."""

        def entries() -> tuple[Entry, ...]:
            self._read_together(self.names)
            tables = [self.table(name) for name in self.names]
            return tuple(entry for table in tables for entry in (*table.joined, table.entry))

        tables = self.recall("entries of tables", entries)
        return Ledger(entries=(*tables, *self.entries_of_frames()))


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
    kept = None if backend is not None else kept_of(str(data))
    company = Company(load_settings(data), backend=backend, kept=kept)
    if kept is None:
        _ = company.engine  # a mistake in where the data lie is said at once
    return company
