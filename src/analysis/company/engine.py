"""Where a company's tables stand: an embedded DuckDB for files, the company's own database otherwise; one Ibis backend each."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.company.csv_files import CsvShape, inspect_csv, no_room, stage_csv
from analysis.company.finding import Found, find_tables
from analysis.company.raw_table import ROW, RawTable, match_columns
from analysis.company.schemas import TABLES, TableSpec
from analysis.company.settings import DATABASE_SUFFIXES, Settings
from analysis.core import addresses
from analysis.core.errors import UserMistake


class Engine:
    """One backend with the company's tables in reach.

    Parameters
    ----------
    settings : Settings
    backend : ibis backend
        A connection that is open already (a Spark session, a test server); None: as the settings say.
    """

    def __init__(self, settings: Settings, *, backend: Any = None) -> None:
        self.settings = settings
        self.embedded = backend is None and settings.database is None
        if backend is None and settings.database is not None:
            where = f"{settings.file.name}, [data] `database`" if settings.file else "The database address"
            backend = addresses.connect(settings.database, where)
        if self.embedded:
            self._folder = tempfile.TemporaryDirectory(prefix="retention-", ignore_cleanup_errors=True)
            backend = _embedded(Path(self._folder.name), settings.memory_limit)
        self.backend = backend
        self._processors = self._n_threads = _processors(backend) if self.embedded else 1
        # Several threads add numbers in the order in which they happen to finish: the last digit would change from run to
        # run, and with it every page.
        self._set_threads(1)
        self.attached = _attach(backend, settings.path) if self.embedded else None
        self.found: Mapping[str, Found] = find_tables(settings, self._names_in_database())

    def _names_in_database(self) -> tuple[str, ...] | None:
        """Table names, or None where the data are files."""
        if self.attached:
            query = (
                "SELECT table_name FROM duckdb_tables() WHERE database_name = ? "
                "UNION SELECT view_name FROM duckdb_views() WHERE database_name = ? AND NOT internal ORDER BY 1"
            )
            rows = self.backend.con.execute(query, [self.attached, self.attached]).fetchall()
            return tuple(str(row[0]) for row in rows)
        return None if self.embedded else tuple(sorted(self.backend.list_tables()))

    def raw(self, name: str) -> RawTable:
        """Return the table `name` with our column names, its values untouched.

        Raises
        ------
        UserMistake
            If it cannot be read, or a column that is required or named in company.toml is not there.
        """
        found = self.found[name]
        if found.file is None:
            return self._from_database(TABLES[name], found)
        if found.file.suffix.lower() == ".parquet":
            return self._from_parquet(TABLES[name], found)
        return self._from_csv(TABLES[name], found)

    def keep(self, expression: Any, name: str) -> Any:
        """Compute `expression` once and return the table that holds the result, for as long as the session lasts.

        In the embedded engine it is a table of the working file; in a company's database, a temporary one.
        """
        if self.embedded:
            import duckdb

            try:
                with self._threads(1):
                    self.backend.create_table(name, expression, overwrite=True)
            except duckdb.OutOfMemoryException:
                raise no_room(f"the step {name}") from None
            return self.backend.table(name)
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
        from ibis import options

        fused, options.sql.fuse_selects = options.sql.fuse_selects, False  # the engine does it in less time than Ibis
        try:
            text = self.backend.compile(expression)
        finally:
            options.sql.fuse_selects = fused
        self.backend.con.execute(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {text}")
        return self.backend.table(name)

    def barrier(self, expression: Any) -> Any:
        """Compute a step in between where the engine is not known to share common parts of an expression.

        PostgreSQL and Spark put an expression in the place of each of its uses; reading texts grows beyond bounds then.
        """
        return expression if self.embedded else self.keep(expression, "step")

    def forget(self, raw: RawTable) -> None:
        """Free the room of a staged raw table."""
        if raw.staged:
            self.backend.con.execute(f"DROP TABLE IF EXISTS {raw.staged}")

    def header(self, name: str) -> tuple[str, ...]:
        """Their column names of the table `name`."""
        found = self.found[name]
        if found.file is None:
            return tuple(self._database_table(found.name).columns)
        if found.file.suffix.lower() == ".parquet":
            return tuple(c for c in self._parquet(found.file).columns if c != "file_row_number")
        return self._shape(found.file).columns

    def _shape(self, file: Path) -> CsvShape:
        return inspect_csv(file, encoding=self.settings.encoding, separator=self.settings.separator)

    def _from_csv(self, spec: TableSpec, found: Found) -> RawTable:
        assert found.file is not None
        shape = self._shape(found.file)
        place = f"{spec.name} ({found.file.name})"
        columns = match_columns(spec, shape.columns, self.settings, place)
        positions = {ours: shape.columns.index(theirs) for ours, theirs in columns.items()}
        wanted = tuple(sorted(set(positions.values())))
        staged = stage_csv(self.backend.con, shape, f"raw_{spec.name}", Path(self._folder.name), wanted)
        table = self.backend.table(staged.name)
        numbered = table.select(
            **{ours: table[f"c{i}"] for ours, i in positions.items()}, **{ROW: table.rowid().cast("int64") + 1}
        )
        return RawTable(
            spec=spec,
            place=place,
            expression=numbered,
            columns=columns,
            rejected=staged.rejected,
            staged=staged.name,
        )

    def _parquet(self, file: Path) -> Any:
        import duckdb

        try:
            return self.backend.read_parquet(str(file), file_row_number=True)
        except duckdb.Error as fault:
            raise UserMistake(
                f"The table file {file.name} cannot be read as Parquet: {str(fault).splitlines()[0]} Export it again."
            ) from None

    def _from_parquet(self, spec: TableSpec, found: Found) -> RawTable:
        assert found.file is not None
        place = f"{spec.name} ({found.file.name})"
        table = self._parquet(found.file)
        header = tuple(c for c in table.columns if c != "file_row_number")
        columns = match_columns(spec, header, self.settings, place)
        numbered = table.select(
            **{ours: table[theirs] for ours, theirs in columns.items()},
            **{ROW: table["file_row_number"].cast("int64") + 1},
        )
        return RawTable(spec=spec, place=place, expression=numbered, columns=columns, reread=True)

    def _database_table(self, name: str) -> Any:
        schema, _, table = name.rpartition(".")
        if self.attached:
            return self.backend.table(table, database=(self.attached, schema or "main"))
        return self.backend.table(table, database=schema or None)

    def _from_database(self, spec: TableSpec, found: Found) -> RawTable:
        place = f"{spec.name} (table {found.name})" if found.name != spec.name else spec.name
        table = self._database_table(found.name)
        columns = match_columns(spec, tuple(table.columns), self.settings, place)
        chosen = table.select(**{ours: table[theirs] for ours, theirs in columns.items()})
        return RawTable(
            spec=spec, place=place, expression=chosen, columns=columns, reread=self.embedded and bool(self.attached)
        )


def _embedded(folder: Path, memory_limit: str) -> Any:
    import duckdb
    import ibis

    backend = ibis.duckdb.connect(str(folder / "work.duckdb"))
    spill = str(folder / "spill").replace("'", "''")
    for setting in (
        f"SET memory_limit = '{memory_limit}'",
        f"SET temp_directory = '{spill}'",
        "SET TimeZone = 'UTC'",
    ):
        backend.con.execute(setting)
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
        backend.con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS company_data (READ_ONLY)")
    except duckdb.Error as fault:
        raise UserMistake(
            f"The file {path.name} cannot be opened as a DuckDB database: {str(fault).splitlines()[0]} Check that it is "
            "one and that no other program holds it open for writing."
        ) from None
    return "company_data"
