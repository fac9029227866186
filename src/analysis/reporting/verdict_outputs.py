"""Verdicts travel inside executed notebooks as outputs of their own media type; here they are found again."""

from __future__ import annotations

from typing import Any

from analysis.core.verdict_results import Verdict
from analysis.notebook.verdict_card import MEDIA_TYPE


def verdicts_of(notebook: Any) -> list[Verdict]:
    """Return the verdicts that an executed notebook holds, in the order of its cells."""
    return [
        Verdict.from_json(record)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for record in output.get("data", {}).get(MEDIA_TYPE, {}).get("verdicts", ())
    ]
