"""Parameters of a notebook, checked before anything runs: papermill itself only warns of an unknown one."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.core.errors import ParameterMistake
from analysis.reporting.parameter_ranges import require_in_range


def declared_parameters(notebook: Path) -> dict[str, object]:
    """Return name and default of every parameter that the notebook's parameters cell declares.

    Read with the Python parser rather than papermill's own reader, which drops lines with ``|`` or a second ``=``.

    Raises
    ------
    ParameterMistake
        If the file is no notebook, has no parameters cell, or a line of it is not ``name = literal``.
    """
    try:
        cells = [source for source, tags in code_cells(notebook.read_bytes()) if "parameters" in tags]
    except (ValueError, LookupError, TypeError, AttributeError) as fault:
        raise ParameterMistake(
            f"{notebook.name} is no notebook that can be read ({fault}). Save it again from JupyterLab, or take back the one "
            f"of the repository: git checkout {notebook.parent.name}/{notebook.name}"
        ) from None
    if len(cells) != 1:
        raise ParameterMistake(f"{notebook.name} must have one cell tagged 'parameters'; it has {len(cells)}.")
    found: dict[str, object] = {}
    try:
        lines = list(assigned(cells[0]))
    except SyntaxError as fault:
        raise ParameterMistake(
            f"{notebook.name}: line {fault.lineno} of the parameters cell is no Python ({fault.msg}); got "
            f"{(fault.text or '').strip()!r}. Write `name = value`."
        ) from None
    for name, value in lines:
        if not name:
            raise ParameterMistake(f"{notebook.name}: the parameters cell must hold only `name = literal` lines.")
        try:
            found[name] = ast.literal_eval(value)
        except (ValueError, TypeError):
            raise ParameterMistake(f"{notebook.name}: the parameter `{name}` must have a literal default.") from None
    return found


def assigned(source: str) -> Iterator[tuple[str, Any]]:
    """Name and value, as the parser sees it, of every ``name = value`` line of a cell; no name for any other line."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        else:
            yield "", node


@lru_cache(maxsize=64)
def code_cells(notebook: bytes) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Source and tags of every code cell in a notebook's file.

    Plain JSON: planning must not pay for importing the notebook machinery. A file is parsed once, pictures and all.

    Examples
    --------
    >>> code_cells(b'{"cells": [{"cell_type": "code", "source": ["a = 1"], "metadata": {"tags": ["x"]}}]}')
    (('a = 1', ('x',)),)
    """
    return tuple(
        ("".join(cell["source"]), tuple(cell["metadata"].get("tags", ())))
        for cell in json.loads(notebook)["cells"]
        if cell["cell_type"] == "code"
    )


def resolve_parameters(
    notebook: Path, wanted: Mapping[str, object], declared: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Return all parameters of the notebook, defaults replaced by `wanted`, each of its default's type.

    Parameters
    ----------
    notebook : Path
    wanted : mapping
        Name to value.
    declared : mapping
        What `declared_parameters` gave for the notebook; None reads it.

    Raises
    ------
    ParameterMistake
        If a name is not declared (says which are) or a value is of another type than the default, or out of range.
    """
    declared = declared_parameters(notebook) if declared is None else declared
    for name, value in wanted.items():
        if name not in declared:
            raise ParameterMistake(
                f"`{name}` is not a parameter of {notebook.name}; its parameters are {', '.join(declared)}."
            )
        kind = type(declared[name])
        fits = isinstance(value, (int, float)) if kind is float else isinstance(value, kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            raise ParameterMistake(
                f"`{name}` of {notebook.name} must be of type {kind.__name__}, like its default {declared[name]!r}; "
                f"got {value!r}."
            )
        require_in_range(notebook.stem, name, value)
    return {**declared, **wanted}


def parse_settings(settings: Sequence[str]) -> dict[str, object]:
    """Turn ``name=value`` texts of the command line into values; what is no literal is a text.

    Examples
    --------
    >>> parse_settings(["seed=3", "sources=all", "horizon=1.5"])
    {'seed': 3, 'sources': 'all', 'horizon': 1.5}
    """
    found: dict[str, object] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.isidentifier():
            raise ParameterMistake(f"`--set` takes name=value; got {setting!r}.")
        try:
            found[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError):
            found[name] = text
    return found
