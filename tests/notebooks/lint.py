"""The rules of a notebook, each with the reason for it. `faults_of` returns every rule that a notebook breaks.

A notebook is read by people who decide and re-executed by a machine that compares: the rules keep logic out of it (a
loop in a cell is tested by nobody), typed results out of its prose (they go stale in silence), and the stored outputs
comparable (nbval passes over a cell that was never run).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import analysis

FRONT = frozenset(analysis.__all__)
MOST_LINES = 15
MOST_PARAMETERS = 20  # one a line, each with its unit: a list, not logic
MOST_CODE_CELLS_IN_A_ROW = 2
PARTS = ("answer", "picture", "certainty", "others", "trap", "details")
PART = re.compile(r"session\.(answer|picture|certainty|others|trap|details)\(\s*[\"']([\w-]+)[\"']")
MOST_PARAGRAPHS = 2
VERDICT = "application/vnd.retention.verdict+json"
NAME = re.compile(r"\d\d_[a-z][a-z_]*")

# What a cell may be tagged as. A misspelt tag would do nothing, in silence.
TAGS = {
    "title",
    "setup",
    "parameters",
    "provenance",
    "check",
    "sensitivity",
    "verdict",
    "machine",
    "nbval-ignore-output",
    "folded",
}
ONCE = ("setup", "parameters")
# The batch runner sets these in every notebook.
NEEDED_PARAMETERS = ("sources", "data")

LOGIC = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.Lambda: "lambda",
    ast.ClassDef: "class",
    ast.For: "for",
    ast.AsyncFor: "for",
    ast.ListComp: "for",
    ast.SetComp: "for",
    ast.DictComp: "for",
    ast.GeneratorExp: "for",
    ast.While: "while",
    ast.If: "if",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.With: "with",
    ast.AsyncWith: "with",
}
ABSOLUTE = re.compile(r"^(/|~|[A-Za-z]:[\\/])")
# 3.2  1,234  12 %  12 percent  n = 40; whole numbers and years are words of a sentence.
TYPED = re.compile(r"\d+[.,]\d+|\d+\s*(%|percent\b|per cent\b)|\bn\s*=\s*\d+", flags=re.IGNORECASE)
# Not results: code, addresses and DOIs, and the level that every interval of the house has.
NOT_PROSE = re.compile(
    r"```.*?```|`[^`\n]*`|https?://\S+|\barXiv:\s*\d{4}\.\d{4,5}|\b(doi:\s*)?10\.\d{4,}/\S+|\b95\s*%", flags=re.DOTALL
)
CLAIMED = "<!-- claimed -->"

Cells = Sequence[Any]
Rule = Callable[[Cells], Iterator[str]]


def faults_of(notebook: Any, name: str, claims: Sequence[str], register_hash: str) -> list[str]:
    """Return what is wrong with a notebook, one line each, in the order of the rules; empty if nothing is.

    Parameters
    ----------
    notebook : NotebookNode
    name : str
        Stem of its file.
    claims : sequence of str
        Ids of the claims that the register gives this notebook.
    register_hash : str
        Hash of the register as it is now.
    """
    cells = notebook.cells
    faults = [] if NAME.fullmatch(name) else [f"the file must be named NN_family.ipynb, not {name}.ipynb"]
    for rule in RULES:
        faults += rule(cells)
    faults += _starts_as_itself(cells, name)
    faults += _verdicts(cells, claims, register_hash)
    faults += _sections(cells, claims)
    return faults


# --- structure ----------------------------------------------------------------------------------------------------


def _one_title(cells: Cells) -> Iterator[str]:
    titles = [place for place, cell in _markdown(cells) for line in _prose_lines(cell) if line.startswith("# ")]
    if titles != [0]:
        yield f"exactly one title (# ...) must stand in the first cell; it stands in {_places(titles) or 'none'}"
    if not cells or "title" not in _tags(cells[0]):
        yield "the first cell must be tagged 'title': the page sets the answers below it"
    headings = [line for _, cell in _markdown(cells) for line in _prose_lines(cell) if line.startswith("#")]
    twice = sorted({line for line in headings if headings.count(line) > 1})
    if twice:
        yield f"headings must differ, links lead to them; {twice[0]!r} stands twice"


def _tags_known(cells: Cells) -> Iterator[str]:
    for place, cell in enumerate(cells):
        for tag in sorted(_tags(cell) - TAGS):
            yield f"cell {place}: tag {tag!r} is not one of {', '.join(sorted(TAGS))}"
        if ("machine" in _tags(cell)) != ("nbval-ignore-output" in _tags(cell)):
            yield f"cell {place}: 'machine' (for readers) and 'nbval-ignore-output' (for nbval) go together"
        if "machine" in _tags(cell) and ("provenance" not in _tags(cell) or "verdict" in _tags(cell)):
            yield f"cell {place}: only provenance may differ from machine to machine; a result is compared"


def _tags_present(cells: Cells) -> Iterator[str]:
    for tag in ONCE:
        n = sum(tag in _tags(cell) for _, cell in _code(cells))
        if n != 1:
            yield f"exactly one code cell must be tagged {tag!r}; {n} are"
    if not any("provenance" in _tags(cell) for _, cell in _code(cells)):
        yield "a code cell must be tagged 'provenance'"
    order = [tag for _, cell in _code(cells) for tag in ONCE if tag in _tags(cell)]
    if order == list(reversed(ONCE)):
        yield "the parameters cell must come after the setup cell"


def _prose_between(cells: Cells) -> Iterator[str]:
    run = 0
    for place, cell in enumerate(cells):
        run = run + 1 if cell.cell_type == "code" else (run if not cell.source.strip() else 0)
        # Setup, parameters and the first provenance belong together: nothing is to be said between them. The parts of a
        # claim's section have headings of their own.
        if cell.cell_type == "code" and (_tags(cell) & set(ONCE) or PART.match(cell.source)):
            run = 0
        if run == MOST_CODE_CELLS_IN_A_ROW + 1:
            yield f"cell {place}: more than {MOST_CODE_CELLS_IN_A_ROW} code cells in a row without a word between them"


# --- code ---------------------------------------------------------------------------------------------------------


def _code_is_short(cells: Cells) -> Iterator[str]:
    for place, cell in _code(cells):
        n = len(cell.source.splitlines())
        if not cell.source.strip():
            yield f"cell {place}: is empty"
        most = MOST_PARAMETERS if "parameters" in cell.metadata.get("tags", ()) else MOST_LINES
        if n > most:
            yield f"cell {place}: {n} lines of code; at most {most}"


def _code_is_calls(cells: Cells) -> Iterator[str]:
    for place, cell in _code(cells):
        if re.search(r"^\s*[%!]", cell.source, flags=re.MULTILINE):
            yield f"cell {place}: magics and shell commands do not run by hand; make it a call"
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as fault:
            yield f"cell {place}: is not Python ({fault.msg})"
            continue
        for node in ast.walk(tree):
            yield from (f"cell {place}: {fault}" for fault in _code_faults(node))


def _code_faults(node: ast.AST) -> Iterator[str]:
    if type(node) in LOGIC:
        yield f"`{LOGIC[type(node)]}` is logic: it belongs into the package, where it is tested"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for name in names:
            if name != "analysis" or isinstance(node, ast.ImportFrom):
                yield f"imports {name!r}; a notebook sees `import analysis` and nothing behind it"
    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "analysis" and node.attr not in FRONT:
        yield f"`analysis.{node.attr}` is not a name of the front"
    called = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if called.startswith("read_") or called == "open":
        yield f"`{called}` reads a file; ask the session for its sources"
    if called in ("filterwarnings", "simplefilter", "catch_warnings"):
        yield f"`{called}` hides warnings; mend their cause"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and ABSOLUTE.match(node.value):
        yield f"{node.value!r} is a place on one machine; make it a parameter"


def _parameters(cells: Cells) -> Iterator[str]:
    for place, cell in _code(cells):
        if "parameters" not in _tags(cell):
            continue
        found = []
        for line in cell.source.splitlines():
            match = re.fullmatch(r"([a-z][a-z0-9_]*): ([a-z\[\]]+) = ([^#]*[^#\s])\s+# (.+)", line)
            if not match or not _is_literal(match[3]):
                yield f"cell {place}: a parameter is `name: type = literal  # meaning and unit`; got {line!r}"
                continue
            if match[2] != (kind := _type_name(ast.literal_eval(match[3]))):
                yield f"cell {place}: {match[1]!r} is given as {match[2]}, and its default is {kind}"
            found.append(match[1])
            if re.search(r"[|=]", match[4]):
                yield f"cell {place}: papermill's reader loses a parameter whose comment holds '|' or '='; got {line!r}"
            if len(match[4].split()) < 3:
                yield f"cell {place}: the comment must say what {match[1]!r} means; got {match[4]!r}"
        for name in NEEDED_PARAMETERS:
            if name not in found:
                yield f"cell {place}: the parameter {name!r} is missing; the batch runner sets it"


# --- prose --------------------------------------------------------------------------------------------------------


def _no_typed_results(cells: Cells) -> Iterator[str]:
    for place, cell in _markdown(cells):
        for line in NOT_PROSE.sub("", cell.source).splitlines():
            typed = TYPED.search(line)
            if typed and CLAIMED not in line:
                yield (
                    f"cell {place}: {typed[0]!r} looks like a result typed into prose; show the result, or mark the line "
                    f"{CLAIMED} if it says what somebody claims"
                )


def _no_mathjax(cells: Cells) -> Iterator[str]:
    for place, cell in _markdown(cells):
        if re.search(r"\$|\\\(|\\\[", NOT_PROSE.sub("", cell.source)):
            yield f"cell {place}: `$` is set by a script from outside, which the pages do not load; write formulas as code"


# --- outputs ------------------------------------------------------------------------------------------------------


def _executed(cells: Cells) -> Iterator[str]:
    counts = [cell.execution_count for _, cell in _code(cells)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"must be stored executed from top to bottom in one go (`make notebooks`); execution counts are {counts}"
    for place, cell in _code(cells):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell {place}: is kept with an error, {output.ename}"
            if output.output_type == "stream" and output.name == "stderr":
                yield f"cell {place}: is kept with a warning: {output.text.strip().splitlines()[-1]}"
            if {"image/png", "image/jpeg", "image/svg+xml"} & set(output.get("data", {})):
                yield f"cell {place}: shows a bare picture; an exhibit has alternative text and its numbers"


def _comparable(cells: Cells) -> Iterator[str]:
    for place, cell in _code(cells):
        if re.search(r"^\s*#+\s*(NBVAL_|PYTEST_VALIDATE)", cell.source, flags=re.MULTILINE):
            yield f"cell {place}: nbval is told by tags, not by comments"


# --- what belongs to this notebook --------------------------------------------------------------------------------


def _starts_as_itself(cells: Cells, name: str) -> Iterator[str]:
    named = [
        stem for _, cell in _code(cells) for stem in re.findall(r"analysis\.start\(\s*[\"'](\w+)[\"']", cell.source)
    ]
    if named != [name]:
        yield f"must open one session, analysis.start({name!r}, ...); it opens {named or 'none'}"


def _verdicts(cells: Cells, claims: Sequence[str], register_hash: str) -> Iterator[str]:
    found = [
        (place, "verdict" in _tags(cell), record)
        for place, cell in _code(cells)
        for output in cell.outputs
        for record in output.get("data", {}).get(VERDICT, {}).get("verdicts", ())
    ]
    public = [record["claim"] for _, _, record in found if record["scope"] == "public"]
    for claim in claims:
        if public.count(claim) != 1:
            yield f"the register gives it {claim!r}: one verdict on it must be kept; {public.count(claim)} are"
    for claim in sorted(set(public) - set(claims)):
        yield f"has a verdict on {claim!r}, which the register gives to another notebook"
    for place, tagged, record in found:
        if not tagged:
            yield f"cell {place}: shows a verdict and must be tagged 'verdict'"
        if record["register_hash"] != register_hash:
            yield (
                f"cell {place}: was kept under register {record['register_hash']}, the register is now {register_hash}: "
                "`make notebooks`"
            )


def _sections(cells: Cells, claims: Sequence[str]) -> Iterator[str]:
    """Every claim has its section: a heading with at most two short paragraphs, then its parts in order."""
    for claim in claims:
        places = [(place, PART.match(cell.source)) for place, cell in _code(cells)]
        found = [(place, match[1]) for place, match in places if match and match[2] == claim]
        if tuple(part for _, part in found) != PARTS:
            told = ", ".join(part for _, part in found) or "none"
            yield f"the section of {claim!r} must have the parts {', '.join(PARTS)} in this order; it has {told}"
            continue
        place = found[0][0] - 1
        head = cells[place] if place >= 0 else None
        if head is None or head.cell_type != "markdown" or not head.source.startswith("## "):
            yield f"cell {found[0][0]}: the section of {claim!r} must begin with its heading"
            continue
        paragraphs = [text for text in head.source.split("\n\n")[1:] if text.strip()]
        if len(paragraphs) > MOST_PARAGRAPHS:
            yield f"cell {place}: at most {MOST_PARAGRAPHS} paragraphs before an answer; {len(paragraphs)} are there"


RULES: tuple[Rule, ...] = (
    _one_title,
    _tags_known,
    _tags_present,
    _prose_between,
    _code_is_short,
    _code_is_calls,
    _parameters,
    _no_typed_results,
    _no_mathjax,
    _executed,
    _comparable,
)


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def _code(cells: Cells) -> Iterator[tuple[int, Any]]:
    return ((place, cell) for place, cell in enumerate(cells) if cell.cell_type == "code")


def _markdown(cells: Cells) -> Iterator[tuple[int, Any]]:
    return ((place, cell) for place, cell in enumerate(cells) if cell.cell_type == "markdown")


def _prose_lines(cell: Any) -> list[str]:
    """Lines of a markdown cell outside of code blocks."""
    return re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL).splitlines()


def _places(numbers: Sequence[int]) -> str:
    return ", ".join(f"cell {number}" for number in numbers)


def _type_name(value: object) -> str:
    """Name of a literal's type as an annotation: ``int``, or ``list[float]`` where all its values are of one type."""
    if isinstance(value, list):
        return f"list[{'|'.join(sorted({type(item).__name__ for item in value}))}]"
    return type(value).__name__


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True
