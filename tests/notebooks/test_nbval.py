"""What `make test` relies on nbval for: that a changed number in a kept output fails, whichever form it is kept in.

nbval compares every media type of an output but image/png and image/jpeg, texts after the replacements of
``nbval_sanitize.cfg``, records (the verdict's media type) as they are. Read from nbval 0.11's plugin and shown here.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from analysis.core import paths
from tests.helpers import code, write_notebook
from tests.notebooks.lint import VERDICT

CONFIG = Path(__file__).with_name("nbval_sanitize.cfg")
# As in the Makefile; the kernel is that of the environment, whatever kernels a user has installed.
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(CONFIG)]

SHOW = "from IPython.display import display\ndisplay({bundle!r}, raw=True)"
PICTURE = '<img src="data:image/png;base64,{bytes}" alt="x">1.5'


def bundle(text="effect 1.5", html="<p>1.5</p>", value=1.5, png="AAAA"):
    """Return what a cell shows: a line, a fragment, a record, a picture."""
    return {
        "text/plain": text,
        "text/html": html,
        VERDICT: {"verdicts": [{"value": value, "low": None}]},
        "image/png": png,
    }


def display(data):
    return {"output_type": "display_data", "metadata": {}, "data": data}


def cell(kept, *tags, shows=None, count=1, also=()):
    """Return a cell that shows `shows` and is kept as if it had shown `kept`."""
    source = SHOW.format(bundle=bundle() if shows is None else shows)
    return code(source, *tags, count=count, outputs=[display(kept), *also] if kept else also)


STREAM = {"output_type": "stream", "name": "stdout", "text": "more\n"}

# Name: a cell, and whether nbval must pass it.
CASES = {
    "same": (cell(bundle()), True),
    "another_line": (cell(bundle(text="effect 1.6")), False),
    "another_fragment": (cell(bundle(html="<p>1.6</p>")), False),
    "another_record": (cell(bundle(value=1.6)), False),
    "last_digit_of_a_record": (cell(bundle(value=1.5000000001)), False),
    "record_missing": (cell({k: v for k, v in bundle().items() if k != VERDICT}), False),
    "output_missing": (cell(None), False),
    "output_too_many": (cell(bundle(), also=[STREAM]), False),
    "shows_an_error": (code("1 / 0", count=1), False),
    "warns": (code("import warnings\nwarnings.warn('x')", count=1), False),
    "another_picture_beside_the_same_number": (
        cell(bundle(html=PICTURE.format(bytes="BBBB")), shows=bundle(html=PICTURE.format(bytes="AAAA"))),
        True,
    ),
    "another_number_beside_a_picture": (
        cell(bundle(html=PICTURE.format(bytes="AAAA") + "1.6"), shows=bundle(html=PICTURE.format(bytes="AAAA"))),
        False,
    ),
    "another_line_on_this_machine": (cell(bundle(text="effect 1.6"), "machine", "nbval-ignore-output"), True),
    "tag_machine_alone": (cell(bundle(text="effect 1.6"), "machine"), False),
    # The two holes of nbval that the linter closes: execution counts, and bare pictures.
    "never_run": (cell(None, count=None), True),
    "another_bare_picture": (cell(bundle(png="BBBB")), True),
}


@pytest.fixture(scope="module")
def passed(tmp_path_factory):
    """Run nbval once over a notebook with one cell a case and return which cells passed, by the case's name."""
    folder = tmp_path_factory.mktemp("nbval")
    write_notebook(folder / "cases.ipynb", *(only_cell for only_cell, _ in CASES.values()))
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-c", str(paths.ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    command += ["-p", "no:cacheprovider", f"--junitxml={report}", *NBVAL, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    cells = {
        int(case.get("name", "").removeprefix("Cell ")): case.find("failure") is None and case.find("error") is None
        for case in ElementTree.parse(report).iter("testcase")
    }
    return {name: cells[place] for place, name in enumerate(CASES)}


@pytest.mark.parametrize("name", CASES)
def test_nbval_passes_what_it_should_and_nothing_else(passed, name):
    assert passed[name] is CASES[name][1]


def test_only_pictures_are_left_out_of_the_comparison():
    from nbval.plugin import get_sanitize_patterns

    ((pattern, replacement),) = get_sanitize_patterns(CONFIG.read_text(encoding="utf-8"))
    assert re.sub(pattern, replacement, PICTURE.format(bytes="iVBO+/0=")) == '<img src="PICTURE" alt="x">1.5'
    assert re.sub(pattern, replacement, "register 0123456789abcdef, 1.5") == "register 0123456789abcdef, 1.5"


def test_make_test_calls_nbval_in_this_way():
    makefile = (paths.ROOT / "Makefile").read_text(encoding="utf-8")
    (line,) = [line for line in makefile.splitlines() if "--nbval " in line]
    assert "--nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/nbval_sanitize.cfg" in line
    assert "no:doctest" not in line, "without its plugin, pytest does not know --doctest-modules, and stops"
