"""The style of figures is seaborn's, and asking seaborn once a cache is enough."""

import json
import subprocess
import sys

from analysis.cache import source_code, store

DRAW = """
import hashlib, json, os, sys
from analysis.notebook.figures import style
with style.report_style():
    ax = style.new_axes()
    ax.plot([0, 1], [0, 1])
    figure = style.to_exhibit(ax, alt="a line", caption="A line.", rows=[])
print(json.dumps([hashlib.sha256(figure.png.encode()).hexdigest(), "seaborn" in sys.modules]))
"""


def drawn(tmp_path, monkeypatch):
    """Draw in a process of its own; return the picture's hash and whether seaborn was imported for it."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv(store.CODE_VARIABLE, source_code.whole_hash())
    said = subprocess.run([sys.executable, "-c", DRAW], capture_output=True, text=True, check=True).stdout
    return json.loads(said)


def test_figure_drawn_from_the_kept_style_is_the_same_without_seaborn(tmp_path, monkeypatch):
    first, asked = drawn(tmp_path, monkeypatch)
    second, asked_again = drawn(tmp_path, monkeypatch)
    assert (asked, asked_again) == (True, False)
    assert first == second
