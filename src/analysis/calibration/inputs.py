"""What a scenario's rows depend on, as two hashes: the draws (code of scenario and estimator, effects, size of the study) and
the assessments (the rule). A change of the rule leaves the draws as they are."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from analysis.calibration.scenario import Scenario
from analysis.register.claims import load_register

FOLLOWED = ("analysis.estimators", "analysis.models", "analysis.calibration.scenario")
"""Rooms whose modules a row depends on, whatever imports them."""

ALWAYS = ("analysis.calibration.trials",)
READ_BY = ("analysis.verdicts.assess", "analysis.calibration.readings")
OF_THE_EFFECT = ("name", "scale", "unit", "null", "direction", "smallest", "size")
"""Fields of a quantity that say at which effects a scenario is drawn, and how an interval is read."""


def inputs_hash(scenario: Scenario, seed: int, replications: int) -> str:
    """Return twelve hexadecimal digits that change when a scenario's rows could.

    Comments, docstrings, the way code is laid out, and where modules lie do not count.
    """
    module = scenario.estimator.split(":")[0]
    names = {scenario.draw.__module__, f"analysis.estimators.{module}", *ALWAYS}
    record = {
        "code": sorted(_code(name) for name in _with_imports(names)),
        "rule": _quantity(scenario),
        "scenario": scenario.name,
        "seed": seed,
        "replications": replications,
    }
    return hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()[:12]


def rule_hash(scenario: Scenario) -> str:
    """Return twelve hexadecimal digits that change when the assessments of a scenario's intervals could."""
    record = {"code": sorted(_code(name) for name in READ_BY), "rule": _quantity(scenario)}
    return hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _quantity(scenario: Scenario) -> dict[str, object]:
    registered = asdict(load_register()[scenario.claim].quantity(scenario.quantity))
    return {name: registered[name] for name in OF_THE_EFFECT}


def _with_imports(names: set[str]) -> set[str]:
    """Names of modules and of all they import from the rooms followed."""
    found: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += sorted(_imports(name) - found)
    return found


@cache
def _imports(name: str) -> frozenset[str]:
    found = set()
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(FOLLOWED):
            found |= {_module_of(node.module, alias.name) for alias in node.names}
    # The catalogue imports every scenario: what a scenario's rows depend on is its own module.
    return frozenset(found - {"analysis.calibration.scenarios", "analysis.estimators"})


def _module_of(package: str, name: str) -> str:
    """Module that a name is defined in: itself, `package`, or one whose names `package` hands on (the table of contents)."""
    inner = f"{package}.{name}"
    if _is_module(inner):
        return inner
    handed_on: dict[str, str] = getattr(import_module(package), "CONTENTS", {})
    return f"{package}.{handed_on[name]}" if name in handed_on else package


@cache
def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def _code(name: str) -> str:
    """Hash of a module's code without descriptions and imports: what it imports is hashed for itself."""
    tree = _WithoutImports().visit(_tree(name))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):  # strings that stand alone describe a module, a function or a name
            node.body = [part for part in body if not _is_description(part)]  # type: ignore[attr-defined]
    return hashlib.sha256(_dumped(tree).encode()).hexdigest()


def _dumped(tree: ast.AST) -> str:
    """A tree as Python 3.11 writes it: later ones leave empty lists out, and name the type parameters of what has none."""
    whole: dict[str, Any] = {"show_empty": True} if sys.version_info >= (3, 13) else {}
    return ast.dump(tree, **whole).replace(", type_params=[]", "")


def _is_description(statement: ast.AST) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


class _WithoutImports(ast.NodeTransformer):
    """Leaves out imports, and what only a type checker runs."""

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_If(self, node: ast.If) -> ast.AST | None:
        of_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if of_types else self.generic_visit(node)


def _tree(name: str) -> ast.Module:
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None, name
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
