"""What a small scenario is: one effect that is known, drawn as the frame that an estimator reads, with its trap built in.

A scenario isolates one effect of one claim. Its docstring (of `draw`) writes out the equations, the truth, and the bias that a
naive analysis shows. The calibration study draws it many times and counts how often the estimator's interval held the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, Frame, spec

Draw = Callable[[float, int, int], Frame]
"""(effect, n, seed) to a Frame: the effect on the registered scale, customers or rows, and the seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A small scenario with a known truth.

    Attributes
    ----------
    name : str
        Unique in the catalogue, in snake case ("sorting_of_momentum").
    claim, quantity : str
        Registered claim and the quantity whose truth is known.
    frame : str
        Name of the frame that `draw` returns.
    estimator : str
        "module:function" as `studies.STUDIES` has it for (claim, frame); a test holds the two together.
    draw : callable
        (effect, n, seed) to Frame. The effect is the truth on the registered scale, unless `truth` says otherwise.
    n : int
        Default size: customers, or rows where there are none.
    trap : str
        The naive bias that is built in, in words; "" if none.
    broken : str
        The assumption that this scenario breaks on purpose, in words; "" for a well-specified scenario.
    options : mapping
        Arguments of the estimator beyond frame and claim (quantity, adjusted, ...).
    truth : callable
        effect to the truth on the registered scale, by formula or counterfactual, where the estimand is not the effect
        argument itself; None where it is.
    naive : callable
        Frame to (value, low, high) as a naive analyst would print it, for estimators that print no naive number; None if
        the estimator prints one, or there is none to show.
    effects : mapping
        Effects to draw at, by the name of the point ("null", "smallest", "size"), where the register's own values cannot
        be drawn (a 33-point gap between two rates, say); points that are absent are the register's.
    replications : int
        Draws at each effect in the stored table; fewer than a thousand only where one takes long.
    """

    name: str
    claim: str
    quantity: str
    frame: str
    estimator: str
    draw: Draw
    n: int
    trap: str = ""
    broken: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    truth: Callable[[float], float] | None = None
    naive: Callable[[Frame], tuple[float, float, float]] | None = None
    effects: Mapping[str, float] = field(default_factory=dict)
    replications: int = 1_000


_SEEN: dict[tuple[object, ...], tuple[list[str], dict[str, Any]]] = {}
"""Columns and types that a check of such a table ended with, by the table's origin, columns and types."""


def simulated_frame(
    name: str,
    table: pd.DataFrame,
    *,
    source: str,
    design: Design = Design.OBSERVATIONAL,
    outcome: str = "",
    contrast: str = "",
    currency: str = "",
) -> Frame:
    """Return `table` as a Frame of kind simulated.

    The first table of each origin, columns and types is checked against the schema; a thousand tables from the same lines
    of code are not checked a thousand times, because the check would take longer than the estimator.

    Parameters
    ----------
    name : str
        Name of the frame's schema.
    table : pandas.DataFrame
    source : str
        Name of the scenario.
    design : Design
        How the comparison in this scenario came about.
    outcome, contrast, currency : str
        As in `frames.Context`.

    Raises
    ------
    FrameMistake
        If the first table breaks the schema.
    """
    context = Context(
        source=f"Simulated scenario '{source}'",
        kind=Kind.SIMULATED,
        design=design,
        population="simulated customers",
        period="simulated",
        outcome=outcome,
        contrast=contrast,
        currency=currency,
    )
    key = (name, source, tuple(zip(table.columns, map(str, table.dtypes), strict=True)))
    if key not in _SEEN:
        checked = spec(name).check(table, context)
        _SEEN[key] = (list(checked.table.columns), dict(checked.table.dtypes))
        return checked
    columns, types = _SEEN[key]
    changed = {column: kind for column, kind in types.items() if table[column].dtype != kind}
    ordered = table if list(table.columns) == columns else table[columns]
    typed = ordered.astype(changed) if changed else ordered
    return Frame(name=name, table=typed.reset_index(drop=True), context=context)
