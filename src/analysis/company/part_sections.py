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
    return {
        "tables": _tables(file, content.get("tables", {})),
        **_columns(file, content.get("columns", {})),
        "constants": _constants(file, content.get("constants", {})),
        "values": _values(file, content.get("values", {})),
        "rows": {part: read_row_rules(file, part, entries) for part, entries in content.get("rows", {}).items()},
        "joins": {part: read_joins(file, part, entries) for part, entries in content.get("joins", {}).items()},
    }


def _tables(file: str, entries: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    place = Place(file=file, section="tables")
    return {part: rules.value(place.key(part), rules.Texts, value) for part, value in entries.items()}


def _columns(file: str, entries: dict[str, Any]) -> dict[str, dict[str, Any]]:
    columns: dict[str, dict[str, str]] = {}
    fallbacks: dict[str, dict[str, tuple[str, ...]]] = {}
    for part, mapping in entries.items():
        place = _place_of_part(file, "columns", part, mapping, 'customer_id = "Kunde"')
        named = {key: rules.value(place.key(key), rules.Texts, value) for key, value in mapping.items()}
        columns[part] = {key: names[0] for key, names in named.items()}
        further = {key: names[1:] for key, names in named.items() if names[1:]}
        if further:
            fallbacks[part] = further
    return {"columns": columns, "fallbacks": fallbacks}


def _constants(file: str, entries: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = {}
    for part, mapping in entries.items():
        place = _place_of_part(file, "constants", part, mapping, 'purpose = "acquisition"')
        found[part] = {key: rules.value(place.key(key), rules.Text, value) for key, value in mapping.items()}
    return found


def _place_of_part(file: str, section: str, part: str, mapping: Any, line: str) -> Place:
    """The place of a part's section, whose keys are our columns."""
    place = Place(file=file, section=f"{section}.{part}")
    rules.require_section(place, mapping, example=f"[{section}.{part}] with lines such as {line}")
    for key in mapping:
        rules.require_known(place, key, tuple(TABLES[table_of(part)].columns))
    return place


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
