"""A folder of invented notebooks in the place of the real ones."""

import pytest

from analysis.core import paths
from tests.helpers import code, write_notebook
from tests.reports.conftest import browser  # noqa: F401  (a fixture)

PARAMETERS = 'sources = "package"  # which\nseed = 1  # seed of draws'


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """Return a function that writes a notebook into a folder of its own, which stands in the place of ``notebooks/``."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(paths, "NOTEBOOKS", folder)

    def write(name, *cells, parameters=PARAMETERS):
        return write_notebook(folder / f"{name}.ipynb", code(parameters, "parameters"), *cells)

    return write
