"""Tables that a known layout joins to its own, looked for among the tables and files that are there.

In a mapping, ``[joins.NAME]`` has the keys of company.toml's ``[joins.PART.NAME]`` and three of its own: `tables` (names of
which the first that fits is taken), a list of columns where loaders differ, and `unless` (a column that makes the join
needless). Where loaders differ in more, ``[[joins.NAME]]`` stands several times, and the first that fits is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.company.joins import TAKEN
from analysis.company.mappings import heading, resolved
from analysis.company.recognising import Seen
from analysis.company.settings import is_table_file, stem_of

Headers = Mapping[str, tuple[str, ...]]
"""Name of a file or table, as company.toml calls it, to its columns."""


def with_joins(
    seen: Iterable[Seen], names: Mapping[Path, str], there: Iterable[str], header_of: Callable[[str], tuple[str, ...]]
) -> tuple[list[Seen], tuple[str, ...]]:
    """Files or tables with what is joined to them; those that are joined and are nothing else are not among them.

    Parameters
    ----------
    seen : iterable of Seen
    names : mapping
        File to what company.toml calls it.
    there : iterable of str
        Names of all files or tables.
    header_of : callable
        Gives the columns of one.

    Returns
    -------
    tuple
        The files, and a line for each join, or for what its absence costs.
    """
    seen = list(seen)
    wanted = {table for item in seen for joins in _joins_of(item).values() for join in joins for table in _tables(join)}
    headers = {name: header_of(name) for name in there if plain_name(name) in wanted}
    found: list[Seen] = []
    used: set[str] = set()
    told: list[str] = []
    for item in seen:
        made, tables, lines = _with_its_joins(item, names[item.file], headers)
        found.append(made)
        used.update(tables)
        told += lines
    return [item for item in found if item.mapping or names[item.file] not in used], tuple(told)


def _joins_of(item: Seen) -> Mapping[str, list[Mapping[str, Any]]]:
    """Name of a join to the ways in which loaders write it."""
    joins: Mapping[str, Any] = item.mapping.sections.get("joins", {}) if item.mapping and not item.why_not else {}
    return {name: ways if isinstance(ways, list) else [ways] for name, ways in joins.items()}


def _tables(join: Mapping[str, Any]) -> list[str]:
    """Names that the table of a join and those beside it may have."""
    return [*join["tables"], *(name for listed in join.get("among", {}).values() for name in listed["tables"])]


def _with_its_joins(item: Seen, name: str, headers: Headers) -> tuple[Seen, tuple[str, ...], list[str]]:
    mapping, header, joins, told = item.mapping, item.header, {}, []
    for join, ways in _joins_of(item).items():
        assert mapping is not None
        if any("unless" in wanted and heading(header, wanted["unless"]) for wanted in ways):
            continue
        found = next((there for wanted in ways if (there := _found(wanted, header, name, headers))), None)
        if found:
            joins[join] = found
            header = (*header, *(f"{join}.{new}" for how in TAKEN for new in found.get(how, {})))
            ((here, there),) = found["on"].items()
            told.append(f"{found['table']} is joined to {name} by {here} = {there}")
        elif join in mapping.without:
            wanted = dict.fromkeys(table for way in ways for table in way["tables"])
            told.append(f"beside {name} there is no table {' or '.join(wanted)}: {mapping.without[join]}")
    if mapping is None or not joins:
        return item, (), told
    sections = resolved(mapping, header) | {"joins": joins}
    used = [listed["table"] for join in joins.values() for listed in (join, *join.get("among", {}).values())]
    return replace(item, header=header, sections=sections), tuple(used), told


def _found(wanted: Mapping[str, Any], header: tuple[str, ...], name: str, headers: Headers) -> dict[str, Any] | None:
    """The join as company.toml says it; None without a table that has all it needs."""
    ((ours, theirs),) = wanted["on"].items()
    here = heading(header, ours)
    if here is None:
        return None
    for table in _beside(wanted["tables"], name, headers):
        there = headers[table]
        found: dict[str, Any] = {"table": table, "on": {here: heading(there, theirs)}}
        found |= {how: {new: _one_of(there, c) for new, c in wanted[how].items()} for how in TAKEN if how in wanted}
        found |= {"keep": {heading(there, c): v for c, v in wanted["keep"].items()}} if "keep" in wanted else {}
        found |= {"only": {heading(header, c): v for c, v in wanted["only"].items()}} if "only" in wanted else {}
        columns = [*found["on"].values(), *found.get("keep", {}), *found.get("only", {})]
        columns += [c for how in TAKEN for c in found.get(how, {}).values()]
        if None in columns:
            continue
        lists = {heading(there, c): _listed(listed, name, headers) for c, listed in wanted.get("among", {}).items()}
        if None in (*lists, *lists.values()):
            continue
        found |= {"among": lists} if lists else {}
        dropped = {there_: v for c, v in wanted.get("drop", {}).items() if (there_ := heading(there, c))}
        versions = {heading(there, c): heading(there, at) for c, at in wanted.get("last_of", {}).items()}
        if versions and None not in (*versions, *versions.values()):
            found["last_of"] = versions
        currency = heading(there, wanted["currency"]) if "currency" in wanted else None
        return found | ({"drop": dropped} if dropped else {}) | ({"currency": currency} if currency else {})
    return None


def _beside(tables: list[str], name: str, headers: Headers) -> list[str]:
    """Tables of these names, in their order, of the same schema or folder: another product's table of the same name has
    other ids."""
    same = [n for n in sorted(headers) if plain_name(n) in tables and _place_of(n) == _place_of(name)]
    return sorted(same, key=lambda n: tables.index(plain_name(n)))


def _listed(wanted: Mapping[str, Any], name: str, headers: Headers) -> dict[str, Any] | None:
    """A table that lists values, as company.toml says it; None without one that has all it needs."""
    for table in _beside(wanted["tables"], name, headers):
        there = headers[table]
        column, keep = heading(there, wanted["column"]), {heading(there, c): v for c, v in wanted["keep"].items()}
        if None not in (column, *keep):
            return {"table": table, "column": column, "keep": keep}
    return None


def plain_name(name: str) -> str:
    """A table's name without its schema, a file's without folder and ending, in small letters.

    Examples
    --------
    >>> plain_name("stripe.Price"), plain_name("exports/price.csv")
    ('price', 'price')
    """
    file = Path(name)
    return (stem_of(file) if is_table_file(file) else name.rpartition(".")[2]).lower()


def _place_of(name: str) -> str:
    return str(Path(name).parent) if is_table_file(Path(name)) else name.rpartition(".")[0]


def _one_of(header: tuple[str, ...], names: str | list[str]) -> str | None:
    """The first of the columns, or keys of columns that hold JSON, that is there."""
    for name in [names] if isinstance(names, str) else names:
        outer, _, keys = name.partition(".")
        if there := heading(header, name):
            return there
        if keys and (there := heading(header, outer)):
            return f"{there}.{keys}"
    return None
