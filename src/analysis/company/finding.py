"""Which files or database tables stand behind each of the ten company tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.company.file_forms import SHEET, is_workbook
from analysis.company.schemas import TABLES
from analysis.company.settings import DATABASE_SUFFIXES, TABLE_SUFFIXES, Settings, is_table_file, stem_of
from analysis.core.errors import UserMistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a company table, or a part of it, stands.

    Attributes
    ----------
    name : str
        Name of the file or database table.
    file : Path
        The file; None in a database.
    sheet : str
        Sheet of a workbook; empty: the first.
    part : str
        The part of the table that it holds; the table's own name where there is one layout only.
    """

    name: str
    file: Path | None = None
    sheet: str = ""
    part: str = ""


Places = dict[str, tuple[Found, ...]]
"""Table name to the files or database tables that hold it."""


def find_tables(settings: Settings, in_database: tuple[str, ...] | None) -> Places:
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
        name = _only_table(settings)
        return {name: (Found(name=path.name, file=path, part=name),)}
    return _in_folder(settings, path)


def beside(folder: Path | None, name: str, part: str, said: str, instead: str = "") -> Found:
    """Where a file or table that is read beside the company's tables stands.

    Parameters
    ----------
    folder : Path
        Of the files; None where tables stand in a database.
    said : str
        Where the settings name it.
    instead : str
        What else than correcting the name would help.

    Raises
    ------
    UserMistake
        If there is no such file.
    """
    file = folder / name if folder else None
    if file is not None and not file.is_file():
        raise UserMistake(f"{said}: there is no file {name!r} in the data folder. Correct the name{instead}.")
    return Found(name=name, file=file, part=part)


def table_files(folder: Path) -> list[Path]:
    """Table files in a folder, in the order of their names; links that lead nowhere and folders are none."""
    return sorted(
        f for f in folder.iterdir() if f.is_file() and is_table_file(f) and not f.name.startswith(("~$", "."))
    )


def not_read(settings: Settings, found: Places) -> tuple[str, ...]:
    """What stands in the data folder and is read by no table: files that look like tables, links that lead nowhere.

    Each is a line of a report, with the reason.
    """
    folder = settings.path
    if folder is None or not folder.is_dir():
        return ()
    read = {item.file for places in found.values() for item in places}
    walks = {folder / name for name in files_beside(settings)}
    lines = []
    for entry in sorted(folder.iterdir()):
        if entry in read or entry in walks or entry.name.startswith((".", "~$")):
            continue
        if entry.is_symlink() and not entry.exists():
            lines.append(f"{entry.name} is a link that leads nowhere, and was not read")
        elif entry.is_dir() and (stem_of(entry).lower() in TABLES or is_table_file(entry)):
            lines.append(f"{entry.name} is a folder, and was not read; a table of several files is named in [tables]")
        elif entry.is_file() and is_table_file(entry):
            lines.append(
                f"{entry.name} is named after none of the tables, and was not read; if it is one, say so in company.toml, "
                f'[tables]; `python -m analysis init "{entry.name}" --into ELSEWHERE` says what it looks like'
            )
    return tuple(lines)


def files_beside(settings: Settings) -> tuple[str, ...]:
    """Names of the files that are read beside the tables: crosswalks, and what is joined to a table."""
    joins = [table for found in settings.joins.values() for join in found for table in join.tables]
    return tuple(dict.fromkeys((*(walk.file for walk in settings.ids.crosswalk), *joins)))


def _only_table(settings: Settings) -> str:
    """A single file is the table that ``[tables]`` says, or the one it is named after, or transactions."""
    if len(settings.tables) > 1:
        raise UserMistake(
            f"company.toml, [data] `path` is one table file, but [tables] names {len(settings.tables)} tables. Give the "
            "folder as `path` instead."
        )
    stem = stem_of(settings.path).lower() if settings.path else ""
    return next(iter(settings.tables), stem if stem in TABLES else "transactions")


def _in_folder(settings: Settings, folder: Path) -> Places:
    files = table_files(folder)
    found: Places = {}
    for name in TABLES:
        parts = settings.parts_of(name)
        same = [f for f in files if stem_of(f).lower() == name]
        named = tuple(item for part in parts for item in _named(settings, folder, part))
        if name in parts:
            found[name] = named
            continue
        if len(same) > 1:
            raise UserMistake(
                f"Two files could be the table {name}: {same[0].name} and {same[1].name}. Remove one, or name the right "
                f'one in company.toml, [tables]: {name} = "{same[0].name}".'
            )
        own = tuple(Found(name=file.name, file=file, part=name) for file in same)
        if own or named:
            found[name] = (*own, *named)
    if not found and len(files) == 1 and not settings.tables:
        found["transactions"] = (Found(name=files[0].name, file=files[0], part="transactions"),)
    if not found:
        seen = ", ".join(f.name for f in files[:10]) or "no table file at all"
        raise UserMistake(
            f"The folder {folder.name} holds none of the tables {', '.join(TABLES)} as CSV, workbook or Parquet; it holds "
            f"{seen}. Name a file after its table, say in company.toml, [tables], which file is which, or let "
            "`python -m analysis init FILE...` find out what the files are."
        )
    return found


def _named(settings: Settings, folder: Path, part: str) -> list[Found]:
    found: list[Found] = []
    for given in settings.tables[part]:
        file_name, _, sheet = given.partition(SHEET) if is_workbook(Path(given)) else (given, "", "")
        matches = sorted(folder.glob(file_name)) if any(mark in file_name for mark in "*?[") else [folder / file_name]
        files = [file for file in matches if file.is_file()]
        if not files:
            here = sorted(f.name for f in folder.iterdir() if f.is_file())
            raise UserMistake(
                f"company.toml, [tables] `{part}`: there is no file {given!r} in the data folder, which holds "
                f"{', '.join(here[:10]) or 'nothing'}. Correct the name."
            )
        for file in files:
            if not is_table_file(file):
                raise UserMistake(
                    f"company.toml, [tables] `{part}`: a table file ends in {', '.join(TABLE_SUFFIXES)}; got {given!r}. "
                    "Export the table as CSV or Parquet."
                )
            if (file, sheet) not in [(item.file, item.sheet) for item in found]:
                name = file.name + (f"{SHEET}{sheet}" if sheet else "")
                found.append(Found(name=name, file=file, sheet=sheet, part=part))
    return found


def _in_database(settings: Settings, names: tuple[str, ...]) -> Places:
    found: Places = {}
    for name in TABLES:
        parts = settings.parts_of(name)
        items = [_database_table(settings, names, part, wanted) for part in parts for wanted in settings.tables[part]]
        if name not in parts:
            items.insert(0, _database_table(settings, names, name, name))
        there = tuple(item for item in items if item)
        if there:
            found[name] = there
    if not found:
        raise UserMistake(
            f"The database holds none of the tables {', '.join(TABLES)}; it holds {', '.join(names[:20]) or 'none'}. Say "
            "in company.toml, [tables], which table is which."
        )
    return found


def _database_table(settings: Settings, names: tuple[str, ...], part: str, wanted: str) -> Found | None:
    if wanted in names or "." in wanted:
        return Found(name=wanted, part=part)
    same = [n for n in names if n.lower() == wanted.lower()]
    if len(same) > 1:
        raise UserMistake(
            f"Two tables of the database could be {part}: {same[0]} and {same[1]}. Name the right one in company.toml, "
            f'[tables]: {part} = "{same[0]}".'
        )
    if not same and part in settings.tables:
        raise UserMistake(
            f"company.toml, [tables] `{part}`: there is no table {wanted!r} in the database, which holds "
            f'{", ".join(names[:20]) or "none"}. Correct the name; a table in a schema is written "schema.table".'
        )
    return Found(name=same[0], part=part) if same else None
