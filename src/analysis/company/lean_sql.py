"""The embedded engine's SQL with less of Ibis's own work: putting a query together takes longer than answering it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class _Unfused:
    """Ibis's compiler without its merging of one SELECT into the next, which the engine does in less time by itself.

    What is merged is also copied to each place where it is used, and copies of copies grow beyond bounds.
    """

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler

    def to_sqlglot(self, *given: Any, **named: Any) -> Any:
        from ibis import options

        fused, options.sql.fuse_selects = options.sql.fuse_selects, False
        try:
            return self._compiler.to_sqlglot(*given, **named)
        finally:
            options.sql.fuse_selects = fused

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiler, name)


def make_lean(backend: Any) -> None:
    """Let a DuckDB backend of Ibis put its queries together in fewer steps, and keep a result in one statement."""
    backend.compiler = _Unfused(backend.compiler)

    def create_table(name: str, expression: Any, *, overwrite: bool = False) -> Any:
        """A table with the types that Ibis gives the columns of `expression`: the engine's own sums of whole numbers are wider."""
        create = "CREATE OR REPLACE TABLE" if overwrite else "CREATE TABLE"
        backend.con.execute(f"{create} {_quoted(name)} AS {_typed(backend, expression)}").fetchall()
        return _named(backend, name, expression)

    backend.create_table = create_table


def write_file(backend: Any, file: Path, tables: Mapping[str, Any]) -> None:
    """Write each expression as a table of the DuckDB file `file`, made for it, which is closed at the end."""
    backend.con.execute(f"ATTACH {text_literal(file)} AS written")
    try:
        for name, expression in tables.items():
            backend.con.execute(f"CREATE TABLE written.{_quoted(name)} AS {_typed(backend, expression)}").fetchall()
    finally:
        backend.con.execute("DETACH written")


def read_file(backend: Any, file: Path, names: Iterable[str]) -> dict[str, Any]:
    """Tables of what `write_file` has written, to be read only; several processes may."""
    backend.con.execute(f"ATTACH {text_literal(file)} AS written (READ_ONLY)")
    return {name: backend.table(name, database=("written", "main")) for name in names}


def _typed(backend: Any, expression: Any) -> str:
    """A query for the rows of `expression`, with the types that Ibis gives its columns."""
    _register(backend, expression)
    text, types = backend.compile(expression), backend.compiler.type_mapper
    columns = ", ".join(
        f"CAST({_quoted(column)} AS {types.to_string(kind)}) AS {_quoted(column)}"
        for column, kind in expression.schema().items()
    )
    return f"SELECT {columns} FROM ({text})"


def create_view(backend: Any, name: str, expression: Any) -> Any:
    """A name for `expression`, with the types that Ibis gives its columns."""
    _register(backend, expression)
    backend.con.execute(f"CREATE OR REPLACE TEMPORARY VIEW {_quoted(name)} AS {backend.compile(expression)}")
    return _named(backend, name, expression)


def _register(backend: Any, expression: Any) -> None:
    """Let the engine see what `expression` holds in memory."""
    from ibis.expr import operations as ops

    if expression.op().find(ops.InMemoryTable):
        backend.con.execute("SELECT 0").fetchall()  # ends a result of which not every row was fetched
        backend._run_pre_execute_hooks(expression)


def _named(backend: Any, name: str, expression: Any) -> Any:
    """The table of this name; the engine is not asked for its columns, which are those of `expression`."""
    from ibis.expr import operations as ops

    return ops.DatabaseTable(name, expression.schema(), backend, ops.Namespace()).to_expr()


def text_literal(value: object) -> str:
    """A text as SQL has it, for statements that take no parameters.

    Examples
    --------
    >>> text_literal("Grandma's")
    "'Grandma''s'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
