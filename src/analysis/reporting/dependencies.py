"""What a notebook's page depends on, part by part, so that only what changed is made again and the plan can say why.

Code is followed through its imports as the parser sees them, inside functions too. What the house imports by name at run
time is added by name: the estimators and checks of the notebook's claims, the sources that speak to them, their frames.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

from analysis import paths
from analysis.claims import load_register
from analysis.sources.base import Source
from analysis.sources.catalogue import find_sources
from analysis.studies import CHECKS, STUDIES

PACKAGE = Path(__file__).resolve().parents[1]
# What every page goes through, whatever its claims.
TRUNK = ("session", "reporting.execute", "reporting.render", "reporting.warm")


def parts_of(notebook: Path, parameters: Mapping[str, object]) -> dict[str, str]:
    """Return name and hash of everything the notebook's page depends on.

    Parameters
    ----------
    notebook : Path
    parameters : mapping
        All of its parameters, resolved.

    Returns
    -------
    dict
        For example ``{"notebook": ..., "parameters": ..., "code estimators.momentum": ..., "data cdnow": ...}``.
    """
    claims = [claim.id for claim in load_register().of_notebook(notebook.stem)]
    sources = relevant_sources(claims, find_sources(str(parameters.get("sources", "package"))))
    parts = {
        "notebook": _hash(notebook.read_bytes()),
        "parameters": _hash(json.dumps(parameters, sort_keys=True).encode()),
        "lock": _file_hash(paths.ROOT / "requirements.lock"),
        "register": _hash(json.dumps([asdict(load_register()[c]) for c in claims], sort_keys=True).encode()),
        "evidence": _hash(json.dumps(_evidence_rows(tuple(claims))).encode()),
    }
    parts |= {f"code {name}": _file_hash(path) for name, path in sorted(code_of(claims, notebook, sources).items())}
    parts |= {
        f"file {path.name}": _file_hash(path) for path in sorted((PACKAGE / "reporting" / "templates").rglob("*.*"))
    }
    parts |= _own_tables(str(parameters.get("data", "")))
    parts |= {f"data {source.name}": _hash((source.absence() or source.fingerprint()).encode()) for source in sources}
    return parts


def _own_tables(data: str) -> dict[str, str]:
    """Hash of the company's files, and of the code that reads them; empty without own data."""
    if not data:
        return {}
    from analysis.company.source import company_source

    code = {f"code {name}": _file_hash(path) for name, path in _modules().items() if name.startswith("company")}
    return {"own tables": company_source(data).fingerprint(), **code}


def relevant_sources(claims: Iterable[str], sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources that answer, or were asked and cannot answer, one of the claims; all where there are no claims."""
    wanted = set(claims)
    return tuple(s for s in sources if not wanted or wanted & (set(s.answers) | set(s.cannot)))


def code_of(claims: Iterable[str], notebook: Path, sources: Iterable[Source]) -> dict[str, Path]:
    """Return the package's modules behind a notebook, by dotted name below ``analysis``."""
    wanted = set(claims)
    start = set(TRUNK)
    start |= {f"estimators.{t.split(':')[0]}" for (claim, _), t in STUDIES.items() if claim in wanted}
    start |= {f"checks.{t.split(':')[0]}" for (claim, _), (_, t) in CHECKS.items() if claim in wanted}
    for source in sources:
        start |= {f"sources.{source.module}"} if source.module else set()
        start |= {f"frames.{key.split('/')[0]}" for key in source.builders}
    start |= _front_of(notebook)
    if not wanted:
        start |= set(_modules())
    return _closure(tuple(sorted(start)))


def _front_of(notebook: Path) -> set[str]:
    """Modules behind the front names that the notebook uses."""
    import analysis

    used = set(re.findall(r"analysis\.(\w+)", notebook.read_text(encoding="utf-8")))
    return {module for name, module in analysis.FRONT.items() if name in used}


@cache
def _modules() -> Mapping[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _closure(start: tuple[str, ...]) -> dict[str, Path]:
    modules = _modules()
    found: dict[str, Path] = {}
    waiting = [name for name in start if name in modules]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = modules[name]
            waiting.extend(imported for imported in _imports(modules[name]) if imported in modules)
    return found


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Dotted names below ``analysis`` that a module imports, and the packages they lie in."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analysis":
            below = node.module.split(".")[1:]
            found |= {".".join(below), *(".".join([*below, alias.name]) for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix("analysis.") for alias in node.names if alias.name.startswith("analysis.")
            }
    return tuple(sorted(found | {name.rpartition(".")[0] for name in found}))


@cache
def _evidence_rows(claims: tuple[str, ...]) -> list[list[str]]:
    rows = []
    for path in sorted(paths.EVIDENCE.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            rows += [row for row in csv.reader(handle) if row and row[0] in claims]
    return rows


@cache
def _file_hash(path: Path) -> str:
    return _hash(path.read_bytes()) if path.exists() else ""


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
