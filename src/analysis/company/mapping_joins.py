"""Tables that a known layout joins to its own, looked for among the tables and files that are there.

In a mapping, ``[joins.NAME]`` has the keys of company.toml's ``[joins.PART.NAME]`` and three of its own: `tables` (names of
which the first that fits is taken), a list of columns where loaders differ, and `unless` (a column that makes the join
needless).
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
    wanted = {table for item in seen for join in _joins_of(item).values() for table in join["tables"]}
    headers = {name: header_of(name) for name in there if plain_name(name) in wanted}
    found, used, told = [], set(), []
    for item in seen:
        made, tables, lines = _with_its_joins(item, names[item.file], headers)
        found.append(made)
        used.update(tables)
        told += lines
    return [item for item in found if item.mapping or names[item.file] not in used], tuple(told)


def _joins_of(item: Seen) -> Mapping[str, Any]:
    joins: Mapping[str, Any] = item.mapping.sections.get("joins", {}) if item.mapping and not item.why_not else {}
    return joins


def _with_its_joins(item: Seen, name: str, headers: Headers) -> tuple[Seen, tuple[str, ...], list[str]]:
    mapping, header, joins, told = item.mapping, item.header, {}, []
    for join, wanted in _joins_of(item).items():
        assert mapping is not None
        if "unless" in wanted and heading(header, wanted["unless"]):
            continue
        found = _found(wanted, header, name, headers)
        if found:
            joins[join] = found
            header = (*header, *(f"{join}.{new}" for how in TAKEN for new in found.get(how, {})))
            ((here, there),) = found["on"].items()
            told.append(f"{found['table']} is joined to {name} by {here} = {there}")
        elif join in mapping.without:
            told.append(f"beside {name} there is no table {' or '.join(wanted['tables'])}: {mapping.without[join]}")
    if mapping is None or not joins:
        return item, (), told
    sections = resolved(mapping, header) | {"joins": joins}
    return replace(item, header=header, sections=sections), tuple(join["table"] for join in joins.values()), told


def _found(wanted: Mapping[str, Any], header: tuple[str, ...], name: str, headers: Headers) -> dict[str, Any] | None:
    """The join as company.toml says it; None without a table that has all it needs."""
    ((ours, theirs),) = wanted["on"].items()
    here = heading(header, ours)
    if here is None:
        return None
    # Of the same schema or folder only: another product's table of the same name has other ids.
    same = [n for n in sorted(headers) if plain_name(n) in wanted["tables"] and _place_of(n) == _place_of(name)]
    for table in sorted(same, key=lambda n: wanted["tables"].index(plain_name(n))):
        there = headers[table]
        found: dict[str, Any] = {"table": table, "on": {here: heading(there, theirs)}}
        found |= {how: {new: _one_of(there, c) for new, c in wanted[how].items()} for how in TAKEN if how in wanted}
        found |= {"keep": {heading(there, c): v for c, v in wanted["keep"].items()}} if "keep" in wanted else {}
        found |= {"only": {heading(header, c): v for c, v in wanted["only"].items()}} if "only" in wanted else {}
        columns = [*found["on"].values(), *found.get("keep", {}), *found.get("only", {})]
        columns += [c for how in TAKEN for c in found.get(how, {}).values()]
        if None in columns:
            continue
        dropped = {there_: v for c, v in wanted.get("drop", {}).items() if (there_ := heading(there, c))}
        versions = {heading(there, c): heading(there, at) for c, at in wanted.get("last_of", {}).items()}
        if versions and None not in (*versions, *versions.values()):
            found["last_of"] = versions
        currency = heading(there, wanted["currency"]) if "currency" in wanted else None
        return found | ({"drop": dropped} if dropped else {}) | ({"currency": currency} if currency else {})
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
    found = (heading(header, name) for name in ([names] if isinstance(names, str) else names))
    return next((there for there in found if there), None)
