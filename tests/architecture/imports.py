"""What the modules of the package import, read from their source by the parser: what the text's own reader is held to."""

from __future__ import annotations

import ast
from pathlib import Path

from analysis.core import paths

PACKAGE = paths.ROOT / "src" / "analysis"


def modules() -> dict[str, Path]:
    """Return dotted name to file of every module, packages under their own name; the front is ``analysis``."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imports_of(source: str, known: set[str], *, by_name: bool = True) -> set[str]:
    """Return the modules of the package that a source imports, at the top, in functions, or by a name put together.

    Imports for the type checker only are left out; `by_name` says whether ``import_module`` counts. ``from analysis import x`` is the module x if there is one, else the
    front, which is returned as ``analysis``.

    Examples
    --------
    >>> known = {"analysis", "analysis.a", "analysis.b", "analysis.c"}
    >>> code = '''
    ... from typing import TYPE_CHECKING
    ... from analysis import a, start
    ... if TYPE_CHECKING:
    ...     from analysis.b import Hidden
    ... def f(name):
    ...     import analysis.b
    ...     return import_module(f"analysis.c.{name}")
    ... '''
    >>> sorted(imports_of(code, known))
    ['analysis', 'analysis.a', 'analysis.b', 'analysis.c']
    """
    found: set[str] = set()
    for node in _walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "analysis"}
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError("imports are absolute in this package: a relative one cannot be read off the line")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in known else str(node.module))
        elif (
            by_name
            and isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module"
        ):
            found |= {_prefix(argument) for argument in node.args} - {""}
    return found


def _walk(node: ast.AST):  # type: ignore[no-untyped-def]
    """Walk the tree, the bodies of ``if TYPE_CHECKING:`` left out."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and getattr(child.test, "id", getattr(child.test, "attr", "")) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from _walk(other)
        else:
            yield from _walk(child)


def _prefix(argument: ast.expr) -> str:
    """Return the fixed beginning of a module's name, without a trailing dot; empty if it is not of this package."""
    if isinstance(argument, ast.JoinedStr) and argument.values:
        argument = argument.values[0]  # type: ignore[assignment]
    text = argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
    return text.rstrip(".") if text.startswith("analysis.") else ""
