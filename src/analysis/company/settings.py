"""``company.toml``, read and checked key by key: a mistake in it ends with one paragraph, never with a traceback."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.company import toml_rules as rules
from analysis.company.identities import Ids
from analysis.company.joins import Join
from analysis.company.part_sections import SECTIONS, read_parts
from analysis.company.row_rules import NO_RULES, RowRules, require_part, table_of
from analysis.company.toml_rules import Place
from analysis.core.addresses import check_places, shown
from analysis.core.errors import UserMistake
from analysis.core.vocabulary import SIMULATED_MARK
from analysis.core.wording import plain, shortened

FILE = "company.toml"
LONGEST_NAME = 80
"""Characters of a company's name that reports show."""
DATABASE_SUFFIXES = (".duckdb", ".ddb", ".db")
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".xls", ".xlsb", ".ods")

LARGEST_SAMPLE = 200_000
"""Customers enough for any interval to be narrow; more cost minutes and gigabytes."""

MEMORY_LIMIT = "2GB"

SHARES_MISS_ONE_BY = 0.001
"""Planned shares may be written as 0.333."""


def is_table_file(path: Path) -> bool:
    """Whether a file's name ends like a table file's."""
    return path.name.lower().endswith(TABLE_SUFFIXES)


def stem_of(path: Path) -> str:
    """A file's name without the endings of a table file.

    Examples
    --------
    >>> stem_of(Path("transactions.csv.gz"))
    'transactions'
    """
    name = path.name
    suffix = max((s for s in TABLE_SUFFIXES if name.lower().endswith(s)), key=len, default=path.suffix)
    return name[: len(name) - len(suffix)] if suffix else name


@dataclass(frozen=True, kw_only=True)
class OfCompany:
    """The keys of ``[company]``; what they mean is said at `Settings`."""

    name: rules.Text = ""
    currency: rules.Currency = ""
    timezone: rules.TimeZone | None = None
    end_of_observation: rules.Day | None = None
    losses_seen_from: rules.DayOrStart | None = None
    margin: rules.Share | None = None
    discount_rate: rules.Share | None = None
    winback_days: rules.Days | None = None
    auto_renew_binds: rules.Flag = True
    simulated: rules.Flag = False


@dataclass(frozen=True, kw_only=True)
class OfData:
    """The keys of ``[data]``; what they mean is said at `Settings`."""

    path: rules.Folder | None = None
    database: rules.Address | None = field(default=None, repr=False)
    date_format: rules.DateFormat | None = None
    separator: rules.Separator | None = None
    decimal: rules.Decimal | None = None
    encoding: rules.Encoding | None = None
    largest_sample: rules.SampleSize = LARGEST_SAMPLE
    sample_seed: rules.Seed = 1
    memory_limit: rules.Memory = MEMORY_LIMIT


@dataclass(frozen=True, kw_only=True)
class Settings(OfCompany, OfData):
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
        Part (our table's name, or TABLE-NAME for a further part of it) to their files, globs or tables.
    columns : mapping
        Part to a mapping of our column name to theirs.
    fallbacks : mapping
        Part to a mapping of our column name to further names, for rows in which the first is empty.
    constants : mapping
        Part to a mapping of our column name to the value that it has in all rows.
    values : mapping
        Part and column name to a mapping of their value to ours.
    rows : mapping
        Part to the rules by which its rows are taken.
    joins : mapping
        Part to the tables whose columns are joined to its own.
    ids : Ids
        How customers' ids are read.
    shares : mapping
        Campaign, or family of campaigns, to the planned share of each arm, arms in lower case.
    """

    file: Path | None = None
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fallbacks: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    constants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    rows: Mapping[str, RowRules] = field(default_factory=dict)
    joins: Mapping[str, tuple[Join, ...]] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def rules_of(self, part: str) -> RowRules:
        """The rules of a part's rows."""
        return self.rows.get(part, NO_RULES)

    def parts_of(self, table: str) -> tuple[str, ...]:
        """Parts of a table that ``[tables]`` names, the one with its own name first."""
        return tuple(sorted(part for part in self.tables if table_of(part) == table))

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
    if path.suffix.lower() in DATABASE_SUFFIXES or is_table_file(path):
        return Settings(name=stem_of(path), path=path)
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
        rules.require_known(place, section, ("company", "data", "ids", "shares", *SECTIONS), what="section")
        rules.require_section(place, entries)
        if section in SECTIONS:
            for key in entries:
                require_part(place, key)
    company = rules.section(Place(file=file.name, section="company"), OfCompany, content.get("company", {}))
    data = _data(file, content.get("data", {}))
    return Settings(
        file=file,
        **_marked({"name": file.resolve().parent.name} | {k: v for k, v in vars(company).items() if v != ""}),
        **vars(data),
        **read_parts(file.name, content),
        ids=rules.section(Place(file=file.name, section="ids"), Ids, content.get("ids", {})),
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


def _data(file: Path, entries: dict[str, Any]) -> OfData:
    place = Place(file=file.name, section="data")
    data = rules.section(place, OfData, entries)
    if data.database is not None:
        check_places(data.database, str(place.key("database")))
    if data.path is not None and data.database is not None:
        raise UserMistake(
            f"{place}: `path` and `database` must not both be given, since only one can hold the tables. Remove one."
        )
    if data.separator is not None and data.separator == data.decimal:
        raise UserMistake(
            f"{place}: `separator` and `decimal` must differ; both are {data.decimal!r}. Look at a line of the file: "
            "`separator` stands between the columns, `decimal` inside a number."
        )
    return data if data.database is not None else replace(data, path=_existing(place, file, data.path))


def _existing(place: Place, file: Path, given: Path | None) -> Path:
    path = file.parent / (given or ".")
    if not path.exists():
        raise UserMistake(
            f"{place}: `path` must be a folder or DuckDB file that exists, seen from {file.name}; got '{given}'. "
            "Correct the path."
        )
    if path.is_file() and path.suffix.lower() not in DATABASE_SUFFIXES and not is_table_file(path):
        raise UserMistake(
            f"{place}: `path` must be a folder, a DuckDB file ({', '.join(DATABASE_SUFFIXES)}) or a table file "
            f"({', '.join(TABLE_SUFFIXES)}); got '{given}'."
        )
    return path


def _shares(file: Path, entries: dict[str, Any]) -> dict[str, dict[str, float]]:
    found = {}
    for name, plan in entries.items():
        place = Place(file=file.name, section=f"shares.{name}")
        rules.require_section(place, plan, example=f'[shares."{name}"] with lines such as control = 0.5')
        found[name] = {arm.lower(): rules.value(place.key(arm), rules.Share, value) for arm, value in plan.items()}
        if len(found[name]) < 2 or 0 in found[name].values() or abs(sum(found[name].values()) - 1) > SHARES_MISS_ONE_BY:
            raise UserMistake(
                f"{place} must give each arm, two or more, its planned share above 0, adding up to 1; got {plan!r}."
            )
    return found
