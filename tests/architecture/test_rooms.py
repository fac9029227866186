"""Imports go downhill only: the rooms are those of ``docs/architecture.md``, the imports those of the source."""

import subprocess
import sys

import pytest

from tests.architecture.imports import PAGE, imports_of, modules, read_rooms, room_of

ROOMS = read_rooms(PAGE.read_text(encoding="utf-8"))
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


def uphill(name: str, source: str) -> list[str]:
    """Return the imports of a module that lead to a higher room."""
    own = room_of(name, ROOMS)
    return [other for other in sorted(imports_of(source, set(MODULES))) if room_of(other, ROOMS) > own]


@pytest.mark.parametrize("name", [name for name in MODULES if name != "analysis"])
def test_every_module_has_a_room(name):
    assert name.split(".")[1] in ROOMS, f"{name} is in no room of docs/architecture.md"


@pytest.mark.parametrize("name", [name for name in MODULES if name != "analysis"])
def test_imports_go_downhill(name):
    assert uphill(name, MODULES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("analysis.core.results", "from analysis.frames import Frame", ["analysis.frames"]),
        ("analysis.frames.base", "import analysis.sources.base", ["analysis.sources.base"]),
        (
            "analysis.estimators.x",
            "def f():\n    from analysis.register.studies import collect",
            ["analysis.register.studies"],
        ),
        ("analysis.frames.x", "import_module(f'analysis.estimators.{name}')", ["analysis.estimators"]),
        ("analysis.notebook.figures.x", "from analysis import start", ["analysis"]),
        ("analysis.estimators.x", "from analysis import verdicts", ["analysis.verdicts.decide"]),
        ("analysis.estimators.x", "from analysis.models.rows import x\nfrom analysis import paths", []),
        ("analysis.core.results", "if TYPE_CHECKING:\n    from analysis.frames import Frame", []),
    ],
)
def test_uphill_imports_are_found_wherever_they_hide(name, source, found):
    assert uphill(name, source) == found


def test_a_module_in_two_rooms_is_refused():
    with pytest.raises(ValueError, match="`a` stands in room 0 and in room 1"):
        read_rooms("| room | modules |\n|---|---|\n| 0 | `a` |\n| 1 | `a` |\n")


def imported_by(statement: str, names: tuple[str, ...]) -> list[str]:
    """Run a statement in a fresh interpreter and return which of the names it has imported."""
    code = f"{statement}\nimport sys\nprint(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_front_door_imports_no_heavy_library():
    assert imported_by("import analysis; dir(analysis)", HEAVY) == []


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
