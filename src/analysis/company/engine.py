"""Where a company's tables stand: an embedded DuckDB for files, the company's own database otherwise; one Ibis backend each."""

from __future__ import annotations

import contextlib
import os
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.company import kept
from analysis.company.assembling import Loaded, assembled
from analysis.company.csv_files import CsvShape, inspect_csv, no_room, stage_csv
from analysis.company.file_forms import Readable, readable
from analysis.company.finding import Found, find_tables
from analysis.company.lean_sql import create_view, make_lean, text_literal
from analysis.company.query_count import QueryCount
from analysis.company.raw_table import ROW, RawTable, match_columns
from analysis.company.schemas import TABLES
from analysis.company.settings import DATABASE_SUFFIXES, Settings
from analysis.core import addresses, stopping
from analysis.core.errors import UserMistake

_SYSTEM = ("information_schema", "sys")


class Engine:
    """One backend with the company's tables in reach.

    Parameters
    ----------
    settings : Settings
    backend : ibis backend
        A connection that is open already (a Spark session, a test server); None: as the settings say.
    looks_for_tables : bool
        False: files are looked at one by one, before it is known which table they are.
    tables : mapping
        Name of a company table to its rows in pandas or Arrow, in place of files; empty: as the settings say.
    beside : Path
        Folder of another process's engine, in which this one's lies and with which it goes; None: one of its own.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        backend: Any = None,
        looks_for_tables: bool = True,
        tables: Mapping[str, Any] = MappingProxyType({}),
        beside: Path | None = None,
    ) -> None:
        self.settings = settings
        self.in_memory = tuple(tables)
        self.embedded = backend is None and settings.database is None
        if backend is None and settings.database is not None:
            where = f"{settings.file.name}, [data] `database`" if settings.file else "The database address"
            backend = addresses.connect(settings.database, where)
        self.folder: Path | None = None
        if self.embedded:
            self._folder = tempfile.TemporaryDirectory(prefix=kept.OURS, dir=beside, ignore_cleanup_errors=True)
            self.folder = Path(self._folder.name)
            weakref.finalize(self, kept.hold(self.folder).close)
            backend = _embedded(self.folder, settings.memory_limit)
        self.backend = backend
        self.queries = QueryCount()
        if self.embedded:
            self.queries.watch(backend)
            stopping.interrupt_on_stop(backend)
        self._processors = self._n_threads = _processors(backend) if self.embedded else 1
        # Several threads add numbers in the order in which they happen to finish: the last digit would change from run to
        # run, and with it every page.
        self._set_threads(1)
        self.attached = _attach(backend, settings.path) if self.embedded else None
        for name, rows in tables.items():
            backend.con.register(name, rows)
        self._readable: dict[tuple[Path, str], Readable] = {}
        self._n_staged = self._n_steps = 0
        self.found: Mapping[str, tuple[Found, ...]] = (
            find_tables(settings, self._names_in_database()) if looks_for_tables else {}
        )

    def _names_in_database(self) -> tuple[str, ...] | None:
        """Table names, or None where the data are files."""
        if self.attached:
            query = (
                "SELECT CASE schema_name WHEN 'main' THEN table_name ELSE schema_name || '.' || table_name END "
                "FROM duckdb_tables() WHERE database_name = ? UNION "
                "SELECT CASE schema_name WHEN 'main' THEN view_name ELSE schema_name || '.' || view_name END "
                "FROM duckdb_views() WHERE database_name = ? AND NOT internal ORDER BY 1"
            )
            rows = self.backend.con.execute(query, [self.attached, self.attached]).fetchall()
            return tuple(str(row[0]) for row in rows)
        if self.in_memory:
            return self.in_memory
        return None if self.embedded else tuple(sorted(self.backend.list_tables()))

    def every_table(self) -> tuple[str, ...]:
        """Names of all tables of a database, those of further schemas as "schema.table"; empty for files."""
        if self.attached or self.embedded:
            return self._names_in_database() or ()
        found = list(self._names_in_database() or ())
        for schema in getattr(self.backend, "list_databases", list)():
            if schema not in _SYSTEM and not schema.startswith("pg_"):
                found += [f"{schema}.{name}" for name in self.backend.list_tables(database=schema) if name not in found]
        return tuple(sorted(found))

    def raw(self, name: str) -> RawTable:
        """Return the table `name` with our column names, its values untouched.

        Raises
        ------
        UserMistake
            If it cannot be read, or a column that is required or named in company.toml is not there.
        """
        spec, places = TABLES[name], self.found[name]
        if len(places) > 1 or self._ruled(places[0].part):
            together = assembled(spec, places, self)
            return self._written_down(together) if self.embedded else together
        (found,) = places
        place = f"{name} ({'' if found.file else 'table '}{found.name})" if found.file or found.name != name else name
        columns = match_columns(spec, self.header_of(found), self.settings, place)
        loaded = self.load(found, tuple(dict.fromkeys(columns.values())))
        table = loaded.expression
        numbered = {ROW: table[ROW]} if ROW in table.columns else {}
        return RawTable(
            spec=spec,
            place=place,
            expression=table.select(**{ours: table[theirs] for ours, theirs in columns.items()}, **numbered),
            columns=columns,
            rejected=loaded.rejected,
            staged=(loaded.staged,) if loaded.staged else (),
            notes=(loaded.note,) if loaded.note else (),
            reread=not loaded.staged and (found.file is not None or bool(self.attached or self.in_memory)),
        )

    def _written_down(self, raw: RawTable) -> RawTable:
        """The same with its rows written down: each of some seven questions would have all its rules and joins planned again."""
        self._n_staged += 1
        name = f"raw_{self._n_staged}"
        table = self.keep(raw.expression, name)
        self.forget(raw)
        return replace(raw, expression=table, staged=(name,))

    def _ruled(self, part: str) -> bool:
        """Whether more is said of a part than the names of its columns and values."""
        settings = self.settings
        return any((part in settings.rows, part in settings.constants, part in settings.fallbacks, part in settings.joins,
                    settings.ids.change, part != part.partition("-")[0]))  # fmt: skip

    def load(self, found: Found, wanted: tuple[str, ...]) -> Loaded:
        """Read columns of a file or database table, values untouched.

        Raises
        ------
        UserMistake
            If it cannot be read.
        """
        if found.file is None:
            return Loaded(expression=self._database_table(found.name).select(*wanted))
        if found.file.suffix.lower() == ".parquet":
            table = self._parquet(found.file)
            retained = table.select(*wanted, **{ROW: table["file_row_number"].cast("int64") + 1})
            return Loaded(expression=retained, rows=int(table.count().execute()))
        return self._load_csv(found, wanted)

    def keep(self, expression: Any, name: str) -> Any:
        """Compute `expression` once and return the table that holds the result, for as long as the session lasts.

        In the embedded engine it is a table of the working file; in a company's database, a temporary one.
        """
        if self.embedded:
            import duckdb

            try:
                with self._threads(1):
                    return self.backend.create_table(name, expression, overwrite=True)
            except duckdb.OutOfMemoryException:
                raise no_room(f"the step {name}") from None
        from ibis.util import gen_name

        try:
            return self.backend.create_table(gen_name(f"retention_{name}"), expression, temp=True)
        except NotImplementedError:  # Spark keeps results in another way
            # Its row numbers come back in 32 bits, where sums and products with a customer's code run over.
            return expression.cache().cast(expression.schema())

    @contextlib.contextmanager
    def all_processors(self) -> Iterator[None]:
        """Let the embedded engine use every processor, for what no order of adding changes: counts, extremes, sums that are
        only held against a bound. It falls back to one for what it keeps.

        As many as ``OMP_NUM_THREADS`` where that is set: a batch run gives the other processors to other notebooks.
        """
        asked = os.environ.get("OMP_NUM_THREADS", "")
        with self._threads(int(asked) if asked.isdecimal() and int(asked) else self._processors):
            yield

    @contextlib.contextmanager
    def _threads(self, number: int) -> Iterator[None]:
        before = self._set_threads(number)
        try:
            yield
        finally:
            self._set_threads(before)

    def _set_threads(self, number: int) -> int:
        """Return the number there was; another one costs milliseconds."""
        before, self._n_threads = self._n_threads, number
        if self.embedded and number != before:
            self.backend.con.execute(f"SET threads = {number}")
        return before

    def view(self, expression: Any, name: str) -> Any:
        """Give `expression` a name in the embedded engine, so that what is built on it stays short; nothing is computed."""
        create_view(self.backend, name, expression)
        return self.backend.table(name)

    def barrier(self, expression: Any) -> Any:
        """End a step, so that Ibis puts it together once, whatever is asked of what follows.

        It is computed where the engine is not known to share common parts of an expression: PostgreSQL and Spark put an
        expression in the place of each of its uses, and reading texts grows beyond bounds then.
        """
        if not self.embedded:
            return self.keep(expression, "step")
        self._n_steps += 1
        return create_view(self.backend, f"step_{self._n_steps}", expression)

    def forget(self, raw: RawTable) -> None:
        """Free the room of a staged raw table."""
        for name in raw.staged:
            self.backend.con.execute(f"DROP TABLE IF EXISTS {name}")

    def header_of(self, found: Found) -> tuple[str, ...]:
        """Their column names of a file or database table.

        Raises
        ------
        UserMistake
            If it cannot be read.
        """
        if found.file is None:
            return tuple(self._database_table(found.name).columns)
        if found.file.suffix.lower() == ".parquet":
            return tuple(c for c in self._parquet(found.file).columns if c != "file_row_number")
        return self._shape(found)[0].columns

    def copy_of(self, found: Found) -> Readable:
        """The file behind a table as one that can be read as CSV: itself, or a copy that was unpacked.

        Raises
        ------
        UserMistake
            If it cannot be opened.
        """
        assert found.file is not None
        key = (found.file, found.sheet)
        if key not in self._readable:
            decimal = self.settings.rules_of(found.part).decimal or self.settings.decimal
            folder = Path(self._folder.name) / f"file{len(self._readable)}"
            folder.mkdir(exist_ok=True)
            self._readable[key] = readable(found.file, folder, sheet=found.sheet, decimal=decimal)
        return self._readable[key]

    def _shape(self, found: Found) -> tuple[CsvShape, Readable]:
        copy = self.copy_of(found)
        shape = inspect_csv(
            copy.path,
            encoding=copy.encoding or self.settings.encoding,
            separator=copy.separator or self.settings.separator,
            skip=self.settings.rules_of(found.part).skip_lines,
        )
        return shape, copy

    def _load_csv(self, found: Found, wanted: tuple[str, ...]) -> Loaded:
        shape, copy = self._shape(found)
        positions = tuple(sorted({shape.columns.index(theirs) for theirs in wanted}))
        self._n_staged += 1
        name = f"raw_{self._n_staged}"
        rejected = stage_csv(self.backend.con, shape, name, Path(self._folder.name), positions)
        table = self.backend.table(name)
        numbered = table.select(
            **{theirs: table[f"c{shape.columns.index(theirs)}"] for theirs in wanted},
            **{ROW: table.rowid().cast("int64") + 1},
        )
        ((n,),) = self.backend.con.execute(f"SELECT count(*) FROM {name}").fetchall()
        notes = [item for item in (copy.note, *shape.notes) if item]
        return Loaded(expression=numbered, rows=int(n), rejected=rejected, staged=name, note="; ".join(notes))

    def _parquet(self, file: Path) -> Any:
        import duckdb

        try:
            return self.backend.read_parquet(str(file), file_row_number=True)
        except duckdb.Error as fault:
            said = str(fault).splitlines()[0].rstrip(".")
            raise UserMistake(
                f"The table file {file.name} cannot be read as Parquet: {said}. Export it again."
            ) from None

    def _database_table(self, name: str) -> Any:
        schema, _, table = name.rpartition(".")
        if self.attached:
            return self.backend.table(table, database=(self.attached, schema or "main"))
        return self.backend.table(table, database=schema or None)


def _embedded(folder: Path, memory_limit: str) -> Any:
    with stopping.put_off():
        import duckdb
        import ibis

        backend = ibis.duckdb.connect(str(folder / "work.duckdb"))
    for setting in (
        f"SET memory_limit = '{memory_limit}'",
        f"SET temp_directory = {text_literal(folder / 'spill')}",
        "SET TimeZone = 'UTC'",
    ):
        backend.con.execute(setting)
    make_lean(backend)
    # In a Jupyter kernel without ipywidgets DuckDB shows no bar, and refuses to be told not to.
    with contextlib.suppress(duckdb.Error):
        backend.con.execute("SET enable_progress_bar = false")
    return backend


def _processors(backend: Any) -> int:
    """As many as the engine may have on this machine, of which a container's limit is part."""
    (number,) = backend.con.execute("SELECT current_setting('threads')").fetchone()
    return int(number)


def _attach(backend: Any, path: Path | None) -> str | None:
    """Attach a DuckDB file read-only and return the name it has then; None where the data are files."""
    import duckdb

    if path is None or path.suffix.lower() not in DATABASE_SUFFIXES or path.is_dir():
        return None
    try:
        backend.con.execute(f"ATTACH {text_literal(path)} AS company_data (READ_ONLY)")
    except duckdb.Error as fault:
        raise UserMistake(
            f"The file {path.name} cannot be opened as a DuckDB database: {str(fault).splitlines()[0]} Check that it is "
            "one and that no other program holds it open for writing."
        ) from None
    return "company_data"
