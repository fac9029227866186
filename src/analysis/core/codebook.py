"""A codebook: a TOML file beside the module that reads it, with what a row is and a line a column for each of its tables."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")


def read_codebook(module: str, table: Callable[..., T], column: Callable[..., object]) -> Mapping[str, T]:
    """Read all tables of a codebook, by name and in their order.

    Parameters
    ----------
    module : str
        File of the module beside which it lies.
    table : callable
        Makes the record of a table of its name, its columns, and what else the file says of it.
    column : callable
        Makes the record of a column of what the file says of it.
    """
    content = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    found = {}
    for name, entry in content.items():
        columns = {label: column(**_frozen(rules)) for label, rules in entry.pop("columns").items()}
        found[name] = table(name=name, columns=columns, **_frozen(entry))
    return MappingProxyType(found)


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
