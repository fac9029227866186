"""company.toml as `init` writes it: every assumption a line that can be changed, with the reason beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from analysis.company.schemas import TABLES, TableSpec

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def quoted(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key_of(key)} = {quoted(item)}" for key, item in value.items()) + " }"
    return "[" + ", ".join(quoted(item) for item in value) + "]"


def key_of(name: str) -> str:
    """A key as TOML: bare where that is allowed.

    Examples
    --------
    >>> key_of("amount"), key_of("Created at")
    ('amount', '"Created at"')
    """
    return name if name and set(name) <= _BARE else quoted(name)


def section(name: str, entries: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> str:
    """A section of plain keys, and its sections of sections behind it; empty if nothing is in it."""
    said = comments or {}
    plain = {key: value for key, value in entries.items() if not isinstance(value, Mapping)}
    inner = {key: value for key, value in entries.items() if isinstance(value, Mapping)}
    lines = [
        f"{key_of(key)} = {quoted(value)}" + (f"   # {said[key]}" if key in said else "")
        for key, value in plain.items()
    ]
    text = f"[{name}]\n" + "\n".join(lines) + "\n" if lines else ""
    for key, value in inner.items():
        text += ("\n" if text else "") + section(f"{name}.{key_of(key)}", value)
    return text


def commented(text: str) -> str:
    """The lines of a text as comments."""
    return "\n".join(f"# {line}" if line else "#" for line in text.splitlines())


def tables_in_comments() -> str:
    """All tables of ours with their columns, for whoever maps a table by hand."""
    return "\n".join(_table(spec) for spec in TABLES.values())


def _table(spec: TableSpec) -> str:
    lines = [f"# {spec.name}: one row is {spec.row}"]
    for name, column in spec.columns.items():
        must = "required" if column.required else "optional"
        allowed = f"; one of {', '.join(column.among)}" if column.among else ""
        lines.append(f"#   {name} ({must}): {column.meaning}{allowed}")
    return "\n".join(lines)
