"""How the cells of a notebook stand on its page: the parts of a claim side by side, what is secondary folded.

On a wide screen answer, picture and reasons face each other, what others found and the quick analysis stand under them. On a
page of many claims those two are folded, under the picture, each below a line that says what it holds. A page without claims
sets the words and pictures of a section in two columns. On a narrow screen all stand in the notebook's order.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

_PART = re.compile(r"^session\.(answer|picture|certainty|others|trap|details)\(\s*[\"']([\w-]+)[\"']")
_SHOWN = re.compile(r"^(?:analysis|session)\.(?:show_)?(\w+)\(", flags=re.MULTILINE)
_HEADING = re.compile(r"^#{2,3} +(.+)$", flags=re.MULTILINE)
_PART_HEADING = re.compile(r"<h3>(.*?)</h3>")
_FINDING = re.compile(r'aria-label="Numbers: ([^"]*)"')
FOLDED = "folded"
SECOND = ("others", "trap")
FEW_COLUMNS = 3
MANY_CLAIMS = 5
"""Claims of a page from which on its second parts are folded: six screens hold four claims in full."""


def layout_of(notebook: Any) -> dict[str, dict[str, Any]]:
    """Return, for every cell by its id, where it stands.

    Returns
    -------
    dict
        `part`: name of the part of a claim, empty for other cells, and `claim`: whose part it is; `opens` and `closes`: a
        claim's parts begin before or end behind it; `tab`: the line under which the part is folded; `fold`: heading of what
        is folded from here on, `unfold`: that ends behind it; `flow` and `flow_ends`: a section in two columns begins before
        or ends behind it, below `head`; `code`: the code of all parts of the claim, with its last one; `name`: stem under which
        pictures and numbers are saved, one of its own on the page.
    """
    cells = notebook.cells
    found_parts = [_part(cell) for cell in cells]
    parts, claims = [part for part, _ in found_parts], [claim for _, claim in found_parts]
    crowded = len({claim for claim in claims if claim}) >= MANY_CLAIMS
    folded = _folded(cells)
    flows = _flows(cells, folded, claims)
    names: list[str] = []
    found: dict[str, dict[str, Any]] = {}
    code: list[str] = []
    for place, cell in enumerate(cells):
        before = parts[place - 1] if place else ""
        after = parts[place + 1] if place + 1 < len(cells) else ""
        if parts[place]:
            code = [*(code if before else []), cell.source]
        starts = folded[place] and (_heading(cell) or not (place and folded[place - 1]))
        last = place + 1 == len(cells) or not folded[place + 1] or bool(_heading(cells[place + 1]))
        name = _name(cell, parts[place], claims[place])
        names.append(name)
        found[cell.id] = {
            "claim": claims[place],
            "name": name if names.count(name) == 1 else f"{name}-{names.count(name)}",
            "part": parts[place],
            "tab": _tab(cell) if crowded and parts[place] in SECOND else "",
            "opens": bool(parts[place]) and not before,
            "closes": bool(parts[place]) and not after,
            "code": "\n".join(code) if parts[place] and not after else "",
            "fold": (_heading(cell) or "Set-up and parameters") if starts else "",
            "unfold": folded[place] and last,
            "flow": flows[place] and (not place or not flows[place - 1] or bool(_heading(cell))),
            "head": cell.source.partition("\n")[0] if flows[place] and _heading(cell) else "",
            "flow_ends": flows[place]
            and (place + 1 == len(cells) or not flows[place + 1] or bool(_heading(cells[place + 1]))),
        }
    return found


def _folded(cells: Any) -> list[bool]:
    """Whether each cell is folded; what papermill injects stands with the parameters that it replaces."""
    folded: list[bool] = []
    for cell in cells:
        tags = cell.metadata.get("tags", ())
        folded.append(FOLDED in tags or ("injected-parameters" in tags and bool(folded) and folded[-1]))
    return folded


def _flows(cells: Any, folded: list[bool], claims: list[str]) -> list[bool]:
    """Whether each cell stands in two columns: words with a picture among them, on a page without claims.

    What is folded, a wide table and the next heading end such a run.
    """
    found = [False] * len(cells)
    if any(claims):
        return found
    run: list[int] = []
    for place, cell in enumerate([*cells, None]):
        shown = "" if cell is None else _shown(cell)
        apart = cell is None or folded[place] or "title" in cell.metadata.get("tags", ()) or _is_table(shown)
        if apart or _heading(cell):
            if any(_is_narrow(_shown(cells[at])) for at in run):
                found = [here or at in run for at, here in enumerate(found)]
            run = []
        run += [] if apart else [place]
    return found


def _shown(cell: Any) -> str:
    return "".join(str(out.get("data", {}).get("text/html", "")) for out in cell.get("outputs", ()))


def _is_narrow(html: str) -> bool:
    """Whether it fits a column: a picture, a table of few columns, or that of a data frame."""
    tables = html.split("<table")[1:]
    few = (
        bool(tables)
        and 'class="exhibit"' in html
        and all(table.count('<th scope="col"') <= FEW_COLUMNS for table in tables)
    )
    return "<figure" in html or few or 'class="dataframe"' in html


def _is_table(html: str) -> bool:
    return "<table" in html and not _is_narrow(html)


def _tab(cell: Any) -> str:
    """The line over a folded part: its heading, and the finding of its first picture.

    Examples
    --------
    >>> html = '<h3>What others found</h3><div aria-label="Numbers: 3 of 4 studies agree"></div>'
    >>> _tab({"outputs": [{"data": {"text/html": html}}]})
    'What others found: 3 of 4 studies agree'
    >>> _tab({})
    ''
    """
    html = _shown(cell)
    heading, finding = _PART_HEADING.search(html), _FINDING.search(html)
    told = [unescape(match[1]) for match in (heading, finding) if match]
    return ": ".join(told)


def _part(cell: Any) -> tuple[str, str]:
    match = _PART.match(cell.source) if cell.cell_type == "code" else None
    return (match[1], match[2]) if match else ("", "")


def _name(cell: Any, part: str, claim: str) -> str:
    """A claim and its part, or what the cell calls: words that say what a saved file holds.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> cell = SimpleNamespace(cell_type="code", source="analysis.show_cohort_curves(session)", id="x")
    >>> _name(cell, "", ""), _name(cell, "picture", "repeat-momentum")
    ('cohort-curves', 'repeat-momentum-picture')
    """
    if part:
        return f"{claim}-{part}"
    shown = _SHOWN.findall(cell.source) if cell.cell_type == "code" else []
    return shown[-1].replace("_", "-") if shown else str(cell.id)


def _heading(cell: Any) -> str:
    match = _HEADING.match(cell.source) if cell.cell_type == "markdown" else None
    return match[1] if match else ""
