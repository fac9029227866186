"""Ready-made mappings: what is known of the exports of products, as data in ``data/mappings/``, one file a layout."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analysis.core import paths

SECTIONS = ("columns", "constants", "rows", "values", "joins")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductMapping:
    """How one layout of one product's data becomes a table of ours.

    Attributes
    ----------
    name : str
        Name of its file.
    product, rows_are : str
        The product; what its rows are, such as "rows of a Shopify order export".
    table : str
        Our table; empty where the layout cannot be one, which `unusable` explains.
    unusable : str
    documented : tuple of str
        Where its columns are documented.
    missing : str
        What was not seen documented, and so is not relied on.
    recognise : tuple of str
        Columns by which it is known; all must be there. A star stands for anything.
    database_tables : tuple of str
        Names of the tables in a warehouse; empty for exports.
    customer, email : str
        Their columns with the customer's number and e-mail address; empty where there is none.
    currency : str
        Their column with the currency; "(*)" where it stands in a column's heading.
    without : mapping
        Name of a join to what it costs where its table is not there.
    ends : str
        "ahead": ends may be days to come, so that the last day observed is told by beginnings and `observed_by` only;
        "past": every end has come; empty: not documented.
    observed_by : tuple of str
        Their columns that hold days on which the product still recorded something.
    over : mapping
        Where ends may be days to come: their column to the values of those that have come.
    shows : mapping
        What `init` counts: words to {distinct = column} or {column = ..., values = [...]}.
    reconciliation : str
        What the product's own report shows, and why it differs.
    opinions : tuple of str
        What was decided, one sentence each.
    sections : mapping
        Section of company.toml (SECTIONS) to its content.
    """

    name: str
    product: str
    rows_are: str
    table: str = ""
    unusable: str = ""
    documented: tuple[str, ...] = ()
    missing: str = ""
    recognise: tuple[str, ...] = ()
    database_tables: tuple[str, ...] = ()
    customer: str = ""
    email: str = ""
    currency: str = ""
    without: Mapping[str, str] = field(default_factory=dict)
    ends: str = ""
    observed_by: tuple[str, ...] = ()
    over: Mapping[str, list[str]] = field(default_factory=dict)
    shows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reconciliation: str = ""
    opinions: tuple[str, ...] = ()
    sections: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, header: tuple[str, ...]) -> bool:
        """Whether a header has all columns by which this layout is known."""
        return all(heading(header, wanted) for wanted in self.recognise)


def heading(header: tuple[str, ...], wanted: str) -> str | None:
    """The first of the headings that `wanted` names: capitals do not matter, a star stands for anything.

    Examples
    --------
    >>> heading(("Day", "Amount spent (USD)"), "amount spent (*)")
    'Amount spent (USD)'
    """
    pattern = wanted.lower().replace("[", "[[]")
    return next((name for name in header if fnmatch.fnmatchcase(name.strip().lower(), pattern)), None)


@cache
def load_mappings(folder: Path = paths.MAPPINGS) -> tuple[ProductMapping, ...]:
    """All mappings, in the order of their names."""
    return tuple(_load(file) for file in sorted(folder.glob("*.toml")))


def _load(file: Path) -> ProductMapping:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    sections = {name: content.pop(name) for name in SECTIONS if name in content}
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}
    return ProductMapping(name=file.stem, sections=sections, **plain)


def resolved(mapping: ProductMapping, header: tuple[str, ...]) -> dict[str, Any]:
    """The sections of company.toml for a file with this header: headings as they are written there, lines that speak of
    columns that are not there left out."""
    found: dict[str, Any] = {}
    columns = {}
    for ours, theirs in mapping.sections.get("columns", {}).items():
        names = [heading(header, name) for name in (theirs if isinstance(theirs, list) else [theirs])]
        there = list(dict.fromkeys(name for name in names if name))
        if there:
            columns[ours] = there if len(there) > 1 else there[0]
    for ours, theirs in mapping.sections.get("rows", {}).get("a_month", {}).items():
        if None in _firsts(header, theirs):  # an amount whose interval is not known is no price a month
            columns.pop(ours, None)
    rules = {key: _resolved_rule(key, rule, header, columns) for key, rule in mapping.sections.get("rows", {}).items()}
    found["columns"] = columns
    found["constants"] = dict(mapping.sections.get("constants", {}))
    found["rows"] = {key: rule for key, rule in rules.items() if rule not in (None, {}, [])}
    known = {*columns, *found["constants"]}
    found["values"] = {ours: to for ours, to in mapping.sections.get("values", {}).items() if ours in known}
    return {name: section for name, section in found.items() if section}


def _resolved_rule(key: str, rule: Any, header: tuple[str, ...], columns: Mapping[str, Any]) -> Any:
    if key in ("keep", "drop"):
        return {there: wanted for theirs, wanted in rule.items() if (there := heading(header, theirs))}
    if key == "last_of":
        versions = {heading(header, theirs): heading(header, at) for theirs, at in rule.items()}
        return versions if None not in (*versions, *versions.values()) else {}
    if key in ("first_of", "currency"):
        return _first(header, rule)
    if key == "true_where":
        return {ours: named for ours, matches in rule.items() if (named := _first_matches(header, matches))}
    if key == "times":
        return {ours: there for ours, theirs in rule.items() if (there := _first(header, theirs)) and ours in columns}
    if key in ("less", "a_month"):
        found = {ours: [there for there in _firsts(header, theirs) if there] for ours, theirs in rule.items()}
        return {ours: there for ours, there in found.items() if there and ours in columns}
    if isinstance(rule, dict):
        return {ours: value for ours, value in rule.items() if ours in columns}
    return rule


def _first(header: tuple[str, ...], theirs: str | list[str]) -> str | None:
    """The first of their columns that is there."""
    names = [theirs] if isinstance(theirs, str) else theirs
    return next((there for name in names if (there := heading(header, name))), None)


def _firsts(header: tuple[str, ...], theirs: Iterable[str | list[str]]) -> list[str | None]:
    return [_first(header, name) for name in theirs]


def _first_matches(header: tuple[str, ...], matches: Mapping[str, Any] | list[Mapping[str, Any]]) -> dict[str, Any]:
    """The first of the sets of columns and values of which every column is there; empty without one."""
    for one in [matches] if isinstance(matches, Mapping) else matches:
        named = {heading(header, theirs): wanted for theirs, wanted in one.items()}
        if None not in named:
            return {str(there): wanted for there, wanted in named.items()}
    return {}
