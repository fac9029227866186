"""What a notebook's page depends on, part by part, so that only what changed is made again and the plan can say why.

Code is followed through its imports as the parser sees them, inside functions too. What the house imports by name at run
time is added by name: the estimators and checks of the notebook's claims, the sources that speak to them, their frames.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from analysis.cache.source_code import PACKAGE, closure, code_hash, file_hash, modules, short_hash
from analysis.cache.store import environment
from analysis.core import paths
from analysis.register.claims import load_register
from analysis.reporting.history import changes_on_record
from analysis.reporting.parameters import code_cells
from analysis.reporting.unchanged import Places
from analysis.sources.base import Source
from analysis.sources.catalogue import all_sources, find_sources
from analysis.sources.manifest import load_manifest
from analysis.verdicts.stored_results import path_of
from analysis.verdicts.studies import CHECKS, STUDIES

UNKNOWN = ""
"""In place of the hash of own tables that lie in a database: there are no files to look at."""

# What every page goes through, whatever its claims.
TRUNK = ("notebook.session", "reporting.execute", "reporting.render", "reporting.warm")


def own_tables(data: str) -> dict[str, str]:
    """Hash of the company's files, and of the code that reads them; empty without own data."""
    if not data:
        return {}
    from analysis.sources.own_tables import company_source

    source = company_source(data)
    fingerprint = UNKNOWN if source.company.settings.database else source.fingerprint()
    return {"own tables": fingerprint, **_hashes(closure(name for name in modules() if name.startswith("company")))}


def parts_of(
    notebook: Path, parameters: Mapping[str, object], own: Callable[[str], dict[str, str]] = own_tables
) -> dict[str, str]:
    """Return name and hash of everything the notebook's page depends on.

    Parameters
    ----------
    notebook : Path
    parameters : mapping
        All of its parameters, resolved.
    own : callable
        From the place of own tables to their parts: the same for all notebooks of a plan.

    Returns
    -------
    dict
        For example ``{"notebook": ..., "parameters": ..., "code estimators.momentum": ..., "data cdnow": ...}``.
    """
    claims = [claim.id for claim in load_register().of_notebook(notebook.stem)]
    sources = relevant_sources(claims, find_sources(str(parameters.get("sources", "package"))))
    parts = {
        "notebook": short_hash(notebook.read_bytes()),
        "parameters": short_hash(json.dumps(parameters, sort_keys=True).encode()),
        "published defaults": file_hash(paths.PUBLISHED_DEFAULTS),
        "lock": file_hash(paths.LOCK) if paths.LOCK.exists() else environment(),
        "register": short_hash(repr([load_register()[c] for c in claims]).encode()),
        "evidence": short_hash(json.dumps(_evidence_rows(tuple(claims))).encode()),
        "changelog": short_hash(repr(changes_on_record(claims)).encode()),
        "calibration": short_hash(paths.CALIBRATION.read_bytes() if paths.CALIBRATION.exists() else b""),
    }
    parts |= _hashes(code_of(claims, notebook, sources))
    parts |= {f"file {path.name}": file_hash(path) for path in sorted(paths.TEMPLATES.rglob("*.*"))}
    parts |= own(str(parameters.get("data", "")))
    parts |= {
        f"data {source.name}": short_hash((source.absence() or source.fingerprint()).encode()) for source in sources
    }
    parts |= {
        f"stored {source.name}": short_hash(path.read_bytes())
        for source in sources
        if source.absence() and (path := path_of(source.name)).exists()
    }
    return parts


def code_of_scoreboard() -> str:
    """Hash of what the scoreboard is made by beside the executed notebooks: its code, its templates, the register."""
    told = [
        *sorted(paths.EVIDENCE.glob("*.csv")),
        *sorted(paths.ROOT.glob("C*.*")),
        paths.ROOT / "docs" / "evidence.md",
        paths.PUBLISHED_DEFAULTS,
    ]
    files = [*sorted(paths.TEMPLATES.glob("*.*")), *sorted(paths.CLAIMS.glob("*.toml")), *told]
    parts = [code_hash("reporting.scoreboard"), *(file_hash(path) for path in files)]
    return short_hash(" ".join(parts).encode())


def places_of_plan(data: str) -> Places | None:
    """The files and folders that a plan with own tables at `data` is made from.

    None where they cannot all be listed: for a database, for tables that patterns find in folders of folders, and where a
    data set that should come with a package is not there.
    """
    shipped = [source for source in all_sources() if source.delivery == "package"]
    if any(source.absence() for source in shipped):
        return None
    trees = [paths.CLAIMS, paths.EVIDENCE, paths.MAPPINGS, paths.RESULTS]
    folders = [paths.NOTEBOOKS]
    files = [paths.data_dir() / file.source / file.file for file in load_manifest()]
    files += [file for source in shipped for file in source.files()]
    if data:
        from analysis.company.settings import load_settings
        from analysis.sources.own_tables import company_source

        settings = load_settings(data)
        named = [name for names in settings.tables.values() for name in names]
        if settings.database or any(set(name) & set("*?[") and set(name) & set("/\\") for name in named):
            return None
        files += company_source(data).files()
        folders += [place for place in (Path(data).expanduser(), settings.path) if place and place.is_dir()]
    files += [paths.data_dir(), *trees, *folders, *{file.parent: None for file in files}]
    return Places(
        trees=_absolute([PACKAGE, *trees]),
        folders=_absolute([paths.ROOT, paths.CLAIMS.parent, paths.ROOT / "docs", *folders]),
        files=_absolute(files),
    )


def _absolute(places: Iterable[Path]) -> tuple[str, ...]:
    return tuple(str(place.absolute()) for place in places)


def _hashes(code: Mapping[str, Path]) -> dict[str, str]:
    return {f"code {name or 'analysis'}": file_hash(path) for name, path in sorted(code.items())}


def relevant_sources(claims: Iterable[str], sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources that answer, or were asked and cannot answer, one of the claims; all where there are no claims."""
    wanted = set(claims)
    return tuple(s for s in sources if not wanted or wanted & (set(s.answers) | set(s.not_identified)))


def code_of(claims: Iterable[str], notebook: Path, sources: Iterable[Source]) -> dict[str, Path]:
    """Return the package's modules behind a notebook, by dotted name below ``analysis``."""
    wanted = set(claims)
    start = set(TRUNK)
    functions: list[Callable[..., object]] = [
        study.estimator for (claim, _), study in STUDIES.items() if claim in wanted
    ]
    functions += [check.function for (claim, _), check in CHECKS.items() if claim in wanted]
    start |= {function.__module__.removeprefix("analysis.") for function in functions}
    for source in sources:
        start |= {f"sources.{source.module}"} if source.module else set()
    start |= _front_of(notebook)
    if not wanted:
        start |= set(modules())
    return closure(start)


def _front_of(notebook: Path) -> set[str]:
    """Modules behind the front names that the notebook uses."""
    code = "\n".join(source for source, _ in code_cells(notebook.read_bytes()))
    used = set(re.findall(r"analysis\.(\w+)", code))
    return {module for name, module in front().items() if name in used}


@cache
def front() -> dict[str, str]:
    """Name of the front to the module that defines it, dotted below ``analysis``; read from the front's stub."""
    import analysis

    body = ast.parse(Path(analysis.__file__).with_suffix(".pyi").read_text(encoding="utf-8")).body
    return {a.name: str(node.module) for node in body if isinstance(node, ast.ImportFrom) for a in node.names}


def _evidence_rows(claims: tuple[str, ...]) -> list[list[str]]:
    return [row for row in _all_evidence() if row[0] in claims]


@cache
def _all_evidence() -> list[list[str]]:
    rows = []
    for path in sorted(paths.EVIDENCE.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            rows += [row for row in csv.reader(handle) if row]
    return rows
