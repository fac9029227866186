"""How the cells of a notebook stand on its page: the parts of a claim side by side, what is for specialists folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, product
from typing import Any

_PART = re.compile(r"^session\.(answer|picture|certainty|others|trap|details)\(\s*[\"']([\w-]+)[\"']")
_SHOWN = re.compile(r"^(?:analysis|session)\.(?:show_)?(\w+)\(", flags=re.MULTILINE)
_HEADING = re.compile(r"^#{2,3} +(.+)$", flags=re.MULTILINE)
_DRAWN = re.compile(
    r"<svg class=\"figure\"[^>]*viewBox=\"0 0 [\d.]+ ([\d.]+)\".*?</svg>(?=<details|</figure)", flags=re.DOTALL
)
_CLOSED = re.compile(r"<details\b.*?</details>", flags=re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
FOLDED = "folded"

LEFT, RIGHT = "left", "right"
FIXED = {"answer": LEFT, "certainty": LEFT, "picture": RIGHT}
MOVABLE = ("others", "trap")
"""The parts of a claim on a wide screen: the answer and the picture face each other, the rest fills the shorter column. On a
narrow screen all stand in the notebook's order."""
COLUMN_CHARACTERS, LINE_PIXELS, ROOM_PIXELS = 54, 25, 45
"""Characters of a line of a column, and the height of a line and of what surrounds a picture."""


def columns_of(cells: Sequence[Any]) -> dict[str, str]:
    """Return the column of each part of one claim, such that the longer of the two is as short as it can be.

    Parameters
    ----------
    cells : sequence
        Cells of one claim, with their outputs.
    """
    high = {part: _height(cell) for cell in cells if (part := _part(cell)[0])}
    best: tuple[float, dict[str, str]] = (float("inf"), {})
    for choice in product((RIGHT, LEFT), repeat=len(MOVABLE)):
        columns = FIXED | dict(zip(MOVABLE, choice, strict=True))
        longest = max(sum(high.get(part, 0) for part, at in columns.items() if at == side) for side in (LEFT, RIGHT))
        if longest < best[0]:
            best = (longest, columns)
    return best[1]


def _height(cell: Any) -> float:
    """About how many pixels the outputs of a cell take in a column."""
    html = "".join(str(out.get("data", {}).get("text/html", "")) for out in cell.get("outputs", ()))
    drawn = [float(found) for found in _DRAWN.findall(html)]
    words = _TAG.sub("\n", _CLOSED.sub("<p>.</p>", _DRAWN.sub("", html)))
    lines = sum(-(-len(line) // COLUMN_CHARACTERS) for line in words.split("\n") if line.strip())
    return sum(drawn) + ROOM_PIXELS * len(drawn) + LINE_PIXELS * lines


def in_columns(cells: Sequence[Any]) -> list[Any]:
    """Cells with the parts of each claim in the order of its columns, so that each column is one piece of the page."""
    found: list[Any] = []
    for claim, group in groupby(cells, key=lambda cell: _part(cell)[1]):
        run = list(group)
        at = columns_of(run) if claim else {}
        found += sorted(run, key=lambda cell: (LEFT, RIGHT, "").index(at.get(_part(cell)[0], "")))
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
    at: dict[str, dict[str, str]] = {
        claim: columns_of([cell for cell in cells if _part(cell)[1] == claim]) for claim in set(claims) if claim
    }
    columns = [at.get(claim, {}).get(part, "") for part, claim in found_parts]
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
        column = columns[place]
        column_before = columns[place - 1] if before else ""
        column_after = columns[place + 1] if after else ""
        name = _name(cell, parts[place], claims[place])
        names.append(name)
        found[cell.id] = {
            "claim": claims[place],
            "column": column if column != column_before else "",
            "column_ends": bool(column) and column != column_after,
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
