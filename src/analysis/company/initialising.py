"""What `python -m analysis init EXPORT...` does: look at the files, say what they are, write company.toml."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from analysis.company import row_verbs as verbs
from analysis.company.choosing import Chosen, choose
from analysis.company.engine import Engine
from analysis.company.finding import Found, table_files
from analysis.company.mapping_joins import with_joins
from analysis.company.observing import FAR
from analysis.company.recognising import Seen, load_from, recognise, recognise_tables
from analysis.company.schemas import TABLES
from analysis.company.settings import DATABASE_SUFFIXES, FILE, Settings, is_table_file, load_settings
from analysis.company.store import Company
from analysis.company.toml_company import company_toml
from analysis.core.calendar_days import day_of
from analysis.core.errors import UserMistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialised:
    """What `init_company` did.

    Attributes
    ----------
    folder : Path
        Where company.toml stands.
    written : tuple of Path
        Files written.
    seen : tuple of str
        A line for each file that is used: what it is.
    unused : tuple of str
        A line for each file that is not, with the reason.
    told : tuple of str
        What was assumed.
    proposed : str
        Name of a file that is taken for a table by the names of its columns only; empty if none.
    read : Company
        The tables, read to find their last day, for `Company.take_over`; None where there are none.
    """

    folder: Path
    written: tuple[Path, ...]
    seen: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    proposed: str = ""
    read: Company | None = field(default=None, repr=False, compare=False)


def init_company(
    *exports: str | Path, into: str | Path | None = None, crosswalk: str | Path | None = None, hashed: bool = False
) -> Initialised:
    """Look at exports, say what they are, and write a ``company.toml`` in which every assumption is a line.

    Without any table file, the ten tables are written with a header and no row.

    Parameters
    ----------
    *exports : str or Path
        Files of any name, or folders whose table files are all looked at. A folder that is not there is made.
    into : str or Path
        Folder for ``company.toml``; None: the one in which the exports are.
    crosswalk : str or Path
        File with two columns, an id and the customer it stands for; None without.
    hashed : bool
        True: customers' ids are replaced by a hash in the first step that reads them.

    Raises
    ------
    UserMistake
        If ``company.toml`` is there already (nothing is overwritten), or the exports lie in several folders and `into` is
        not given.
    """
    if len(exports) == 1 and _is_database(exports[0]):
        return _from_database(str(exports[0]), Path(into).expanduser() if into else Path.cwd(), hashed)
    given = [Path(item).expanduser() for item in exports]
    files, folder = _files_and_folder(given, Path(into).expanduser() if into else None)
    target = _new_file(folder)
    walk = Path(crosswalk).expanduser() if crosswalk else None
    files = [file for file in files if walk is None or file.resolve() != walk.resolve()]
    if not files:
        return _empty_tables(folder, target)
    engine = Engine(Settings(name=folder.name, path=folder), looks_for_tables=False)
    seen = [recognise(engine, file) for file in files]
    names = {item.file: _relative(item.file, folder) for item in seen}
    headers = {names[item.file]: item.header for item in seen}
    seen, joins = with_joins(seen, names, headers, headers.__getitem__)
    names |= {walk: _relative(walk, folder)} if walk else {}
    chosen = choose(seen, walk, hashed)
    return _written(target, engine, folder.resolve().name, replace(chosen, told=(*joins, *chosen.told)), names)


def _is_database(data: str | Path) -> bool:
    return "://" in str(data) or Path(data).suffix.lower() in DATABASE_SUFFIXES


def _from_database(data: str, folder: Path, hashed: bool) -> Initialised:
    """Look at the tables of a DuckDB file or a database."""
    target = _new_file(folder)
    settings = load_settings(data)
    engine = Engine(settings, looks_for_tables=False)
    seen = recognise_tables(engine)
    names = {item.file: str(item.file) for item in seen}
    seen, joins = with_joins(seen, names, engine.every_table(), lambda name: engine.header_of(Found(name=name)))
    chosen = choose(seen, None, hashed)
    if not chosen.parts:
        held = ", ".join(engine.every_table()[:20]) or "none"
        raise UserMistake(
            f"No table of {settings.name} is one that a loader writes for a product that is known; it holds {held}. Say in "
            "company.toml, [tables] and [columns.TABLE], which is which; `python -m analysis init DIR` writes an empty one."
        )
    where = ("database", data) if settings.database else ("path", _relative(Path(data), folder))
    return _written(target, engine, settings.name, replace(chosen, told=(*joins, *chosen.told)), names, where)


def _new_file(folder: Path) -> Path:
    """The company.toml that is to be written, its folder made."""
    target = folder / FILE
    if target.exists():
        raise UserMistake(
            f"The folder {folder.name} has a {FILE} already, and nothing is overwritten. Edit that file, move it away, or name "
            "another folder: --into DIR."
        )
    folder.mkdir(parents=True, exist_ok=True)
    return target


def _written(
    target: Path,
    engine: Engine,
    name: str,
    chosen: Chosen,
    names: Mapping[Path, str],
    where: tuple[str, str] | None = None,
) -> Initialised:
    """Write company.toml, and once more with the last day observed, which is found by what the first one says."""
    target.write_text(company_toml(name, chosen, names, where=where), encoding="utf-8")
    told = list(chosen.told)
    company = Company(load_settings(target)) if chosen.parts else None
    end = _observed(company, engine, chosen, told) if company else ""
    target.write_text(company_toml(name, chosen, names, end=end, where=where), encoding="utf-8")
    used = [item for items in chosen.parts.values() for item in items]
    return Initialised(
        folder=target.parent,
        written=(target,),
        seen=tuple(f"{item.file.name}: {item.words}" for item in used),
        unused=tuple(f"{item.file.name}: {_lead(item)}not used: {why}" for item, why in chosen.unused),
        told=tuple(told),
        proposed=next((item.file.name for item in used if item.mapping is None and item.sections), ""),
        read=company,
    )


def _lead(item: Seen) -> str:
    return f"{item.words}; " if item.words else ""


def _files_and_folder(given: list[Path], into: Path | None) -> tuple[list[Path], Path]:
    begun = len(given) == 1 and not given[0].exists()
    if begun and not is_table_file(given[0]):  # else a name mistyped
        return [], into or given[0]
    files: list[Path] = []
    for path in given:
        if not path.exists():
            raise UserMistake(f"An export must be a file or folder that exists; got {str(path)!r}. Check the path.")
        if path.is_file() and not is_table_file(path):
            raise UserMistake(
                f"`DIR` must be a folder, or an export a table file; {path.name} is neither. Name another one."
            )
        files += table_files(path) if path.is_dir() else [path]
    files = list(dict.fromkeys(files))
    if into:
        return files, into
    folders = list(dict.fromkeys(path if path.is_dir() else path.parent for path in given))
    if len(folders) > 1:
        raise UserMistake(
            f"The exports lie in {len(folders)} folders, so it is not clear where {FILE} belongs. Say it: --into DIR."
        )
    return files, folders[0]


def _relative(file: Path, folder: Path) -> str:
    return os.path.relpath(file.resolve(), folder.resolve()).replace(os.sep, "/")


def _empty_tables(folder: Path, target: Path) -> Initialised:
    empty = {folder / f"{name}.csv": ",".join(spec.columns) + "\n" for name, spec in TABLES.items()}
    there = [file.name for file in empty if file.exists()]
    if there:
        raise UserMistake(
            f"The folder {folder} has {there[0]} already, and nothing is overwritten. Move it, or name another folder: --into DIR."
        )
    empty[target] = company_toml(folder.resolve().name, Chosen(parts={}, unused=()), {})
    for file, content in empty.items():
        file.write_text(content, encoding="utf-8")
    return Initialised(folder=folder, written=(target, *(file for file in empty if file != target)))


def _observed(company: Company, engine: Engine, chosen: Chosen, told: list[str]) -> str:
    """The latest day of all tables as text; empty where a table cannot be read yet, which is told."""
    try:
        tables = company.read_all()
    except UserMistake as mistake:
        told.append(f"to be settled first: {mistake}")
        return ""
    used = [table for table in tables.values() if table.n]
    if not used:
        return ""
    latest = max(table.end for table in used)
    seen = [item for items in chosen.parts.values() for item in items]
    days = [str(day_of(latest)), *_recorded(engine, seen)]
    kinds = [item.mapping.ends if item.mapping else "" for item in seen if TABLES[item.table].ends]
    ends = max((table.last_end for table in used), default=0)
    if "ahead" not in kinds and latest < ends and (ends <= latest + FAR or "" not in kinds):
        days.append(str(day_of(ends)))
    elif ends > latest:
        told.append(f"ends that lie after {max(days)} are days to come: they count as still running")
    return max(days)


def _recorded(engine: Engine, seen: Iterable[Seen]) -> list[str]:
    """The last days on which products recorded something: by columns that hold no day to come, and by ends of what a
    column says is over; ISO dates only."""
    days = []
    for item in seen:
        if item.mapping is None:
            continue
        over = {theirs: values for theirs, values in item.mapping.over.items() if theirs in item.header}
        ended = item.sections.get("columns", {}).get("ended_at", "")
        wanted: list[tuple[str, Mapping[str, list[str]]]] = [(column, {}) for column in item.mapping.observed_by]
        wanted += [(ended, over)] if over else []
        file = item.file if item.file.is_file() else None
        place = Found(name=item.file.name if file else str(item.file), file=file, part="-")
        for column, where in (pair for pair in wanted if pair[0] in item.header):
            table = load_from(engine, place, (column, *where), item.skip)
            value = table[column].cast("string")
            counts = value.re_search("^[0-9]{4}-[0-9]{2}-[0-9]{2}")
            for theirs, values in where.items():
                counts = counts & verbs.matching(table[theirs], tuple(values))
            found = value.max(where=counts).execute()
            days += [str(found)[:10]] if found is not None and found == found else []
    return days
