"""``company.toml``, read and checked key by key: a mistake in it ends with one paragraph, never with a traceback."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.company import toml_rules as rules
from analysis.company.schemas import TABLES
from analysis.company.toml_rules import Place
from analysis.core.addresses import check_places, shown
from analysis.core.errors import UserMistake
from analysis.core.vocabulary import SIMULATED_MARK
from analysis.core.wording import plain, shortened

FILE = "company.toml"
LONGEST_NAME = 80
"""Characters of a company's name that reports show."""
DATABASE_SUFFIXES = (".duckdb", ".ddb", ".db")
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")

LARGEST_SAMPLE = 200_000
"""Customers enough for any interval to be narrow; more cost minutes and gigabytes."""

MEMORY_LIMIT = "2GB"

SHARES_MISS_ONE_BY = 0.001
"""Planned shares may be written as 0.333."""

_KEYS: Mapping[str, tuple[str, ...] | None] = {
    "company": (
        "name",
        "currency",
        "timezone",
        "end_of_observation",
        "losses_seen_from",
        "margin",
        "discount_rate",
        "winback_days",
        "auto_renew_binds",
        "simulated",
    ),
    "data": (
        "path",
        "database",
        "date_format",
        "separator",
        "decimal",
        "encoding",
        "largest_sample",
        "sample_seed",
        "memory_limit",
    ),
    "tables": tuple(TABLES),
    "columns": tuple(TABLES),
    "values": tuple(TABLES),
    "shares": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What ``company.toml`` says, checked, with the defaults filled in.

    Attributes
    ----------
    file : Path
        The ``company.toml``; None if there is none.
    name : str
        Name of the company as reports show it; the folder's or database's name if not given.
    currency : str
        Code of the currency; empty if not given.
    timezone : str
        IANA name; None if not given: times are taken as they stand, those with an offset as UTC.
    end_of_observation : date
        Last observed day; None: the last day of each table.
    losses_seen_from : date
        First day from which subscriptions that ended are in the table; the first of all days where it is complete; None:
        found out from the table.
    margin : float
        Share of amount in [0, 1]; None if not given.
    discount_rate : float
        A year, in [0, 1]; None if not given.
    winback_days : int
        Days in which a dormant customer who was contacted may return; None: a year, or the half year or quarter that the
        tables hold whole for every campaign.
    auto_renew_binds : bool
        Whether a subscription with `auto_renew` is bound for a new term when one ends; False: it runs on and can be left
        any day.
    simulated : bool
        True: nobody's customers. Then the name ends with SIMULATED_MARK, and no number from it is evidence.
    path : Path
        Folder, DuckDB file or single table file; None if a database is named.
    database : str
        Address with its ``${NAME}`` places unfilled; None without. Not shown in `repr`.
    date_format, separator, decimal, encoding : str
        How files are written; None: found out from the file, or asked for if the file does not tell.
    largest_sample : int
        Most customers whose purchases are taken one by one; of more, so many are drawn.
    sample_seed : int
        Decides which customers are drawn.
    memory_limit : str
        What the embedded engine may hold in memory; beyond it, it writes to a temporary folder.
    tables : mapping
        Our table name to their file or table.
    columns : mapping
        Our table name to a mapping of our column name to theirs.
    values : mapping
        Our table and column name to a mapping of their value to ours.
    shares : mapping
        Campaign, or family of campaigns, to the planned share of each arm, arms in lower case.
    """

    name: str
    file: Path | None = None
    currency: str = ""
    timezone: str | None = None
    end_of_observation: datetime.date | None = None
    losses_seen_from: datetime.date | None = None
    margin: float | None = None
    discount_rate: float | None = None
    winback_days: int | None = None
    auto_renew_binds: bool = True
    simulated: bool = False
    path: Path | None = None
    database: str | None = field(default=None, repr=False)
    date_format: str | None = None
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    largest_sample: int = LARGEST_SAMPLE
    sample_seed: int = 1
    memory_limit: str = MEMORY_LIMIT
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where the data are, in words that are fit for a report."""
        return shown(self.database) if self.database else str(self.path.name if self.path else "")


def load_settings(data: str | Path) -> Settings:
    """Read the settings behind a folder, a ``company.toml``, a DuckDB or table file, or a database address.

    Parameters
    ----------
    data : str or Path
        What the analyst pointed at. A folder may do without ``company.toml``.

    Raises
    ------
    UserMistake
        If it does not exist, or the file breaks a rule; names file, key, rule, what was given and the next step.
    """
    if "://" in str(data):
        check_places(str(data), "The database address")
        return Settings(name=_database_name(str(data)), database=str(data))
    path = Path(data).expanduser()
    if not path.exists():
        raise UserMistake(
            f"`data` must be a folder, a {FILE}, a DuckDB file or a table file that exists; got {str(data)!r}. Check "
            "the path, or run `python -m analysis init DIR` to begin a new folder."
        )
    if path.is_dir():
        file = path / FILE
        return _from_file(file) if file.exists() else Settings(name=path.resolve().name, path=path)
    if path.suffix == ".toml":
        return _from_file(path)
    if path.suffix.lower() in DATABASE_SUFFIXES + TABLE_SUFFIXES:
        return Settings(name=path.stem, path=path)
    raise UserMistake(
        f"`data` must be a folder, a {FILE}, a DuckDB file ({', '.join(DATABASE_SUFFIXES)}) or a table file "
        f"({', '.join(TABLE_SUFFIXES)}); got {str(data)!r}."
    )


def _database_name(address: str) -> str:
    return shown(address).rpartition("/")[2] or "database"


def _from_file(file: Path) -> Settings:
    content = _parse(file)
    for section, entries in content.items():
        place = Place(file=file.name, section=section)
        rules.require_known(place, section, tuple(_KEYS), what="section")
        rules.require_section(place, entries)
        known = _KEYS[section]
        if known is None:  # campaigns have the names that the company gives them
            continue
        for key in entries:
            rules.require_known(place, key, known)
    company = _company(file, content.get("company", {}))
    data = _data(file, content.get("data", {}))
    return Settings(
        file=file,
        **_marked({"name": file.resolve().parent.name} | company),
        **data,
        tables=_tables(file, content.get("tables", {})),
        columns=_columns(file, content.get("columns", {})),
        values=_values(file, content.get("values", {})),
        shares=_shares(file, content.get("shares", {})),
    )


def _marked(company: dict[str, Any]) -> dict[str, Any]:
    """The name as reports show it: without marks that reorder a line, of bearable length; a simulated company's says so."""
    company = company | {"name": shortened(plain(company["name"]).strip(), LONGEST_NAME) or "Company"}
    if company.get("simulated") and SIMULATED_MARK not in company["name"]:
        return company | {"name": f"{company['name']} {SIMULATED_MARK}"}
    return company


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise UserMistake(
            f"{file.name} must be text in UTF-8; byte {fault.start} is none. Save it as UTF-8 in the editor."
        ) from None
    except tomllib.TOMLDecodeError as fault:
        raise UserMistake(
            f"{file.name} must be TOML; it breaks a rule: {fault}. A key may stand only once, text stands in double "
            "quotes, and a table begins with its name in square brackets."
        ) from None


def _company(file: Path, entries: dict[str, Any]) -> dict[str, Any]:
    place = Place(file=file.name, section="company")
    readers = {
        "name": rules.text,
        "currency": rules.currency,
        "timezone": rules.timezone,
        "end_of_observation": rules.day,
        "losses_seen_from": rules.day_or_start,
        "margin": rules.share,
        "discount_rate": rules.share,
        "winback_days": rules.days,
        "auto_renew_binds": rules.flag,
        "simulated": rules.flag,
    }
    return {key: readers[key](place.key(key), value) for key, value in entries.items()}


def _data(file: Path, entries: dict[str, Any]) -> dict[str, Any]:
    place = Place(file=file.name, section="data")
    readers = {
        "path": rules.path,
        "database": rules.address,
        "date_format": rules.date_format,
        "separator": rules.separator,
        "decimal": rules.decimal,
        "encoding": rules.encoding,
        "largest_sample": rules.sample_size,
        "sample_seed": rules.seed,
        "memory_limit": rules.memory,
    }
    found: dict[str, Any] = {key: readers[key](place.key(key), value) for key, value in entries.items()}
    if "path" in found and "database" in found:
        raise UserMistake(
            f"{place}: `path` and `database` must not both be given, since only one can hold the tables. Remove one."
        )
    if found.get("separator") and found.get("separator") == found.get("decimal"):
        raise UserMistake(
            f"{place}: `separator` and `decimal` must differ; both are {found['decimal']!r}. Look at a line of the file: "
            "`separator` stands between the columns, `decimal` inside a number."
        )
    if "database" not in found:
        found["path"] = _existing(place, file, found.get("path"))
    return found


def _existing(place: Place, file: Path, given: str | None) -> Path:
    path = file.parent / (given or ".")
    if not path.exists():
        raise UserMistake(
            f"{place}: `path` must be a folder or DuckDB file that exists, seen from {file.name}; got {given!r}. "
            "Correct the path."
        )
    if path.is_file() and path.suffix.lower() not in DATABASE_SUFFIXES + TABLE_SUFFIXES:
        raise UserMistake(
            f"{place}: `path` must be a folder, a DuckDB file ({', '.join(DATABASE_SUFFIXES)}) or a table file "
            f"({', '.join(TABLE_SUFFIXES)}); got {given!r}."
        )
    return path


def _tables(file: Path, entries: dict[str, Any]) -> dict[str, str]:
    place = Place(file=file.name, section="tables")
    return {name: rules.text(place.key(name), value) for name, value in entries.items()}


def _columns(file: Path, entries: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = {}
    for name, mapping in entries.items():
        place = Place(file=file.name, section=f"columns.{name}")
        rules.require_section(place, mapping, example=f'[columns.{name}] with lines such as customer_id = "Kunde"')
        for key in mapping:
            rules.require_known(place, key, tuple(TABLES[name].columns))
        found[name] = {key: rules.text(place.key(key), value) for key, value in mapping.items()}
    return found


def _values(file: Path, entries: dict[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, columns in entries.items():
        example = f'[values.{name}.COLUMN] with lines such as "their value" = "our value"'
        place = Place(file=file.name, section=f"values.{name}")
        rules.require_section(place, columns, example=example)
        found[name] = {}
        for column, mapping in columns.items():
            rules.require_known(place, column, tuple(TABLES[name].columns))
            inner = Place(file=file.name, section=f"values.{name}.{column}")
            rules.require_section(inner, mapping, example=example)
            allowed = TABLES[name].columns[column].among
            found[name][column] = {
                theirs: rules.our_value(inner.key(theirs), ours, allowed) for theirs, ours in mapping.items()
            }
    return found


def _shares(file: Path, entries: dict[str, Any]) -> dict[str, dict[str, float]]:
    found = {}
    for name, plan in entries.items():
        place = Place(file=file.name, section=f"shares.{name}")
        rules.require_section(place, plan, example=f'[shares."{name}"] with lines such as control = 0.5')
        found[name] = {arm.lower(): rules.share(place.key(arm), value) for arm, value in plan.items()}
        if len(found[name]) < 2 or 0 in found[name].values() or abs(sum(found[name].values()) - 1) > SHARES_MISS_ONE_BY:
            raise UserMistake(
                f"{place} must give each arm, two or more, its planned share above 0, adding up to 1; got {plan!r}."
            )
    return found
