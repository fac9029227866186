"""The linter on one notebook that keeps every rule, and on notebooks that each break one."""

import copy
import re

import jupytext
import nbformat
import pytest

from analysis.core import paths
from analysis.register.claims import load_register
from analysis.reporting.parameters import declared_parameters
from analysis.reporting.store_outputs import text_form
from tests.helpers import code, markdown, notebook, shown
from tests.notebooks.lint import CLAIMED, PARTS, VERDICT, faults_of

NAME, CLAIMS, HASH = "99_invented_family", ("first-claim", "second-claim"), "0123456789abcdef"

PARAMETERS = """sources: str = "package"  # public sources to use, separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder of your own tables; empty for none"""


def verdict_on(claim, register_hash=HASH, scope="public"):
    record = {"claim": claim, "scope": scope, "register_hash": register_hash}
    return shown({"text/plain": claim, VERDICT: {"verdicts": [record]}})


def parts_of(claim, first):
    calls = [code(f"session.{part}('{claim}')", count=first + place) for place, part in enumerate(PARTS)]
    calls[0] = code(f"session.answer('{claim}')", "verdict", count=first, outputs=[verdict_on(claim)])
    return calls


GOOD = notebook(
    markdown(
        "# Is it so?\n\nOne says it grew by 25 to 95 times. `1.5` is code, [here](https://example.org/1.5).", "title"
    ),
    code("import analysis", "setup", count=1),
    code(PARAMETERS, "parameters", count=2),
    code(f'session = analysis.start("{NAME}", sources=sources, seed=seed, data=data)', "provenance", count=3),
    markdown("## First\n\nWith intervals at 95 %, as in 2004 (doi:10.1287/mksc.1040.0098, arXiv:1601.07235)."),
    *parts_of("first-claim", 4),
    markdown(f"## Second\n\nIt is said to rise by 2.5 %. {CLAIMED}"),
    *parts_of("second-claim", 10),
    markdown("## More"),
    code(
        "first = session.found('first-claim')\nanalysis.show_forest(first)",
        count=16,
        outputs=[shown({"text/plain": "1.5"})],
    ),
    code("session.rules()", count=17),
    markdown("## Where the numbers come from"),
    code("session.provenance()", "provenance", "machine", "nbval-ignore-output", count=18),
)
(TITLE, SETUP, PARAMETER_CELL, START, FIRST, VERDICT_CELL) = range(6)
PICTURE, SECOND, COLLECT, HEADING, MACHINE = 6, 11, 19, 21, 22


def lint(changed):
    return faults_of(changed, NAME, CLAIMS, HASH)


def test_good_notebook_has_no_fault():
    nbformat.validate(GOOD)
    assert lint(GOOD) == []


def with_source(place, source):
    def change(cells):
        cells[place].source = source

    return change


def with_line(place, line):
    def change(cells):
        cells[place].source += f"\n{line}"

    return change


def with_tags(place, *tags):
    def change(cells):
        cells[place].metadata["tags"] = list(tags)

    return change


def with_output(place, output):
    def change(cells):
        cells[place].outputs.append(nbformat.from_dict(output))

    return change


def without(*places):
    def change(cells):
        for place in sorted(places, reverse=True):
            del cells[place]
        renumber(cells)

    return change


def renumber(cells):
    for number, cell in enumerate((c for c in cells if c.cell_type == "code"), start=1):
        cell.execution_count = number


def with_parameter(line):
    return with_source(PARAMETER_CELL, f"{PARAMETERS}\n{line}")


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
STDERR = {"output_type": "stream", "name": "stderr", "text": "x.py:1: FutureWarning: soon\n"}
STDOUT = {"output_type": "stream", "name": "stdout", "text": "fine\n"}

BROKEN = {
    # title and headings
    "no title": (with_source(TITLE, "Is it so?"), r"exactly one title .* it stands in none"),
    "two titles": (with_line(FIRST, "# Again"), r"exactly one title .* it stands in cell 0, cell 4"),
    "title elsewhere": (
        lambda cells: (with_source(TITLE, "Hello")(cells), with_line(FIRST, "# Is it so?")(cells)),
        r"exactly one title .* it stands in cell 4",
    ),
    "title not tagged": (with_tags(TITLE), r"first cell must be tagged 'title'"),
    "heading twice": (with_line(SECOND, "## First"), r"headings must differ.*'## First' stands twice"),
    # tags
    "no setup": (with_tags(SETUP), r"exactly one code cell must be tagged 'setup'; 0 are"),
    "two setups": (with_tags(COLLECT, "setup"), r"exactly one code cell must be tagged 'setup'; 2 are"),
    "no parameters": (with_tags(PARAMETER_CELL), r"exactly one code cell must be tagged 'parameters'; 0 are"),
    "misspelt tag": (with_tags(VERDICT_CELL, "verdict", "verdit"), r"cell 5: tag 'verdit' is not one of check, "),
    "skipped by nbval": (with_tags(COLLECT, "nbval-skip"), r"cell 19: tag 'nbval-skip' is not one of"),
    "may raise": (with_tags(COLLECT, "raises-exception"), r"cell 19: tag 'raises-exception' is not one of"),
    "machine for readers only": (with_tags(MACHINE, "provenance", "machine"), r"cell 22: 'machine' .* go together"),
    "machine for nbval only": (with_tags(MACHINE, "provenance", "nbval-ignore-output"), r"cell 22: .* go together"),
    "result not compared": (
        with_tags(COLLECT, "machine", "nbval-ignore-output"),
        r"cell 19: only provenance may differ from machine to machine",
    ),
    "verdict not compared": (
        with_tags(VERDICT_CELL, "verdict", "provenance", "machine", "nbval-ignore-output"),
        r"cell 5: only provenance may differ",
    ),
    "verdict not tagged": (with_tags(VERDICT_CELL), r"cell 5: shows a verdict and must be tagged 'verdict'"),
    # code
    "long cell": (with_source(COLLECT, "\n".join(["session.rules()"] * 16)), r"cell 19: 16 lines of code; at most 15"),
    "empty cell": (with_source(COLLECT, " "), r"cell 19: is empty"),
    "def": (with_line(COLLECT, "def f():\n    return 1"), r"cell 19: `def` is logic"),
    "async def": (with_line(COLLECT, "async def f():\n    return 1"), r"cell 19: `def` is logic"),
    "lambda": (with_line(COLLECT, "f = lambda x: x"), r"cell 19: `lambda` is logic"),
    "class": (with_line(COLLECT, "class A:\n    pass"), r"cell 19: `class` is logic"),
    "for": (with_line(COLLECT, "for x in ():\n    x"), r"cell 19: `for` is logic"),
    "comprehension": (with_line(COLLECT, "[x for x in ()]"), r"cell 19: `for` is logic"),
    "while": (with_line(COLLECT, "while False:\n    pass"), r"cell 19: `while` is logic"),
    "if": (with_line(COLLECT, "if first:\n    pass"), r"cell 19: `if` is logic"),
    "try": (with_line(COLLECT, "try:\n    pass\nfinally:\n    pass"), r"cell 19: `try` is logic"),
    "with": (with_line(COLLECT, "with first:\n    pass"), r"cell 19: `with` is logic"),
    "import of a library": (
        with_line(COLLECT, "import pandas as pd"),
        r"cell 19: imports 'pandas'; a notebook sees `import",
    ),
    "import from behind": (
        with_line(COLLECT, "from analysis.verdicts.decide import decide"),
        r"cell 19: imports 'analysis.verdicts.decide'",
    ),
    "no name of the front": (
        with_line(COLLECT, "analysis.decide(1)"),
        r"cell 19: `analysis.decide` is not a name of the front",
    ),
    "read_csv": (with_line(COLLECT, "first.read_csv('x.csv')"), r"cell 19: `read_csv` reads a file"),
    "open": (with_line(COLLECT, "open('x.csv')"), r"cell 19: `open` reads a file"),
    "warnings hidden": (
        with_line(COLLECT, "warnings.filterwarnings('ignore')"),
        r"cell 19: `filterwarnings` hides warnings",
    ),
    "absolute path": (with_line(COLLECT, "session.rules('/data/x')"), r"cell 19: '/data/x' is a place on one machine"),
    "home path": (with_line(COLLECT, "session.rules('~/x')"), r"cell 19: '~/x' is a place on one machine"),
    "drive": (with_line(COLLECT, r"session.rules('C:\\x')"), r"cell 19: 'C:.*x' is a place on one machine"),
    "magic": (with_line(COLLECT, "%matplotlib inline"), r"cell 19: magics and shell commands"),
    "shell": (with_line(COLLECT, "!ls"), r"cell 19: magics and shell commands"),
    "no Python": (with_source(COLLECT, "first = = 1"), r"cell 19: is not Python"),
    "three in a row": (without(HEADING), r"cell 21: more than 2 code cells in a row without a word"),
    "empty prose": (with_source(HEADING, "  \n"), r"cell 22: more than 2 code cells in a row without a word"),
    # parameters
    "derived parameter": (
        with_parameter("folder: str = data + 'x'  # folder of the data"),
        r"cell 2: a parameter is `name: type = lit",
    ),
    "call in parameters": (
        with_parameter("print(seed)"),
        r"cell 2: a parameter is `name: type = literal .*got 'print\(seed\)'",
    ),
    "parameter without comment": (
        with_parameter("horizon = 12"),
        r"cell 2: a parameter is `name: type = literal .*got 'horizon = 12'",
    ),
    "parameter without type": (
        with_parameter("horizon = 12  # months to look ahead"),
        r"cell 2: a parameter is `name: type = literal .*got 'horizon = 12  #",
    ),
    "parameter of another type": (
        with_parameter("horizon: int = 12.0  # months to look ahead"),
        r"cell 2: 'horizon' is given as int, and its default is float",
    ),
    "parameter of mixed types": (
        with_parameter("range: list[int] = [3, 4.5]  # months to look ahead"),
        r"cell 2: 'range' is given as list\[int\], and its default is list\[float\|int\]",
    ),
    "comment without meaning": (
        with_parameter("horizon: int = 12  # horizon"),
        r"cell 2: the comment must say what 'horizon' means",
    ),
    "comment that papermill loses": (
        with_parameter("horizon: int = 12  # months | weeks to look ahead"),
        r"cell 2: papermill's reader loses a parameter .* '\|' or '='",
    ),
    "comment with a second =": (
        with_parameter("horizon: int = 12  # months, 12 = one year"),
        r"cell 2: papermill's reader loses a parameter .* '\|' or '='",
    ),
    "parameter that the runner sets is missing": (
        with_source(PARAMETER_CELL, PARAMETERS.replace("sources", "source_names")),
        r"cell 2: the parameter 'sources' is missing",
    ),
    # prose
    "typed decimal": (
        with_line(FIRST, "It grew by 1.5 times."),
        r"cell 4: '1\.5' looks like a result typed into prose",
    ),
    "typed thousands": (with_line(FIRST, "Of 69,659 purchases."), r"cell 4: '69,659' looks like a result"),
    "typed percentage": (with_line(FIRST, "It grew by 12 %."), r"cell 4: '12 %' looks like a result"),
    "typed percent": (with_line(FIRST, "It grew by 12 percent."), r"cell 4: '12 percent' looks like a result"),
    "typed n": (with_line(FIRST, "Few (n = 40)."), r"cell 4: 'n = 40' looks like a result"),
    "typed beside a claimed line": (
        with_line(SECOND, "It rose by 0.5 %."),
        r"cell 11: '0\.5' looks like a result typed into prose",
    ),
    "formula": (with_line(FIRST, "$e = mc$"), r"cell 4: `\$` is set by a script from outside"),
    # outputs
    "not executed": (
        lambda cells: setattr(cells[COLLECT], "execution_count", None),
        r"stored executed .* .* 15, None, 17",
    ),
    "executed out of order": (
        lambda cells: (setattr(cells[START], "execution_count", 4), setattr(cells[VERDICT_CELL], "execution_count", 3)),
        r"stored executed from top to bottom .* \[1, 2, 4, 3",
    ),
    "executed twice": (lambda cells: setattr(cells[MACHINE], "execution_count", 9), r"stored executed .* 9\]"),
    "kept error": (with_output(COLLECT, ERROR), r"cell 19: is kept with an error, ValueError"),
    "kept warning": (with_output(COLLECT, STDERR), r"cell 19: is kept with a warning: .*FutureWarning: soon"),
    "bare picture": (with_output(COLLECT, shown({"image/png": "iVBO"})), r"cell 19: shows a bare picture"),
    "comment for nbval": (with_line(COLLECT, "# NBVAL_IGNORE_OUTPUT"), r"cell 19: nbval is told by tags"),
    # a claim's section
    "part missing": (
        without(PICTURE),
        r"the section of 'first-claim' must have the parts answer, picture, .* it has answer, cert",
    ),
    "no heading": (with_source(FIRST, "Words."), r"cell 5: the section of 'first-claim' must begin with its heading"),
    "too many words": (
        with_line(FIRST, "\nOne.\n\nTwo."),
        r"cell 4: at most 2 paragraphs before an answer; 3 are there",
    ),
    # what belongs to it
    "another notebook's session": (
        with_source(START, GOOD.cells[START].source.replace(NAME, "98_other_family")),
        r"must open one session, analysis\.start\('99_invented_family', ...\); it opens \['98_other_family'\]",
    ),
    "verdict missing": (
        lambda cells: cells[SECOND + 1].outputs.clear(),
        r"the register gives it 'second-claim': .* 0 are",
    ),
    "verdict twice": (with_output(VERDICT_CELL, verdict_on("first-claim")), r"'first-claim': one verdict .* 2 are"),
    "verdict of another notebook": (
        with_output(VERDICT_CELL, verdict_on("other-claim")),
        r"on 'other-claim', which .* another",
    ),
    "verdict under another register": (
        with_output(VERDICT_CELL, verdict_on("first-claim", register_hash="f" * 16, scope="Acme")),
        r"cell 5: was kept under register ffffffffffffffff, the register is now 0123456789abcdef",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_notebook_is_found_with_its_rule_and_nothing_else(name):
    change, fragment = BROKEN[name]
    broken = copy.deepcopy(GOOD)
    change(broken.cells)
    faults = lint(broken)
    assert len(faults) == 1, faults
    assert re.search(fragment, faults[0]), faults[0]


def test_file_name_is_part_of_the_rules():
    assert any("NN_family.ipynb" in fault for fault in faults_of(GOOD, "Untitled", CLAIMS, HASH))


def test_printed_lines_and_verdicts_on_own_data_are_no_faults():
    changed = copy.deepcopy(GOOD)
    with_output(COLLECT, STDOUT)(changed.cells)
    with_output(VERDICT_CELL, verdict_on("first-claim", scope="Acme"))(changed.cells)
    assert lint(changed) == []


def test_notebook_without_claims_needs_no_verdict():
    changed = copy.deepcopy(GOOD)
    without(VERDICT_CELL, SECOND, SECOND + 1)(changed.cells)
    assert faults_of(changed, NAME, (), HASH) == []


def test_code_blocks_may_hold_what_prose_may_not():
    changed = copy.deepcopy(GOOD)
    with_line(FIRST, "```\n# not a title\nx = $1.5\n```")(changed.cells)
    assert lint(changed) == []


# --- the notebooks themselves -------------------------------------------------------------------------------------

NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_and_its_text_form_say_the_same(path):
    told, text = nbformat.read(path, as_version=4), jupytext.read(path.with_suffix(".py"))
    assert [(c.cell_type, c.source, c.metadata.get("tags", [])) for c in text.cells] == [
        (c.cell_type, c.source, c.metadata.get("tags", [])) for c in told.cells
    ], "`python -m analysis notebooks --no-execute` writes the text form anew"
    assert path.with_suffix(".py").read_text(encoding="utf-8") == text_form(told)


def test_every_text_form_has_its_notebook():
    assert [path.stem for path in sorted(paths.NOTEBOOKS.glob("*.py"))] == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_knows_every_parameter_and_its_type(path):
    from papermill import inspect_notebook

    known = inspect_notebook(path)
    declared = declared_parameters(path)
    assert set(known) == set(declared)
    assert {name: told["inferred_type_name"].split("[")[0] for name, told in known.items()} == {
        name: type(value).__name__ for name, value in declared.items()
    }


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_bitmap_is_stored(path):
    """Its bytes would be others on every machine, and nobody could read what has changed."""
    assert "data:image/png" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_every_rule(path):
    register = load_register()
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    claims = [claim.id for claim in register.of_notebook(path.stem)]
    assert faults_of(kept, path.stem, claims, register.hash) == []
