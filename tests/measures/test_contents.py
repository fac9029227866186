"""The measures' front: names that come late, and none hidden by its module."""

import subprocess
import sys
from pathlib import Path

import pytest

import analysis
from analysis import measures


def test_every_name_of_the_contents_is_there():
    assert len(measures.__all__) > 25
    assert all(callable(getattr(measures, name)) for name in measures.__all__)
    assert set(measures.__all__) <= set(dir(measures))


def test_no_public_name_is_hidden_by_a_module_of_the_same_name():
    modules = {path.stem for path in Path(measures.__file__).parent.glob("*.py")}
    assert not set(measures.__all__) & modules


def test_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="loyalty"):
        _ = measures.loyalty


def test_importing_the_room_loads_no_heavy_library():
    """In a fresh interpreter, since this one has loaded them for other tests."""
    heavy = "('statsmodels', 'matplotlib', 'scipy', 'lifetimes', 'pandas')"
    code = f"import sys, analysis.measures; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_notebooks_find_the_definitions_on_the_front():
    assert analysis.retention_rate(n_start=10, n_new=0, n_end=9).percent == 90
