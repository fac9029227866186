"""Small invented claims, quantities, estimates and notebooks, each valid as it is; tests change what they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.vocabulary import Bias, Design, Direction, Kind, Rule, Scale

CLAIM = "invented-claim"


def a_quantity(**changes: Any) -> Quantity:
    """Return a quantity on a difference scale: null 0, claimed above, 1 matters, 5 is claimed."""
    fields: dict[str, Any] = {
        "name": "effect",
        "meaning": "Invented effect",
        "scale": Scale.DIFFERENCE,
        "unit": "points",
        "null": 0.0,
        "direction": Direction.ABOVE,
        "smallest": 1.0,
        "size": 5.0,
    }
    return Quantity(**fields | changes)


def a_ratio(**changes: Any) -> Quantity:
    """Return a quantity on a ratio scale: null 1, claimed above, 1.25 matters, 4 is claimed."""
    return a_quantity(**{"scale": Scale.RATIO, "unit": "times", "null": 1.0, "smallest": 1.25, "size": 4.0} | changes)


def a_claim(*quantities: Quantity, **changes: Any) -> Claim:
    """Return a claim that registers `quantities`; without any, `a_quantity()`."""
    fields: dict[str, Any] = {
        "id": CLAIM,
        "family": "loyal-customers",
        "notebook": "99_invented",
        "title": "An invented claim",
        "statement": "Something does something.",
        "said_by": ("S1",),
        "claimed": "",
        "estimand": "How much something does something.",
        "rule": Rule.POOL,
        "naive_bias": Bias.TOWARDS,
        "trap": "None, it is invented.",
        "own_tables": ("transactions",),
        "settles": "A larger invented experiment.",
        "quantities": quantities or (a_quantity(),),
    }
    return Claim(**fields | changes)


def an_estimate(value: float | None, low: float | None = None, high: float | None = None, **changes: Any) -> Estimate:
    """Return a public observational answer on `a_quantity()`; pass `quantity=a_ratio()` for another quantity's scale."""
    quantity = changes.pop("quantity", None) or a_quantity()
    fields: dict[str, Any] = {
        "claim": CLAIM,
        "quantity": quantity.name,
        "scale": quantity.scale,
        "null": quantity.null,
        "unit": quantity.unit,
        "design": Design.OBSERVATIONAL,
        "kind": Kind.PUBLIC,
        "source": "Shop A",
        "method": "invented",
    }
    return Estimate(value=value, low=low, high=high, **fields | changes)


def markdown(source: str, *tags: str) -> dict[str, Any]:
    """Return a markdown cell."""
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)} if tags else {}, "source": source}


def code(
    source: str, *tags: str, count: int | None = None, outputs: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return a code cell; `count` is its execution count, None if it was not run."""
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "execution_count": count,
        "outputs": [dict(output) for output in outputs],
    }


def shown(data: Mapping[str, Any], count: int = 1) -> dict[str, Any]:
    """Return the output of a cell that ended in an expression."""
    return {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": dict(data)}


def notebook(*cells: Mapping[str, Any]) -> Any:
    """Return a notebook of these cells, with ids and the kernel that the house's notebooks name."""
    import nbformat

    named = [{**cell, "id": f"cell-{place:02d}"} for place, cell in enumerate(cells)]
    return nbformat.from_dict(
        {
            "cells": named,
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def write_notebook(path: Path, *cells: Mapping[str, Any]) -> Path:
    """Write a notebook of these cells to `path` and return the path."""
    import nbformat

    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(*cells), path)
    return path


def words_of(picture: Any) -> str:
    """The words that stand in a vector picture, as one text."""
    return unescape(" ".join(re.findall(r">([^<]+)</text>", picture.svg)))
