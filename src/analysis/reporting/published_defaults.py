"""The parameters that the published pages were made with, so that a page made with others says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from analysis.core import paths
from analysis.reporting.parameters import declared_parameters

NOT_COMPARED = ("sources", "data")
"""Which sources are there differs from machine to machine, and own data are named on the page as such."""


@cache
def published_defaults() -> Mapping[str, Mapping[str, object]]:
    """Stem of each notebook to the published defaults of its parameters."""
    found: dict[str, dict[str, object]] = json.loads(paths.PUBLISHED_DEFAULTS.read_text(encoding="utf-8"))
    return found


def departures(notebook: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Parameters of a run that are not the published defaults, with the value they had.

    Parameters
    ----------
    notebook : str
        Stem of the notebook; one that was never published departs from nothing.
    parameters : mapping
        All parameters of the run: whether they were set, or changed in the notebook itself, makes no difference.

    Examples
    --------
    >>> departures("04_loyal_customers", {"seed": 2, "sources": "all"})
    {'seed': 2}
    """
    published = published_defaults().get(notebook, {})
    return {
        name: value
        for name, value in parameters.items()
        if name in published and name not in NOT_COMPARED and value != published[name]
    }


def write_published_defaults() -> None:
    """Write the defaults that the notebooks declare now down as the published ones."""
    declared = {p.stem: declared_parameters(p) for p in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    defaults = {
        stem: {name: value for name, value in parameters.items() if name not in NOT_COMPARED}
        for stem, parameters in declared.items()
    }
    paths.PUBLISHED_DEFAULTS.write_text(json.dumps(defaults, indent=1) + "\n", encoding="utf-8")
    published_defaults.cache_clear()
