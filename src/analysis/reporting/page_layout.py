"""How the cells of a notebook stand on its page: the parts of a claim side by side, what is for specialists folded."""

from __future__ import annotations

import re
from typing import Any

_PART = re.compile(r"^session\.(answer|picture|certainty|others|trap|details)\(\s*[\"']([\w-]+)[\"']")
_HEADING = re.compile(r"^#{2,3} +(.+)$", flags=re.MULTILINE)
FOLDED = "folded"


def layout_of(notebook: Any) -> dict[str, dict[str, Any]]:
    """Return, for every cell by its id, where it stands.

    Returns
    -------
    dict
        `part`: name of the part of a claim, empty for other cells; `opens` and `closes`: a claim's parts begin before or
        end behind it; `fold`: heading of what is folded from here on, `unfold`: that ends behind it; `code`: the code of
        all parts of the claim, with its last one.
    """
    cells = notebook.cells
    parts = [_part(cell) for cell in cells]
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
        found[cell.id] = {
            "part": parts[place],
            "opens": bool(parts[place]) and not before,
            "closes": bool(parts[place]) and not after,
            "code": "\n".join(code) if parts[place] and not after else "",
            "fold": (_heading(cell) or "Set-up and parameters") if starts else "",
            "unfold": folded[place] and last,
        }
    return found


def _part(cell: Any) -> str:
    match = _PART.match(cell.source) if cell.cell_type == "code" else None
    return match[1] if match else ""


def _heading(cell: Any) -> str:
    match = _HEADING.match(cell.source) if cell.cell_type == "markdown" else None
    return match[1] if match else ""
