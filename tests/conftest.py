"""Set-up that every test shares. Nothing is registered here: markers and warnings stand in ``pyproject.toml``."""

import gc
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from analysis.reporting.notebook_format import notebook_format

notebook_format()  # before a test imports nbformat, and with it a grammar that takes a second to read

# `tests.helpers` is found whether pytest is called as a module, as a program or by an editor.
sys.path.insert(0, str(Path(__file__).parents[1]))

# The same examples on every machine and no time limit that a busy machine could break.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")

COLLECTED = pytest.StashKey[list[tuple[str, Path, frozenset[str]]]]()
"""Name, file and marks of every test that was found, also of those that the asked suite leaves out."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = [
        (item.nodeid, item.path, frozenset(mark.name for mark in item.iter_markers())) for item in items
    ]


def pytest_collection_finish() -> None:
    """What was imported and found stays to the end: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def collected(pytestconfig: pytest.Config) -> list[tuple[str, Path, frozenset[str]]]:
    """Name, file and marks of every test that was found."""
    return pytestconfig.stash[COLLECTED]
