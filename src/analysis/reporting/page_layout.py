"""How the cells of a notebook stand on its page: the parts of a claim side by side, what is for specialists folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

_PART = re.compile(r"^session\.(answer|picture|certainty|others|trap|details)\(\s*[\"']([\w-]+)[\"']")
_SHOWN = re.compile(r"^(?:analysis|session)\.(?:show_)?(\w+)\(", flags=re.MULTILINE)
_HEADING = re.compile(r"^#{2,3} +(.+)$", flags=re.MULTILINE)
FOLDED = "folded"


COLUMNS = {"answer": "left", "certainty": "left", "picture": "right", "others": "right", "trap": "right"}
"""The two columns of a claim on a wide screen; on a narrow one its parts stand in the notebook's order."""


def in_columns(cells: Sequence[Any]) -> list[Any]:
    """Cells with the parts of each claim in the order of its columns, so that each column is one piece of the page."""
    order = list(COLUMNS)
    found: list[Any] = []
    for claim, group in groupby(cells, key=lambda cell: _part(cell)[1]):
        run = list(group)
        found += (
            sorted(run, key=lambda c: order.index(p) if (p := _part(c)[0]) in order else len(order)) if claim else run
        )
    return found


def layout_of(notebook: Any) -> dict[str, dict[str, Any]]:
    """Return, for every cell by its id, where it stands.

    Returns
    -------
    dict
        `part`: name of the part of a claim, empty for other cells, and `claim`: whose part it is; `opens` and `closes`: a
        claim's parts begin before or end behind it; `column`: the column that begins with it, and `column_ends`; `fold`:
        heading of what is folded from here on, `unfold`: that ends behind it; `code`: the code of all parts of the claim,
        with its last one; `name`: stem under which pictures and numbers are saved, one of its own on the page.
    """
    cells = notebook.cells
    found_parts = [_part(cell) for cell in cells]
    parts, claims = [part for part, _ in found_parts], [claim for _, claim in found_parts]
    names: list[str] = []
    folded: list[bool] = []
    for cell in cells:
        tags = cell.metadata.get("tags", ())
        # What papermill injects stands with the parameters that it replaces.
        folded.append(FOLDED in tags or ("injected-parameters" in tags and bool(folded) and folded[-1]))
    found: dict[str, dict[str, Any]] = {}
    code: list[str] = []
    for place, cell in enumerate(cells):
        before = parts[place - 1] if place else ""
        after = parts[place + 1] if place + 1 < len(cells) else ""
        if parts[place]:
            code = [*(code if before else []), cell.source]
        starts = folded[place] and (_heading(cell) or not (place and folded[place - 1]))
        last = place + 1 == len(cells) or not folded[place + 1] or bool(_heading(cells[place + 1]))
        column = COLUMNS.get(parts[place], "")
        name = _name(cell, parts[place], claims[place])
        names.append(name)
        found[cell.id] = {
            "claim": claims[place],
            "column": column if column != COLUMNS.get(before, "") else "",
            "column_ends": bool(column) and column != COLUMNS.get(after, ""),
            "name": name if names.count(name) == 1 else f"{name}-{names.count(name)}",
            "part": parts[place],
            "opens": bool(parts[place]) and not before,
            "closes": bool(parts[place]) and not after,
            "code": "\n".join(code) if parts[place] and not after else "",
            "fold": (_heading(cell) or "Set-up and parameters") if starts else "",
            "unfold": folded[place] and last,
        }
    return found


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
