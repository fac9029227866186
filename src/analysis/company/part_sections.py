"""The sections of company.toml that speak of one table, or one part of it: files, columns, constants, values, rows."""

from __future__ import annotations

from typing import Any

from analysis.company import toml_rules as rules
from analysis.company.joins import read_joins
from analysis.company.row_rules import read_row_rules, table_of
from analysis.company.schemas import TABLES
from analysis.company.toml_rules import Place

SECTIONS = ("tables", "columns", "constants", "values", "rows", "joins")


def read_parts(file: str, content: dict[str, Any]) -> dict[str, Any]:
    """Read all of them; the keys are those of `Settings`.

    Raises
    ------
    UserMistake
        If a key is not known, or a value breaks its rule.
    """
    tables = Place(file=file, section="tables")
    columns = _by_column(file, content, "columns", rules.Texts, 'customer_id = "Kunde"')
    further = {part: {ours: names[1:] for ours, names in named.items() if names[1:]} for part, named in columns.items()}
    return {
        "tables": {k: rules.value(tables.key(k), rules.Texts, v) for k, v in content.get("tables", {}).items()},
        "columns": {part: {ours: names[0] for ours, names in named.items()} for part, named in columns.items()},
        "fallbacks": {part: named for part, named in further.items() if named},
        "constants": _by_column(file, content, "constants", rules.Text, 'purpose = "acquisition"'),
        "values": _values(file, content.get("values", {})),
        "rows": {part: read_row_rules(file, part, entries) for part, entries in content.get("rows", {}).items()},
        "joins": {part: read_joins(file, part, entries) for part, entries in content.get("joins", {}).items()},
    }


def _by_column(file: str, content: dict[str, Any], section: str, kind: Any, line: str) -> dict[str, dict[str, Any]]:
    """Part to our columns, each with a value of this kind; `line` is an example of one."""
    found = {}
    for part, mapping in content.get(section, {}).items():
        place = Place(file=file, section=f"{section}.{part}")
        rules.require_section(place, mapping, example=f"[{section}.{part}] with lines such as {line}")
        for key in mapping:
            rules.require_known(place, key, tuple(TABLES[table_of(part)].columns))
        found[part] = {key: rules.value(place.key(key), kind, value) for key, value in mapping.items()}
    return found


def _values(file: str, entries: dict[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, columns in entries.items():
        example = f'[values.{name}.COLUMN] with lines such as "their value" = "our value"'
        place = Place(file=file, section=f"values.{name}")
        rules.require_section(place, columns, example=example)
        found[name] = {}
        for column, mapping in columns.items():
            known = TABLES[table_of(name)].columns
            rules.require_known(place, column, tuple(known))
            inner = Place(file=file, section=f"values.{name}.{column}")
            rules.require_section(inner, mapping, example=example)
            allowed = known[column].among
            found[name][column] = {
                theirs: rules.our_value(inner.key(theirs), ours, allowed) for theirs, ours in mapping.items()
            }
    return found
