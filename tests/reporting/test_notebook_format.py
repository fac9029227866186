"""nbformat comes without the grammar, and the grammar is still there for whoever wants it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

CODE = """
import sys
from analysis.reporting.notebook_format import GRAMMAR, notebook_format
notebook = notebook_format().v4.new_notebook(cells=[notebook_format().v4.new_code_cell("1 + 1")])
notebook_format().validate(notebook)
assert GRAMMAR not in sys.modules, "it was imported"
__import__(GRAMMAR)
"""


def test_nbformat_is_imported_without_the_grammar():
    if find_spec("rfc3987_syntax") is None:
        pytest.skip("the grammar is not installed, so that there is nothing to leave out")
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
