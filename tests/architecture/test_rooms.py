"""Rooms as ``docs/architecture.md`` and the contracts of import-linter know them; and what importing must not cost."""

import re
import subprocess
import sys
import tomllib

import pytest

from analysis.core import paths
from tests.architecture.imports import PACKAGE, modules

PAGE = paths.ROOT / "docs" / "architecture.md"
CONTRACTS = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
MODULES = modules()
# Seconds each to import: inside functions only, so that every command answers at once.
LATE = (
    "matplotlib",
    "seaborn",
    "statsmodels",
    "pyfixest",
    "linearmodels",
    "lifelines",
    "lifetimes",
    "pandera",
    "papermill",
    "nbconvert",
)
# The front door does without these too.
HEAVY = (*LATE, "numpy", "pandas", "scipy", "duckdb", "ibis", "nbformat", "jinja2", "rich", "typer")
# Exists to import heavy libraries once for all notebooks of a run.
PRELOAD = "analysis.reporting.preload"


def listed(layers: list[str]) -> list[str]:
    """Return the rooms of import-linter's layers, those beside each other in one line too."""
    return [name for layer in layers for name in re.split(r" *[:|] *", layer) if not name.startswith("__")]


def test_the_page_lists_the_rooms_in_the_order_that_the_contract_enforces():
    (layers,) = [contract["layers"] for contract in CONTRACTS if contract["type"] == "layers"]
    table = PAGE.read_text(encoding="utf-8").split("| room | holds |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE) == listed(layers)


def test_every_package_is_a_room():
    (layers,) = [contract["layers"] for contract in CONTRACTS if contract["type"] == "layers"]
    assert {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()} == set(listed(layers))


def imported_by(statement: str, names: tuple[str, ...]) -> list[str]:
    """Run a statement in a fresh interpreter and return which of the names it has imported."""
    code = f"{statement}\nimport sys\nprint(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_front_door_imports_no_heavy_library():
    assert imported_by("import analysis; dir(analysis)", HEAVY) == []


def test_a_plan_imports_nothing_that_only_pages_need():
    pages = (
        "scipy",
        "duckdb",
        "ibis",
        "nbformat",
        "jinja2",
        "rich",
        "analysis.notebook.session",
        "analysis.reporting.making",
    )
    assert imported_by("import analysis.reporting.cli, analysis.reporting.progress", (*LATE, *pages)) == []


def test_no_module_imports_a_slow_library_before_it_is_used():
    names = [name for name in MODULES if not name.endswith("__main__") and name != PRELOAD]
    statement = f"from importlib import import_module\nfor name in {names!r}:\n    import_module(name)"
    assert imported_by(statement, LATE) == []


def test_slow_libraries_are_seen_where_they_are_imported():
    assert imported_by("import json, matplotlib", LATE) == ["matplotlib"]


def test_the_front_offers_what_it_lists_and_nothing_else():
    import analysis

    for name in analysis.__all__:
        assert getattr(analysis, name) is not None, name
    with pytest.raises(AttributeError, match=r"'analysis' has no attribute 'stat'; its front has .*start"):
        analysis.stat  # noqa: B018
