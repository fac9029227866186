"""nbformat without the 1.4 seconds that one of its dependencies spends on a grammar which no notebook needs."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

GRAMMAR = "rfc3987_syntax"
"""jsonschema imports it where it is installed, to check the format "iri"; it compiles its grammar on import. The schema of
notebooks names no such format, and jsonschema does without."""


def notebook_format() -> Any:
    """Import nbformat, and return it; the grammar stays importable for whoever asks for it by name.

    Examples
    --------
    >>> notebook_format().v4.new_markdown_cell("told").source
    'told'
    """
    if "jsonschema" in sys.modules or GRAMMAR in sys.modules:
        return import_module("nbformat")
    sys.modules[GRAMMAR] = None  # type: ignore[assignment]
    try:
        return import_module("nbformat")
    finally:
        del sys.modules[GRAMMAR]
