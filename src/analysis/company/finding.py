"""Which file or database table stands behind each of the ten company tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.company.schemas import TABLES
from analysis.company.settings import DATABASE_SUFFIXES, TABLE_SUFFIXES, Settings
from analysis.core.errors import UserMistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a company table stands.

    Attributes
    ----------
    name : str
        Name of the file or database table.
    file : Path
        The file; None in a database.
    """

    name: str
    file: Path | None = None


def find_tables(settings: Settings, in_database: tuple[str, ...] | None) -> dict[str, Found]:
    """Return where each table that is there stands, in the order of the schemas.

    Parameters
    ----------
    settings : Settings
    in_database : tuple of str
        Names of the database's tables; None where the data are files.

    Raises
    ------
    UserMistake
        If a table that ``[tables]`` names is not there, two files could be one table, or there is no table at all.
    """
    if in_database is not None:
        return _in_database(settings, in_database)
    path = settings.path
    if path is None or not path.exists():
        raise UserMistake(f"The data folder of {settings.name} does not exist any more. Check [data] `path`.")
    if path.is_file() and path.suffix.lower() not in DATABASE_SUFFIXES:
        return {_only_table(settings): Found(name=path.name, file=path)}
    return _in_folder(settings, path)


def _only_table(settings: Settings) -> str:
    """A single file is the table that ``[tables]`` says, or the one it is named after, or transactions."""
    if len(settings.tables) > 1:
        raise UserMistake(
            f"company.toml, [data] `path` is one table file, but [tables] names {len(settings.tables)} tables. Give the "
            "folder as `path` instead."
        )
    stem = settings.path.stem.lower() if settings.path else ""
    return next(iter(settings.tables), stem if stem in TABLES else "transactions")


def _in_folder(settings: Settings, folder: Path) -> dict[str, Found]:
    files = sorted(f for f in folder.iterdir() if f.is_file() and f.suffix.lower() in TABLE_SUFFIXES)
    found = {}
    for name in TABLES:
        if name in settings.tables:
            found[name] = _named(settings, folder, name)
            continue
        same = [f for f in files if f.stem.lower() == name]
        if len(same) > 1:
            raise UserMistake(
                f"Two files could be the table {name}: {same[0].name} and {same[1].name}. Remove one, or name the right "
                f'one in company.toml, [tables]: {name} = "{same[0].name}".'
            )
        if same:
            found[name] = Found(name=same[0].name, file=same[0])
    if not found and len(files) == 1 and not settings.tables:
        found["transactions"] = Found(name=files[0].name, file=files[0])
    if not found:
        seen = ", ".join(f.name for f in files[:10]) or "no table file at all"
        raise UserMistake(
            f"The folder {folder.name} holds none of the tables {', '.join(TABLES)} as CSV or Parquet; it holds {seen}. "
            "Name a file after its table, or say in company.toml, [tables], which file is which."
        )
    return found


def _named(settings: Settings, folder: Path, name: str) -> Found:
    given = settings.tables[name]
    file = folder / given
    if not file.is_file():
        seen = ", ".join(sorted(f.name for f in folder.iterdir() if f.is_file())[:10]) or "nothing"
        raise UserMistake(
            f"company.toml, [tables] `{name}`: there is no file {given!r} in the data folder, which holds {seen}. "
            "Correct the name."
        )
    if file.suffix.lower() not in TABLE_SUFFIXES:
        raise UserMistake(
            f"company.toml, [tables] `{name}`: a table file ends in {', '.join(TABLE_SUFFIXES)}; got {given!r}. Export "
            "the table as CSV or Parquet."
        )
    return Found(name=given, file=file)


def _in_database(settings: Settings, names: tuple[str, ...]) -> dict[str, Found]:
    found = {}
    for name in TABLES:
        wanted = settings.tables.get(name, name)
        if wanted in names or "." in wanted:
            found[name] = Found(name=wanted)
            continue
        same = [n for n in names if n.lower() == wanted.lower()]
        if len(same) > 1:
            raise UserMistake(
                f"Two tables of the database could be {name}: {same[0]} and {same[1]}. Name the right one in "
                f'company.toml, [tables]: {name} = "{same[0]}".'
            )
        if same:
            found[name] = Found(name=same[0])
        elif name in settings.tables:
            raise UserMistake(
                f"company.toml, [tables] `{name}`: there is no table {wanted!r} in the database, which holds "
                f'{", ".join(names[:20]) or "none"}. Correct the name; a table in a schema is written "schema.table".'
            )
    if not found:
        raise UserMistake(
            f"The database holds none of the tables {', '.join(TABLES)}; it holds {', '.join(names[:20]) or 'none'}. Say "
            "in company.toml, [tables], which table is which."
        )
    return found
